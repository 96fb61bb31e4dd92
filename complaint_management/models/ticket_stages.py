"""Cases and ordinary tickets share the helpdesk but not the stages: each kind sees and keeps its own."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.depends("team_id", "case_type_id")
    def _compute_stage_id(self):
        """A handover never moves a case; only ordinary tickets follow the stages of their team."""
        cases = self.filtered("case_type_id")
        for ticket in cases:
            if not ticket.stage_id.for_complaints:
                release = ticket._release()
                ticket.stage_id = release and release._refs()["stage", release._first_stage().name]
        return super(HelpdeskTicket, self - cases)._compute_stage_id()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The columns of a kanban: the policy's stages among cases, the helpdesk's among ordinary tickets."""
        if self.env.context.get("complaint_stages"):
            companies = self.env.companies.ids
            own = [("for_complaints", "=", True), ("company_id", "in", companies)]
            return stages.search(["|", ("id", "in", stages.ids), *own])
        shown = super()._read_group_stage_ids(stages, domain)
        return shown.filtered(lambda stage: not stage.for_complaints or stage in stages)
