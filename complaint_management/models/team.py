"""Teams are people's business, not the policy's. Which of them takes a case in is remembered, so that changes
must be noticed."""

from odoo import models

# Fields that decide which team a policy means.
DECIDING = frozenset({"name", "active", "company_id"})


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_applicable_stages(self):
        """Stages of ordinary tickets only: a stage of the policy has no team and would show everywhere."""
        return super()._get_applicable_stages().filtered(lambda stage: not stage.for_complaints)

    def write(self, vals):
        if not DECIDING.isdisjoint(vals):
            self.env.registry.clear_cache()  # complaint.release remembers teams by name
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
