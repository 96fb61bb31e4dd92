"""Whether a case went the way that the policy gives it (F5): where one of its cycles departed from it.

Nothing is taken for a fault that the policy lets happen. A step counts as skipped only if every way of the
stages (``next``, and ``match`` of who may enter) from where the cycle began to where it ended leads through
it: what is settled on the spot or withdrawn went a shorter way and skipped nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .case import CLOSING, Case, Event
from .duration import Duration
from .matching import Range
from .policy import Policy, Stage, as_list
from .saved_by_pauses import saved_by_pauses
from .state import Clock
from .working_time import Calendar

WAYS = ("skipped_step", "wrong_stage", "missing_entry", "moved_back", "saved_by_pause")
"""What is judged when a cycle is over; at most one departure of each."""

MOMENTS = ("unapproved", "unanswered_escalation", "changed_after_closing")
"""What is dated by its own time."""

# What a stage may require and facts say: name -> key of the attributes.
KNOWN = {
    "category": "category",
    "severity": "severity",
    "urgency": "urgency",
    "scope": "scope",
    "complexity": "complexity",
    "channel": "channel",
    "team": "team_id",
}
# What may well happen to a closed case, or is no change of what was decided about it.
AFTERWARDS = frozenset(
    {
        "archived",
        "called_back",
        "rated",
        "quality_reviewed",
        "suggestion_accepted",
        "customer_message",
        "agent_message",
        "acted",
        "escalated",
        "escalation_answered",
        "lowered",
        "reopened",
        "repriced",
        "surged",
        "lapsed",
        "anonymised",
    }
)


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which a cycle departed from the policy.

    :param what: one of ``WAYS`` or ``MOMENTS``
    :param at: what it is dated by: of ``WAYS`` the end of the cycle
    :param about: names of stages, of what was missing (``stage/entry``), of clocks, of a level, of facts
    :param share: of ``saved_by_pause``: the greatest share of a clock's time in which it stood still
    :param fact: the register's number of the fact that it was seen in; 0 if there is none
    """

    what: str
    cycle: int
    at: datetime
    about: tuple[str, ...]
    times: int = 1
    share: float | None = None
    fact: int = 0


def departures(
    policy: Policy,
    clocks: Sequence[Clock],
    events: Iterable[Event],
    now: datetime,
    recorded: Mapping[int, datetime] | None = None,
) -> list[Departure]:
    """Where the cycles of a case departed from the policy, in order of the cycles.

    :param clocks: of all cycles, as the fold gives them (``state.clocks``)
    :param events: all facts of the case, in any order; those after ``now`` are left out
    :param recorded: when facts were recorded that were so later than they happened, by their number
    """
    found: list[Departure] = []
    for cycle in _cycles(policy, Case(tuple(events)).in_order(now)):
        cycle.clocks = [clock for clock in clocks if clock.cycle == cycle.number and not clock.measure_only]
        found += cycle.found(now, recorded or {})
    return found


def required_steps(
    policy: Policy, begin: str, end: str, attributes: Mapping[str, Any], cycle: int = 1
) -> list[str]:
    """The stages that every way from ``begin`` to ``end`` leads through, both left out, in the policy's
    order; none if no way leads there."""

    def leads(without: str | None) -> bool:
        seen, ahead = {begin}, [begin]
        while ahead:
            stage = policy.stages.get(ahead.pop())
            for name in stage.next if stage else ():
                if name == end:
                    return True
                if name not in seen and name != without and name in fitting:
                    seen.add(name)
                    ahead.append(name)
        return False

    fitting = {name for name, stage in policy.stages.items() if _is_meant(policy, stage, attributes, cycle)}
    if begin == end or not leads(None):
        return []
    return [name for name in policy.stages if name not in (begin, end) and not leads(name)]


def _is_meant(policy: Policy, stage: Stage, attributes: Mapping[str, Any], cycle: int) -> bool:
    return policy.condition(stage.written).holds(attributes, cycle)


# -- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stage that was entered: by which fact, from where, and what the case was like then."""

    event: Event
    stage: Stage
    before: str | None
    attributes: Mapping[str, Any]


@dataclass(slots=True)
class _Cycle:
    """The facts of one cycle while they are read."""

    policy: Policy
    number: int
    stage: str | None
    attributes: dict[str, Any]
    begin: str | None = None
    events: list[Event] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)
    closing: Event | None = None
    at_closing: Mapping[str, Any] = field(default_factory=dict)
    after: list[Event] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def take(self, event: Event) -> None:
        self.attributes = {**self.attributes, **(event.data.get("set") or {})}
        entered = event.data.get("stage")
        if self.closing is not None:
            self.after.append(event)
            self.stage = entered or self.stage
            return
        self.events.append(event)
        if entered and (entered != self.stage or len(self.events) == 1):
            stage = self.policy.stages.get(entered)
            if stage is not None and len(self.events) > 1:
                self.entries.append(_Entry(event, stage, self.stage, self.attributes))
            self.stage = entered
        if len(self.events) == 1:
            self.begin = self.stage
        if event.kind in CLOSING:
            self.closing, self.at_closing = event, self.attributes

    def found(self, now: datetime, recorded: Mapping[int, datetime]) -> Iterator[Departure]:
        if self.closing is not None:
            for what, about, times, share in self._ways():
                if about:
                    yield Departure(what, self.number, self.closing.at, tuple(about), times, share)
        yield from self._unapproved()
        yield from self._unanswered(now)
        yield from self._changed(recorded)

    # -- when it is over

    def _ways(self) -> Iterator[tuple[str, Sequence[str], int, float | None]]:
        """(what, about what, how often, share) of each way of departing; about nothing if it did not."""
        skipped = self._skipped()
        yield "skipped_step", skipped, len(skipped), None
        wrong = [
            one.stage.name
            for one in self.entries
            if not _is_meant(self.policy, one.stage, one.attributes, self.number)
        ]
        yield "wrong_stage", wrong, len(wrong), None
        missing = [f"{one.stage.name}/{name}" for one in self.entries for name in _missing(one)]
        yield "missing_entry", missing, len(missing), None
        back = self._back()
        yield "moved_back", list(dict.fromkeys(back)), len(back), None
        saved = saved_by_pauses(self.policy, self.clocks, self.events)
        yield "saved_by_pause", list(saved), len(saved), max(saved.values(), default=None)

    def _skipped(self) -> list[str]:
        """The steps that could not be left out on the way to where it ended, and neither the stage was
        entered nor what it stands for happened."""
        if self.begin is None or self.stage is None:
            return []
        entered = {one.stage.name for one in self.entries}
        happened = {event.kind for event in self.events}
        steps = required_steps(self.policy, self.begin, self._end(), self.at_closing, self.number)
        return [
            name for name in steps if name not in entered and self.policy.stages[name].event not in happened
        ]

    def _end(self) -> str:
        """The stage in which it was closed; what is withdrawn without a move ends where it stands."""
        return self.closing.data.get("stage") or (self.entries[-1].stage.name if self.entries else self.begin)

    def _back(self) -> list[str]:
        """The stages that were entered again, or from one that stands behind them in the policy."""
        order = {name: place for place, name in enumerate(self.policy.stages)}
        return [
            one.stage.name
            for one in self.entries
            if one.before in order and order[one.stage.name] < order[one.before]
        ]

    # -- at any time

    def _unapproved(self) -> Iterator[Departure]:
        """Stages that were entered without the approval that they need, which steps of it fit the case."""
        approvals = {one["name"]: one for one in self.policy.raw.get("approvals") or ()}
        since = None
        for one in self.entries:
            entry = approvals.get(one.stage.written.get("approval") or "")
            if entry is None:
                continue
            given = any(
                event.kind == "solution_approved" and (since is None or since < event.position)
                for event in self.events
                if event.position <= one.event.position
            )
            if not given and any(self._asks(step, one) for step in entry.get("steps") or ()):
                at, fact = one.event.at, one.event.id
                yield Departure("unapproved", self.number, at, (one.stage.name,), fact=fact)
            since = one.event.position

    def _asks(self, step: Mapping[str, Any], one: _Entry) -> bool:
        amount = (step.get("when") or {}).get("amount")
        if amount and (one.event.data.get("amount") or 0) not in Range.load(amount):
            return False
        return self.policy.condition(step).holds(one.attributes, self.number)

    def _unanswered(self, now: datetime) -> Iterator[Departure]:
        """Escalations that nobody answered within the time that the policy gives to their level."""
        given = unanswered_times(self.policy)
        order = {level: place for place, level in enumerate(self.policy.levels)}
        raised = [event for event in self.events if event.kind == "escalated" and given]
        for event in raised:
            level = event.data.get("level")
            if level not in given:
                continue
            within, calendar = given[level]
            due, _provisional = calendar.due(event.at, within)
            answered = next((one.at for one in self._answers(event, order)), None)
            if (answered or now) > due or (answered is None and now == due):
                yield Departure("unanswered_escalation", self.number, event.at, (level,), fact=event.id)

    def _answers(self, raised: Event, order: Mapping[str, int]) -> Iterator[Event]:
        """The facts after an escalation that settle it."""
        rank = order.get(raised.data.get("level"), -1)
        for event in self.events:
            named = order.get(event.data.get("level"))
            settles = {
                "escalation_answered": named is None or named >= rank,
                "lowered": named is None or named < rank,
                **dict.fromkeys(CLOSING, True),
            }
            if event.position > raised.position and settles.get(event.kind):
                yield event

    def _changed(self, recorded: Mapping[int, datetime]) -> Iterator[Departure]:
        """What was changed in a closed case, or entered as if it had been before: one for each day."""
        if self.closing is None:
            return
        known = recorded.get(self.closing.id, self.closing.at)
        late = [
            event
            for event in self.events
            if event is not self.closing and recorded.get(event.id, event.at) > known
        ]
        days: dict[Any, list[Event]] = {}
        for event in (*late, *self.after):
            if _is_change(event, self.at_closing):
                days.setdefault(max(event.at, recorded.get(event.id, event.at)).date(), []).append(event)
        for _day, events in sorted(days.items()):
            at = min(max(event.at, recorded.get(event.id, event.at)) for event in events)
            kinds = tuple(dict.fromkeys(event.kind for event in events))
            yield Departure("changed_after_closing", self.number, at, kinds, len(events), fact=events[0].id)


def _cycles(policy: Policy, events: Sequence[Event]) -> Iterator[_Cycle]:
    first = next(iter(policy.stages), None)
    current = _Cycle(policy, 1, first, {})
    for event in events:
        if event.kind == "reopened" and current.events:
            yield current
            current = _Cycle(policy, current.number + 1, current.stage, current.attributes)
        current.take(event)
    if current.events:
        yield current


def unanswered_times(policy: Policy) -> dict[str, tuple[Duration, Calendar]]:
    """{level: (how soon it has to be answered, on which calendar)}: the shortest time of the rules that act
    when nobody answers."""
    found: dict[str, tuple[Duration, Calendar]] = {}
    for rule in (policy.raw.get("escalation") or {}).get("rules") or ():
        when = rule["when"]
        if "unanswered" not in when:
            continue
        calendar = policy.calendars.get(rule.get("calendar")) or policy.calendar or Calendar.always_open()
        within = Duration.parse(when["unanswered"])
        for level in as_list(when["level"]):
            known = found.get(level)
            if known is None or within.seconds < known[0].seconds:
                found[level] = (within, calendar)
    return found


def _missing(one: _Entry) -> list[str]:
    """What the stage requires, facts say, and the case had not when it was entered."""
    wanted = as_list(one.stage.written.get("require"))
    lacks = [name for name in wanted if name in KNOWN and not one.attributes.get(KNOWN[name])]
    nobody = not one.attributes.get("holder_id") or one.attributes.get("unassigned")
    return [*lacks, "user"] if "user" in wanted and nobody else lacks


def _is_change(event: Event, closed: Mapping[str, Any]) -> bool:
    """Whether a fact changes what was decided. A rule that acts does not, nor does a customer's tier, nor a
    new leader of the team of a case that nobody was assigned to when it was closed."""
    if event.kind in AFTERWARDS or "rule" in event.data:
        return False
    given = event.data.get("set") or {}
    if event.kind == "assigned" and given.get("unassigned") and closed.get("unassigned"):
        return False
    return event.kind != "classified" or bool(set(given) - {"tier"})
