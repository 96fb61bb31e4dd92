"""What staff write down while they work on a case: an investigation, a solution. Who may change the case may
change it; who may only read the case may only read it."""

from odoo import api, fields, models


class WorkOnTicket(models.AbstractModel):
    """Mixin for models that belong to a cycle of a case and are written by those who handle it."""

    _name = "complaint.work.on.ticket"
    _description = "Work on a complaint"
    _inherit = "complaint.of.ticket"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        "Complaint",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('case_type_id', '!=', False)]",
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not self or operation == "read":
            return result
        tickets = self.sudo().ticket_id.sudo(False)  # sudo: only to see whose they are, twice
        fixed = tickets - tickets._filtered_access("write")
        if not fixed:
            return None
        forbidden = (
            # sudo: which cases are fixed was asked above; here only ids are compared
            self.sudo().filtered(lambda record: record.ticket_id in fixed).sudo(False)
        )
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)

    @api.model
    def _guarded(self, vals_list, names):
        """The names of guarded fields that a caller without superuser rights tries to set."""
        return [] if self.env.su else [name for vals in vals_list for name in vals if name in names]
