"""The state of a case after some facts: small, and stored as JSON between two facts."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .working_time import instant, moment

_COMPACT = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode


@dataclass(slots=True)
class Pause:
    """A time in which the case waited for something; ``end`` is None while it still does."""

    reason: str
    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Clock:
    """One time limit of one case in one cycle.

    ``within`` is the limit as the policy writes it. ``state`` is running, paused, met, breached or
    cancelled. A running clock past ``due_at`` is late, not breached: ask ``late(now)``. ``due_at`` is None
    while paused. ``ended_by`` is the kind of the event that ended it, or reclassified, repriced, reopened.
    """

    name: str
    sla: str
    cycle: int
    within: str
    state: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None = None
    ended_by: str | None = None
    paused_since: datetime | None = None
    statutory: bool = False
    measure_only: bool = False
    provisional: bool = False

    @property
    def open(self) -> bool:
        """Running or paused."""
        return self.state in ("running", "paused")

    def late(self, now: datetime) -> bool:
        """Whether the limit is over and the clock still runs; at ``due_at`` itself it is not."""
        return self.state == "running" and self.due_at < now

    def end(self, at: datetime, by: str, state: str) -> None:
        """End an open clock."""
        self.ended_at, self.ended_by, self.state = at, by, state
        self.paused_since = None

    def to_row(self) -> list[Any]:
        """As a JSON list."""
        flags = self.statutory | self.measure_only << 1 | self.provisional << 2
        return [
            self.name, self.sla, self.cycle, self.within, self.state, flags, instant(self.started_at),
            _seconds(self.due_at), _seconds(self.ended_at), self.ended_by, _seconds(self.paused_since),
        ]  # fmt: skip

    @classmethod
    def from_row(cls, row: list[Any]) -> "Clock":
        """The opposite of ``to_row``."""
        name, sla, cycle, within, state, flags, started, due, ended, ended_by, paused = row
        return cls(
            name, sla, cycle, within, state, moment(started), _moment(due), _moment(ended), ended_by,
            _moment(paused), bool(flags & 1), bool(flags & 2), bool(flags & 4),
        )  # fmt: skip


@dataclass(slots=True)
class State:
    """Everything that the next fact needs to know about the earlier ones.

    ``seen``, ``pauses`` and ``extensions`` are those of the current cycle; ``clocks`` those of all cycles,
    the earlier ones frozen. ``last`` is the position of the newest folded fact.
    """

    cycle: int = 1
    attributes: dict[str, Any] = field(default_factory=dict)
    stage: str | None = None
    sla: str | None = None
    seen: dict[str, list[datetime]] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)
    closed_at: datetime | None = None
    last: tuple[datetime, int] | None = None
    clocks: list[Clock] = field(default_factory=list)

    def clock(self, name: str, cycle: int | None = None) -> Clock | None:
        """A clock by name, of the current cycle unless another one is asked for."""
        wanted = self.cycle if cycle is None else cycle
        return next((one for one in self.clocks if one.name == name and one.cycle == wanted), None)

    def to_json(self) -> str:
        """Compact JSON, the same text for the same state; times are seconds since 1970."""
        return _COMPACT(
            {
                "cycle": self.cycle,
                "attributes": self.attributes,
                "stage": self.stage,
                "sla": self.sla,
                "seen": {kind: [instant(at) for at in times] for kind, times in self.seen.items()},
                "pauses": [[one.reason, instant(one.start), _seconds(one.end)] for one in self.pauses],
                "extensions": self.extensions,
                "closed": _seconds(self.closed_at),
                "last": [instant(self.last[0]), self.last[1]] if self.last else None,
                "clocks": [clock.to_row() for clock in self.clocks],
            }
        )

    @classmethod
    def from_json(cls, stored: str | bytes | dict[str, Any]) -> "State":
        """The opposite of ``to_json``; takes the text or what it parses to."""
        data = json.loads(stored) if isinstance(stored, (str, bytes)) else stored
        last = data["last"]
        return cls(
            cycle=data["cycle"],
            attributes=dict(data["attributes"]),
            stage=data["stage"],
            sla=data["sla"],
            seen={kind: [moment(at) for at in times] for kind, times in data["seen"].items()},
            pauses=[Pause(reason, moment(start), _moment(end)) for reason, start, end in data["pauses"]],
            extensions=[(clock, by) for clock, by in data["extensions"]],
            closed_at=_moment(data["closed"]),
            last=(moment(last[0]), last[1]) if last else None,
            clocks=[Clock.from_row(row) for row in data["clocks"]],
        )


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else instant(time)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)
