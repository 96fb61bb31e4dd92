"""Any employee hands in a complaint that reached them, without any right on complaints (A12)."""

from odoo import api, fields, models
from odoo.tools import plaintext2html


class HandIn(models.TransientModel):
    _name = "complaint.hand.in"
    _description = "Hand in a complaint"

    who = fields.Char("Who complains?", required=True)
    what = fields.Text("What about?", required=True)
    reach = fields.Char("How can we reach them?", required=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    number = fields.Char(readonly=True)

    def action_hand_in(self):
        self.ensure_one()
        ticket = self._enter()
        self.number = ticket.number
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Thank you"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_show(self):
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.handed_in_action")

    def _enter(self):
        company = self.env.company
        release = self.env["complaint.release"]._active_or_explain(company)
        # sudo: who hands in has no rights on complaints and gets none; the register names them all the same
        tickets = self.env["helpdesk.ticket"].sudo()
        ticket = tickets.create(self._ticket_values(release, company))
        self._hand_over_files(ticket)
        # sudo: the entry is theirs to read, not to write
        self.env["complaint.handed.in"].sudo().create(
            {
                "ticket_id": ticket.id,
                "company_id": company.id,
                "user_id": self.env.uid,
                "handed_in_at": fields.Datetime.now(),
                "number": ticket.number,
            }
        )
        return ticket

    def _ticket_values(self, release, company):
        email, phone = self._reach()
        # sudo: is it somebody we know? The employee is told nothing about it.
        partner = self.env["res.partner"].sudo()._known_complainant(self.who.strip(), email, phone)
        guess = release._classify_text(self.what)
        return {
            "name": self.what.strip().splitlines()[0],
            "description": plaintext2html(self.what),
            "company_id": company.id,
            "case_type_id": release._refs()["case_type", release._policy().raw["case_types"][0]["name"]],
            "category_id": guess["category_id"],
            "partner_id": partner.id,
            "partner_name": self.who.strip(),
            "partner_email": email or partner.email,
            "partner_phone": phone or self.reach.strip(),
        }

    @api.model
    def _reach_is_email(self, reach):
        return "@" in reach

    def _reach(self):
        """(e-mail, phone) of what was written into one box."""
        reach = self.reach.strip()
        return (reach, False) if self._reach_is_email(reach) else (False, reach)

    def _hand_over_files(self, ticket):
        """The files belong to the case from now on, and no longer to who uploaded them."""
        # sudo: the employee may not write on the case; only their own uploads are taken
        own = self.attachment_ids.sudo().filtered(
            lambda one: one.create_uid == self.env.user and one.res_model == self._name
        )
        own.write({"res_model": ticket._name, "res_id": ticket.id})
