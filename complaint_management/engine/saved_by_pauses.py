"""Deadlines that were kept only because their clocks stood still (F5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from .case import Event
from .clocks import clock_durations, clock_pauses
from .policy import ClockSpec, Policy
from .state import Clock, Pause, State


def saved_by_pauses(policy: Policy, clocks: Sequence[Clock], events: Iterable[Event]) -> dict[str, float]:
    """{clock: share of its time in which it stood still} of those that would have been missed without it.

    :param clocks: those of one cycle
    :param events: the facts of that cycle, in order
    """
    state = _waiting(events)
    found: dict[str, float] = {}
    for clock in clocks if state.pauses else ():
        spec = policy.clock_spec(clock.sla, clock.name)
        if clock.state != "met" or spec is None or clock.ended_at is None:
            continue
        pauses, _open = clock_pauses(spec, state, clock.started_at, clock.ended_at)
        stood = _length(pauses)
        if stood and clock.ended_at > _due_without(spec, state, clock.started_at):
            found[clock.name] = stood / (clock.ended_at - clock.started_at)
    return found


def _waiting(events: Iterable[Event]) -> State:
    """The pauses and extensions of a cycle."""
    state = State()
    for event in events:
        reason = event.data.get("reason")
        running = [one for one in state.pauses if one.end is None]
        if event.kind == "paused" and (reason or "") not in [one.reason for one in running]:
            state.pauses.append(Pause(reason or "", event.at))
        elif event.kind == "resumed":
            for one in running:
                if reason in (None, one.reason):
                    one.end = event.at
        elif event.kind == "extended" and "by" in event.data:
            state.extensions.append((event.data.get("clock") or "", event.data["by"]))
    return state


def _due_without(spec: ClockSpec, state: State, started: datetime) -> datetime:
    """When the clock would have been due had it never stood still."""
    if state.extensions:
        return spec.calendar.due_in_turn(started, clock_durations(spec, state), [])[0]
    return spec.calendar.due(started, spec.within, [])[0]


def _length(pauses: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The time covered by pauses, overlapping ones once."""
    total, reached = timedelta(0), None
    for begin, end in sorted(pauses):
        begin = begin if reached is None else max(begin, reached)
        if end > begin:
            total += end - begin
        reached = end if reached is None else max(reached, end)
    return total
