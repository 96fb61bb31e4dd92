"""What a case's facts say about people: who held it when, who solved it, what each fact was about.

Read once in order, so that every scheme of points can ask without reading the register again. Whoever gets a
case at the very second at which something happens did not hold it yet.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from .case import CLOSING, INTERNAL, Case, Event
from .state import Clock

Person = int | str
OUTAGE, EXTENSION = "outage", "extension"
_HOLDING = frozenset({"holder_id", "holder_away", "unassigned"})
_LEAVES_OUT = {"surged": OUTAGE, "extended": EXTENSION}


class Holding(NamedTuple):
    """Who held a case from a time on.

    :param holder: as the facts call the person (``holder_id``); None for nobody
    :param away: whether the person was absent (``holder_away``)
    :param unassigned: whether nobody was assigned, so that the leader of the team holds it (``unassigned``)
    """

    at: datetime
    holder: Person | None
    away: bool
    unassigned: bool = False


class Happening(NamedTuple):
    """One fact that points can be about.

    :param kind: the event
    :param cycle: the round of handling that it is about; of a reopening the one that it ended
    :param shown: the cycle that a rule's ``match`` sees
    :param holder: who held the case until then
    :param solver: who had proposed the last solution of that round by then; without one who held the case
        when it was closed, or else holds it
    :param solved: when that was; None if it was neither proposed nor closed
    """

    kind: str
    at: datetime
    cycle: int
    shown: int
    attributes: Mapping[str, Any]
    holder: Person | None
    solver: Person | None
    solved: datetime | None
    data: Mapping[str, Any]


@dataclass(slots=True)
class CaseFacts:
    """A case prepared for counting.

    :param clocks: of all cycles, as the fold gives them (``state.clocks``)
    :param happenings: in order of time
    :param left_out: by cycle, why a scheme may leave it out (``outage``, ``extension``), since when
    """

    now: datetime
    clocks: Sequence[Clock]
    happenings: list[Happening] = field(default_factory=list)
    left_out: dict[int, dict[str, datetime]] = field(default_factory=dict)
    _holdings: list[Holding] = field(default_factory=list)
    _times: list[datetime] = field(default_factory=list)
    _attributes: list[tuple[datetime, Mapping[str, Any]]] = field(default_factory=list)

    @classmethod
    def read(cls, events: Iterable[Event], clocks: Sequence[Clock], now: datetime) -> "CaseFacts":  # pylint: disable=method-required-super
        """Read the facts of a case, in any order, up to ``now``.

        :param clocks: the clocks that these facts give, of ``replay(…).clocks`` or of the stored state
        """
        facts = cls(now, clocks)
        _Reader(facts).read(Case(tuple(events)).in_order(now))
        return facts

    def held(self, at: datetime) -> Holding | None:
        """Who held the case when something happened at ``at``: the last one who had got it before."""
        place = bisect_left(self._times, at) - 1
        return self._holdings[place] if place >= 0 else None

    def held_span(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """From when to when the one who held the case at ``at`` did so without a break; None is open."""
        place = bisect_left(self._times, at) - 1
        if place < 0:
            return None, None
        first = last = place
        holder = self._holdings[place].holder
        while first > 0 and self._holdings[first - 1].holder == holder:
            first -= 1
        while last + 1 < len(self._holdings) and self._holdings[last + 1].holder == holder:
            last += 1
        end = self._times[last + 1] if last + 1 < len(self._times) else None
        return self._times[first], end

    def attributes_at(self, at: datetime) -> Mapping[str, Any]:
        """What the case was like at an instant, the facts of that second included."""
        place = bisect_right(self._attributes, at, key=lambda pair: pair[0]) - 1
        return self._attributes[max(place, 0)][1] if self._attributes else {}

    @property
    def holder_now(self) -> Person | None:
        """Who holds the case, or held it last."""
        return self._holdings[-1].holder if self._holdings else None


class _Reader:
    """Goes through the facts and keeps what the next one needs."""

    def __init__(self, facts: CaseFacts):
        self._facts = facts
        self._attributes: Mapping[str, Any] = {}
        self._cycle, self._closed = 1, False
        self._holder: Person | None = None
        self._solution: tuple[Person | None, datetime] | None = None
        self._closing: tuple[Person | None, datetime] | None = None

    def read(self, events: Iterable[Event]) -> None:  # pylint: disable=method-required-super
        for event in events:
            kind, data, cycle = event.kind, event.data, self._cycle
            holder = self._holder
            given = data.get("set")
            if given:
                self._attributes = {**self._attributes, **given}
                self._facts._attributes.append((event.at, self._attributes))
                self._hold(event.at, given)
            if holder is None:
                holder = self._holder
            if kind in _LEAVES_OUT:
                self._facts.left_out.setdefault(cycle, {}).setdefault(_LEAVES_OUT[kind], event.at)
            if kind in INTERNAL:
                continue  # no rule can name it
            if kind in CLOSING:
                if self._closed:
                    continue  # into the archive: it was over before
                self._closed = True
                self._closing = holder, event.at
            elif kind == "solution_proposed":
                self._solution = holder, event.at
            solver, solved = self._solution or self._closing or (holder, None)
            if kind == "reopened":
                self._cycle += 1
                self._closed, self._solution, self._closing = False, None, None
            self._facts.happenings.append(
                Happening(kind, event.at, cycle, self._cycle, self._attributes, holder, solver, solved, data)
            )

    def _hold(self, at: datetime, given: Mapping[str, Any]) -> None:
        if _HOLDING.isdisjoint(given):
            return
        before = self._facts._holdings[-1] if self._facts._holdings else None
        holder = given["holder_id"] or None if "holder_id" in given else before and before.holder
        away = bool(given.get("holder_away", before.away if before and before.holder == holder else False))
        self._holder = holder
        left = before is not None and before.unassigned and "holder_id" not in given
        unassigned = bool(given.get("unassigned", left))
        self._facts._holdings.append(Holding(at, holder, away, unassigned))
        self._facts._times.append(at)
