"""Escalation: what the policy's rules did to a case until now.

How it works
    The case is lived through again, fact by fact. Between two facts nothing changes but time, so the
    moments at which rules on clocks and on unanswered levels act are known in advance and taken in order. A
    rule acts once per cycle, subject and revision: the subject is the clock, the event or what raised the
    level, the revision rises when the clock is extended or re-priced to another deadline. Of a fact and a
    rule at the same instant the fact comes first. A moment that had passed when the clock or the case came
    to fit the rule is now.

    Escalating to a level already reached changes nothing, but is listed. Reopening starts without a level.
    ``raise_severity`` takes effect at once, as the register will say; a fact that carries the ``rule`` and
    ``subject`` of a consequence is its record and is not applied a second time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .case import Case, Event
from .clocks import Clock, State, clock_pauses, step
from .policy import Policy
from .replay import Repricing
from .rules import ClockTrigger, EventTrigger, LevelTrigger, Rule

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that acted.

    :param at: when, in UTC
    :param subject: the clock, the event, or what raised the level that nobody answered
    :param do: the actions as the policy writes them
    :param level: the level that this raised the case to; None if it raised nothing
    """

    at: datetime
    rule: str
    subject: str
    do: tuple[Mapping[str, Any], ...]
    level: str | None
    cycle: int
    revision: int = 0


@dataclass(slots=True)
class Outcome:
    """A case with its consequences. ``next_at``: when the next rule will act if nothing else happens."""

    state: State
    level: str | None
    fired: list[Fired]
    next_at: datetime | None


def consequences(
    policy: Policy, case: Case, now: datetime, repricing: Repricing | None = None
) -> list[Fired]:
    """What the escalation rules did until ``now`` (included), in order of time.

    :param repricing: the release of each ``repriced`` fact; without it the first release holds throughout
    """
    return live_through(policy, case, now, repricing).fired


def live_through(policy: Policy, case: Case, now: datetime, repricing: Repricing | None = None) -> Outcome:
    """The case at ``now`` with all its consequences."""
    life = _Life(policy)
    for event in case.in_order(now):
        life.wait_until(event.at)
        if event.kind == "repriced" and repricing is not None:
            life.policy = repricing(event)
        life.take(event)
    life.wait_until(now + _SECOND)
    waiting = min((moment for moment, *_rest in life.moments()), default=None)
    return Outcome(life.state, life.level, life.fired, waiting)


class _Life:
    """A case while it is lived through."""

    def __init__(self, policy: Policy):
        self.policy = policy
        self.state = State()
        self.fired: list[Fired] = []
        self.level: str | None = None
        self._at: datetime | None = None  # of the newest fact or consequence
        self._done: set[tuple[int, str, str, int]] = set()
        self._recorded: set[tuple[int, str, str]] = set()
        self._counts: dict[str, int] = {}
        self._revisions: dict[str, int] = {}
        self._unanswered: list[tuple[str, datetime, str]] = []  # level, since, subject that raised it
        self._moments: list[tuple[datetime, int, str, Rule]] | None = None

    # -- time --------------------------------------------------------------------------------------

    def wait_until(self, until: datetime) -> None:
        """Let the rules act whose moment comes before ``until``; those at that very instant wait for its
        facts."""
        if self._at is not None and until <= self._at:
            return  # nothing acts before the newest fact, so the next one of its second need not look
        while moments := self.moments():
            at, _index, subject, rule = min(moments, key=lambda one: one[:3])
            if at >= until:
                return
            self._act(at, rule, subject)

    def moments(self) -> list[tuple[datetime, int, str, Rule]]:
        """When which rule would act on what, if nothing else happens."""
        if self._moments is None:
            self._moments = (
                [] if self.state.closed_at is not None or self._at is None else list(self._coming())
            )
        return self._moments

    def _coming(self) -> Iterator[tuple[datetime, int, str, Rule]]:
        running = [
            clock
            for clock in self.state.clocks
            if clock.state == "running" and clock.cycle == self.state.cycle and not clock.measure_only
        ]
        for rule in self.policy.rules:
            trigger = rule.trigger
            if isinstance(trigger, EventTrigger):
                continue
            if not rule.condition.holds(self.state.attributes, self.state.cycle):
                continue
            if isinstance(trigger, LevelTrigger):
                coming = [
                    (trigger.calendar.after(since, trigger.unanswered), subject)
                    for level, since, subject in self._unanswered
                    if level == trigger.level
                ]
            else:
                coming = [
                    (self._moment(clock, trigger), clock.name)
                    for clock in running
                    if trigger.wants(clock.name) and self._key(rule, clock.name) not in self._done
                ]
            for moment, subject in coming:
                if self._key(rule, subject) not in self._done:
                    yield max(moment, self._at), rule.index, subject, rule

    def _moment(self, clock: Clock, trigger: ClockTrigger) -> datetime:
        spec = self.policy.clock_spec(clock.sla, clock.name)
        if trigger.after_due is not None:
            return spec.calendar.after(clock.due_at, trigger.after_due)
        if trigger.before_due is not None:
            return spec.calendar.before(clock.due_at, trigger.before_due)
        pauses, _open = clock_pauses(spec, self.state, clock.started_at, None)
        return spec.calendar.share_instant(clock.started_at, spec.within, clock.due_at, pauses, trigger.share)

    # -- facts -------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Add a fact, and let the rules act that wait for it."""
        before = {clock.name: clock.due_at for clock in self.state.clocks if clock.cycle == self.state.cycle}
        step(self.policy, self.state, event)
        self._at, self._moments = event.at, None
        self._revise(event, before)
        self._hear(event)
        self._counts[event.kind] = self._counts.get(event.kind, 0) + 1
        for rule in self.policy.rules:
            if (
                isinstance(rule.trigger, EventTrigger)
                and rule.trigger.wants(event, self._counts)
                and rule.condition.holds(self.state.attributes, self.state.cycle)
                and self._key(rule, event.kind) not in self._done
            ):
                self._act(event.at, rule, event.kind)

    def _revise(self, event: Event, before: Mapping[str, datetime | None]) -> None:
        """An extension or a re-pricing makes a new promise, which the rules watch anew."""
        if event.kind == "extended":
            clock = event.data.get("clock")
            self._revisions[clock] = self._revisions.get(clock, 0) + 1
        elif event.kind == "repriced":
            for clock in self.state.clocks:
                if clock.cycle == self.state.cycle and clock.due_at != before.get(clock.name):
                    self._revisions[clock.name] = self._revisions.get(clock.name, 0) + 1

    def _hear(self, event: Event) -> None:
        """What facts say about levels."""
        data = event.data
        if event.kind == "reopened":
            self.level = None
            self._unanswered.clear()
            self._revisions.clear()
        if "rule" in data:
            self._recorded.add((self.state.cycle, data["rule"], data.get("subject", "")))
        if event.kind == "escalated" and "level" in data:
            self._raise(data["level"], event.at, data.get("subject", event.kind))
        elif event.kind == "escalation_answered":
            self._answered(data.get("level"))
        elif event.kind == "lowered":
            self._lower(data.get("level"))

    # -- consequences ------------------------------------------------------------------------------

    def _act(self, at: datetime, rule: Rule, subject: str) -> None:
        self._done.add(self._key(rule, subject))
        self._at, self._moments = at, None
        raised = None
        for action in rule.do:
            if "escalate" in action:
                raised = self._raise(action["escalate"], at, subject) or raised
            if "raise_severity" in action:
                self._raise_severity(at, rule, subject, action["raise_severity"])
        revision = self._revisions.get(subject, 0)
        self.fired.append(Fired(at, rule.name, subject, rule.do, raised, self.state.cycle, revision))

    def _key(self, rule: Rule, subject: str) -> tuple[int, str, str, int]:
        return (self.state.cycle, rule.name, subject, self._revisions.get(subject, 0))

    def _rank(self, level: str | None) -> int:
        return self.policy.levels.index(level) if level in self.policy.levels else -1

    def _raise(self, level: str, at: datetime, subject: str) -> str | None:
        """Raise the case to a level; nothing if it is there already or above."""
        if self._rank(level) <= self._rank(self.level):
            return None
        self.level = level
        self._unanswered.append((level, at, subject))
        return level

    def _answered(self, level: str | None) -> None:
        """An answer at a level settles it and those below; without a level, all."""
        answered = len(self.policy.levels) if level is None else self._rank(level)
        self._unanswered = [one for one in self._unanswered if self._rank(one[0]) > answered]

    def _lower(self, level: str | None) -> None:
        """Lower the case to a level; without one, by one step."""
        rank = self._rank(self.level) - 1 if level is None else min(self._rank(level), self._rank(self.level))
        self.level = self.policy.levels[rank] if rank >= 0 else None
        self._unanswered = [one for one in self._unanswered if self._rank(one[0]) <= rank]

    def _raise_severity(self, at: datetime, rule: Rule, subject: str, by: int) -> None:
        if (self.state.cycle, rule.name, subject) in self._recorded:
            return
        old = self.state.attributes.get("severity")
        new = self.policy.severity_raised(old, by)
        if new != old:
            # the same position as the newest fact, if it is of this second: facts of it may still follow
            number = self.state.last[1] if self.state.last[0] == at else 0
            step(self.policy, self.state, Event(at, "classified", {"set": {"severity": new}}, number))
