"""The fold: facts in order become the clocks of a case, and its ladder beside them.

A clock is a pure function of the facts of its cycle: it starts with the first of its ``from`` events, ends
with the first of its ``until`` events from then on, and stands still in the pauses of its reasons, also in
those that lie before a change of category ("time used is kept"). An ended clock is frozen: it was judged by
the policy that held when it ended. ``step`` adds one fact; ``replay`` (in its own file) adds all of them.
"""

from collections.abc import Iterable
from datetime import datetime

from .case import CLOSING, INTERNAL, Event
from .ladder import before_step, ladder_step
from .pauses import clock_durations, clock_pauses
from .policy import STAGES, ClockSpec, Policy
from .rules import AGAIN, base_name
from .stage_clocks import time_stage
from .state import Clock, Pause, State
from .working_time import moment

__all__ = ["Clock", "OutOfOrder", "Pause", "State", "clock_durations", "clock_pauses", "next_due", "step"]

_SUPERSEDED = frozenset({"reclassified", "repriced"})


class OutOfOrder(ValueError):
    """A fact that lies before one already folded: replay the case instead."""


def step(policy: Policy, state: State, event: Event) -> State:
    """Add one fact to a state, in place.

    :param policy: the release the case is pinned to; for ``repriced`` the new one
    :return: the same state
    :raises OutOfOrder: the fact lies before the newest folded one; the state is unchanged
    """
    position = (event.at, event.id)
    if state.last is not None and position < state.last:
        raise OutOfOrder(f"{event.kind!r} at {event.at} lies before {state.last[0]}; replay the case")
    before = before_step(policy, state, event)
    if event.kind != "acted":
        _fold(policy, state, event)
    ladder_step(policy, state, state.ladder, event, before)
    state.last = position
    return state


def _fold(policy: Policy, state: State, event: Event) -> None:
    """Let the clocks take in a fact."""
    if event.kind == "reopened":
        _open_new_cycle(state, event.at)
    left = state.stage
    everything = _absorb(policy, state, event)
    if everything:
        chosen = policy.select(state.attributes, state.cycle)
        state.sla = chosen.name if chosen else None
    if state.closed_at is None:
        _time_clocks(policy, state, event, everything)
        if policy.stage_clocks or event.kind == "repriced":
            time_stage(policy, state, event, left, everything)
        if event.kind in CLOSING:
            _close(policy, state, event)


def next_due(state: State) -> Clock | None:
    """The running clock that is due first, statutory or not; clocks that are only measured are left out."""
    running = [one for one in state.clocks if one.state == "running" and not one.measure_only]
    return min(running, key=lambda one: (one.due_at, one.name), default=None)


# -- facts -----------------------------------------------------------------------------------------


def _open_new_cycle(state: State, at: datetime) -> None:
    """A reopened case starts anew; what was still open ends and stays as it is."""
    for clock in state.clocks:
        if clock.open:
            clock.end(at, "reopened", "breached" if clock.late(at) else "cancelled")
    state.ladder.reopen(state.seen)
    state.cycle += 1
    state.seen = {}
    state.pauses = []
    state.extensions = []
    state.promised = {}
    state.closed_at = None


def _absorb(policy: Policy, state: State, event: Event) -> bool:
    """Take over what a fact says.

    :return: whether every clock must be looked at again, not only those that name the event
    """
    kind, data = event.kind, event.data
    if kind not in INTERNAL:
        state.seen.setdefault(kind, []).append(event.at)
    if "stage" in data:
        state.stage = data["stage"]
    everything = kind in ("reopened", "repriced") or state.last is None
    if "set" in data:
        state.attributes = {**state.attributes, **data["set"]}
        everything |= not policy.watched.isdisjoint(data["set"])
    if kind == "paused":
        everything |= _pause(state, data.get("reason") or "", event.at)
    elif kind == "resumed":
        everything |= _resume(state, data.get("reason"), event.at)
    elif kind == "extended" and "by" in data:
        state.extensions.append((data.get("clock") or "", data["by"]))
        state.promised.pop(data.get("clock"), None)  # the longer limit is the date that counts from now on
        everything = True
    elif kind == "promised":
        state.promised[data["clock"]] = moment(data["until"])
    return everything


def _pause(state: State, reason: str, at: datetime) -> bool:
    if any(pause.end is None and pause.reason == reason for pause in state.pauses):
        return False  # already waiting for that
    state.pauses.append(Pause(reason, at))
    return True


def _resume(state: State, reason: str | None, at: datetime) -> bool:
    """End the pause of a reason, without a reason all of them."""
    found = False
    for pause in state.pauses:
        if pause.end is None and reason in (None, pause.reason):
            pause.end = at
            found = True
    return found


# -- clocks ----------------------------------------------------------------------------------------


def _time_clocks(policy: Policy, state: State, event: Event, everything: bool) -> None:
    """Evaluate the clocks of the chosen policy, then end those that it no longer has."""
    sla = policy.sla_named(state.sla)
    specs = [spec for spec in sla.clocks if everything or event.kind in spec.kinds] if sla else []
    if not specs and not everything:
        return
    places = {clock.name: place for place, clock in enumerate(state.clocks) if clock.cycle == state.cycle}
    touched = set()
    runs = {base_name(name): name for name in places}  # the last run of each
    for spec in specs:
        name = runs.get(spec.name, spec.name)
        place = places.get(name)
        since = state.clocks[place].started_at if place is not None and spec.again else None
        if place is not None and _frozen(state.clocks[place]):
            if not spec.again or event.kind not in spec.starts:
                continue
            name, place, since = _next_run(name), None, event.at
        holds = spec.condition.holds(state.attributes, state.cycle)
        clock = _evaluate(spec, state, since) if holds else None
        if clock is None:
            continue
        clock.name = name
        touched.add(name)
        if place is None:
            state.clocks.append(clock)
        else:
            state.clocks[place] = clock
    if everything:
        reason = "repriced" if event.kind == "repriced" else "reclassified"
        for name, place in places.items():
            clock = state.clocks[place]
            if name not in touched and clock.open and clock.sla != STAGES:
                clock.end(event.at, reason, "breached" if clock.late(event.at) else "cancelled")


def _next_run(name: str) -> str:
    """``handover`` -> ``handover~2`` -> ``handover~3``."""
    base, _sign, number = name.partition(AGAIN)
    return f"{base}{AGAIN}{int(number or 1) + 1}"


def _frozen(clock: Clock) -> bool:
    """Ended and judged. A clock that a change of category took away may come back."""
    if clock.open:
        return False
    return not (clock.state == "cancelled" and clock.ended_by in _SUPERSEDED)


def _close(policy: Policy, state: State, event: Event) -> None:
    """The case is over: ``closed`` meets what is not late, a withdrawal or referral cancels it."""
    state.closed_at = event.at
    for place, clock in enumerate(state.clocks):
        if not clock.open:
            continue
        late = clock.late(event.at)
        if event.kind == "closed":
            spec = policy.clock_spec(clock.sla, clock.name)
            if clock.state == "paused" and spec is not None:
                judged = _judged(spec, state, clock.started_at, event.at, event.kind)
                judged.name = clock.name
                state.clocks[place] = judged
            else:
                clock.end(event.at, event.kind, "breached" if late else "met")
        else:
            clock.end(event.at, event.kind, "breached" if late else "cancelled")


def _evaluate(spec: ClockSpec, state: State, since: datetime | None = None) -> Clock | None:
    """A clock from the facts of the cycle; None if it has not started.

    :param since: only starts from then on count, those of its last run
    """
    started = _first(state, spec.starts, since)
    if started is None:
        return None
    ended = _first(state, spec.ends, started[0])
    if ended is not None:
        return _judged(spec, state, started[0], ended[0], ended[1])
    pauses, open_since = clock_pauses(spec, state, started[0], None)
    due, provisional = _due(spec, state, started[0], pauses)
    if open_since is not None and open_since <= due:
        return _clock(spec, state, "paused", started[0], None, provisional, paused_since=open_since)
    return _clock(spec, state, "running", started[0], due, provisional)


def _judged(spec: ClockSpec, state: State, started: datetime, ended: datetime, by: str) -> Clock:
    """An ended clock; the bound is inclusive."""
    pauses, _open_since = clock_pauses(spec, state, started, ended)
    due, provisional = _due(spec, state, started, pauses)
    clock = _clock(spec, state, "met" if ended <= due else "breached", started, due, provisional)
    clock.ended_at, clock.ended_by = ended, by
    return clock


def _clock(
    spec: ClockSpec,
    state: State,
    status: str,
    started: datetime,
    due: datetime | None,
    provisional: bool,
    paused_since: datetime | None = None,
) -> Clock:
    return Clock(
        spec.name, spec.sla, state.cycle, spec.within.text, status, started, due,
        paused_since=paused_since, statutory=spec.statutory, measure_only=spec.measure_only,
        provisional=provisional,
    )  # fmt: skip


def _first(state: State, kinds: Iterable[str], since: datetime | None) -> tuple[datetime, str] | None:
    """The first occurrence of any of these events in the cycle, from ``since`` on."""
    best = None
    for kind in kinds:
        for at in state.seen.get(kind, ()):
            if since is None or at >= since:
                if best is None or at < best[0]:
                    best = (at, kind)
                break
    return best


def _due(
    spec: ClockSpec, state: State, started: datetime, pauses: list[tuple[datetime, datetime]]
) -> tuple[datetime, bool]:
    if state.extensions:
        return spec.calendar.due_in_turn(started, clock_durations(spec, state), pauses)
    return spec.calendar.due(started, spec.within, pauses)
