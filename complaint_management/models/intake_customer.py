"""Finding who is calling: by name, e-mail, phone in any notation, or order number."""

from odoo import api, models

from ..engine.similar import phone_tail, same_phone, significant_digits


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """In the call form the box "Who" finds by phone and order number too."""
        found = super().name_search(name, domain, operator, limit)
        if not (name and self.env.context.get("complaint_who")) or operator != "ilike":
            return found
        others = self._with_phone(name) | self._with_order(name)
        others = others.filtered_domain(domain or []).filtered(lambda one: one.id not in dict(found))
        return [(one.id, one.display_name) for one in others] + found

    @api.model
    def _with_phone(self, phone):
        """Partners with this phone number, whatever its notation here and there."""
        if not phone_tail(phone):
            return self.browse()
        # Odoo takes 00 at the beginning for an international prefix, and refuses too short a search.
        tail = phone_tail(phone).lstrip("0")
        if len(tail) < self._phone_search_min_length:
            tail = significant_digits(phone)
        # Without its country code a number is part of every notation of it, so the index finds it.
        return self.search([("phone_mobile_search", "ilike", tail)]).filtered(
            lambda partner: same_phone(partner.phone, phone)
        )

    @api.model
    def _with_order(self, order):
        """Partners who complained about this order, or placed it where Sales is installed."""
        names = {order.strip(), order.strip().upper()}
        tickets = self.env["helpdesk.ticket"].search([("order_reference", "in", list(names))])
        partners = tickets.partner_id
        if "sale.order" in self.env:
            # sudo: whoever takes a call may know whose order it is, and learns nothing else about it
            orders = (
                self.env["sale.order"]
                .sudo()
                .search(
                    [
                        ("company_id", "in", self.env.companies.ids),
                        "|",
                        ("name", "in", list(names)),
                        ("client_order_ref", "in", list(names)),
                    ]
                )
            )
            partners |= orders.partner_id.sudo(False)
        return partners._filtered_access("read")

    @api.model
    def _complainant(self, name, email, phone):
        """The one partner that fits an address or a phone number, made if there is none; empty for a name
        without any way to reach it that is not known either."""
        found = self._known_complainant(name, email, phone)
        if found or not (name or email):
            return found
        # sudo: who takes in a complaint enters who complains, and may do nothing else with contacts
        partner = self.sudo().create(
            {"name": name or email, "email": email or False, "phone": phone or False}
        )
        return partner.sudo(False)

    @api.model
    def _known_complainant(self, name, email, phone):
        """The partner with this e-mail, else with this phone; of several the one with this name, else none.

        A phone is shared by a household, so that with another name it is somebody else: a complaint must not
        show up in a stranger's file."""
        found = self.browse()
        if email:
            found = self.search([("email_normalized", "=", email.strip().lower())])
        if not found and phone:
            found = self._with_phone(phone)
            if name:
                found = found.filtered(lambda one: one.name.casefold() == name.casefold())
        if len(found) > 1:
            found = found.filtered(lambda one: one.name == name)
        return found if len(found) == 1 else self.browse()
