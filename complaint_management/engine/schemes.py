"""Schemes of points, prepared: whose points are counted, what gives them, what keeps it fair (E1 to E4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from .duration import Duration
from .matching import Condition, Range
from .policy import Policy, PolicyError, as_list
from .rules import ClockTrigger, base_name
from .working_time import Calendar

HOLDER, SOLVER, ASSIGNEE = "holder", "solver", "assignee"
MISSED, KEPT, CLOSING, RATING, CALLBACK, QUALITY = (
    "clock missed", "clock kept", "closing", "rating", "callback", "quality",
)  # fmt: skip
EVENT = "event "
"""Before the name of an event: what a rule waits for when it names one."""
_FORMS = {"event": EVENT, "clock": MISSED, "rating": RATING, "callback": CALLBACK, "quality": QUALITY}
_AT_CLOSING = frozenset({"closed", "breaches", "first_contact"})
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class PointRule:
    """One rule of a scheme.

    :param occasions: what it waits for, one of the constants above or ``event …``
    :param charged_to: holder, solver or assignee
    :param limit: most points for one person and case; None without a limit
    :param breaches: how many clocks that person must have missed in the round; None: any number
    :param first_contact: whether it must (or must not) have been settled at the first contact; None: either
    :param wanted: the rating that fits, or how the callback or review must have ended
    """

    name: str
    occasions: tuple[str, ...]
    condition: Condition
    points: Decimal
    charged_to: str
    limit: Decimal | None
    flat: bool
    written: Mapping[str, Any]
    clocks: ClockTrigger | None = None
    breaches: int | None = None
    first_contact: bool | None = None
    wanted: Range | str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """``least``: the smallest score, None for what is left; ``reward`` in the currency of the pack."""

    name: str
    least: Decimal | None
    reward: Decimal
    badge: bool
    consequence: str | None
    course: str | None
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of points.

    :param period: week, month, quarter or year; a fact belongs to the period in which it happened
    :param zone: of the pack's calendar; periods begin at its midnight
    :param average: points per weighted case, times 100; else the total
    :param weights: how many cases one of a severity counts for; 1 where nothing is said
    :param exclude: outage, extension, disputed, absence, unassigned
    :param object_within: how long staff may object; None: they may not
    :param review_by: the role that reviews the statements; None: whoever leads the person
    :param objections_by: the role that decides about objections; None: those who approve
    """

    name: str
    period: str
    zone: tzinfo
    average: bool
    rules: tuple[PointRule, ...]
    grades: tuple[Grade, ...]
    weights: Mapping[str, Decimal]
    min_cases: int
    cap: Decimal | None
    exclude: frozenset[str]
    budget: Decimal | None
    currency: str | None
    approval: str | None
    object_within: Duration | None
    review_by: str | None
    objections_by: str | None
    leaderboard: bool
    first_contact_stages: frozenset[str]
    written: Mapping[str, Any]
    policy: Policy = field(repr=False, compare=False)
    by_occasion: Mapping[str, tuple[PointRule, ...]] = field(repr=False, compare=False, default_factory=dict)
    by_event: Mapping[str, tuple[PointRule, ...]] = field(repr=False, compare=False, default_factory=dict)

    def weight_of(self, severity: str | None) -> Decimal:
        """How many cases one of this severity counts for."""
        return self.weights.get(severity, _ONE)

    def rule(self, name: str) -> PointRule | None:
        """A rule by name; None if this release does not have it."""
        return next((one for one in self.rules if one.name == name), None)

    def grade(self, name: str | None) -> Grade | None:
        """A grade by name."""
        return next((one for one in self.grades if one.name == name), None)


def schemes(policy: Policy) -> tuple[Scheme, ...]:
    """The schemes of a policy, in its order. Prepare them once for each policy.

    :raises PolicyError: a scheme that cannot be read, with its place
    """
    found = []
    for index, entry in enumerate(policy.raw.get("incentives") or ()):
        try:
            found.append(_scheme(policy, entry))
        except (KeyError, TypeError, ValueError) as error:
            raise PolicyError(f"$.incentives[{index}]: {error}") from error
    return tuple(found)


def number(value: Any) -> Decimal:
    """A number of a policy, exactly as it is written."""
    return Decimal(str(value))


def _scheme(policy: Policy, entry: Mapping[str, Any]) -> Scheme:
    fair = entry.get("fair") or {}
    rules = tuple(_rule(policy, rule) for rule in entry.get("rules") or ())
    by_occasion: dict[str, tuple[PointRule, ...]] = {}
    for rule in rules:
        for occasion in rule.occasions:
            by_occasion[occasion] = (*by_occasion.get(occasion, ()), rule)
    within = entry.get("object_within")
    return Scheme(
        name=entry["name"],
        period=entry["period"],
        zone=(policy.calendar or Calendar.always_open()).zone,
        average=entry.get("score", "average") == "average",
        rules=rules,
        grades=tuple(_grade(grade) for grade in entry.get("grades") or ()),
        weights={
            name: number(value) for name, value in ((entry.get("weight") or {}).get("severity") or {}).items()
        },
        min_cases=fair.get("min_cases", 0),
        cap=_maybe(fair.get("cap")),
        exclude=frozenset(fair.get("exclude") or ()),
        budget=_maybe(entry.get("budget")),
        currency=policy.pack.get("currency"),
        approval=entry.get("approval"),
        object_within=Duration.parse(within) if within else None,
        review_by=entry.get("review_by"),
        objections_by=entry.get("objections_by"),
        leaderboard=bool(entry.get("leaderboard")),
        first_contact_stages=frozenset(
            name for name, stage in policy.stages.items() if stage.written.get("first_contact")
        ),
        written=entry,
        policy=policy,
        by_occasion=by_occasion,
        by_event={
            occasion.removeprefix(EVENT): found
            for occasion, found in by_occasion.items()
            if occasion.startswith(EVENT)
        },
    )


def _grade(entry: Mapping[str, Any]) -> Grade:
    return Grade(
        entry["name"], _maybe(entry.get("min")), number(entry.get("reward", 0)), bool(entry.get("badge")),
        entry.get("consequence"), entry.get("course"), entry,
    )  # fmt: skip


def _rule(policy: Policy, entry: Mapping[str, Any]) -> PointRule:
    when = entry["when"]
    form = form_of(when)
    clocks, occasions, charged = None, (form,), SOLVER
    if form == MISSED:
        names = as_list(when["clock"])
        clocks = ClockTrigger(None if "any" in names else frozenset(map(base_name, names)))
        occasions = (MISSED if when["breached"] else KEPT,)
        charged = HOLDER
    elif form == EVENT:
        occasions = tuple(EVENT + kind for kind in as_list(when["event"]))
        charged = SOLVER if occasions == (EVENT + "reopened",) else HOLDER
    wanted = when.get("callback") or when.get("quality")
    limit = entry.get("limit_per_case")
    return PointRule(
        name=entry["name"],
        occasions=occasions,
        condition=policy.condition(entry),
        points=number(entry["points"]),
        charged_to=entry.get("charged_to", charged),
        limit=_maybe(limit),
        flat=bool(entry.get("flat")),
        written=entry,
        clocks=clocks,
        breaches=when.get("breaches"),
        first_contact=when.get("first_contact"),
        wanted=Range.load(when["rating"]) if "rating" in when else wanted,
    )


def form_of(when: Mapping[str, Any]) -> str:
    """What a rule waits for, of which there is one sort.

    :raises ValueError: none, or several that never happen together
    """
    found = {form for key, form in _FORMS.items() if key in when}
    if not _AT_CLOSING.isdisjoint(when) and when.get("closed") is not False:
        found.add(CLOSING)
    if len(found) != 1 or when.get("closed") is False or ("clock" in when) != ("breached" in when):
        raise ValueError(f"a rule waits for one thing, not {sorted(when)}")
    return found.pop()


def _maybe(value: Any) -> Decimal | None:
    return None if value is None else number(value)
