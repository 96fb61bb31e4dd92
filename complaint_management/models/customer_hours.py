"""When a customer likes to be called, as the planner of callbacks reads it (D2, D6)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

DAYS = [
    ("mon-fri", "Monday to Friday"),
    ("sat-sun", "At the weekend"),
    ("mon-sun", "On any day"),
]
MIDNIGHT = 24.0  # of the same day


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    call_days = fields.Selection(
        DAYS, "Call on", tracking=True, help="Callbacks are planned for these days, if they leave the choice."
    )
    call_from = fields.Float("Call from", help="In the customer's time zone.")
    call_until = fields.Float("Call until", help="In the customer's time zone.")

    @api.constrains("call_from", "call_until")
    def _check_call_hours(self):
        for customer in self:
            hours = customer.call_from or 0.0, customer.call_until or 0.0
            if any(hours) and not 0 <= hours[0] < (hours[1] or MIDNIGHT) <= MIDNIGHT:
                raise ValidationError(
                    self.env._(
                        "The hours of %(customer)s do not begin before they end: %(begin)s to %(end)s.",
                        customer=customer.partner_id.display_name,
                        begin=_clock(hours[0]),
                        end=_clock(hours[1]),
                    )
                )

    @api.model
    def _call_hours_of(self, partners, company):
        """{firm: the hours that it prefers, as policies write them} of those that prefer any; one query."""
        firms = partners.commercial_partner_id
        if not firms:
            return {}
        named = Domain("call_days", "!=", False) | Domain("call_from", ">", 0) | Domain("call_until", ">", 0)
        files = self.search(
            Domain("partner_id", "in", firms.ids) & Domain("company_id", "=", company.id) & named
        )
        return {file.partner_id.id: file._call_week() for file in files}

    def _call_week(self):
        """Such as {"mon-fri": ["17:00-20:00"]}."""
        begin, end = self.call_from or 0.0, self.call_until or MIDNIGHT
        return {self.call_days or "mon-sun": [f"{_clock(begin)}-{_clock(end)}"]}

    def _call_hours_words(self):
        """The same for people, such as: Monday to Friday, 17:00–20:00"""
        days = dict(self._fields["call_days"]._description_selection(self.env)).get(self.call_days)
        hours = self.call_from or self.call_until
        begin, end = self.call_from or 0.0, self.call_until or MIDNIGHT
        return ", ".join(filter(None, (days, hours and f"{_clock(begin)}–{_clock(end)}")))

    def _best_time(self):
        """What is known of when to call, for whoever calls."""
        return " · ".join(filter(None, (self._call_hours_words(), self.contact_times))) if self else ""


def _clock(hours):
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
