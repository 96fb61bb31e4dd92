"""From points to a score, from a score to a grade, and what would lead to the next better one (E2, E4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

from .schemes import Grade, Scheme

_NOUGHT = Decimal(0)
_CENT = Decimal("0.01")
_PER = 100  # an average of 5 points a case reads 500: so the policy language defines it
NO_CASES, TOO_FEW = "no_cases", "min_cases"


class Countable(Protocol):
    """An entry, or a row of the ledger."""

    points: Decimal
    weight: Decimal
    flat: bool
    cases: int


@dataclass(frozen=True, slots=True)
class Next:
    """The next better grade.

    :param missing: how much score is missing
    :param points: how many points that is with the cases as they are; of a total the same as ``missing``
    """

    grade: Grade
    missing: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """What one person reached in one period.

    :param points: sum of points, each times the weight of its case
    :param flat: sum of those that are added to the score as they are
    :param weight: sum of the weights of the counted cases
    :param cases: number of counted cases
    :param score: two decimals, never above the cap; None without cases
    :param uncapped: the same without the cap
    :param grade: None if there is none; then ``why_no_grade`` is ``no_cases`` or ``min_cases``
    :param better: None if there is no better grade
    """

    points: Decimal
    flat: Decimal
    weight: Decimal
    cases: int
    score: Decimal | None
    uncapped: Decimal | None
    grade: Grade | None
    why_no_grade: str | None
    cases_missing: int
    better: Next | None


def score(scheme: Scheme, rows: Iterable[Countable]) -> Score:
    """The score of one person.

    :param rows: all entries of the person in the period, or all rows of the ledger that count in it
    """
    points = flat = weight = _NOUGHT
    cases = 0
    for row in rows:
        if row.flat:
            flat += row.points
        else:
            points += row.points * row.weight
            weight += row.weight * row.cases
        cases += row.cases
    uncapped = _score(scheme, points, flat, weight)
    found = uncapped
    if found is not None and scheme.cap is not None:
        found = min(found, scheme.cap)
    why = NO_CASES if found is None else TOO_FEW if cases < scheme.min_cases else None
    missing = max(0, scheme.min_cases - cases)
    grade = None if why else _grade(scheme, found)
    better = None if found is None else _better(scheme, found, uncapped, weight)
    return Score(points, flat, weight, cases, found, uncapped, grade, why, missing, better)


def _score(scheme: Scheme, points: Decimal, flat: Decimal, weight: Decimal) -> Decimal | None:
    if not scheme.average:
        return (points + flat).quantize(_CENT, ROUND_HALF_UP)
    if weight <= 0:
        return None
    exact = _PER * Fraction(points) / Fraction(weight) + Fraction(flat)
    return rounded(exact, _CENT)


def rounded(exact: Fraction, unit: Decimal) -> Decimal:
    """A fraction in whole units, halves away from nought.

    >>> rounded(Fraction(1, 8), Decimal("0.01"))
    Decimal('0.13')
    """
    units, rest = divmod(abs(exact) / Fraction(unit), 1)
    units += rest >= Fraction(1, 2)
    return (int(units) * unit).copy_sign(-1 if exact < 0 and units else 1)


def _grade(scheme: Scheme, reached: Decimal) -> Grade | None:
    return next((one for one in scheme.grades if one.least is None or reached >= one.least), None)


def _better(scheme: Scheme, reached: Decimal, uncapped: Decimal, weight: Decimal) -> Next | None:
    """The lowest grade above the score; one above the cap cannot be reached."""
    within = [
        one
        for one in scheme.grades
        if one.least is not None and one.least > reached and (scheme.cap is None or one.least <= scheme.cap)
    ]
    if not within:
        return None
    grade = min(within, key=lambda one: one.least)
    missing = grade.least - uncapped
    points = missing
    if scheme.average:
        exact = Fraction(missing) * Fraction(weight) / _PER
        points = rounded(exact, _CENT)
        if Fraction(points) < exact:
            points += _CENT
    return Next(grade, missing, points)
