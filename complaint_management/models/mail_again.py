"""What the mail server would not take is tried again by itself.

Odoo leaves a mail that failed for a person to look at. A mail of ours that is refused because the server is
away or overloaded must not wait for that: it goes back into the queue, each time later, until it is too old.
A wrong address is no matter of waiting: there the next way of the policy is tried."""

from datetime import timedelta

from odoo import fields, models

from .message_sending import WRONG_ADDRESS

# Failures that lie in the mail itself: sending it again would fail again.
HOPELESS = WRONG_ADDRESS | {"mail_from_invalid", "mail_from_missing", "mail_spam", "mail_bounce"}
QUEUE = "mail.ir_cron_mail_scheduler_action"


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # sudo: the mail queue acts for nobody in particular
        notices = self.env["complaint.notice"].sudo().search([("mail_id", "in", self.ids)])
        ours = notices.mail_id
        if failure_type:
            notices.filtered(lambda notice: notice.state == "sent").state = "failed"
            # sudo: as above
            ours |= self.env["complaint.message"].sudo().search([("mail_id", "in", self.ids)]).mail_id
        else:
            notices.filtered(lambda notice: notice.state == "failed").state = "sent"
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        if failure_type and failure_type not in HOPELESS:
            ours.exists()._try_again()
        return result

    def _try_again(self):
        """Back into the queue, the longer it takes the later; what is too old stays failed."""
        number, now = self.env["helpdesk.ticket"]._job_number, fields.Datetime.now()
        least, most = timedelta(minutes=number("mail_again_after")), timedelta(hours=number("mail_again_for"))
        young = self.filtered(lambda mail: now - mail.create_date < most)
        for wait, mails in young.grouped(lambda mail: max(least, now - mail.create_date)).items():
            mails.write({"state": "outgoing", "scheduled_date": now + wait})
            # sudo: wakes the job, nothing else
            self.env.ref(QUEUE).sudo()._trigger(now + wait)
