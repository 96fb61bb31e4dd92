"""Which tier a customer belongs to: the first whose bounds the customer's figures fit (A8).

A measure is named after what is counted and over how long: ``spend_12_months``, ``complaints_90_days``. What
was counted comes in as an argument; here nothing is counted and nobody is asked for the time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .matching import Range

MEASURES = frozenset({"spend", "complaints", "reopenings"})
"""What can be counted of a customer."""

_NAME = re.compile(r"([a-z]+(?:_[a-z]+)*)_([1-9][0-9]{0,3})_(days|months|years)", re.ASCII)
_MONTHS = {"months": 1, "years": 12}
_LAST_DAY_OF_ALL = 28


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted, and over how many days, months or years back from now.

    >>> Measure.parse("spend_12_months")
    Measure(name='spend_12_months', what='spend', number=12, unit='months')
    """

    name: str
    what: str
    number: int
    unit: str

    @classmethod
    def parse(cls, name: str) -> "Measure":
        """Read a measure's name.

        :raises ValueError: nothing that can be counted, or no time
        """
        found = _NAME.fullmatch(name)
        if found is None or found[1] not in MEASURES:
            raise ValueError(f"{name!r} is no measure such as spend_12_months")
        return cls(name, found[1], int(found[2]), found[3])

    def since(self, now: datetime) -> datetime:
        """From when on is counted. The 31st of a month counts back to the last day of a shorter one."""
        if self.unit == "days":
            return now - timedelta(days=self.number)
        months = now.year * 12 + now.month - 1 - self.number * _MONTHS[self.unit]
        year, month = divmod(months, 12)
        for day in range(now.day, _LAST_DAY_OF_ALL - 1, -1):
            try:
                return now.replace(year=year, month=month + 1, day=day)
            except ValueError:
                continue
        return now.replace(year=year, month=month + 1)


def measures(tiers: Iterable[Mapping[str, Any]]) -> list[Measure]:
    """Every measure that the tiers of a policy ask for, each once, in the order of the policy."""
    names = dict.fromkeys(name for tier in tiers for name in tier.get("when") or ())
    return [Measure.parse(name) for name in names]


def tier_of(tiers: Iterable[Mapping[str, Any]], figures: Mapping[str, float]) -> str | None:
    """The name of the first tier that fits; None if none does.

    :param tiers: as the policy lists them
    :param figures: measure -> number; what is not there counts as nothing
    """
    for tier in tiers:
        bounds = tier.get("when") or {}
        if all(figures.get(name, 0) in Range.load(bound) for name, bound in bounds.items()):
            return tier["name"]
    return None
