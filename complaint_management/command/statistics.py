"""How the clocks of many cases ended under a policy, what its rules did, and who had to do with it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from ..engine.callbacks import CASE, callbacks_of_case, plan_named, plans, whole_story
from ..engine.case import Case, Event
from ..engine.case_facts import CaseFacts
from ..engine.clocks import Clock, State, clock_pauses
from ..engine.escalation import Fired, live_through
from ..engine.incentives import points_of_case
from ..engine.points_tally import Totals
from ..engine.policy import Policy, as_list
from ..engine.rounds import samples_of_case
from ..engine.rules import base_name
from ..engine.sampling import sample_size
from ..engine.schemes import schemes
from ..engine.working_time import Calendar


@dataclass(slots=True)
class ClockCount:
    """One clock of one sla policy over all cases. ``shares``: of the limit, used by the ended clocks."""

    sla: str
    clock: str
    within: str
    met: int = 0
    breached: int = 0
    open: int = 0
    late: int = 0
    cancelled: int = 0
    shares: list[float] = field(default_factory=list)

    @property
    def applied(self) -> int:
        """To how many cases and cycles the clock applied."""
        return self.met + self.breached + self.open + self.cancelled

    @property
    def missed(self) -> int:
        """How often its limit was not kept: it ended too late, or is still open and late."""
        return self.breached + self.late

    def share(self, part: float) -> float | None:
        """The share of the limit that this part of the ended clocks stayed within: 0.5 is the median."""
        if not self.shares:
            return None
        ranked = sorted(self.shares)
        place = part * (len(ranked) - 1)
        low = int(place)
        high = min(low + 1, len(ranked) - 1)
        return ranked[low] + (ranked[high] - ranked[low]) * (place - low)

    def add(self, other: "ClockCount") -> None:
        """Add the cases of another count of the same clock."""
        for name in ("met", "breached", "open", "late", "cancelled"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.shares += other.shares


@dataclass(slots=True)
class Statistics:
    """All clocks in the order of the policy.

    :param unmatched: cases without a service level
    :param rules: how often each escalation rule acted
    :param levels: cases that were raised to each level
    :param callbacks: how often each plan of an event would have made a callback
    :param members: (plan of a sample, its period) -> the cases among which it would have drawn
    :param points: what the schemes of points give to whom
    :param work: (Monday of the week, role) -> stages to handle, notices to read and callbacks to make
    """

    clocks: dict[tuple[str, str], ClockCount]
    cases: int = 0
    unmatched: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    callbacks: Counter[str] = field(default_factory=Counter)
    members: Counter[tuple[str, str]] = field(default_factory=Counter)
    points: Totals = field(default_factory=Totals)
    work: Counter[tuple[date, str]] = field(default_factory=Counter)

    def add(self, other: "Statistics") -> None:
        """Add the cases of another part."""
        for key, count in other.clocks.items():
            self.clocks[key].add(count)
        self.cases += other.cases
        self.unmatched += other.unmatched
        self.rules.update(other.rules)
        self.levels.update(other.levels)
        self.callbacks.update(other.callbacks)
        self.members.update(other.members)
        self.points.add(other.points)
        self.work.update(other.work)


def empty(policy: Policy) -> Statistics:
    """The statistics of no case."""
    return Statistics(
        {(spec.sla, spec.name): ClockCount(spec.sla, spec.name, spec.within.text) for spec in policy.clocks()}
    )


class Tally:
    """Replays cases under one policy until ``now`` and counts."""

    def __init__(self, policy: Policy, now: datetime):
        self.policy = policy
        self.result = empty(policy)
        self._now = now
        self._classified: dict[tuple, dict[str, str]] = {}
        self._zone = (policy.calendar or Calendar.always_open()).zone
        self._owners = _owners(policy)
        self._told = _told(policy)
        self._called_back = any(plan.about == CASE for plan in plans(policy))
        self._schemes = schemes(policy)

    def take(self, case: Case) -> frozenset[tuple[str, int]]:
        """Count a case.

        :return: the clocks whose limit was not kept, each with its cycle
        """
        case = self._completed(case)
        outcome = live_through(self.policy, case, self._now)
        state, result = outcome.state, self.result
        result.cases += 1
        result.unmatched += state.sla is None
        for clock in state.clocks:
            _count(result.clocks[clock.sla, base_name(clock.name)], self.policy, state, clock, self._now)
        result.rules.update(one.rule for one in outcome.fired)
        result.levels.update({one.level for one in outcome.fired if one.level})
        self._work(case, outcome.fired)
        if self._called_back or self._schemes:
            facts = whole_story(case, outcome.fired, self._now)
            self._callbacks(facts)
            self._points(facts, state)
        return frozenset(
            (clock.name, clock.cycle)
            for clock in state.clocks
            if clock.state == "breached" or clock.late(self._now)
        )

    def _completed(self, case: Case) -> Case:
        """The case with what the policy presets: team, severity and so on."""
        first = case.events[0]
        given = first.data["set"]
        key = tuple(given.items())
        if key not in self._classified:
            self._classified[key] = self.policy.classify(given)
        data = {**first.data, "set": self._classified[key]}
        return Case((Event(first.at, first.kind, data, first.id), *case.events[1:]))

    def _work(self, case: Case, fired: list[Fired]) -> None:
        """A stage that a case enters is work for its owner, a notice for each role that gets it."""
        work = self.result.work
        for event in case.events:
            if event.at > self._now:
                continue
            owner = self._owners.get(
                ("stage", event.data["stage"]) if "stage" in event.data else ("event", event.kind)
            )
            if owner:
                work[week_of(event.at, self._zone), owner] += 1
        for one in fired:
            week = week_of(one.at, self._zone)
            for role in self._told[one.rule]:
                work[week, role] += 1
            if one.level:
                for role in self._told["level", one.level]:
                    work[week, role] += 1

    def _callbacks(self, facts: list[Event]) -> None:
        """What the plans for cases make. Whom a sample draws is chance, and so is nobody's work here."""
        for one in callbacks_of_case(self.policy, facts):
            self.result.callbacks[one.plan.name] += 1
            if one.plan.role:
                self.result.work[week_of(one.opens, self._zone), one.plan.role] += 1
        self.result.members.update(set(samples_of_case(self.policy, facts)))

    def _points(self, facts: list[Event], state: State) -> None:
        if self._schemes:
            known = CaseFacts.read(facts, state.clocks, self._now)
            for scheme in self._schemes:
                self.result.points.take(scheme, points_of_case(scheme, known))


def callbacks_of(policy: Policy, result: Statistics) -> dict[str, int]:
    """How many callbacks each plan for cases makes; of a sample the share of each period."""
    counts = {plan.name: result.callbacks[plan.name] for plan in plans(policy) if plan.about == CASE}
    for (name, _period), members in result.members.items():
        counts[name] += sample_size(plan_named(policy, name).sample, members)
    return counts


def week_of(at: datetime, zone: tzinfo) -> date:
    """The Monday of the local week of an instant."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _owners(policy: Policy) -> dict[tuple[str, str], str]:
    """Who owns a stage, by its name and, where only one stage records it, by its event."""
    counts = Counter(stage.event for stage in policy.stages.values())
    owners = {}
    for stage in policy.stages.values():
        owner = stage.written.get("owner")
        if owner:
            owners["stage", stage.name] = owner
            if stage.event and counts[stage.event] == 1:
                owners["event", stage.event] = owner
    return owners


def _told(policy: Policy) -> dict[str | tuple[str, str], list[str]]:
    """Who is told when a rule acts, and when a level is reached."""
    told: dict[str | tuple[str, str], list[str]] = {}
    for rule in policy.rules:
        roles: list[str] = []
        for action in rule.do:
            roles += as_list(action.get("notify"))
            force = action.get("task_force") or {}
            roles += [*as_list(force.get("lead")), *as_list(force.get("members"))]
        told[rule.name] = list(dict.fromkeys(roles))
    for level in (policy.raw.get("escalation") or {}).get("levels") or ():
        told["level", level["name"]] = list(as_list(level.get("notify")))
    return told


def _count(count: ClockCount, policy: Policy, state: State, clock: Clock, now: datetime) -> None:
    if clock.open:
        count.open += 1
        count.late += clock.late(now)
    elif clock.state == "cancelled":
        count.cancelled += 1
    else:
        count.met += clock.state == "met"
        count.breached += clock.state == "breached"
        share = _share(policy, state, clock)
        if share is not None:
            count.shares.append(share)


def _share(policy: Policy, state: State, clock: Clock) -> float | None:
    """The part of its limit that an ended clock had used; None where nothing is left to divide."""
    spec = policy.clock_spec(clock.sla, clock.name)
    if spec is None or clock.cycle != state.cycle or clock.due_at is None:
        return None
    pauses, _open_since = clock_pauses(spec, state, clock.started_at, clock.ended_at)
    counted, unit = spec.calendar.counted, spec.within.unit
    total = counted(unit, clock.started_at, clock.due_at, pauses)
    return counted(unit, clock.started_at, clock.ended_at, pauses) / total if total else None
