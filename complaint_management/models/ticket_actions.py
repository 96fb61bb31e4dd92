"""Buttons of a case."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.risk import next_promise
from .release_reading import naive


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    promised_at = fields.Datetime(
        "Promised",
        compute="_compute_promised_at",
        compute_sudo=True,  # the customer may know the promise, not what it was reckoned from
        help="By when the customer hears from us next.",
    )

    @api.depends("next_due_at", "case_type_id")
    def _compute_promised_at(self):
        for ticket in self:
            ticket.promised_at = bool(ticket.release_id) and naive(
                next_promise(ticket.release_id._policy(), ticket._engine_state())
            )

    @api.model
    def default_get(self, fields_list):
        """In the complaint menus a new ticket is a complaint of the working company, received now, for intake
        to handle."""
        release = self.env["complaint.release"]
        if self.env.context.get("complaint_entry"):
            release = release._active(self.env.company)
        if not release:
            return super().default_get(fields_list)
        entry = {
            "case_type_id": release._refs()["case_type", release._policy().raw["case_types"][0]["name"]],
            "received_at": fields.Datetime.now(),
            "team_id": release._intake_team().id,
        }
        context = {f"default_{name}": value for name, value in entry.items()}
        return super(HelpdeskTicket, self.with_context(**{**context, **self.env.context})).default_get(
            fields_list
        )

    def action_wait_for_customer(self):
        """Stop the clocks that the policy lets wait for the customer."""
        self.check_access("write")
        for ticket in self:
            reasons = ticket.release_id._policy().raw["severity"].get("pauses") or []
            if not reasons:
                raise UserError(
                    self.env._(
                        "The policy knows no reason to wait. Name one under pauses: in its severity file."
                    )
                )
            ticket._record_fact("paused", data={"reason": reasons[0]["name"]})
        return True

    def action_resume(self):
        """Start the stopped clocks again."""
        self.check_access("write")
        self._record_fact("resumed")
        return True
