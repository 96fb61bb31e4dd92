"""Questions and greetings by mail and text message: once, one reminder, not to whom wants none (D1, D6)."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_pack import HAPPY, PLANS, SurveyCase, survey_files


@tagged("post_install", "-at_install")
class TestSurveySending(SurveyCase):
    def later(self, **span):
        """As if so much time had passed since."""
        past = timedelta(**span)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_callback SET remind_at = remind_at - %s, link_until = link_until - %s",
            [past, past],
        )
        self.env.invalidate_all()

    def invited(self, **values):
        callback = self.told(**values)
        self.run_job()
        return callback

    def test_nothing_is_sent_within_the_transaction_of_the_case(self):
        callback = self.told()
        self.assertEqual((callback.state, callback.invitation_ids.mapped("state")), ("open", ["queued"]))
        self.assertFalse(self.mails(callback))

    def test_the_invitation_is_a_mail_in_the_customers_language_with_both_links(self):
        self.customer.lang = "zh_CN"
        callback = self.invited(name="包裹破损", description="<p>破了</p>")
        mail = self.mails(callback)
        self.assertIn("chen@example.com", mail.email_to)
        self.assertIn("产品满意吗？", mail.body_html)
        self.assertIn(callback.ticket_id.number, mail.body_html)
        links = self.links(mail.body_html)
        self.assertTrue(all("/zh_CN/" in link for link in links if "/complaints/" in link), links)
        self.assertIn(callback._stop_url(), links)
        self.assertIn(callback._stop_url(), mail.headers)
        ones = [f"{callback._survey_url()}?product={number}" for number in range(1, 6)]
        self.assertLessEqual({*ones, callback._survey_url()}, set(links))

    def test_the_link_stands_on_no_case_where_staff_would_read_it(self):
        callback = self.invited()
        token = callback._survey_url().rpartition("/")[2]
        self.delivered(callback)
        messages = self.env["mail.message"].search([("res_id", "=", callback.ticket_id.id)])
        self.assertNotIn(token, " ".join(messages.mapped("body")))

    def test_it_counts_from_when_it_has_left(self):
        callback = self.invited()
        self.assertEqual((callback.state, callback.link_until), ("open", False))
        self.delivered(callback)
        self.assertEqual((callback.state, callback.invitation_ids.state), ("waiting", "sent"))
        lasts = callback.link_until - callback.invitation_ids.sent_at
        self.assertEqual(lasts, timedelta(days=10), "answer_within: 10d")
        self.assertEqual(callback.due_at, callback.link_until)

    def test_one_reminder_and_no_more(self):
        callback = self.invited()
        self.delivered(callback)
        self.run_job()
        self.assertEqual(len(callback.invitation_ids), 1, "not before its time")
        for _again in range(3):
            self.later(days=3, minutes=1)
            self.run_job()
            self.delivered(callback)
        self.assertEqual(sorted(callback.invitation_ids.mapped("kind")), ["invitation", "reminder"])
        self.assertIn(
            "remind", self.mails(callback.with_context(lang="en_US")).mapped("body_html")[0].lower()
        )

    def test_who_has_answered_is_not_reminded(self):
        callback = self.invited()
        self.delivered(callback)
        callback._answer(HAPPY, way="link")
        self.later(days=3, minutes=1)
        self.run_job()
        self.assertEqual(callback.invitation_ids.mapped("kind"), ["invitation"])

    def test_who_answers_before_the_mail_is_written_gets_none(self):
        callback = self.told()
        callback._answer(HAPPY, way="link")
        self.run_job()
        self.assertEqual(callback.invitation_ids.state, "cancelled")
        self.assertFalse(self.mails(callback))

    def test_a_link_that_nobody_used_ends_the_callback(self):
        callback = self.invited()
        self.delivered(callback)
        self.later(days=11)
        self.run_job()
        self.assertEqual((callback.state, callback.result), ("unreachable", False))
        self.assertIn("called_back", self.facts(callback.ticket_id))
        self.assertEqual(len(callback.invitation_ids), 1)

    def test_d6_who_wants_no_questions_gets_none(self):
        self.env["complaint.customer"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id, "consent": "refused"}
        )
        callback = self.told()
        self.assertEqual((callback.state, callback.left_out_reason), ("left_out", "consent"))
        self.assertFalse(callback.invitation_ids)

    def test_d6_who_says_so_is_not_asked_or_reminded_again(self):
        callback = self.invited()
        self.delivered(callback)
        callback._customer_stops()
        self.assertEqual(callback.state, "refused")
        file = self.env["complaint.customer"]._of(self.customer, self.company)[self.customer.id]
        self.assertEqual(file.consent, "refused")
        self.later(days=3, minutes=1)
        self.run_job()
        self.assertEqual(callback.invitation_ids.mapped("kind"), ["invitation"])
        self.assertEqual(self.told().state, "left_out")

    def test_d5_birthday_greetings_are_sent_and_done(self):
        callback = self.for_customer("greetings", occasion="birthday:2026")
        self.run_job()
        mail = self.mails(callback)
        self.assertIn("happy birthday", mail.body_html)
        self.assertIn(callback._stop_url(), mail.body_html)
        self.assertNotIn("/complaints/survey/", mail.body_html)
        self.delivered(callback)
        self.assertEqual((callback.state, callback.invitation_ids.kind), ("done", "greeting"))

    def test_questions_by_text_message_carry_the_link(self):
        self.customer.write({"phone": "+49 30 123456", "country_id": self.env.ref("base.de").id})
        callback = self.for_customer("text")
        self.run_job()
        sms = callback.invitation_ids.sudo().sms_id
        self.assertEqual(sms.number.replace(" ", ""), "+4930123456")
        self.assertIn(callback._survey_url(), sms.body)

    def test_without_an_address_nobody_was_asked(self):
        callback = self.told()
        self.customer.email = False
        callback.ticket_id.partner_email = False
        self.run_job()
        self.assertEqual(callback.invitation_ids.state, "not_reachable")
        self.assertEqual((callback.state, callback.left_out_reason), ("left_out", "no_address"))

    def test_a_mail_that_failed_is_shown_and_can_be_sent_again(self):
        callback = self.invited()
        mail = self.mails(callback)
        mail._postprocess_sent_message([], [], failure_reason="Mailbox full", failure_type="mail_bounce")
        sent = callback.invitation_ids
        self.assertEqual((sent.state, sent.error, callback.state), ("failed", "Mailbox full", "open"))
        sent.with_user(self.agent).action_retry()
        self.run_job()
        self.assertEqual(sent.state, "leaving")
        self.assertNotEqual(self.mails(callback), mail)

    def test_a_template_that_fails_spoils_its_own_mail_only(self):
        good, bad = self.told(), self.told()
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", "odoo.addons.base.models.ir_qweb"):
            self.patch(
                type(self.env["complaint.invitation"]),
                "_last_lines",
                lambda one: 1 / 0 if one.callback_id == bad else "",
            )
            self.run_job()
        self.assertEqual(bad.invitation_ids.state, "failed")
        self.assertIn("division", bad.invitation_ids.error)
        self.assertEqual(good.invitation_ids.state, "leaving")

    def test_queued_twice_it_goes_out_once(self):
        callback = self.told()
        callback._invite()
        callback._invite()
        self.assertEqual(len(callback.invitation_ids), 1)

    def test_invitations_are_queued_in_one_statement(self):
        few = self.told() | self.told()
        many = self.callbacks.union(*(self.told() for _one in range(6)))
        counts = []
        for callbacks in (few, many):
            callbacks.invitation_ids.sudo().unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            callbacks._invite()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_questions_on_the_page_of_the_case_need_no_mail(self):
        self.apply(
            survey_files(
                callbacks=PLANS.replace("    method: mail\n    survey", "    method: portal\n    survey", 1)
            )
        )
        callback = self.told()
        self.run_job()
        self.assertEqual((callback.method, callback.state), ("portal", "waiting"))
        self.assertFalse(self.mails(callback))
        self.assertEqual(callback.ticket_id._customer_view()["survey"], callback._survey_url())

    def test_in_a_chat_the_agent_hands_the_link_over(self):
        plans = PLANS.replace("    method: phone\n", "    method: chat\n")
        self.apply(survey_files(callbacks=plans))
        callback = self.told("delay")
        shown = callback.with_user(self.agent).action_chat_link()["params"]["message"]
        self.assertEqual(shown, callback._survey_url())
        self.assertEqual((callback.state, callback.invitation_ids.mapped("way")), ("waiting", ["chat"]))
        with self.assertRaises(UserError):
            self.told().with_user(self.agent).action_chat_link()
