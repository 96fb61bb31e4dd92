"""The sections of a report about what came in and how it was handled. Numbers and most words are those of the
manager's page, so that both say the same of a period."""

from odoo import models

MOST = 10
TREND_OF = (
    "received",
    "on_time_rate",
    "promises_kept",
    "csat",
    "nps",
    "first_contact_resolution",
    "average_handling_time",
    "repeat_complaint_rate",
    "reopen_rate",
    "cost_of_redress",
)


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    # ------------------------------------------------------------------ what came and went

    def _content_volumes(self, page):
        found = self._counted_balance(page)
        figures, came = page.figures, page.values["received"]
        domains = {
            "opening": figures._open_domain(page.company, page.domain, page.span[0]),
            "received": page.behind("received"),
            "reopened": page.behind("reopenings"),
            "closed": page.behind("ended"),
            "closing": figures._open_domain(page.company, page.domain, page.span[1]),
        }
        signs = {"received": "+ ", "reopened": "+ ", "closed": "− ", "closing": "= "}
        rows = [
            [
                self._cell(f"{signs.get(name, '')}{title}"),
                self._cell(f"{found[name]:,}", self._opens(title, domains[name])),
            ]
            for name, title in self._balance_titles().items()
        ]
        words = self.env._(
            "%(received)s cases came in and %(closed)s ended; %(closing)s are open at the end, %(opening)s "
            "were at the start.",
            received=came["text"],
            closed=f"{found['closed']:,}",
            closing=f"{found['closing']:,}",
            opening=f"{found['opening']:,}",
        )
        if self._has_past(page):
            before = came["previous"]["text"] + self._in_brackets(came["previous"]["trend"]["text"])
            words += " " + self.env._("Came in before: %(before)s.", before=before)
        tables = [self._tabled([self.env._("Balance"), self.env._("Cases")], rows)]
        cards = self.env["complaint.dashboard"]._category_cards(page)
        charts = [
            self._months_chart(card, "columns")
            for card in self.env["complaint.dashboard"]._month_cards(page)[:1]
        ]
        return {"sentence": words, "tables": [*tables, *map(self._of_card, cards)], "charts": charts}

    def _in_brackets(self, text):
        return f" ({text})" if text else ""

    # ------------------------------------------------------------------ topics and trends

    def _hot(self, page):
        """The hot topics of the period, found once for a page."""
        if not hasattr(page, "hot"):
            known = page.figures._topic_rule(page.company) is not None and len(page.topic_spans) > 1
            page.hot = (
                page.figures._topics_of(page.company, page.topic_spans, page.topic_sums, page.domain)
                if known
                else []
            )
        return page.hot

    def _content_hot_topics(self, page):
        cards = self.env["complaint.dashboard"]._hot_cards(page)
        if not cards:
            return self._left_out(
                self.env._("The policy does not say from when on a topic is hot (key figure `hot_topics`).")
            )
        rows = [
            [
                self._cell(item["title"]),
                self._cell(item["tag"]),
                self._cell(topic["count"], item["open"]),
                self._cell(item["text"]),
            ]
            for topic, item in zip(self._hot(page), cards[0]["items"], strict=True)
        ]
        head = [
            self.env._("Topic"),
            self.env._("What it is"),
            self.env._("Came in"),
            self.env._("Evidence"),
        ]
        charts = [
            {
                "kind": "bars",
                "title": self.env._("Hot topics"),
                "rows": [
                    [topic["title"], topic["count"], f"{topic['count']}", ""] for topic in self._hot(page)
                ],
                "previous": {topic["title"]: topic["usual"] for topic in self._hot(page)},
                "previous_text": self.env._("usual"),
            }
        ]
        return {
            "sentence": cards[0]["sentence"],
            "tables": [self._tabled(head, rows)] if rows else [],
            "charts": charts if rows else [],
        }

    def _content_trends(self, page):
        """What has changed by more than chance, and what has not."""
        shown = [page.values[name] for name in TREND_OF if page.values.get(name, {}).get("value") is not None]
        if not shown:
            return self._left_out(self.env._("Nothing was counted in this period yet."))
        spans = [key for key in ("previous", "last_year") if page.spans[key][1] > self._first_day(page)]
        head = [
            self.env._("Key figure"),
            *(page.figures._span_title(*page.spans[key]) for key in ("now", *spans)),
            self.env._("Difference"),
        ]
        rows = [self._trend_row(figure, spans) for figure in shown]
        cards = self.env["complaint.dashboard"]._month_cards(page)[1:]
        charts = [self._months_chart(card, "line") for card in cards]
        return {
            "sentence": self._trend_sentence(page, shown),
            "tables": [self._tabled(head, rows)],
            "charts": [{**chart, "unit": " %"} for chart in charts],
        }

    def _trend_row(self, figure, spans):
        trend = figure["previous"]["trend"]
        tone = {"better": "good", "worse": "bad"}.get(trend["verdict"], "")
        return [
            self._cell(figure["title"]),
            self._cell(
                figure["text"], self._opens(figure["title"], figure["domain"], figure["model"]), _n(figure)
            ),
            *(self._cell(figure[key]["text"], note=_n(figure[key])) for key in spans),
            self._cell(trend["text"] or "–", tone=tone),
        ]

    def _trend_sentence(self, page, shown):
        if not self._has_past(page):
            return self.env._("There is no earlier period to compare with yet.")
        verdicts = {
            verdict: [one["title"] for one in shown if one["previous"]["trend"]["verdict"] == verdict]
            for verdict in ("better", "worse")
        }
        words = []
        if verdicts["better"]:
            words.append(self.env._("Better: %(names)s.", names=", ".join(verdicts["better"])))
        if verdicts["worse"]:
            words.append(self.env._("Worse: %(names)s.", names=", ".join(verdicts["worse"])))
        if not words:
            return self.env._("Nothing has changed by more than chance explains.")
        return " ".join([*words, self.env._("The rest is no more than chance.")])

    # ------------------------------------------------------------------ key figures

    def _content_kpis(self, page):
        """Every key figure of the policy with its target."""
        dashboard = self.env["complaint.dashboard"]
        own = page.figures._own_entries(page.company)
        names = [name for name in (*page.entries, *own) if name in page.values]
        if not names:
            return self._left_out(self.env._("The policy has no key figures."))
        tiles = [dashboard._tile(page, name) for name in names]
        head = [
            self.env._("Key figure"),
            self.env._("Value"),
            self.env._("Target"),
            self.env._("Standing"),
            *([self.env._("Before")] if self._has_past(page) else ()),
        ]
        rows = [self._kpi_row(page, tile) for tile in tiles]
        missed = [tile["title"] for tile in tiles if tile["state"] == "bad"]
        reached = [tile["title"] for tile in tiles if tile["state"] == "good"]
        words = self.env._(
            "Targets reached: %(reached)d, missed: %(missed)d.", reached=len(reached), missed=len(missed)
        )
        if missed:
            words += " " + self.env._("Missed: %(names)s.", names=", ".join(missed))
        notes = [f"{tile['title']}: {tile['missing']}" for tile in tiles if tile["missing"]]
        return {
            "sentence": words,
            "tables": [self._tabled(head, rows)],
            "charts": self._target_charts(page, names),
            "notes": notes,
        }

    def _kpi_row(self, page, tile):
        standing = {
            "good": self.env._("✓ reached"),
            "bad": self.env._("✕ missed"),
            "open": self.env._("? too few answers to tell"),
        }.get(tile["state"], "–")
        figure = page.values[tile["key"]]
        before = figure["previous"]
        cells = [
            self._cell(tile["title"]),
            self._cell(
                tile["text"],
                False if tile["missing"] else tile["open"],
                " · ".join(part for part in (tile["n"], tile["interval"]) if part),
            ),
            self._cell(self._target_sign(figure), note=tile["benchmark"]),
            self._cell(standing, tile["spoiling"] if tile["state"] == "bad" else False, tone=tile["state"]),
        ]
        if self._has_past(page):
            cells.append(self._cell(before["text"], note=before["trend"]["text"]))
        return cells

    def _target_sign(self, figure):
        """A target as short as a table wants it."""
        sign = "≤" if figure["less"] else "≥"
        return f"{sign} {figure['target_text']}" if figure["target_text"] else "–"

    def _target_charts(self, page, names):
        """The shares among the figures beside each other, before and now."""
        shares = [
            page.values[name]
            for name in names
            if page.values[name]["unit"] == "share" and page.values[name]["value"] is not None
        ]
        if not shares:
            return []
        rows = [
            [
                one["title"],
                round(100 * one["value"], 1),
                one["text"],
                self._target_sign(one) if one["target_text"] else "",
            ]
            for one in shares
        ]
        previous = {
            one["title"]: round(100 * one["previous"]["value"], 1)
            for one in shares
            if one["previous"]["value"] is not None
        }
        return [
            {
                "kind": "bars",
                "title": self.env._("Shares among the key figures, in per cent"),
                "rows": rows,
                **self._marks(page, previous),
            }
        ]

    # ------------------------------------------------------------------ channels, causes, regions

    def _content_channels(self, page):
        dashboard = self.env["complaint.dashboard"]
        cards = dashboard._channel_cards(page)
        if not cards:
            return self._left_out(self.env._("No case came in."))
        rows = page.rows(["received"], "channel_id", MOST)
        charts = [self._compared_bars(page, rows, self.env._("Came in, by channel"))]
        words = [cards[0]["sentence"]]
        for card in dashboard._hour_cards(page):
            words.append(card["sentence"])
            charts.append(
                {
                    "kind": "heat",
                    "title": card["title"],
                    "rows": [row["title"] for row in card["rows"]],
                    "columns": [str(hour) for hour in card["hours"]],
                    "values": [row["values"] for row in card["rows"]],
                }
            )
        return {
            "sentence": " ".join(filter(None, words)),
            "tables": [self._of_card(cards[0])],
            "charts": charts,
        }

    def _compared_bars(self, page, rows, title, name="received"):
        """Bars of a figure by something, with the period before as a mark."""
        rows = [row for row in rows if row["figures"][name]["value"] is not None]
        return {
            "kind": "bars",
            "title": title,
            "rows": [
                [row["title"], row["figures"][name]["value"], row["figures"][name]["text"], ""]
                for row in rows
            ],
            **self._marks(page, {row["title"]: row["previous"][name]["value"] for row in rows}),
        }

    def _marks(self, page, previous):
        """The period before as marks on the bars of a chart, where there was one."""
        if not self._has_past(page):
            return {}
        return {
            "previous": previous,
            "previous_text": page.figures._span_title(*page.spans["previous"]),
        }

    def _content_causes(self, page):
        [card] = self.env["complaint.dashboard"]._cause_cards(page)
        if card["kind"] != "chart":
            return self._left_out(card["sentence"])
        chart = card["chart"]
        counts = chart["series"][0]["values"]
        pareto = {
            "kind": "pareto",
            "title": card["title"],
            "rows": [
                [label, count, str(count), ""] for label, count in zip(chart["labels"], counts, strict=True)
            ],
            "share_text": self.env._("together"),
        }
        return {"sentence": card["sentence"], "tables": [self._of_card(card)], "charts": [pareto]}


def _n(figure):
    """How many cases a share is made of."""
    return f"n = {figure['n']:,}" if figure.get("n") and "%" in (figure.get("text") or "") else ""
