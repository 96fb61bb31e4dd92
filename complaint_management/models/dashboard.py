"""The page of the manager (screens.md): were promises kept, what hurts customers, where it gets stuck, and
did what we changed help. Every number opens the cases that it counts.

One call reads the page. It adds up the cycles of its periods once (`complaint.figures._sums`); its cards take
their numbers from that. Charts, tables and tiles come as plain data, words included, so that the browser only
draws."""

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from .fact_day_sums import WEEKDAY_HOUR
from .figure_stays import TOPICS

MONTHS = 13  # of the charts over time: a year and the same month of the year before
DIMENSIONS = (
    "category_root_id",
    "category_id",
    "channel_id",
    "team_id",
    "cause_id",
    "tier_id",
    "complaints_so_far",
    "country_id",
    "state_id",
)
FILTERS = frozendict({"type": "type_id", "team": "team_id", "category": "category_root_id"})


class ComplaintDashboard(models.AbstractModel):
    _name = "complaint.dashboard"
    _description = "Dashboard of complaints"

    @api.model
    def read_page(self, options=None):
        """What the page shows, as JSON.

        options: period (a key of `_periods`), since and until (days, for the period "own"), compare (previous
        or last_year), type, team, category (ids)"""
        self.env["complaint.fact"].check_access("read")
        page = _Page(self.env, self._known(options or {}))
        return {
            **self._frame(page),
            "balance": self._balance_steps(page),
            "tiles": self._tiles(page),
            "figures": self._other_figures(page),
            "sections": [section for section in self._sections(page) if section["cards"]],
        }

    def _known(self, options):
        """The options as far as they are any: a caller may send anything."""
        known = {key: value for key, value in options.items() if isinstance(value, (str, int))}
        if known.get("period") not in dict(self._periods()):
            known["period"] = "last_month"  # the latest one that is complete
        if known.get("compare") not in ("previous", "last_year"):
            known["compare"] = "previous"
        return known

    # ------------------------------------------------------------------ period and filters

    @api.model
    def _periods(self):
        return [
            ("month", self.env._("This month")),
            ("last_month", self.env._("Last month")),
            ("quarter", self.env._("This quarter")),
            ("last_quarter", self.env._("Last quarter")),
            ("year", self.env._("This year")),
            ("own", self.env._("From … to …")),
        ]

    @api.model
    def _days(self, today, options):
        """(first day, day after the last) of the chosen period."""
        period, month = options["period"], today.replace(day=1)
        quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
        if period == "own":
            since, until = (_day(options.get(key)) or today for key in ("since", "until"))
            since, until = min(since, until), max(since, until)
            return max(since, until - relativedelta(years=5)), until + relativedelta(days=1)
        return {
            "month": (month, month + relativedelta(months=1)),
            "last_month": (month - relativedelta(months=1), month),
            "quarter": (quarter, quarter + relativedelta(months=3)),
            "last_quarter": (quarter - relativedelta(months=3), quarter),
            "year": (month.replace(month=1), month.replace(month=1) + relativedelta(years=1)),
        }[period]

    def _frame(self, page):
        """What stands above the cards: the period, what can be chosen, and how fresh it is."""
        begin, end = page.span
        figures = page.figures
        compared = page.spans[page.compare]
        return {
            "heading": self.env._("%(company)s: complaints", company=page.company.name),
            "period": page.options["period"],
            "period_text": figures._period_text(begin, end),
            "since": str(begin),
            "until": str(end - relativedelta(days=1)),
            "compare": page.compare,
            "compare_text": self.env._("beside %(period)s", period=figures._period_text(*compared)),
            "periods": _choices(self._periods()),
            "compares": _choices(
                [
                    ("previous", self.env._("with the period before")),
                    ("last_year", self.env._("with last year")),
                ]
            ),
            "filters": self._filters(page),
            "unfinished": end > figures._today(page.company),
            "made_at": fields.Datetime.to_string(fields.Datetime.now()),
            "policy": bool(page.entries),
            "empty": not page.any_case,
        }

    def _filters(self, page):
        """[{key, title, chosen, choices: [{key, title}]}]"""
        found = []
        titles = {
            "type": (self.env._("Kind of case"), self.env._("All kinds")),
            "team": (self.env._("Team"), self.env._("All teams")),
            "category": (self.env._("Category"), self.env._("All categories")),
        }
        for key, (title, everything) in titles.items():
            choices = [{"key": 0, "title": everything}, *self._records_of(key, page.company)]
            found.append({"key": key, "title": title, "chosen": page.chosen.get(key, 0), "choices": choices})
        return found

    def _records_of(self, key, company):
        """What a filter can be set to."""
        # sudo: the names of pick lists and teams are no secret
        if key == "type":
            domain, model = [("kind", "=", "case_type")], "complaint.term"
        elif key == "team":
            domain, model = [], "helpdesk.ticket.team"
        else:
            domain, model = (
                [("parent_id", "=", False), ("policy_code", "!=", False)],
                "helpdesk.ticket.category",
            )
        # sudo: the names of teams and pick lists are no secret
        records = self.env[model].sudo().search([*domain, ("company_id", "=", company.id)])
        return [{"key": record.id, "title": record.display_name} for record in records]

    def _sections(self, page):
        """The cards in the order of the page."""
        return [
            {
                "title": self.env._("What hurts our customers"),
                "cards": [
                    *self._hot_cards(page),
                    *self._cause_cards(page),
                    *self._category_cards(page),
                    *self._region_cards(page),
                ],
            },
            {
                "title": self.env._("Where it gets stuck"),
                "cards": [
                    *self._stage_cards(page),
                    *self._team_cards(page),
                    *self._age_cards(page),
                    *self._escalation_cards(page),
                ],
            },
            {"title": self.env._("Who complains, and what it costs"), "cards": self._segment_cards(page)},
            {
                "title": self.env._("What we changed, and whether it helped"),
                "cards": [*self._month_cards(page), *self._effect_cards(page)],
            },
            {
                "title": self.env._("How complaints reach us"),
                "cards": [
                    *self._channel_cards(page),
                    *self._hour_cards(page),
                    *self._surge_cards(page),
                ],
            },
        ]


class _Page:
    """What the cards of one page share: period, filter, and the sums of it."""

    def __init__(self, env, options):
        self.env, self.options, self.company = env, options, env.company
        self.figures = env["complaint.figures"]
        self.today = self.figures._today(self.company)
        self.span = env["complaint.dashboard"]._days(self.today, options)
        self.spans = self.figures._spans(*self.span)
        self.compare = options["compare"]
        self.entries = self.figures._entries(self.company)
        self.chosen = self._chosen()
        self.domain = Domain.AND(
            [Domain(FILTERS[key], "=", ident) for key, ident in self.chosen.items() if ident]
        )
        self.topic_spans = self.figures._topic_spans(self.company, *self.span)
        self._add_up()
        self.stays = self.figures._stays(self.company, *self.span, self.domain)
        self.values = self._values()

    def _chosen(self):
        """{filter: id}; complaints alone unless another kind of case is asked for."""
        found = {key: int(self.options[key]) for key in FILTERS if str(self.options.get(key, "")).isdigit()}
        if "type" not in found:
            # sudo: the names of pick lists are no secret
            terms = self.env["complaint.term"].sudo()
            usual = terms.search(
                [
                    ("kind", "=", "case_type"),
                    ("policy_code", "=", "complaint"),
                    ("company_id", "=", self.company.id),
                ],
                limit=1,
            )
            found["type"] = usual.id or 0
        return found

    def _add_up(self):
        """The sums of the periods by everything that cards tell cases apart by, and by month."""
        sums = self.figures._sums
        told = tuple(dict.fromkeys((*DIMENSIONS, *TOPICS)))
        # what is compared is told apart by little, so that little is read
        shown = {key: self.spans[key] for key in ("now", self.compare)}
        self.sums = {
            **sums(self.company, self.spans, domain=self.domain),
            **sums(self.company, shown, told, self.domain),
        }
        self.topic_sums = sums(self.company, self.topic_spans, TOPICS, self.domain)
        self.hours = sums(self.company, {"now": self.span}, (WEEKDAY_HOUR,), self.domain)["now"]
        end = self.span[1]
        begin = (end - relativedelta(days=1)).replace(day=1) - relativedelta(months=MONTHS - 1)
        self.months = {f"{first:%Y-%m}": (first, after) for first, after in self.figures._months(begin, end)}
        since = {"since": self.figures._since(self.company, self.span[0])}
        self.by_month = self.figures._sums(
            self.company, {**self.months, **since, "now": self.span}, domain=self.domain
        )

    def _values(self):
        """{name: figure} of all cases, and of some of them where the policy has such figures."""
        figures = self.figures
        found = figures._made(self._measured(), self.company, self.spans, self.sums, self.domain)
        own = list(figures._own_entries(self.company))
        if own:
            found |= figures._figures(own, self.company, *self.span, self.domain)
        return found

    def _measured(self):
        asked = [name for name in self.entries if name in self.figures._titles() and name != "hot_topics"]
        always = ["on_time_rate", "csat", "nps", "cost_of_redress", "received", "ended", "late_legal"]
        # what is open is shown with its ages, not as one of the figures
        return [name for name in dict.fromkeys([*asked, *always]) if name != "backlog"]

    @property
    def any_case(self):
        """Whether there is anything to show: some cycle in one of the periods, or an open one."""
        every = [values for sums in self.by_month.values() for values in sums["all"].values()]
        return any(values["received"] or values["ended"] for values in every) or bool(self.open_count)

    @property
    def open_count(self):
        return self.env["complaint.fact"].search_count(
            self.figures._open_domain(self.company, self.domain), limit=1
        )

    def behind(self, name, *domains):
        """The domain of the cycles of a figure in the period, of some of them."""
        return self.figures._behind(name, self.company, *self.span, Domain.AND([self.domain, *domains]))[0]

    def rows(self, names, by, limit=0):
        """A breakdown of the period, with the period it is compared with."""
        spans = {"now": self.span, "previous": self.spans[self.compare]}
        sums = {"now": self.sums.get("now", {}), "previous": self.sums.get(self.compare, {})}
        return self.figures._by_value(names, by, self.company, spans, sums, self.domain, limit)


def _choices(pairs):
    return [{"key": key, "title": title} for key, title in pairs]


def _day(text):
    try:
        return fields.Date.to_date(text)
    except (TypeError, ValueError):
        return None
