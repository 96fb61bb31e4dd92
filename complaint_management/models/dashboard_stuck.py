"""Cards of the dashboard: where cases get stuck, what is open and how old, and whether what we changed
helped."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from ..engine.chance import tail
from ..engine.duration import Duration

MOST = 10
DAY = 86400


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    # ------------------------------------------------------------------ stages and teams

    def _stage_cards(self, page):
        """Our own time in each stage: the longest bars are the bottlenecks (F4)."""
        stays = page.stays["stage_id"][:MOST]
        if not stays:
            return []
        total = sum(stay["own"] * stay["n"] for stay in page.stays["stage_id"])
        words = self.env._(
            "“%(stage)s” takes %(share)s of our own time: %(time)s for each case on the average.",
            stage=max(stays, key=lambda stay: stay["own"] * stay["n"])["title"],
            share=page.figures._percent(max(stay["own"] * stay["n"] for stay in stays) / total),
            time=page.figures._time(
                max(stays, key=lambda stay: stay["own"] * stay["n"])["own"],
            ),
        ) if total else ""  # fmt: skip
        chart = {
            "horizontal": True,
            "unit": self.env._("hours"),
            "labels": [stay["title"] for stay in stays],
            "opens": [self._opens(stay["title"], stay["domain"], stay["model"]) for stay in stays],
            "series": [
                {
                    "title": self.env._("Our own time"),
                    "values": [round(stay["own"], 1) for stay in stays],
                    "stack": True,
                },
                {
                    "title": self.env._("Waiting for others"),
                    "values": [round(max(0.0, stay["hours"] - stay["own"]), 1) for stay in stays],
                    "stack": True,
                    "pale": True,
                },
            ],
        }
        return [self._card("stages", "chart", self.env._("Time in stages"), words, chart=chart)]

    def _team_cards(self, page):
        rows = page.rows(["received", "on_time_rate", "average_handling_time", "csat"], "team_id", MOST)
        rows = [row for row in rows if row["sums"]["received"] or row["sums"]["ended"]]
        if not rows:
            return []
        title, figures = self.env._("Teams"), page.figures
        stays = {stay["key"]: stay for stay in page.stays["team_id"]}
        names = ("on_time_rate", "average_handling_time", "csat")
        table = {
            "columns": [
                title,
                self.env._("Came in"),
                *(figures._title(name, page.company) for name in names),
                self.env._("Own time a case"),
            ],
            "rows": [
                {
                    "title": row["title"],
                    "open": self._opens(row["title"], row["figures"]["received"]["domain"]),
                    "cells": [
                        self._cell(row, "received"),
                        *(self._cell(row, name) for name in names),
                        self._stay_cell(page, stays.get(row["key"])),
                    ],
                }
                for row in rows
            ],
        }
        return [self._card("teams", "table", title, **table)]

    def _stay_cell(self, page, stay):
        if not stay:
            return {"text": "–", "open": False}
        return {
            "text": page.figures._time(stay["own"]),
            "open": self._opens(stay["title"], stay["domain"], stay["model"]),
        }

    # ------------------------------------------------------------------ ages

    def _age_cards(self, page):
        """How long open cases have been open, those that are late apart."""
        ages = [Duration.parse(age) for age in page.entries.get("backlog", {}).get("ages", ())]
        if not ages:
            return []
        domain = Domain(page.figures._open_domain(page.company, page.domain))
        begins = [page.today - timedelta(days=max(1, age.seconds // DAY)) for age in ages]
        buckets = self._buckets(domain, begins)
        counted = self._late_and_not(domain, begins)
        titles = self._age_titles(ages)
        chart = {
            "labels": titles,
            "opens": [self._opens(title, bucket) for title, bucket in zip(titles, buckets, strict=True)],
            "series": [
                {
                    "title": self.env._("In time so far"),
                    "values": [well for well, _late in counted],
                    "stack": True,
                },
                {
                    "title": self.env._("Missed a deadline"),
                    "values": [late for _well, late in counted],
                    "stack": True,
                    "bad": True,
                    "opens": [
                        self._opens(title, bucket & Domain("missed", ">", 0))
                        for title, bucket in zip(titles, buckets, strict=True)
                    ],
                },
            ],
        }
        return [self._card("ages", "chart", self.env._("Age of what is open now"), chart=chart)]

    def _buckets(self, domain, begins):
        """Open cycles between two ages; begins: the days on which those of each age began."""
        after = Domain("began_on", ">", begins[0])
        between = [
            Domain("began_on", "<=", younger) & Domain("began_on", ">", older)
            for younger, older in zip(begins, begins[1:], strict=False)
        ]
        return [domain & one for one in (after, *between, Domain("began_on", "<=", begins[-1]))]

    def _late_and_not(self, domain, begins):
        """[(open and well, open and late)] of each bucket, in two queries."""
        totals = []
        for chosen in (domain, domain & Domain("missed", ">", 0)):
            counts = [0] * (len(begins) + 1)
            for day, count in self.env["complaint.fact"]._read_group(chosen, ["began_on:day"], ["__count"]):
                counts[sum(day <= begin for begin in begins)] += count
            totals.append(counts)
        return [(count - late, late) for count, late in zip(*totals, strict=True)]

    def _age_titles(self, ages):
        spans = [self._age(age) for age in ages]
        between = [
            self.env._("%(from)s to %(to)s", **{"from": first, "to": last})
            for first, last in zip(spans, spans[1:], strict=False)
        ]
        return [
            self.env._("up to %(age)s", age=spans[0]),
            *between,
            self.env._("over %(age)s", age=spans[-1]),
        ]

    def _age(self, age):
        days = max(1, age.seconds // DAY)
        return self.env._("%(days)d days", days=days) if days > 1 else self.env._("1 day")

    # ------------------------------------------------------------------ escalations

    def _escalation_cards(self, page):
        """Open cases that were escalated, by the level they have reached."""
        domain = (
            Domain("company_id", "=", page.company.id)
            & Domain("case_type_id", "!=", False)
            & Domain("closed", "=", False)
            & Domain("escalation_level", "!=", False)
        )
        for key, field in (("type", "case_type_id"), ("team", "team_id")):
            if page.chosen.get(key):
                domain &= Domain(field, "=", page.chosen[key])
        if page.chosen.get("category"):
            domain &= Domain("category_id", "child_of", page.chosen["category"])
        groups = self.env["helpdesk.ticket"]._read_group(domain, ["escalation_level"], ["__count"])
        release = self.env["complaint.release"]._active(page.company)
        order = release._policy().levels if release else ()
        counts = sorted(groups, key=lambda one: -order.index(one[0]) if one[0] in order else 1)
        items = [
            {
                "title": release._level_title(level) if release else level,
                "tag": f"{count}",
                "text": "",
                "icon": "fa-arrow-up",
                "open": self._opens(
                    release._level_title(level) if release else level,
                    domain & Domain("escalation_level", "=", level),
                    "helpdesk.ticket",
                ),
            }
            for level, count in counts
        ]
        words = (
            self.env._("%(count)d open cases stand above their team.", count=sum(n for _level, n in counts))
            if counts
            else self.env._("Nothing that is open was escalated.")
        )
        return [self._card("escalations", "list", self.env._("Open escalations"), words, items=items)]

    # ------------------------------------------------------------------ did it help

    def _effect_cards(self, page):
        """Improvement actions of the last year with the complaints before and after (B8, F4)."""
        actions = self.env["mgmtsystem.action"]
        title = self.env._("Did it help?")
        if not actions.has_access("read"):
            return []
        done = actions.search(
            [
                ("for_complaints", "=", True),
                ("company_id", "=", page.company.id),
                ("date_closed", ">=", page.span[1] - timedelta(days=365)),
                ("date_closed", "<", page.span[1]),
                ("effect_on", "!=", False),
            ],
            order="date_closed desc",
            limit=MOST,
        )
        rows = [self._effect_row(action) for action in done if action.measure]
        if not rows:
            words = self.env._(
                "No improvement with a cause or category and a day to check was finished in the year before."
            )
            return [self._card("effects", "list", title, words, items=[])]
        columns = [
            self.env._("Improvement"),
            self.env._("Before"),
            self.env._("Afterwards"),
            self.env._("Verdict"),
        ]
        words = self.env._("As many days before and after the change, counted in the register.")
        return [self._card("effects", "table", title, words, columns=columns, rows=rows)]

    def _effect_row(self, action):
        before, after = action.complaints_before, action.complaints_after
        opens = self._opens(action.display_name, [("id", "=", action.id)], "mgmtsystem.action")
        verdict, tone = self._effect_verdict(action, before, after)
        return {
            "title": action.name,
            "open": opens,
            "cells": [
                {"text": str(before), "open": False},
                {"text": str(after), "open": False},
                {"text": verdict, "tone": tone, "open": False},
            ],
        }

    def _effect_verdict(self, action, before, after):
        """What people judged, or else what the numbers say: as long before as after."""
        confidence = self.env["complaint.figures"]._rule("received", action.company_id).confidence
        judged = dict(action._fields["effect"]._description_selection(self.env)).get(action.effect)
        change = round(100 * (after - before) / before) if before else None
        words = f"{change:+d} %" if change is not None else ""
        if judged:
            return f"{words} · {judged}" if words else judged, "none"
        if confidence is None:
            return words, "none"
        fewer = tail(before, after, 1.0) <= (1 - confidence) / 2
        more = tail(after, before, 1.0) <= (1 - confidence) / 2
        if fewer:
            return self.env._("▼ %(change)s, it helped", change=words), "good"
        if more:
            return self.env._("▲ %(change)s, worse", change=words), "bad"
        return self.env._("≈ %(change)s, no more than chance", change=words), "none"
