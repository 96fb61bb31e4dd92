"""Who complains, and what it costs (F1): bands of customers, and the cost of their cases.

What a case costs is what the customer got and the work of our people. Nobody writes down how long people
work on a case. So the policy says which part of the time that a case is with us is work, and what an hour of
it costs; without these two the cost is the redress alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Costs:
    """What a case costs besides its redress.

    :param hour: what an hour of work costs, in the currency of the figures
    :param worked: the part of our own time, 0 to 1, in which somebody works on the case
    """

    hour: float = 0.0
    worked: float = 0.0

    @classmethod
    def load(cls, entry: Mapping[str, Any]) -> "Costs":
        """Read the entry of a policy.

        >>> Costs.load({"hour_costs": 40, "worked": "5%"})
        Costs(hour=40.0, worked=0.05)
        >>> Costs.load({}).of_work(100)
        0.0
        """
        worked = float(Fraction(str(entry.get("worked", "0%")).rstrip("%")) / 100)
        return cls(float(entry.get("hour_costs", 0)), worked)

    def of_work(self, hours: float) -> float:
        """What our work costs in cases that were with us for so many hours."""
        return hours * self.worked * self.hour

    def of(self, sums: Mapping[str, float]) -> float:
        """Redress and work together, of the sums of some cycles.

        >>> Costs(40.0, 0.05).of({"redress": 12.5, "own_hours": 30.0})
        72.5
        """
        return sums.get("redress", 0.0) + self.of_work(sums.get("own_hours", 0.0))


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers from ``low`` on and below ``high``; None is no bound."""

    low: float | None
    high: float | None

    def __contains__(self, number: float) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number < self.high)


def bands(limits: Sequence[float]) -> list[Band]:
    """The bands between some limits, the lowest first; none without a limit.

    >>> [(band.low, band.high) for band in bands([2, 5])]
    [(None, 2), (2, 5), (5, None)]
    """
    if not limits:
        return []
    edges = [None, *limits, None]
    return [Band(low, high) for low, high in zip(edges, edges[1:], strict=False)]
