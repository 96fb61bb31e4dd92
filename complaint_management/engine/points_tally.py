"""Points by rule and person, over cases: what policy tests, simulations and previews show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from .case_facts import CaseFacts, Person
from .incentives import points_of_case
from .points import NOBODY, CasePoints
from .schemes import Scheme
from .scores import Score, score

NO_ONE = ""
"""Instead of a person: points that nobody gets or loses, because nobody held the case."""


class _Sum(NamedTuple):
    """The entries of one person with the same weight."""

    points: Decimal
    weight: Decimal
    flat: bool
    cases: int


@dataclass(slots=True)
class Totals:
    """Points of many cases.

    :param rules: (scheme, rule, person) -> points, before the weight of the case
    """

    rules: Counter[tuple[str, str, Person]] = field(default_factory=Counter)
    _sums: dict[tuple[str, Person, Decimal, bool], tuple[Decimal, int]] = field(default_factory=dict)

    def take(self, scheme: Scheme, counted: CasePoints) -> None:
        """Add the points of a case."""
        for entry in counted.entries:
            if not entry.cases:
                self.rules[scheme.name, entry.rule, entry.holder] += entry.points
            self._add((scheme.name, entry.holder, entry.weight, entry.flat), entry.points, entry.cases)
        for note in counted.notes:
            if note.why == NOBODY and note.points:
                self.rules[scheme.name, note.rule, NO_ONE] += note.points

    def add(self, other: "Totals") -> None:
        """Add the cases of another part."""
        self.rules.update(other.rules)
        for key, (points, cases) in other._sums.items():
            self._add(key, points, cases)

    def _add(self, key: tuple[str, Person, Decimal, bool], points: Decimal, cases: int) -> None:
        before, number = self._sums.get(key, (Decimal(0), 0))
        self._sums[key] = before + points, number + cases

    def of_rule(self, scheme: str, rule: str) -> dict[Person, Decimal]:
        """What a rule gave to whom; what adds up to nothing is left out."""
        return {
            person: points
            for (one, name, person), points in self.rules.items()
            if (one, name) == (scheme, rule) and points
        }

    def people(self, scheme: str) -> list[Person]:
        """Who got or lost points, or had a case, by name or number."""
        found = {person for one, person, _weight, _flat in self._sums if one == scheme}
        return sorted(found, key=lambda person: (str(type(person)), person))

    def score_of(self, scheme: Scheme, person: Person) -> Score:
        """The score of a person over all of these cases, as if they were one period."""
        rows = [
            _Sum(points, weight, flat, cases)
            for (one, who, weight, flat), (points, cases) in self._sums.items()
            if (one, who) == (scheme.name, person)
        ]
        return score(scheme, rows)


def totals_of(schemes: Iterable[Scheme], cases: Iterable[CaseFacts]) -> Totals:
    """The points of some cases under some schemes."""
    found, schemes = Totals(), tuple(schemes)
    for facts in cases:
        for scheme in schemes:
            found.take(scheme, points_of_case(scheme, facts))
    return found
