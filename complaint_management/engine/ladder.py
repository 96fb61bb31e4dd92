"""The fold of the escalation ladder, beside the clocks: which level a case is at, what nobody answered, which
rules have acted.

It follows from the facts alone. A consequence, once recorded, is a fact too: `escalated` where it raised the
level, `acted` where it did not, with the ``rule``, ``subject``, ``revision`` and ``cycle`` that it acted
for. So what has acted never acts again, and a fact that comes late takes nothing back.

The revision of a clock rises when it is extended, or re-priced to another deadline: a new promise, which the
rules watch anew. Reopening starts without a level.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .case import CLOSING, Event
from .moments import missed
from .rules import EventTrigger
from .state import Ladder, State, Waiting

if TYPE_CHECKING:
    from .policy import Policy

Dues = Mapping[str, datetime | None]


def before_step(policy: "Policy", state: State, event: Event) -> Dues:
    """What must be looked at before the clocks take in a fact: moments that nobody acted on in time, and the
    deadlines that a re-pricing may move.

    :return: the deadlines by clock, if the fact is a re-pricing
    """
    if _may_have_missed(state, event):
        for one in missed(policy, state, event.at):
            state.ladder.wait(one)
    if event.kind != "repriced":
        return {}
    return {clock.name: clock.due_at for clock in state.clocks if clock.cycle == state.cycle}


def _may_have_missed(state: State, event: Event) -> bool:
    """Whether it is worth looking: mostly nothing is late, and nothing waits for an answer."""
    quiet_until, state.ladder.quiet_until = state.ladder.quiet_until, None
    if (
        state.last is None
        or state.closed_at is not None
        or event.kind in CLOSING
        or event.at <= state.last[0]
    ):
        return False
    if quiet_until is not None and event.at <= quiet_until:
        return False
    if state.ladder.unanswered:
        return True
    return any(clock.state == "running" and clock.due_at < event.at for clock in state.clocks)


def ladder_step(policy: "Policy", state: State, ladder: Ladder, event: Event, before: Dues) -> None:
    """Add one fact to the ladder, in place; the clocks have taken it in already.

    :param policy: as for the clocks: for ``repriced`` the new release
    :param before: what ``before_step`` returned
    """
    kind, data = event.kind, event.data
    if kind == "extended":
        _revise(ladder, data.get("clock"))
    elif kind == "repriced":
        _reprice(policy, state, ladder, before)
    elif kind in CLOSING:
        # what was late, but not yet acted on, is of no use to a case that is over; events still are
        ladder.waiting = [
            one for one in ladder.waiting if isinstance(policy.rule_named(one.rule).trigger, EventTrigger)
        ]
    if "rule" in data:
        _acted(state, ladder, data)
    if kind == "escalated" and "level" in data:
        climb(policy, ladder, data["level"], event.at, data.get("subject", kind))
    elif kind == "escalation_answered":
        _answered(policy, ladder, data.get("level"))
    elif kind == "lowered":
        _lower(policy, ladder, data.get("level"))
    for rule in policy.watch.of_event(kind):
        if (
            rule.trigger.wants(event, lambda one: len(state.seen.get(one, ())) + ladder.past.get(one, 0))
            and rule.condition.holds(state.attributes, state.cycle)
            and not ladder.has_acted(rule.name, kind)
        ):
            ladder.wait(Waiting(rule.name, kind, event.at, state.cycle, ladder.revision(kind)))


def rank(policy: "Policy", level: str | None) -> int:
    """The place of a level on the ladder; -1 for none or one that this release does not have."""
    return policy.levels.index(level) if level in policy.levels else -1


def climb(policy: "Policy", ladder: Ladder, level: str, at: datetime, subject: str) -> None:
    """Raise the case to a level; nothing if it is there already or above."""
    if rank(policy, level) > rank(policy, ladder.level):
        ladder.level = level
        ladder.unanswered.append((level, at, subject))


def _revise(ladder: Ladder, clock: str | None) -> None:
    ladder.revisions[clock or ""] = ladder.revision(clock or "") + 1


def _reprice(policy: "Policy", state: State, ladder: Ladder, before: Dues) -> None:
    """Deadlines that moved are new promises; what the new release has no rule for waits no longer."""
    for clock in state.clocks:
        if clock.cycle == state.cycle and clock.due_at != before.get(clock.name):
            _revise(ladder, clock.name)
    ladder.waiting = [one for one in ladder.waiting if policy.rule_named(one.rule)]


def _acted(state: State, ladder: Ladder, data: Mapping[str, Any]) -> None:
    """A consequence stands in the register."""
    rule, subject, cycle = data["rule"], data.get("subject", ""), data.get("cycle", state.cycle)
    revision = data.get("revision", ladder.revision(subject))
    if cycle == state.cycle:
        # a fact that came late may have made fewer promises of it than were acted on
        if revision > ladder.revision(subject):
            ladder.revisions[subject] = revision
        ladder.done.add((rule, subject, revision))
    ladder.waiting = [
        one
        for one in ladder.waiting
        if (one.rule, one.subject, one.cycle, one.revision) != (rule, subject, cycle, revision)
    ]


def _answered(policy: "Policy", ladder: Ladder, level: str | None) -> None:
    """An answer at a level settles it and those below; without a level, all."""
    answered = len(policy.levels) if level is None else rank(policy, level)
    ladder.unanswered = [one for one in ladder.unanswered if rank(policy, one[0]) > answered]


def _lower(policy: "Policy", ladder: Ladder, level: str | None) -> None:
    """Lower the case to a level; without one, by one step."""
    now = rank(policy, ladder.level)
    wanted = now - 1 if level is None else min(rank(policy, level), now)
    ladder.level = policy.levels[wanted] if wanted >= 0 else None
    ladder.unanswered = [one for one in ladder.unanswered if rank(policy, one[0]) <= wanted]
