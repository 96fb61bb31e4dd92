"""Cards of the dashboard: who complains, and what it costs (F1)."""

from odoo import models
from odoo.fields import Domain

from .figure_segments import FREQUENCY


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    def _segment_cards(self, page):
        """A table a segment, and the customers who complain often."""
        found = page.figures._segments_of(page.company, page.span, page.sums.get("now", {}), page.domain)
        return [*(self._segment_card(page, segment) for segment in found), *self._frequent_cards(page)]

    def _segment_card(self, page, segment):
        rows, kinds = segment["rows"], self._segment_kinds()
        most = max((row["cost"] for row in rows), default=0) or 1
        return self._card(
            f"segment_{segment['by']}",
            "table",
            segment["title"],
            segment["sentence"],
            columns=[kinds[segment["by"]], *self._cost_columns()],
            rows=[self._segment_line(row, row["cost"] / most) for row in rows],
        )

    def _segment_kinds(self):
        return {
            "tier_id": self.env._("Tier"),
            FREQUENCY: self.env._("Complaints so far"),
            "spent": self.env._("Spending"),
            "cause_id": self.env._("Root cause"),
        }

    def _cost_columns(self):
        return [
            self.env._("Came in"),
            self.env._("Cost"),
            self.env._("Redress"),
            self.env._("Our work"),
            self.env._("Ended cases"),
            self.env._("Each"),
        ]

    def _segment_line(self, row, bar=None):
        """A row of a segment; each number opens the cases that it counts."""
        title = row["title"]
        came, ended = self._opens(title, row["domain"]), self._opens(title, row["ended_domain"])
        paid = self._opens(title, Domain(row["ended_domain"]) & Domain("redress", ">", 0))
        return {
            "title": title,
            "open": came,
            "cells": [
                {"text": str(row["n"]), "open": row["n"] and came},
                {"text": row["cost_text"], "open": row["cost"] and ended, **({"bar": bar} if bar else {})},
                {"text": row["redress_text"], "open": row["redress"] and paid},
                {"text": row["work_text"], "open": row["work"] and ended},
                {"text": str(row["ended"]), "open": row["ended"] and ended},
                {"text": row["each_text"], "open": False},
            ],
        }

    def _frequent_cards(self, page):
        """Who complains as often as the policy calls often; the name opens the customer's file."""
        entry = page.figures._cost_entry(page.company)
        if not entry.get("often"):
            return []
        title = self.env._("Customers who complain often")
        span = self._frequent_span(page)
        rows = page.figures._frequent(page.company, *span, page.domain)
        if not rows:
            words = self.env._("Nobody who complained in this period complains that often.")
            return [self._card("frequent", "list", title, words, items=[])]
        words = self.env._(
            "%(period)s: %(often)d complaints and more within %(days)d days. The name opens the customer.",
            period=page.figures._period_text(*span),
            often=entry["often"],
            days=page.figures._days_counted(page.company),
        )
        files = self._customer_files(page, [row["partner_id"] for row in rows])
        return [
            self._card(
                "frequent",
                "table",
                title,
                words,
                columns=[self.env._("Customer"), self.env._("So far"), *self._cost_columns()],
                rows=[self._frequent_line(row, files.get(row["partner_id"])) for row in rows],
            )
        ]

    def _frequent_span(self, page):
        """The period; its last month where there is more in it than can be counted case by case at once."""
        most = page.entries.get("first_response_time", {}).get("exact_up_to")
        if most and page.values["received"]["n"] > most:
            return page.figures._months(*page.span)[-1]
        return page.span

    def _customer_files(self, page, partners):
        """{partner id: what opens the customer}, as far as the reader may see customers' files."""
        files = self.env["complaint.customer"]
        if not files.has_access("read"):
            return {}
        known = files.search([("partner_id", "in", partners), ("company_id", "=", page.company.id)])
        return {
            one.partner_id.id: self._opens(one.display_name, [("id", "=", one.id)], files._name)
            for one in known
        }

    def _frequent_line(self, row, file):
        line = self._segment_line(row)
        so_far = {"text": str(row["so_far"]), "open": False}
        return {**line, "open": file or line["open"], "cells": [so_far, *line["cells"]]}
