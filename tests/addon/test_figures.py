"""The key figures (F3): equal to what is counted by hand and to what plain Python makes of the same cases,
the same whether days were added up before or not, and open exactly the cases they are made of."""

from collections import Counter
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...complaint_management.engine.kpis import MEASURES, SUMS
from .common import files
from .figure_case import FigureCase

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
OF_CASES = [name for name, measure in MEASURES.items() if measure.part and measure.form != "ratio"]


@tagged("-at_install", "post_install")
class TestByHand(FigureCase):
    """Seven cycles of six cases, few enough to be counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = [
            cls.complaint(category=name, partner_id=cls.customer.id, user_id=cls.agent.id)
            for name in ("delay", "delay", "damage", "billing", "billing", "billing")
        ]
        one, two, three, four, five, six = cls.cases
        cls.keep(
            [
                # closed on the spot and opened again: reopened
                cls.fact(one, "2026-03-02", closed="2026-03-02", first_contact=1.0, reopened=1.0,
                         satisfied=0.0),
                cls.fact(one, "2026-03-05", cycle=2, closed="2026-03-09", satisfied=1.0, nps=100.0,
                         redress=40.0),
                cls.fact(two, "2026-03-03", closed="2026-03-06", on_time=0.0, satisfied=1.0, nps=-100.0),
                cls.fact(three, "2026-03-03", repeated=1.0),  # open
                cls.fact(four, "2026-02-20", closed="2026-03-02", redress=10.0, satisfied=1.0, nps=100.0),
                cls.fact(five, "2026-02-10", closed="2026-02-12", ended_by="withdrawn", hours_closed=None,
                         first_contact=None, reopened=None),
                cls.fact(six, "2026-03-31", closed="2026-04-01", satisfied=0.0),
            ]
        )  # fmt: skip

    def march(self, name):
        return self.figures._figure(name, self.company, *MARCH)

    def assertFigure(self, name, value, n):
        found = self.march(name)
        self.assertAlmostEqual(found["value"], value, msg=name)
        self.assertEqual(found["n"], n, name)

    def test_f3_csat_is_the_share_of_satisfied_among_the_rated_that_ended(self):
        self.assertFigure("csat", 3 / 4, 4)

    def test_f3_nps_is_promoters_less_detractors(self):
        self.assertFigure("nps", 100 * (2 - 1) / 3, 3)

    def test_f3_first_contact_resolution_counts_first_closings(self):
        self.assertFigure("first_contact_resolution", 1 / 3, 3)

    def test_f3_handling_time_is_the_mean_of_the_closed(self):
        self.assertFigure("average_handling_time", (0 + 96 + 72 + 240) / 4, 4)

    def test_f3_on_time_is_the_share_of_what_ended(self):
        self.assertFigure("on_time_rate", 3 / 4, 4)

    def test_f3_reopened_is_the_share_of_the_closed(self):
        self.assertFigure("reopen_rate", 1 / 4, 4)

    def test_f3_repeated_is_the_share_of_the_received(self):
        self.assertFigure("repeat_complaint_rate", 1 / 4, 4)

    def test_f3_redress_is_what_was_agreed_in_what_ended(self):
        self.assertFigure("cost_of_redress", 50, 2)
        self.assertIn("50", self.march("cost_of_redress")["text"])

    def test_f3_cases_for_each_agent_and_day(self):
        self.assertFigure(
            "tickets_per_agent_and_day", 4 / 3, 4
        )  # one on the 2nd and the 31st, two on the 3rd

    def test_f3_a_target_is_met_or_not(self):
        self.assertIs(self.march("csat")["met"], False)
        self.assertIs(self.march("nps")["met"], True)
        self.assertEqual(self.march("csat")["target_text"], "90 %")

    def test_f3_a_benchmark_has_its_source_and_date(self):
        found = self.march("on_time_rate")["benchmark"]
        self.assertEqual((found["text"], found["source"], found["date"]), ("93 %", "A survey", "2026-01-31"))

    def test_f3_few_cases_are_no_trend(self):
        found = self.march("received")
        self.assertEqual((found["value"], found["previous"]["value"]), (4, 2))
        self.assertEqual(found["previous"]["trend"]["verdict"], "chance")

    def test_f3_a_satisfaction_comes_with_how_sure_it_is(self):
        found = self.march("csat")
        self.assertLess(found["low"], 0.75)
        self.assertGreater(found["high"], 0.75)
        self.assertIn("between", found["interval"])

    def test_f3_what_nobody_measures_says_so(self):
        with patch.object(type(self.figures), "_measured_elsewhere", lambda *_asked: None):
            found = self.march("training_pass_rate")
        self.assertEqual((found["value"], found["text"]), (None, "–"))
        self.assertEqual(found["missing"], "Nothing measures it yet.")

    def test_f3_without_orders_there_is_no_complaint_rate(self):
        found = self.march("complaint_rate")
        self.assertIsNone(found["value"])
        self.assertIn("No base is known", found["missing"])

    def test_f3_the_complaint_rate_is_that_of_a_thousand_orders(self):
        self.env["complaint.volume"].create(
            {"company_id": self.company.id, "month": "2026-03-17", "orders": 2000}
        )
        self.assertFigure("complaint_rate", 2.0, 4)
        half = self.figures._figure("complaint_rate", self.company, date(2026, 3, 1), date(2026, 3, 20))
        self.assertIsNone(half["value"])

    def test_f3_the_period_before_and_the_same_one_last_year(self):
        spans = self.figures._spans(*MARCH)
        self.assertEqual(spans["previous"], (date(2026, 2, 1), date(2026, 3, 1)))
        self.assertEqual(spans["last_year"], (date(2025, 3, 1), date(2025, 4, 1)))
        days = self.figures._spans(date(2026, 3, 3), date(2026, 3, 10))
        self.assertEqual(days["previous"], (date(2026, 2, 24), date(2026, 3, 3)))
        quarter = self.figures._spans(date(2026, 1, 1), date(2026, 4, 1))
        self.assertEqual(quarter["previous"], (date(2025, 10, 1), date(2026, 1, 1)))

    def test_f1_the_balance_of_a_period_adds_up(self):
        found = self.figures._balance(self.company, *MARCH)
        self.assertEqual(found, {"opening": 1, "received": 4, "reopened": 1, "closed": 4, "closing": 2})

    def test_f1_by_category_with_the_month_before(self):
        rows = self.figures._breakdown(["received", "csat"], "category_root_id", self.company, *MARCH)
        found = {row["title"]: (row["figures"]["received"]["n"], row["figures"]["csat"]["n"]) for row in rows}
        self.assertEqual(found, {"Delivery": (3, 3), "Billing": (1, 1)})
        billing = next(row for row in rows if row["title"] == "Billing")
        self.assertEqual(billing["previous"]["received"]["value"], 2)

    def test_f1_by_month(self):
        months = self.figures._series(["received", "ended"], self.company, date(2026, 2, 1), date(2026, 5, 1))
        found = [(m["figures"]["received"]["n"], m["figures"]["ended"]["n"]) for m in months]
        self.assertEqual(found, [(2, 1), (4, 4), (0, 1)])

    def test_the_words_of_the_policy_come_first(self):
        self.assertEqual(self.march("csat")["title"], "Happy")
        self.assertEqual(self.march("reopen_rate")["title"], "Reopened")

    def test_every_measure_has_words(self):
        missing = set(MEASURES) - set(self.figures._titles()) | set(MEASURES) - set(self.figures._sentences())
        self.assertFalse(missing)

    def test_without_a_policy_there_are_figures_without_targets(self):
        self.apply(files())
        found = self.march("csat")
        self.assertEqual((found["value"], found["target"], found["low"]), (0.75, None, None))


@tagged("-at_install", "post_install")
class TestAgainstPlainPython(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.many(60, seed=7)
        cls.keep(cls.rows)

    def expected(self, rows, name, begin, end):
        """(value, n) of a measure, by a computation that shares nothing with the one that is tested."""
        began = [row for row in rows if begin <= row["began_on"] < end]
        ended = [row for row in rows if row["ended_on"] and begin <= row["ended_on"] < end]
        closed = [row for row in ended if row["ended_by"] == "closed"]

        def share(among, column):
            known = [row[column] for row in among if row[column] is not None]
            return (sum(known) / len(known) if known else None, len(known))

        def mean(among, column):
            return share(among, column)

        first = [row for row in began if row["cycle"] == 1]
        paid = [row["redress"] for row in ended if row["redress"] > 0]
        return {
            "csat": lambda: share(ended, "satisfied"),
            "nps": lambda: share(ended, "nps"),
            "first_contact_resolution": lambda: share(ended, "first_contact"),
            "average_handling_time": lambda: mean(closed, "hours_closed"),
            "first_response_time": lambda: mean(began, "hours_feedback"),
            "on_time_rate": lambda: share(ended, "on_time"),
            "reopen_rate": lambda: share(closed, "reopened"),
            "repeat_complaint_rate": lambda: share(first, "repeated"),
            "escalation_rate": lambda: (
                sum(row["escalations"] > 0 for row in ended) / len(ended),
                len(ended),
            ),
            "cost_of_redress": lambda: (sum(paid), len(paid)),
            "received": lambda: (len(first), len(first)),
            "reopenings": lambda: (len(began) - len(first), len(began) - len(first)),
            "ended": lambda: (len(ended), len(ended)),
            "late_legal": lambda: (sum(row["missed_legal"] > 0 for row in ended),) * 2,
        }[name]()

    def assertFigures(self, rows, domain=()):
        for begin, end in (
            MARCH,
            (date(2026, 1, 1), date(2026, 6, 1)),
            (date(2026, 2, 10), date(2026, 2, 17)),
        ):
            found = self.figures._figures(OF_CASES, self.company, begin, end, domain)
            for name in OF_CASES:
                value, n = self.expected(rows, name, begin, end)
                figure = found[name]
                self.assertEqual(figure["n"], n, name)
                if n:
                    self.assertAlmostEqual(figure["value"], value, msg=name)
                opened = self.env[figure["model"]].with_user(self.analyst).search_count(figure["domain"])
                self.assertEqual(opened, n, f"what {name} opens")

    def test_f3_every_figure_equals_a_computation_in_plain_python(self):
        self.assertFigures(self.rows)

    def test_f3_the_same_once_the_days_are_added_up(self):
        self.env["complaint.fact.day"]._cron_days()
        self.assertFalse(self.env["complaint.fact.day.mark"].search_count([]))
        self.assertFigures(self.rows)
        delivery = self.ref_id("category", "delivery")
        of_delivery = [row for row in self.rows if row["category_root_id"] == delivery]
        self.assertFigures(of_delivery, [("category_root_id", "=", delivery)])
        inquiry = self.ref_id("case_type", "inquiry")
        inquiries = [row for row in self.rows if row["type_id"] == inquiry]
        self.assertFigures(inquiries, [("type_id", "=", inquiry)])

    def test_f3_a_case_that_changes_after_its_day_was_added_up_is_counted_as_it_is(self):
        self.env["complaint.fact.day"]._cron_days()
        rows = [dict(row) for row in self.rows]
        row = next(row for row in rows if row["satisfied"] == 0)
        row["satisfied"] = 1.0
        self.keep([other for other in rows if other["ticket_id"] == row["ticket_id"]])
        self.assertFigures(rows)
        self.env["complaint.fact.day"]._cron_days()
        self.assertFigures(rows)

    def test_f1_a_confidential_case_is_in_the_figures_of_those_who_may_see_it_alone(self):
        self.env["complaint.fact.day"]._cron_days()
        ticket = self.env["helpdesk.ticket"].browse(self.rows[0]["ticket_id"])
        ticket.sudo().write({"confidential": True})
        others = [row for row in self.rows if row["ticket_id"] != ticket.id]
        self.assertFigures(others)
        self.env["complaint.fact.day"]._cron_days()
        self.assertFigures(others)
        ticket.sudo().write({"confidential_user_ids": [(4, self.analyst.id)]})
        self.assertFigures(self.rows)

    def test_f1_breakdowns_add_up_to_the_whole_however_they_are_read(self):
        whole = self.figures._figures(["received", "ended"], self.company, *MARCH)
        seen = {}
        for added_up in (False, True):
            if added_up:
                self.env["complaint.fact.day"]._cron_days()
            for by in ("category_root_id", "category_id", "channel_id", "team_id", "user_id", "product"):
                rows = self.figures._breakdown(["received", "ended"], by, self.company, *MARCH)
                for name in ("received", "ended"):
                    self.assertEqual(
                        sum(row["figures"][name]["n"] for row in rows), whole[name]["n"], f"{name} by {by}"
                    )
                values = [(row["key"], row["title"], row["sums"]) for row in rows]
                for key, _title, sums in values:
                    before = seen.setdefault((by, key), sums)
                    for one in SUMS:
                        self.assertAlmostEqual(sums[one], before[one])
                counted = Counter(
                    row[by] or False
                    for row in self.rows
                    if row["cycle"] == 1 and MARCH[0] <= row["began_on"] < MARCH[1]
                )
                found = {row["key"]: row["figures"]["received"]["n"] for row in rows}
                self.assertEqual({k: n for k, n in found.items() if n}, dict(counted))

    def test_f1_the_balance_equals_that_of_the_cases_themselves(self):
        for begin, end in (MARCH, (date(2026, 2, 3), date(2026, 3, 19))):
            found = self.figures._balance(self.company, begin, end)

            def is_open(row, day):
                return row["began_on"] < day and (row["ended_on"] is None or row["ended_on"] >= day)

            self.assertEqual(found["opening"], sum(is_open(row, begin) for row in self.rows))
            self.assertEqual(found["closing"], sum(is_open(row, end) for row in self.rows))
            self.assertEqual(
                found["opening"] + found["received"] + found["reopened"] - found["closed"], found["closing"]
            )
            opened = self.figures.env["complaint.fact"].search_count(
                self.figures._open_domain(self.company, at=end)
            )
            self.assertEqual(opened, found["closing"])

    def test_figures_of_a_year_take_no_more_queries_than_those_of_a_day(self):
        self.env["complaint.fact.day"]._cron_days()
        spans = [(date(2026, 3, 3), date(2026, 3, 4)), (date(2026, 1, 1), date(2027, 1, 1))]
        counts = []
        for span in spans:
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.figures._figures(OF_CASES, self.company, *span)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 20)


@tagged("-at_install", "post_install")
class TestSameAsTheRegister(FigureCase):
    def test_f1_the_balance_is_that_of_the_register(self):
        with freeze_time("2026-02-27 08:00:00"):
            one, two = self.complaint(), self.complaint()
        with freeze_time("2026-03-03 08:00:00"):
            self.move(one, "closed")
            three = self.complaint()
        with freeze_time("2026-03-04 08:00:00"):
            self.move(one, "investigating")
            self.move(two, "set_aside")
            self.move(three, "closed")
        with freeze_time("2026-04-15 08:00:00"):
            self.complaint()
            self.env["complaint.fact"]._cron_count()
            register = (
                self.env["complaint.register.export"]
                .with_context(tz="Europe/Berlin")
                .create({"date_from": "2026-03-01", "date_to": "2026-03-31", "company_id": self.company.id})
            )
            found = self.figures._balance(self.company, *MARCH)
            names = ("opening", "received", "reopened", "closed", "closing")
            self.assertEqual(found, {name: register[name] for name in names})
            self.assertEqual(found, {"opening": 2, "received": 1, "reopened": 1, "closed": 3, "closing": 1})


@tagged("-at_install", "post_install")
class TestWhoMaySee(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.many(20, seed=3)
        cls.keep(cls.rows)
        cls.env["complaint.fact.day"]._cron_days()

    def test_an_agent_gets_no_figure(self):
        with self.assertRaises(AccessError):
            self.figures.with_user(self.agent)._figure("received", self.company, *MARCH)

    def test_nobody_reads_or_writes_the_days_added_up(self):
        for user in (self.agent, self.analyst, self.leader):
            for model in ("complaint.fact.day", "complaint.fact.day.mark"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).create({})

    def test_an_analyst_keeps_the_orders_and_an_agent_does_not(self):
        values = {"company_id": self.company.id, "month": "2026-03-01", "orders": 10}
        volume = self.env["complaint.volume"].with_user(self.analyst).create(values)
        with self.assertRaises(AccessError):
            volume.with_user(self.agent).read(["orders"])
        with self.assertRaises(AccessError):
            volume.with_user(self.leader).write({"orders": 1})

    def test_who_sees_the_cases_of_one_team_gets_the_figures_of_that_team(self):
        """A rule of the house that this addon does not know must not be passed by."""
        self.env["ir.rule"].create(
            {
                "name": "Leaders see their own teams",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": f"[('team_id', '=', {self.delivery.id})]",
                "groups": [],
            }
        )
        mine = [row for row in self.rows if row["team_id"] == self.delivery.id]
        span = (date(2026, 1, 1), date(2026, 12, 31))
        found = self.figures.with_user(self.leader)._figure("received", self.company, *span)
        self.assertEqual(found["n"], sum(row["cycle"] == 1 for row in mine))
        self.assertLess(found["n"], sum(row["cycle"] == 1 for row in self.rows))

    def test_another_companys_figures_are_empty(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.new_user("stranger", "complaint_management.group_data_analysis")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        figures = self.figures.with_user(stranger).with_context(allowed_company_ids=other.ids)
        found = figures._figure("received", self.company, date(2026, 1, 1), date(2027, 1, 1))
        self.assertEqual(found["n"], 0)
