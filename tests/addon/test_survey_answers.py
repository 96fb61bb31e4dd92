"""The answers of a customer: kept once, scored on the policy's scale, and what follows (D2, D3, D4)."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .survey_pack import HAPPY, PLANS, SURVEYS, UNHAPPY, SurveyCase, survey_files


@tagged("post_install", "-at_install")
class TestSurveyAnswers(SurveyCase):
    def rated(self, case):
        return case.event_ids.filtered(lambda event: event.kind == "rated")

    # ------------------------------------------------------------------ kept and scored

    def test_d2_the_answers_given_on_the_phone_are_kept_with_the_callback(self):
        callback = self.told("delay")
        callback.with_user(self.agent).save_call({"outcome": "reached", "answers": HAPPY})
        self.assertEqual((callback.state, callback.result), ("done", "satisfied"))
        given = {answer.code: answer.words or answer.value for answer in callback.sudo().answer_ids}
        wanted = {"product": 5, "attitude": 4, "speed": 5, "recommend": 9, "words": "Well done."}
        self.assertEqual(given, wanted)
        answers = callback.sudo().user_input_id
        self.assertEqual((answers.partner_id, answers.complaint_way), (self.customer, "phone"))
        self.assertEqual(answers.state, "done")

    def test_d4_the_score_is_the_mean_on_the_scale_and_the_nps_is_kept_apart(self):
        callback = self.told("delay")
        callback._answer(HAPPY)
        self.assertAlmostEqual(callback.score, 4.67)
        fact = self.rated(callback.ticket_id).data
        self.assertEqual((fact["score"], fact["nps"], fact["plan"]), (4.67, 9, "call"))
        self.assertNotIn("Well done", json.dumps(fact), "no words in the register")
        dimensions = {answer.dimension: answer.value for answer in callback.answer_ids if answer.dimension}
        self.assertEqual(dimensions, {"product_quality": 5, "service_attitude": 4, "response_speed": 5})
        self.assertStoredEqualsReplayed(callback.ticket_id)

    def test_d4_the_quick_rating_counts_what_the_policy_says(self):
        self.assertEqual([self.release._on_scale(one) for one in (1, 3, 5)], [1, 2, 5])
        plain = self.apply(
            survey_files(SURVEYS.replace("    ratings: {satisfied: 5, partly: 2, unsatisfied: 1}\n", ""))
        )
        self.assertEqual([plain._on_scale(one) for one in (1, 3, 5)], [1, 3, 5])

    def test_scales_of_another_length_are_brought_to_the_first_one(self):
        self.apply(
            survey_files(
                SURVEYS.replace("dimension: response_speed, scale: 5", "dimension: response_speed, scale: 3")
            )
        )
        callback = self.told("delay")
        callback._answer({**HAPPY, "product": 5, "attitude": 5, "speed": 2})
        self.assertAlmostEqual(callback.score, 4.33)  # (5 + 5 + 3) / 3

    def test_what_lies_between_the_bounds_is_neither(self):
        callback = self.told("delay")
        callback._answer({"product": 3, "attitude": 3, "speed": 3})
        self.assertEqual((callback.result, callback.ticket_id.case_cycle), ("neutral", 1))

    def test_an_answer_that_is_none_is_refused_with_a_sentence(self):
        callback = self.told("delay")
        wrong = [
            {},
            {**HAPPY, "product": 6},
            {**HAPPY, "product": 0},
            {**HAPPY, "recommend": 11},
            {**HAPPY, "speed": "four"},
            {**HAPPY, "speed": "٤"},
            {"attitude": 4, "speed": 5},
            None,
        ]
        for values in wrong:
            with self.subTest(values), self.assertRaises(UserError):
                callback._answer(values)
        self.assertFalse(callback.sudo().user_input_id)

    def test_sent_twice_it_counts_once(self):
        callback = self.told("delay")
        self.assertTrue(callback._answer(HAPPY))
        self.assertFalse(callback._answer(UNHAPPY, way="link"))
        self.assertEqual(callback.result, "satisfied")
        self.assertEqual(len(self.rated(callback.ticket_id)), 1)
        self.assertEqual(self.facts(callback.ticket_id).count("called_back"), 1)

    def test_the_database_takes_one_answer_for_a_callback(self):
        callback = self.told("delay")
        callback._answer(HAPPY)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            callback.sudo().user_input_id.copy({"complaint_callback_id": callback.id}).flush_recordset()

    def test_a_callback_without_questions_takes_no_answers(self):
        with self.assertRaises(UserError):
            self.for_customer("greetings", occasion="birthday:2026")._answer(HAPPY)

    # ------------------------------------------------------------------ what follows

    def test_d3_a_dissatisfied_answer_reopens_the_case_with_the_answers_on_it(self):
        callback = self.told("delay")
        case = callback.ticket_id
        self.move(case, "closed")
        callback._answer(UNHAPPY)
        self.assertFalse(case.closed)
        self.assertEqual((case.case_cycle, case.stage_id.id), (2, self.ref_id("stage", "investigating")))
        self.assertEqual(case.user_id, self.agent, "who had the case goes on with it")
        kinds = self.facts(case)
        self.assertEqual([kinds.count(one) for one in ("rated", "called_back", "reopened")], [1, 1, 1])
        note = case.message_ids[:1]
        self.assertTrue(note.is_internal or note.subtype_id.internal, "the customer does not see the note")
        self.assertIn("Recommend us?", note.body)
        self.assertStoredEqualsReplayed(case)

    def test_d3_a_case_that_is_told_but_not_closed_begins_a_new_cycle_too(self):
        callback = self.told("delay")
        case = callback.ticket_id
        callback._answer(UNHAPPY)
        self.assertEqual((case.case_cycle, case.stage_id.id), (2, self.ref_id("stage", "investigating")))
        self.assertEqual(self.facts(case).count("reopened"), 1)
        solution = case.current_milestone_ids.filtered(lambda clock: clock.name == "solution")
        self.assertEqual((solution.cycle, solution.state), (2, "running"))
        self.assertStoredEqualsReplayed(case)

    def test_d3_as_often_as_the_plan_lets_then_it_goes_up_the_ladder(self):
        first = self.told("delay")
        case = first.ticket_id
        first._answer(UNHAPPY)
        self.move(case, "communicated")
        second = self.callbacks.search([("ticket_id", "=", case.id), ("cycle", "=", 2)])
        second._answer(UNHAPPY)
        self.assertEqual(case.case_cycle, 2, "at_most: 1")
        self.assertEqual(case.escalation_level, "supervisor")
        self.assertIn(self.agent, case.notice_ids.user_id)
        notice = case.notice_ids.filtered(lambda one: one.rule == "dissatisfied:call")[:1]
        self.assertEqual(notice.reason, "Customer dissatisfied: Call after the result")

    def test_a_case_taken_up_meanwhile_is_not_reopened_once_more(self):
        callback = self.told("delay")
        case = callback.ticket_id
        self.move(case, "closed")
        self.move(case, "investigating")
        self.assertEqual(callback.state, "cancelled")
        self.assertEqual(case.case_cycle, 2)

    def test_d3_a_dissatisfied_customer_without_a_case_is_told_to_the_people_of_the_plan(self):
        callback = self.for_customer()
        callback._answer(UNHAPPY, way="link")
        told = self.env["mail.message"].search(
            [("model", "=", "complaint.callback"), ("res_id", "=", callback.id)]
        )
        self.assertIn(self.agent.partner_id, told.notified_partner_ids | told.partner_ids)
        self.assertNotIn("Rude people", " ".join(told.mapped("body")))

    def test_d3_nobody_reached_the_questions_go_out_by_mail_once(self):
        callback = self.told("delay")
        callback._attempt("no_answer")
        self.run_job()
        self.assertEqual(callback.method, "mail")
        self.assertEqual(callback.invitation_ids.mapped("kind"), ["invitation"])
        self.delivered(callback)
        self.assertEqual(callback.state, "waiting")
        callback._answer(HAPPY, way="link")
        self.assertEqual((callback.state, callback.result), ("done", "satisfied"))

    def test_d3_a_plan_that_only_records_leaves_it_at_that(self):
        self.apply(survey_files(callbacks=PLANS.replace("unreachable: mail", "unreachable: record")))
        callback = self.told("delay")
        callback._attempt("no_answer")
        self.assertEqual((callback.state, len(callback.invitation_ids)), ("unreachable", 0))
