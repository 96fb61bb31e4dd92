"""F4: where cases get stuck, by stage and by team, on the manager's page."""

from datetime import date

from freezegun import freeze_time
from odoo.tests import tagged

from .figure_case import FigureCase

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
PAGE = {"period": "own", "since": "2026-03-01", "until": "2026-03-31", "type": 0}


@tagged("-at_install", "post_install")
class TestBottlenecks(FigureCase):
    """Two cases. One waits 2 hours, is worked on for 6, of which 4 are the customer's, and then 10 with
    another team; the other one is closed after 4 hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-02 08:00:00"):
            one, two = cls.complaint(category="delay"), cls.complaint(category="billing")
        with freeze_time("2026-03-02 10:00:00"):
            cls.move(one, "investigating")
        with freeze_time("2026-03-02 11:00:00"):
            one._record_fact("paused", data={"reason": "waiting_customer"})
        with freeze_time("2026-03-02 12:00:00"):
            cls.move(two, "closed")
        with freeze_time("2026-03-02 15:00:00"):
            one._record_fact("resumed", data={"reason": "waiting_customer"})
        with freeze_time("2026-03-02 16:00:00"):
            one.team_id = cls.damage
        with freeze_time("2026-03-03 02:00:00"):
            cls.move(one, "closed")
            cls.env["complaint.fact"]._cron_count()
        cls.one, cls.two = one, two

    def stays(self, by):
        found = self.figures._stays(self.company, *MARCH)[by]
        return {row["title"]: (row["n"], row["hours"], row["own"]) for row in found}

    def both_ways(self, by):
        """Read from the stays themselves and from the days added up."""
        first = self.stays(by)
        self.env["complaint.fact.day"]._cron_days()
        self.assertEqual(self.stays(by), first)
        return first

    def test_f4_the_time_in_each_stage_without_that_of_others(self):
        stages = self.both_ways("stage_id")
        titles = {code: self.stage(code).display_name for code in ("received", "investigating")}
        self.assertEqual(stages[titles["received"]], (2, 3, 3))  # 2 and 4 hours
        # two stays of one case, with a team each: 6 hours of which 4 are the customer's, and 10
        self.assertEqual(stages[titles["investigating"]], (2, 8, 6))

    def test_f4_the_time_with_each_team(self):
        teams = self.both_ways("team_id")
        self.assertEqual(teams["Small damage"][1:], (5, 5))  # 10 hours, and none in the stage that closes

    def test_f4_the_number_opens_the_stays(self):
        for by in ("stage_id", "team_id"):
            for row in self.figures._stays(self.company, *MARCH)[by]:
                opened = self.env["complaint.fact.stage"].with_user(self.analyst)
                self.assertEqual(opened.search_count(row["domain"]), row["n"], row["title"])

    def test_f4_the_page_names_the_stage_that_takes_most_of_our_time(self):
        dashboard = self.env["complaint.dashboard"].with_user(self.analyst)
        page = dashboard.with_context(allowed_company_ids=self.company.ids).read_page(PAGE)
        cards = {card["key"]: card for section in page["sections"] for card in section["cards"]}
        title = self.stage("investigating").display_name
        self.assertIn(title, cards["stages"]["sentence"])
        self.assertEqual(cards["stages"]["chart"]["labels"][0], title)

    def stage(self, code):
        return self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", code))
