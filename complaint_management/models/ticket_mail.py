"""Messages are facts too: a person's answer is the first feedback, and an automatic reply acknowledges once
it has left."""

from email.utils import parseaddr

from odoo import api, fields, models

from ..engine.case import Event
from .release_reading import aware

TEMPLATE = "complaint_management.mail_template_acknowledgement"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    opened_by = fields.Char(
        "Opening message", readonly=True, copy=False, help="Message-ID of the mail that opened this ticket."
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = {**(custom_values or {}), "opened_by": msg_dict.get("message_id")}
        if values.get("case_type_id"):  # the register keeps name and address apart (A2)
            name, address = parseaddr(msg_dict.get("from") or "")
            values.setdefault("partner_name", name)
            values.setdefault("partner_email", address)
        return super().message_new(msg_dict, values)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if not self.env.context.get("complaint_no_message"):
            tickets.filtered("case_type_id")._queue_acknowledgement()
        return tickets

    def _compute_percentage(self):
        """OCA asks for the ratings of every new ticket one by one; those without any have none to count."""
        rated = self.filtered("rating_ids")
        (self - rated).positive_rate_percentage = -1
        return super(HelpdeskTicket, rated)._compute_percentage()

    def _queue_acknowledgement(self):
        """Put the acknowledgement into the mail queue for whoever can be reached (A3); it counts when it has
        been sent."""
        reachable = self.filtered(lambda ticket: ticket.partner_email or ticket.partner_id.email)
        template = reachable and self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template:
            return
        # sudo: a mail of the company, written by nobody in particular; who enters a case need not be allowed
        # to send mail
        mails = template.sudo().send_mail_batch(
            reachable.ids, email_layout_xmlid="mail.mail_notification_light"
        )
        mails.sudo().complaint_fact = "acknowledged"
        self.env.ref(
            "mail.ir_cron_mail_scheduler_action"
        ).sudo()._trigger()  # sudo: wakes the mail queue, nothing else

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
            self._record_fact("customer_message")
        elif message.subtype_id == self.env.ref("mail.mt_comment"):
            self._record(lambda ticket, state: ticket._answer_facts(state))

    def _answer_facts(self, state):
        """A person's answer; the first of a cycle is the first feedback (C1, C11)."""
        now = fields.Datetime.now()
        kinds = ["agent_message"] if "first_feedback" in state.seen else ["first_feedback", "agent_message"]
        place = self._next_place(state, now)
        return [Event(aware(now), kind, {}, place + index) for index, kind in enumerate(kinds)]


class MailMail(models.Model):
    _inherit = "mail.mail"

    complaint_fact = fields.Char(
        readonly=True, copy=False, help="The fact to record on the complaint once this mail has left."
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """An acknowledgement that never left acknowledges nothing, so the fact is recorded here and not when
        it was queued."""
        if not failure_type:
            for fact, mails in self.filtered("complaint_fact").grouped("complaint_fact").items():
                # sudo: the mail queue acts for nobody in particular
                cases = self.env["helpdesk.ticket"].sudo().browse(mails.mapped("res_id")).exists()
                cases._record_fact(fact, data={"automatic": True})
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
