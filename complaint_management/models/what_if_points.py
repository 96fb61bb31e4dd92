"""What if this scheme of points had held: past periods counted once more under the active policy and under a
draft (E1 to E4). Who would have got what is worked out here and shown only to those who may see it; the rest
is how grades are spread, what it costs, and whether it pays to close early or to avoid hard cases."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..engine.budget import shares
from ..engine.case import Case
from ..engine.case_facts import CaseFacts
from ..engine.escalation import live_through
from ..engine.incentives import StaffFact, flat_points, points_of_case
from ..engine.periods import bounds, preceding
from ..engine.points_ledger import natural_period
from ..engine.points_watch import correlation, spread
from ..engine.policy import as_list
from ..engine.schemes import schemes
from ..engine.scores import score
from .release_reading import aware, naive
from .renames import renamed
from .what_if import BATCH, WhatIf
from .what_if_points_report import PointsReport

SIDES = ("before", "after")


class Side(NamedTuple):
    """A scheme on one side of a comparison."""

    scheme: object
    members: frozenset
    entries: dict  # (person, period) -> entries


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _points_what_if(self, normalised, company, since, lang=None, people=None):
        """What a policy would have given to people in the periods since then.

        normalised: a compiled policy; since: naive UTC; people: users who may be shown by name
        Returns a list, a dict for each scheme: scheme, periods, lines (plain sentences), grades
        (title, before, after), persons (of `people` only), html (Markup)."""
        # sudo: figures over all people of the company; names only of those whom the caller may see
        found = PointsWhatIf(self.env(su=True), company, normalised, since, lang or self.env.lang)
        return found.result(set(people.ids) if people else set())


class PointsWhatIf(WhatIf):
    """One comparison of all schemes. The queries are the same few for a case and for thousands."""

    def result(self, people=()):
        self.schemes = {
            "before": {one.name: one for one in schemes(self.before)} if self.before else {},
            "after": {one.name: one for one in schemes(self.after)},
        }
        if not self.before or not (self.schemes["before"] or self.schemes["after"]):
            return []
        names = list(dict.fromkeys([*self.schemes["after"], *self.schemes["before"]]))
        self.periods = {name: self._periods(self._any(name)) for name in names}
        self.found = {(side, name): self._side(side, name) for side in SIDES for name in names}
        self.reopened, self.closed = Counter(), Counter()
        begin, end = self._span()
        for facts in self._cases(begin, end):
            self._count(*facts)
        self._count_suggestions(begin, end)
        report = PointsReport(self.env, self.company, self.before, self.after, self.since, self.report.lang)
        return [report.about(self._compared(name, people)) for name in names]

    def _any(self, name):
        return self.schemes["after"].get(name) or self.schemes["before"][name]

    def _periods(self, scheme):
        """The periods of a scheme that are over and lie in the time that is looked at; at least the last."""
        found = []
        code = preceding(natural_period(scheme, self.now))
        while not found or bounds(code, scheme.zone)[0] >= aware(self.since):
            found.append(code)
            code = preceding(code)
        return found[::-1]

    def _span(self):
        """From the first to the last instant of all periods."""
        spans = [bounds(code, self._any(name).zone) for name, codes in self.periods.items() for code in codes]
        return min(one for one, _end in spans), max(end for _begin, end in spans)

    def _side(self, side, name):
        scheme = self.schemes[side].get(name)
        members = self._members(scheme) if scheme else ()
        return Side(scheme, frozenset(members), defaultdict(list))

    def _members(self, scheme):
        """The people whom a scheme counts, by the roles of its own policy."""
        who = scheme.written.get("who") or {}
        users = self.env["res.users"]
        if "team" in who:
            users = self.active._team_named(who["team"]).user_ids
        roles = {role["name"]: role for role in scheme.policy.raw.get("roles") or ()}
        for code in as_list(who.get("role")):
            users |= self.active._role_people(roles.get(code, {}))
        return [
            user.id for user in users if user.active and not user.share and self.company in user.company_ids
        ]

    # ------------------------------------------------------------------ counting

    def _cases(self, begin, end):
        """(ticket id, its facts) of the cases to which something happened in that time."""
        query = SQL(
            "SELECT DISTINCT ticket_id FROM complaint_event "
            "WHERE company_id = %s AND occurred_at >= %s AND occurred_at < %s ORDER BY ticket_id",
            self.company.id,
            naive(begin),
            naive(end),
        )
        ids = [ident for (ident,) in self.env.execute_query(query)]
        for start in range(0, len(ids), BATCH):
            chosen = tuple(ids[start : start + BATCH])
            tickets = self.env["helpdesk.ticket"].browse(chosen)
            books = self.env["complaint.incentive.count"]._books(tickets, "ticket_id")
            for ident, facts in self._facts(chosen).items():
                yield tickets.browse(ident), facts, books

    def _count(self, ticket, facts, books):
        """The points of a case on both sides."""
        sides = ((self.before, self.active_names), (self.after, self.names))
        for side, (policy, names) in zip(SIDES, sides, strict=True):
            case = Case(tuple(renamed(fact, names) for fact in facts))
            outcome = live_through(policy, case, self.now)
            read = CaseFacts.read(case.events, outcome.state.clocks, self.now)
            for name, scheme in self.schemes[side].items():
                counted = points_of_case(scheme, read, books.disputed(ticket, scheme))
                self._keep(side, name, counted.entries)
            if side == "after":
                self._watch(read)

    def _keep(self, side, name, entries):
        found = self.found[side, name]
        for entry in entries:
            period = natural_period(found.scheme, entry.at)
            if entry.holder in found.members and period in self.periods[name]:
                found.entries[entry.holder, period].append(entry)

    def _watch(self, facts):
        """Whose cases were closed, and whose had to be taken up again."""
        for one in facts.happenings:
            if one.kind == "closed":
                self.closed[one.solver] += 1
            elif one.kind == "reopened":
                self.reopened[one.solver] += 1

    def _count_suggestions(self, begin, end):
        """Accepted suggestions of people who gave their name (B11)."""
        suggestions = self.env["complaint.suggestion"].search(
            [
                ("company_id", "=", self.company.id),
                ("author_id", "!=", False),
                ("accepted_at", ">=", naive(begin)),
                ("accepted_at", "<", naive(end)),
            ]
        )
        facts = [
            StaffFact("suggestion_accepted", aware(one.accepted_at), one.author_id.id, f"suggestion:{one.id}")
            for one in suggestions
        ]
        for side in SIDES:
            for name, scheme in self.schemes[side].items():
                self._keep(side, name, flat_points(scheme, facts))

    # ------------------------------------------------------------------ comparing

    def _compared(self, name, people):
        """The figures of one scheme; persons only of those who may be seen."""
        sides = {side: self._outcome(name, self.found[side, name]) for side in SIDES}
        scheme = self.schemes["after"].get(name)
        entries = [entry for rows in self.found["after", name].entries.values() for entry in rows]
        scores = sides["after"]["scores"]
        by_person = defaultdict(list)
        for (person, _period), found in scores.items():
            if found.score is not None and self.closed[person]:
                by_person[person].append(float(found.score))
        pairs = [
            (sum(values) / len(values), self.reopened[person] / self.closed[person])
            for person, values in by_person.items()
        ]
        return {
            "scheme": name,
            "before": self.found["before", name].scheme,
            "after": scheme,
            "periods": self.periods[name],
            "sides": sides,
            "people": len({person for person, _period in scores} | {
                person for person, _period in sides["before"]["scores"]
            }),
            "severity": spread(entries, "severity"),
            "category": spread(entries, "category"),
            "correlation": correlation(pairs),
            "pairs": len(pairs),
            "shown": people,
        }  # fmt: skip

    def _outcome(self, name, side):
        """Scores, grades and money of one side, period by period."""
        scores, paid, wanted = {}, {}, {}
        if side.scheme:
            for code in self.periods[name]:
                found = {
                    person: score(side.scheme, rows)
                    for (person, at), rows in side.entries.items()
                    if at == code
                }
                full = {
                    person: one.grade.reward if one.grade else Decimal(0) for person, one in found.items()
                }
                unit = Decimal(str(self.active._points_currency(name).rounding))
                part = shares(full, side.scheme.budget, unit)
                scores.update({(person, code): one for person, one in found.items()})
                wanted.update({(person, code): amount for person, amount in full.items()})
                paid.update({(person, code): amount for person, amount in part.items()})
        grades = Counter(one.grade.name if one.grade else "" for one in scores.values())
        return {"scores": scores, "paid": paid, "wanted": wanted, "grades": grades}
