"""The time limit of a stage (`within`): a clock that starts when a case enters the stage and ends when it
leaves it, for as long as it is there and as often as it comes back.

It belongs to no service level. Rules about `any` clock leave it alone; one that is meant names it, as in
`stage:investigating`."""

from datetime import datetime

from .case import CLOSING, Event
from .pauses import clock_durations, clock_pauses
from .policy import STAGES, ClockSpec, Policy, stage_clock
from .rules import AGAIN, base_name
from .state import Clock, State


def time_stage(policy: Policy, state: State, event: Event, left: str | None, everything: bool) -> None:
    """Let the clock of the stage take in a fact, after the facts are absorbed and before a case is closed.

    :param left: the stage before the fact
    :param everything: whether a deadline may have moved: by an extension, a pause or another release
    """
    place = next((place for place, one in enumerate(state.clocks) if _runs(state, one)), None)
    entered = "stage" in event.data and (place is None or state.stage != left or event.kind == "reopened")
    moved = entered and event.kind != "repriced"
    if moved and event.kind not in CLOSING:
        if place is not None:
            _end(policy, state, place, event)
        _start(policy, state, event)
    elif place is None:
        if event.kind == "repriced":
            _start(policy, state, event)
    elif everything and not moved:
        _look_again(policy, state, place, event)


def _runs(state: State, clock: Clock) -> bool:
    return clock.sla == STAGES and clock.cycle == state.cycle and clock.open


def _start(policy: Policy, state: State, event: Event) -> None:
    spec = policy.clock_spec(STAGES, stage_clock(state.stage)) if state.stage else None
    if spec is None:
        return
    runs = [
        one
        for one in state.clocks
        if one.sla == STAGES and one.cycle == state.cycle and base_name(one.name) == spec.name
    ]
    clock = _running(spec, state, event.at, f"{spec.name}{AGAIN}{len(runs) + 1}" if runs else spec.name)
    state.clocks.append(clock)


def _end(policy: Policy, state: State, place: int, event: Event) -> None:
    """Judge a clock by the policy that held while it ran."""
    clock = state.clocks[place]
    spec = policy.clock_spec(STAGES, clock.name)
    if clock.state == "paused" and spec is not None:
        pauses, _open = clock_pauses(spec, state, clock.started_at, event.at)
        clock.due_at, clock.provisional = _due(spec, state, clock, pauses)
    late = clock.due_at is not None and clock.due_at < event.at
    clock.end(event.at, event.kind, "breached" if late else "met")


def _look_again(policy: Policy, state: State, place: int, event: Event) -> None:
    clock = state.clocks[place]
    spec = policy.clock_spec(STAGES, stage_clock(state.stage))
    if spec is None or base_name(clock.name) != spec.name:
        known = spec is not None and event.kind == "repriced"
        clock.end(event.at, event.kind, "breached" if clock.late(event.at) else "cancelled")
        if known:  # the new release has another name for the stage
            _start(policy, state, event)
        return
    state.clocks[place] = _running(spec, state, clock.started_at, clock.name)


def _running(spec: ClockSpec, state: State, started: datetime, name: str) -> Clock:
    clock = Clock(name, STAGES, state.cycle, spec.within.text, "running", started, None)
    pauses, open_since = clock_pauses(spec, state, started, None)
    due, provisional = _due(spec, state, clock, pauses)
    if open_since is not None and open_since <= due:
        clock.state, clock.paused_since, clock.provisional = "paused", open_since, provisional
    else:
        clock.due_at, clock.provisional = due, provisional
    return clock


def _due(
    spec: ClockSpec, state: State, clock: Clock, pauses: list[tuple[datetime, datetime]]
) -> tuple[datetime, bool]:
    if state.extensions:
        return spec.calendar.due_in_turn(clock.started_at, clock_durations(spec, state), pauses)
    return spec.calendar.due(clock.started_at, spec.within, pauses)
