"""Who complains, and what it costs (F1): equal to what is counted by hand and to plain Python, and every
number opens the cases that it counts."""

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import files
from .figure_case import KPIS, FigureCase

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
COSTS = """\
  - {name: cost_of_complaints, lower_is_better: true, hour_costs: 60, worked: 10%, over: 30d,
     frequency: [2, 4], value: [1000, 5000], often: 3}
"""
TIERS = """
kind: tiers
tiers:
  - {name: vip, title: {en: Very important}, when: {spend_12_months: {min: 5000}}}
  - {name: normal, title: {en: Normal}}
"""
CAUSES = """
kind: causes
causes: [{name: process, title: {en: Process}}, {name: product, title: {en: Product}}]
"""


class SegmentCase(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kpis = KPIS.rstrip() + "\n" + COSTS
        cls.release = cls.apply(files(kpis=kpis, tiers=TIERS, causes=CAUSES))
        cls.chen, cls.li, cls.wang = cls.env["res.partner"].create(
            [{"name": name} for name in ("Chen", "Li", "Wang")]
        )

    @classmethod
    def look_at_customers(cls):
        cls.env["complaint.fact"]._look_at_all_customers()
        cls.env.invalidate_all()

    def segments(self, domain=()):
        found = self.figures._segments(self.company, *MARCH, domain)
        return {one["by"]: {row["title"]: row for row in one["rows"]} for one in found}

    def opened(self, domain):
        return self.env["complaint.fact"].with_user(self.analyst).search_count(domain)


@tagged("-at_install", "post_install")
class TestByHand(SegmentCase):
    """Six cases of three customers. An hour of ours costs 60, a tenth of our time is work: 6 an hour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vip, normal = cls.ref_id("tier", "vip"), cls.ref_id("tier", "normal")
        process, product = cls.ref_id("cause", "process"), cls.ref_id("cause", "product")
        cases = [
            cls.complaint(partner_id=one.id)
            for one in (cls.chen, cls.chen, cls.chen, cls.chen, cls.li, cls.wang)
        ]
        cls.keep(
            [
                cls.fact(cases[0], "2026-01-10", closed="2026-01-12", tier_id=vip),  # too long ago
                cls.fact(cases[1], "2026-03-02", closed="2026-03-04", tier_id=vip, hours_ours=10.0,
                         redress=100.0, cause_id=process),  # 100 + 60
                cls.fact(cases[2], "2026-03-05", closed="2026-03-06", tier_id=vip, hours_ours=5.0,
                         cause_id=process),  # 30
                cls.fact(cases[3], "2026-03-09", tier_id=vip),  # open, his third within 30 days
                cls.fact(cases[4], "2026-02-27", closed="2026-03-03", tier_id=normal, hours_ours=20.0,
                         cause_id=product),  # 120
                cls.fact(cases[5], "2026-03-20", closed="2026-03-20", tier_id=normal, hours_ours=1.0,
                         redress=4.0),  # 4 + 6
            ]
        )  # fmt: skip
        files_of = cls.env["complaint.customer"].create(
            [{"partner_id": one.id, "company_id": cls.company.id} for one in (cls.chen, cls.li)]
        )
        for one, spent in zip(files_of, (6000.0, 10.0), strict=True):
            one.sudo().write({"figures": {"spend_12_months": spent}})
        cls.look_at_customers()

    def assertRow(self, row, n, ended, redress, work):
        self.assertEqual((row["n"], row["ended"]), (n, ended))
        self.assertAlmostEqual(row["redress"], redress)
        self.assertAlmostEqual(row["work"], work)
        self.assertAlmostEqual(row["cost"], redress + work)
        self.assertEqual(self.opened(row["domain"]), n)
        self.assertEqual(self.opened(row["ended_domain"]), ended)

    def test_f1_by_tier_with_what_each_costs(self):
        rows = self.segments()["tier_id"]
        self.assertEqual(list(rows), ["Very important", "Normal"])
        self.assertRow(rows["Very important"], 3, 2, 100, 90)
        self.assertRow(rows["Normal"], 1, 2, 4, 126)
        self.assertAlmostEqual(rows["Normal"]["each"], 65)
        self.assertAlmostEqual(rows["Normal"]["share"], 130 / 320)

    def test_f1_by_how_often_the_customer_complains(self):
        rows = self.segments()["complaints_so_far"]
        self.assertRow(rows["1 complaint"], 2, 3, 104, 60 + 120 + 6)
        self.assertRow(rows["2 to 3 complaints"], 2, 1, 0, 30)
        self.assertNotIn("4 and more complaints", rows)

    def test_f1_by_what_the_customer_spends(self):
        rows = self.segments()["spent"]
        self.assertRow(rows["from 5,000 EUR on"], 3, 2, 100, 90)
        self.assertRow(rows["below 1,000 EUR"], 0, 1, 0, 120)
        self.assertRow(rows["Not known"], 1, 1, 4, 6)

    def test_f1_by_root_cause(self):
        rows = self.segments()["cause_id"]
        self.assertRow(rows["Process"], 2, 2, 100, 90)
        self.assertRow(rows["Product"], 0, 1, 0, 120)
        self.assertRow(rows["No cause recorded"], 2, 1, 4, 6)
        self.assertEqual(list(rows), ["Process", "Product", "No cause recorded"])

    def test_f1_who_complains_often_is_named_with_what_they_cost(self):
        [row] = self.figures._frequent(self.company, *MARCH)
        self.assertEqual((row["title"], row["so_far"], row["n"], row["ended"]), ("Chen", 3, 3, 2))
        self.assertAlmostEqual(row["cost"], 190)
        self.assertEqual(self.opened(row["domain"]), 3)

    def test_f1_the_whole_cost_is_a_key_figure(self):
        found = self.figures._figure("cost_of_complaints", self.company, *MARCH)
        self.assertAlmostEqual(found["value"], 104 + 216)
        self.assertEqual((found["n"], self.opened(found["domain"])), (4, 4))

    def test_f1_a_filter_holds_for_the_segments(self):
        rows = self.segments([("partner_id", "=", self.li.id)])["tier_id"]
        self.assertRow(rows["Normal"], 0, 1, 0, 120)

    def test_f1_a_later_complaint_changes_nothing_and_one_entered_late_does(self):
        late = self.complaint(partner_id=self.chen.id)
        self.keep([self.fact(late, "2026-03-03", closed="2026-03-04")])
        self.look_at_customers()
        facts = self.env["complaint.fact"].search([("partner_id", "=", self.chen.id)], order="began_at")
        self.assertEqual(facts.mapped("complaints_so_far"), [1, 1, 2, 3, 4])

    def test_f1_the_page_shows_them_and_every_number_opens_its_cases(self):
        dashboard = self.env["complaint.dashboard"].with_user(self.analyst)
        dashboard = dashboard.with_context(allowed_company_ids=self.company.ids)
        page = dashboard.read_page({"period": "own", "since": "2026-03-01", "until": "2026-03-31", "type": 0})
        [section] = [one for one in page["sections"] if "costs" in one["title"]]
        keys = [card["key"] for card in section["cards"]]
        self.assertEqual(
            keys,
            ["segment_tier_id", "segment_complaints_so_far", "segment_spent", "segment_cause_id", "frequent"],
        )
        for card in section["cards"]:
            for row in card["rows"]:
                for cell in row["cells"]:
                    if cell["open"] and cell["text"].isdigit():
                        self.assertEqual(self.opened(cell["open"]["domain"]), int(cell["text"]), row["title"])

    def test_without_a_policy_the_cost_is_the_redress_and_nobody_is_named(self):
        self.apply(files(tiers=TIERS, causes=CAUSES))
        rows = self.segments()
        self.assertEqual(sorted(rows), ["cause_id", "tier_id"])
        self.assertAlmostEqual(rows["tier_id"]["Very important"]["cost"], 100)
        self.assertEqual(self.figures._frequent(self.company, *MARCH), [])


@tagged("-at_install", "post_install")
class TestAgainstPlainPython(SegmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.many(60, seed=31)
        tiers = [cls.ref_id("tier", "vip"), cls.ref_id("tier", "normal"), None]
        people = [cls.chen.id, cls.li.id, cls.wang.id, None]
        for row in cls.rows:
            row["tier_id"] = tiers[row["ticket_id"] % 3]
            row["partner_id"] = people[row["ticket_id"] * 7 % 4]
        cls.keep(cls.rows)
        cls.look_at_customers()

    def so_far(self, row):
        """The same, by looking at each pair of cases."""
        first = next(one for one in self.rows if one["ticket_id"] == row["ticket_id"] and one["cycle"] == 1)
        if not first["partner_id"]:
            return 0
        return sum(
            one["cycle"] == 1
            and (one["partner_id"], one["type_id"]) == (first["partner_id"], first["type_id"])
            and timedelta(0) <= first["began_at"] - one["began_at"] <= timedelta(days=30)
            for one in self.rows
        )

    def expected(self, which):
        came = [row for row in self.rows if row["cycle"] == 1 and which(row)]
        came = [row for row in came if MARCH[0] <= row["began_on"] < MARCH[1]]
        ended = [row for row in self.rows if row["ended_on"] and which(row)]
        ended = [row for row in ended if MARCH[0] <= row["ended_on"] < MARCH[1]]
        cost = sum(row["redress"] + 6 * row["hours_ours"] for row in ended)
        return len(came), len(ended), cost

    def test_f1_segments_equal_a_computation_in_plain_python_however_they_are_read(self):
        bands = {"1 complaint": (1, 2), "2 to 3 complaints": (2, 4), "4 and more complaints": (4, 999)}
        for added_up in (False, True):
            if added_up:
                self.env["complaint.fact.day"]._cron_days()
            found = self.segments()
            checked = 0
            for title, row in found["tier_id"].items():
                tier = row["key"] or None
                n, ended, cost = self.expected(lambda one, tier=tier: one["tier_id"] == tier)
                self.assertEqual((row["n"], row["ended"]), (n, ended), title)
                self.assertAlmostEqual(row["cost"], cost, msg=title)
                checked += ended
            for title, (low, high) in bands.items():
                n, ended, cost = self.expected(lambda one, low=low, high=high: low <= self.so_far(one) < high)
                row = found["complaints_so_far"][title]
                self.assertEqual((row["n"], row["ended"]), (n, ended), title)
                self.assertAlmostEqual(row["cost"], cost, msg=title)
                self.assertEqual(self.opened(row["domain"]), n)
            self.assertGreater(checked, 10)


@tagged("-at_install", "post_install")
class TestWhoMaySee(SegmentCase):
    def test_f1_a_confidential_case_costs_nothing_for_who_may_not_see_it(self):
        case = self.complaint(partner_id=self.chen.id)
        self.keep([self.fact(case, "2026-03-02", closed="2026-03-04", redress=70.0,
                             tier_id=self.ref_id("tier", "vip"))])  # fmt: skip
        self.assertEqual(self.segments()["tier_id"]["Very important"]["n"], 1)
        case.sudo().write({"confidential": True})
        self.assertFalse(self.segments())
        self.assertFalse(self.figures._frequent(self.company, *MARCH))

    def test_an_agent_may_not(self):
        for asked in (self.figures._segments, self.figures._frequent):
            with self.assertRaises(AccessError):
                asked.__func__(self.figures.with_user(self.agent), self.company, *MARCH)
