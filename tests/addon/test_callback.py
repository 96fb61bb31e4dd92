"""Callbacks: who is called when and by whom, what comes out of it, and what a due one keeps back."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .callback_pack import CALLBACKS, MONDAY, SURVEYS, CallbackCase
from .common import files

HAPPY = {"product": 5, "attitude": 4, "recommend": 10, "words": "Thank you"}
UNHAPPY = {"product": 1, "attitude": 2}


@tagged("post_install", "-at_install")
class TestCallbackPlanning(CallbackCase):
    @freeze_time(MONDAY)
    def test_c7_the_result_makes_a_callback_within_seven_days(self):
        case = self.told()
        callback = case.callback_ids
        self.assertEqual((callback.plan, callback.state, callback.cycle), ("after-result", "open", 1))
        self.assertEqual(callback.title, "Callback after the result")
        self.assertLessEqual(callback.due_at, MONDAY + timedelta(days=7))
        self.assertEqual(callback.partner_id, self.customer)

    @freeze_time(MONDAY)
    def test_d1_it_is_on_the_list_of_one_of_the_role_as_an_activity(self):
        callback = self.told().callback_ids
        self.assertIn(callback.user_id, self.agent + self.second)
        activity = self.activities(callback)
        self.assertEqual(activity.user_id, callback.user_id)
        self.assertEqual(activity.activity_type_id.name, "Callback")
        self.assertEqual(activity.date_deadline, MONDAY.date())

    @freeze_time(MONDAY)
    def test_d1_the_load_is_even(self):
        cases = self.env["helpdesk.ticket"]
        for _index in range(5):
            cases |= self.told()
        counts = {}
        for callback in cases.callback_ids:
            counts[callback.user_id] = counts.get(callback.user_id, 0) + 1
        self.assertEqual(sorted(counts.values()), [2, 3])

    @freeze_time(MONDAY)
    def test_who_is_away_is_replaced_by_the_substitute(self):
        third = self.new_user("third", "complaint_management.group_intake")
        self.intake.user_ids = [(6, 0, self.agent.ids)]
        self.agent.complaint_substitute_id = third
        self.patch(
            type(self.env["res.users"]), "_absent_ids", lambda users: set(self.agent.ids) & set(users.ids)
        )
        self.assertEqual(self.told().callback_ids.user_id, third)

    @freeze_time(MONDAY)
    def test_a_fact_that_comes_twice_makes_one_callback(self):
        case = self.told()
        self.move(case, "investigating")
        self.move(case, "communicated")
        self.assertEqual(len(case.callback_ids), 1)

    @freeze_time(MONDAY)
    def test_planning_again_makes_nothing_twice(self):
        self.assertEqual(len(self.visit(self.customer)), 1)
        self.assertFalse(self.visit(self.customer))
        self.assertEqual(len(self.visit(self.customer, "2026-04-01")), 1)

    @freeze_time(MONDAY)
    def test_what_opens_later_comes_onto_the_list_when_its_time_has_come(self):
        callback = self.visit(self.customer, opens_at=MONDAY + timedelta(days=3))
        self.assertEqual((callback.state, len(self.activities(callback))), ("planned", 0))
        self.callbacks._open_batch(100)
        self.assertEqual(callback.state, "planned")
        with freeze_time(MONDAY + timedelta(days=3, minutes=1)):
            self.callbacks._open_batch(100)
        self.assertEqual((callback.state, len(self.activities(callback))), ("open", 1))

    @freeze_time(MONDAY)
    def test_one_that_is_left_out_says_why_and_is_on_nobodys_list(self):
        callback = self.visit(self.customer, state="left_out", left_out_reason="cap")
        self.assertEqual((callback.state, callback.left_out_reason), ("left_out", "cap"))
        self.assertFalse(callback.user_id | self.activities(callback).user_id)

    @freeze_time(MONDAY)
    def test_a_case_that_is_set_aside_needs_no_callback(self):
        case = self.told()
        callback = case.callback_ids
        case._record_fact("withdrawn")
        self.assertEqual((callback.state, callback.left_out_reason), ("cancelled", "withdrawn"))
        self.assertFalse(self.activities(callback))

    @freeze_time(MONDAY)
    def test_a_reopened_case_overtakes_the_callback_of_the_earlier_cycle(self):
        case = self.told()
        first = case.callback_ids
        self.move(case.sudo(), "closed")
        self.move(case.sudo(), "investigating")
        self.assertEqual((first.state, first.left_out_reason), ("cancelled", "reopened"))
        self.move(case.sudo(), "communicated")
        second = case.callback_ids - first
        self.assertEqual((second.state, second.cycle), ("open", 2))

    @freeze_time(MONDAY)
    def test_planning_costs_the_same_number_of_queries_at_1_and_at_50(self):
        self.intake.user_ids = [(6, 0, self.agent.ids)]
        values = {"category": "delay", "partner_id": self.customer.id}
        counts = {}
        for _warm in range(2):
            for count in (1, 50):
                cases = self.env["helpdesk.ticket"].union(
                    *(self.complaint(**values) for _one in range(count))
                )
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.move(cases, "communicated")
                self.env.flush_all()
                counts[count] = self.env.cr.sql_log_count - before
                self.assertEqual(len(cases.callback_ids), count)
        self.assertEqual(counts[1], counts[50])

    @freeze_time(MONDAY)
    def test_planning_for_customers_costs_the_same_number_of_queries_at_1_and_at_50(self):
        self.intake.user_ids = [(6, 0, self.agent.ids)]
        partners = self.env["res.partner"].create([{"name": f"Customer {index}"} for index in range(102)])
        row = {
            "plan": "visit",
            "occasion": "2026-03-02",
            "opens_at": MONDAY,
            "due_at": MONDAY + timedelta(days=7),
        }
        company = {"company_id": self.company.id, "release_id": self.release.id}
        counts = {}
        for some in (partners[:1], partners[1:2], partners[2:52], partners[52:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            made = self.callbacks._plan([{**row, **company, "partner_id": one.id} for one in some])
            self.env.flush_all()
            counts[len(some)] = self.env.cr.sql_log_count - before
            self.assertEqual(len(made), len(some))
        self.assertEqual(counts[1], counts[50])

    @freeze_time(MONDAY)
    def test_a_policy_without_plans_pays_nothing(self):
        self.assertFalse(self.apply(files())._callback_facts())


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


@tagged("post_install", "-at_install")
class TestCallbackKeeps(CallbackCase):
    @freeze_time(MONDAY)
    def test_a_due_callback_keeps_the_case_from_closing(self):
        case = self.told()
        with self.assertRaisesRegex(UserError, "Callback after the result.*Make the call"):
            self.move(case.with_user(self.leader), "closed")
        case.callback_ids.with_user(case.callback_ids.user_id).save_call({"outcome": "refused"})
        self.move(case.with_user(self.leader), "closed")
        self.assertTrue(case.closed)

    @freeze_time(MONDAY)
    def test_a_leader_may_decide_that_nobody_calls(self):
        case = self.told()
        callback = case.callback_ids
        with self.assertRaisesRegex(UserError, "senior agent"):
            callback.with_user(callback.user_id).action_cancel()
        callback.with_user(self.leader).action_cancel()
        self.assertEqual((callback.state, callback.left_out_reason), ("cancelled", "by_hand"))
        self.move(case.with_user(self.leader), "closed")

    @freeze_time(MONDAY)
    def test_a_due_callback_keeps_the_case_out_of_the_archive(self):
        case = self.told()
        kept = self.env["helpdesk.ticket"].search(case._may_be_archived(self.release))
        self.assertNotIn(case, kept)
        case.callback_ids._cancel("by_hand")
        self.assertIn(case, self.env["helpdesk.ticket"].search(case._may_be_archived(self.release)))

    def test_an_overdue_callback_goes_up_the_ladder_once(self):
        with freeze_time(MONDAY):
            case = self.told()
            callback = case.callback_ids
        with freeze_time(MONDAY + timedelta(days=7, minutes=5)):
            self.assertTrue(callback.overdue)
            self.assertIn(callback, self.callbacks.search([("overdue", "=", True)]))
            self.callbacks._overdue_batch(100)
            self.callbacks._overdue_batch(100)
            case.invalidate_recordset()
        facts = case.event_ids.filtered(
            lambda event: (event.data or {}).get("rule") == "callback:after-result"
        )
        self.assertEqual(facts.mapped("kind"), ["escalated"])
        self.assertEqual(facts.data["subject"], f"callback:{callback.id}")
        self.assertEqual(case.escalation_level, "supervisor")
        self.assertTrue(case.unanswered_since)
        self.assertIn("Overdue: Callback after the result", case.notice_ids.mapped("reason"))
        self.assertIn("Overdue: Callback after the result", facts.summary)
        self.assertStoredEqualsReplayed(case)

    def test_an_overdue_callback_of_a_customer_is_told_to_the_people_of_the_plan(self):
        callback = self.visit(self.customer)
        callback.release_id = self.apply(
            files(
                callbacks=CALLBACKS.replace(
                    "method: visit", "method: visit\n    then: {overdue: {notify: [intake]}}"
                ),
                surveys=SURVEYS,
            )
        )
        with freeze_time(MONDAY + timedelta(days=8)):
            self.callbacks._overdue_batch(100)
        told = self.env["mail.message"].search([("subject", "=", "Overdue callbacks: 1")])
        self.assertIn("Visit", told.body)
        self.assertTrue(callback.overdue_at)

    def test_the_job_opens_what_is_due_and_acts_on_what_is_late(self):
        with freeze_time(MONDAY):
            late = self.told().callback_ids
            coming = self.visit(self.customer, opens_at=MONDAY + timedelta(days=2))
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1000)
        with freeze_time(MONDAY + timedelta(days=7, hours=1)):
            self.callbacks._cron_due()
        self.assertEqual(coming.state, "open")
        self.assertEqual(late.ticket_id.escalation_level, "supervisor")


@tagged("post_install", "-at_install")
class TestCallbackAccess(CallbackCase):
    def setUp(self):
        super().setUp()
        clock = freeze_time(MONDAY)
        clock.start()
        self.addCleanup(clock.stop)

    def test_a_caller_of_another_team_reads_the_case_they_call_about(self):
        case = self.told()
        caller = case.callback_ids.user_id
        self.delivery.user_ids = [(5,)]
        case.user_id = self.leader
        case.invalidate_recordset()
        self.assertTrue(case.with_user(caller).has_access("read"))
        self.assertTrue(case.callback_ids.with_user(caller).call_screen()["case"])

    def test_who_may_not_see_the_case_sees_no_callback_of_it(self):
        case = self.told()
        callback = case.callback_ids
        outsider = self.new_user("outsider", "complaint_management.group_task_force")
        self.assertFalse(callback.with_user(outsider).search([]))
        with self.assertRaises(AccessError):
            callback.with_user(outsider).read(["state"])
        with self.assertRaises(AccessError):
            callback.with_user(outsider).call_screen()
        with self.assertRaises(AccessError):
            callback.with_user(outsider).save_call({"outcome": "refused"})

    def test_a_confidential_case_changes_hands_with_its_callbacks(self):
        case = self.told()
        callback = case.callback_ids
        case.user_id = self.leader
        case.confidential = True
        self.assertEqual(callback.user_id, self.leader)
        stranger = (self.agent + self.second)[:1]
        self.assertFalse(callback.with_user(stranger).search([]))
        self.assertNotIn("Chen", callback.display_name)
        with self.assertRaisesRegex(UserError, "may not see the case"):
            callback.with_user(self.leader).write({"user_id": stranger.id})

    def test_staff_who_are_not_the_caller_may_take_over(self):
        callback = self.visit(self.customer)
        other = (self.agent + self.second) - callback.user_id
        callback.with_user(other).action_take_over()
        self.assertEqual((callback.user_id, self.activities(callback).user_id), (other, other))

    def test_nothing_but_caller_time_and_notes_is_changed_by_hand(self):
        callback = self.visit(self.customer).with_user(self.leader)
        callback.write({"next_attempt_at": datetime(2026, 3, 5, 10), "note": "Ring twice"})
        for values in ({"state": "done"}, {"result": "satisfied"}, {"score": 5}, {"attempt_count": 9}):
            with self.subTest(values), self.assertRaises(AccessError):
                callback.write(values)
        with self.assertRaises(UserError):
            callback.copy()
        with self.assertRaises(AccessError):
            callback.unlink()
        with self.assertRaises(UserError):
            self.callbacks.with_user(self.leader).create({"plan": "visit", "occasion": "x"})
        for name in ("attempt", "finding"):
            with self.assertRaises(AccessError):
                self.env[f"complaint.callback.{name}"].with_user(self.leader).create(
                    {"callback_id": callback.id}
                )

    def test_portal_users_and_other_companies_see_nothing(self):
        callback = self.visit(self.customer)
        portal = new_test_user(self.env, "p@small.example", groups="base.group_portal")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s@small.example",
            groups="complaint_management.group_senior",
            company_id=other.id,
            company_ids=other.ids,
        )
        with self.assertRaises(AccessError):
            self.callbacks.with_user(portal).search([])
        with self.assertRaises(AccessError):
            callback.with_user(portal).call_screen()
        theirs = callback.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.call_screen()

    def test_anonymising_reaches_what_was_said(self):
        case = self.told()
        callback = case.callback_ids
        callback.with_user(callback.user_id).save_call(
            {
                "outcome": "reached",
                "answers": {**HAPPY, "words": "My name is Chen"},
                "note": "Mr Chen was kind",
                "findings": [{"code": "idea", "words": "Call me Chen"}],
            }
        )
        case.sudo()._forget_texts("complaint.callback", callback.ids)
        self.patch(type(case), "_check_may_anonymise", lambda tickets: None)
        case._anonymise()
        self.env.invalidate_all()
        self.assertFalse(callback.note)
        self.assertFalse(callback.finding_ids.words)
        self.assertNotIn("Chen", callback.answers)
        self.assertEqual((callback.plan, callback.score), ("after-result", 4.5))
        self.assertEqual(callback.finding_ids.code, "idea")
