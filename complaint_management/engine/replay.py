"""All facts of a case, folded in order: the check on stored states, and the what-if of policy tests."""

from collections.abc import Callable
from datetime import datetime

from .case import Case, Event
from .clocks import State, step
from .policy import Policy

Repricing = Callable[[Event], Policy]
"""Gives the release that a ``repriced`` fact moved the case to."""


def replay(
    policy: Policy, case: Case, now: datetime | None = None, repricing: Repricing | None = None
) -> State:
    """The state of a case.

    :param policy: the release the case was received under
    :param now: leaves out later facts; None takes all
    :param repricing: the release of each ``repriced`` fact; without it the first release holds throughout
    """
    state = State()
    for event in case.in_order(now):
        if event.kind == "repriced" and repricing is not None:
            policy = repricing(event)
        step(policy, state, event)
    return state
