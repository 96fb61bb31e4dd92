"""Whom the company's mails to its own people come from."""

from odoo import models
from odoo.tools import email_normalize, formataddr


class ResCompany(models.Model):
    _inherit = "res.company"

    def _complaint_sender(self):
        """Name and address; a company without an address of its own writes from the one of the server, so
        that its mails leave at all."""
        self.ensure_one()
        address = (
            email_normalize(self.email or "")
            or self.catchall_email
            or self.default_from_email
            or self.env["ir.mail_server"]._get_default_from_address()
            # sudo: the address of the system is no secret
            or self.env.ref("base.partner_root").sudo().email_normalized
        )
        return formataddr((self.name, address)) if address else ""
