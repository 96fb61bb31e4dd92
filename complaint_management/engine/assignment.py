"""Who gets a case: one accountable person, by the rules of the kind ``assignment`` (A6).

Whom to choose from, what each of them has on the desk and who is away come in as arguments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

METHODS = ("least_loaded", "round_robin", "team_leader", "nobody")
"""The values of ``by``. Without any, a case stays with the team's leader until somebody takes it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The kind ``assignment`` of a policy, prepared."""

    by: str = "nobody"
    named_agent_first: bool = False
    weight: Mapping[str, float] = field(default_factory=dict, hash=False)
    at_most: int | None = None
    escalate: str | None = None
    cap: int | None = None

    @classmethod
    def load(cls, written: Mapping[str, Any] | None, workload: Mapping[str, Any] | None = None) -> "Rules":
        """Read the rules of a policy; one without them assigns nobody.

        :param workload: its ``cap_per_agent`` bounds how many open cases one person is given
        """
        written = written or {}
        handovers = written.get("handovers") or {}
        return cls(
            written.get("by", "nobody"),
            bool(written.get("named_agent_first")),
            dict((written.get("weight") or {}).get("severity") or {}),
            handovers.get("at_most"),
            (handovers.get("then") or {}).get("escalate"),
            (workload or {}).get("cap_per_agent"),
        )

    def weight_of(self, severity: str | None) -> float:
        """How much a case of a severity weighs on the desk; 1 if the policy does not say."""
        return self.weight.get(severity, 1)


@dataclass(slots=True)
class Desk:
    """What one person has to do: open cases, their weight, and when the last one came (any number that
    grows)."""

    cases: int = 0
    weight: float = 0
    last: float = 0


def choose(rules: Rules, people: Sequence[int], desks: Mapping[int, Desk], away: Iterable[int]) -> int | None:
    """The person of a team that gets the next case; None leaves it to the team's leader.

    :param people: ids of the team's members, in an order that decides between equals
    :param desks: who has something on the desk; others have nothing
    :param away: who is absent
    """
    if rules.by not in ("least_loaded", "round_robin"):
        return None
    absent = set(away)
    empty = Desk()
    present = [
        person
        for person in people
        if person not in absent and (rules.cap is None or desks.get(person, empty).cases < rules.cap)
    ]
    if not present:
        return None
    if rules.by == "round_robin":
        return min(present, key=lambda person: desks.get(person, empty).last)
    return min(present, key=lambda person: (desks.get(person, empty).weight, desks.get(person, empty).last))


def returns_to(held: Sequence[Any], team: Any) -> bool:
    """Whether a handover gives a case back to a team that had it before: ping-pong."""
    return team in held
