"""Random samples that are fair and can be drawn again (D1, D4, F6).

How it works
    Of each stratum (such as category and team) its share is drawn, by largest remainder: the shares are
    rounded down, and what is missing to the whole goes to the strata that lost most. So each stratum is less
    than one case away from its exact share, and the whole is the share of all, rounded up.

    Chance is the hash of a seed and a case, so a draw depends neither on the order of the cases nor on the
    version of a random generator, and whoever has the seed can draw again and gets the same. The seed comes
    from company, plan and period: nobody can choose it.

    Nobody is drawn twice. Where a customer is the only one left in one stratum but was drawn in another, the
    other stratum takes somebody else, as far as it can.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor

Member = tuple[Hashable, Hashable, Hashable | None]
"""A case: (id, stratum, person). A case without a person is nobody else's."""
_Lot = tuple[str, Hashable, Hashable]  # (lot, id, person)


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many ``members`` a stratum has, how many were to be ``wanted`` and were ``drawn``. Fewer were drawn
    where its members have too few different customers, or too many of them are barred."""

    members: int
    wanted: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample: the ids in the order of chance, and the strata."""

    chosen: tuple[Hashable, ...]
    strata: Mapping[Hashable, Stratum]


def seed_of(company: object, plan: str, period: str) -> str:
    """The seed of a draw. The same for the same company, plan and period, whenever it is drawn.

    >>> seed_of(1, "monthly-sample", "2026-03") == seed_of(1, "monthly-sample", "2026-03")
    True
    """
    return sha256(f"{company}\n{plan}\n{period}".encode()).hexdigest()


def sample_size(share: Fraction, members: int) -> int:
    """How many of so many are drawn: their share, rounded up.

    >>> sample_size(Fraction(10, 100), 41)
    5
    """
    return ceil(share * members)


def draw(members: Iterable[Member], share: Fraction, seed: str, barred: Collection[Hashable] = ()) -> Drawn:
    """Draw a stratified sample.

    :param members: the cases of the period, in any order, each once
    :param barred: ids that count for the size of their stratum but cannot be drawn: drawn in an earlier
        period, or their customers must not be called
    """
    lots: dict[Hashable, list[_Lot]] = {}
    sizes: dict[Hashable, int] = {}
    out = frozenset(barred)
    for id_, stratum, person in members:
        sizes[stratum] = sizes.get(stratum, 0) + 1
        if id_ not in out:
            who = ("nobody", id_) if person is None else ("person", person)
            lots.setdefault(stratum, []).append((_lot(seed, id_), id_, who))
    wanted = _wanted(sizes, share, seed)
    drawn = _Draw({stratum: sorted(one) for stratum, one in lots.items()}, wanted).chosen()
    chosen = sorted(lot for one in drawn.values() for lot in one)
    strata = {
        stratum: Stratum(sizes[stratum], wanted[stratum], len(drawn.get(stratum, ())))
        for stratum in sorted(sizes, key=str)
    }
    return Drawn(tuple(id_ for _hash, id_, _person in chosen), strata)


def _lot(seed: str, what: Hashable) -> str:
    return sha256(f"{seed}\n{what!r}".encode()).hexdigest()


def _wanted(sizes: Mapping[Hashable, int], share: Fraction, seed: str) -> dict[Hashable, int]:
    """How many of each stratum: largest remainder; of equal remainders the lot decides."""
    exact = {stratum: share * size for stratum, size in sizes.items()}
    wanted = {stratum: floor(one) for stratum, one in exact.items()}
    left = sample_size(share, sum(sizes.values())) - sum(wanted.values())
    by_rest = sorted(exact, key=lambda one: (wanted[one] - exact[one], _lot(seed, one)))
    for stratum in by_rest[:left]:
        wanted[stratum] += 1
    return wanted


@dataclass(slots=True)
class _Draw:
    """Gives each stratum as many different persons as it wants, if that is possible at all.

    A matching by augmenting paths: a person that a stratum needs may be taken over from another stratum that
    finds somebody else.
    """

    lots: Mapping[Hashable, Sequence[_Lot]]
    wanted: Mapping[Hashable, int]
    taken: dict[Hashable, tuple[Hashable, _Lot]] = field(default_factory=dict)

    def chosen(self) -> dict[Hashable, list[_Lot]]:
        """The members of each stratum that are drawn."""
        for stratum in sorted(self.lots, key=str):
            missing = self.wanted[stratum] - self._take_free(stratum)
            while missing > 0 and self._find(stratum):
                missing -= 1
        found: dict[Hashable, list[_Lot]] = {}
        for stratum, lot in self.taken.values():
            found.setdefault(stratum, []).append(lot)
        return found

    def _take_free(self, stratum: Hashable) -> int:
        """Take the first lots whose persons are free."""
        number = 0
        for lot in self.lots[stratum]:
            if number == self.wanted[stratum]:
                break
            if lot[2] not in self.taken:
                self.taken[lot[2]] = (stratum, lot)
                number += 1
        return number

    def _find(self, stratum: Hashable) -> bool:
        """Find one more person for a stratum, if need be by asking other strata for theirs, which ask others
        in turn."""
        asked_by: dict[Hashable, tuple[Hashable, _Lot] | None] = {stratum: None}
        queue = [stratum]
        for one in queue:
            for lot in self.lots[one]:
                owner = self.taken.get(lot[2])
                if owner is None:
                    self._hand_on(one, lot, asked_by)
                    return True
                if owner[0] not in asked_by:
                    asked_by[owner[0]] = (one, lot)
                    queue.append(owner[0])
        return False

    def _hand_on(
        self, one: Hashable, lot: _Lot, asked_by: Mapping[Hashable, tuple[Hashable, _Lot] | None]
    ) -> None:
        """Give a free person to the stratum that found it, its own to the one that asked, and so on."""
        self.taken[lot[2]] = (one, lot)
        while (asked := asked_by[one]) is not None:
            one, lot = asked
            self.taken[lot[2]] = (one, lot)
