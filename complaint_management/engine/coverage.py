"""Which rules of a policy its own tests prove.

A service level is proved by a test whose case it chose, a clock by an expectation of its deadline or state or
by a rule that is expected to act on it, an escalation rule by being expected to act, a callback plan of an
event by the callback that is expected of it, a rule of points by points that somebody is expected to get or
lose. Only what the pack itself has written counts: what it inherits is proved by the pack that wrote it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .callbacks import EVENT, plans
from .escalation import live_through
from .policy import STAGES, Policy, PolicyError
from .policy_tests import story
from .rules import OF_STAGE, base_name
from .schemes import schemes


@dataclass(frozen=True, slots=True)
class Proof:
    """A rule and whether a test proves it.

    :param kind: sla, clock, rule, plan or points
    :param name: as in ``standard/solution``
    :param place: file and line of what was written last about it
    """

    kind: str
    name: str
    place: tuple[str, int]
    proved: bool


def coverage(policy: Policy) -> list[Proof]:
    """The rules that the pack has written, in the order of the policy.

    :raises PolicyError: a test that cannot be read
    """
    own = list(_own(policy))
    proved: set[tuple[str, str]] = set()
    for test in policy.raw.get("tests") or ():
        try:
            proved |= set(_proved(policy, test))
        except (KeyError, TypeError, ValueError) as error:
            raise PolicyError(f"$.tests: {test.get('name')!r}: {error}") from error
    return [Proof(kind, name, place, (kind, name) in proved) for kind, name, place in own]


def _own(policy: Policy) -> Iterator[tuple[str, str, tuple[str, int]]]:
    origin = policy.raw.get("origin") or {}
    folder = f"{policy.name}/"
    candidates = []
    for sla in policy.sla:
        candidates.append(("sla", sla.name, f"sla/{sla.name}"))
        candidates += [
            ("clock", f"{sla.name}/{one.name}", f"sla/{sla.name}/{one.name}") for one in sla.clocks
        ]
    candidates += [
        ("clock", f"{one.sla}/{one.name}", f"stages/{one.name.removeprefix(OF_STAGE)}")
        for one in policy.stage_clocks
    ]
    candidates += [("rule", rule.name, f"escalation/rules/{rule.name}") for rule in policy.rules]
    candidates += [
        ("plan", plan.name, f"callbacks/plans/{plan.name}") for plan in plans(policy) if plan.kind == EVENT
    ]
    candidates += [
        ("points", f"{scheme.name}/{rule.name}", f"incentives/{scheme.name}/{rule.name}")
        for scheme in schemes(policy)
        for rule in scheme.rules
    ]
    for kind, name, key in candidates:
        file, line = origin.get(key) or ("", 0)
        if file.startswith(folder):
            yield kind, name, (file, line)


def _proved(policy: Policy, test: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    case, expectations = story(policy, test)
    for at, expected in expectations:
        sla = live_through(policy, case, at).state.sla
        if sla is not None:
            yield "sla", sla
        for key in ("due", "states"):
            for clock, wanted in (expected.get(key) or {}).items():
                if wanted is not None:
                    yield "clock", _clock(sla, clock)
        for plan, wanted in (expected.get("callbacks") or {}).items():
            if wanted is not None:
                yield "plan", plan
        for rule, people in (expected.get("points") or {}).items():
            if any(people.values()):
                yield "points", rule
        for one in expected.get("fired") or ():
            for rule, subject in one.items():
                yield "rule", rule
                yield "clock", _clock(sla, subject)


def _clock(sla: str | None, name: str) -> str:
    return f"{STAGES if name.startswith(OF_STAGE) else sla}/{base_name(name)}"
