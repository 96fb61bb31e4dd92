"""The mail to an approver and the page behind it: personal, once, and opening it decides nothing (B4)."""

import re

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .solution_pack import SolutionCase


@tagged("post_install", "-at_install")
class TestApprovalMail(SolutionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.waiting = cls.solution(amount=5000, description="You get <b>5,000</b> back.")
        cls.waiting.action_submit()

    csrf = ""

    def mails(self, user):
        return self.env["mail.mail"].sudo().search([("email_to", "like", user.email)])

    def link(self, user):
        body = self.mails(user)[:1].body_html
        return re.search(r"/complaints/approve/[\w-]+", str(body))[0]

    def look(self, link):
        page = self.url_open(link)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        self.csrf = token[1] if token else self.csrf  # the page of before may still be open
        return page

    def post(self, link, **data):
        self.look(link)
        return self.url_open(link, data={"csrf_token": self.csrf, **data})

    def test_b4_each_approver_gets_the_case_the_solution_and_a_link_of_their_own(self):
        self.assertNotEqual(self.link(self.decider), self.link(self.second))
        body = str(self.mails(self.decider)[:1].body_html)
        for words in (self.ticket.number, "Refund", "5,000", "The parcel was wet.", "amount from"):
            self.assertIn(words, body)
        self.assertFalse(self.mails(self.analyst))

    def test_b4_opening_the_link_decides_nothing(self):
        for _again in range(2):
            page = self.url_open(self.link(self.decider))
            self.assertEqual(page.status_code, 200)
        self.assertIn("Do you approve this solution?", page.text)
        self.assertIn("You get &lt;b&gt;5,000&lt;/b&gt; back.", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "submitted")

    def test_b4_approve_from_the_mail_works_once(self):
        link = self.link(self.decider)
        page = self.post(link, decision="approve", comment="Fine")
        self.assertIn("Approved. Thank you.", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "approved")
        fact = self.ticket.event_ids.filtered(lambda event: event.kind == "decided")
        self.assertEqual(fact.user_id, self.decider)
        again = self.post(link, decision="reject", comment="No")
        self.assertIn("Nothing is left to decide", again.text)
        other = self.url_open(self.link(self.second))
        self.assertIn("approved by Mei Chen", other.text)
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "approved")

    def test_b4_reject_from_the_mail_asks_for_the_reason(self):
        link = self.link(self.decider)
        page = self.post(link, decision="reject", comment=" ")
        self.assertIn("Say why you do not approve", page.text)
        page = self.post(link, decision="reject", comment="Too much")
        self.assertIn("Not approved. Thank you.", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "rejected")
        self.assertIn("Too much", str(self.mails(self.agent)[:1].body_html))

    def test_b4_a_link_of_somebody_who_may_not_decide_any_more_is_worth_nothing(self):
        link = self.link(self.decider)
        self.look(link)
        self.ticket.user_id = self.decider
        self.assertIn("Nothing is left to decide", self.look(link).text)
        self.assertIn("Nothing is left to decide", self.post(link, decision="approve").text)
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "submitted")

    def test_a_link_that_was_tampered_with_is_unknown(self):
        link = self.link(self.decider)
        for bad in (link[:-3] + "abc", "/complaints/approve/x", "/complaints/approve/AAAA"):
            with self.subTest(bad):
                page = self.url_open(bad)
                self.assertEqual(page.status_code, 404)
                self.assertIn("This link does not work", page.text)

    def test_without_the_token_of_the_form_nothing_is_decided(self):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
            page = self.url_open(self.link(self.decider), data={"decision": "approve"})
        self.assertEqual(page.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self.waiting.state, "submitted")

    def test_b4_the_page_speaks_the_language_of_the_approver(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.decider.lang = "zh_CN"
        page = self.url_open(self.link(self.decider))
        self.assertIn("退款", page.text)
