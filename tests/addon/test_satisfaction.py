"""D4: CSAT, NPS and dimensions agree with what is computed by hand; empty and tiny samples are shown as
such."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .planning_pack import PlanningCase

NOON = datetime(2027, 3, 3, 11)
MARCH = (datetime(2027, 3, 1), datetime(2027, 4, 1))


@tagged("post_install", "-at_install")
class TestSatisfaction(PlanningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.figures = cls.env["complaint.satisfaction"]
        cls.reader = cls.new_user("reads-figures", "complaint_management.group_supervision")

    def answered(self, answers, category="delay", at=NOON, **values):
        """Customers who were told the result and answered: [(product, attitude, recommend or None)]."""
        callbacks = self.callbacks
        for product, attitude, recommend in answers:
            with freeze_time(at):
                case = self.complaint(category=category, partner_id=self.customer.id)
                self.move(case, "communicated")
                said = {"product": product, "attitude": attitude}
                if recommend is not None:
                    said["recommend"] = recommend
                case.callback_ids.sudo()._answer(said)
                callbacks |= case.callback_ids
        return callbacks

    def of(self, group=None, since=MARCH[0], until=MARCH[1], **options):
        return self.figures.with_user(self.reader)._figures(since, until, group, **options)

    # ------------------------------------------------------------------ by hand

    def test_d4_csat_nps_and_dimensions_agree_with_hand_computed_values(self):
        self.answered(
            [(5, 5, 10), (4, 4, 9), (5, 3, 8), (3, 2, 6), (2, 1, 0), (5, 5, 9), (4, 5, None), (1, 2, 3)]
        )
        found = self.of()[0]
        # averages 5, 4, 4, 2.5, 1.5, 5, 4.5, 1.5: five are satisfied (4 and more)
        self.assertEqual((found.asked, found.answered), (8, 8))
        self.assertAlmostEqual(found.csat.value, 5 / 8)
        # Wilson, z = 1.96: (0.625 + 3.8416/16 ± 1.96 sqrt(0.625*0.375/8 + 3.8416/256)) / (1 + 3.8416/8)
        self.assertAlmostEqual(found.csat.low, 0.3057, 4)
        self.assertAlmostEqual(found.csat.high, 0.8632, 4)
        # promoters 10, 9, 9; detractors 6, 0, 3; of seven answers
        self.assertEqual((found.nps.value, found.nps.n), (0, 7))
        # 5 4 5 3 2 5 4 1: sum 29, mean 3.625; squares 121, variance (121 - 29²/8) / 7, t(7) = 2.3646
        product = found.dimensions["product_quality"]
        self.assertAlmostEqual(product.value, 3.625)
        self.assertAlmostEqual(product.low, 3.625 - 2.3646 * ((121 - 29**2 / 8) / 7 / 8) ** 0.5, 3)
        self.assertAlmostEqual(found.dimensions["service_attitude"].value, 27 / 8)
        self.assertFalse(found.csat.few)

    def test_d4_an_answer_counts_in_the_time_in_which_it_was_given(self):
        self.answered([(5, 5, 10)])
        self.answered([(1, 1, 0)], at=NOON + timedelta(days=30))
        self.assertEqual([self.of()[0].answered, self.of()[0].csat.value], [1, 1])
        april = self.of(since=MARCH[1], until=datetime(2027, 5, 1))[0]
        self.assertEqual([april.answered, april.csat.value], [1, 0])

    def test_f1_figures_by_category_team_plan_and_month(self):
        self.answered([(5, 5, 10), (4, 4, 9), (1, 1, 0)])
        self.answered([(5, 5, 10)], category="billing")
        by_category = {one.key: (one.answered, round(one.csat.value, 4)) for one in self.of("category")}
        expected = {self.ref_id("category", "delay"): (3, 0.6667), self.ref_id("category", "billing"): (1, 1)}
        self.assertEqual(by_category, expected)
        self.assertEqual([one.key for one in self.of("plan")], ["after-result"])
        self.answered([(5, 5, 10)] * 5, at=NOON + timedelta(days=31))
        months = self.of("month", until=datetime(2027, 5, 1))
        self.assertEqual([(one.key, one.answered) for one in months], [("2027-03", 4), ("2027-04", 5)])
        self.assertEqual({one.key for one in self.of("team")}, {self.delivery.id, self.intake.id})
        for group in ("channel", "tier", "method"):
            self.assertEqual(sum(one.answered for one in self.of(group)), 4, group)

    def test_who_was_asked_and_has_not_answered_counts_as_asked(self):
        self.answered([(5, 5, 10)])
        with freeze_time(NOON):
            self.move(self.complaint(category="delay", partner_id=self.customer.id), "communicated")
        self.assertEqual((self.of()[0].asked, self.of()[0].answered), (2, 1))

    def test_behind_each_number_stand_as_many_answers(self):
        self.answered([(5, 5, 10), (1, 1, 0)])
        self.answered([(5, 5, 10)], category="billing")
        with freeze_time(NOON):
            page = self.page("month", "category")
            callbacks = self.callbacks.with_user(self.reader)
            for row in page["rows"]:
                self.assertEqual(callbacks.search_count(row["domain"]), row["asked"], row["title"])
            card = next(one for one in page["cards"] if one["key"] == "csat")
            self.assertEqual(callbacks.search_count(card["domain"]), 3)

    # ------------------------------------------------------------------ empty and tiny

    def page(self, *arguments, user=None):
        figures = self.figures.with_user(user or self.reader).with_context(lang="en_US", tz="UTC")
        return figures.page(*arguments)

    def test_d4_no_answers_are_shown_as_none(self):
        with freeze_time(NOON):
            page = self.page("month", "category")
        self.assertEqual([card["state"] for card in page["cards"]], ["empty"] * 3)
        self.assertEqual(page["cards"][0]["words"], "No answers in this time.")
        self.assertEqual((page["rows"], page["asked"]), ([], 0))

    def test_d4_three_answers_are_too_few_to_judge(self):
        self.answered([(5, 5, 10)] * 3)
        with freeze_time(NOON):
            page = self.page("month", "category")
        self.assertEqual(page["cards"][0]["words"], "Too few answers (3) to judge.")
        self.assertEqual(
            (page["cards"][0]["state"], page["rows"][0]["csat"]["short"]), ("few", "too few (3)")
        )

    def test_d4_the_goal_of_the_policy_is_what_it_is_measured_by(self):
        self.answered([(5, 5, 10)] * 6)
        with freeze_time(NOON):
            csat, nps, sample = self.page("month", "category")["cards"]
        self.assertEqual((csat["goal"], nps["goal"], sample["goal"]), ("goal 90 %", "goal +30", "goal 85 %"))
        # Wilson for six of six: from 61 % on
        self.assertEqual(
            csat["words"],
            "Goal reached, though 6 answers do not make it certain: between 61.0 % and 100.0 %.",
        )
        self.assertEqual((csat["state"], nps["state"]), ("reached", "reached"))
        self.answered([(1, 1, 0)] * 6)
        with freeze_time(NOON):
            csat = self.page("month", "category")["cards"][0]
        self.assertEqual(csat["words"], "Goal missed: between 25.4 % and 74.6 %, by 12 answers.")

    def test_f1_the_page_speaks_of_those_who_were_left_out(self):
        with freeze_time(NOON):
            file = self.file("Vip", "vip", consent="refused")
            self.callbacks._plan(
                [
                    {
                        "company_id": self.company.id,
                        "release_id": self.release.id,
                        "plan": "vip-care",
                        "partner_id": file.partner_id.id,
                        "occasion": "x",
                        "opens_at": NOON,
                        "due_at": NOON + timedelta(days=3),
                    }
                ]
            )
            left_out = self.page("month", "plan")["left_out"]
        self.assertEqual([(one["key"], one["count"]) for one in left_out], [("consent", 1)])

    def test_periods_are_those_of_the_reader(self):
        with freeze_time("2027-03-15 11:00:00"):
            days = {key: self.page(key, "plan") for key in ("month", "last_month", "quarter", "year")}
            chosen = self.page("days", "plan", "2027-03-09", "2027-03-02")
        self.assertEqual((days["month"]["from"], days["month"]["until"]), ("2027-03-01", "2027-03-15"))
        self.assertEqual(
            (days["last_month"]["from"], days["last_month"]["until"]), ("2027-02-01", "2027-02-28")
        )
        self.assertEqual(days["quarter"]["from"], "2027-01-01")
        self.assertEqual(days["year"]["from"], "2026-03-16")
        self.assertEqual((chosen["from"], chosen["until"]), ("2027-03-02", "2027-03-09"))

    # ------------------------------------------------------------------ who may

    def test_figures_are_for_quality_supervision_and_those_who_decide(self):
        for role in ("quality", "decision", "data_analysis"):
            user = self.new_user(f"figures-{role}", f"complaint_management.group_{role}")
            self.assertTrue(self.page("month", "category", user=user)["cards"])
        portal = self.new_user("portal", "base.group_portal")
        for user in (self.agent, self.leader, portal):
            with self.assertRaises(AccessError):
                self.page("month", "category", user=user)

    def test_a_confidential_case_counts_for_nobody_who_may_not_see_it(self):
        callback = self.answered([(5, 5, 10)])
        callback.ticket_id.confidential = True
        self.env.flush_all()
        analyst = self.new_user("figures-only", "complaint_management.group_data_analysis")
        found = self.figures.with_user(analyst)._figures(*MARCH)[0]
        self.assertEqual(found.answered, 0)

    def test_answers_of_another_company_are_not_counted(self):
        self.answered([(5, 5, 10)])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.new_user("stranger", "complaint_management.group_supervision")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        figures = self.figures.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertEqual(figures._figures(*MARCH)[0].answered, 0)
