"""Take an ordinary ticket into the register: it gets a number, a policy and clocks, and stays there."""

from odoo import api, fields, models


class CaseEntryWizard(models.TransientModel):
    _name = "complaint.case.entry.wizard"
    _description = "Treat a ticket as a complaint"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, default=lambda self: self.env.context.get("active_id")
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    case_type_id = fields.Many2one(
        "complaint.term",
        "As",
        required=True,
        default=lambda self: self._default_case_type(),
        domain="[('kind', '=', 'case_type'), ('company_id', '=', company_id)]",
    )
    category_id = fields.Many2one(
        "helpdesk.ticket.category", domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]"
    )
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel", domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]"
    )
    received_at = fields.Datetime(
        "Received on", required=True, default=lambda self: self._default_received_at()
    )

    @api.model
    def _default_case_type(self):
        """The first case type of the policy, as for a complaint that an agent enters."""
        ticket = self.env["helpdesk.ticket"].browse(self.env.context.get("active_id"))
        release = self.env["complaint.release"]._active(ticket.company_id or self.env.company)
        return release and release._refs()["case_type", release._policy().raw["case_types"][0]["name"]]

    @api.model
    def _default_received_at(self):
        ticket = self.env["helpdesk.ticket"].browse(self.env.context.get("active_id"))
        return ticket.create_date or fields.Datetime.now()

    def action_enter(self):
        self.ensure_one()
        self.ticket_id.write(
            {
                "case_type_id": self.case_type_id.id,
                "category_id": self.category_id.id,
                "channel_id": self.channel_id.id,
                "received_at": self.received_at,
            }
        )
        return {"type": "ir.actions.act_window_close"}
