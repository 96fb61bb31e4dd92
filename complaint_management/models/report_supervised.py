"""The sections of a report whose numbers other parts keep: the process and its escalations, workload,
quality, customers, and what improvements have brought."""

from datetime import datetime, time, timezone

from odoo import models
from odoo.fields import Domain

from .release_reading import naive

ESCALATED = "escalat"  # in what a finding is about


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    # ------------------------------------------------------------------ the process

    def _findings(self, page):
        """What supervision found in the period, asked once for a page; escalations are told apart. How things
        stand today is left out: a report says the same whenever it is made."""
        if not hasattr(page, "findings"):
            found = self.env["complaint.supervision"]._findings(page.company, *page.span, page.domain)
            page.findings = [one for one in found if not one["as_of_now"]]
        return [one for one in page.findings if ESCALATED not in one["what"]]

    def _content_compliance(self, page):
        """Deadlines, and what supervision found."""
        names = ("promises_kept", "acknowledged_on_time_rate", "on_time_rate", "late_legal")
        extra = page.figures._made(
            [name for name in names if name not in page.values],
            page.company,
            page.spans,
            page.sums,
            page.domain,
        )
        figures = [{**page.values, **extra}[name] for name in names]
        rows = [
            [
                self._cell(one["title"]),
                self._cell(one["text"], self._opens(one["title"], one["domain"], one["model"])),
                self._cell(
                    f"{round(one['n'] - one['part']):,}" if one["unit"] == "share" else "–",
                    self._opens(one["title"], one["spoiling"], one["model"]),
                ),
                self._cell(f"{one['n']:,}" if one["unit"] == "share" else "–"),
            ]
            for one in figures
            if one["value"] is not None
        ]
        head = [self.env._("Deadlines"), self.env._("Value"), self.env._("Missed"), self.env._("In all")]
        findings = self._findings(page)
        tables = [self._tabled(head, rows)] if rows else []
        if any(one["count"] for one in findings):
            tables.append(self._finding_table(page, findings))
        return {
            "sentence": self._process_words(page),
            "tables": tables,
            "charts": self._finding_chart(findings),
            "notes": self._nothing_found(findings),
        }

    def _process_words(self, page):
        found = self._not_followed(page)
        if not self._findings(page):
            return found["sentence"]
        return self.env._("%(what)s: %(words)s", what=found["answer"], words=found["sentence"])

    def _finding_table(self, page, findings):
        head = [
            self.env._("What was found"),
            self.env._("Found"),
            self.env._("In all"),
            self.env._("Share"),
            self.env._("Target"),
            self.env._("Before"),
        ]
        rows = [self._finding_row(page, one) for one in findings if one["count"]]
        return self._tabled(head, rows)

    def _nothing_found(self, findings):
        """The checks that found nothing, in one line."""
        titles = [one["title"] for one in findings if not one["count"]]
        return [self.env._("Nothing was found by: %(checks)s.", checks=", ".join(titles))] if titles else []

    def _finding_row(self, page, one):
        tone = {True: "good", False: "bad"}.get(one["met"], "")
        before = one["previous"]
        return [
            self._cell(one["title"], note=one["sentence"]),
            self._cell(one["count"], one["count"] and self._opens(one["title"], one["domain"], one["model"])),
            self._cell("–" if one["of"] is None else one["of"]),
            self._cell(self._share(page, one["share"]), tone=tone),
            self._cell(one["target_text"] or "–"),
            self._cell(before["text"] or before["count"] if before else "–", note=one["trend"]["text"]),
        ]

    def _finding_chart(self, findings):
        rows = [[one["title"], one["count"], str(one["count"]), ""] for one in findings if one["count"]]
        return [{"kind": "bars", "title": self.env._("What was found"), "rows": rows}] if rows else []

    def _content_escalations(self, page):
        [figure] = page.figures._made(
            ["escalation_rate"], page.company, page.spans, page.sums, page.domain
        ).values()
        escalated = self._where_open(page) & Domain("escalations", ">", 0)
        open_ones = self.env["complaint.fact"].search_count(escalated)
        self._findings(page)
        findings = [one for one in page.findings if ESCALATED in one["what"]]
        rows = [
            [
                self._cell(figure["title"]),
                self._cell(figure["text"], self._opens(figure["title"], figure["spoiling"])),
                self._cell(figure["previous"]["text"], note=figure["previous"]["trend"]["text"]),
            ],
            [
                self._cell(self.env._("Escalated and open at the end")),
                self._cell(open_ones, self._opens(self.env._("Escalated and open at the end"), escalated)),
                self._cell("–"),
            ],
        ]
        head = [self.env._("Escalations"), self.env._("Value"), self.env._("Before")]
        words = self.env._(
            "%(count)d of %(total)d cases that ended were escalated; %(open)d that were escalated are open "
            "at the end.",
            count=round(figure["part"]),
            total=figure["n"],
            open=open_ones,
        )
        tables = [self._tabled(head, rows)]
        if any(one["count"] for one in findings):
            tables.append(self._finding_table(page, findings))
        return {"sentence": words, "tables": tables, "notes": self._nothing_found(findings)}

    # ------------------------------------------------------------------ workload and quality

    def _content_workload(self, page):
        policy = page.release._policy().raw
        if "complaint.workload" not in self.env or not policy.get("workload"):
            return self._left_out(self.env._("The policy says nothing about workload."))
        found = self.env["complaint.workload"]._report(page.company, *page.span)
        tables = []
        if found.get("rows"):
            tables.append(self._workload_table(found))
        if found.get("cover"):
            tables.append(self._cover_table(found["cover"]))
        charts = [
            {
                "kind": "bars",
                "title": self.env._("Cases per agent and day, by team"),
                "rows": [
                    [row["team"], row["average"], self._plain(row["average"]), ""] for row in found["rows"]
                ],
                "target": next((row["limit"] for row in found["rows"] if row.get("limit")), None),
                "target_text": self.env._("limit"),
            }
        ]
        return {
            "sentence": found["sentence"],
            "tables": tables,
            "charts": charts if found.get("rows") else [],
        }

    def _workload_table(self, found):
        head = [
            self.env._("Team"),
            self.env._("Agents"),
            self.env._("Handled"),
            self.env._("Per agent and day"),
            self.env._("Limit"),
            self.env._("Days over it"),
            self.env._("Warned"),
        ]
        total = [found["total"]] if len(found["rows"]) > 1 else []
        rows = [
            [
                self._cell(row["team"]),
                self._cell(row["agents"]),
                self._cell(f"{row['handled']:,}", row["handled"] and self._opens(row["team"], row["domain"])),
                *(self._cell(self._plain(row[name])) for name in ("average", "limit", "over", "warned")),
            ]
            for row in [*found["rows"], *total]
        ]
        return self._tabled(head, rows)

    def _cover_table(self, rows):
        head = [
            self.env._("Cover"),
            self.env._("Hours wanted"),
            self.env._("Hours planned"),
            self.env._("Hours with too few"),
        ]
        return self._tabled(
            head,
            [
                [
                    self._cell(row["channel"], note=row["gaps"] or ""),
                    *(self._cell(self._plain(row[name])) for name in ("wanted", "planned", "short")),
                ]
                for row in rows
            ],
        )

    def _plain(self, value):
        """A number or a short text as a cell shows it."""
        if value is None or value is False:
            return "–"
        if isinstance(value, (list, tuple)):
            return str(len(value))
        return f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else str(value)

    def _content_quality(self, page):
        policy = page.release._policy().raw
        if "complaint.quality.review" not in self.env or not policy.get("quality"):
            return self._left_out(self.env._("The policy says nothing about reviews of quality."))
        found = self.env["complaint.quality.review"]._report(page.company, *page.span)
        head = [
            self.env._("Sample"),
            self.env._("Drawn"),
            self.env._("Reviewed"),
            self.env._("In all"),
            self.env._("Passed"),
            self.env._("Pass rate"),
        ]
        rows = [
            [
                self._cell(row["title"]),
                *(self._cell(self._plain(row.get(name))) for name in ("drawn", "reviewed", "of", "passed")),
                self._cell(self._per_cent(row["pass_rate"])),
            ]
            for row in found["rows"]
        ]
        lines = [
            [line["title"], round(line["share"], 1), self._per_cent(line["share"]), ""]
            for line in found["lines"]
        ]
        chart = {"kind": "bars", "title": self.env._("How often each point of the scorecard is fulfilled")}
        return {
            "sentence": found["sentence"],
            "tables": [self._tabled(head, rows)] if rows else [],
            "charts": [{**chart, "rows": lines}] if lines else [],
        }

    def _per_cent(self, value):
        return "–" if value is None else self.env["complaint.figures"]._percent(value / 100)

    def _share(self, page, value):
        return "–" if value is None else page.figures._percent(value)

    # ------------------------------------------------------------------ customers

    def _content_segments(self, page):
        """What groups of customers cost. No customer is named: a report outlives what may be known of one."""
        groups = page.figures._segments(page.company, *page.span, page.domain)
        if not groups:
            return self._left_out(self.env._("No groups of customers are told apart."))
        return {
            "sentence": groups[0]["sentence"],
            "tables": [self._segment_table(group) for group in groups],
            "charts": [
                {
                    "kind": "bars",
                    "title": self.env._("What complaints cost: %(by)s", by=group["title"]),
                    "rows": [
                        [row["title"], round(row["cost"]), row["cost_text"], ""] for row in group["rows"]
                    ],
                }
                for group in groups[:2]
                if any(row["cost"] for row in group["rows"])
            ],
        }

    def _segment_table(self, group):
        head = [
            group["title"],
            self.env._("Came in"),
            self.env._("Cases ended"),
            self.env._("Redress"),
            self.env._("Our work"),
            self.env._("Together"),
            self.env._("Each"),
        ]
        rows = [
            [
                self._cell(row["title"]),
                self._cell(f"{row['n']:,}", row["n"] and self._opens(row["title"], row["domain"])),
                self._cell(
                    f"{row['ended']:,}", row["ended"] and self._opens(row["title"], row["ended_domain"])
                ),
                *(self._cell(row[f"{name}_text"]) for name in ("redress", "work", "cost", "each")),
            ]
            for row in group["rows"]
        ]
        return self._tabled(head, rows)

    # ------------------------------------------------------------------ did it help

    def _content_improvements(self, page):
        effects = self._effects(page)
        if not effects:
            return {"sentence": self._better(page)["sentence"]}
        head = [
            self.env._("Improvement"),
            self.env._("Finished"),
            self.env._("Before"),
            self.env._("Afterwards"),
            self.env._("Verdict"),
        ]
        rows = [
            [
                self._cell(
                    one["name"], self._opens(one["name"], [("id", "=", one["id"])], "mgmtsystem.action")
                ),
                self._cell(one["done"]),
                self._cell("–" if one["before"] is None else one["before"]),
                self._cell("–" if one["after"] is None else one["after"]),
                self._cell(one["verdict"], tone=one["tone"]),
            ]
            for one in effects
        ]
        changes = [
            [one["name"], one["before"], one["after"], one["verdict"]]
            for one in effects
            if one["after"] is not None
        ]
        chart = {
            "kind": "before_after",
            "title": self.env._("Complaints as long before and after each improvement"),
            "rows": changes,
            "before_text": self.env._("before"),
            "after_text": self.env._("after"),
        }
        return {
            "sentence": self._better(page)["sentence"],
            "tables": [self._tabled(head, rows)],
            "charts": [chart] if changes else [],
            "notes": [self.env._("As many days before and after the change, counted in the register.")],
        }

    def _effects(self, page):
        """[{id, name, done, before, after, verdict, tone}] of the improvements that were finished since the
        period before began, as they stood when this one ended; counted once for a page. Those that come from
        confidential cases are left out: their names tell of them."""
        if not hasattr(page, "effects"):
            begin, end = page.spans["previous"][0], page.span[1]
            first, after = page.figures._instants(page.company, begin, end)
            actions = self.env["mgmtsystem.action"].search(
                Domain("for_complaints", "=", True)
                & Domain("company_id", "=", page.company.id)
                & Domain("date_closed", ">=", first)
                & Domain("date_closed", "<", after)
                & ~Domain("complaint_ticket_ids", "any", [("confidential", "=", True)]),
                order="date_closed, id",
            )
            actions -= actions._cancelled()
            spans = {action: self._effect_span(page, action, after) for action in actions}
            counts = actions._counts({action: span for action, span in spans.items() if span})
            page.effects = [self._effect(page, action, counts.get(action.id), after) for action in actions]
        return page.effects

    def _effect_span(self, page, action, after):
        """(begin, done, end): as long before as after, until the check or the end of the period."""
        if not (action.effect_on and (action.cause_id or action.complaint_category_id)):
            return None
        zone = page.figures._zone(page.company)
        check = naive(datetime.combine(action.effect_on, time(), zone).astimezone(timezone.utc))
        done, end = action.date_closed, min(check, after)
        return (done - (end - done), done, end) if end > done else None

    def _effect(self, page, action, counts, after):
        """One improvement; what people judged after the period is not known yet."""
        before, since = counts or (None, None)
        verdict, tone = self.env._("Not measured"), "none"
        if counts:
            judged = action.effect_checked_at and action.effect_checked_at < after and action.effect
            seen = action.new({"company_id": page.company.id, "effect": judged or False})
            verdict, tone = self.env["complaint.dashboard"]._effect_verdict(seen, before, since)
            if judged == "worked":
                tone = "good"
        zone = page.figures._zone(page.company)
        return {
            "id": action.id,
            "name": action.name,
            "done": str(action.date_closed.replace(tzinfo=timezone.utc).astimezone(zone).date()),
            "before": before,
            "after": since,
            "verdict": verdict,
            "tone": tone,
        }
