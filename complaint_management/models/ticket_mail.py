"""What people write is a fact too: a person's answer is the first feedback. What the policy sends by itself
is in message.py."""

from odoo import fields, models
from odoo.tools import html2plaintext

from ..engine.case import Event
from ..engine.keywords import facts, looked_for
from .release_reading import aware


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _compute_percentage(self):
        """OCA asks for the ratings of every new ticket one by one; those without any have none to count."""
        rated = self.filtered("rating_ids")
        (self - rated).positive_rate_percentage = -1
        return super(HelpdeskTicket, rated)._compute_percentage()

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # sudo: not for the customer's eyes. The message that opened the case is the complaint, not an answer.
        opening = message.message_id and message.message_id == self.sudo().opened_by
        if self.case_type_id and message.message_type in ("comment", "email") and not opening:
            self._record_message(message)
        return result

    def _notify_get_reply_to(self, default=None, author_id=False):
        # sudo: OCA looks at the team for its address, and a customer who writes may not read the team
        return super(HelpdeskTicket, self.sudo())._notify_get_reply_to(default=default, author_id=author_id)

    def _record_message(self, message):
        """Who wrote to whom: the customer, or one of us to the customer. Internal notes are nobody's
        answer."""
        users = message.author_id.sudo().user_ids  # sudo: is it one of us?
        author_is_staff = any(not user.share for user in users)
        if not author_is_staff:
            self._record_customer_message(message.body)
        elif message.subtype_id == self.env.ref("mail.mt_comment"):
            self._record(lambda ticket, state: ticket._answer_facts(state))

    def _record_customer_message(self, said=""):
        """The customer said something, in HTML or plain text: the register keeps which words of escalation
        rules are in it."""
        policy, kind = self.sudo().release_id._policy(), "customer_message"  # sudo: a customer writes too
        words = facts(policy, kind, html2plaintext(said or "")) if looked_for(policy, kind) else {}
        self._record_fact(kind, data=words)

    def _answer_facts(self, state):
        """A person's answer; the first of a cycle is the first feedback (C1, C11)."""
        now = fields.Datetime.now()
        kinds = ["agent_message"] if "first_feedback" in state.seen else ["first_feedback", "agent_message"]
        place = self._next_place(state, now)
        return [Event(aware(now), kind, {}, place + index) for index, kind in enumerate(kinds)]
