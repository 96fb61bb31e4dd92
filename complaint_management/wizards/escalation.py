"""What people do with the ladder: escalate, answer, bring down; for one case or for many."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CasesWizard(models.AbstractModel):
    _name = "complaint.cases.wizard"
    _description = "Something done with some complaints"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket", string="Cases", required=True, default=lambda self: self._default_tickets()
    )
    note = fields.Text(required=True)

    def _default_tickets(self):
        chosen = self.env.context.get("active_model") == "helpdesk.ticket"
        return self.env.context.get("active_ids") if chosen else False

    def _cases(self):
        """The chosen cases, as far as they are complaints."""
        cases = self.ticket_ids.filtered("case_type_id")
        if not cases:
            raise UserError(self.env._("None of the chosen tickets is a complaint. Choose complaints."))
        return cases

    def _levels(self):
        """[(code, title)] of the ladder of the chosen cases, lowest first."""
        context = self.env.context
        ids = context.get("default_ticket_ids") or context.get("active_ids") or []
        tickets = self.env["helpdesk.ticket"].browse(ids).exists().filtered("release_id")
        # sudo: the words of the policy are no secret
        release = tickets[:1].sudo().release_id or self.env["complaint.release"].sudo()._active(
            self.env.company
        )
        return [(code, release._level_title(code)) for code in release._policy().levels] if release else []


class EscalateWizard(models.TransientModel):
    _name = "complaint.escalate.wizard"
    _inherit = "complaint.cases.wizard"
    _description = "Escalate complaints"

    level = fields.Selection(lambda self: self._levels(), required=True)
    note = fields.Text("Why", help="Stays on the case as an internal note; the people of the level read it.")

    def action_escalate(self):
        self.ensure_one()
        cases = self._cases()
        cases.check_access("write")
        cases._escalate_by_hand(self.level, self.note)
        return {"type": "ir.actions.act_window_close"}


class AnswerWizard(models.TransientModel):
    _name = "complaint.answer.wizard"
    _inherit = "complaint.cases.wizard"
    _description = "Answer escalated complaints"

    note = fields.Text("What is done", help="Stays on the case as an internal note.")
    waiting_count = fields.Integer("Waiting for an answer", compute="_compute_waiting_count")

    @api.depends("ticket_ids")
    def _compute_waiting_count(self):
        for wizard in self:
            wizard.waiting_count = len(wizard.ticket_ids.filtered("unanswered_since"))

    def action_answer(self):
        self.ensure_one()
        self._cases()._answer_escalation(self.note)
        return {"type": "ir.actions.act_window_close"}


class LowerWizard(models.TransientModel):
    _name = "complaint.lower.wizard"
    _inherit = "complaint.cases.wizard"
    _description = "Lower the escalation of complaints"

    level = fields.Selection(
        lambda self: self._levels(), "Down to", help="Without a level the case leaves the ladder."
    )
    note = fields.Text("Why", help="Stays on the case as an internal note.")

    def action_lower(self):
        self.ensure_one()
        self._cases()._lower_escalation(self.level, self.note)
        return {"type": "ir.actions.act_window_close"}
