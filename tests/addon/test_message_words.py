"""How customers are told: the new date before a promise is missed, in words, languages and zones of their
own, and who may see what they were told (A3 B14 C10)."""

from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import files
from .test_messages import MESSAGES, MONDAY, MessageCase


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
