"""Callbacks: who is called when and by whom, and what a due one keeps back."""

from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .callback_pack import CALLBACKS, MONDAY, SURVEYS, CallbackCase
from .common import files


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
