"""How the clocks of many cases ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..engine.case import Case
from ..engine.clocks import Clock, State, clock_pauses
from ..engine.policy import Policy
from ..engine.replay import replay


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

    def share(self, part: float) -> float | None:
        """The share of the limit that this part of the ended clocks stayed within: 0.5 is the median."""
        if not self.shares:
            return None
        ranked = sorted(self.shares)
        place = part * (len(ranked) - 1)
        low = int(place)
        high = min(low + 1, len(ranked) - 1)
        return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


@dataclass(slots=True)
class Statistics:
    """All clocks in the order of the policy; ``unmatched`` cases have no service level."""

    clocks: list[ClockCount]
    cases: int = 0
    unmatched: int = 0


def gather(policy: Policy, cases: Iterable[Case], now: datetime) -> Iterator[Statistics]:
    """Replay the cases until ``now``; yields the growing statistics after each, and once before."""
    counts = {
        (sla.name, spec.name): ClockCount(sla.name, spec.name, spec.within.text)
        for sla in policy.sla
        for spec in sla.clocks
    }
    result = Statistics(list(counts.values()))
    yield result
    for case in cases:
        state = replay(policy, case, now)
        result.cases += 1
        result.unmatched += state.sla is None
        for clock in state.clocks:
            _count(counts[clock.sla, clock.name], policy, state, clock, now)
        yield result


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
