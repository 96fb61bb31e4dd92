"""What a draft scheme would have given, and how the rules read for staff (E1 to E4): nobody learns from it
what somebody else got."""

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .points_pack import INCENTIVES, PointsCase

NOW = "2026-04-03 08:00"
OPEN = INCENTIVES.replace("    budget: 1000\n", "    budget: 1000\n    spread_from: 2\n")


@tagged("post_install", "-at_install")
class TestPointsPreview(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day in range(3):
            cls.handled(cls.agent, f"2026-03-1{day} 09:00")
            cls.handled(cls.other, f"2026-03-1{day} 09:00", late=True)
        cls.count()

    def preview(self, incentives, people=None):
        with freeze_time(NOW):
            releases = self.env["complaint.release"]
            plan = releases._plan(self.pack(incentives), "small", self.company)
            since = fields.Datetime.to_datetime("2026-03-01 00:00:00")
            (found,) = releases._points_what_if(plan.compiled.normalised, self.company, since, people=people)
        return found

    def test_e1_both_sides_are_counted_and_the_grades_compared(self):
        self.apply(self.pack(OPEN))
        found = self.preview(OPEN.replace("points: 5}", "points: 0.1}"))
        self.assertEqual(found["periods"], ["2026-02", "2026-03"][-len(found["periods"]) :])
        grades = {title: (before, after) for title, before, after in found["grades"]}
        self.assertEqual(grades["Excellent"], (1, 0))
        self.assertEqual(grades["Standard"], (0, 1))
        self.assertEqual(grades["Warning"], (1, 1))

    def test_e3_the_cost_is_held_against_the_budget(self):
        self.apply(self.pack(OPEN))
        found = self.preview(
            OPEN.replace("reward: 800", "reward: 1000").replace("points: -4,", "points: -0.1,")
        )
        text = "\n".join(found["lines"])
        self.assertIn("Rewards in these periods: ", text)
        self.assertIn("800.00", text)
        self.assertIn("1,000.00", text)

    def test_e4_it_says_whether_hard_cases_and_early_closing_pay(self):
        self.apply(self.pack(OPEN))
        text = "\n".join(self.preview(OPEN)["lines"])
        self.assertIn("The hardest cases", text)
        self.assertIn("They neither pay nor cost", text)
        self.assertIn("to say whether it pays to close early", text)

    def test_e2_with_few_people_nothing_is_shown_and_no_draft_changes_that(self):
        found = self.preview(OPEN)
        self.assertEqual(found["grades"], [])
        self.assertIn("one could tell who got what", "\n".join(found["lines"]))
        self.assertNotIn("Excellent", found["html"])

    def test_e2_persons_are_shown_only_to_who_leads_them(self):
        found = self.preview(OPEN)
        self.assertEqual(found["persons"], [])
        self.assertNotIn(self.agent.name, found["html"])
        found = self.preview(OPEN, people=self.other)
        self.assertEqual({row["name"] for row in found["persons"]}, {self.other.name})
        self.assertNotIn(self.agent.name, found["html"])

    def test_e2_who_changes_the_policy_sees_no_person_and_what_is_kept_names_none(self):
        admin = self.new_user("policy", "complaint_management.group_policy_admin")
        releases = self.env["complaint.release"]
        with freeze_time(NOW):
            draft = self.env["complaint.policy.draft"].create(
                {
                    "name": "More points",
                    "company_id": self.company.id,
                    "pack": "small",
                    "base_id": releases._active(self.company).id,
                    "sources": {path: text.decode() for path, text in self.pack(OPEN).items()},
                }
            )
            own = draft.with_user(admin).with_context(allowed_company_ids=self.company.ids)
            own._look_ahead()
            self.assertIn("Service desk", own.what_if_html)
            for user in (self.agent, self.other):
                self.assertNotIn(user.name, str(own.preview))
            with self.assertRaisesRegex(AccessError, "You lead nobody"):
                own.action_points_by_person()
            wizard = self.env["complaint.policy.draft.points"].with_user(admin).create({"draft_id": draft.id})
            self.assertNotIn(self.agent.name, wizard.with_context(allowed_company_ids=self.company.ids).page)
            self.damage.write({"user_id": admin.id, "user_ids": [(4, self.other.id)]})
            own.invalidate_recordset()
            action = own.action_points_by_person()
            page = self.env[action["res_model"]].with_user(admin).browse(action["res_id"])
            page = page.with_context(allowed_company_ids=self.company.ids).page
            self.assertIn(self.other.name, page)
            self.assertNotIn(self.agent.name, page)

    def test_e1_the_queries_of_a_preview_do_not_grow_with_the_cases(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.preview(OPEN)
            return self.env.cr.sql_log_count - before

        few = cost()
        for hour in range(10, 16):
            self.handled(self.agent, f"2026-03-16 {hour}:00")
        self.assertLessEqual(cost(), few + 1)


@tagged("post_install", "-at_install")
class TestPointsGuide(PointsCase):
    def page(self, user):
        guide = self.env["complaint.incentive.guide"].with_user(user)
        return str(guide.with_context(allowed_company_ids=self.company.ids).create({}).page)

    def test_e1_staff_read_every_rule_in_plain_words_with_its_line(self):
        page = self.page(self.agent)
        for text in (
            "A case is closed, and you let no deadline of it run out.",
            "The customer rates the case 4 or better.",
            "A closed case has to be taken up again.",
            "who held the case at that moment",
            "at most",
            "An idea of yours is accepted.",
            "Below 2 cases there is no grade",
            "within 10 days",
            "A deadline that runs out while you are away costs nobody.",
            "small/incentives.yaml:",
        ):
            self.assertIn(text, page)
        self.assertNotIn("Your own points are not counted", page)

    def test_e1_the_page_follows_the_policy(self):
        self.apply(
            self.pack(
                INCENTIVES.replace("points: 5}", "points: 7}").replace(
                    "object_within: 10d", "object_within: 3bd"
                )
            )
        )
        page = self.page(self.agent)
        self.assertIn("+7", page)
        self.assertIn("within 3 business days", page)

    def test_e1_who_is_in_no_scheme_is_told_so(self):
        self.assertIn("Your own points are not counted", self.page(self.peer))
        self.apply(self.pack(None))
        self.assertIn("No points are counted here", self.page(self.peer))
