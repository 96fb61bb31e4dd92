"""The prepared policy: what the engine reads of a compiled release."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .case import CLOSING
from .duration import Duration, DurationError
from .matching import Condition, Tree
from .rules import OF_STAGE, ClockTrigger, Rule, Watch, base_name, load_trigger
from .working_time import Calendar, CalendarError

FORMAT = 1
STAGES = "stages"
"""Where the clocks of stages stand that have a time limit of their own, instead of a service level."""


def stage_clock(stage: str) -> str:
    """What the clock of a stage is called."""
    return OF_STAGE + stage


class PolicyError(ValueError):
    """A normalised policy that the engine cannot read. The text begins with the place, like
    ``$.sla[0]``."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """One clock of an sla policy.

    ``starts``/``ends``: the events of ``from`` and ``until``. ``pauses``: the reasons that stop it (for a
    statutory clock the lawful ones). ``written``: the entry as compiled, for titles. ``again``: starts anew
    with each further start after it has ended.
    """

    name: str
    sla: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    within: Duration
    calendar: Calendar
    condition: Condition
    pauses: frozenset[str]
    statutory: bool
    measure_only: bool
    written: Mapping[str, Any]
    kinds: frozenset[str] = field(default=frozenset())
    again: bool = False


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """A set of clocks for the cases that it matches; the first matching one rules."""

    name: str
    condition: Condition
    clocks: tuple[ClockSpec, ...]
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Category:
    """A category with what it inherits from its parents (team, department, presets)."""

    name: str
    parent: str | None
    team: str | None
    department: str | None
    preset: Mapping[str, str]
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way of a case. ``event`` is the fact that entering it records, if any."""

    name: str
    event: str | None
    next: tuple[str, ...]
    closes: bool
    written: Mapping[str, Any]


class Policy:
    """A compiled pack, prepared for the engine. Immutable in use; threads may share one."""

    __slots__ = (
        "name", "pack", "calendars", "calendar", "tree", "categories", "stages", "sla", "severities", "raw",
        "watched", "stage_clocks", "levels", "rules", "watch", "watch_all", "_rules_by_name", "_sla_by_name",
        "_clock_specs",
        "_matrix", "_severity_default",
        "_preset", "prepared",
    )  # fmt: skip

    @classmethod
    def load(cls, normalised: Mapping[str, Any]) -> "Policy":
        """Prepare a normalised policy.

        :raises PolicyError: whatever is malformed, with its place
        """
        policy = cls()
        try:
            policy._read(normalised)
        except PolicyError:
            raise
        except CalendarError as error:
            raise PolicyError(f"$.calendars: {error}") from error
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise PolicyError(f"$: {error!r}") from error
        return policy

    def _read(self, raw: Mapping[str, Any]) -> None:
        if not isinstance(raw, Mapping) or raw.get("format") != FORMAT:
            raise PolicyError(f"$.format: this engine reads format {FORMAT}")
        self.raw = MappingProxyType(dict(raw))
        self.prepared: dict[str, Any] = {}  # what other parts of the engine make of it, when first asked
        self.pack = raw["pack"]
        self.name = self.pack["name"]
        self.calendars = {
            name: Calendar.load(name, data) for name, data in (raw.get("calendars") or {}).items()
        }
        self.calendar = self._calendar_named(self.pack.get("calendar"), "$.pack")
        self.categories = {}
        for entry in raw.get("categories") or ():
            self._read_category(entry, None)
        self.tree = Tree({name: category.parent for name, category in self.categories.items()})
        self._read_severity(raw.get("severity") or {})
        self.stages = {entry["name"]: _stage(entry) for entry in raw.get("stages") or ()}
        self.sla = tuple(self._sla(entry, index) for index, entry in enumerate(raw.get("sla") or ()))
        self._sla_by_name = {sla.name: sla for sla in self.sla}
        self._clock_specs = {(spec.sla, spec.name): spec for sla in self.sla for spec in sla.clocks}
        conditions = [one.condition for one in (*self.sla, *self._clock_specs.values())]
        # attributes whose change may change the clocks; the fold skips the rest
        self.watched = frozenset(key for one in conditions for key in one.attributes())
        self.stage_clocks = self._stage_clocks(raw)
        self._clock_specs.update({(STAGES, spec.name): spec for spec in self.stage_clocks})
        self._read_escalation(raw.get("escalation") or {})

    # -- reading -----------------------------------------------------------------------------------

    def _calendar_named(self, name: str | None, place: str) -> Calendar | None:
        if name is None:
            return None
        if name not in self.calendars:
            raise PolicyError(f"{place}.calendar: no calendar is named {name!r}")
        return self.calendars[name]

    def _read_category(self, entry: Mapping[str, Any], parent: Category | None) -> None:
        """Read a category and its children; a child overrides what it inherits."""
        category = Category(
            entry["name"],
            parent.name if parent else None,
            entry.get("team", parent.team if parent else None),
            entry.get("department", parent.department if parent else None),
            {**(parent.preset if parent else {}), **(entry.get("preset") or {})},
            entry,
        )
        if category.name in self.categories:
            raise PolicyError(f"$.categories: {category.name!r} occurs twice")
        self.categories[category.name] = category
        for child in entry.get("children") or ():
            self._read_category(child, category)

    def _read_severity(self, entry: Mapping[str, Any]) -> None:
        self.severities = tuple(level["name"] for level in entry.get("levels") or ())
        self._matrix = tuple(
            (_names(row.get("urgency")), _names(row.get("scope")), row["severity"])
            for row in entry.get("matrix") or ()
        )
        self._severity_default = entry.get("default")
        self._preset = dict(entry.get("preset") or {})

    def _read_escalation(self, entry: Mapping[str, Any]) -> None:
        self.levels = tuple(level["name"] for level in entry.get("levels") or ())
        rules = []
        for index, rule in enumerate(entry.get("rules") or ()):
            place = f"$.escalation.rules[{index}]"
            calendar = self._calendar_named(rule.get("calendar"), place) or self.calendar
            try:
                trigger = load_trigger(rule["when"], calendar)
            except (KeyError, TypeError, ValueError) as error:
                raise PolicyError(f"{place}.when: {error}") from error
            rules.append(
                Rule(index, rule["name"], self.condition(rule), trigger, tuple(rule.get("do") or ()))
            )
        self.rules = tuple(rules)
        notices = self._notices(len(rules))
        self.watch, self.watch_all = Watch(self.rules), Watch((*self.rules, *notices))
        self._rules_by_name = {rule.name: rule for rule in (*notices, *self.rules)}

    def _notices(self, index: int) -> list[Rule]:
        """The messages that go out a time before a deadline, as rules that stand after all others."""
        notices = []
        written = (self.raw.get("messages") or {}).get("messages") or ()
        for number, entry in enumerate(written):
            if "before_due" not in entry:
                continue
            names = as_list(entry.get("clocks")) or ["any"]
            try:
                before = Duration.parse(entry["before_due"])
            except DurationError as error:
                raise PolicyError(f"$.messages[{number}].before_due: {error}") from error
            trigger = ClockTrigger(None if "any" in names else frozenset(names), before_due=before)
            do = ({"message": entry["name"]},)
            name = f"message:{entry['name']}"
            notices.append(Rule(index + len(notices), name, self.condition(entry), trigger, do))
        return notices

    def _sla(self, entry: Mapping[str, Any], index: int) -> SlaPolicy:
        place = f"$.sla[{index}]"
        calendar = self._calendar_named(entry.get("calendar"), place) or self.calendar
        clocks = tuple(
            self._clock(clock, entry["name"], calendar, f"{place}.clocks[{number}]")
            for number, clock in enumerate(entry.get("clocks") or ())
        )
        return SlaPolicy(entry["name"], self.condition(entry), clocks, entry)

    def _stage_clocks(self, raw: Mapping[str, Any]) -> tuple[ClockSpec, ...]:
        """The clocks of the stages with a time limit; whatever a case waits for stops them."""
        pauses = [one["name"] for one in (raw.get("severity") or {}).get("pauses") or ()]
        clocks = []
        for index, stage in enumerate(raw.get("stages") or ()):
            if "within" in stage and not stage.get("closes"):
                entry = {key: value for key, value in stage.items() if key != "match"}  # who may enter
                entry.update({"name": stage_clock(stage["name"]), "from": [], "until": [], "pause": pauses})
                clocks.append(self._clock(entry, STAGES, self.calendar, f"$.stages[{index}]"))
        return tuple(clocks)

    def _clock(self, entry: Mapping[str, Any], sla: str, calendar: Calendar | None, place: str) -> ClockSpec:
        calendar = self._calendar_named(entry.get("calendar"), place) or calendar
        try:
            within = Duration.parse(entry["within"])
        except DurationError as error:
            raise PolicyError(f"{place}.within: {error}") from error
        if calendar is None:
            if within.unit in ("bh", "bd", "cd"):
                raise PolicyError(f"{place}.within: {within.text} needs a calendar")
            calendar = Calendar.always_open()
        statutory = bool(entry.get("statutory"))
        reasons = (
            [one["reason"] for one in entry.get("lawful_pause") or ()] if statutory else entry.get("pause")
        )
        starts, ends = tuple(as_list(entry["from"])), tuple(as_list(entry["until"]))
        return ClockSpec(
            entry["name"], sla, tuple(kind for kind in starts if kind not in CLOSING), ends, within,
            calendar, self.condition(entry), frozenset(as_list(reasons)), statutory,
            bool(entry.get("measure_only")), entry, frozenset(starts + ends),
            bool(entry.get("again")),
        )  # fmt: skip

    # -- questions ---------------------------------------------------------------------------------

    def condition(self, entry: Mapping[str, Any]) -> Condition:
        """The prepared ``match`` and ``unless`` of any rule."""
        return Condition.load(entry.get("match"), entry.get("unless"), self.tree)

    def select(self, attributes: Mapping[str, Any], cycle: int) -> SlaPolicy | None:
        """The first sla policy that fits; None if none does."""
        for sla in self.sla:
            if sla.condition.holds(attributes, cycle):
                return sla
        return None

    def sla_named(self, name: str | None) -> SlaPolicy | None:
        """An sla policy by name; None if this release has none of that name."""
        return self._sla_by_name.get(name)

    def clocks(self) -> list[ClockSpec]:
        """All clocks: those of the service levels in their order, then those of the stages."""
        return list(self._clock_specs.values())

    def clock_spec(self, sla: str, clock: str) -> ClockSpec | None:
        """What the policy says about a clock; None if this release does not have it."""
        return self._clock_specs.get((sla, base_name(clock)))

    def severity_of(self, urgency: str | None, scope: str | None) -> str | None:
        """The severity that the matrix gives: its first fitting row, else the default (A4)."""
        for urgencies, scopes, severity in self._matrix:
            if (not urgencies or urgency in urgencies) and (not scopes or scope in scopes):
                return severity
        return self._severity_default

    def severity_raised(self, severity: str | None, by: int) -> str | None:
        """A severity some levels higher, the highest at most; unknown ones stay as they are."""
        if severity not in self.severities:
            return severity
        index = self.severities.index(severity) + by
        return self.severities[max(0, min(index, len(self.severities) - 1))]

    def presets(self, category: str | None) -> dict[str, str]:
        """Urgency, scope and complexity of a new case: the pack's, overridden by the category and its
        parents."""
        known = self.categories.get(category)
        return {**self._preset, **known.preset} if known else dict(self._preset)

    def classify(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The full first attributes of a case from the given ones.

        What is not given comes from the category (presets, team, department), the severity from the matrix.
        """
        category = self.categories.get(attributes.get("category"))
        full = self.presets(attributes.get("category"))
        for key in ("team", "department"):
            if category is not None and getattr(category, key) is not None:
                full[key] = getattr(category, key)
        full.update((key, value) for key, value in attributes.items() if value is not None)
        if "severity" not in full:
            severity = self.severity_of(full.get("urgency"), full.get("scope"))
            if severity is not None:
                full["severity"] = severity
        return full

    def rule_named(self, name: str) -> Rule | None:
        """An escalation rule, or ``message:…`` for a timed message; None if this release does not have it."""
        return self._rules_by_name.get(name)

    def stage(self, name: str) -> Stage | None:
        """A stage by name; None if this release does not have it."""
        return self.stages.get(name)


def as_list(value: Any) -> Sequence[Any]:
    """A text-or-list field as a list; nothing is an empty one."""
    if value is None:
        return []
    return value if isinstance(value, (list, tuple)) else [value]


def _names(value: Any) -> frozenset[str]:
    return frozenset(as_list(value))


def _stage(entry: Mapping[str, Any]) -> Stage:
    following: Iterable[str] = as_list(entry.get("next"))
    return Stage(entry["name"], entry.get("event"), tuple(following), bool(entry.get("closes")), entry)
