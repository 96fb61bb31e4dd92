"""Improvement actions: where they come from, who decides, whether they worked (B8)."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import files
from .solution_pack import APPROVALS, CAUSES, TOPICS, SolutionCase

DECIDED = {
    **TOPICS,
    "causes": f"{CAUSES}improvement: {{approval: change}}\n",
    "approvals": f"{APPROVALS}"
    "  - name: change\n"
    "    title: {en: Change, zh_CN: 变更}\n"
    "    steps: [{by: analysts}, {by: deciders}]\n",
}


@tagged("post_install", "-at_install")
class TestImprovement(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**DECIDED))
        cls.cause = cls.env["complaint.term"].browse(cls.ref_id("cause", "handover"))
        cls.Action = cls.env["mgmtsystem.action"].with_context(default_for_complaints=True)

    def action(self, user=None, **values):
        return self.Action.with_user(user or self.agent).create(
            {
                "name": "Train the handover",
                "type_action": "prevention",
                "company_id": self.company.id,
                "user_id": self.agent.id,
                "date_deadline": fields.Date.today() + timedelta(days=10),
                **values,
            }
        )

    def with_cause(self, cause="handover", at="2026-03-10 09:00:00", **values):
        """A case received at a time, and its cause found."""
        with freeze_time(at):
            case = self.complaint(category="delay", **values)
            self.env["complaint.investigation"].create(
                {"ticket_id": case.id, "cause_id": self.ref_id("cause", cause)}
            )
        return case

    # ------------------------------------------------------------------ where they come from

    def test_b8_an_action_comes_from_a_case_with_its_cause_and_category(self):
        case = self.with_cause(user_id=self.agent.id)
        with Form.from_action(self.env(user=self.agent), case.with_user(self.agent).action_improve()) as form:
            form.name = "Write the handover down"
        action = form.record
        self.assertTrue(action.for_complaints)
        self.assertEqual(action.complaint_ticket_ids, case)
        self.assertEqual(action.cause_id, self.cause)
        self.assertEqual(action.complaint_category_id, case.category_id)
        self.assertEqual(case.improvement_ids, action.sudo(False).with_env(case.env))
        self.assertIn("Write the handover down", str(case.message_ids[:1].body))

    def test_several_cases_share_one_action_and_only_what_they_have_in_common(self):
        one = self.with_cause("handover", user_id=self.agent.id)
        two = self.with_cause("product", user_id=self.agent.id)
        context = (one | two).action_improve()["context"]
        values = self.Action.with_context(**context).default_get(["complaint_ticket_ids", "cause_id"])
        self.assertEqual(values["complaint_ticket_ids"], [(6, 0, (one | two).ids)])
        self.assertFalse(values["cause_id"])
        self.assertTrue(values["complaint_category_id"])

    def test_an_action_comes_from_a_cause(self):
        action = self.cause.with_user(self.agent).action_improve()
        with Form.from_action(self.env(user=self.agent), action) as form:
            form.name = "Train the handover"
        self.assertEqual(form.record.cause_id, self.cause)
        self.assertTrue(form.record.for_complaints)

    def test_what_is_done_against_the_same_cause_stands_on_other_cases(self):
        action = self.action(cause_id=self.cause.id)
        case = self.with_cause()
        self.assertEqual(case.same_cause_ids, action.with_env(case.env))
        self.assertFalse(self.with_cause("product").same_cause_ids)

    def test_cases_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "must be those of its company"):
            self.action(user=self.env.user, company_id=other.id, cause_id=self.cause.id)

    def test_an_ordinary_action_of_the_management_system_stays_as_oca_made_it(self):
        ordinary = self.env["mgmtsystem.action"].create({"name": "Repaint", "type_action": "improvement"})
        self.assertFalse(ordinary.for_complaints)
        with self.assertRaises(AccessError):
            ordinary.with_user(self.agent).read(["name"])
        manager = new_test_user(self.env, "manager_sys", groups="mgmtsystem.group_mgmtsystem_user")
        self.assertEqual(ordinary.with_user(manager).read(["name"])[0]["name"], "Repaint")

    # ------------------------------------------------------------------ who decides

    def test_b8_a_change_of_a_process_is_decided_by_the_groups_of_the_policy_one_after_the_other(self):
        action = self.action(change_of="process")
        self.assertEqual((action.decision, action.awaited_role), ("waiting", "analysts"))
        self.assertEqual(action.sudo().activity_ids.user_id, self.analyst)
        with self.assertRaisesRegex(UserError, "has to be decided first"):
            action.action_start()
        action.with_user(self.analyst)._decide("approved")
        self.assertEqual((action.decision, action.awaited_role), ("waiting", "deciders"))
        self.assertEqual(action.sudo().activity_ids.user_id, self.decider | self.second)
        action.with_user(self.decider)._decide("approved")
        self.assertEqual(action.decision, "approved")
        self.assertFalse(action.sudo().activity_ids)
        action.action_start()
        self.assertTrue(action.date_open)

    def test_what_changes_nothing_is_begun_without_asking(self):
        action = self.action()
        self.assertEqual(action.decision, "none")
        action.action_start()
        self.assertFalse(action.stage_id.is_starting)

    def test_a_policy_without_an_approval_for_improvement_asks_nobody(self):
        self.apply(files(**TOPICS))
        self.assertEqual(self.action(change_of="rules").decision, "none")

    def test_a_refusal_needs_a_reason_and_ends_it(self):
        action = self.action(change_of="rules")
        with self.assertRaisesRegex(UserError, "Say why"):
            action.with_user(self.analyst)._decide("rejected")
        action.with_user(self.analyst)._decide("rejected", "Too dear")
        self.assertEqual(action.decision, "rejected")
        with self.assertRaises(UserError):
            action.action_start()
        action.action_cancel()
        self.assertTrue(action.stage_id.is_ending)

    def test_who_made_or_owns_the_action_does_not_decide(self):
        own = self.action(user=self.analyst, change_of="rules", user_id=self.agent.id)
        self.assertFalse(own._deciders("analysts"))
        self.assertIn("nobody of them may", own.decision_notice)
        owner = self.action(change_of="rules", user_id=self.analyst.id)
        with self.assertRaises(AccessError):
            owner.with_user(self.analyst)._decide("approved")

    def test_a_decision_is_not_forged(self):
        action = self.action(change_of="rules")
        with self.assertRaises(AccessError):
            action.write({"decision": "approved"})
        with self.assertRaises(AccessError):
            self.action(decision="approved")
        with self.assertRaises(AccessError):
            action._decide("approved")
        with self.assertRaises(AccessError):
            self.env["complaint.improvement.decision"].with_user(self.agent).create(
                {"action_id": action.id, "role": "analysts", "verdict": "approved"}
            )

    def test_what_was_decided_on_does_not_change_any_more(self):
        action = self.action(change_of="rules")
        action.write({"name": "Another thing"})
        action.with_user(self.analyst)._decide("approved")
        with self.assertRaisesRegex(UserError, "decided on as it stands"):
            action.write({"name": "A third thing"})
        with self.assertRaises(UserError):
            action.write({"change_of": False})

    # ------------------------------------------------------------------ did it work

    def test_b8_the_effect_is_the_count_of_complaints_with_the_cause_before_and_after(self):
        process = self.env["complaint.term"].browse(self.ref_id("cause", "process"))
        with freeze_time("2026-03-01 08:00:00"):
            action = self.action(cause_id=process.id, date_deadline="2026-03-31", effect_on="2026-04-21")
        for day in ("2026-03-12", "2026-03-20", "2026-03-25"):
            self.with_cause(at=f"{day} 09:00:00")
        self.with_cause("product", at="2026-03-21 09:00:00")
        self.with_cause(at="2026-03-02 09:00:00")  # earlier than as long before
        with freeze_time("2026-04-01 00:00:00"):
            action.action_done()
        self.with_cause(at="2026-04-05 09:00:00")
        with freeze_time("2026-04-22 09:00:00"):
            action.invalidate_recordset()
            self.assertEqual((action.complaints_before, action.complaints_after), (3, 1))
            self.assertIn("3 from 03/12/2026 to 04/01/2026, 1 from then to 04/21/2026", action.measure)
            self.assertTrue(action.to_check)
            action._check_effect("worked", "Training held")
        self.assertEqual((action.effect, action.effect_checked_uid), ("worked", self.agent))
        self.with_cause(at="2026-04-06 09:00:00")
        action.invalidate_recordset()
        self.assertEqual((action.complaints_before, action.complaints_after), (3, 1))

    def test_f4_the_managers_page_shows_what_was_before_and_after(self):
        process = self.env["complaint.term"].browse(self.ref_id("cause", "process"))
        with freeze_time("2026-03-01 08:00:00"):
            action = self.action(cause_id=process.id, date_deadline="2026-03-31", effect_on="2026-04-21")
        for day in ("2026-03-12", "2026-03-20", "2026-03-25"):
            self.with_cause(at=f"{day} 09:00:00")
        with freeze_time("2026-04-01 00:00:00"):
            action.action_done()
        self.with_cause(at="2026-04-05 09:00:00")
        with freeze_time("2026-04-22 09:00:00"):
            page = self.env["complaint.dashboard"].with_company(self.company).read_page({"period": "month"})
        [card] = [
            card for section in page["sections"] for card in section["cards"] if card["key"] == "effects"
        ]
        [row] = card["rows"]
        self.assertEqual([cell["text"] for cell in row["cells"][:2]], ["3", "1"])
        self.assertEqual(row["open"]["domain"], [("id", "=", action.id)])

    def test_the_effect_is_not_judged_too_early_nor_by_hand(self):
        action = self.action(cause_id=self.cause.id, effect_on=fields.Date.today() + timedelta(days=20))
        with self.assertRaisesRegex(UserError, "day of the check"):
            action.action_check_effect()
        with self.assertRaises(AccessError):
            action.write({"effect": "worked"})
        with self.assertRaises(ValidationError):
            action.write({"effect_on": fields.Date.today()})

    def test_counting_for_many_actions_takes_one_query(self):
        done = datetime.now() - timedelta(days=5)
        actions = self.Action.create(
            [
                {
                    "name": f"Number {index}",
                    "type_action": "prevention",
                    "company_id": self.company.id,
                    "cause_id": self.cause.id,
                    "effect_on": fields.Date.today(),
                    "date_closed": done,
                }
                for index in range(20)
            ]
        )
        (actions[0]).mapped("measure")
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            actions.mapped("measure")

    # ------------------------------------------------------------------ reminders

    def test_the_owner_of_an_overdue_action_is_reminded_once(self):
        action = self.action(date_deadline=fields.Date.today() - timedelta(days=3))
        self.assertTrue(action.overdue)
        self.assertIn(action, self.Action.search([("overdue", "=", True)]))
        for _again in range(2):
            self.Action._cron_improvement()
        activity = action.sudo().activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.summary, "3 days overdue: Train the handover")
        action.write({"date_deadline": fields.Date.today() + timedelta(days=3)})
        self.assertFalse(action.sudo().activity_ids)

    def test_the_owner_is_asked_whether_it_worked_when_the_day_has_come(self):
        with freeze_time("2026-03-01 08:00:00"):
            action = self.action(cause_id=self.cause.id, date_deadline="2026-03-05", effect_on="2026-03-10")
            action.action_done()
            self.Action._cron_improvement()
            self.assertFalse(action.sudo().activity_ids)
        with freeze_time("2026-03-10 08:00:00"):
            self.Action._cron_improvement()
            self.assertIn("Did it work?", action.sudo().activity_ids.summary)
            action._check_effect("failed", False)
            self.assertFalse(action.sudo().activity_ids)

    # ------------------------------------------------------------------ who sees it

    def test_employees_see_only_the_actions_that_they_own(self):
        foreign = self.action()
        own = self.action(user_id=self.employee.id)
        actions = self.Action.with_user(self.employee)
        self.assertEqual(actions.search([]), own.with_user(self.employee))
        own.with_user(self.employee).action_start()
        with self.assertRaises(AccessError):
            foreign.with_user(self.employee).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            actions.create({"name": "Mine", "type_action": "correction"})

    def test_customers_see_none(self):
        portal = new_test_user(self.env, "portal_improve", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.action().with_user(portal).read(["name"])

    def test_an_action_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Cancel it instead"):
            self.action().sudo().unlink()

    def test_an_action_of_a_confidential_case_is_seen_by_those_who_see_the_case(self):
        case = self.with_cause(user_id=self.agent.id)
        action = self.action(complaint_ticket_ids=[(6, 0, case.ids)])
        self.assertTrue(action.with_user(self.analyst).has_access("read"))
        case.write({"confidential": True})
        self.env.invalidate_all()
        self.assertFalse(action.with_user(self.analyst).has_access("read"))
        self.assertNotIn(action.id, self.Action.with_user(self.analyst).search([]).ids)
