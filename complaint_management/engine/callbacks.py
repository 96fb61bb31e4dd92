"""Callbacks: which plans a policy has, and which callbacks a fact of a case makes (D1, D3).

How to use
    ``plans(policy)`` gives the plans, prepared once. ``planned_by(policy, attributes, cycle, event)`` are the
    callbacks that one fact makes, ``callbacks_of_case`` those of a whole case. What comes round for a
    customer, and the periods of a sample, are in ``rounds``; who is drawn in ``sampling``; whether a contact
    is one too many in ``contacts``; when it is tried again in ``attempts``; what the answers say in
    ``statistics``.

How it works
    Each callback has a key that follows from the policy and the facts alone. With the plan, the case and its
    cycle (or the customer) it occurs once, so that a job that runs late, twice or after a crash makes none
    twice and leaves none out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from .case import Case, Event
from .contact_hours import Week, first_open, in_zone
from .duration import Duration
from .escalation import Fired
from .hours import read_week
from .matching import Condition
from .policy import Policy, PolicyError, as_list
from .rhythm import Rhythm
from .working_time import Calendar, CalendarError, instant, moment

BY_PEOPLE = frozenset({"phone", "visit", "chat"})
"""Methods for which somebody sits down; the others send something."""
CASE, CUSTOMER = "case", "customer"
EVENT, SAMPLE, ROUND = "event", "sample", "round"
_ALL = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One plan of a policy.

    :param index: its place in the policy
    :param about: ``case`` or ``customer``
    :param kind: ``event`` (a fact of the case makes the callback), ``sample`` (drawn among the cases of a
        period), ``round`` (comes again for each customer)
    :param after: the event that makes it; ``told_by``: only if the customer was told in one of these ways
    :param instead_of: plans whose callback is not made where this one is
    :param sample: the share that is drawn among the cases to which ``of`` happened, in each stratum
    :param passes: the share of satisfied answers that a sample needs
    :param within: how long from the event, the round's day or the period's end it may be made
    :param calling: the hours of the week in which customers may be called, where they are; None: any
    :param attempts: how often it is tried; None: as often as somebody likes. ``retry``: how long between two
    :param remind_after: when who has not answered a link is reminded, once; None: never
    :param keeps: what the case must wait with until the callback is over: ``closing``, ``archiving``
    :param written: the entry as compiled
    """

    index: int
    name: str
    about: str
    condition: Condition
    method: str
    role: str | None
    survey: str | None
    template: str | None
    after: str | None
    told_by: frozenset[str]
    instead_of: frozenset[str]
    every: Rhythm | None
    sample: Fraction
    of: str | None
    strata: tuple[str, ...]
    passes: Fraction | None
    within: Duration | None
    calendar: Calendar
    calling: Week | None
    attempts: int | None
    retry: Duration | None
    remind_after: Duration | None
    keeps: frozenset[str]
    written: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What makes its callbacks: event, sample or round."""
        if self.after is not None:
            return EVENT
        return SAMPLE if self.about == CASE else ROUND

    @property
    def by_people(self) -> bool:
        """Whether somebody has to do it, in open hours."""
        return self.method in BY_PEOPLE

    @property
    def dissatisfied(self) -> Mapping[str, Any]:
        """What follows for a dissatisfied customer: reopen, at_most, then, escalate, notify."""
        return (self.written.get("then") or {}).get("dissatisfied") or {}

    @property
    def unreachable(self) -> str | None:
        """What follows when nobody was reached: ``record`` or ``mail``."""
        return (self.written.get("then") or {}).get("unreachable")

    @property
    def overdue(self) -> Mapping[str, Any]:
        """What follows when it was not made in time: escalate, notify."""
        return (self.written.get("then") or {}).get("overdue") or {}

    def script(self, lang: str) -> str | None:
        """What the caller reads, in a language or in English, or in the only one there is."""
        texts = self.written.get("script") or {}
        return texts.get(lang) or texts.get("en") or next(iter(texts.values()), None)

    def contact_hours(self, zone: ZoneInfo | None) -> list[Calendar]:
        """The calendars in all of which it must be open to reach a customer in this zone."""
        hours = [self.calendar] if self.by_people else []
        if self.calling is not None:
            hours.append(in_zone(self.calling, zone or self.calendar.zone))
        return hours


@dataclass(frozen=True, slots=True)
class Planned:
    """A callback that a fact of a case makes.

    :param key: the occasion; with plan, case and cycle it is unique
    :param opens: from when on it can be made, ``due`` until when it has to be; aware UTC
    """

    plan: Plan
    key: str
    cycle: int
    opens: datetime
    due: datetime


# -- the plans of a policy -------------------------------------------------------------------------


def plans(policy: Policy) -> tuple[Plan, ...]:
    """The plans of a policy, in its order; prepared at the first question.

    :raises PolicyError: a plan that cannot be read, with its place
    """
    known = policy.prepared.get("callbacks")
    if known is None:
        known = policy.prepared["callbacks"] = tuple(_plans(policy))
    return known


def plan_named(policy: Policy, name: str) -> Plan | None:
    """A plan by name; None if this release has none of that name."""
    return next((plan for plan in plans(policy) if plan.name == name), None)


def callback_classes(policy: Policy) -> list[Mapping[str, Any]]:
    """The classes into which callers sort what customers say: name, title, ``means`` (D2)."""
    return list((policy.raw.get("callbacks") or {}).get("classes") or ())


def _plans(policy: Policy) -> Iterator[Plan]:
    hours = (policy.raw.get("privacy") or {}).get("calling_hours")
    for index, entry in enumerate((policy.raw.get("callbacks") or {}).get("plans") or ()):
        try:
            yield _plan(policy, index, entry, read_week(hours) if hours else None)
        except (KeyError, TypeError, ValueError, CalendarError) as error:
            raise PolicyError(f"$.callbacks.plans[{index}]: {error}") from error


def _plan(policy: Policy, index: int, entry: Mapping[str, Any], calling: Week | None) -> Plan:
    tries = entry.get("attempts") or {}
    calendar = policy.calendars[entry["calendar"]] if "calendar" in entry else policy.calendar
    return Plan(
        index=index, name=entry["name"], about=entry["for"], condition=policy.condition(entry),
        method=entry["method"], role=entry.get("by"), survey=entry.get("survey"),
        template=entry.get("template"), after=entry.get("after"),
        told_by=frozenset(as_list((entry.get("when") or {}).get("told_by"))),
        instead_of=frozenset(as_list(entry.get("instead_of"))),
        every=Rhythm.parse(entry["every"]) if "every" in entry else None,
        sample=_share(entry["sample"]) if "sample" in entry else _ALL, of=entry.get("of"),
        strata=tuple(as_list(entry.get("strata"))),
        passes=_share(entry["pass"]) if "pass" in entry else None,
        within=_duration(entry, "within"), calendar=calendar or Calendar.always_open(), calling=calling,
        attempts=tries.get("max"), retry=_duration(tries, "every"),
        remind_after=_duration(entry, "remind_after"), keeps=frozenset(as_list(entry.get("keeps"))),
        written=entry,
    )  # fmt: skip


def _duration(entry: Mapping[str, Any], key: str) -> Duration | None:
    return Duration.parse(entry[key]) if key in entry else None


def _share(text: str) -> Fraction:
    """``10%`` exactly, so that a tenth of 50 is 5 and not a little more."""
    return Fraction(text.rstrip("% ")) / 100


# -- what a fact makes -----------------------------------------------------------------------------


def after_event(
    plan: Plan, attributes: Mapping[str, Any], cycle: int, event: Event, told_by: str | None = None
) -> Planned | None:
    """The callback that a plan makes of a fact; None if it makes none.

    In each cycle an event makes one, however often it happens.

    :param attributes: of the case when it happened
    :param told_by: how the customer was told, if the fact itself does not say so (its ``way``)
    """
    if plan.kind != EVENT or plan.after != event.kind or not plan.condition.holds(attributes, cycle):
        return None
    if plan.told_by and (event.data.get("way") or told_by) not in plan.told_by:
        return None
    opens, due = window(plan, event.at, None, None)
    return Planned(plan, event.kind, cycle, opens, due)


def planned_by(
    policy: Policy, attributes: Mapping[str, Any], cycle: int, event: Event, told_by: str | None = None
) -> list[Planned]:
    """The callbacks that a fact makes, without those that another of them stands in for."""
    found = [after_event(plan, attributes, cycle, event, told_by) for plan in plans(policy)]
    made = [one for one in found if one is not None]
    replaced = {name for one in made for name in one.plan.instead_of}
    return [one for one in made if one.plan.name not in replaced]


def callbacks_of_case(policy: Policy, facts: Iterable[Event]) -> list[Planned]:
    """The callbacks that the facts of a case make, in their order.

    :param facts: in order of time, those of the escalation rules among them (``whole_story``)
    """
    kinds = {plan.after for plan in plans(policy)}
    made: dict[tuple[str, int, str], Planned] = {}
    for event, attributes, cycle in lived(facts):
        if event.kind in kinds:
            for one in planned_by(policy, attributes, cycle, event):
                made.setdefault((one.plan.name, cycle, one.key), one)
    return list(made.values())


def whole_story(case: Case, fired: Iterable[Fired], now: datetime) -> list[Event]:
    """The facts of a case until ``now`` with those that its escalation rules record, in order of time.

    Of a fact and a rule at the same instant the fact comes first.
    """
    facts = case.in_order(now)
    for one in fired:
        facts += one.facts(facts[-1].id + 1)
    return sorted(facts, key=lambda event: event.at)


def lived(facts: Iterable[Event]) -> Iterator[tuple[Event, Mapping[str, Any], int]]:
    """Each fact with the attributes and the cycle of the case right after it."""
    attributes: dict[str, Any] = {}
    cycle = 1
    for event in facts:
        if "set" in event.data:
            attributes = {**attributes, **event.data["set"]}
        cycle += event.kind == "reopened"
        yield event, attributes, cycle


# -- from when until when --------------------------------------------------------------------------


def window(
    plan: Plan, begin: datetime, end: datetime | None, zone: ZoneInfo | None
) -> tuple[datetime, datetime]:
    """From when until when a callback is made.

    Who calls begins when the calendar is open, what is sent goes out when customers may be called. The end is
    the plan's ``within`` from the beginning. Of a time without any open hour, as ``within: 7d`` over a week
    of holidays, the day on which it opens again is the last: a promise that nobody could keep would only make
    everybody late.

    :param end: the end of a plan without ``within``
    :param zone: where the customer is
    """
    opens = first_open(plan.calendar, begin) if plan.by_people else _hours_of_sending(plan, begin, zone)
    due = plan.calendar.after(begin, plan.within) if plan.within else end
    if due is None or due <= opens:
        due = _end_of_day(plan, opens)
    return opens, due


def _hours_of_sending(plan: Plan, begin: datetime, zone: ZoneInfo | None) -> datetime:
    hours = plan.contact_hours(zone)
    return first_open(hours[0], begin) if hours else moment(instant(begin))


def _end_of_day(plan: Plan, opens: datetime) -> datetime:
    """Close of business of the day on which it opens; for what is sent, a day later."""
    if not plan.by_people:
        return plan.calendar.after(opens, Duration(1, "d"))
    table = plan.calendar.table(opens, opens)
    return moment(next(end for end in table.closings if end > instant(opens)))
