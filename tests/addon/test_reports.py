"""Reports (F1, F2): made once for each period, equal to the figures, balanced, frozen and reproducible."""

import json
from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import files
from .report_case import MARCH, REPORTS, TOPICS, ReportCase


@tagged("post_install", "-at_install")
class TestReportNumbers(ReportCase):
    def test_f2_a_report_balances_and_equals_what_is_counted_by_hand(self):
        report = self.make()
        self.assertEqual(
            report.content["balance"],
            {"opening": 2, "received": 3, "reopened": 1, "closed": 3, "closing": 3},
        )
        self.assertEqual(self.cells(report, "volumes")["= Open at the end"], ["3"])
        self.assertFalse(report.misfit)

    def test_f1_its_figures_are_those_of_the_manager_s_page(self):
        figures = self.env["complaint.figures"].with_user(self.analyst)
        figures = figures.with_context(allowed_company_ids=self.company.ids, lang="en_US")
        names = ("csat", "average_handling_time", "on_time_rate", "reopen_rate")
        with freeze_time("2026-04-02 09:00:00"):
            wanted = figures._figures(names, self.company, *MARCH)
        found = self.cells(self.make(), "kpis")
        for name in names:
            self.assertEqual(found[wanted[name]["title"]][0], wanted[name]["text"], name)
        self.assertEqual(found[wanted["reopen_rate"]["title"]][0], "33.3 %")

    def test_f1_every_number_opens_exactly_the_cases_it_counts(self):
        report = self.make()
        page = report._page()
        checked = 0
        for section in page["sections"]:
            for table in section["tables"]:
                for row in table["rows"]:
                    for cell in row[1:]:
                        quotient = row[0]["text"] == "Cases per agent and day"
                        if cell.get("at") is None or not cell["text"].isdigit() or quotient:
                            continue
                        opens = page["opens"][cell["at"]]
                        count = self.env[opens["model"]].search_count(opens["domain"])
                        self.assertEqual(count, int(cell["text"]), (section["name"], row[0]["text"], opens))
                        checked += 1
        self.assertGreater(checked, 10)

    def test_f2_an_entry_with_a_match_counts_only_its_cases(self):
        report = self.make("delivery")
        self.assertEqual(
            report.content["balance"],
            {"opening": 2, "received": 2, "reopened": 1, "closed": 3, "closing": 2},
        )
        self.assertEqual([one["name"] for one in report._sections()], ["volumes", "kpis"])

    def test_f2_unless_leaves_cases_out(self):
        unless = REPORTS.replace("match: {category: delivery}", "unless: {category: delivery}")
        self.apply(files(**{**TOPICS, "reports": unless}))
        self.assertEqual(self.make("delivery").content["balance"]["received"], 1)

    def test_f2_the_first_page_answers_the_four_questions(self):
        page = self.make()._page()
        self.assertEqual(
            [one["name"] for one in page["headlines"]], ["hurts", "promises", "better", "process"]
        )
        self.assertEqual(page["headlines"][0]["answer"], "Delivery / Delay")
        self.assertTrue(all(one["sentence"] for one in page["headlines"]))

    def test_f2_it_speaks_every_language_of_the_house(self):
        report = self.make()
        self.assertEqual(set(report.content["pages"]), set(dict(self.env["res.lang"].get_installed())))
        self.assertEqual(report.with_context(lang="zh_CN").title, "月度分析")

    def test_f2_what_it_keeps_names_no_customer(self):
        self.cases[2].partner_id = self.customer
        self.count()
        self.assertNotIn("Chen", json.dumps(self.make().content))

    def test_f2_more_cases_need_no_more_queries(self):
        self.make()
        self.env.invalidate_all()
        release = self.env["complaint.release"]._active(self.company)
        entry = release._report_entry("monthly")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-04-02 09:00:00"):
                self.reports._content(self.company, release, entry, *MARCH)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self.cases += [self.received("2026-03-20 10:00:00") for _number in range(30)]
        self.count()
        self.assertLessEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestReportBalance(ReportCase):
    def test_f2_a_report_that_does_not_balance_is_not_released(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE complaint_fact SET began_on = '2026-02-25' WHERE ticket_id = %s AND cycle = 1",
                self.cases[3].id,
            )
        )
        self.env.invalidate_all()
        report = self.make()
        self.assertEqual(report.state, "draft")
        self.assertIn("Open at the start: 3 in the figures, 2 in the register.", report.misfit)
        self.assertIn("Came in: 2 in the figures, 3 in the register.", report.misfit)
        self.assertFalse(report.delivery_ids)
        self.assertEqual(report.activity_ids.user_id & self.analyst, self.analyst)
        report.invalidate_recordset()
        self.assertIn("does not balance", report.page)

    def test_f2_both_ends_are_counted_and_not_reckoned(self):
        """A cycle that vanishes from what is open at the end, while no movement tells of it."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE complaint_fact SET open_cases = 0 WHERE ticket_id = %s", self.cases[0].id)
        )
        self.env.invalidate_all()
        report = self.make()
        self.assertEqual(report.state, "draft")
        self.assertIn("in the register", report.misfit)

    def test_f2_made_again_after_the_correction_it_goes_its_way(self):
        self.env.cr.execute(
            SQL("UPDATE complaint_fact SET open_cases = 0 WHERE ticket_id = %s", self.cases[0].id)
        )
        self.env.invalidate_all()
        report = self.make()
        self.count()
        self.env.invalidate_all()
        with freeze_time("2026-04-03 09:00:00"):
            action = report.with_user(self.analyst).action_make_again()
        again = self.reports.browse(action["res_id"])
        self.assertEqual((again.version, again.state, report.state), (2, "in_review", "replaced"))
        self.assertFalse(report.activity_ids)


@tagged("post_install", "-at_install")
class TestReportTimes(ReportCase):
    def due(self, at):
        with freeze_time(at):
            return [
                (entry["name"], str(begin))
                for company, entry, begin, _end in self.reports.sudo()._due()
                if company == self.company
            ]

    def test_f2_made_on_the_day_after_the_period_in_the_zone_of_the_policy(self):
        """Berlin is two hours ahead of UTC on the first of April."""
        self.assertNotIn(("monthly", "2026-03-01"), self.due("2026-03-31 21:59:00"))
        self.assertIn(("monthly", "2026-03-01"), self.due("2026-03-31 22:01:00"))

    def test_f2_what_was_missed_is_caught_up_but_nothing_from_before_the_policy_asked(self):
        found = [begin for name, begin in self.due("2026-05-02 09:00:00") if name == "monthly"]
        self.assertEqual(found, ["2026-02-01", "2026-03-01", "2026-04-01"])

    def test_f2_an_entry_that_comes_later_begins_with_the_release_that_brings_it(self):
        later = REPORTS + "  - {name: late, every: month, to: [board]}\n"
        with freeze_time("2026-04-10 09:00:00"):
            self.apply(files(**{**TOPICS, "reports": later}))
        found = [begin for name, begin in self.due("2026-05-02 09:00:00") if name == "late"]
        self.assertEqual(found, ["2026-04-01"])

    def test_f2_each_period_gets_its_report_once(self):
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1000)
        with freeze_time("2026-04-01 05:00:00"):
            self.reports._cron_make()
            made = self.reports.search([("company_id", "=", self.company.id)])
            self.reports._cron_make()
            again = self.reports.search([("company_id", "=", self.company.id)])
        self.assertEqual(made, again)
        self.assertEqual(
            sorted((one.report_code, one.period) for one in made),
            [
                ("delivery", "2026-02"),
                ("delivery", "2026-03"),
                ("monthly", "2026-02"),
                ("monthly", "2026-03"),
            ],
        )
        self.assertEqual(self.reports._latest(self.company, "monthly").period, "2026-03")

    def test_f2_by_hand_for_the_period_of_a_day(self):
        wizard = self.env["complaint.report.make"].with_user(self.analyst)
        wizard = wizard.with_context(allowed_company_ids=self.company.ids, lang="en_US")
        with freeze_time("2026-04-02 09:00:00"):
            one = wizard.create({"report_code": "monthly", "day": "2026-03-17"})
            self.assertEqual((one.span, one.possible), ("March 2026", True))
            self.assertIn("Readers", one.outcome)
            report = self.reports.browse(one.action_make()["res_id"])
            running = wizard.create({"report_code": "monthly", "day": "2026-04-01"})
            self.assertFalse(running.possible)
            with self.assertRaisesRegex(UserError, "not over"):
                running.action_make()
        self.assertEqual((report.begin, report.made_uid), (date(2026, 3, 1), self.analyst))

    def test_f2_nobody_makes_reports_of_a_company_that_is_not_theirs(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        wizard = self.env["complaint.report.make"].with_user(self.analyst)
        with self.assertRaises(AccessError):
            wizard.create(
                {"report_code": "monthly", "day": "2026-03-17", "company_id": abroad.id}
            ).action_make()

    def test_f2_whoever_does_not_make_reports_has_no_wizard(self):
        with self.assertRaises(AccessError):
            self.env["complaint.report.make"].with_user(self.member).create(
                {"report_code": "monthly", "day": "2026-03-17"}
            )


@tagged("post_install", "-at_install")
class TestReportAgain(ReportCase):
    def test_f2_counted_again_it_is_the_same(self):
        report = self.make()
        with freeze_time("2026-06-20 09:00:00"):
            self.assertEqual(report._reproduce(), {"same": True, "changed": [], "causes": []})

    def test_f2_counted_again_under_the_rules_it_was_made_under(self):
        report = self.make()
        stricter = TOPICS["kpis"].replace("target: 95%, benchmark", "target: 99%, benchmark")
        self.assertNotEqual(stricter, TOPICS["kpis"])
        self.apply(files(**{**TOPICS, "kpis": stricter}))
        self.assertTrue(report._reproduce()["same"])

    def test_f2_what_was_corrected_since_is_named(self):
        report = self.make()
        with freeze_time("2026-04-05 09:00:00"):
            self.cases[2].category_id = self.ref_id("category", "billing")
            self.env.flush_all()
            self.env["complaint.event"].flush_model()
        self.count()
        self.env.invalidate_all()
        found = report._reproduce()
        self.assertFalse(found["same"])
        changed = {(one["what"], one["then"], one["now"]) for one in found["changed"]}
        self.assertIn(("Billing · Came in", "1", "2"), changed)
        self.assertIn(("Classified", 1), [(one["title"], one["count"]) for one in found["causes"]])
        check = self.env["complaint.report.check"].browse(report.action_compare()["res_id"])
        self.assertIn("figures are not what they were", check.found)
        self.assertIn("Classified", check.found)

    def test_f2_what_it_says_is_never_changed(self):
        report = self.make()
        with self.assertRaisesRegex(UserError, "never changed"):
            report.sudo().write({"content": {}})
        with self.assertRaises(UserError):
            report.sudo().unlink()
        with self.assertRaises(UserError):
            report.copy()
        for values in ({"state": "sent"}, {"reader_ids": [(4, self.reader.id)]}):
            with self.assertRaises(AccessError):
                report.with_user(self.analyst).write(values)
