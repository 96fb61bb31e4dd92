"""Points: what the facts of a case give to whom, a pure function of policy and facts (E1 to E4).

How to use
    ``schemes(policy)`` once for each policy. ``CaseFacts.read(events, clocks, now)`` once for each case, then
    ``points_of_case(scheme, facts)`` for each scheme; ``flat_points`` for what belongs to no case. The ledger
    (``points_ledger``) keeps them, ``scores`` turns them into a score and a grade, ``budget`` shares the
    money, ``points_text`` says it all in words.

How it works
    A rule waits for one sort of thing. A missed clock is charged to exactly one person, who held the case
    when it ran out; if nobody did, or that person was away, nobody pays and a note says so. The same where
    nobody was assigned and the leader of the team only held it until somebody is. A rating, a
    callback, a review and a closing are about whoever solved the case, a review that names somebody else
    about that one; a reopening about the one who had solved it before. Of several ratings of one round the
    last one counts, of callbacks the last of each plan, of reviews the last of each sample.

    Each round that ends with ``closed`` counts as one case of the one who solved it, by an entry of its own
    (``COUNTED``). Points never count as a case: so a plus never lowers a score and a minus never raises it.
    A case of weight 2 counts like two cases, in points and in number: hard cases neither pay nor cost.

    A point is as severe as the case was at that moment, and belongs to the moment of its fact. A missed
    clock weighs no more than the case did when the clock began: a case that is raised because it is late
    does not cost more for that.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from .case_facts import CaseFacts, Happening, Holding, Person
from .points import (
    ABSENCE,
    COUNTED,
    DISPUTED,
    NOBODY,
    UNASSIGNED,
    CasePoints,
    Entry,
    Key,
    Note,
    StaffFact,
)
from .policy import STAGES
from .schemes import (
    ASSIGNEE,
    CALLBACK,
    CLOSING,
    HOLDER,
    KEPT,
    MISSED,
    QUALITY,
    RATING,
    PointRule,
    Scheme,
    schemes,
)
from .state import Clock
from .working_time import instant

__all__ = [
    "COUNTED",
    "CaseFacts",
    "CasePoints",
    "Entry",
    "Key",
    "Note",
    "StaffFact",
    "flat_points",
    "points_of_case",
    "schemes",
]

_NOUGHT, _ONE = Decimal(0), Decimal(1)
_LASTING = {"rated": RATING, "called_back": CALLBACK, "quality_reviewed": QUALITY}
_SORTED_BY = {"called_back": "plan", "quality_reviewed": "sample"}


def points_of_case(scheme: Scheme, facts: CaseFacts, disputed: Collection[Key] = ()) -> CasePoints:
    """The points of a case under a scheme, for whomever it means.

    :param disputed: what is taken out for an objection. To dispute the counted case takes out all of its
        round for that person
    """
    counting = _Counting(scheme, facts, frozenset(disputed))
    for occasion in _occasions(scheme, facts):
        counting.count(*occasion)
    counting.clocks()
    return counting.result()


def flat_points(scheme: Scheme, staff_facts: Iterable[StaffFact]) -> list[Entry]:
    """Points for what belongs to no case; only rules without a condition on cases can mean it."""
    found = []
    for fact in staff_facts:
        for rule in scheme.by_event.get(fact.kind, ()):
            if not rule.condition.match and not rule.condition.unless:
                entry = Entry(rule.name, fact.subject, 1, fact.holder, fact.at, rule.points, flat=True)
                found.append(entry)
    return sorted(found, key=_order)


def _order(entry: Entry) -> tuple[datetime, str, str]:
    return (entry.at, entry.rule, entry.subject)


def _occasions(
    scheme: Scheme, facts: CaseFacts
) -> Iterator[tuple[Happening, Sequence[PointRule], str, bool]]:
    """(fact, the rules that wait for it, its subject, whether it counts the case); of what may be said again
    the last word only."""
    lasting: dict[tuple[str, str, int], Happening] = {}
    seen: dict[str, int] = {}
    for one in facts.happenings:
        kind = one.kind
        rules = scheme.by_event.get(kind)
        if rules:
            yield one, rules, _subject(one, seen), False
        if kind == "closed":
            yield one, scheme.by_occasion.get(CLOSING, ()), kind, True
        elif kind in _LASTING and _says_something(one):
            sort = one.data.get(_SORTED_BY.get(kind, ""))
            lasting[kind, f"{kind}:{sort}" if sort else kind, one.cycle] = one
    for (kind, subject, _cycle), one in lasting.items():
        yield one, scheme.by_occasion.get(_LASTING[kind], ()), subject, False


def _subject(one: Happening, seen: dict[str, int]) -> str:
    """A name that stays when facts before it come to be known: what happens once in a round needs no time."""
    if one.kind in ("received", "closed", "reopened"):
        return one.kind
    name = f"{one.kind}@{one.at:%Y%m%dT%H%M%SZ}"
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}~{seen[name]}"


def _says_something(one: Happening) -> bool:
    return one.data.get("score" if one.kind == "rated" else "result") is not None


class _Point(NamedTuple):
    """What a rule, or the count of cases (``rule`` None), makes of a fact or a clock."""

    rule: PointRule | None
    subject: str
    cycle: int
    person: Person | None
    at: datetime
    attributes: Mapping[str, Any]
    source: Happening | Clock

    @property
    def name(self) -> str:
        """What the entry is called."""
        return self.rule.name if self.rule else COUNTED

    @property
    def flat(self) -> bool:
        """Whether it belongs to no case."""
        return self.rule is not None and self.rule.flat


class _Counting:
    """The points of one case under one scheme."""

    def __init__(self, scheme: Scheme, facts: CaseFacts, disputed: frozenset[Key]):
        self._scheme, self._facts, self._disputed = scheme, facts, disputed
        self._entries: list[Entry] = []
        self._notes: list[Note] = []
        self._left_out = {
            cycle: min((at, why) for why, at in whys.items() if why in scheme.exclude)
            for cycle, whys in facts.left_out.items()
            if not scheme.exclude.isdisjoint(whys)
        }
        self._ran_out = [
            (clock, due, facts.held(due))
            for clock in facts.clocks
            if (due := _ran_out(clock, facts.now)) is not None
        ]
        self._missed = self._count_missed()

    def _count_missed(self) -> dict[tuple[int, Person | None], int]:
        """How many clocks of the service level each person missed in each round; what is not charged to a
        person, because they were away, were not assigned or objected to it, they did not miss."""
        missed: dict[tuple[int, Person | None], int] = {}
        objected = {(subject, cycle, person) for _rule, subject, cycle, person in self._disputed}
        for clock, _due, held in self._ran_out:
            if clock.measure_only or clock.sla == STAGES:
                continue
            whose = clock.cycle, held and held.holder
            if self._excuse(held) is None and (clock.name, *whose) not in objected:
                missed[whose] = missed.get(whose, 0) + 1
        return missed

    def count(self, one: Happening, rules: Sequence[PointRule], subject: str, counts: bool) -> None:
        """The points for one fact."""
        for rule in rules:
            if rule.condition.holds(one.attributes, one.shown) and self._fits(rule, one):
                person = self._person(rule, one)
                self._add(_Point(rule, subject, one.cycle, person, one.at, one.attributes, one))
        if counts:
            self._add(_Point(None, subject, one.cycle, one.solver, one.at, one.attributes, one))

    def clocks(self) -> None:
        """The points for clocks that ran out or were kept."""
        missed = self._scheme.by_occasion.get(MISSED, ())
        if missed:
            for clock, due, held in self._ran_out:
                self._clock(missed, clock, due, held)
        kept = self._scheme.by_occasion.get(KEPT, ())
        if kept:
            for clock in self._facts.clocks:
                if clock.state == "met" and clock.ended_at is not None:
                    self._clock(kept, clock, clock.ended_at, self._facts.held(clock.ended_at))

    def _clock(self, rules: Iterable[PointRule], clock: Clock, at: datetime, held: Holding | None) -> None:
        """Charge a clock to the one who held the case when it ran out, or was kept."""
        wanting = [
            rule
            for rule in rules
            if rule.clocks.wants(clock.name) and (rule.clocks.clocks is not None or not clock.measure_only)
        ]
        if not wanting:
            return
        attributes = self._facts.attributes_at(at)
        for rule in wanting:
            if not rule.condition.holds(attributes, clock.cycle):
                continue
            person = held and held.holder
            if rule.charged_to == ASSIGNEE:
                person = self._facts.holder_now
            elif rule.charged_to != HOLDER:
                person = self._solver_at(at, clock.cycle) or person
            weighed = self._lighter(attributes, clock) if rule.points < 0 else attributes
            point = _Point(rule, clock.name, clock.cycle, person, at, weighed, clock)
            excuse = self._excuse(held) if rule.charged_to == HOLDER and rule.points < 0 else None
            if person is not None and excuse is not None:
                self._note(point, excuse)
            else:
                self._add(point)

    def _lighter(self, attributes: Mapping[str, Any], clock: Clock) -> Mapping[str, Any]:
        """What the case was like for the weight of a missed clock: as it was when the clock began, if that
        weighs less."""
        began = self._facts.attributes_at(clock.started_at).get("severity")
        weight = self._scheme.weight_of
        if began is None or weight(began) >= weight(attributes.get("severity")):
            return attributes
        return {**attributes, "severity": began}

    def _excuse(self, held: Holding | None) -> str | None:
        """Why whoever held the case does not pay, where the scheme minds: absent, or not assigned at all."""
        if held is None:
            return None
        if held.away and ABSENCE in self._scheme.exclude:
            return ABSENCE
        return UNASSIGNED if held.unassigned and UNASSIGNED in self._scheme.exclude else None

    def _solver_at(self, at: datetime, cycle: int) -> Person | None:
        before = [one for one in self._facts.happenings if one.at <= at and one.cycle == cycle and one.solved]
        return before[-1].solver if before else None

    def _fits(self, rule: PointRule, one: Happening) -> bool:
        """Whether what the rule asks for beside its occasion holds."""
        if rule.first_contact is not None:
            settled = one.cycle == 1 and one.data.get("stage") in self._scheme.first_contact_stages
            if settled != rule.first_contact:
                return False
        if rule.breaches is not None:
            person = self._person(rule, one)
            if self._missed.get((one.cycle, person), 0) != rule.breaches:
                return False
        if rule.wanted is None:
            return True
        if isinstance(rule.wanted, str):
            return one.data.get("result") == rule.wanted
        return one.data.get("score") in rule.wanted

    def _person(self, rule: PointRule, one: Happening) -> Person | None:
        reviewed = one.data.get("holder_id") if one.kind == "quality_reviewed" else None
        if reviewed is not None and "charged_to" not in rule.written:
            return reviewed
        if rule.charged_to == HOLDER:
            return one.holder
        return self._facts.holder_now if rule.charged_to == ASSIGNEE else one.solver

    def _add(self, one: _Point) -> None:
        """One entry, unless the round is left out, the point disputed, or there is nobody to get it."""
        if one.cycle in self._left_out and not one.flat:
            return
        if one.person is None:
            self._note(one, NOBODY)
        elif self._is_disputed(one):
            self._note(one, DISPUTED)
        else:
            self._entries.append(self._entry(one))

    def _entry(self, one: _Point) -> Entry:
        severity, rule = one.attributes.get("severity"), one.rule
        detail = _detail(self._facts, one.source)
        for key in ("severity", "category"):
            if one.attributes.get(key) is not None:
                detail[key] = one.attributes[key]
        return Entry(
            rule=one.name,
            subject=one.subject,
            cycle=one.cycle,
            holder=one.person,
            at=one.at,
            points=rule.points if rule else _NOUGHT,
            weight=_ONE if one.flat else self._scheme.weight_of(severity),
            flat=one.flat,
            cases=0 if rule else 1,
            detail=detail,
        )

    def _is_disputed(self, one: _Point) -> bool:
        if not self._disputed:
            return False
        whole = (COUNTED, "closed", one.cycle, one.person) in self._disputed and not one.flat
        return whole or (one.name, one.subject, one.cycle, one.person) in self._disputed

    def _note(self, one: _Point, why: str) -> None:
        points = one.rule.points if one.rule else _NOUGHT
        self._notes.append(Note(one.name, one.subject, one.cycle, one.person, one.at, points, why))

    def result(self) -> CasePoints:
        """The entries in order, those beyond the limit of a rule cut."""
        entries = sorted(self._entries, key=_order)
        if any(rule.limit is not None for rule in self._scheme.rules):
            entries = list(_within_limits(self._scheme, entries))
        left_out = [
            Note("", "", cycle, None, at, _NOUGHT, why) for cycle, (at, why) in self._left_out.items()
        ]
        return CasePoints(tuple(entries), (*left_out, *self._notes))


def _within_limits(scheme: Scheme, entries: list[Entry]) -> Iterator[Entry]:
    """Of one rule, person and case no more than its limit; what came first counts first."""
    limits = {rule.name: rule.limit for rule in scheme.rules if rule.limit is not None}
    left: dict[tuple[str, Person], Decimal] = {}
    for entry in entries:
        limit = limits.get(entry.rule)
        if limit is None:
            yield entry
            continue
        rest = left.get((entry.rule, entry.holder), limit)
        size = min(abs(entry.points), rest)
        left[entry.rule, entry.holder] = rest - size
        if size == abs(entry.points):
            yield entry
        else:
            points = size.copy_sign(entry.points)
            yield Entry(
                entry.rule, entry.subject, entry.cycle, entry.holder, entry.at, points, entry.weight,
                entry.flat, entry.cases, True, entry.detail,
            )  # fmt: skip


def _ran_out(clock: Clock, now: datetime) -> datetime | None:
    """When a clock was missed; None if it was not, or not yet."""
    if clock.state == "breached" or clock.late(now):
        return clock.due_at
    return None


def _detail(facts: CaseFacts, source: Happening | Clock) -> dict[str, Any]:
    """What the explanation needs: names of the policy, and times as seconds since 1970."""
    if isinstance(source, Happening):
        detail = {key: source.data[key] for key in ("score", "plan", "sample", "stage") if key in source.data}
        if source.solved is not None:
            detail["solved"] = instant(source.solved)
        return detail
    since, until = facts.held_span(source.due_at or source.ended_at)
    times = {"due": source.due_at, "ended": source.ended_at, "since": since, "until": until}
    return {
        "sla": source.sla,
        "within": source.within,
        **{name: instant(time) for name, time in times.items() if time is not None},
    }
