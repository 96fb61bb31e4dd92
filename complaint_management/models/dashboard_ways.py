"""Cards of the dashboard: how complaints reach us: channels, hours of the week, surges."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..engine.kpis import BEGAN
from .fact import WEEKDAYS, between
from .fact_day_sums import WEEKDAY_HOUR

MOST = 10
HOURS = 24
# How long customers wait for the first answer on each channel: the middle, and nine of ten.
SPREAD = """
    SELECT channel_id, count(hours), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours)
      FROM (%s) AS answer WHERE hours IS NOT NULL GROUP BY 1
"""
# The same from the days added up: in steps of a tenth, the middle of a step stands for all in it.
STEPS = """
    WITH step AS (
        SELECT nullif(split_part(value_key, ':', 1), '')::int AS channel_id,
               exp(split_part(value_key, ':', 2)::int / 10.0) AS hours, sum(answered) AS many
          FROM (VALUES %(pieces)s) AS span(key, first, after, dimensions)
          JOIN complaint_fact_day AS day
            ON day.company_id = %(company)s AND day.type_key = %(type)s
           AND day.dimension = ANY(span.dimensions) AND day.day >= span.first AND day.day < span.after
         GROUP BY 1, 2
    ), sofar AS (
        SELECT *, sum(many) OVER (PARTITION BY channel_id) AS whole,
               sum(many) OVER (PARTITION BY channel_id ORDER BY hours) AS upto
          FROM step
    )
    SELECT channel_id, max(whole)::int, min(hours) FILTER (WHERE upto >= 0.5 * whole),
           min(hours) FILTER (WHERE upto >= 0.9 * whole)
      FROM sofar GROUP BY 1
"""


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    # ------------------------------------------------------------------ channels

    def _channel_cards(self, page):
        """Channels beside each other, with the spread of the time to the first answer (A1)."""
        rows = page.rows(["received", "csat", "on_time_rate"], "channel_id", MOST)
        rows = [row for row in rows if row["sums"]["received"] or row["sums"]["ended"]]
        if not rows:
            return []
        title, figures, spread = self.env._("Channels"), page.figures, self._answer_times(page)
        table = {
            "columns": [
                title,
                self.env._("Came in"),
                self.env._("First answer: half within"),
                self.env._("nine of ten within"),
                figures._title("on_time_rate", page.company),
                figures._title("csat", page.company),
            ],
            "rows": [self._channel_row(page, row, spread.get(row["key"])) for row in rows],
        }
        return [self._card("channels", "table", title, self._spread_words(page, rows, spread), **table)]

    def _channel_row(self, page, row, spread):
        answered = page.behind("first_response_time", Domain("channel_id", "=", row["key"]))
        opens = self._opens(row["title"], answered)
        half, most = (page.figures._time(hours) for hours in spread[1]) if spread else ("–", "–")
        note = f"n = {spread[0]}" if spread else ""
        return {
            "title": row["title"],
            "open": self._opens(row["title"], row["figures"]["received"]["domain"]),
            "cells": [
                self._cell(row, "received"),
                {"text": half, "note": note, "open": spread and opens or False},
                {"text": most, "open": spread and opens or False},
                self._cell(row, "on_time_rate"),
                self._cell(row, "csat"),
            ],
        }

    def _answer_times(self, page):
        """{channel id, False: none: (answered, (median, ninth decile) in hours)}"""
        facts, figures = self.env["complaint.fact"], page.figures
        facts.flush_model()
        type_key = figures._added_up(page.company, page.domain)
        most = page.entries.get("first_response_time", {}).get("exact_up_to")
        if most and page.values["received"]["n"] > most and type_key is not None:
            return self._answer_steps(page, type_key)
        domain = page.domain & Domain("company_id", "=", page.company.id) & between(BEGAN, *page.span)
        query = facts._search(domain)
        answers = query.select(
            SQL.identifier(query.table, "channel_id"),
            SQL("%s AS hours", SQL.identifier(query.table, "hours_feedback")),
        )
        rows = self.env.execute_query(SQL(SPREAD, answers))
        return {channel or False: (count, tuple(times)) for channel, count, times in rows}

    def _answer_steps(self, page, type_key):
        """The same to a twentieth, of so many answers that sorting them would take too long. Days that have
        just changed and confidential cases are left out: among so many they move nothing."""
        spans = {"now": page.span}
        marked = set(page.figures._marked(page.company, spans))
        pieces = page.figures._pieces(spans, marked, ("answer",))
        if not pieces:
            return {}
        rows = self.env.execute_query(SQL(STEPS, pieces=pieces, company=page.company.id, type=type_key))
        return {channel or False: (count, (half, most)) for channel, count, half, most in rows}

    def _spread_words(self, page, rows, spread):
        """The quickest and the slowest channel."""
        titles = {row["key"]: row["title"] for row in rows}
        known = {key: times[0] for key, (_n, times) in spread.items() if key in titles}
        if len(known) < 2:
            return ""
        quick, slow = min(known, key=known.get), max(known, key=known.get)
        if known[quick] == known[slow]:
            return self.env._("All channels answer equally fast.")
        return self.env._(
            "Half of the answers take up to %(quick_time)s on “%(quick)s”, and %(slow_time)s on “%(slow)s”.",
            quick=titles[quick],
            quick_time=page.figures._time(known[quick]),
            slow=titles[slow],
            slow_time=page.figures._time(known[slow]),
        )

    # ------------------------------------------------------------------ hours of the week

    def _hour_cards(self, page):
        """When complaints come in: days by hours."""
        sums = page.hours[WEEKDAY_HOUR]
        counts = {int(key or 0): int(values["received"]) for key, values in sums.items()}
        if not any(counts.values()):
            return []
        labels = dict(self.env["complaint.fact"]._fields["weekday"]._description_selection(self.env))
        rows = [
            {
                "title": labels[number],
                "values": [counts.get(int(number) * HOURS + hour, 0) for hour in range(HOURS)],
            }
            for number, _label in WEEKDAYS
        ]
        busiest = max(counts, key=counts.get)
        words = self.env._(
            "Most come in on %(day)s between %(from)d and %(to)d o'clock.",
            **{"day": labels[str(busiest // HOURS)], "from": busiest % HOURS, "to": busiest % HOURS + 1},
        )
        return [
            self._card(
                "hours",
                "heat",
                self.env._("When they come in"),
                words,
                rows=rows,
                hours=list(range(HOURS)),
                open=self._opens(self.env._("When they come in"), page.behind("received")),
            )
        ]

    # ------------------------------------------------------------------ surges

    def _surge_cards(self, page):
        """Surges that were noticed in the period."""
        surges = self.env["complaint.surge"]
        if not surges.has_access("read"):
            return []
        first, after = page.figures._instants(page.company, *page.span)
        found = surges.search(
            [
                ("company_id", "=", page.company.id),
                ("noticed_at", ">=", first),
                ("noticed_at", "<", after),
            ],
            order="noticed_at desc",
            limit=MOST,
        )
        items = [
            {
                "title": surge.display_name,
                "tag": format_datetime(self.env, surge.noticed_at, dt_format="short"),
                "text": surge.headline,
                "icon": "fa-bolt",
                "open": self._opens(surge.display_name, [("id", "=", surge.id)], "complaint.surge"),
            }
            for surge in found
        ]
        words = "" if items else self.env._("No surge of similar complaints was noticed in this period.")
        return [self._card("surges", "list", self.env._("Surges"), words, items=items)]
