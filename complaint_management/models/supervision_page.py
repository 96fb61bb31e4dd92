"""The page Supervision: each check of the policy as a row, with what is behind it by team, person, step and
more. One call reads the page, another one a row that is opened."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime, formatLang
from odoo.tools.misc import frozendict

from .dashboard import FILTERS
from .supervision_period import Period

# Model -> what its records can be told apart by.
GROUPS = frozendict(
    {
        "complaint.departure": ("team_id", "department_id", "user_id", "by_id"),
        "complaint.fact": ("team_id", "department_id", "user_id"),
        "complaint.fact.clock": ("name", "team_id", "user_id"),
        "helpdesk.ticket": ("escalation_level", "team_id", "responsible_department_id", "user_id"),
        "complaint.extension": ("decided_by_id", "author_id", "clock"),
        "complaint.callback": ("plan", "user_id"),
    }
)
MOST = 8  # lines of a breakdown


class ComplaintSupervision(models.AbstractModel):
    _inherit = "complaint.supervision"

    @api.model
    def read_page(self, options=None):
        """What the page shows, as JSON.

        options: period (as on the dashboard), since and until (days, for the period "own"), type, team,
        category (ids)"""
        self.env["complaint.departure"].check_access("read")
        company = self.env.company
        options, span, domain, chosen = self._asked(options)
        figures, dashboard = self.env["complaint.figures"], self.env["complaint.dashboard"]
        findings = self._findings(company, *span, domain)
        return {
            "heading": self.env._("%(company)s: supervision", company=company.name),
            "period": options["period"],
            "periods": [{"key": key, "title": title} for key, title in dashboard._periods()],
            "period_text": figures._period_text(*span),
            "previous_text": self.env._(
                "beside %(period)s", period=figures._period_text(*figures._spans(*span)["previous"])
            ),
            "since": str(span[0]),
            "until": str(span[1] - timedelta(days=1)),
            "unfinished": span[1] > figures._today(company),
            "filters": self._page_filters(company, chosen),
            "policy": bool(self._checks(company)),
            "summary": self._summary(findings),
            "rows": [self._page_row(one) for one in findings],
            "check": self._open_check(company),
        }

    def _asked(self, options):
        """(the options as far as they are any, (first day, day after the last), domain of complaint.fact,
        {filter: id})"""
        dashboard = self.env["complaint.dashboard"]
        options = dashboard._known(options or {})
        span = dashboard._days(self.env["complaint.figures"]._today(self.env.company), options)
        chosen = {key: int(options[key]) for key in FILTERS if str(options.get(key, "")).isdigit()}
        domain = Domain.AND([Domain(FILTERS[key], "=", ident) for key, ident in chosen.items() if ident])
        return options, span, domain, chosen

    def _page_filters(self, company, chosen):
        titles = {
            "type": (self.env._("Kind of case"), self.env._("All kinds")),
            "team": (self.env._("Team"), self.env._("All teams")),
            "category": (self.env._("Category"), self.env._("All categories")),
        }
        return [
            {
                "key": key,
                "title": title,
                "chosen": chosen.get(key, 0),
                "choices": [
                    {"key": 0, "title": everything},
                    *self.env["complaint.dashboard"]._records_of(key, company),
                ],
            }
            for key, (title, everything) in titles.items()
        ]

    def _summary(self, findings):
        """The page in one sentence."""
        missed = sum(one["met"] is False for one in findings)
        judged = sum(one["met"] is not None for one in findings)
        if not judged:
            return self.env._("The policy sets no targets for what is checked.")
        if not missed:
            return self.env._("All %(judged)d checks are within their targets.", judged=judged)
        return self.env._(
            "%(missed)d of %(judged)d checks are beyond their targets.", missed=missed, judged=judged
        )

    def _page_row(self, one):
        """A finding as the page draws it: words only, and what opens."""
        previous = one["previous"]
        return {
            **{key: one[key] for key in ("name", "title", "sentence", "count", "of", "text")},
            "role": self.env._("Answers for it: %(role)s", role=one["role"]) if one["role"] else "",
            "count_text": formatLang(self.env, one["count"], digits=0),
            "of_text": self.env._(
                "of %(of)s · %(share)s", of=formatLang(self.env, one["of"], digits=0), share=one["text"]
            ),
            "target": one["target_text"],
            "state": {True: "good", False: "bad", None: "none"}[one["met"]],
            "as_of_now": one["as_of_now"],
            "before": self._before_text(previous) if previous else "",
            "trend": one["trend"],
            "open": {"title": one["title"], "model": one["model"], "domain": one["domain"]},
        }

    def _before_text(self, previous):
        return self.env._(
            "%(count)d of %(of)d (%(share)s)",
            count=previous["count"],
            of=previous["of"],
            share=previous["text"],
        )

    def _open_check(self, company):
        """The check list that waits, for the page: {id, text, mine}; nothing without one."""
        waiting = self.env["complaint.check"].search(
            [("company_id", "=", company.id), ("state", "=", "open")], order="begin", limit=1
        )
        if not waiting:
            return False
        return {"id": waiting.id, "text": self._check_text(waiting), "mine": waiting.may_sign}

    def _check_text(self, check):
        if not check.due_at:
            return check.name
        due = format_datetime(self.env, check.due_at, dt_format="short")
        if check.overdue:
            return self.env._("%(check)s: overdue since %(due)s", check=check.name, due=due)
        return self.env._("%(check)s: to be signed by %(due)s", check=check.name, due=due)

    # ------------------------------------------------------------------ a row that is opened

    @api.model
    def read_breakdown(self, name, options=None):
        """What is behind a check of the page, told apart: [{title, rows: [{title, count, open}]}]."""
        self.env["complaint.departure"].check_access("read")
        company = self.env.company
        check = next((one for one in self._checks(company) if one["name"] == name), None)
        if check is None:
            return []
        _options, span, domain, _chosen = self._asked(options)
        return self._breakdown(check, company, *span, domain)

    @api.model
    def _breakdown(self, check, company, begin, end, domain=()):
        """The records behind a check by each thing they can be told apart by."""
        self._flush()
        figures = self.env["complaint.figures"]
        spans = {"now": (begin, end)}
        sums = figures._sums(company, spans, domain=domain)
        found = self._found(check, Period(self.env, company, (begin, end), domain, sums.get("now", {})))
        groups = [self._told_apart(found, by) for by in GROUPS[found.model]] if found.count else []
        return [group for group in groups if group["rows"]]

    def _told_apart(self, found, by):
        model = self.env[found.model]
        counted = model._read_group(found.domain, [by], ["__count"], order="__count desc", limit=MOST)
        field = model._fields[by]
        rows = []
        for value, count in counted:
            key = value.id if field.relational else value
            title = self._title_of_value(field, value)
            rows.append(
                {
                    "title": title,
                    "count": count,
                    "open": {
                        "title": title,
                        "model": found.model,
                        "domain": list(found.domain & Domain(by, "=", key or False)),
                    },
                }
            )
        known = any(value for value, _count in counted)
        return {"title": field._description_string(self.env), "rows": rows if known else []}

    def _title_of_value(self, field, value):
        if not value:
            return self.env._("None")
        if field.relational:
            return value.sudo().display_name  # sudo: the names of teams, people and departments are no secret
        release = self.env["complaint.release"]._active(self.env.company)
        if field.name == "escalation_level":
            return release._level_title(value)
        if field.name == "plan":
            return release._words(release._callback_plan(value).get("title"), value)
        clocks = {spec.name: spec for spec in release._policy().clocks()}
        title = clocks[value].written.get("title") if value in clocks else None
        return release._in_language(title) if title else value.replace("_", " ").capitalize()
