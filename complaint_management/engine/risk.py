"""How far a clock has gone: the share of its limit that is used, and from which share on the policy warns."""

from datetime import datetime

from .clocks import Clock, State, clock_pauses
from .policy import Policy, as_list

# What a customer can notice. A promise to the customer is a deadline of one of these, never one of an
# internal step (C10).
NOTICED = frozenset(
    {"first_feedback", "solution_proposed", "agreed", "carried_out", "communicated", "closed"}
)


def share_used(policy: Policy, state: State, clock: Clock, now: datetime) -> float | None:
    """The used share of a running clock at ``now`` (aware UTC), 1.0 at its deadline; None where there is
    nothing to measure.

    The share is one of the time that the clock counts: open time for bh and bd, else elapsed time, pauses
    left out."""
    spec = policy.clock_spec(clock.sla, clock.name)
    if spec is None or clock.due_at is None:
        return None
    pauses, _open_since = clock_pauses(spec, state, clock.started_at, None)
    unit, calendar = spec.within.unit, spec.calendar
    total = calendar.counted(unit, clock.started_at, clock.due_at, pauses)
    return calendar.counted(unit, clock.started_at, now, pauses) / total if total else None


def warning_share(policy: Policy, clock: str) -> float | None:
    """The lowest share below the whole at which an escalation rule looks at this clock; None if none warns
    before the deadline."""
    shares = []
    for rule in (policy.raw.get("escalation") or {}).get("rules") or ():
        when = rule.get("when") or {}
        at = str(when.get("at") or "")
        if at.endswith("%") and {clock, "any"} & set(as_list(when.get("clock"))):
            shares.append(float(at[:-1]) / 100)
    return min((share for share in shares if share < 1), default=None)


def promise(policy: Policy, state: State) -> Clock | None:
    """The running clock that says by when the customer hears from us next; None if no such clock runs."""
    running = [clock for clock in state.clocks if clock.state == "running" and not clock.measure_only]
    noticed = [clock for clock in running if _noticed(policy, clock)]
    return min(noticed, key=lambda clock: (_told(state, clock), clock.name), default=None)


def next_promise(policy: Policy, state: State) -> datetime | None:
    """By when the customer hears from us next: what they were told last, never earlier than the clock says.

    A new date given before a deadline is missed holds until its clock ends (B14)."""
    clock = promise(policy, state)
    return clock and _told(state, clock)


def _told(state: State, clock: Clock) -> datetime:
    if clock.cycle != state.cycle:
        return clock.due_at
    return max(clock.due_at, state.promised.get(clock.name, clock.due_at))


def _noticed(policy: Policy, clock: Clock) -> bool:
    spec = policy.clock_spec(clock.sla, clock.name)
    return spec is not None and not NOTICED.isdisjoint(spec.ends)
