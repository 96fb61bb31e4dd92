"""The loop closes (D1 to D3): the right person asks at the right hour and number, and who has to hear of an
unhappy customer hears of it, whatever became of the case meanwhile."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .callback_pack import CALLBACKS, MONDAY, SURVEYS, CallbackCase
from .common import files
from .survey_pack import PLANS, UNHAPPY, SurveyCase, survey_files

VERY_UNHAPPY = """
kind: escalation
levels: [{name: supervisor, notify: [team_leader]}]
rules:
  - {name: very-unhappy, when: {event: rated, score: {max: 2}}, do: [{escalate: supervisor}]}
"""
ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: team_leader, of: team}
"""
RESULT = """
kind: messages
messages:
  - {name: result, on: communicated, by: [mail], state: [number, survey], wording: {en: "Our answer."}}
"""


@tagged("post_install", "-at_install")
class TestWhoHears(SurveyCase):
    def escalated(self, case):
        return case.event_ids.filtered(lambda event: event.kind == "escalated")

    def test_d3_the_leader_hears_of_a_very_unhappy_customer_though_the_case_is_open_again(self):
        """The rule waits for the job; the reopening, which comes first, must not make it forgotten."""
        self.apply(survey_files(escalation=VERY_UNHAPPY, roles=ROLES))
        callback = self.told("delay")
        case = callback.ticket_id
        self.move(case, "closed")
        callback._answer(UNHAPPY)
        self.assertEqual((case.case_cycle, case.escalation_level), (2, False), "the job has not acted yet")
        self.env["helpdesk.ticket"]._act_due(100)
        self.env["helpdesk.ticket"]._act_due(100)
        case.invalidate_recordset()
        self.assertEqual(case.escalation_level, "supervisor")
        self.assertTrue(case.unanswered_since, "somebody has to answer")
        self.assertEqual(len(self.escalated(case)), 1)
        notices = case.notice_ids.filtered(lambda one: one.rule == "very-unhappy")
        self.assertEqual(notices.user_id, case.team_id.user_id)
        self.assertStoredEqualsReplayed(case)

    def test_d3_of_a_case_that_stays_closed_the_leader_hears_too(self):
        plans = PLANS.replace(
            "dissatisfied: {reopen: investigating, at_most: 1, then: {escalate: supervisor}}",
            "dissatisfied: {notify: [intake]}",
        )
        self.apply(survey_files(callbacks=plans, escalation=VERY_UNHAPPY, roles=ROLES))
        callback = self.told("delay")
        case = callback.ticket_id
        self.move(case, "closed")
        callback._answer(UNHAPPY)
        self.env["helpdesk.ticket"]._act_due(100)
        case.invalidate_recordset()
        self.assertTrue(case.closed)
        self.assertIn(case.team_id.user_id, case.notice_ids.user_id)

    # ------------------------------------------------------------------ the answers on the case

    def test_d3_the_case_shows_its_answers_as_far_as_the_reader_may_see_them(self):
        callback = self.told("damage")
        callback._answer(UNHAPPY, way="link")
        case = callback.ticket_id
        mine = case.with_user(self.agent)
        self.assertEqual((mine.answer_ids.mapped("code"), mine.hidden_answers), (["recommend"], 4))
        self.env.invalidate_all()
        theirs = case.with_user(self.leader)
        self.assertEqual((len(theirs.answer_ids), theirs.hidden_answers), (5, 0))
        view = self.env["helpdesk.ticket"].with_user(self.agent).get_view(view_type="form")["arch"]
        self.assertIn('name="answers"', view)

    def test_lists_are_grouped_by_what_plans_and_questions_are_called(self):
        callback = self.told("delay")
        callback._answer({"product": 3, "attitude": 3, "speed": 3})
        for model, name, code, title in (
            ("complaint.callback", "plan", "call", "Call after the result"),
            ("complaint.answer", "code", "product", "Is the product right?"),
        ):
            domain = [("ticket_id", "=", callback.ticket_id.id)]
            groups = self.env[model].formatted_read_group(domain, [name], ["__count"])
            self.assertIn(title, [group[name] for group in groups])
            wanted = [list(group["__extra_domain"]) for group in groups if group[name] == title]
            self.assertEqual(wanted, [[(name, "=", code)]])

    # ------------------------------------------------------------------ the link in the message

    def test_b9_the_message_with_the_result_leads_to_the_questions_that_wait(self):
        self.apply(survey_files(messages=RESULT))
        callback = self.told("damage")
        case = callback.ticket_id
        message = case.complaint_message_ids.filtered(lambda one: one.name == "result")
        self.assertIn(callback._survey_url(), message.facts)
        self.assertIn(callback._survey_url(), message.said)
        callback._answer(UNHAPPY, way="link")
        self.env.invalidate_all()
        self.assertNotIn("/complaints/survey/", message.said, "answered: nothing is asked any more")

    def test_b9_who_is_asked_by_phone_gets_no_link(self):
        self.apply(survey_files(messages=RESULT))
        case = self.told("delay").ticket_id
        message = case.complaint_message_ids.filtered(lambda one: one.name == "result")
        self.assertNotIn("/complaints/survey/", message.said)


@tagged("post_install", "-at_install")
class TestWhoCalls(CallbackCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(MONDAY))

    # ------------------------------------------------------------------ by whom

    def another_asks(self):
        plans = CALLBACKS.replace(
            "    by: intake\n    method: phone", "    by: intake\n    not_by: holder\n    method: phone"
        )
        self.apply(files(callbacks=plans, surveys=SURVEYS))

    def test_d1_who_had_the_case_does_not_ask_about_themselves(self):
        self.another_asks()
        callers = [self.told(user_id=self.agent.id).callback_ids.user_id for _one in range(3)]
        self.assertEqual(callers, [self.second] * 3)

    def test_d1_where_there_is_nobody_else_they_ask_all_the_same(self):
        self.another_asks()
        self.intake.user_ids = [(6, 0, self.agent.ids)]
        self.assertEqual(self.told(user_id=self.agent.id).callback_ids.user_id, self.agent)

    # ------------------------------------------------------------------ too late

    def test_d1_of_an_overdue_callback_the_people_hear_though_the_case_is_closed(self):
        self.apply(
            files(
                callbacks=CALLBACKS.replace("keeps: [closing, archiving]", "keeps: [archiving]"),
                surveys=SURVEYS,
            )
        )
        case = self.told()
        self.move(case, "closed")
        with freeze_time(MONDAY + timedelta(days=8)):
            self.callbacks._overdue_batch(100)
        case.invalidate_recordset()
        self.assertTrue(case.closed)
        self.assertFalse(case.escalation_level, "a case that is over is not raised")
        notices = case.notice_ids.filtered(lambda one: one.reason == "Overdue: Callback after the result")
        self.assertTrue(notices.user_id, "but those of the level are told")
        self.assertStoredEqualsReplayed(case)

    # ------------------------------------------------------------------ at which hour

    def file(self, **values):
        files_of = self.env["complaint.customer"].with_company(self.company)
        file = files_of._open_for(self.customer)
        file.write(values)
        return file

    def test_d6_customers_are_called_at_the_hours_that_they_prefer(self):
        self.customer.tz = "Europe/Berlin"
        self.file(call_days="mon-fri", call_from=15.5, call_until=17)
        callback = self.told().callback_ids
        self.assertEqual(callback.next_attempt_at, datetime(2026, 3, 2, 14, 30))
        self.assertEqual(callback.best_time, "Monday to Friday, 15:30–17:00")
        with freeze_time(datetime(2026, 3, 2, 14, 40)):
            callback._attempt("no_answer")
        self.assertEqual(callback.next_attempt_at, datetime(2026, 3, 3, 14, 30))

    def test_d6_hours_when_nobody_works_are_no_reason_not_to_call(self):
        self.file(call_days="sat-sun", call_from=2, call_until=3)
        self.assertEqual(self.told().callback_ids.next_attempt_at, MONDAY)

    def test_d6_hours_that_end_before_they_begin_are_refused(self):
        for hours in ((17, 9), (-1, 8), (8, 25)):
            with self.subTest(hours), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.file(call_from=hours[0], call_until=hours[1])

    # ------------------------------------------------------------------ by which number

    def digits(self, number):
        return "".join(sign for sign in number or "" if sign.isdigit())

    def test_d2_a_wrong_number_is_put_right_and_the_call_goes_on(self):
        callback = self.told().callback_ids.with_user(self.agent)
        number = callback.correct_phone(" +49 151 23456789 ")
        self.assertEqual((self.digits(number), number[0]), ("4915123456789", "+"))
        self.assertEqual(callback.call_screen()["who"]["phone"], number)
        self.assertEqual(callback.state, "open")
        self.assertIn(number, callback.ticket_id.message_ids[0].body)

    def test_d2_the_contact_gets_it_from_who_may_change_contacts(self):
        callback, kept = self.told().callback_ids, self.customer.phone
        self.assertFalse(self.customer.with_user(self.agent).has_access("write"), "or this tests nothing")
        callback.with_user(self.agent).correct_phone("+49 151 23456789")
        self.assertEqual(self.customer.phone, kept)
        visit = self.visit(self.customer, user_id=self.agent.id).with_user(self.agent)
        with self.assertRaises(UserError):
            visit.correct_phone("+49 151 23456789")
        self.agent.group_ids += self.env.ref("base.group_partner_manager")
        visit.correct_phone("+49 151 23456780")
        self.assertEqual(self.digits(self.customer.phone), "4915123456780")

    def test_d2_what_is_no_number_is_refused_with_a_sentence(self):
        callback = self.told().callback_ids.with_user(self.agent)
        for number in ("", "nobody knows", None, 5):
            with self.subTest(number), self.assertRaises(UserError):
                callback.correct_phone(number)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_d2_who_may_not_make_the_callback_changes_no_number(self):
        callback = self.told().callback_ids
        portal = self.new_user("customer", "base.group_portal")
        for user in (portal, self.new_user("clerk", "base.group_user")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                callback.with_user(user).correct_phone("+49 151 23456789")

    def test_d2_when_it_is_over_no_number_is_changed(self):
        callback = self.told().callback_ids
        callback._finish(state="refused")
        with self.assertRaises(UserError):
            callback.with_user(self.agent).correct_phone("+49 151 23456789")
