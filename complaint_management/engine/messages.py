"""What people are told: the messages of a policy, and which of them a fact sends.

The sending itself is the addon's. Here is only what the policy says, so that the command line and a test can
ask it as well.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .case import Event
from .clocks import Clock, State
from .duration import Duration
from .matching import Condition
from .policy import Policy, as_list

PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
"""What a wording has filled in: ``{number}``; the names are those of ``state``."""
WAYS = ("mail", "sms", "portal", "letter")
COMPLAINANT = "complainant"
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a policy. ``events``: the facts that send it; none for one that a clock sends."""

    name: str
    events: frozenset[str]
    condition: Condition
    ways: tuple[str, ...]
    to: tuple[str, ...]
    state: tuple[str, ...]
    template: str | None
    new_date: Duration | None
    written: Mapping[str, Any]


def messages(policy: Policy) -> list[Message]:
    """The messages of a policy, in its order."""
    written = (policy.raw.get("messages") or {}).get("messages") or ()
    return [_message(policy, entry) for entry in written]


def message_named(policy: Policy, name: str) -> Message | None:
    """A message by name; None if this release has none of that name."""
    return next((one for one in messages(policy) if one.name == name), None)


def told_by(found: list[Message], state: State, events: list[Event]) -> Iterator[tuple[Message, str, int]]:
    """Which messages some facts send: (message, subject, revision).

    ``subject`` and ``revision`` tell repetitions apart: each extension of a clock and each new result of a
    cycle is told once. The receipt is acknowledged by its message at once; a case that was acknowledged
    otherwise needs none.
    """
    kinds = dict.fromkeys(event.kind for event in events)
    for kind in kinds:
        for message in found:
            if not message.condition.holds(state.attributes, state.cycle):
                continue
            if kind == "received" and "acknowledged" in message.events and "acknowledged" not in state.seen:
                yield message, "received", 0
            elif kind in message.events - {"acknowledged"}:
                yield message, _subject(kind, events), len(state.seen.get(kind, ())) - 1


def _subject(kind: str, events: list[Event]) -> str:
    """An extension is about a clock, everything else about itself."""
    clocks = [event.data.get("clock") for event in events if event.kind == kind]
    return clocks[-1] or kind


def date_to_tell(policy: Policy, message: Message, state: State, subject: str) -> datetime | None:
    """The new date that a message states: the longer limit of its clock, or so long after the deadline that
    will be missed; None if the clock has none.

    :param subject: the clock
    """
    clock = state.clock(subject)
    if clock is None or clock.state != "running":
        return None
    if message.new_date is None:
        return clock.due_at if "extended" in message.events else None
    return _later(policy, clock, message.new_date)


def _later(policy: Policy, clock: Clock, by: Duration) -> datetime | None:
    spec = policy.clock_spec(clock.sla, clock.name)
    return spec and spec.calendar.after(clock.due_at, by)


def filled_in(wording: str, values: Mapping[str, str]) -> str:
    """A wording with its placeholders filled in; a sentence whose value is missing is left out."""
    sentences = [
        PLACEHOLDER.sub(lambda found: values[found[1]], sentence)
        for sentence in _sentences(wording)
        if all(values.get(name) for name in PLACEHOLDER.findall(sentence))
    ]
    return "".join(sentences).strip()


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each with the blanks behind it."""
    start = 0
    for gap in _SENTENCE.finditer(text):
        yield text[start : gap.end()]
        start = gap.end()
    yield text[start:]


def said_in(entry: Mapping[str, Any]) -> set[str]:
    """The values that the wording of a message fills in, in any language."""
    texts = (entry.get("wording") or {}).values()
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def _message(policy: Policy, entry: Mapping[str, Any]) -> Message:
    new_date = entry.get("new_date")
    return Message(
        entry["name"], frozenset(as_list(entry.get("on"))), policy.condition(entry),
        tuple(entry.get("by") or ("mail",)), tuple(as_list(entry.get("to"))) or (COMPLAINANT,),
        tuple(entry.get("state") or ()), entry.get("template"), new_date and Duration.parse(new_date), entry,
    )  # fmt: skip
