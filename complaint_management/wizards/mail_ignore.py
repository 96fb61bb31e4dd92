"""Set incoming mail aside that is no complaint, with the reason."""

from odoo import fields, models
from odoo.exceptions import UserError


class MailIgnore(models.TransientModel):
    _name = "complaint.mail.ignore"
    _description = "Set incoming mail aside"

    mail_ids = fields.Many2many(
        "complaint.mail.message", string="Messages", required=True, default=lambda self: self._default_mails()
    )
    note = fields.Char("Why", required=True)

    def _default_mails(self):
        if self.env.context.get("active_model") == "complaint.mail.message":
            return self.env.context.get("active_ids")
        return False

    def action_ignore(self):
        """Keep the messages with the reason; they can still be made complaints later."""
        self.ensure_one()
        mails = self.mail_ids
        mails.check_access("read")
        if any(mail.state == "processed" for mail in mails):
            raise UserError(
                self.env._("Some of these messages are on a case already. Choose only those that are not.")
            )
        # sudo: nobody may write what came in; that it is set aside is ours to say
        mails.sudo()._set("ignored", "by_hand", note=self.note, user_id=self.env.uid)
        return {"type": "ir.actions.act_window_close"}
