"""The mails about what waits for somebody: one for each person and run, readable, answerable."""

import re

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_consequences import LadderCase


@tagged("post_install", "-at_install")
class TestDigestMail(LadderCase):
    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).sudo().unlink()
        self.board.partner_id.email = self.leader.partner_id.email = "someone@small.example"

    def send(self):
        """The mails that one run of the job makes, by the login of the reader."""
        before = self.env["mail.mail"].search([])
        self.env["complaint.notice"]._claim()._send()
        return self.env["mail.mail"].search([]) - before

    def test_one_mail_for_each_person_and_run(self):
        tickets = [self.complaint(category="delay") for _index in range(3)]
        self.escalate(*tickets)
        mail = self.send()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "3 complaints need your decision")
        self.assertEqual(mail.email_to, self.leader.email_formatted)
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertFalse(self.send(), "what was sent is not sent again")

    def test_a_company_without_an_address_writes_from_the_one_of_the_server(self):
        self.company.email = self.company.alias_domain_id = False
        servers = type(self.env["ir.mail_server"])
        self.patch(servers, "_get_default_from_address", lambda self: "desk@server.example")
        self.escalate(self.complaint(category="delay"))
        self.assertEqual(self.send().email_from, '"Small Company" <desk@server.example>')

    def test_without_any_address_it_writes_from_the_one_of_the_system(self):
        self.company.email = self.company.alias_domain_id = False
        self.env.ref("base.partner_root").email = "system@server.example"
        self.patch(type(self.env["ir.mail_server"]), "_get_default_from_address", lambda self: None)
        self.escalate(self.complaint(category="delay"))
        self.assertEqual(self.send().email_from, '"Small Company" <system@server.example>')

    def test_a_mail_shows_as_many_cases_as_the_policy_says(self):
        self.escalate(*[self.complaint(category="delay") for _index in range(3)])
        body = self.send().body_html
        self.assertEqual(body.count("/complaints/answer/"), 2)
        self.assertIn("1 more", body.replace("<t>", ""))

    def test_a_mail_says_what_happened_what_is_next_and_by_when(self):
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.escalate(ticket)
        mail = self.send()
        self.assertEqual(mail.subject, f"{ticket.number}: Deadline reached: Solution")
        for words in (ticket.number, "Chen", "Parcel broken", "Next:", "by ", "Answer", "to answer", "late"):
            self.assertIn(words, mail.body_html)

    def test_a_mere_warning_asks_for_no_answer(self):
        self.carry_out((self.complaint(category="delay"), {"notify": "team_leader"}))
        mail = self.send()
        self.assertNotIn("/complaints/answer/", mail.body_html)
        self.assertIn("Open the case", mail.body_html)

    def test_what_is_answered_before_the_run_is_not_sent(self):
        ticket = self.complaint(category="delay")
        self.escalate(ticket)
        ticket.with_user(self.leader)._answer_escalation("Seen.")
        self.assertFalse(self.send())

    def test_each_reader_gets_their_language_and_zone(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.leader.write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
            self.escalate(ticket)
            body = self.send().body_html
        self.assertIn("组长" if "组长" in body else "已到期限", body)
        self.assertIn("2026-03-02 17:00", body, "an hour after receipt, in Shanghai")

    def test_one_mail_that_cannot_be_made_keeps_nobody_else_waiting(self):
        ticket = self.complaint(category="delay")
        self.escalate(ticket, level="management")
        make = type(self.env["complaint.digest"])._mail_notices

        def broken(digest, user, notices):
            if user == self.board:
                raise ValueError("a poison case")
            return make(digest, user, notices)

        self.patch(type(self.env["complaint.digest"]), "_mail_notices", broken)
        logger = "odoo.addons.complaint_management.complaint_management.models.notice"
        with self.assertLogs(logger, "ERROR"):
            mails = self.send()
        self.assertEqual(len(mails), 1)
        notices = self.env["complaint.notice"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual({notice.user_id: notice.state for notice in notices}[self.board], "failed")

    def morning(self, moment):
        before = self.env["mail.mail"].search([])
        with freeze_time(moment):
            for user in self.env["complaint.digest"]._leaders(self.company):
                self.env["complaint.digest"]._good_morning(user, "08:00", self.release)
        return self.env["mail.mail"].search([]) - before

    def test_the_morning_digest_comes_at_the_hour_of_the_policy_once_a_working_day(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.escalate(self.complaint(category="delay"))
        self.leader.tz = "Europe/Berlin"
        self.assertFalse(self.morning("2026-03-03 06:45:00"), "a quarter to eight in Berlin")
        mail = self.morning("2026-03-03 07:15:00")
        self.assertEqual(len(mail), 1)
        self.assertIn("1 for you to answer", mail.subject)
        self.assertFalse(self.morning("2026-03-03 09:00:00"), "once a day")
        self.assertFalse(self.morning("2026-03-07 09:00:00"), "a Saturday")
        self.assertTrue(self.morning("2026-03-09 09:00:00"))

    def test_the_morning_digest_says_which_deadline_a_late_case_has_missed(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay", user_id=self.leader.id)
        self.leader.tz = "Europe/Berlin"
        with freeze_time("2026-03-06 08:00:00"):
            self.move(ticket, "proposed")
        clocks = ticket.current_milestone_ids
        missed = clocks.filtered(lambda one: one.state == "breached" and not one.measure_only)
        self.assertTrue(missed)
        body = self.morning("2026-03-09 09:00:00").body_html
        self.assertIn(f"Missed: {', '.join(missed.mapped('title'))}", body)

    def test_who_has_nothing_waiting_gets_no_morning_digest(self):
        self.leader.tz = "Europe/Berlin"
        self.assertFalse(self.morning("2026-03-03 07:15:00"))


@tagged("post_install", "-at_install")
class TestAnswerLink(HttpCase, LadderCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.escalate(self.ticket)
        self.notice = self.env["complaint.notice"].search([("ticket_id", "=", self.ticket.id)])

    def path(self, notice=None):
        return "/complaints/answer/" + (notice or self.notice)._answer_url().rsplit("/", 1)[1]

    def post(self, path, note):
        page = self.url_open(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return self.url_open(path, data={"csrf_token": token[1] if token else "", "note": note})

    def test_the_page_shows_the_case_and_changes_nothing(self):
        page = self.url_open(self.path())
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.ticket.number, page.text)
        self.assertTrue(self.ticket.unanswered_since)

    def test_an_answer_from_the_mail_counts_as_that_persons(self):
        page = self.post(self.path(), "I call them now.")
        self.assertIn("Thank you", page.text)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.unanswered_since)
        answer = self.ticket.event_ids.filtered(lambda event: event.kind == "escalation_answered")
        self.assertEqual(answer.user_id, self.leader)
        note = self.ticket.message_ids.filtered(lambda message: "I call them now." in (message.body or ""))
        self.assertEqual(note.author_id, self.leader.partner_id)

    def test_a_link_works_until_somebody_has_answered(self):
        path = self.path()
        self.ticket.with_user(self.leader)._answer_escalation("Done.")
        self.env.flush_all()
        self.assertIn("Nothing is left to answer", self.url_open(path).text)

    def test_a_forged_link_answers_nothing(self):
        path = self.path()
        for forged in (path[:-4] + "AAAA", "/complaints/answer/abc", "/complaints/answer/" + "A" * 90):
            page = self.url_open(forged)
            self.assertEqual(page.status_code, 404, forged)
            self.assertIn("This link does not work", page.text)
        self.assertTrue(self.ticket.unanswered_since)

    def test_a_link_cannot_be_made_for_somebody_elses_notice(self):
        other = self.complaint(category="delay")
        self.carry_out((other, {"notify": "intake"}))
        mine = self.env["complaint.notice"].search([("ticket_id", "=", other.id)])
        self.assertIn("Nothing is left to answer", self.url_open(self.path(mine)).text)
        with self.assertRaisesRegex(UserError, "Nothing is waiting"):
            mine._answer("I answer what nobody asked me.")
        self.assertTrue(self.ticket.unanswered_since)

    def test_who_has_left_answers_nothing(self):
        path = self.path()
        self.leader.active = False
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_a_form_without_the_token_of_its_page_is_refused(self):
        with mute_logger("odoo.http"):
            page = self.url_open(self.path(), data={"note": "From elsewhere."})
        self.assertEqual(page.status_code, 400)
        self.assertTrue(self.ticket.unanswered_since)

    def test_without_words_nothing_is_answered(self):
        self.post(self.path(), "   ")
        self.env.invalidate_all()
        self.assertTrue(self.ticket.unanswered_since)
