"""When which rule acts next, if nothing else happens to the case.

A stage move asks this for every case, so the search stops where nothing earlier can follow: of one clock the
rules are looked at in the order in which their moments come, and the first one that is left usually decides.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from .pauses import clock_pauses
from .rules import ClockTrigger, Rule, Watch
from .state import Clock, State, Waiting

if TYPE_CHECKING:
    from .policy import Policy


class Moment(NamedTuple):
    """A rule and when it acts. They compare by time; of two at the same time an event's rule comes first,
    then the upper one.

    :param order: 0 for what waits already, 1 for the rest
    """

    at: datetime
    order: int
    index: int
    subject: str
    cycle: int
    revision: int
    rule: Rule


def first_moment(policy: "Policy", state: State, watch: Watch, base: datetime | None) -> Moment | None:
    """What acts next; None if nothing will ever act unless something happens.

    :param watch: the rules to look at
    :param base: nothing acts before it; a moment that lies earlier is moved there
    """
    best = first_waiting(policy, state)
    if state.closed_at is not None or base is None:
        return best
    for clock in watched_clocks(state):
        best = _of_clock(policy, state, watch, base, clock, best)
    for moment in _of_levels(state, watch, base):
        if best is None or moment < best:
            best = moment
    return best


def first_waiting(policy: "Policy", state: State) -> Moment | None:
    """The first of the rules whose occasion has come already."""
    waiting = state.ladder.waiting
    return min((_waiting(policy, one) for one in waiting), default=None) if waiting else None


def missed(policy: "Policy", state: State, until: datetime) -> Iterator[Waiting]:
    """The rules at a deadline, after it and on unanswered levels whose moment came before ``until`` without
    anybody having acted: the job was late, and what comes now must not make them forgotten. A warning lapses.
    """
    for clock in watched_clocks(state):
        if clock.due_at >= until:
            continue
        for rule in policy.watch.of_clock(clock.name)[1]:
            trigger = rule.trigger
            if (trigger.share is not None and trigger.share < 1) or not _fits(state, rule, clock.name):
                continue
            at = max(clock_moment(policy, state, clock, trigger), state.last[0])
            if at < until:
                yield _late(state, rule, clock.name, at)
    for moment in _of_levels(state, policy.watch, state.last[0]):
        if moment.at < until:
            yield _late(state, moment.rule, moment.subject, moment.at)


def _late(state: State, rule: Rule, subject: str, at: datetime) -> Waiting:
    return Waiting(rule.name, subject, at, state.cycle, state.ladder.revision(subject))


def _waiting(policy: "Policy", one: Waiting) -> Moment:
    rule = policy.rule_named(one.rule)
    return Moment(one.at, 0, rule.index, one.subject, one.cycle, one.revision, rule)


def watched_clocks(state: State) -> list[Clock]:
    """The clocks that rules may act on."""
    return [
        clock
        for clock in state.clocks
        if clock.state == "running" and clock.cycle == state.cycle and not clock.measure_only
    ]


def _fits(state: State, rule: Rule, subject: str) -> bool:
    return not state.ladder.has_acted(rule.name, subject) and rule.condition.holds(
        state.attributes, state.cycle
    )


def _of_clock(
    policy: "Policy", state: State, watch: Watch, base: datetime, clock: Clock, best: Moment | None
) -> Moment | None:
    """The earlier of ``best`` and what acts first on a clock."""
    early, ascending = watch.of_clock(clock.name)
    revision, bound = state.ladder.revision(clock.name), clock.started_at
    for rule in (*early, *ascending):
        trigger = rule.trigger
        if trigger.before_due is None:
            if trigger.share is None or trigger.share >= 1:
                bound = clock.due_at
            if best is not None and best.at < bound and best.at < clock.due_at:
                break  # whatever follows comes later
        if not _fits(state, rule, clock.name):
            continue
        at = clock_moment(policy, state, clock, trigger)
        if trigger.before_due is None:
            bound = max(bound, min(at, clock.due_at))
        found = Moment(max(at, base), 1, rule.index, clock.name, clock.cycle, revision, rule)
        if best is None or found < best:
            best = found
    return best


def clock_moment(policy: "Policy", state: State, clock: Clock, trigger: ClockTrigger) -> datetime:
    """When a rule acts on a running clock."""
    if trigger.share == 1:
        return clock.due_at
    known = clock.moments.get(id(trigger))
    if known is None:
        known = clock.moments[id(trigger)] = _reckoned(policy, state, clock, trigger)
    return known


def _reckoned(policy: "Policy", state: State, clock: Clock, trigger: ClockTrigger) -> datetime:
    spec = policy.clock_spec(clock.sla, clock.name)
    if trigger.after_due is not None:
        return spec.calendar.after(clock.due_at, trigger.after_due)
    if trigger.before_due is not None:
        return spec.calendar.before(clock.due_at, trigger.before_due)
    pauses = clock_pauses(spec, state, clock.started_at, None)[0] if state.pauses else ()
    return spec.calendar.share_instant(clock.started_at, spec.within, clock.due_at, pauses, trigger.share)


def _of_levels(state: State, watch: Watch, base: datetime) -> Iterator[Moment]:
    """What acts because nobody answers."""
    for level, since, subject in state.ladder.unanswered:
        for rule in watch.of_level(level):
            if _fits(state, rule, subject):
                at = rule.trigger.calendar.after(since, rule.trigger.unanswered)
                revision = state.ladder.revision(subject)
                yield Moment(max(at, base), 1, rule.index, subject, state.cycle, revision, rule)
