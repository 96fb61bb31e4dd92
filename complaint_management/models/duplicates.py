"""Likely duplicates: which complaints that are in the register already may be the same one (A7)."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, html2plaintext

from ..engine.duration import Duration
from ..engine.similar import phone_tail, same_phone, similarity


class Likeness(NamedTuple):
    """Why a complaint is likely the same: the case, the share of common wording in per cent, words."""

    ticket: models.Model
    score: int
    reason: str


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    likely_duplicate_ids = fields.Many2many(
        "helpdesk.ticket", string="Likely the same", compute="_compute_likely_duplicates"
    )
    likely_duplicate_words = fields.Text("Why", compute="_compute_likely_duplicates")

    @api.depends("partner_id", "partner_email", "partner_phone", "name", "description", "order_reference")
    @api.depends_context("uid", "lang")
    def _compute_likely_duplicates(self):
        """For the form of one case; lists do not ask for it."""
        for ticket in self:
            found = ticket._likely_duplicates(ticket._likeness_values()) if ticket._looks_for_twins() else []
            ticket.likely_duplicate_ids = [one.ticket.id for one in found]
            ticket.likely_duplicate_words = "\n".join(one.reason for one in found)

    def _looks_for_twins(self):
        return self.case_type_id and not self.closed and not self.duplicate_id

    def _likeness_values(self):
        """What is compared, of a case that is there."""
        self.ensure_one()
        return {
            "id": self._origin.id,
            "company_id": self.company_id,
            "case_type_id": self.case_type_id,
            "partner_id": self.partner_id,
            "partner_email": self.partner_email,
            "partner_phone": self.partner_phone,
            "order_reference": self.order_reference,
            "received_at": self.received_at,
            "text": self._likeness_text(),
        }

    def _likeness_text(self):
        return f"{self.name or ''} {html2plaintext(self.description or '')}"

    @api.model
    def _likely_duplicates(self, values):
        """Cases that the user may see and that are likely the same as one with these values, the likeliest
        first.

        values: see _likeness_values; the case itself need not exist yet."""
        release = self.env["complaint.release"]._active(values["company_id"])
        figures = self._duplicate_figures(release, values["case_type_id"])
        who = figures and self._same_person(values) | self._same_order(values)
        if not who or who.is_false():
            return []
        at = values["received_at"] or fields.Datetime.now()
        within = timedelta(seconds=Duration.parse(figures["within"]).seconds)
        window = Domain("received_at", ">=", at - within) & Domain("received_at", "<=", at + within)
        case = Domain("case_type_id", "!=", False) & Domain("company_id", "=", values["company_id"].id)
        case &= Domain("id", "!=", values.get("id") or 0) & Domain("duplicate_id", "=", False)
        wanted = int(figures["similar"].rstrip("%"))
        found = [
            likeness
            for ticket in self.search(case & window & who)
            if (likeness := self._likeness(ticket, values, wanted))
        ]
        return sorted(found, key=lambda one: (-one.score, one.ticket.id))

    @api.model
    def _duplicate_figures(self, release, case_type):
        """`duplicates:` of a case type; None where the policy does not look for any."""
        code = release._refs().get(("case_type", case_type.id)) if release else None
        types = release._policy().raw["case_types"] if code else ()
        return next((one.get("duplicates") for one in types if one["name"] == code), None)

    @api.model
    def _same_person(self, values):
        """The same customer, or the same address or phone number. Of numbers only the last digits are
        compared: who asks looks with `_who_in_words` whether it is the same one."""
        same = Domain.FALSE
        if values["partner_id"]:
            customer = values["partner_id"].commercial_partner_id
            same |= Domain("commercial_partner_id", "=", customer.id)
        if values["partner_email"]:
            same |= Domain("partner_email", "=ilike", _literally(values["partner_email"].strip()))
        tail = phone_tail(values["partner_phone"])
        if tail:
            same |= Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    r"regexp_replace(%s, '\D', '', 'g') LIKE %s",
                    model._field_to_sql(alias, "partner_phone", query),
                    f"%{tail}",
                )
            )
        return same

    @api.model
    def _same_order(self, values):
        order = (values["order_reference"] or "").strip()
        return Domain("order_reference", "=ilike", _literally(order)) if order else Domain.FALSE

    @api.model
    def _likeness(self, ticket, values, wanted):
        """A Likeness, or None: the same order is enough, the same person only with a similar text."""
        score = round(100 * similarity(ticket._likeness_text(), values["text"]))
        order = (values["order_reference"] or "").strip().lower()
        same_order = bool(order) and order == (ticket.order_reference or "").strip().lower()
        who = self._who_in_words(ticket, values)
        if not same_order and (score < wanted or not who):
            return None
        reasons = [who]
        if same_order:
            reasons.append(self.env._("same order number"))
        if score >= wanted:
            reasons.append(self.env._("similar text (%(share)s %%)", share=score))
        words = ", ".join(reason for reason in reasons if reason)
        return Likeness(
            ticket, score, self.env._("%(number)s: %(reasons)s", number=ticket.number, reasons=words)
        )

    @api.model
    def _who_in_words(self, ticket, values):
        partner = values["partner_id"].commercial_partner_id
        if partner and ticket.commercial_partner_id == partner:
            return self.env._("same customer")
        mail = email_normalize(values["partner_email"] or "")
        if mail and mail == email_normalize(ticket.partner_email or ""):
            return self.env._("same e-mail address")
        if same_phone(values["partner_phone"], ticket.partner_phone):
            return self.env._("same phone number")
        return ""


def _literally(text):
    """A text for =ilike in which nothing stands for something else."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
