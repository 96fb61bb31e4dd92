"""What a customer may read of a ticket, wherever they ask: on the portal's pages and over RPC alike."""

from odoo import models
from odoo.fields import Domain

# Everything else, above all what the staff writes down about the customer, stays inside.
READABLE = frozenset(
    {
        "id",
        "display_name",
        "number",
        "name",
        "description",
        "partner_id",
        "partner_name",
        "partner_email",
        "partner_phone",
        "commercial_partner_id",
        "representative_id",
        "company_id",
        "category_id",
        "case_type_id",
        "stage_id",
        "closed",
        "closed_date",
        "user_id",
        "create_date",
        "write_date",
        "last_stage_update",
        "received_at",
        "remedy_sought",
        "promised_at",
        "attachment_ids",
        "message_ids",
        "message_follower_ids",
        "message_partner_ids",
        "message_is_follower",
        "message_main_attachment_id",
        "website_message_ids",
        "rating_ids",
        "access_url",
        "access_warning",
        "access_token",
        "active",
    }
)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _portal_readable_fields(self):
        """Names of the fields a customer may read. Addons that show more on the portal extend it."""
        return READABLE

    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if not self.env.su and self.env.user.share:
            if order == self._order:
                order = "id desc"  # the usual order goes by priority, which a customer may not read
            # A field that is not stored is searched by a method of its own, and sorted by as superuser.
            self._check_shared(condition.field_expr for condition in Domain(domain).iter_conditions())
            self._check_shared(part.split()[0] for part in (order or "").split(",") if part.strip())
        return super()._search(domain, offset=offset, limit=limit, order=order, **kwargs)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if not self.env.su and self.env.user.share:
            self._check_shared([groupby_spec])
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, *args, **kwargs):
        if not self.env.su and self.env.user.share:
            self._check_shared(part for part in args if isinstance(part, str))
        return super()._read_group_select(*args, **kwargs)

    def _check_shared(self, paths):
        """Refuse what a customer may not read, wherever it stands in a question."""
        for path in paths:
            field = self._fields.get(path.split(":")[0].split(".")[0])
            if field is not None:
                self._check_field_access(field, "read")

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user.share:
            return True
        return operation == "read" and field.name in self._portal_readable_fields()
