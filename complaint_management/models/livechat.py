"""A chat becomes a complaint: /complaint in a conversation with a customer. Works with Odoo's live chat and
loads without it."""

from markupsafe import Markup
from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

CHANNEL = "chat"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def execute_command_complaint(self, **kwargs):
        """Enter a complaint with the transcript and tell the number in the chat."""
        self.ensure_one()
        if not self.env.user.has_group("complaint_management.group_intake"):
            raise AccessError(self.env._("Only agents make a complaint of a chat."))
        ticket = self.env["helpdesk.ticket"].create(self._complaint_values())
        self.message_post(
            body=self._complaint_in_words(ticket),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _complaint_values(self):
        company = self.env.company
        release = self.env["complaint.release"]._active_or_explain(company)
        said = self._complaint_messages()
        if not said:
            raise UserError(self.env._("Nobody has said anything in this chat yet."))
        customer, name = self._complaint_customer()
        told = [html2plaintext(one.body) for one in said if self._said_by_customer(one)]
        text = "\n".join(told).strip() or html2plaintext(said[0].body)
        refs, guess = release._refs(), release._classify_text(text)
        return {
            "name": text.splitlines()[0],
            "description": self._complaint_transcript(said),
            "company_id": company.id,
            "case_type_id": refs["case_type", release._policy().raw["case_types"][0]["name"]],
            "category_id": guess["category_id"],
            "channel_id": refs.get(("channel", CHANNEL), False),
            "partner_id": customer.id,
            "partner_name": name,
            "partner_email": customer.email,
            "received_at": said[0].date,
        }

    def _complaint_messages(self):
        """What people said, from the first message on."""
        # sudo: a visitor's messages are read by whoever takes part in the chat, and the caller does
        spoken = self.message_ids.sudo().filtered(lambda one: one.message_type == "comment" and one.body)
        return spoken.sorted("id")

    def _said_by_customer(self, message):
        """Neither by one of us nor by a machine: the partners of OdooBot and of chat bots are archived."""
        author = message.author_id
        staff = any(not user.share for user in author.user_ids)
        return bool(message.author_guest_id) or (author.active and not staff)

    def _complaint_customer(self):
        """(partner, name) of the one in the chat who is none of us; a visitor has no partner."""
        # sudo: the members of the own chat, to tell the customer from the colleagues
        members = self.sudo().channel_member_ids
        partners = members.partner_id.filtered(
            lambda partner: partner.active and not any(not user.share for user in partner.user_ids)
        )
        return partners[:1].sudo(False), partners[:1].name or members.guest_id[:1].name or False

    def _complaint_transcript(self, said):
        lines = [
            Markup("<p><b>%s</b>, %s<br/>%s</p>")
            % (
                one.author_id.name or one.author_guest_id.name or "",
                self.env["helpdesk.ticket"]._in_words(one.date),
                html2plaintext(one.body),
            )
            for one in said
        ]
        return Markup("").join(lines)

    def _complaint_in_words(self, ticket):
        if ticket.promised_at:
            return self.env._(
                "Your complaint has the number %(number)s. You will hear from us by %(when)s.",
                number=ticket.number,
                when=ticket._in_words(ticket.promised_at),
            )
        return self.env._("Your complaint has the number %(number)s.", number=ticket.number)
