"""A case that somebody sends in by the public form (A1): a register entry like any other."""

import textwrap

from odoo import api, fields, models
from odoo.tools import email_normalize, plaintext2html

from .file_types import MIMETYPES, named_type, safe_name

TITLE_WIDTH = 80  # characters of a title in a list


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # The link of a case is looked up by it: without an index each visit would read the whole register.
    access_token = fields.Char(index="btree_not_null")
    contact_by = fields.Selection(
        [("email", "E-mail"), ("phone", "Phone")],
        "Preferred contact",
        help="How the complainant wants to hear from us.",
    )
    privacy_accepted_at = fields.Datetime(
        "Privacy notice accepted",
        readonly=True,
        copy=False,
        help="When the complainant agreed to the privacy notice of the policy release of this case.",
    )
    form_lang = fields.Char("Language of the form", readonly=True, copy=False)
    form_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _form_token = models.UniqueIndex("(form_token) WHERE form_token IS NOT NULL")

    @api.model
    def _open_from_web(self, release, given, files):
        """Open a case from what the public form says, checked before; superuser's work.

        given: name, email, phone, contact_by, category (code), what, wanted, order, acting_for, accepted
        (bool), token, partner (of somebody logged in, else empty); files: [(name, content)]."""
        refs, web = release._refs(), release._web()
        guess = release._classify_text("\n".join((given["what"], given["wanted"])))
        usual = web.get("type") or release._policy().raw["case_types"][0]["name"]
        values = {
            "name": textwrap.shorten(given["what"], TITLE_WIDTH, placeholder="…"),
            "description": plaintext2html(given["what"]),
            "company_id": release.company_id.id,
            "case_type_id": guess["case_type_id"] or refs["case_type", usual],
            "category_id": refs.get(("category", given["category"])) or guess["category_id"],
            "channel_id": refs["channel", release._web_channel()["name"]],
            "remedy_sought": given["wanted"],
            "order_reference": given["order"],
            "contact_by": given["contact_by"] or False,
            "privacy_accepted_at": fields.Datetime.now() if given["accepted"] else False,
            "form_token": given["token"],
            "form_lang": self.env.lang,
            **self._people_from_web(release, given),
        }
        ticket = self.with_company(release.company_id).create(values)
        ticket._portal_ensure_token()
        ticket._attach_given(files)
        return ticket

    def _customer_lang(self):
        """Who filled in the form in a language reads it."""
        self.ensure_one()
        if self.form_lang in dict(self.env["res.lang"].get_installed()):
            return self.form_lang
        return super()._customer_lang()

    def _people_from_web(self, release, given):
        """Who complains and how to reach them, as typed: what our files say about somebody of that address is
        not shown to whoever types it."""
        contact = given["partner"] or self._partner_of_address(release.company_id, given["email"])
        values = {
            "partner_name": given["acting_for"] or given["name"],
            "partner_email": given["email"],
            "partner_phone": given["phone"],
        }
        if not given["acting_for"]:
            return {**values, "partner_id": contact.id}
        if not contact:
            contact = contact.create(
                {
                    "name": given["name"],
                    "email": given["email"],
                    "phone": given["phone"],
                    "company_id": release.company_id.id,
                }
            )
        return {**values, "partner_id": False, "representative_id": contact.id}

    @api.model
    def _partner_of_address(self, company, email):
        """The one person we know under an address; nobody where it is nobody's or that of several."""
        partners, normalised = self.env["res.partner"], email_normalize(email or "")
        if not normalised:
            return partners
        domain = [("email_normalized", "=", normalised), ("company_id", "in", [company.id, False])]
        found = partners.search(domain, limit=2)
        return found if len(found) == 1 else partners

    def _attach_given(self, files):
        """Keep files that the customer gave us with the case."""
        return self.env["ir.attachment"].create(
            [
                {
                    "name": safe_name(name),
                    "raw": content,
                    "mimetype": MIMETYPES[named_type(name)],
                    "res_model": self._name,
                    "res_id": self.id,
                    "given_by_customer": True,
                }
                for name, content in files
            ]
        )


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    given_by_customer = fields.Boolean(
        readonly=True, help="The complainant sent this file, so the complainant may read it again."
    )
