"""The page "Satisfaction": the figures in the reader's words, with what stands behind each of them."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from .release_reading import naive
from .satisfaction import MONTH, SCALE

ALL = "all"


class ComplaintSatisfaction(models.AbstractModel):
    _inherit = "complaint.satisfaction"

    @api.model
    def page(self, period="year", group="category", since="", until=""):
        """What the page shows, as JSON. period: a key of `_periods`; "days" is from since to until."""
        self._check_reader()
        first, last = self._days(period, since, until)
        start, end = self._instants(first, last)
        group = group if group in dict(self._groups()) else "category"
        total = self._figures(start, end)[0]
        domain = list(self._domain(start, end))
        rows = self._figures(start, end, group)
        titles = self._titles(group, [row.key for row in rows])
        return {
            "from": str(first),
            "until": str(last),
            "periods": [{"key": key, "title": title} for key, title in self._periods()],
            "groups": [{"key": key, "title": title} for key, title in self._groups()],
            "group_title": dict(self._groups())[group],
            "nps_title": self._measure_title("nps"),
            "asked": total.asked,
            "answered_words": self.env._(
                "%(answered)d of %(asked)d asked have answered", answered=total.answered, asked=total.asked
            ),
            "cards": self._cards(total, start, end, domain),
            "dimensions_title": self.env._("What it depends on (1 to 5)"),
            "dimensions": [
                {**self._scale_words(figure), "key": name, "title": self._dimension_title(name)}
                for name, figure in total.dimensions.items()
            ],
            "rows": [self._row(row, titles[row.key], group, domain) for row in rows],
            "reading": self.env._(
                "The thin line is the range in which the true figure lies with the certainty that the policy "
                "asks for; the upright mark is the goal."
            ),
            "left_out": self._left_out(start, end),
        }

    # ------------------------------------------------------------------ the period

    def _periods(self):
        return [
            ("month", self.env._("This month")),
            ("last_month", self.env._("Last month")),
            ("quarter", self.env._("This quarter")),
            ("year", self.env._("Twelve months")),
            ("days", self.env._("From … to …")),
        ]

    def _days(self, period, since, until):
        """First and last day."""
        today = fields.Date.context_today(self)
        month = today.replace(day=1)
        if period == "last_month":
            return month - relativedelta(months=1), month - timedelta(days=1)
        if period == "quarter":
            return month.replace(month=(today.month - 1) // 3 * 3 + 1), today
        if period == "year":
            return today - relativedelta(years=1) + timedelta(days=1), today
        if period == "days" and since and until:
            first, last = fields.Date.to_date(since), fields.Date.to_date(until)
            return min(first, last), max(first, last)
        return month, today

    def _instants(self, first, last):
        """Naive UTC from the beginning of the first to the end of the last day where the reader is."""
        zone = ZoneInfo(self.env.user.tz or "UTC")
        days = (first, last + timedelta(days=1))
        return tuple(
            naive(datetime.combine(day, time.min, zone).astimezone(timezone.utc).replace(microsecond=0))
            for day in days
        )

    # ------------------------------------------------------------------ groups

    def _groups(self):
        return [
            ("category", self.env._("Category")),
            ("team", self.env._("Team")),
            ("plan", self.env._("Plan")),
            (MONTH, self.env._("Month")),
            ("channel", self.env._("Channel")),
            ("tier", self.env._("Customer tier")),
            ("method", self.env._("Way")),
        ]

    def _titles(self, group, keys):
        """{key: what people call it}"""
        none = self.env._("None")
        if group == "plan":
            release = self.env["complaint.release"]._active(self.env.company)
            return {
                key: release._words(release._callback_plan(key).get("title"), key) if key else none
                for key in keys
            }
        if group == "method":
            ways = dict(self.env["complaint.callback"]._fields["method"]._description_selection(self.env))
            return {key: ways.get(key, none) for key in keys}
        if group == MONTH:
            return {key: key or none for key in keys}
        field = self.env["helpdesk.ticket"]._fields[f"{group}_id"]
        # sudo: names of pick lists and teams are no secret
        records = self.env[field.comodel_name].sudo().browse([key for key in keys if key]).exists()
        names = {record.id: record.display_name for record in records}
        return {key: names.get(key, self.env._("Without a case") if key is None else none) for key in keys}

    def _row(self, row, title, group, domain):
        place = {"plan": "plan", "method": "method"}.get(group, f"ticket_id.{group}_id")
        if group == MONTH:
            start = fields.Date.to_date(f"{row.key}-01")
            only = self._domain(*self._instants(start, start + relativedelta(months=1, days=-1)))
        else:
            only = Domain(place, "=", row.key or False)
        return {
            "key": str(row.key),
            "title": title,
            "asked": row.asked,
            "answered": row.answered,
            "domain": list(Domain(domain) & only),
            "csat": self._share_words(row.csat, self._goal("csat")),
            "nps": self._nps_words(row.nps, self._goal("nps")),
            "dimensions": [
                {**self._scale_words(figure), "key": name} for name, figure in row.dimensions.items()
            ],
        }

    # ------------------------------------------------------------------ words

    def _cards(self, total, start, end, domain):
        sampled = self._figures(start, end, domain=[("sample_id", "!=", False)])[0].csat
        answers = Domain(domain) & Domain("result", "!=", False)
        of_sample = answers & Domain("sample_id", "!=", False)
        return [
            self._card("csat", self._share_words(total.csat, self._goal("csat")), answers),
            self._card("nps", self._nps_words(total.nps, self._goal("nps")), answers),
            self._card(
                "callback_satisfaction",
                self._share_words(sampled, self._goal("callback_satisfaction")),
                of_sample,
            ),
        ]

    def _card(self, key, words, domain):
        icons = {
            "reached": "fa-check",
            "missed": "fa-arrow-down",
            "near": "fa-arrow-down",
            "few": "fa-question-circle-o",
        }
        return {
            **words,
            "key": key,
            "title": self._measure_title(key),
            "icon": icons.get(words["state"], False),
            "domain": list(domain),
        }

    def _measure_title(self, key):
        usual = {
            "csat": self.env._("Satisfied customers"),
            "nps": self.env._("Net promoter score"),
            "callback_satisfaction": self.env._("Satisfied in the monthly sample"),
        }
        release = self.env["complaint.release"]._active(self.env.company)
        title = self.env["complaint.figures"]._entries(self.env.company).get(key, {}).get("title")
        return release._in_language(title) if title else usual[key]

    def _dimension_title(self, name):
        titles = {
            "product_quality": self.env._("Product quality"),
            "service_attitude": self.env._("Service attitude"),
            "response_speed": self.env._("Response speed"),
        }
        return titles.get(name) or name.replace("_", " ").capitalize()

    def _share_words(self, figure, goal):
        def words(value):
            return self.env._("%(number)s %%", number=formatLang(self.env, 100 * value, digits=1))

        return self._in_words(figure, goal, words, lambda value: value)

    def _nps_words(self, figure, goal):
        def words(value):
            return f"{value:+.0f}"

        return self._in_words(figure, goal, words, lambda value: (value + 100) / 200)

    def _scale_words(self, figure):
        def words(value):
            return formatLang(self.env, value, digits=2)

        low, high = SCALE
        return self._in_words(figure, None, words, lambda value: (value - low) / (high - low))

    def _in_words(self, figure, goal, words, place):
        """One figure as the page shows it: text, where it stands on the bar, and what to make of it."""
        sure = figure.low is not None
        state = self._state(figure, goal)
        return {
            "n": figure.n,
            "state": state,
            "text": words(figure.value) if figure.n else "–",
            "short": self._short(figure),
            "goal": self.env._("goal %(goal)s", goal=_short(words(goal))) if goal is not None else False,
            "words": self._judgement(figure, goal, words),
            "value_at": place(figure.value) if figure.n else 0,
            "low_at": place(figure.low) if sure else place(figure.value) if figure.n else 0,
            "high_at": place(figure.high) if sure else place(figure.value) if figure.n else 0,
            "goal_at": place(goal) if goal is not None else False,
        }

    def _state(self, figure, goal):
        if not figure.n:
            return "empty"
        if figure.few:
            return "few"
        if goal is None:
            return "plain"
        if figure.value >= goal:
            return "reached"
        return "near" if figure.high is not None and figure.high >= goal else "missed"

    def _short(self, figure):
        if not figure.n:
            return self.env._("no answers")
        if figure.few:
            return self.env._("too few (%(count)d)", count=figure.n)
        return self.env._("%(count)d answers", count=figure.n)

    def _judgement(self, figure, goal, words):
        """What a reader may make of a figure, in one sentence."""
        if not figure.n:
            return self.env._("No answers in this time.")
        if figure.few:
            return self.env._("Too few answers (%(count)d) to judge.", count=figure.n)
        if figure.low is None:
            return self.env._("%(count)d answers.", count=figure.n)
        values = {"count": figure.n, "low": words(figure.low), "high": words(figure.high)}
        if goal is None:
            return self.env._("Between %(low)s and %(high)s, by %(count)d answers.", **values)
        if figure.low >= goal:
            return self.env._("Goal reached: between %(low)s and %(high)s, by %(count)d answers.", **values)
        if figure.value >= goal:
            return self.env._(
                "Goal reached, though %(count)d answers do not make it certain: between %(low)s and "
                "%(high)s.",
                **values,
            )
        if figure.high < goal:
            return self.env._("Goal missed: between %(low)s and %(high)s, by %(count)d answers.", **values)
        return self.env._(
            "Below the goal, though %(count)d answers do not make it certain: between %(low)s and %(high)s.",
            **values,
        )

    # ------------------------------------------------------------------ not asked

    def _left_out(self, start, end):
        """Who was not asked in the period, by reason."""
        callbacks = self.env["complaint.callback"]
        domain = [
            ("state", "in", ("left_out", "cancelled")),
            ("opens_at", ">=", start),
            ("opens_at", "<", end),
            ("company_id", "in", self.env.companies.ids),
        ]
        words = dict(callbacks._fields["left_out_reason"]._description_selection(self.env))
        groups = callbacks._read_group(domain, ["left_out_reason"], ["__count"], order="__count desc")
        return [
            {
                "key": reason or ALL,
                "title": words.get(reason, self.env._("without a reason")),
                "count": count,
                "domain": [*domain, ("left_out_reason", "=", reason)],
            }
            for reason, count in groups
        ]


def _short(text):
    """90.0 % as 90 %: a goal has no more digits than it needs."""
    return text.replace(".0", "").replace(",0", "")
