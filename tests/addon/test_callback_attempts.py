"""Calls: each attempt, what came out of it, and what follows."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .callback_pack import HAPPY, MONDAY, UNHAPPY, CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackAttempts(CallbackCase):
    def setUp(self):
        super().setUp()
        clock = freeze_time(MONDAY)
        clock.start()
        self.addCleanup(clock.stop)
        self.case = self.told()
        self.callback = self.case.callback_ids
        self.caller = self.callback.user_id

    def save(self, outcome, **values):
        return self.callback.with_user(self.caller).save_call({"outcome": outcome, **values})

    def test_d2_reached_the_answers_are_kept_and_the_register_knows(self):
        self.save("reached", answers=HAPPY, note="Very friendly")
        self.assertEqual((self.callback.state, self.callback.result), ("done", "satisfied"))
        self.assertEqual(self.callback.score, 4.5)
        self.assertEqual(self.callback.note, "Very friendly")
        self.assertIn("Were we kind?", self.callback.answers)
        fact = self.case.event_ids.filtered(lambda event: event.kind == "called_back")
        self.assertEqual(
            fact.data,
            {
                "plan": "after-result",
                "outcome": "reached",
                "result": "satisfied",
                "score": 4.5,
                "callback_id": self.callback.id,
            },
        )
        self.assertFalse(self.activities(self.callback))
        self.assertStoredEqualsReplayed(self.case)

    def test_d2_what_was_done_today_is_still_counted(self):
        self.save("reached", answers=HAPPY)
        done = self.env["mail.activity"].with_context(active_test=False)
        self.assertEqual(done.search_count([("res_id", "=", self.callback.id), ("active", "=", False)]), 1)

    def test_d1_nobody_answers_it_is_tried_again_on_the_next_business_day(self):
        said = self.save("no_answer")
        self.assertEqual((self.callback.state, self.callback.attempt_count), ("open", 1))
        self.assertEqual(self.callback.next_attempt_at.date(), (MONDAY + timedelta(days=1)).date())
        self.assertEqual(self.activities(self.callback).date_deadline, (MONDAY + timedelta(days=1)).date())
        self.assertIn("Next attempt", said["told"][0])

    def test_d1_after_the_last_attempt_the_customer_is_unreachable(self):
        self.save("no_answer")
        with freeze_time(MONDAY + timedelta(days=1)):
            self.save("busy")
        self.assertEqual(self.callback.state, "unreachable")
        fact = self.case.event_ids.filtered(lambda event: event.kind == "called_back")
        self.assertEqual(fact.data["outcome"], "unreachable")
        self.callback.invalidate_recordset(["attempt_ids"])
        self.assertEqual(self.callback.attempt_ids.mapped("outcome"), ["busy", "no_answer"])

    def test_d2_call_me_later_is_a_promise(self):
        self.save("later", later_at="2026-03-04 13:30:00")
        self.assertEqual(self.callback.next_attempt_at, datetime(2026, 3, 4, 13, 30))
        with self.assertRaisesRegex(UserError, "time to come"):
            self.save("later", later_at="2026-02-01 10:00:00")

    def test_d2_a_wrong_number_and_a_refusal_end_it(self):
        other = self.told().callback_ids
        self.save("wrong_number")
        self.assertEqual(self.callback.state, "unreachable")
        other.with_user(other.user_id).save_call({"outcome": "refused"})
        self.assertEqual(other.state, "refused")

    def test_d2_problems_and_suggestions_are_sorted_into_classes(self):
        self.save(
            "reached",
            answers=HAPPY,
            findings=[
                {"code": "product-flaw", "words": "The lid leaks"},
                {"code": "idea", "words": "A bigger cup"},
                {"code": "forged", "words": "x"},
            ],
        )
        self.assertEqual(
            [(one.kind, one.title, one.words) for one in self.callback.finding_ids],
            [("problem", "Product flaw", "The lid leaks"), ("suggestion", "Idea", "A bigger cup")],
        )

    def test_d2_a_new_need_becomes_an_inquiry(self):
        self.save("reached", answers=HAPPY, findings=[{"code": "wants-more", "words": "A price for ten"}])
        need = self.callback.need_ticket_id
        self.assertEqual((need.name, need.partner_id), ("A price for ten", self.customer))
        self.assertEqual(need.case_type_id.policy_code, "inquiry")
        self.assertIn("Callback after the result", need.message_ids[0].body)

    def test_d2_the_next_callback_is_agreed_on_the_phone(self):
        self.save("reached", answers=HAPPY, next_at="2026-03-10 09:00:00")
        following = self.callback.next_id
        self.assertEqual((following.state, following.user_id), ("open", self.caller))
        self.assertEqual(following.next_attempt_at, datetime(2026, 3, 10, 9))
        self.assertEqual(self.activities(following).date_deadline, datetime(2026, 3, 10).date())

    def test_d2_it_becomes_part_of_the_customers_file(self):
        self.save("reached", answers=HAPPY)
        file = self.env["complaint.customer"].with_company(self.company)._open_for(self.customer)
        self.assertIn(self.callback, file.callback_ids)

    def test_d2_a_visit_keeps_its_report(self):
        visit = self.visit(self.customer)
        visit.with_user(visit.user_id).save_call(
            {"outcome": "reached", "result": "satisfied", "report": "Met Mr Chen at the gate"}
        )
        self.assertEqual((visit.state, visit.result), ("done", "satisfied"))
        self.assertEqual(visit.report, "Met Mr Chen at the gate")

    def test_d3_a_dissatisfied_answer_reopens_the_case(self):
        self.move(self.case.sudo(), "closed")
        self.save("reached", answers=UNHAPPY)
        self.assertEqual(self.callback.result, "dissatisfied")
        self.assertEqual((self.case.stage_id.policy_code, self.case.case_cycle), ("investigating", 2))

    def test_missing_answers_are_asked_for_and_nothing_is_stored(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.save("reached", answers={"product": 5})
        self.env.invalidate_all()
        self.assertEqual((self.callback.state, self.callback.attempt_count), ("open", 0))

    def test_two_people_at_one_callback_the_second_is_told(self):
        self.save("reached", answers=HAPPY)
        with self.assertRaisesRegex(UserError, "is over"):
            self.save("no_answer")

    def test_ticking_it_off_the_list_is_no_call(self):
        activity = self.activities(self.callback).with_user(self.caller)
        with self.assertRaisesRegex(UserError, "how it went"):
            activity.action_feedback(feedback="done")

    def test_after_one_call_the_next_one_of_the_day_is_at_hand(self):
        other = self.told(name="Second").callback_ids
        other.user_id = self.caller
        said = self.save("reached", answers=HAPPY)
        self.assertEqual((said["next"]["id"], said["left"]), (other.id, 1))

    def test_the_call_screen_has_all_of_it_on_one_page(self):
        self.customer.write({"phone": "+49 151 2345678", "lang": False})
        screen = self.callback.with_user(self.caller).call_screen()
        self.assertEqual(screen["who"]["phone"], "+49 151 2345678")
        self.assertEqual(screen["case"]["number"], self.case.number)
        self.assertEqual(screen["case"]["told"], "It broke.")
        self.assertEqual(screen["script"], "Say who you are.")
        self.assertEqual([one["code"] for one in screen["questions"]], list(HAPPY))
        self.assertEqual(screen["questions"][0]["numbers"], [1, 2, 3, 4, 5])
        self.assertEqual(screen["attempts_max"], 2)

    def test_the_script_and_the_questions_are_in_the_agents_language_and_the_customers(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        screen = self.callback.with_user(self.caller).call_screen()
        self.assertEqual(screen["questions"][0]["title"], "Is the product right?")
        self.assertEqual(screen["questions"][0]["said"], "产品满意吗？")
        chinese = self.callback.with_user(self.caller).with_context(lang="zh_CN").call_screen()
        self.assertEqual(chinese["script"], "请先自报姓名。")
