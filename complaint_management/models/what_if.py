"""What if this policy had held: a company's own cases of the last time, lived through once more.

    found = env["complaint.release"]._what_if(normalised, company, since)
    found["lines"]   ["Solution: late 14 → 31 of 120", …]

Facts stay what they were: the cases are classified as they were, answered when they were. What a policy made
of them (deadlines, breaches, escalations) is reckoned anew under the active policy and under the one in
question, so that both are compared on equal terms. Nothing is written."""

from collections import Counter
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.case import Case, Event
from ..engine.clocks import State, step
from ..engine.escalation import live_through
from ..engine.policy import Policy
from .apply_lists import PickLists
from .release_reading import aware, naive
from .renames import attributes, renamed, renames
from .what_if_report import Report

SINCE = timedelta(days=90)
BATCH = 500


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _what_if(self, normalised, company, since=None, lang=None):
        """What a policy would have made of the cases received since then, and of those that are open now.

        normalised: a compiled policy; since: naive UTC, by default 90 days ago; lang: an Odoo language code.
        Returns a dict: lines (plain sentences), html (Markup), clocks and levels (figures before and after),
        late (cases that would have been late and were not, and the other way round), open (deadlines of open
        cases that would change: id, number, clock, title, before, after; naive UTC), cases (how many)."""
        # sudo: figures over all cases of the company; whoever may plan its policy may know them
        return WhatIf(self.env(su=True), company, normalised, since, lang or self.env.lang).result()


class WhatIf:
    """One comparison. The queries are the same few for a case and for thousands: two a batch."""

    def __init__(self, env, company, normalised, since, lang):
        self.env, self.company = env, company
        self.since = since or fields.Datetime.now() - SINCE
        self.now: datetime = aware(fields.Datetime.now().replace(microsecond=0))
        self.active = env["complaint.release"]._active(company)
        self.before = self.active._policy() if self.active else None
        self.after = Policy.load(normalised)
        self.names, self.active_names = self._names(normalised)
        self.cases = 0
        self.clocks: dict[str, Counter] = {}
        self.levels: dict[str, Counter] = {}
        self.late: list[dict] = []
        self.open: list[dict] = []
        self.report = Report(env, company, self.before, self.after, self.since, lang)

    def result(self) -> dict:
        if self.before:
            for batch in self._batches():
                self._compare(batch)
        found = {
            "cases": self.cases,
            "clocks": {name: dict(figures) for name, figures in self.clocks.items()},
            "levels": {name: dict(figures) for name, figures in self.levels.items()},
            "late": self.late,
            "open": self.open,
        }
        return {**found, "lines": self.report.lines(found), "html": self.report.html(found)}

    # ------------------------------------------------------------------ reading

    def _names(self, normalised):
        """(renames, renames): from any release of the company to the policy in question, and to the active
        one."""
        query = SQL(
            "SELECT records FROM complaint_release WHERE company_id = %s ORDER BY version", self.company.id
        )
        earlier = [records or {} for (records,) in self.env.execute_query(query)]
        wanted = PickLists(self.env, self.company, normalised).ids()
        return renames(earlier, wanted), renames(earlier, self.active.records or {})

    def _batches(self):
        """Lists of (ticket row, its facts) of the cases in question, oldest first."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        domain = [
            ("case_type_id", "!=", False),
            ("company_id", "=", self.company.id),
            "|",
            ("received_at", ">=", self.since),
            ("stage_id.closed", "=", False),
        ]
        ids = tickets.search(domain, order="received_at, id").ids
        tickets.flush_model(["case_state"])
        for start in range(0, len(ids), BATCH):
            chosen = tuple(ids[start : start + BATCH])
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, number, release_id, case_state, received_at FROM helpdesk_ticket "
                    "WHERE id IN %s ORDER BY received_at, id",
                    chosen,
                )
            )
            facts = self._facts(chosen)
            yield [(row, facts.get(row[0], ())) for row in rows]

    def _facts(self, ids):
        """{ticket id: its facts}, without what some policy made of them: consequences and re-pricings."""
        facts = {}
        query = SQL(
            "SELECT ticket_id, occurred_at, kind, data, id FROM complaint_event WHERE ticket_id IN %s", ids
        )
        for ticket, at, kind, data, ident in self.env.execute_query(query):
            data = data or {}
            if kind != "repriced" and "rule" not in data:
                facts.setdefault(ticket, []).append(Event(aware(at), kind, data, ident))
        return facts

    # ------------------------------------------------------------------ comparing

    def _compare(self, batch):
        for (ident, number, release, stored, received), facts in batch:
            if received and received >= self.since and facts:
                self._compare_history(ident, number, facts)
            state = State.from_json(stored) if stored else None
            if state and state.closed_at is None:
                self._compare_open(ident, number, release, state)

    def _compare_history(self, ident, number, facts):
        """Count the clocks that were late and the levels that were reached, under both policies."""
        self.cases += 1
        lived = []
        sides = (("before", self.before, self.active_names), ("after", self.after, self.names))
        for side, policy, names in sides:
            case = Case(tuple(renamed(fact, names) for fact in facts))
            outcome = live_through(policy, case, self.now)
            late = {}
            for clock in outcome.state.clocks:
                late[clock.name] = late.get(clock.name, False) or self._late(clock)
                figures = self.clocks.setdefault(clock.name, Counter())
                figures[f"{side}_total"] += 1
                figures[side] += self._late(clock)
            for fired in outcome.fired:
                if fired.level:
                    self.levels.setdefault(fired.level, Counter())[side] += 1
            lived.append(late)
        before, after = lived
        for clock in {**before, **after}:
            if before.get(clock, False) != after.get(clock, False):
                late = after.get(clock, False)
                self.late.append(
                    {
                        "id": ident,
                        "number": number,
                        "clock": clock,
                        "title": self.report.title(clock),
                        "late": late,
                    }
                )

    def _late(self, clock) -> bool:
        return clock.state == "breached" or clock.late(self.now)

    def _compare_open(self, ident, number, release, state):
        """Deadlines of an open case that moving it to the new policy would change."""
        moved = moved_to(self.after, state, self.names, self.now)
        known = {}
        if release != self.active.id:
            # A case of an older release may differ from the active policy anyhow; that is not this change's.
            known = deadlines(moved_to(self.before, state, self.active_names, self.now))
        after = deadlines(moved)
        for change in changed_deadlines(state, moved, self.now):
            clock = change["clock"]
            if clock not in known or known[clock] != after.get(clock):
                self.open.append({"id": ident, "number": number, "title": self.report.title(clock), **change})


def moved_to(policy, state, names, now):
    """A copy of a state after moving its case to another policy now."""
    moved = State.from_json(state.to_json())
    at = max(now, moved.last[0]) if moved.last else now
    place = moved.last[1] + 1 if moved.last and moved.last[0] == at else 1
    return step(policy, moved, Event(at, "repriced", repricing_data(moved, names), place))


def repricing_data(state, names) -> dict:
    """What a re-pricing says of a case whose classification or stage has another name in the new release."""
    data = {}
    changed = attributes(state.attributes, names)
    if changed:
        data["set"] = changed
    if ("stage", state.stage) in names:
        data["stage"] = names["stage", state.stage]
    return data


def deadlines(state) -> dict[str, tuple]:
    """{clock: (deadline or None while it stands still, limit in the policy's words)} of the open clocks."""
    return {
        clock.name: (clock.due_at, clock.within if clock.due_at is None else "")
        for clock in state.clocks
        if clock.cycle == state.cycle and clock.open
    }


def changed_deadlines(state, moved, now) -> list[dict]:
    """What moving a case changes, clock by clock.

    `before` and `after` are naive UTC, None where no such clock runs or it stands still; `waiting` has the
    limits, by side, of one that stands still; `late` says whether it would be late at once."""
    before, after = deadlines(state), deadlines(moved)
    found = []
    for clock in {**before, **after}:
        sides = before.get(clock), after.get(clock)
        if sides[0] != sides[1]:
            due = [side and side[0] for side in sides]
            found.append(
                {
                    "clock": clock,
                    "before": naive(due[0]),
                    "after": naive(due[1]),
                    "waiting": {
                        name: side[1]
                        for name, side in zip(("before", "after"), sides, strict=True)
                        if side and side[0] is None
                    },
                    "late": bool(due[1] and due[1] < now),
                }
            )
    return found
