"""The ledger of points: rows are only ever added, and their sum is always what a recount gives.

A row says in which period it counts (``period``) and to which one its fact belongs (``of_period``). They
differ where the fact became known, or was judged otherwise, after its period had been locked: then the
difference counts in the period that is open. A row is never changed; what turns out wrong is set right by a
further row with the difference, which refers to the one that it corrects.

Rows of one key are added up as they are, so it does not matter in which order facts became known, how often
the same recount ran, or where it was interrupted: once the rows of a recount are in the ledger, another one
adds nothing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from .case_facts import Person
from .periods import period_of
from .points import Entry, Key
from .schemes import Scheme

_NOUGHT = Decimal(0)


class _Bucket(NamedTuple):
    """What may be added up: rows of one key, one fact's period and one weight."""

    key: Key
    of_period: str
    weight: Decimal
    flat: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger of one case (or of the facts beside all cases) and one scheme.

    :param revision: numbers the rows of a key from 0
    :param ident: what the ledger calls the row; None for one that is not in it yet
    :param refers: the ``ident`` of the row that it corrects; None for a first row
    :param entry: what the recount says now; None where it says nothing any more
    """

    rule: str
    subject: str
    cycle: int
    holder: Person
    of_period: str
    period: str
    at: datetime
    points: Decimal
    weight: Decimal = Decimal(1)
    flat: bool = False
    cases: int = 0
    revision: int = 0
    ident: int | str | None = None
    refers: int | str | None = None
    entry: Entry | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.rule, self.subject, self.cycle, self.holder)

    @property
    def value(self) -> Decimal:
        """What it adds to the sum of points."""
        return self.points if self.flat else self.points * self.weight

    @property
    def bucket(self) -> _Bucket:
        """With what it is added up."""
        return _Bucket(self.key, self.of_period, self.weight, self.flat)


def natural_period(scheme: Scheme, at: datetime) -> str:
    """The period to which a fact belongs: that in which it happened."""
    return period_of(scheme.period, at, scheme.zone)


def counted_in(of_period: str, locked: Callable[[str], bool], open_period: str) -> str:
    """The period in which a fact counts: its own, or the open one if its own is locked.

    :param open_period: of the same sort; not locked
    """
    return open_period if locked(of_period) else of_period


def corrections(
    scheme: Scheme,
    ledger: Iterable[Row],
    entries: Iterable[Entry],
    locked: Callable[[str, Person], bool],
    open_period: str,
) -> list[Row]:
    """The rows to add so that the sum of the ledger is what the entries say.

    :param ledger: all rows of the case and scheme, in any order
    :param entries: a full recount of the case
    :param locked: whether a period is closed for a person
    :param open_period: where differences of locked periods count; not locked for anybody
    """
    sums, newest = _summed(ledger)
    wanted = {
        _Bucket(entry.key, natural_period(scheme, entry.at), entry.weight, entry.flat): entry
        for entry in entries
    }
    added: list[Row] = []
    for bucket in sorted({*sums, *wanted}, key=_place):
        points, cases = sums.get(bucket, (_NOUGHT, 0))
        entry = wanted.get(bucket)
        points = (entry.points if entry else _NOUGHT) - points
        cases = (entry.cases if entry else 0) - cases
        if points or cases:
            before = newest.get(bucket.key)
            row = _row(bucket, points, cases, entry, before, locked, open_period)
            newest[bucket.key] = row
            added.append(row)
    return added


def _summed(ledger: Iterable[Row]) -> tuple[dict[_Bucket, tuple[Decimal, int]], dict[Key, Row]]:
    """Points and cases of each bucket, and the newest row of each key."""
    sums: dict[_Bucket, tuple[Decimal, int]] = {}
    newest: dict[Key, Row] = {}
    for row in ledger:
        bucket = row.bucket
        points, cases = sums.get(bucket, (_NOUGHT, 0))
        sums[bucket] = points + row.points, cases + row.cases
        if row.key not in newest or row.revision >= newest[row.key].revision:
            newest[row.key] = row
    return sums, newest


def _row(
    bucket: _Bucket,
    points: Decimal,
    cases: int,
    entry: Entry | None,
    before: Row | None,
    locked: Callable[[str, Person], bool],
    open_period: str,
) -> Row:
    """One row with a difference; it refers to the newest one of its key that is in the ledger."""
    rule, subject, cycle, holder = bucket.key
    return Row(
        rule=rule,
        subject=subject,
        cycle=cycle,
        holder=holder,
        of_period=bucket.of_period,
        period=counted_in(bucket.of_period, lambda period: locked(period, holder), open_period),
        at=entry.at if entry else before.at,
        points=points,
        weight=bucket.weight,
        flat=bucket.flat,
        cases=cases,
        revision=before.revision + 1 if before else 0,
        refers=None if before is None else before.refers if before.ident is None else before.ident,
        entry=entry,
    )


def sums_of(rows: Iterable[Row], periods: Collection[str] | None = None) -> dict[Key, tuple[Decimal, int]]:
    """(value, cases) by key; what adds up to nothing is left out.

    :param periods: only rows that count in these
    """
    sums: dict[Key, tuple[Decimal, int]] = {}
    for row in rows:
        if periods is None or row.period in periods:
            value, cases = sums.get(row.key, (_NOUGHT, 0))
            sums[row.key] = value + row.value, cases + row.cases
    return {key: pair for key, pair in sums.items() if pair != (_NOUGHT, 0)}


def _place(bucket: _Bucket) -> tuple[str, str, int, str, str, Decimal, bool]:
    """A fixed order, whatever people are called."""
    rule, subject, cycle, holder = bucket.key
    return (rule, subject, cycle, f"{holder!r}", bucket.of_period, bucket.weight, bucket.flat)
