"""The way of a case: which stage may follow, what has to be filled in before, and whether a closed case
may be
opened again (B1, B6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .duration import Duration
from .policy import Policy, Stage, as_list
from .state import State
from .working_time import Calendar


@dataclass(frozen=True, slots=True)
class Reopening:
    """Whether a closed case may be opened again.

    :param to: the stage in which it would start again
    :param until: the end of the window, aware UTC; None without one
    :param refused: ``late`` (the window is over), ``often`` (reopened as often as the policy lets), or None
    :param then: what the policy says follows the last cycle, such as ``final_answer``
    """

    to: str
    until: datetime | None
    refused: str | None
    then: str | None


def reopening(policy: Policy, state: State, now: datetime) -> Reopening | None:
    """What the policy says about opening a closed case again at ``now``.

    None: the case is open, or its stage is never left.
    """
    stage = policy.stages.get(state.stage)
    rule: Mapping[str, Any] | None = stage.written.get("reopen") if stage else None
    if state.closed_at is None or not rule:
        return None
    until = None
    if rule.get("within"):
        calendar = policy.calendar or Calendar.always_open()
        until, _provisional = calendar.due(state.closed_at, Duration.parse(rule["within"]))
    refused = None
    if rule.get("at_most") is not None and state.cycle > rule["at_most"]:
        refused = "often"
    elif until is not None and now > until:
        refused = "late"
    return Reopening(rule["to"], until, refused, rule.get("then"))


def following(policy: Policy, state: State, now: datetime) -> list[Stage]:
    """The stages that may follow, in the policy's order; a stage without ``next`` is an end."""
    stage = policy.stages.get(state.stage)
    names = list(stage.next) if stage else list(policy.stages)
    opening = reopening(policy, state, now)
    if opening is not None and opening.refused is None:
        names.append(opening.to)
    return [one for name, one in policy.stages.items() if name in names and _fits(policy, one, state)]


def _fits(policy: Policy, stage: Stage, state: State) -> bool:
    """Whether a stage is for cases like this (its ``match``)."""
    condition = policy.condition(stage.written)
    return condition.holds(state.attributes, state.cycle)


def missing(stage: Stage, filled: Collection[str]) -> list[str]:
    """What the stage requires and is not filled in, in the policy's order."""
    return [name for name in as_list(stage.written.get("require")) if name not in filled]
