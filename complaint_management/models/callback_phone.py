"""A number that turns out to be wrong is put right on the call screen, so that the call can go on."""

from odoo import models
from odoo.exceptions import UserError

from .callback import DUE


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    def correct_phone(self, number):
        """Keep another number of the customer and return it as it was kept.

        The case gets it from whoever calls about it; the contact only from who may change contacts."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in DUE:
            self._refuse_unless_due()
        number = self._readable_number(number)
        case, partner = self.ticket_id, self.partner_id
        may_change = bool(partner) and partner.has_access("write")
        if not case and not may_change:
            raise UserError(
                self.env._(
                    "You may not change contacts. Note the right number, and ask a colleague who may to "
                    "enter it at %(customer)s.",
                    customer=partner.sudo().name or "",  # sudo: the caller knows whom they call
                )
            )
        before = self.phone or ""
        if may_change:
            partner.phone = number
        if case:
            # sudo: callers of other teams only read the case; who may make the callback may put this right
            case = case.sudo()
            case.partner_phone = number
            case._message_log(
                body=self.env._(
                    "Telephone number put right on the call screen: %(before)s → %(after)s",
                    before=before or "–",
                    after=number,
                ),
                author_id=self.env.user.partner_id.id,
            )
        self.invalidate_recordset(["phone"])
        return number

    def _readable_number(self, number):
        """The number in the usual notation; a sentence if it can be none."""
        number = number.strip() if isinstance(number, str) else ""
        if not any(sign.isdigit() for sign in number):
            raise UserError(self.env._("Which number is right? Enter it with its area code."))
        # sudo: only the country, to know the notation
        country = self.sudo().partner_id.country_id or self.company_id.sudo().country_id
        company = self.company_id.sudo()  # sudo: as above
        found = company._phone_format(number=number, country=country, force_format="INTERNATIONAL")
        if not found:
            raise UserError(
                self.env._(
                    "%(number)s cannot be a telephone number. Enter it with its area code, from abroad with "
                    "the code of the country, such as +86.",
                    number=number,
                )
            )
        return found
