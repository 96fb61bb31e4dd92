"""Settle a case on the spot: remedy, result and satisfaction in one step (A4)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

SATISFACTION = [("5", "Satisfied"), ("3", "So-so"), ("1", "Dissatisfied")]


class Settle(models.TransientModel):
    _name = "complaint.settle"
    _description = "Settle a complaint on the spot"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    remedy_id = fields.Many2one(
        "complaint.term",
        required=True,
        domain="[('kind', '=', 'remedy'), ('company_id', '=', company_id)]",
    )
    needs_amount = fields.Boolean(related="remedy_id.needs_amount")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency", default=lambda self: self._default_currency())
    result = fields.Text(required=True)
    satisfaction = fields.Selection(SATISFACTION)

    @api.model
    def _default_currency(self):
        """The policy's currency, else the company's."""
        ticket = self.env["helpdesk.ticket"].browse(self.env.context.get("default_ticket_id"))
        company = ticket.company_id or self.env.company
        code = ticket.release_id and ticket.release_id._policy().pack.get("currency")
        currencies = self.env["res.currency"].with_context(active_test=False)
        named = code and currencies.search([("name", "=", code)], limit=1)
        return named or company.currency_id

    def action_settle(self):
        self.ensure_one()
        score = int(self.satisfaction) if self.satisfaction else None
        self.ticket_id._settle(self.remedy_id, self.result, self.amount, self.currency_id, score)
        return self.ticket_id._open_case_form()


class SetAside(models.TransientModel):
    _name = "complaint.set.aside"
    _description = "Set a complaint aside"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket", string="Cases", required=True, default=lambda self: self._default_tickets()
    )
    reason = fields.Text(required=True)

    def _default_tickets(self):
        if self.env.context.get("active_model") == "helpdesk.ticket":
            return self.env.context.get("active_ids")
        return False

    def action_set_aside(self):
        self.ensure_one()
        cases = self.ticket_ids.filtered("case_type_id")
        cases.check_access("write")
        closed = cases.filtered("closed")
        if closed:
            raise UserError(
                self.env._("%(number)s is closed already.", number=", ".join(closed.mapped("number")))
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Why is it set aside? The register keeps the reason."))
        cases._put_aside(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def action_settle_on_the_spot(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle %(number)s on the spot", number=self.number),
            "res_model": "complaint.settle",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_join(self):
        """OCA's dialog for duplicates, filled in; called on the likely duplicate of the case in the form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Join with %(number)s", number=self.number),
            "res_model": "helpdesk.ticket.duplicate.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": self.env.context.get("complaint_join"),
                "default_duplicate_of_id": self.id,
            },
        }
