"""What counting gives: points that somebody gets, cases that count, and notes about what nobody gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from .case_facts import Person

COUNTED = "#case"
"""Instead of a rule: the entry that counts one handled case. No rule can have that name."""
DISPUTED, ABSENCE, UNASSIGNED, NOBODY = "disputed", "absence", "unassigned", "nobody"

Key = tuple[str, str, int, Person | None]
"""(rule, subject, cycle, person): what an entry is about, unique within a case and a scheme."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Points that one person gets, or one case that counts for the person.

    :param rule: the rule's name, or ``COUNTED``
    :param subject: the clock, the event, the plan: what the rule acted on
    :param cycle: the round of handling that it is about
    :param holder: the person, as the facts call them
    :param at: when it happened; decides the period
    :param points: as the policy writes them, or less where the limit of the case is reached
    :param weight: how many cases the case counted for at that moment
    :param flat: added to the score as it is
    :param cases: 1 for a counted case, else 0
    :param cut: whether the limit of the case took some of it
    :param detail: codes and numbers for its explanation, as JSON data
    """

    rule: str
    subject: str
    cycle: int
    holder: Person
    at: datetime
    points: Decimal
    weight: Decimal = Decimal(1)
    flat: bool = False
    cases: int = 0
    cut: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.rule, self.subject, self.cycle, self.holder)

    @property
    def value(self) -> Decimal:
        """What it adds to the sum of points."""
        return self.points if self.flat else self.points * self.weight


class Note(NamedTuple):
    """Points that nobody gets.

    :param rule: empty where a whole round is left out
    :param why: nobody, absence, unassigned, disputed, outage, extension
    """

    rule: str
    subject: str
    cycle: int
    holder: Person | None
    at: datetime
    points: Decimal
    why: str


class CasePoints(NamedTuple):
    """``entries`` in order of time; ``notes``: what was left out, and why."""

    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]


class StaffFact(NamedTuple):
    """Something that a person did beside all cases, such as an accepted suggestion.

    :param subject: unique among the facts of its kind, such as ``suggestion:17``
    """

    kind: str
    at: datetime
    holder: Person
    subject: str
