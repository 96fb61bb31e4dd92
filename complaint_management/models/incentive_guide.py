"""How points work here (E1 to E4): the schemes of the policy in force, in plain words, for those whose points
they count. Nothing is written by hand, so that the page is never older than the rules."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..engine.points_text import points_text, rule_place
from ..engine.points_words import EVENTS
from ..engine.policy import as_list
from ..engine.schemes import CALLBACK, CLOSING, EVENT, KEPT, MISSED, QUALITY, RATING


class IncentiveGuide(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.guide"
    _description = "How points work here"

    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("How points work here")

    @api.model
    def action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How points work here"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.depends_context("lang", "uid", "company")
    def _compute_page(self):
        release = self.env["complaint.release"]._active(self.env.company)
        counted = [name for name in release._schemes() if self.env.user in release._scheme_members(name)]
        names = counted or list(release._schemes())
        parts = [_SchemeWords(self.env, release, release._schemes()[name]).values() for name in names]
        for guide in self:
            guide.page = self.env["ir.qweb"]._render(
                "complaint_management.points_guide", {"schemes": parts, "mine": bool(counted)}
            )


class _SchemeWords:
    """One scheme in the words of whoever reads."""

    def __init__(self, env, release, scheme):
        self.env, self.release, self.scheme = env, release, scheme
        raw = release._policy().raw
        levels = (raw.get("severity") or {}).get("levels") or ()
        self.severities = {level["name"]: level.get("title") for level in levels}
        self.clocks = {
            spec.name: spec.written.get("title")
            for spec in release._policy().clocks()
            if not spec.measure_only
        }

    def values(self):
        """What the page shows of the scheme."""
        scheme, words = self.scheme, self.release._words
        return {
            "title": words(scheme.written.get("title"), scheme.name),
            "short": self._short(),
            "rules": [
                {
                    "title": words(rule.written.get("title"), rule.name),
                    "when": self._when(rule),
                    "whose": self._whose(rule),
                    "points": points_text(rule.points),
                    "gives": rule.points > 0,
                    "limit": rule.limit is not None and points_text(rule.limit, sign=False),
                    "flat": rule.flat,
                    "place": rule_place(scheme, rule.name),
                }
                for rule in scheme.rules
            ],
            "weights": [
                (words(self.severities.get(name), name), points_text(weight, sign=False))
                for name, weight in self._weights()
            ],
            "reckoning": self._reckoning(),
            "grades": self._grades(),
            "fair": self._fair(),
            "can_do": self._can_do(),
            "place": rule_place(scheme, scheme.name) or self._place(),
        }

    def _weights(self):
        """(severity, weight) from the lightest to the gravest."""
        return [(name, self.scheme.weights[name]) for name in self.severities if name in self.scheme.weights]

    def _place(self):
        place = self.release._points_rule_place(self.scheme.name, self.scheme.name)
        return f"{place[0]}:{place[1]}" if place else ""

    # ------------------------------------------------------------------ in short

    def _short(self):
        period = {
            "week": self.env._("each week"),
            "month": self.env._("each month"),
            "quarter": self.env._("each quarter"),
            "year": self.env._("each year"),
        }[self.scheme.period]
        lines = [
            self.env._(
                "What happens to your cases gives points, and some things take points away. They are "
                "added up "
                "%(period)s, and each of them stands on your statement with the case and the reason.",
                period=period,
            )
        ]
        if self.scheme.average:
            lines.append(
                self.env._("The score is an average for each case: more cases alone change nothing.")
            )
        if self.scheme.min_cases:
            lines.append(
                self.env._(
                    "Below %(number)d cases there is no grade, no reward and no consequence.",
                    number=self.scheme.min_cases,
                )
            )
        if not self.scheme.leaderboard:
            lines.append(
                self.env._(
                    "You, whoever leads you and whoever approves see your points. Your colleagues do not."
                )
            )
        return lines

    # ------------------------------------------------------------------ rules

    def _when(self, rule):
        """What has to happen, as a sentence."""
        form = rule.occasions[0]
        if form == CLOSING:
            text = self._closing(rule)
        elif form in (MISSED, KEPT):
            text = self._clock(rule, form)
        elif form == RATING:
            text = self._rating(rule.wanted)
        elif form in (CALLBACK, QUALITY):
            text = self._result(form, rule.wanted)
        else:
            text = self._event(rule)
        if rule.condition.match or rule.condition.unless:
            text = f"{text} {self.env._('Only for some cases: see the line of the policy.')}"
        return text

    def _closing(self, rule):
        if rule.first_contact:
            text = self.env._("A case is settled at the first contact")
        else:
            text = self.env._("A case is closed")
        if rule.breaches == 0:
            return self.env._("%(what)s, and you let no deadline of it run out.", what=text)
        if rule.breaches:
            return self.env._(
                "%(what)s, and you let %(number)d deadlines of it run out.", what=text, number=rule.breaches
            )
        return self.env._("%(what)s.", what=text)

    def _clock(self, rule, form):
        names = rule.clocks.clocks if rule.clocks else None
        titles = ", ".join(self.release._words(self.clocks.get(name), name) for name in sorted(names or ()))
        if form == MISSED:
            return (
                self.env._("A deadline runs out: %(clocks)s.", clocks=titles)
                if titles
                else self.env._("A deadline runs out.")
            )
        return (
            self.env._("A deadline is kept: %(clocks)s.", clocks=titles)
            if titles
            else self.env._("A deadline is kept.")
        )

    def _rating(self, wanted):
        low, high = wanted.low, wanted.high
        if low is not None and high is not None:
            return self.env._("The customer rates the case %(low)g to %(high)g.", low=low, high=high)
        if low is not None:
            return self.env._("The customer rates the case %(low)g or better.", low=low)
        return self.env._("The customer rates the case %(high)g or worse.", high=high)

    def _result(self, form, wanted):
        texts = {
            (CALLBACK, "satisfied"): self.env._("When we call back, the customer is satisfied."),
            (CALLBACK, "dissatisfied"): self.env._("When we call back, the customer is not satisfied."),
            (QUALITY, "passed"): self.env._("A quality review of the case is passed."),
            (QUALITY, "failed"): self.env._("A quality review of the case is not passed."),
        }
        return texts.get((form, wanted)) or self.env._("A callback or a review ends: %(how)s.", how=wanted)

    def _event(self, rule):
        kinds = [occasion.removeprefix(EVENT) for occasion in rule.occasions]
        known = {
            "suggestion_accepted": self.env._("An idea of yours is accepted."),
            "reopened": self.env._("A closed case has to be taken up again."),
        }
        if len(kinds) == 1 and kinds[0] in known:
            return known[kinds[0]]
        place = int(self.release._language() != "en")
        titles = ", ".join(EVENTS[kind][place] if kind in EVENTS else kind for kind in kinds)
        return self.env._("This happens to a case: %(events)s.", events=titles)

    def _whose(self, rule):
        if rule.flat:
            return self.env._("whose idea it was")
        if MISSED in rule.occasions or KEPT in rule.occasions:
            titles = {
                "holder": self.env._("who held the case at that moment"),
                "solver": self.env._("who solved it"),
                "assignee": self.env._("who holds the case"),
            }
        else:
            titles = {
                "holder": self.env._("who held the case"),
                "solver": self.env._("who solved it"),
                "assignee": self.env._("who holds the case"),
            }
        return titles[rule.charged_to]

    # ------------------------------------------------------------------ score and grades

    def _reckoning(self):
        lines = []
        if self.scheme.weights:
            lines.append(
                self.env._(
                    "Each case counts by how severe it is, in points and in number: hard cases do not cost."
                )
            )
        if self.scheme.average:
            lines.append(
                self.env._(
                    "All points, each times the weight of its case, are divided by the weights of "
                    "the cases you "
                    "solved, times 100. Flat points are added to that."
                )
            )
        else:
            lines.append(self.env._("All points, each times the weight of its case, are added up."))
        if self.scheme.cap is not None:
            cap = points_text(self.scheme.cap, sign=False)
            lines.append(self.env._("More than %(cap)s is counted as %(cap)s.", cap=cap))
        if self.scheme.budget is not None:
            lines.append(
                self.env._(
                    "Rewards come out of a budget of %(budget)s. If it does not reach, everybody "
                    "gets the same share.",
                    budget=self._amount(self.scheme.budget),
                )
            )
        return lines

    def _amount(self, amount):
        return format_amount(self.env, float(amount), self.release._points_currency(self.scheme.name))

    def _grades(self):
        words, consequences = (
            self.release._words,
            self.env["complaint.incentive.statement"]._fields["consequence"],
        )
        labels = dict(consequences._description_selection(self.env))
        return [
            {
                "title": words(grade.written.get("title"), grade.name),
                "least": grade.least is not None and points_text(grade.least, sign=False),
                "follows": ", ".join(
                    filter(
                        None,
                        [
                            grade.reward and self._amount(grade.reward),
                            grade.badge and self.env._("a badge"),
                            grade.consequence and labels[grade.consequence],
                        ],
                    )
                ),
            }
            for grade in self.scheme.grades
        ]

    # ------------------------------------------------------------------ fairness

    def _fair(self):
        texts = {
            "outage": self.env._(
                "A case that belongs to an incident with many customers does not count at all."
            ),
            "extension": self.env._(
                "A case whose time limit was extended with approval does not count at all."
            ),
            "absence": self.env._("A deadline that runs out while you are away costs nobody."),
            "unassigned": self.env._("A deadline that runs out before anybody was assigned costs nobody."),
            "disputed": self.env._("A point to which you object does not count until it is decided."),
        }
        first = self.env._("While a case waits for the customer, its clock stands still.")
        return [first, *(text for code, text in texts.items() if code in self.scheme.exclude)]

    def _can_do(self):
        """What one can do when something is not right, and who looks at it."""
        lines = []
        if self.scheme.object_within:
            lines.append(
                self.env._(
                    "Object to any line of your statement: %(time)s, counted from the day on which "
                    "it is ready.",
                    time=self._time(self.scheme.object_within),
                )
            )
            if self.scheme.objections_by:
                lines.append(
                    self.env._(
                        "%(role)s decides and answers in writing; never somebody who reviewed or "
                        "approved it.",
                        role=self.release._role_title(self.scheme.objections_by),
                    )
                )
        else:
            lines.append(self.env._("The policy gives no time to object. Talk to whoever leads your team."))
        roles = [self.release._role_title(role) for role in self._reviewing()]
        if roles:
            lines.append(
                self.env._("Before anything follows it is looked at by: %(roles)s.", roles=", ".join(roles))
            )
        return lines

    def _reviewing(self):
        return list(
            dict.fromkeys(as_list(self.scheme.review_by) + self.release._reward_roles(self.scheme.name))
        )

    def _time(self, duration):
        number = duration.amount
        texts = {
            "h": self.env._("within %(n)d hours", n=number),
            "d": self.env._("within %(n)d days", n=number),
            "cd": self.env._("within %(n)d calendar days", n=number),
            "bh": self.env._("within %(n)d business hours", n=number),
            "bd": self.env._("within %(n)d business days", n=number),
        }
        return texts.get(duration.unit, duration.text)
