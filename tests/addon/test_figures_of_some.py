"""Key figures of some cases only: entries of the policy with `match` or `unless` are figures of their own
(F3)."""

from datetime import date

from odoo.tests import tagged

from .common import files
from .figure_case import KPIS, FigureCase

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
OWN = """\
  - {name: phone_csat, title: {en: Happy callers}, measure: csat, match: {channel: phone}, target: 80%}
  - {name: delivery_in_time, measure: on_time_rate, match: {category: delivery}, unless: {channel: email}}
  - {name: late_orders, measure: complaint_rate, match: {type: complaint}, lower_is_better: true}
"""


@tagged("-at_install", "post_install")
class TestOfSome(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS.rstrip() + "\n" + OWN))
        cls.rows = cls.many(60, seed=11)
        cls.keep(cls.rows)
        cls.phone, cls.email = cls.ref_id("channel", "phone"), cls.ref_id("channel", "email")
        cls.delivery = cls.ref_id("category", "delivery")

    def share(self, which, column):
        known = [
            row[column]
            for row in self.rows
            if row["ended_on"] and MARCH[0] <= row["ended_on"] < MARCH[1] and which(row)
        ]
        known = [value for value in known if value is not None]
        return sum(known) / len(known), len(known)

    def by_phone(self, row):
        return row["channel_id"] == self.phone

    def of_delivery(self, row):
        return row["category_root_id"] == self.delivery and row["channel_id"] != self.email

    def test_f3_they_stand_among_the_figures_of_the_policy_in_its_order(self):
        names = self.figures._names(self.company)
        self.assertEqual(names[0], "csat")
        self.assertEqual(names[-3:], ["phone_csat", "delivery_in_time", "late_orders"])

    def test_f3_they_count_their_cases_alone_and_the_others_count_all(self):
        for added_up in (False, True):
            if added_up:
                self.env["complaint.fact.day"]._cron_days()
            found = self.figures._figures(
                ["csat", "phone_csat", "on_time_rate", "delivery_in_time"], self.company, *MARCH
            )
            for name, which, column in (
                ("csat", lambda row: True, "satisfied"),
                ("phone_csat", self.by_phone, "satisfied"),
                ("on_time_rate", lambda row: True, "on_time"),
                ("delivery_in_time", self.of_delivery, "on_time"),
            ):
                value, n = self.share(which, column)
                self.assertAlmostEqual(found[name]["value"], value, msg=name)
                self.assertEqual(found[name]["n"], n, name)
                opened = self.env["complaint.fact"].with_user(self.analyst)
                self.assertEqual(opened.search_count(found[name]["domain"]), n, name)

    def test_f3_they_have_their_own_words_and_target(self):
        found = self.figures._figure("phone_csat", self.company, *MARCH)
        self.assertEqual((found["title"], found["target_text"]), ("Happy callers", "80 %"))
        self.assertTrue(found["sentence"].endswith("Only: Channel: Phone."), found["sentence"])
        found = self.figures._figure("delivery_in_time", self.company, *MARCH)
        self.assertEqual(found["title"], "Delivery in time")
        self.assertTrue(found["sentence"].endswith("Without: Channel: E-mail."), found["sentence"])

    def test_f3_a_rate_of_some_cases_is_related_to_all_orders(self):
        self.env["complaint.volume"].create(
            {"company_id": self.company.id, "month": "2026-03-01", "orders": 500}
        )
        kind = self.ref_id("case_type", "complaint")
        count = sum(
            row["cycle"] == 1 and row["type_id"] == kind and MARCH[0] <= row["began_on"] < MARCH[1]
            for row in self.rows
        )
        found = self.figures._figure("late_orders", self.company, *MARCH)
        self.assertAlmostEqual(found["value"], count * 2)

    def test_f3_by_month_and_by_team_too(self):
        names = ["csat", "phone_csat"]
        [month] = self.figures._series(names, self.company, *MARCH)
        self.assertEqual(month["figures"]["phone_csat"]["n"], self.share(self.by_phone, "satisfied")[1])
        rows = self.figures._breakdown(names, "channel_id", self.company, *MARCH)
        counts = {row["key"]: row["figures"]["phone_csat"]["n"] for row in rows}
        self.assertEqual(counts[self.phone], self.share(self.by_phone, "satisfied")[1])
        self.assertEqual(counts[self.email], 0)

    def test_f3_the_page_shows_them(self):
        dashboard = self.env["complaint.dashboard"].with_user(self.analyst)
        dashboard = dashboard.with_context(allowed_company_ids=self.company.ids)
        page = dashboard.read_page({"period": "own", "since": "2026-03-01", "until": "2026-03-31", "type": 0})
        tiles = {tile["key"]: tile for tile in page["figures"]}
        self.assertEqual(tiles["phone_csat"]["title"], "Happy callers")
        self.assertEqual(tiles["phone_csat"]["target"], "target: at least 80 %")

    def test_f3_the_goal_of_some_cases_is_not_that_of_all(self):
        kpis = "kind: kpis\nkpis:\n" + OWN
        self.apply(files(kpis=kpis))
        self.assertIsNone(self.figures._figure("csat", self.company, *MARCH)["target"])
        self.assertIsNone(self.env["complaint.satisfaction"]._goal("csat"))
