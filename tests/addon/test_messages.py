"""What customers are told: at once, once, in their language and zone, in a way that reaches them (A3 B14)."""

from contextlib import contextmanager
from datetime import datetime, timezone
from email.message import EmailMessage
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.sms.tools.sms_api import SmsApi
from odoo.exceptions import AccessError
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
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.complaint(partner_id=self.customer.id)
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


@tagged("post_install", "-at_install")
class TestNewDate(MessageCase):
    def at(self, moment):
        self.env.flush_all()
        return freeze_time(moment)

    def told_of_delay(self):
        with self.at(MONDAY):
            ticket = self.complaint(partner_id=self.customer.id)
            ticket._record_fact("first_feedback")
            self.send()
            self.deliver()
        with self.at("2026-03-05 06:00:00"):
            self.about_to_miss(ticket)
            self.send()
            (mail,) = self.deliver()
        return ticket, mail

    def test_b14_before_a_promise_is_missed_the_customer_has_the_new_date(self):
        ticket, mail = self.told_of_delay()
        self.assertIn("March 6, 2026, 09:00 (Central European Standard Time)", mail["body"])
        self.assertEqual(
            self.clocks(ticket)["solution"], ("running", "2026-03-05 08:00:00"), "it moves no limit"
        )
        promised = ticket.event_ids.filtered(lambda event: event.kind == "promised")
        self.assertEqual(promised.data["clock"], "solution")
        self.assertIn("2026-03-06", promised.summary)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.promised_at, datetime(2026, 3, 6, 8))
        self.assertStoredEqualsReplayed(ticket)

    def test_b14_the_job_sees_that_a_promise_will_be_missed(self):
        with self.at(MONDAY):
            ticket = self.complaint(partner_id=self.customer.id)
        with self.at("2026-03-05 05:59:59"):
            self.env["helpdesk.ticket"]._act_due(100)
            self.assertFalse(self.told(ticket, "delay"))
        with self.at("2026-03-05 06:00:00"):
            for _again in range(2):
                self.env["helpdesk.ticket"]._act_due(100)
        delay = self.told(ticket, "delay")
        self.assertEqual(delay.mapped("subject"), ["solution"])
        self.assertEqual(delay.new_date, datetime(2026, 3, 6, 8))

    def test_b14_the_new_date_holds_until_the_clock_ends(self):
        ticket, _mail = self.told_of_delay()
        with self.at("2026-03-05 10:00:00"):
            self.move(ticket, "investigating")
            self.assertEqual(ticket.promised_at, datetime(2026, 3, 6, 8))
            self.move(ticket, "proposed")
        self.assertEqual(ticket.promised_at, datetime(2026, 3, 17, 23), "the answer that the law wants")

    def test_b14_an_extension_takes_the_place_of_the_new_date(self):
        ticket, _mail = self.told_of_delay()
        with self.at("2026-03-05 07:00:00"):
            ticket._record_fact("extended", data={"clock": "solution", "by": "12h"})
            self.send()
            (mail,) = self.deliver()
        self.assertIn("March 5, 2026, 21:00", mail["body"])
        self.assertEqual(ticket.promised_at, datetime(2026, 3, 5, 20))

    def test_b14_what_never_left_promises_nothing(self):
        with self.at(MONDAY):
            ticket = self.complaint(partner_name="Somebody")
            self.about_to_miss(ticket)
            self.send()
        self.assertEqual(self.told(ticket, "delay").state, "not_reachable")
        self.assertNotIn("promised", self.facts(ticket))

    def test_a_message_without_a_date_to_tell_leaves_the_sentence_out(self):
        with self.at(MONDAY):
            ticket = self.complaint(partner_id=self.customer.id)
            ticket.action_wait_for_customer()
            self.about_to_miss(ticket)
            self.send()
        body = self.told(ticket, "delay").mail_message_id.body
        self.assertIn(ticket.number, body)
        self.assertNotIn("New date", body)


@tagged("post_install", "-at_install")
class TestWords(MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def body(self, ticket, name="acknowledgement"):
        self.send()
        return self.told(ticket, name).mail_message_id.body

    @freeze_time(MONDAY)
    def test_c10_the_expected_time_is_that_of_the_clocks(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertIn("March 3, 2026, 09:00", self.body(ticket))
        inquiry = self.complaint(partner_id=self.customer.id, type="inquiry")
        self.assertIn("March 2, 2026, 11:00", self.body(inquiry), "two business hours")

    def test_c10_the_time_is_the_one_that_holds_when_the_message_is_written(self):
        with freeze_time(MONDAY):
            ticket = self.complaint(partner_id=self.customer.id)
        with freeze_time("2026-03-02 08:01:00"):
            ticket._record_fact("first_feedback")
            self.assertIn("March 5, 2026, 09:00", self.body(ticket))

    @freeze_time(MONDAY)
    def test_c10_no_promise_without_a_date(self):
        ticket = self.complaint(partner_id=self.customer.id)
        ticket._record_fact("first_feedback")
        ticket._record_fact("communicated")
        ticket._record_fact("solution_proposed")
        self.assertNotIn("hear from us", self.body(ticket))

    @freeze_time(MONDAY)
    def test_c10_times_are_those_of_the_customers_zone_which_is_named(self):
        self.customer.tz = "Asia/Shanghai"
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertIn("March 3, 2026, 16:00 (China Standard Time)", self.body(ticket))

    @freeze_time(MONDAY)
    def test_c10_a_midnight_is_said_as_24_00_of_the_day_before(self):
        ticket = self.complaint(partner_id=self.customer.id)
        ticket._record_fact("first_feedback")
        ticket._record_fact("solution_proposed")
        self.assertIn("March 17, 2026, 24:00 (Central European Standard Time)", self.body(ticket))

    @freeze_time(MONDAY)
    def test_a3_who_writes_chinese_is_answered_in_chinese(self):
        ticket = self.complaint(name="包裹损坏了", partner_email="li@example.com", partner_name="李伟")
        self.assertEqual(ticket._customer_lang(), "zh_CN")
        body = self.body(ticket)
        self.assertIn("2026年3月3日", body)
        self.assertIn("中欧标准时间", body)
        self.assertIn("电话", body)

    def test_a3_the_customers_own_language_comes_first(self):
        self.customer.lang = "zh_CN"
        self.assertEqual(self.complaint(partner_id=self.customer.id)._customer_lang(), "zh_CN")
        self.customer.lang = "en_US"
        english = self.complaint(name="包裹损坏了", partner_id=self.customer.id)
        self.assertEqual(english._customer_lang(), "en_US")

    def test_a_wording_is_filled_in_escaped_and_leaves_out_what_is_missing(self):
        ticket = self.complaint(partner_id=self.customer.id)
        ticket._record_fact("communicated")
        body = self.body(ticket, "result")
        self.assertIn(f"Our answer to {ticket.number} is ready.", body)
        self.assertNotIn("We had promised", body, "no new date was ever given")
        self.assertIn("&lt;b&gt;very much&lt;/b&gt;", body)
        self.assertIn("https://ombudsman.example", body)
        self.customer.lang = "zh_CN"
        ticket._record_fact("communicated")
        self.send()
        newest = self.told(ticket, "result").sorted("id")[-1].mail_message_id
        self.assertIn(f"关于{ticket.number}的处理结果已经出来。感谢您的耐心。", newest.body)
        self.assertIn("处理结果", newest.subject)
        self.assertIn("申诉专员", newest.body)

    def test_a_name_full_of_markup_stays_text(self):
        ticket = self.complaint(partner_name="<script>alert(1)</script>", partner_email="x@example.com")
        self.assertNotIn("<script>", self.body(ticket))
        self.assertNotIn("<script>", self.told(ticket).mail_id.body_html)

    def test_the_company_without_a_hotline_says_nothing_of_one(self):
        self.apply(files(messages=MESSAGES))
        ticket = self.complaint(partner_id=self.customer.id)
        body = self.body(ticket)
        self.assertNotIn("You can also reach us", body)
        self.assertIn(ticket.number, body)


@tagged("post_install", "-at_install")
class TestWhoMay(MessageCase):
    def test_nobody_writes_or_removes_messages_by_hand(self):
        ticket = self.complaint(partner_id=self.customer.id)
        message = self.told(ticket)
        for user in (self.agent, self.leader):
            own = message.with_user(user)
            self.assertEqual(own.state, "queued", "they may read it")
            with self.assertRaises(AccessError):
                own.write({"state": "sent"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.create({"ticket_id": ticket.id})

    def test_who_may_not_see_the_case_sees_no_message(self):
        other = self.new_user("other", "helpdesk_mgmt.group_helpdesk_user_own")
        portal = self.new_user("portal", "base.group_portal")
        ticket = self.complaint(partner_id=self.customer.id)
        message = self.told(ticket)
        with self.assertRaises(AccessError):
            message.with_user(other).read(["recipient"])
        self.assertFalse(self.Message.with_user(other).search([("ticket_id", "=", ticket.id)]))
        with self.assertRaises(AccessError):
            message.with_user(portal).read(["recipient"])
        for user in (other, portal):
            with self.assertRaises(AccessError):
                message.with_user(user).action_retry()
            with self.assertRaises(AccessError):
                message.with_user(user).action_posted()

    def test_another_company_sees_no_message(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.new_user("stranger", "complaint_management.group_senior")
        stranger.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        message = self.told(self.complaint(partner_id=self.customer.id))
        with self.assertRaises(AccessError):
            message.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids).read(["recipient"])

    def test_the_link_opens_with_its_token_only(self):
        ticket = self.complaint(partner_id=self.customer.id)
        self.assertEqual(ticket._customer_url(), ticket._customer_url(), "the same link each time")
        self.assertIn(ticket.access_token, ticket._customer_url())
        self.assertNotIn(f"/{ticket.id}", ticket._customer_url(), "numbers cannot be counted through")
