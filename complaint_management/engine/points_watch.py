"""Whether a scheme can be played: does it pay to avoid hard cases, or to close early? (E4)

For people who judge a scheme before and while it is used; nothing is decided by it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from .points import Entry

_NOUGHT = Decimal(0)
_LEAST = 3  # two points always lie on a line, so that their correlation says nothing


@dataclass(frozen=True, slots=True)
class Part:
    """The cases of one severity or category.

    :param points: the sum of their points, weighted; what is flat is no case's
    :param cases: how many were counted
    :param weight: for how many cases they count
    :param point_share: of all points that were given; None where none were
    :param case_share: of the weight of all cases
    :param average: points per weighted case; None without cases
    """

    points: Decimal
    cases: int
    weight: Decimal
    point_share: float | None
    case_share: float | None
    average: Decimal | None


def spread(entries: Iterable[Entry], by: str) -> dict[str, Part]:
    """Points and cases by ``severity`` or ``category``. Where the average of a part is far from the others,
    it pays to seek or to avoid its cases.

    :param by: what the ``detail`` of the entries is asked for; without it they are under ""
    """
    points: Counter[str] = Counter()
    given: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for entry in entries:
        if entry.flat:
            continue
        name = entry.detail.get(by) or ""
        points[name] += entry.value
        given[name] += max(entry.value, _NOUGHT)
        weights[name] += entry.weight * entry.cases
        cases[name] += entry.cases
    all_given, all_weight = sum(given.values()), sum(weights.values())
    return {
        name: Part(
            points=Decimal(points[name]),
            cases=cases[name],
            weight=Decimal(weights[name]),
            point_share=float(given[name] / all_given) if all_given else None,
            case_share=float(weights[name] / all_weight) if all_weight else None,
            average=Decimal(points[name]) / weights[name] if weights[name] else None,
        )
        for name in sorted(points)
    }


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """How far two figures of the same people go together (Pearson): 1 always, 0 not at all, -1 opposite.

    Such as each person's score and the share of their cases that was reopened: near 1, it pays to close
    early.

    :return: None for fewer than three pairs, or where one of the figures is the same for all
    """
    if len(pairs) < _LEAST:
        return None
    means = [sum(values) / len(pairs) for values in zip(*pairs, strict=True)]
    offsets = [(one - means[0], other - means[1]) for one, other in pairs]
    squares = [sum(values * values for values in column) for column in zip(*offsets, strict=True)]
    size = sqrt(squares[0]) * sqrt(squares[1])
    if not size:
        return None
    return max(-1.0, min(1.0, sum(one * other for one, other in offsets) / size))
