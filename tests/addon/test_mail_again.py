"""A mail that the server refuses is tried again by itself, later each time, until it is too old."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .test_consequences import LadderCase

NOON = datetime(2026, 3, 2, 12)


@tagged("post_install", "-at_install")
class TestMailAgain(LadderCase):
    def setUp(self):
        super().setUp()
        self.escalate(self.complaint(category="delay"))
        self.notices = self.env["complaint.notice"]._claim()
        self.notices._send()
        self.mail = self.notices.mail_id
        self.assertEqual(len(self.mail), 1)
        self.queued(NOON)

    def queued(self, at):
        """When the mail was put into the queue."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_mail SET create_date = %s WHERE id = %s", [at, self.mail.id])
        self.mail.invalidate_recordset(["create_date"])

    def refused(self, minutes, failure="mail_smtp", mail=None):
        """The server refuses a mail so many minutes after it was queued."""
        mail = mail or self.mail
        mail.state = "exception"
        with freeze_time(NOON + timedelta(minutes=minutes)):
            mail._postprocess_sent_message([], [], failure_reason="451 Try again later", failure_type=failure)

    def test_it_goes_back_into_the_queue_for_ten_minutes_later(self):
        self.refused(0)
        self.assertEqual(self.mail.state, "outgoing")
        self.assertEqual(self.mail.scheduled_date, NOON + timedelta(minutes=10))
        self.assertEqual(set(self.notices.mapped("state")), {"failed"})

    def test_the_queue_is_woken_when_it_is_time(self):
        self.refused(0)
        job = self.env.ref("mail.ir_cron_mail_scheduler_action")
        wanted = [("cron_id", "=", job.id), ("call_at", "=", NOON + timedelta(minutes=10))]
        self.assertTrue(self.env["ir.cron.trigger"].search(wanted))

    def test_each_time_it_waits_as_long_as_it_has_waited_already(self):
        for minutes, following in ((0, 10), (10, 20), (20, 40), (40, 80), (80, 160)):
            self.refused(minutes)
            self.assertEqual(self.mail.scheduled_date, NOON + timedelta(minutes=following))

    def test_the_numbers_are_those_of_the_system_parameters(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("complaint_management.mail_again_after", "3")
        self.refused(0)
        self.assertEqual(self.mail.scheduled_date, NOON + timedelta(minutes=3))
        parameters.set_param("complaint_management.mail_again_for", "1")
        self.refused(60)
        self.assertEqual(self.mail.state, "exception")

    def test_after_two_days_it_is_given_up_and_shown(self):
        self.refused(48 * 60 - 1)
        self.assertEqual(self.mail.state, "outgoing")
        self.refused(48 * 60)
        self.assertEqual(self.mail.state, "exception")
        self.assertEqual(set(self.notices.mapped("state")), {"failed"})

    def test_what_leaves_at_last_counts_as_sent(self):
        self.refused(0)
        self.mail._postprocess_sent_message([], [self.leader.email])
        self.assertEqual(set(self.notices.mapped("state")), {"sent"})

    def test_a_wrong_address_is_no_matter_of_waiting(self):
        self.refused(0, "mail_email_invalid")
        self.assertFalse(self.mail.exists().filtered(lambda mail: mail.state == "outgoing"))
        self.assertEqual(set(self.notices.mapped("state")), {"failed"})

    def test_the_mails_of_others_are_left_to_odoo(self):
        other = self.env["mail.mail"].create({"subject": "x", "body_html": "y", "email_to": "x@example.com"})
        self.refused(0, mail=other)
        self.assertEqual(other.state, "exception")

    def test_a_message_to_the_customer_is_tried_again_too(self):
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        mail = self.env["mail.mail"].create({"subject": "x", "body_html": "y", "email_to": "x@example.com"})
        self.env["complaint.message"]._queue(
            [
                {
                    "ticket_id": ticket.id,
                    "company_id": ticket.company_id.id,
                    "cycle": 1,
                    "name": "acknowledgement",
                    "role": "complainant",
                    "subject": "received",
                    "revision": 0,
                    "new_date": None,
                }
            ]
        )
        message = self.env["complaint.message"].sudo().search([("ticket_id", "=", ticket.id)])
        message.write({"state": "leaving", "mail_id": mail.id})
        self.refused(0, mail=mail)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(message.state, "failed")
        self.assertIn("451", message.error)
