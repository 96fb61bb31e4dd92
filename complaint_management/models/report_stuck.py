"""The sections of a report about where complaints come from, where they get stuck, and what they cost."""

from odoo import models
from odoo.fields import Domain

from ..engine.kpis import MEASURES

MOST = 10


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    # ------------------------------------------------------------------ regions

    def _content_regions(self, page):
        rows = []
        for by in ("state_id", "country_id"):
            rows = [row for row in page.rows(["received", "csat", "on_time_rate"], by, MOST) if row["key"]]
            if rows:
                break
        if not rows:
            return self._left_out(self.env._("No region of a customer is known in this period."))
        most = max(rows, key=lambda row: row["figures"]["received"]["n"])
        names = ("received", "on_time_rate", "csat")
        head = [self.env._("Region"), *(page.figures._title(name, page.company) for name in names)]
        table = [
            [self._cell(row["title"]), *(self._figure_cell(row, name) for name in names)] for row in rows
        ]
        words = self.env._(
            "Most come from %(region)s: %(count)d.",
            region=most["title"],
            count=most["figures"]["received"]["n"],
        )
        return {
            "sentence": words,
            "tables": [self._tabled(head, table)],
            "charts": [self._compared_bars(page, rows, self.env._("Came in, by region"))],
        }

    def _figure_cell(self, row, name):
        """A figure of a row of a breakdown."""
        figure = row["figures"][name]
        opens = self._opens(row["title"], figure["domain"], figure["model"]) if figure["n"] else False
        note = f"n = {figure['n']}" if MEASURES[name].unit == "share" and figure["n"] else ""
        return self._cell(figure["text"], opens, note)

    # ------------------------------------------------------------------ bottlenecks and redress

    def _content_bottlenecks(self, page):
        dashboard = self.env["complaint.dashboard"]
        stages, teams = dashboard._stage_cards(page), dashboard._team_cards(page)
        if not stages and not teams:
            return self._left_out(self.env._("No time in stages is known of this period."))
        charts, tables = [], []
        for card in stages:
            stays = page.stays["stage_id"][:MOST]
            charts.append(
                {
                    "kind": "bars",
                    "title": self.env._("Our own time in each stage, for a case on the average"),
                    "rows": [
                        [stay["title"], round(stay["own"], 1), page.figures._time(stay["own"]), ""]
                        for stay in stays
                    ],
                }
            )
            tables.append(self._stay_table(page, card["title"], stays))
        tables += map(self._of_card, teams)
        return {"sentence": stages[0]["sentence"] if stages else "", "tables": tables, "charts": charts}

    def _stay_table(self, page, title, stays):
        head = [title, self.env._("Our own time"), self.env._("Waiting for others"), self.env._("Stays")]
        rows = [
            [
                self._cell(stay["title"]),
                self._cell(page.figures._time(stay["own"])),
                self._cell(page.figures._time(max(0.0, stay["hours"] - stay["own"]))),
                self._cell(f"{stay['n']:,}", self._opens(stay["title"], stay["domain"], stay["model"])),
            ]
            for stay in stays
        ]
        return self._tabled(head, rows)

    def _content_redress(self, page):
        figure = page.values["cost_of_redress"]
        words = self.env["complaint.dashboard"]._cost_words(page)["sentence"]
        if not figure["value"]:
            return {"sentence": words}
        rows = page.rows(["cost_of_redress"], "category_root_id", MOST)
        rows = [row for row in rows if row["figures"]["cost_of_redress"]["n"]]
        head = [self.env._("Category"), figure["title"], self.env._("Cases"), self.env._("Before")]
        table = [
            [
                self._cell(row["title"]),
                self._figure_cell(row, "cost_of_redress"),
                self._cell(row["figures"]["cost_of_redress"]["n"]),
                self._cell(row["previous"]["cost_of_redress"]["text"]),
            ]
            for row in rows
        ]
        total = self.env._("%(total)s in all: %(words)s", total=figure["text"], words=words)
        return {
            "sentence": total,
            "tables": [self._tabled(head, table)],
            "charts": [
                self._compared_bars(page, rows, self.env._("Cost of redress, by category"), "cost_of_redress")
            ],
        }

    def _where_open(self, page):
        """The cases that were open when the period ended."""
        return Domain(page.figures._open_domain(page.company, page.domain, page.span[1]))
