"""Records that belong to a case are read by those who may read the case, and by nobody else."""

from odoo import api, models
from odoo.fields import Domain


def without_defaults(model, names):
    """A model whose context gives no default for these fields: a caller over RPC can send any, and a guard
    that looks at the values alone would not see it."""
    if model.env.su:
        return model
    guarded = {f"default_{name}" for name in names}
    kept = {key: value for key, value in model.env.context.items() if key not in guarded}
    return model.with_context(kept)  # pylint: disable=context-overridden


class OfTicket(models.AbstractModel):
    """Mixin for models with a `ticket_id`. Record rules cannot say this: they are evaluated as superuser, so
    that a rule
    "of a ticket that I may read" would let everything pass."""

    _name = "complaint.of.ticket"
    _description = "Belongs to a complaint"
    _ticket_optional = False  # True: a record without a case is seen by whoever has the access rights
    _stays_open = False  # True: it may be changed while its case is in the archive

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            seen = self._of_readable_tickets()
            if self._ticket_optional:
                seen |= Domain("ticket_id", "=", False)
            domain = Domain(domain) & seen
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _of_readable_tickets(self):
        """The records of cases that the reader may read, as a domain."""
        return Domain("ticket_id", "in", self.env["helpdesk.ticket"]._search([], order="id"))

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not self:
            return result
        tickets = self.sudo().ticket_id.sudo(False)  # sudo: only to see whose they are, twice
        hidden = tickets - tickets._filtered_access("read")
        if not hidden:
            return None
        forbidden = (
            # sudo: which cases are hidden was asked above as the reader; here only ids are compared
            self.sudo().filtered(lambda record: record.ticket_id in hidden).sudo(False)
        )
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
