"""Who sees a callback, who may make it, and what of it is changed by hand."""

from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .callback_pack import HAPPY, MONDAY, CallbackCase


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
