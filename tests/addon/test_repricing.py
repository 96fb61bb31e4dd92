from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCase, edited, files


@tagged("post_install", "-at_install")
class TestRepricing(ComplaintCase):
    """Open cases keep their release until somebody who may moves them, and the register tells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy_admin = cls.new_user("policy", "complaint_management.group_policy_admin")
        with freeze_time("2026-03-02 08:00:00"):
            cls.case = cls.complaint(category="delay")
        with freeze_time("2026-03-02 09:30:00"):
            cls.move(cls.case, "acknowledged")  # half an hour late under the old policy
        cls.quicker = edited(
            "sla", ("within: 72h", "within: 48h"), ("acknowledged, within: 1h", "acknowledged, within: 2h")
        )

    def reprice(self, cases, at="2026-03-03 08:00:00", **values):
        with freeze_time(at):
            return cases._reprice(self.env["complaint.release"]._active(self.company), **values)

    def wizard(self, user, cases=None):
        context = {"active_model": "helpdesk.ticket", "active_ids": cases.ids} if cases else {}
        env = self.env(user=user.id)
        return env["complaint.reprice.wizard"].with_context(**context).create({"company_id": self.company.id})

    def test_a_new_release_leaves_open_cases_alone(self):
        self.apply(self.quicker)
        self.assertEqual(self.case.release_id, self.release)
        self.assertEqual(self.clocks(self.case)["solution"], ("running", "2026-03-05 08:00:00"))

    def test_moving_a_case_gives_running_clocks_the_new_limit_and_keeps_the_time_used(self):
        new = self.apply(self.quicker)
        self.assertEqual(self.reprice(self.case), self.case)
        self.assertEqual(self.case.release_id, new)
        self.assertEqual(self.clocks(self.case)["solution"], ("running", "2026-03-04 08:00:00"))
        self.assertEqual(self.case.next_due_at, datetime(2026, 3, 3, 8))
        self.assertStoredEqualsReplayed(self.case)

    def test_an_ended_clock_stays_as_it_was_judged(self):
        self.apply(self.quicker)
        self.reprice(self.case)
        self.assertEqual(self.clocks(self.case)["acknowledgement"], ("breached", "2026-03-02 09:00:00"))

    def test_the_register_and_the_case_tell_of_it(self):
        new = self.apply(self.quicker)
        self.reprice(self.case, reason="Agreed with the works council.")
        entry = self.case.event_ids.filtered(lambda event: event.kind == "repriced")
        self.assertEqual(entry.data, {"from": self.release.id, "to": new.id})
        self.assertEqual(entry.summary, "small 1 → small 2")
        self.assertEqual(entry.with_user(self.agent).summary, "small 1 → small 2")
        note = self.case.message_ids[0].body
        self.assertIn(
            "Moved from release small 1 to small 2 of the policy. Agreed with the works council.", note
        )

    def test_a_fact_from_before_the_move_is_judged_by_the_policy_of_its_time(self):
        self.apply(self.quicker)
        self.reprice(self.case)
        with freeze_time("2026-03-03 10:00:00"):
            self.case._record_fact("acknowledged", at=datetime(2026, 3, 2, 9, 10))
            self.assertEqual(self.clocks(self.case)["acknowledgement"][0], "breached", "one hour, then")
            self.case._record_fact("acknowledged", at=datetime(2026, 3, 2, 8, 50))
        self.assertEqual(self.clocks(self.case)["acknowledgement"][0], "met")
        self.assertEqual(self.clocks(self.case)["solution"], ("running", "2026-03-04 08:00:00"))
        self.assertStoredEqualsReplayed(self.case)

    def test_a_case_follows_its_category_and_stage_under_their_new_names(self):
        renamed = {
            **edited("categories", ("name: delay,", "name: lateness, was: delay,")),
            "small/stages.yaml": edited(
                "stages",
                ("name: acknowledged,", "name: confirmed, was: acknowledged,"),
                ("next: [acknowledged, ", "next: [confirmed, "),
            )["small/stages.yaml"],
        }
        self.apply(renamed)
        self.reprice(self.case)
        entry = self.case.event_ids.filtered(lambda event: event.kind == "repriced")
        self.assertEqual((entry.data["set"], entry.data["stage"]), ({"category": "lateness"}, "confirmed"))
        self.move(self.case, "investigating")
        self.assertEqual(self.facts(self.case), ["received", "acknowledged", "repriced", "moved"])
        self.assertStoredEqualsReplayed(self.case)

    def test_a_case_can_be_moved_forth_and_back(self):
        self.apply(self.quicker)
        self.reprice(self.case)
        self.apply(files())
        self.reprice(self.case, at="2026-03-03 09:00:00")
        self.assertEqual(self.clocks(self.case)["solution"], ("running", "2026-03-05 08:00:00"))
        self.assertStoredEqualsReplayed(self.case)

    def test_closed_cases_and_those_of_the_release_are_left_alone(self):
        with freeze_time("2026-03-02 10:00:00"):
            closed = self.complaint(category="delay")
            self.move(closed, "closed")
        self.apply(self.quicker)
        fresh = self.complaint(category="delay")
        self.assertEqual(self.reprice(closed + fresh + self.case), self.case)
        self.assertEqual(closed.release_id, self.release)
        self.assertNotIn("repriced", self.facts(closed + fresh))

    def test_a_case_in_a_stage_that_is_gone_stays(self):
        with freeze_time("2026-03-02 10:00:00"):
            self.move(self.case, "closed")
        self.apply(
            edited(
                "stages",
                (
                    "  - {name: acknowledged, event: acknowledged, owner: intake, "
                    "next: [investigating, closed]}\n",
                    "",
                ),
                ("next: [acknowledged, ", "next: ["),
            )
        )
        with freeze_time("2026-03-03 10:00:00"):
            self.case.with_context(complaint_no_message=True).stage_id = self.release._refs()[
                "stage", "acknowledged"
            ]
        with self.assertRaisesRegex(UserError, "which small 2 does not have"):
            self.reprice(self.case)
        self.assertEqual(self.case.release_id, self.release)
        wizard = self.wizard(self.leader, self.case)
        self.assertEqual(wizard.count, 0)
        self.assertIn("which small 2 does not have", wizard.obstacles)

    def test_a_case_goes_through_the_stages_of_its_own_release_only(self):
        new = self.apply(
            edited(
                "stages",
                ("next: [proposed, ", "next: [tested, proposed, "),
                ("  - {name: proposed,", "  - {name: tested, next: [proposed]}\n  - {name: proposed,"),
            )
        )
        with self.assertRaisesRegex(UserError, "is not a stage that"):
            self.move(self.case, "tested")
        self.case._reprice(new)
        self.move(self.case, "tested")
        self.assertStoredEqualsReplayed(self.case)

    # ------------------------------------------------------------------ wizard

    def test_the_wizard_shows_the_deadlines_that_change_and_moves_the_cases(self):
        new = self.apply(self.quicker)
        with freeze_time("2026-03-03 08:00:00"):
            wizard = self.wizard(self.leader, self.case)
            self.assertEqual((wizard.count, wizard.release_name), (1, "small 2"))
            self.assertIn(self.case.number, wizard.preview)
            self.assertIn("2026-03-05 08:00", wizard.preview)
            self.assertIn("2026-03-04 08:00", wizard.preview)
            wizard.reason = "Agreed."
            action = wizard.action_reprice()
        self.assertIn("1", action["params"]["message"])
        self.assertEqual(self.case.release_id, new)
        entry = self.case.event_ids.filtered(lambda event: event.kind == "repriced")
        self.assertEqual(entry.user_id, self.leader)
        with self.assertRaisesRegex(UserError, "no open case"):
            self.wizard(self.leader, self.case).action_reprice()

    def test_a_policy_admin_moves_all_open_cases_without_reading_them(self):
        new = self.apply(self.quicker)
        wizard = self.wizard(self.policy_admin)
        self.assertEqual(wizard.count, 1)
        self.assertIn(self.case.number, wizard.preview)
        wizard.action_reprice()
        self.assertEqual(self.case.release_id, new)
        with self.assertRaises(AccessError):
            self.case.with_user(self.policy_admin).read(["name"])

    def test_from_a_release_the_wizard_is_for_its_company(self):
        self.apply(self.quicker)
        context = {"active_model": "complaint.release", "active_id": self.release.id}
        wizard = self.env(user=self.policy_admin.id)["complaint.reprice.wizard"].with_context(
            **context, allowed_company_ids=self.company.ids
        )
        self.assertEqual(wizard.create({}).company_id, self.company)

    # ------------------------------------------------------------------ refusals

    def test_an_agent_moves_no_cases(self):
        self.apply(self.quicker)
        with self.assertRaises(AccessError):
            self.wizard(self.agent, self.case)
        with self.assertRaises(AccessError):
            self.case.with_user(self.agent).write(
                {"release_id": self.env["complaint.release"]._active(self.company).id}
            )

    def test_nobody_moves_cases_of_a_company_they_do_not_work_for(self):
        other = self.env["res.company"].create({"name": "Other"})
        for user in (self.leader, self.policy_admin):
            wizard = (
                self.env(user=user.id)["complaint.reprice.wizard"].sudo().create({"company_id": other.id})
            )
            with self.assertRaises(AccessError):
                wizard.sudo(False).action_reprice()

    def test_a_senior_moves_only_cases_that_they_may_write(self):
        self.apply(self.quicker)
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids += other
        theirs = self.env["complaint.release"]._apply(files(), "small", other)
        foreign = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "y",
                "company_id": other.id,
                "case_type_id": theirs._refs()["case_type", "complaint"],
            }
        )
        self.assertEqual(self.wizard(self.leader, foreign + self.case).count, 1)

    # ------------------------------------------------------------------ many at once

    def test_it_takes_as_many_queries_for_fifty_cases_as_for_five(self):
        def batch(size):
            with freeze_time("2026-03-02 08:00:00"):
                cases = self.env["helpdesk.ticket"].browse()
                for _index in range(size):
                    cases += self.complaint(category="delay")
            return cases

        few, many = batch(5), batch(50)
        new = self.apply(self.quicker)
        counts = []
        for cases in (few, few.browse(), many):
            self.env.flush_all()
            self.env.invalidate_all()
            new._policy(), self.release._policy()
            start = self.cr.sql_log_count
            cases._reprice(new)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[0] + 4, counts)
