"""Escalation: what the policy's rules do to a case, and when.

How to use
    A job asks ``next_at`` when to look at a case again, and then ``act`` for what is due: it gives what
    acted with the facts to record, and folds them. ``due_now`` only looks. A policy test, a simulation and a
    what-if let a case be lived through on a virtual clock instead: ``live_through``.

How it works
    Between two facts nothing changes but time, so the moments at which rules act are known in advance and
    taken in order. A rule acts once per cycle, subject and revision: the subject is the clock, the event or
    what raised the level. Of a fact and a rule at the same instant the fact comes first. A moment that had
    passed when the clock or the case came to fit the rule is now.

    What acts becomes facts at the time at which it acts, folded like all others, so that a life lived through
    and a life recorded by a job that is never late are the same. A job that is late acts in the order of the
    moments, but at its own time: nobody could answer earlier.

    Escalating to a level already reached changes nothing, but is listed. ``raise_severity`` takes effect at
    once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .case import Case, Event
from .clocks import State, step
from .ladder import rank
from .moments import Moment, first_moment, first_waiting
from .policy import Policy
from .replay import Repricing
from .working_time import instant

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that acted.

    :param at: when, in UTC
    :param subject: the clock, the event, or what raised the level that nobody answered
    :param do: the actions as the policy writes them
    :param level: the level that this raised the case to; None if it raised nothing
    :param severity: the severity that this raised the case to; None if it raised nothing
    :param planned: when it should have acted, if it acted late; None else
    """

    at: datetime
    rule: str
    subject: str
    do: tuple[Mapping[str, Any], ...]
    level: str | None
    cycle: int
    revision: int = 0
    severity: str | None = None
    planned: datetime | None = None

    def facts(self, place: int) -> list[Event]:
        """What the register says about it.

        :param place: of the facts among those of their second
        """
        key = {"rule": self.rule, "subject": self.subject, "revision": self.revision, "cycle": self.cycle}
        if self.planned is not None:
            key["planned"] = instant(self.planned)
        if self.level is None:
            facts = [Event(self.at, "acted", key, place)]
        else:
            facts = [Event(self.at, "escalated", {**key, "level": self.level}, place)]
        if self.severity is not None:
            raised = {**key, "set": {"severity": self.severity}}
            facts.append(Event(self.at, "classified", raised, place))
        return facts


@dataclass(slots=True)
class Outcome:
    """A case with its consequences. ``next_at``: when the next rule will act if nothing else happens."""

    state: State
    level: str | None
    fired: list[Fired]
    next_at: datetime | None


# -- for a job -------------------------------------------------------------------------------------


def next_at(policy: Policy, state: State) -> datetime | None:
    """When a rule or a timed message acts next; None if nothing will, unless something happens."""
    found = first_moment(policy, state, policy.watch_all, _newest(state))
    return found and found.at


def due_now(policy: Policy, state: State, now: datetime) -> list[Fired]:
    """What is due at ``now``, in order; the state stays as it is."""
    return [fired for fired, _facts in act(policy, State.from_json(state.to_json()), now)]


def act(
    policy: Policy, state: State, now: datetime, late_after: timedelta = timedelta(0)
) -> list[tuple[Fired, list[Event]]]:
    """Let everything act that is due at ``now``, and fold its facts into the state, in place.

    :param late_after: what acts later than that after its moment is marked with it
    :return: what acted, in the order of its moments, each with the facts to record
    """
    acted: list[tuple[Fired, list[Event]]] = []
    base = _newest(state)
    if base is None or base > now:
        return acted
    place = state.last[1] + 1 if base == now else 1
    while (moment := first_moment(policy, state, policy.watch_all, base)) and moment.at <= now:
        planned = moment.at if now - moment.at > late_after else None
        fired = _fired(policy, state, moment, now, planned)
        facts = fired.facts(place)
        for fact in facts:
            step(policy, state, fact)
        acted.append((fired, facts))
    return acted


# -- on a virtual clock ----------------------------------------------------------------------------


def consequences(
    policy: Policy, case: Case, now: datetime, repricing: Repricing | None = None
) -> list[Fired]:
    """What the escalation rules did until ``now`` (included), in order of time.

    :param repricing: the release of each ``repriced`` fact; without it the first release holds throughout
    """
    return live_through(policy, case, now, repricing).fired


def live_through(policy: Policy, case: Case, now: datetime, repricing: Repricing | None = None) -> Outcome:
    """The case at ``now`` with all its consequences. Timed messages are left out."""
    life = _Life(policy)
    for event in case.in_order(now):
        life.wait_until(event.at)
        if event.kind == "repriced" and repricing is not None:
            life.policy = repricing(event)
        life.take(event)
    life.wait_until(now + _SECOND)
    coming = life.coming()
    return Outcome(life.state, life.state.ladder.level, life.fired, coming and coming.at)


class _Life:
    """A case while it is lived through."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.state = State()
        self.fired: list[Fired] = []
        self._known: tuple[Any, Moment | None] = (None, None)

    def wait_until(self, until: datetime) -> None:
        """Let the rules act whose moment comes before ``until``; those at that very instant wait for its
        facts."""
        newest = _newest(self.state)
        if newest is None or until <= newest:
            return  # nothing acts before the newest fact, so the next one of its second need not look
        while (moment := self.coming()) is not None and moment.at < until:
            self._act(moment)
        self.state.ladder.quiet_until = until

    def take(self, event: Event) -> None:
        """Add a fact, and let the rules act that wait for it. The record of what was lived through already
        is not applied a second time."""
        if event.kind in ("acted", "escalated") and _lived(self.state, event):
            return
        recorded = _recorded(self.policy, self.state, event)
        step(self.policy, self.state, event)
        self.fired += recorded
        while (moment := first_waiting(self.policy, self.state)) is not None:
            self._act(moment)

    def coming(self) -> Moment | None:
        """What acts next if nothing else happens; looked for only where something changed that may matter."""
        state, ladder = self.state, self.state.ladder
        mark = (
            self.policy, state.cycle, state.closed_at, len(state.pauses), len(ladder.done),
            ladder.unanswered[:],
            [(clock.name, clock.due_at) for clock in state.clocks if clock.state == "running"],
        )  # fmt: skip
        known, moment = self._known
        if (
            known is None
            or known[0] != mark
            or known[1] is not state.attributes
            or known[2] != ladder.revisions
        ):
            moment = first_moment(self.policy, state, self.policy.watch, _newest(state))
            self._known = (mark, state.attributes, dict(ladder.revisions)), moment
        return moment

    def _act(self, moment: Moment) -> None:
        """Let a rule act at its moment."""
        one = _fired(self.policy, self.state, moment, moment.at, None)
        # the place of the newest fact, if it is of this second: facts of it may still follow
        place = self.state.last[1] if self.state.last[0] == moment.at else 0
        for fact in one.facts(place):
            self.state.ladder.quiet_until = moment.at
            step(self.policy, self.state, fact)
        self.fired.append(one)


def _lived(state: State, event: Event) -> bool:
    data = event.data
    if "rule" not in data:
        return False
    if data.get("cycle", state.cycle) < state.cycle:
        return True
    return state.ladder.has_acted(data["rule"], data.get("subject", ""), data.get("revision"))


def _recorded(policy: Policy, state: State, event: Event) -> list[Fired]:
    """A consequence that the facts bring along acts as recorded."""
    rule, subject = event.data.get("rule"), event.data.get("subject", "")
    if rule is None or state.ladder.has_acted(rule, subject, event.data.get("revision")):
        return []
    known = policy.rule_named(rule)
    if known is None or known.index >= len(policy.rules):
        return []  # a timed message, or a rule of another release
    level = event.data.get("level")
    raised = level if rank(policy, level) > rank(policy, state.ladder.level) else None
    revision = event.data.get("revision", state.ladder.revision(subject))
    return [Fired(event.at, rule, subject, known.do, raised, state.cycle, revision)]


# -- both ------------------------------------------------------------------------------------------


def _newest(state: State) -> datetime | None:
    """When the newest fact happened; nothing acts before it."""
    return state.last[0] if state.last is not None else None


def _fired(policy: Policy, state: State, moment: Moment, at: datetime, planned: datetime | None) -> Fired:
    """What a rule does to a case as it is now."""
    rule, level = moment.rule, None
    severity = known = state.attributes.get("severity")
    for action in rule.do:
        wanted = action.get("escalate")
        if wanted is not None and rank(policy, wanted) > rank(policy, level or state.ladder.level):
            level = wanted
        severity = policy.severity_raised(severity, action.get("raise_severity", 0))
    return Fired(
        at, rule.name, moment.subject, rule.do, level, moment.cycle, moment.revision,
        None if severity == known else severity, planned,
    )  # fmt: skip
