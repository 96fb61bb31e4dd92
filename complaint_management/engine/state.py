"""The state of a case after some facts: small, and stored as JSON between two facts."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from .rules import base_name
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
    ``moments`` remembers when rules act on it; whatever moves them makes a new clock.
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
    moments: dict[int, datetime] = field(default_factory=dict, compare=False, repr=False)

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


class Waiting(NamedTuple):
    """A rule whose occasion has come and that has not acted yet."""

    rule: str
    subject: str
    at: datetime
    cycle: int
    revision: int


@dataclass(slots=True)
class Ladder:
    """What the escalation rules have done and have to do.

    ``unanswered``: (level, since when, subject that raised it). ``done``: (rule, subject, revision) in this
    cycle. ``past``: how often each event happened in earlier cycles. ``revisions``: by clock, those above 0.
    ``quiet_until`` spares the next fact a look at what may have been missed before it; it is not stored.
    """

    level: str | None = None
    unanswered: list[tuple[str, datetime, str]] = field(default_factory=list)
    done: set[tuple[str, str, int]] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    past: dict[str, int] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    quiet_until: datetime | None = field(default=None, compare=False)

    def revision(self, subject: str) -> int:
        """How often a clock got a new deadline in this cycle."""
        return self.revisions.get(subject, 0)

    def has_acted(self, rule: str, subject: str, revision: int | None = None) -> bool:
        """Whether a rule has acted on a subject in this cycle, in its newest revision unless another one is
        asked for."""
        wanted = self.revisions.get(subject, 0) if revision is None else revision
        return (rule, subject, wanted) in self.done

    def wait(self, one: Waiting) -> None:
        """Remember what has to act, once."""
        if not any((*one[:2], *one[3:]) == (*known[:2], *known[3:]) for known in self.waiting):
            self.waiting.append(one)

    def reopen(self, seen: dict[str, list[datetime]]) -> None:
        """A new cycle begins; ``seen`` are the events of the one that ends."""
        for kind, times in seen.items():
            self.past[kind] = self.past.get(kind, 0) + len(times)
        self.level, self.unanswered, self.done, self.revisions = None, [], set(), {}

    def to_data(self) -> dict[str, Any]:
        """As JSON data; what is empty is left out."""
        full = {
            "level": self.level,
            "unanswered": [[level, instant(since), subject] for level, since, subject in self.unanswered],
            "done": sorted(self.done),
            "waiting": [[*one[:2], instant(one.at), *one[3:]] for one in self.waiting],
            "past": self.past,
            "revisions": self.revisions,
        }
        return {name: value for name, value in full.items() if value}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Ladder":
        """The opposite of ``to_data``."""
        return cls(
            data.get("level"),
            [(level, moment(since), subject) for level, since, subject in data.get("unanswered", ())],
            {(rule, subject, revision) for rule, subject, revision in data.get("done", ())},
            [
                Waiting(rule, subject, moment(at), cycle, revision)
                for rule, subject, at, cycle, revision in data.get("waiting", ())
            ],
            dict(data.get("past", {})),
            dict(data.get("revisions", {})),
        )


@dataclass(slots=True)
class State:
    """Everything that the next fact needs to know about the earlier ones.

    ``seen``, ``pauses`` and ``extensions`` are those of the current cycle; ``clocks`` those of all cycles,
    the earlier ones frozen. ``promised``: the new date that the customer was told, by clock; it moves no
    deadline. ``last`` is the position of the newest folded fact. ``stored``: the rows of the clocks as they
    were when the state was read, to tell which ones facts have changed since.
    """

    cycle: int = 1
    attributes: dict[str, Any] = field(default_factory=dict)
    stage: str | None = None
    sla: str | None = None
    seen: dict[str, list[datetime]] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)
    promised: dict[str, datetime] = field(default_factory=dict)
    closed_at: datetime | None = None
    last: tuple[datetime, int] | None = None
    clocks: list[Clock] = field(default_factory=list)
    ladder: Ladder = field(default_factory=Ladder)
    stored: dict[tuple[int, str], list[Any]] = field(default_factory=dict, compare=False, repr=False)

    def clock(self, name: str, cycle: int | None = None) -> Clock | None:
        """A clock by name, of the current cycle unless another one is asked for.

        Of one that has run several times in the cycle, the last run."""
        wanted = self.cycle if cycle is None else cycle
        runs = (one for one in reversed(self.clocks) if name in (one.name, base_name(one.name)))
        return next((one for one in runs if one.cycle == wanted), None)

    def packed(self) -> tuple[str, list[Clock]]:
        """The state as JSON, and the clocks that facts have changed since it was read."""
        rows = [clock.to_row() for clock in self.clocks]
        changed = [
            clock
            for clock, row in zip(self.clocks, rows, strict=True)
            if self.stored.get((clock.cycle, clock.name)) != row
        ]
        return self._to_json(rows), changed

    def to_json(self) -> str:
        """Compact JSON, the same text for the same state; times are seconds since 1970."""
        return self._to_json([clock.to_row() for clock in self.clocks])

    def _to_json(self, rows: list[list[Any]]) -> str:
        # a case without a new date is stored as it always was
        promised = {"promised": {name: instant(at) for name, at in self.promised.items()}}
        return _COMPACT(
            {
                **(promised if self.promised else {}),
                "ladder": self.ladder.to_data(),
                "cycle": self.cycle,
                "attributes": self.attributes,
                "stage": self.stage,
                "sla": self.sla,
                "seen": {kind: [instant(at) for at in times] for kind, times in self.seen.items()},
                "pauses": [[one.reason, instant(one.start), _seconds(one.end)] for one in self.pauses],
                "extensions": self.extensions,
                "closed": _seconds(self.closed_at),
                "last": [instant(self.last[0]), self.last[1]] if self.last else None,
                "clocks": rows,
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
            promised={name: moment(at) for name, at in data.get("promised", {}).items()},
            closed_at=_moment(data["closed"]),
            last=(moment(last[0]), last[1]) if last else None,
            clocks=[Clock.from_row(row) for row in data["clocks"]],
            ladder=Ladder.from_data(data.get("ladder", {})),
            stored={(row[2], row[0]): row for row in data["clocks"]},
        )


def clocks_from_json(stored: str | bytes) -> list[Clock]:
    """The clocks of a stored state alone, for those who need nothing else of it."""
    return [Clock.from_row(row) for row in json.loads(stored)["clocks"]]


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else instant(time)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)
