"""What can be counted about a case: one entry for each of its cycles, read off its facts.

Dashboards, reports and exports count these entries and nothing else, so that a figure means the same
everywhere. All times here are elapsed time, whatever calendars the clocks count on; a cycle that is not over
is measured up to ``now``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .case import CLOSING, Case, Event
from .policy import Policy
from .state import Clock, State
from .whose_time import OURS, waits_after

NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class StageTime:
    """A time in which a case stood in one stage with one team, whole seconds.

    :param team: what the facts call the team (``team_id``), None if they name none
    :param holder: the same of the person
    :param time: of all stretches of the cycle in this stage with this team and person together
    :param ours: the part of it that was our own, not the customer's or somebody else's
    :param times: how often the stage was entered there
    """

    stage: str | None
    team: int | str | None
    holder: int | str | None
    time: timedelta
    ours: timedelta
    times: int


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """One cycle of a case.

    :param began: the receipt, or the reopening
    :param ended: when it was closed, withdrawn or referred; None while it is open
    :param ended_by: ``closed``, ``withdrawn``, ``referred`` or None
    :param reached: the first time of each kind of fact in the cycle
    :param attributes: as they were at the end of the cycle, ids of team and person (``team_id``,
        ``holder_id``) included
    :param ours, waited: our own time, and the time spent waiting, by reason
    :param clocks: the clocks of the cycle that hold somebody to something (not those only measured)
    :param reopened: whether another cycle followed
    :param first_contact: closed in a stage that the policy calls a settlement at the first contact
    :param score, nps: the last rating in the cycle, on the policy's scale, and the last recommendation
    :param level: the highest escalation level reached
    """

    cycle: int
    began: datetime
    ended: datetime | None
    ended_by: str | None
    reached: Mapping[str, datetime]
    attributes: Mapping[str, Any]
    ours: timedelta
    waited: Mapping[str, timedelta]
    stages: tuple[StageTime, ...]
    clocks: tuple[Clock, ...]
    reopened: bool
    first_contact: bool
    handovers: int
    escalations: int
    level: str | None
    score: float | None
    nps: float | None

    def after(self, kind: str) -> timedelta | None:
        """How long after the beginning a kind of fact first happened; None if it did not."""
        at = self.reached.get(kind)
        return None if at is None else at - self.began

    def missed(self, now: datetime) -> tuple[Clock, ...]:
        """The clocks that were not kept, those that are late at ``now`` included."""
        return tuple(clock for clock in self.clocks if clock.state == "breached" or clock.late(now))

    def on_time(self, now: datetime) -> bool | None:
        """Whether every clock was kept; None as long as one of them may still be missed, or without any."""
        if self.missed(now):
            return False
        judged = [clock for clock in self.clocks if clock.state != "cancelled"]
        return None if not judged or any(clock.open for clock in judged) else True


def cycles(policy: Policy, state: State, events: Iterable[Event], now: datetime) -> list[CycleFacts]:
    """The cycles of a case, the first one first.

    :param policy: the release the case is pinned to now; it says which stages settle at the first contact
    :param state: the case at ``now``, which has the clocks of all cycles
    :param events: all facts of the case, in any order; those after ``now`` are left out
    """
    found: list[_Cycle] = []
    current = _Cycle(1)
    for event in Case(tuple(events)).in_order(now):
        if not found:
            found.append(current)
        elif event.kind == "reopened":
            current.pass_time(event.at)
            current = current.follow()
            found.append(current)
        current.take(event)
    if found:
        current.pass_time(now)
    return [one.facts(policy, state, last=one is current) for one in found]


@dataclass(slots=True)
class _Cycle:
    """A cycle while its facts are read."""

    number: int
    began: datetime | None = None
    since: datetime | None = None
    ended: datetime | None = None
    ended_by: str | None = None
    stage: str | None = None
    closing_stage: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    reached: dict[str, datetime] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    spent: dict[str, timedelta] = field(default_factory=dict)
    stages: dict[tuple, list] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    levels: list[str] = field(default_factory=list)
    score: float | None = None
    nps: float | None = None

    def follow(self) -> "_Cycle":
        """The next cycle: the case keeps its attributes and waits for nothing."""
        return _Cycle(self.number + 1, stage=self.stage, attributes=dict(self.attributes))

    def take(self, event: Event) -> None:
        """The next fact of the cycle."""
        if self.began is None:
            self.began = self.since = event.at
        self.pass_time(event.at)
        data = event.data
        self.reached.setdefault(event.kind, event.at)
        self.counts[event.kind] = self.counts.get(event.kind, 0) + 1
        self.attributes.update(data.get("set") or {})
        entered = data.get("stage")
        if entered and entered != self.stage:
            self.stage = entered
            self._stay()[2] += 1
        elif event.at == self.began and not self.stages:
            self._stay()[2] += 1
        if event.kind in CLOSING and self.ended is None:
            self.ended, self.ended_by, self.closing_stage = event.at, event.kind, self.stage
        if event.kind == "escalated" and data.get("level"):
            self.levels.append(data["level"])
        self.score = data.get("score", self.score) if event.kind == "rated" else self.score
        self.nps = data.get("nps", self.nps) if event.kind == "rated" else self.nps
        waits_after(self.waiting, event)

    def pass_time(self, until: datetime) -> None:
        """The time since the last fact goes to whoever it belongs to; a closed case spends none."""
        if self.since is None or self.ended is not None or until <= self.since:
            self.since = until
            return
        owner, spent = (self.waiting or [OURS])[0], until - self.since
        self.spent[owner] = self.spent.get(owner, NONE) + spent
        stay = self._stay()
        stay[0] += spent
        stay[1] += spent if owner == OURS else NONE
        self.since = until

    def _stay(self) -> list:
        """[time, our own time, how often entered] of where the case is now."""
        place = (self.stage, self.attributes.get("team_id"), self.attributes.get("holder_id"))
        return self.stages.setdefault(place, [NONE, NONE, 0])

    def facts(self, policy: Policy, state: State, last: bool) -> CycleFacts:
        """What was read, as it is handed out."""
        stage = policy.stages.get(self.closing_stage) if self.ended_by == "closed" else None
        waited = {reason: spent for reason, spent in self.spent.items() if reason != OURS}
        return CycleFacts(
            cycle=self.number,
            began=self.began,
            ended=self.ended,
            ended_by=self.ended_by,
            reached=self.reached,
            attributes=self.attributes,
            ours=self.spent.get(OURS, NONE),
            waited=waited,
            stages=tuple(StageTime(*place, *stay) for place, stay in self.stages.items()),
            clocks=_held_to(state.clocks, self.number),
            reopened=not last,
            first_contact=bool(stage and stage.written.get("first_contact")),
            handovers=self.counts.get("handed_over", 0),
            escalations=self.counts.get("escalated", 0),
            level=max(self.levels, key=_rank(policy), default=None),
            score=self.score,
            nps=self.nps,
        )


def _held_to(clocks: Sequence[Clock], cycle: int) -> tuple[Clock, ...]:
    return tuple(clock for clock in clocks if clock.cycle == cycle and not clock.measure_only)


def _rank(policy: Policy):
    order = {level: rank for rank, level in enumerate(policy.levels)}
    return lambda level: order.get(level, -1)
