"""What customers are told: at once, once, in their language and zone, in a way that reaches them (A3 B14)."""

from contextlib import contextmanager
from datetime import datetime, timezone
from email.message import EmailMessage
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.sms.tools.sms_api import SmsApi
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...complaint_management.engine.escalation import Fired
from .common import SMALL_PACK, ComplaintCase, files

MESSAGES = """
kind: messages
messages:
  - name: acknowledgement
    title: {en: Acknowledgement, zh_CN: 受理通知}
    on: acknowledged
    template: acknowledgement
    by: [mail, sms, letter]
    state: [number, received_at, next_promise, link, hotline]
  - name: delay
    before_due: 2h
    clocks: [solution]
    new_date: 24h
    template: new_date
    by: [mail, sms]
    state: [number, new_date, hotline]
  - name: more_time
    on: extended
    template: new_date
    by: [mail]
    state: [number, new_date]
  - name: result
    title: {en: Our answer, zh_CN: 处理结果}
    unless: {category: billing}
    on: communicated
    by: [mail, portal]
    state: [number, outside_bodies]
    wording:
      en: "Our answer to {number} is ready. We had promised it by {new_date}. Thank you <b>very much</b>."
      zh_CN: 关于{number}的处理结果已经出来。我们原定于{new_date}答复。感谢您的耐心。
outside_bodies:
  - {name: ombudsman, title: {en: Ombudsman, zh_CN: 申诉专员}, link: "https://ombudsman.example"}
"""
CHANNELS = SMALL_PACK["small/channels.yaml"].replace(
    "{name: phone, title: {en: Phone, zh_CN: 电话}}",
    "{name: phone, title: {en: Phone, zh_CN: 电话}, "
    "contact: {phone: '+49 30 1234', hours: {en: day and night, zh_CN: 全天}}}",
)
MONDAY = "2026-03-02 08:00:00"  # 09:00 in Berlin, where the small company reckons its days


class MessageCase(MailCase, ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "hello@small.example"
        cls.apply(files(messages=MESSAGES, channels=CHANNELS))
        cls.Message = cls.env["complaint.message"]

    def send(self):
        """What the job does."""
        self.env.flush_all()
        self.Message._claimed()._send()

    def deliver(self):
        """What Odoo's mail queue does; returns the mails that left."""
        with self.mock_mail_gateway():
            self.Message.search([("state", "=", "leaving")]).mail_id.send()
            return self._mails

    @contextmanager
    def sms_gateway(self, state="success"):
        """Odoo's SMS service, which answers so; gives the texts that it was handed."""
        texts = []

        def answer(_api, _endpoint, params, **_options):
            texts.extend(message["content"] for message in params["messages"])
            return [
                {"uuid": number["uuid"], "state": state, "credit": 1}
                for message in params["messages"]
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_contact_iap", answer):
            yield texts

    def told(self, ticket, name="acknowledgement"):
        return ticket.complaint_message_ids.filtered(lambda message: message.name == name)

    def about_to_miss(self, ticket, clock="solution", revision=0):
        """What the ladder does two hours before a deadline."""
        now = datetime.now(timezone.utc).replace(microsecond=0)
        fired = Fired(now, "delay", clock, ({"message": "delay"},), None, 1, revision)
        ticket._act_message([(ticket.sudo(), fired, "delay")])


@tagged("post_install", "-at_install")
class TestToldAtOnce(MessageCase):
    @freeze_time(MONDAY)
    def test_a3_the_customer_has_number_promise_link_and_another_way_at_once(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertEqual(self.told(ticket).state, "queued")
        self.send()
        self.assertEqual(self.told(ticket).state, "leaving")
        (mail,) = self.deliver()
        self.assertEqual(mail["email_to"], ['"Chen" <chen@example.com>'])
        self.assertIn(ticket.number, mail["subject"])
        for stated in (
            ticket.number,
            "March 3, 2026, 09:00 (Central European Standard Time)",
            ticket._customer_url(),
            "+49 30 1234",
            "day and night",
        ):
            self.assertIn(stated, mail["body"])
        self.assertEqual(self.told(ticket).state, "sent")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])
        self.assertEqual(ticket.event_ids[-1].data, {"automatic": True})
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "met")

    def test_a3_the_job_is_woken_when_a_case_comes_in(self):
        cron = self.env.ref("complaint_management.cron_messages")
        self.env.cr.precommit.run()
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.complaint(partner_id=self.customer.id)
        self.complaint(partner_id=self.customer.id)
        self.env.cr.precommit.run()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers + 1)

    def test_a3_who_has_no_mail_address_gets_an_sms(self):
        caller = self.env["res.partner"].create({"name": "Li", "phone": "+49 151 23456789"})
        ticket = self.complaint(partner_id=caller.id)
        self.send()
        message = self.told(ticket)
        self.assertEqual((message.way, message.state), ("sms", "leaving"))
        self.assertEqual(message.recipient.replace(" ", ""), "+4915123456789")
        with self.sms_gateway() as texts:
            message.sms_id.send()
        (text,) = texts
        self.assertIn(ticket.number, text)
        self.assertIn(ticket._customer_url(), text)
        self.assertNotIn("<", text)
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])

    def test_a3_a_number_that_does_not_work_leads_to_the_next_way(self):
        caller = self.env["res.partner"].create(
            {"name": "Li", "phone": "+49 151 23456789", "street": "Weg 1", "city": "Bonn"}
        )
        ticket = self.complaint(partner_id=caller.id)
        self.send()
        with self.sms_gateway("wrong_number_format"):
            self.told(ticket).sms_id.send()
        self.assertEqual(self.told(ticket).state, "queued")
        self.send()
        message = self.told(ticket)
        self.assertEqual((message.way, message.state), ("letter", "to_post"))
        self.assertIn("Weg 1", message.recipient)
        self.assertEqual(self.facts(ticket), ["received"], "nobody has been told yet")

    def test_a3_a_letter_counts_when_it_has_been_posted(self):
        caller = self.env["res.partner"].create({"name": "Li", "street": "Weg 1", "city": "Bonn"})
        ticket = self.complaint(partner_id=caller.id)
        self.send()
        letter = self.told(ticket)
        self.assertEqual(letter.activity_id.user_id, ticket.accountable_id)
        html = self.env["ir.qweb"]._render("complaint_management.letter_document", {"docs": letter})
        self.assertIn("Weg 1", html)
        self.assertIn(ticket.number, html)
        letter.activity_id.action_done()
        self.assertEqual(letter.state, "sent")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])

    def test_a3_who_cannot_be_reached_is_shown_until_the_contact_is_completed(self):
        ticket = self.complaint(partner_name="Somebody")
        self.send()
        message = self.told(ticket)
        self.assertEqual(message.state, "not_reachable")
        self.assertIn("E-mail, SMS, Letter", message.error)
        ticket.partner_email = "somebody@example.com"
        message.with_user(self.agent).action_retry()
        self.send()
        self.assertEqual(message.state, "leaving")

    def test_a3_the_agent_sees_on_the_case_what_the_customer_was_told(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.send()
        text = ticket.with_user(self.agent).message_ids.filtered(
            lambda one: one.message_type == "email_outgoing"
        )
        self.assertIn(ticket.number, text.body)
        self.assertIn(text, ticket.website_message_ids, "the customer finds it on the portal, too")

    def test_a3_an_answer_to_the_message_comes_back_to_the_case(self):
        self.registry_enter_test_mode()  # each message is kept in a transaction of its own
        ticket = self.complaint(partner_id=self.customer.id)
        self.send()
        reply = EmailMessage()
        reply["From"], reply["To"] = "chen@example.com", "anything@small.example"
        reply["Subject"], reply["Message-ID"] = "Re: x", "<reply@example.com>"
        reply["In-Reply-To"] = self.told(ticket).mail_message_id.message_id
        reply.set_content("One more thing.")
        ident = self.env["mail.thread"].message_process("helpdesk.ticket", reply.as_bytes())
        self.assertEqual(ident, ticket.id)
        self.assertIn("customer_message", self.facts(ticket))

    def test_a3_no_automaton_is_invited_to_answer(self):
        self.complaint(partner_id=self.customer.id)
        self.send()
        (mail,) = self.deliver()
        self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-replied")

    def test_a_policy_without_messages_tells_nobody(self):
        self.apply(files())
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertFalse(ticket.complaint_message_ids)

    def test_no_message_for_cases_that_its_conditions_leave_out(self):
        billing = self.complaint(partner_id=self.customer.id, category="billing")
        other = self.complaint(partner_id=self.customer.id, category="delay")
        (billing + other)._record_fact("communicated")
        self.assertFalse(self.told(billing, "result"))
        self.assertTrue(self.told(other, "result"))


@tagged("post_install", "-at_install")
class TestToldOnce(MessageCase):
    def test_a_case_acknowledged_by_hand_is_not_acknowledged_again(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.move(ticket, "acknowledged")
        self.send()
        self.assertEqual(self.told(ticket).state, "cancelled")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])
        entered = self.complaint(partner_id=self.customer.id, stage_id=self.ref_id("stage", "acknowledged"))
        self.assertFalse(entered.complaint_message_ids)

    def test_the_same_occasion_is_told_once(self):
        ticket = self.complaint(partner_id=self.customer.id)
        for _again in range(2):
            ticket._queue_message("acknowledgement", "received")
            self.about_to_miss(ticket)
            self.send()
        self.deliver()
        self.send()
        self.assertEqual(sorted(ticket.complaint_message_ids.mapped("name")), ["acknowledgement", "delay"])
        self.assertEqual(
            len(
                self.env["mail.message"].search(
                    [("res_id", "=", ticket.id), ("message_type", "=", "email_outgoing")]
                )
            ),
            2,
        )

    def test_a_new_result_and_a_new_extension_are_told_anew(self):
        ticket = self.complaint(partner_id=self.customer.id)
        for _again in range(2):
            ticket._record_fact("extended", data={"clock": "solution", "by": "24h"})
            ticket._record_fact("communicated")
        self.assertEqual(len(self.told(ticket, "more_time")), 2)
        self.assertEqual(len(self.told(ticket, "result")), 2)

    def test_a_broken_template_harms_nobody_but_its_own_message(self):
        template = self.env.ref("complaint_management.message_acknowledgement")
        sound = template.subject
        # Past Odoo's own check, which looks only where there is a record to try the template on.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_template SET subject = jsonb_build_object('en_US', %s::text) WHERE id = %s",
            ["{{ object.ticket_id.no_such_field }}", template.id],
        )
        template.invalidate_recordset()
        ticket = self.complaint(partner_id=self.customer.id)
        self.about_to_miss(ticket)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self.send()
        broken, sent = self.told(ticket), self.told(ticket, "delay")
        self.assertEqual((broken.state, sent.state), ("failed", "leaving"))
        self.assertTrue(broken.error)
        template.subject = sound
        broken.with_user(self.agent).action_retry()
        self.send()
        self.assertEqual(broken.state, "leaving")

    def test_a_template_that_does_not_exist_is_named(self):
        self.apply(files(messages=MESSAGES.replace("template: acknowledgement", "template: greeting")))
        ticket = self.complaint(partner_id=self.customer.id)
        self.send()
        self.assertIn("greeting", self.told(ticket).error)

    def test_what_did_not_leave_has_acknowledged_nothing(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.send()
        message = self.told(ticket)
        refused = OSError("the mail server refuses")
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.mail_server"]), "send_email", side_effect=refused),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            message.mail_id.send()
        self.assertEqual(message.state, "failed")
        self.assertIn("refuses", message.error)
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "running")
        message.with_user(self.agent).action_retry()
        self.send()
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "met")
        texts = ticket.message_ids.filtered(lambda one: one.message_type == "email_outgoing")
        self.assertEqual(len(texts), 1, "the text that never left does not stand on the case twice")

    def test_queueing_costs_the_same_for_one_and_for_fifty(self):
        tickets = self.env["helpdesk.ticket"].browse()
        for _index in range(52):
            tickets += self.complaint(partner_id=self.customer.id)
        counts = []
        for some in (tickets[:1], tickets[1:2], tickets[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._record_fact("communicated")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(len(self.told(tickets[2:], "result")), 50)
