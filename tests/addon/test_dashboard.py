"""The dashboard (F1, F3, F4): what it says equals the figures, every number opens the cases it counts, each
reader sees their own, and it asks no more queries for many cases than for few."""

import json
from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.json import scriptsafe

from .common import files
from .figure_case import KPIS, FigureCase

MARCH = {"period": "own", "since": "2026-03-01", "until": "2026-03-31", "type": 0}
AGES = "  - {name: backlog, lower_is_better: true, ages: [1d, 3d, 7d]}\n"
HOT = "  - {name: hot_topics, lower_is_better: true, chance: 5%, least: 5, periods: 2}\n"
CAUSES = """
kind: causes
causes:
  - {name: process, title: {en: Process}, children: [{name: handover, title: {en: Handover}}]}
  - {name: product, title: {en: Product}}
"""


def opened(page):
    """Every (title, what it opens, the number shown or None) of a page."""
    found = [(step["title"], step["open"], step["value"]) for step in page["balance"]]
    for tile in (*page["tiles"], *page["figures"]):
        found.append((tile["title"], tile["open"], None))
        found.append((tile["title"], tile["spoiling"], None))
    for card in (card for section in page["sections"] for card in section["cards"]):
        if card["kind"] == "chart":
            found += chart_opens(card["chart"])
        for row in card.get("rows", ()) if card["kind"] == "table" else ():
            found.append((row["title"], row["open"], None))
            found += [
                (row["title"], cell["open"], int(cell["text"]) if cell["text"].isdigit() else None)
                for cell in row["cells"]
                if cell["open"]
            ]
        found += [(item["title"], item["open"], None) for item in card.get("items", ())]
    return [one for one in found if one[1]]


def chart_opens(chart):
    first = chart["series"][0]
    whole = not any(series.get("stack") for series in chart["series"])
    for index, value in enumerate(first["values"]):
        counted = value if whole and first.get("axis", "count") == "count" and not chart.get("unit") else None
        opens = (first.get("opens") or chart["opens"])[index]
        yield (chart["labels"][index], opens, counted)


class DashboardCase(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS.rstrip() + "\n" + AGES + HOT, causes=CAUSES))
        cls.dashboard = cls.env["complaint.dashboard"].with_user(cls.analyst)
        cls.dashboard = cls.dashboard.with_context(allowed_company_ids=cls.company.ids)

    def card(self, page, key):
        cards = {card["key"]: card for section in page["sections"] for card in section["cards"]}
        return cards[key]


@tagged("-at_install", "post_install")
class TestDashboard(DashboardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.many(50, seed=21)
        causes = cls.env["complaint.term"].search(
            [("kind", "=", "cause"), ("company_id", "=", cls.company.id), ("policy_code", "!=", "process")]
        )
        for number, row in enumerate(cls.rows):
            row["cause_id"] = causes[number % 3 and 1].id if number % 7 else None
        cls.keep(cls.rows)

    def test_f1_every_number_opens_as_many_cases_as_it_says(self):
        for added_up in (False, True):
            if added_up:
                self.env["complaint.fact.day"]._cron_days()
            page = self.dashboard.read_page(MARCH)
            checked = 0
            for title, opens, value in opened(page):
                count = self.env[opens["model"]].with_user(self.analyst).search_count(opens["domain"])
                if value is not None:
                    self.assertEqual(count, value, title)
                    checked += 1
            self.assertGreater(checked, 15)

    def test_f1_the_balance_adds_up(self):
        found = {step["key"]: step["value"] for step in self.dashboard.read_page(MARCH)["balance"]}
        self.assertEqual(
            found["opening"] + found["received"] + found["reopened"] - found["closed"], found["closing"]
        )

    def test_f3_the_tiles_say_what_the_figures_say(self):
        page = self.dashboard.read_page(MARCH)
        figures = self.figures._figures(
            ["csat", "on_time_rate", "cost_of_redress"], self.company, date(2026, 3, 1), date(2026, 4, 1)
        )
        tiles = {tile["key"]: tile for tile in page["tiles"]}
        for name, figure in figures.items():
            self.assertEqual(tiles[name]["text"], figure["text"])
        self.assertEqual(tiles["csat"]["target"], "target: at least 90 %")
        self.assertIn("of what ended was rated", tiles["csat"]["sentence"])

    def test_f4_the_causes_stand_in_order_and_make_the_whole(self):
        chart = self.card(self.dashboard.read_page(MARCH), "causes")["chart"]
        counts, together = (series["values"] for series in chart["series"])
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertEqual(together[-1], 100)
        march = [
            row
            for row in self.rows
            if row["ended_on"] and date(2026, 3, 1) <= row["ended_on"] < date(2026, 4, 1)
        ]
        self.assertEqual(sum(counts), sum(bool(row["cause_id"]) for row in march))

    def test_f1_the_hours_of_the_week_count_every_case_once(self):
        card = self.card(self.dashboard.read_page(MARCH), "hours")
        march = [
            row
            for row in self.rows
            if row["cycle"] == 1 and date(2026, 3, 1) <= row["began_on"] < date(2026, 4, 1)
        ]
        self.assertEqual(sum(sum(row["values"]) for row in card["rows"]), len(march))
        self.assertEqual(sum(card["rows"][0]["values"]), sum(row["weekday"] == "1" for row in march))

    def test_f4_the_ages_of_what_is_open(self):
        with freeze_time("2026-05-20 08:00:00"):
            card = self.card(self.dashboard.read_page(MARCH), "ages")
        counts = [sum(values) for values in zip(*(s["values"] for s in card["chart"]["series"]), strict=True)]
        self.assertEqual(sum(counts), sum(bool(row["open_cases"]) for row in self.rows))

    def test_f1_a_filter_holds_for_the_whole_page(self):
        delivery = self.ref_id("category", "delivery")
        page = self.dashboard.read_page({**MARCH, "category": delivery})
        received = next(step["value"] for step in page["balance"] if step["key"] == "received")
        mine = [
            row
            for row in self.rows
            if row["cycle"] == 1
            and row["category_root_id"] == delivery
            and date(2026, 3, 1) <= row["began_on"] < date(2026, 4, 1)
        ]
        self.assertEqual(received, len(mine))
        rows = self.card(page, "categories")["rows"]
        self.assertEqual([row["title"] for row in rows], ["Delivery"])
        for title, opens, value in opened(page):
            if value is not None:
                count = self.env[opens["model"]].with_user(self.analyst).search_count(opens["domain"])
                self.assertEqual(count, value, title)

    def test_complaints_alone_unless_somebody_asks_for_more(self):
        page = self.dashboard.read_page({key: value for key, value in MARCH.items() if key != "type"})
        kind = next(choice for choice in page["filters"] if choice["key"] == "type")
        self.assertEqual(kind["chosen"], self.ref_id("case_type", "complaint"))

    def test_what_anybody_may_send_does_no_harm(self):
        for options in (
            None,
            {},
            {"period": "ever", "team": "x", "compare": 7, "type": [1]},
            {"period": "own", "since": "yesterday", "until": "0001-01-01"},
            {"period": "own", "since": "2026-03-31", "until": "2026-03-01"},
            {"team": 10**9, "category": -4},
        ):
            json.loads(scriptsafe.dumps(self.dashboard.read_page(options), default=str))

    def test_an_empty_period_says_so(self):
        page = self.dashboard.read_page(
            {"period": "own", "since": "2019-01-01", "until": "2019-01-31", "team": -1}
        )
        self.assertTrue(page["sections"] is not None)
        lonely = self.env["res.company"].create({"name": "Lonely"})
        self.analyst.company_ids += lonely
        page = (
            self.dashboard.with_context(allowed_company_ids=lonely.ids).with_company(lonely).read_page(MARCH)
        )
        self.assertTrue(page["empty"])

    def test_the_page_takes_no_more_queries_for_many_cases_than_for_few(self):
        self.env["complaint.fact.day"]._cron_days()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.dashboard.read_page(MARCH)
            return self.env.cr.sql_log_count - before

        count()  # the first time fills the caches of the registry
        few = count()
        self.keep(self.many(60, seed=5))
        self.env["complaint.fact.day"]._cron_days()
        self.assertLessEqual(count(), few + 3)
        self.assertLess(few, 100)


@tagged("-at_install", "post_install")
class TestHotTopics(DashboardCase):
    def received(self, category, day, number):
        ticket = self.complaint(category=category)
        return [
            self.fact(ticket, day) | {"ticket_id": self.complaint(category=category).id}
            for _i in range(number)
        ]

    def page(self, *counts):
        rows = []
        for month, delays, bills in counts:
            rows += self.received("delay", f"2026-{month:02}-10", delays)
            rows += self.received("billing", f"2026-{month:02}-12", bills)
        self.keep(rows)
        return self.dashboard.read_page({**MARCH, "type": 0})

    def test_f2_two_then_four_is_no_alarm(self):
        page = self.page((1, 2, 5), (2, 2, 5), (3, 4, 5))
        card = self.card(page, "hot")
        self.assertEqual(card["items"], [])
        self.assertIn("no news", card["sentence"])

    def test_f2_what_rises_more_than_chance_explains_is_told_with_the_evidence(self):
        page = self.page((1, 3, 6), (2, 3, 6), (3, 18, 6))
        [item] = self.card(page, "hot")["items"]
        self.assertEqual(item["title"], "Delivery / Delay")
        self.assertIn("18 cases instead of the usual 3", item["text"])
        count = self.env["complaint.fact"].search_count(item["open"]["domain"])
        self.assertEqual(count, 18)


@tagged("-at_install", "post_install")
class TestWhoMayOpenIt(DashboardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.many(16, seed=9)
        cls.keep(cls.rows)
        cls.env["complaint.fact.day"]._cron_days()

    def received(self, user):
        options = {"period": "own", "since": "2026-01-01", "until": "2026-12-31", "type": 0}
        dashboard = self.dashboard.with_user(user).with_context(allowed_company_ids=self.company.ids)
        page = dashboard.read_page(options)
        return next(step["value"] for step in page["balance"] if step["key"] == "received")

    def test_an_agent_may_not(self):
        with self.assertRaises(AccessError):
            self.received(self.agent)

    def test_who_leads_sees_all_teams_and_with_a_rule_of_the_house_the_own_one(self):
        first = [row for row in self.rows if row["cycle"] == 1]
        self.assertEqual(self.received(self.leader), len(first))
        self.env["ir.rule"].create(
            {
                "name": "Leaders see their own teams",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": f"[('team_id', '=', {self.delivery.id})]",
            }
        )
        mine = [row for row in first if row["team_id"] == self.delivery.id]
        self.assertEqual(self.received(self.leader), len(mine))

    def test_the_menu_is_for_those_who_may_read_figures(self):
        menu = self.env.ref("complaint_management.menu_dashboard")
        visible = self.env["ir.ui.menu"]
        for group in ("data_analysis", "supervision", "decision", "senior"):
            user = self.new_user(group, f"complaint_management.group_{group}")
            self.assertIn(menu.id, visible.with_user(user)._visible_menu_ids(), group)
        self.assertNotIn(menu.id, visible.with_user(self.agent)._visible_menu_ids())


@tagged("-at_install", "post_install")
class TestInTheBrowser(HttpCase, DashboardCase):
    def test_f1_the_page_opens_and_a_number_opens_its_cases(self):
        last = date.today().replace(day=1) - timedelta(days=1)
        late = self.fact(self.complaint(category="delay"), last - timedelta(days=2), closed=last, on_time=0.0)
        self.keep([late, self.fact(self.complaint(category="delay"), last)])
        self.analyst.write({"lang": "en_US"})
        self.start_tour(
            "/odoo/complaint-dashboard", "complaint_dashboard", login=self.analyst.login, timeout=120
        )
