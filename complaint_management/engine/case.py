"""Facts: what happened to a case, and when.

A case is nothing but its events. Attributes such as the category are facts too: an event's ``set`` carries
the new values, the ``received`` event the first ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

EVENTS = frozenset(
    {
        "received",
        "acknowledged",
        "handed_over",
        "accepted_by_team",
        "investigated",
        "report_ready",
        "solution_proposed",
        "solution_approved",
        "agreed",
        "refused",
        "first_feedback",
        "carried_out",
        "result_reported",
        "communicated",
        "closed",
        "reopened",
        "withdrawn",
        "referred",
        "paused",
        "resumed",
        "extended",
        "escalated",
        "escalation_answered",
        "lowered",
        "called_back",
        "rated",
        "quality_reviewed",
        "suggestion_accepted",
        "customer_message",
        "agent_message",
        "archived",
    }
)
"""The events that a policy may name."""

INTERNAL = frozenset(
    {
        "moved",
        "classified",
        "assigned",
        "repriced",
        "promised",
        "acted",
        "decided",
        "lapsed",
        "surged",
        "anonymised",
    }
)
"""Facts of the register that no policy names: a stage without event, new attributes, an owner, a release, a
new date that the customer was told, a rule that acted without raising a level, one step of an approval, a
proposal that nobody answered in time, a surge that the case is part of, the data of people taken out of a
case."""

CLOSING = frozenset({"closed", "withdrawn", "referred"})
"""Events after which a case is over until it is reopened."""

ATTRIBUTES = frozenset(
    {
        "type",
        "channel",
        "category",
        "urgency",
        "scope",
        "complexity",
        "severity",
        "tier",
        "department",
        "team",
    }
)
"""What the ``set`` of an event may change and the ``match`` of a rule may ask for (besides ``cycle``)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact.

    :param at: when it happened; aware, whole seconds; kept in UTC
    :param kind: one of ``EVENTS`` or ``INTERNAL``
    :param data: ``set`` {attribute: value}, ``stage``, ``reason`` of a pause, ``clock`` and ``by`` (a
        duration's text) of an extension, ``clock`` and ``until`` (seconds since 1970) of a new date promised,
        ``level`` of an escalation, ``rule`` and ``subject`` of a recorded consequence, ``holder``, ``score``,
        …
    :param id: the order in the register between facts of the same second
    :raises ValueError: a naive time, a part of a second, an unknown kind
    """

    at: datetime
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)
    id: int = 0

    def __post_init__(self):
        if self.kind not in EVENTS and self.kind not in INTERNAL:
            raise ValueError(f"unknown event {self.kind!r}")
        if self.at.tzinfo is not timezone.utc:
            if self.at.tzinfo is None:
                raise ValueError(f"the time of {self.kind!r} has no zone")
            object.__setattr__(self, "at", self.at.astimezone(timezone.utc))
        if self.at.microsecond:
            raise ValueError(f"the time of {self.kind!r} is not a whole second")

    @property
    def position(self) -> tuple[datetime, int]:
        """Where the fact stands in the order of the register."""
        return (self.at, self.id)


@dataclass(frozen=True, slots=True)
class Case:
    """All facts of one case, in any order."""

    events: tuple[Event, ...] = ()

    def in_order(self, now: datetime | None = None) -> list[Event]:
        """The facts by (time, register order); with ``now`` only those that had happened by then."""
        known = self.events if now is None else [event for event in self.events if event.at <= now]
        return sorted(known, key=lambda event: (event.at, event.id))
