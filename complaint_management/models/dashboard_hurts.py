"""Cards of the dashboard: what hurts customers, and how it went over the months."""

from odoo import models
from odoo.fields import Domain

MOST = 10  # bars in a chart, the rest together as one


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    # ------------------------------------------------------------------ hot topics

    def _hot_cards(self, page):
        """What has risen more than chance explains, with the evidence; what has not is no news."""
        if page.figures._topic_rule(page.company) is None:
            return []
        found = []
        if len(page.topic_spans) > 1:
            found = page.figures._topics_of(page.company, page.topic_spans, page.topic_sums, page.domain)
        sentence = (
            self.env._("These rose more than chance explains, judged beside their own past and all others.")
            if found
            else self.env._(
                "Nothing rose more than chance explains. Ups and downs smaller than that are no news."
            )
        )
        if len(page.topic_spans) < 2:
            sentence = self.env._("There is no earlier period to compare with yet.")
        kinds = {
            "category_id": self.env._("Category"),
            "product": self.env._("Product or module"),
            "state_id": self.env._("Region"),
        }
        items = [
            {
                "title": topic["title"],
                "tag": kinds[topic["by"]],
                "text": topic["sentence"],
                "icon": "fa-fire",
                "open": self._opens(topic["title"], topic["domain"]),
            }
            for topic in found
        ]
        return [self._card("hot", "list", self.env._("Hot topics"), sentence, items=items, wide=False)]

    def _card(self, key, kind, title, sentence="", **parts):
        return {"key": key, "kind": kind, "title": title, "sentence": sentence, **parts}

    # ------------------------------------------------------------------ causes

    def _cause_cards(self, page):
        """Pareto: the few causes that make most of the complaints (F4)."""
        sums = page.sums.get("now", {}).get("cause_id", {})
        counts = {key: int(values["ended"]) for key, values in sums.items() if values["ended"]}
        unknown = counts.pop(False, 0)
        title = self.env._("Root causes")
        if not counts:
            words = self.env._("No root cause was recorded in what ended in this period.")
            return [self._card("causes", "list", title, words, items=[])]
        keys = sorted(counts, key=lambda key: (-counts[key], str(key)))
        total, shown = sum(counts.values()), keys[:MOST]
        titles = page.figures._value_titles("cause_id", shown)
        parts = [
            (titles[key], counts[key], page.behind("ended", Domain("cause_id", "=", key))) for key in shown
        ]
        if keys[MOST:]:
            rest = page.behind("ended", Domain("cause_id", "in", keys[MOST:]))
            parts.append((self.env._("Other causes"), sum(counts[key] for key in keys[MOST:]), rest))
        chart = self._pareto(parts, total)
        words = self._pareto_words(page, parts, total, unknown)
        return [self._card("causes", "chart", title, words, chart=chart)]

    def _pareto(self, parts, total):
        """Bars with the line of what they make together."""
        shares, sofar = [], 0
        for _title, count, _domain in parts:
            sofar += count
            shares.append(round(100 * sofar / total, 1))
        return {
            "labels": [title for title, _count, _domain in parts],
            "opens": [self._opens(title, domain) for title, _count, domain in parts],
            "series": [
                {"title": self.env._("Cases"), "values": [count for _title, count, _domain in parts]},
                {
                    "title": self.env._("Together (%)"),
                    "values": shares,
                    "line": True,
                    "axis": "share",
                },
            ],
        }

    def _pareto_words(self, page, parts, total, unknown):
        """How few causes make most of it."""
        sofar = few = 0
        for _title, count, _domain in parts:
            few, sofar = few + 1, sofar + count
            if 2 * sofar >= total:
                break
        share = page.figures._percent(sofar / total)
        words = (
            self.env._("“%(cause)s” makes %(share)s of all.", cause=parts[0][0], share=share)
            if few == 1
            else self.env._("%(few)d causes make %(share)s of all.", few=few, share=share)
        )
        if unknown:
            words = self.env._(
                "%(words)s For %(unknown)d cases no cause was recorded.", words=words, unknown=unknown
            )
        return words

    # ------------------------------------------------------------------ categories and regions

    def _category_cards(self, page):
        rows = page.rows(["received", "csat", "on_time_rate", "cost_of_redress"], "category_root_id", MOST)
        rows = [row for row in rows if row["sums"]["received"] or row["sums"]["ended"]]
        if not rows:
            return []
        title = self.env._("Categories")
        return [self._card("categories", "table", title, **self._compared_table(page, rows, title))]

    def _compared_table(self, page, rows, title):
        """Received with the change, and how it went, by something."""
        most = max(row["figures"]["received"]["n"] for row in rows) or 1
        figures = page.figures
        return {
            "columns": [
                title,
                self.env._("Came in"),
                self.env._("Before"),
                figures._title("on_time_rate", page.company),
                figures._title("csat", page.company),
                figures._title("cost_of_redress", page.company),
            ],
            "rows": [
                {
                    "title": row["title"],
                    "open": self._opens(row["title"], row["figures"]["received"]["domain"]),
                    "cells": [
                        {
                            **self._cell(row, "received"),
                            "bar": row["figures"]["received"]["n"] / most,
                        },
                        {
                            "text": row["previous"]["received"]["text"],
                            "open": self._opens(row["title"], row["previous"]["received"]["domain"]),
                        },
                        self._cell(row, "on_time_rate"),
                        self._cell(row, "csat"),
                        self._cell(row, "cost_of_redress"),
                    ],
                }
                for row in rows
            ],
        }

    def _cell(self, row, name):
        """A figure of a row that opens its cases; a share says how many it is made of."""
        figure = row["figures"][name]
        cell = {
            "text": figure["text"],
            "open": self._opens(row["title"], figure["domain"], figure["model"]),
        }
        if name in ("csat", "on_time_rate") and figure["n"]:
            cell["note"] = f"n = {figure['n']}"
        if not figure["n"]:
            cell["open"] = False
        return cell

    def _region_cards(self, page):
        """Regions where they are known, countries where there are several."""
        title = self.env._("Regions")
        for by in ("state_id", "country_id"):
            rows = [row for row in page.rows(["received"], by, MOST + 1) if row["figures"]["received"]["n"]]
            known = [row for row in rows if row["key"]]
            if len(known) > (1 if by == "country_id" else 0):
                return [
                    self._card("regions", "chart", title, chart=self._bars(page, rows[:MOST], "received"))
                ]
        return []

    def _bars(self, page, rows, name):
        """Horizontal bars of a figure with the period before as a second one."""
        return {
            "horizontal": True,
            "labels": [row["title"] for row in rows],
            "opens": [self._opens(row["title"], row["figures"][name]["domain"]) for row in rows],
            "series": [
                {
                    "title": page.figures._period_text(*page.span),
                    "values": [row["figures"][name]["value"] for row in rows],
                },
                {
                    "title": page.figures._period_text(*page.spans[page.compare]),
                    "values": [row["previous"][name]["value"] for row in rows],
                    "pale": True,
                },
            ],
        }

    # ------------------------------------------------------------------ over the months

    def _month_cards(self, page):
        """What came and went by month, and whether it was handled in time and to the customers' liking."""
        names = ["received", "ended", "on_time_rate", "csat"]
        months = page.figures._by_month(names, page.company, page.months, page.by_month, page.domain)
        while months and not any(months[0]["figures"][name]["n"] for name in names):
            months = months[1:]  # before the first case there is nothing to show
        if not months:
            return []
        moved = self._over_months(page, months, ("received", "ended"))
        judged = self._over_months(page, months, ("on_time_rate", "csat"), share=True)
        return [
            self._card("movement", "chart", self.env._("Came in and ended, by month"), chart=moved),
            self._card("quality", "chart", self.env._("In time and satisfied by month"), chart=judged),
        ]

    def _over_months(self, page, months, names, share=False):
        def value(figure):
            known = figure["value"]
            return round(100 * known, 1) if share and known is not None else known

        return {
            "labels": [month["title"] for month in months],
            "opens": [self._opens(month["title"], month["figures"][names[0]]["domain"]) for month in months],
            "series": [
                {
                    "title": page.figures._title(name, page.company),
                    "values": [value(month["figures"][name]) for month in months],
                    "notes": [f"n = {month['figures'][name]['n']}" for month in months] if share else [],
                    "opens": [
                        self._opens(
                            f"{page.figures._title(name, page.company)} · {month['title']}",
                            month["figures"][name]["domain"],
                        )
                        for month in months
                    ],
                    "line": share,
                    "axis": "share" if share else "count",
                    "target": self._target_line(page, name) if share else None,
                }
                for name in names
            ],
        }

    def _target_line(self, page, name):
        target = page.values[name]["target"]
        return round(100 * target, 1) if target is not None else None
