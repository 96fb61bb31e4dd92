"""How often a customer is contacted: one cap over surveys, callbacks and samples together (D6).

What counts is a contact that reached the customer: a call that was answered, a message that was sent. The cap
is asked twice: when contacts are planned (``within_cap``), and again at the moment when one is made
(``allowed``), because a planned call may be made days later. So it holds whatever was planned.

Who comes first when not all may be made: the callback about a case of the customer's own, then a sample, then
regular contact; of the same rank the earlier one, then the smaller id.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from .callbacks import EVENT, ROUND, SAMPLE
from .duration import Duration, DurationError
from .policy import Policy, PolicyError
from .working_time import Calendar

RANKS = {EVENT: 0, SAMPLE: 1, ROUND: 2}
"""The rank of a plan's kind: the smaller goes first."""


@dataclass(frozen=True, slots=True)
class Cap:
    """So many ``contacts`` in any time as long as ``per``. A contact counts until ``per`` is over."""

    contacts: int
    per: Duration
    calendar: Calendar

    def free_from(self, contact: datetime) -> datetime:
        """When a contact stops to count."""
        return self.calendar.after(contact, self.per)


class Wish(NamedTuple):
    """A contact that somebody would like to make. ``rank``: of its plan, from ``RANKS``."""

    id: Hashable
    at: datetime
    rank: int


def cap_of(policy: Policy) -> Cap | None:
    """The cap of a policy; None if it has none.

    :raises PolicyError: a time that cannot be read
    """
    written = (policy.raw.get("callbacks") or {}).get("contact_cap")
    if not written:
        return None
    try:
        per = Duration.parse(written["per"])
        return Cap(int(written["contacts"]), per, policy.calendar or Calendar.always_open())
    except (KeyError, ValueError, DurationError) as error:
        raise PolicyError(f"$.callbacks.contact_cap: {error}") from error


def allowed(contacts: Iterable[datetime], cap: Cap | None, at: datetime) -> bool:
    """Whether one more contact at ``at`` leaves every time as long as the cap's with no more than it allows.

    :param contacts: those made, and those that are certain to be made later; in any order
    """
    if cap is None:
        return True
    times = sorted((*contacts, at))
    return all(
        later >= cap.free_from(first) or not first <= at <= later
        for first, later in zip(times, times[cap.contacts :], strict=False)
    )


def first_allowed(
    contacts: Iterable[datetime], cap: Cap | None, at: datetime, until: datetime | None = None
) -> datetime | None:
    """The first instant from ``at`` on at which one more contact is allowed; None if there is none until
    ``until``."""
    known = list(contacts)
    if cap is None:
        return at
    # only when an earlier contact stops to count can one more become possible
    freed = sorted(moment for moment in map(cap.free_from, known) if moment > at)
    found = next((moment for moment in (at, *freed) if allowed(known, cap, moment)), None)
    return None if found is None or (until is not None and found > until) else found


def within_cap(
    wishes: Iterable[Wish], made: Iterable[datetime], cap: Cap | None
) -> tuple[list[Hashable], list[Hashable]]:
    """Which of the contacts that one customer is to have may be made.

    :param made: the contacts that were made already, by whatever way
    :return: the ids that may, and those that are one too many, both in the order of their rank
    """
    times, kept, refused = list(made), [], []
    for wish in sorted(wishes, key=lambda one: (one.rank, one.at, str(one.id))):
        if allowed(times, cap, wish.at):
            times.append(wish.at)
            kept.append(wish.id)
        else:
            refused.append(wish.id)
    return kept, refused
