"""What employees without helpdesk rights handed in, and what they may know of it: number, stage, result
(A12)."""

from odoo import api, fields, models


class HandedIn(models.Model):
    """Not a child model of the case: who reads it may not read the case, and learns only what stands here."""

    _name = "complaint.handed.in"
    _description = "Complaint handed in by an employee"
    _order = "id desc"
    _rec_name = "number"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        groups=fields.NO_ACCESS,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Handed in by", required=True, readonly=True, ondelete="restrict")
    handed_in_at = fields.Datetime("Handed in", required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    stage = fields.Char(compute="_compute_progress", compute_sudo=True)
    result = fields.Char(compute="_compute_progress", compute_sudo=True)

    _by_user = models.Index("(user_id, id)")

    @api.depends("ticket_id.stage_id", "ticket_id.closed")
    @api.depends_context("lang")
    def _compute_progress(self):
        for record in self:
            ticket = record.ticket_id
            record.stage = ticket.stage_id.name
            record.result = ticket._result_for_colleagues()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _result_for_colleagues(self):
        """What became of a case, in words that give nothing of the customer away."""
        stage = self.release_id._refs().get(("stage", self.stage_id.id))
        known = self.release_id._policy().stages.get(stage)
        if not known or not known.closes:
            return self.env._("Being handled")
        if self.duplicate_id:
            return self.env._("The same complaint was in the register already")
        if known.written.get("first_contact"):
            return self.env._("Settled at once")
        if known.event == "withdrawn":
            return self.env._("Withdrawn or no complaint")
        return self.env._("Dealt with")
