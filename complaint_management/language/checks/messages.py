"""Messages: one moment, one text, and no time in it that the clocks know nothing of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ..diagnostics import Problem, Spot
from ..nearly import nearly
from ..schema import schema
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View, listed
from .entry import belongs, exactly_one, needs
from .matches import policies_of
from .sla import week_for

# A time that a text promises: "within 24 hours", "in 5 business days", "24 小时内".
_PROMISES = (
    re.compile(
        r"\b(?:within|in|after|at most|up to|no later than)\s+"
        r"([0-9]{1,6}\s*(?:seconds?|minutes?|hours?|(?:business |working |calendar )?days?|weeks?))\b",
        re.IGNORECASE,
    ),
    re.compile(r"([0-9]{1,6}\s*(?:秒钟?|分钟?|个?小时|个?工作日|个?自然日|天|日|周))\s*(?:之内|以内|内|后)"),
)

_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")


def check(view: View) -> Problems:
    for message in view.entries("messages"):
        problems = list(exactly_one(message, ("on", "before_due")))
        if not {"template", "wording"} & set(message):
            problems.append(Problem("P104", message.spot, key="template", name=message["name"]))
        problems += needs(message, {"before_due": "clocks"})
        if "on" in message and "before_due" not in message:
            problems += belongs(message, ["clocks", "new_date"], "before_due", "on")
        yield from problems
        if not problems:
            yield from _early(view, message)
            yield from _wording(view, message)
            yield from _placeholders(message)
            yield from _undated(message)
    yield from _outside_bodies(view)
    yield from _no_hotline(view)


def _early(view: View, message: MapNode) -> Problems:
    """A warning before the deadline that would come before the clock starts."""
    if "before_due" in message:
        yield from too_early(view, message, message, "clocks")


def too_early(view: View, rule: MapNode, place: MapNode, key: str) -> Problems:
    """`before_due` must leave time between the start of the clock and the warning."""
    names = set(listed(place, key))
    if "any" in names:
        return  # of many clocks some are always short
    for policy in policies_of(view, rule.get("match")):
        for clock in policy.get("clocks", ()):
            week = week_for(view, policy, clock)
            if clock["name"] in names and typical_seconds(place["before_due"], week) >= typical_seconds(
                clock["within"], week
            ):
                args = {"name": rule["name"], "clock": clock["name"], "within": clock["within"]}
                yield Problem("P445", place.spots["before_due"], before=place["before_due"], **args)
                return


def _wording(view: View, message: MapNode) -> Problems:
    """Every time that the text promises is a limit of each policy whose cases get the message."""
    wording = message.get("wording")
    if wording is None:
        return
    elsewhere = set(_other_limits(view))
    texts = wording.items() if isinstance(wording, MapNode) else [(None, wording)]
    for language, text in texts:
        spot = wording.spots[language] if language else message.spots["wording"]
        for written, meant in _promised(text):
            for policy in policies_of(view, message.get("match")):
                limits = [clock["within"] for clock in policy.get("clocks", ())]
                if _is_a_limit(view, policy, meant, limits, elsewhere):
                    continue
                args = {"name": message["name"], "promise": written, "policy": policy["name"]}
                yield Problem("P444", spot, limits=list(dict.fromkeys(limits)), **args)
                break


def _promised(text: str) -> Iterator[tuple[str, str]]:
    for pattern in _PROMISES:
        for found in pattern.finditer(text):
            meant = nearly("duration", found[1])
            if meant:
                yield found[1], meant


def _is_a_limit(view: View, policy: MapNode, meant: str, limits: list[str], elsewhere: set[str]) -> bool:
    """Whether the time is a limit of the policy. A day may be meant as a calendar day."""
    if meant in limits or meant in elsewhere:
        return True
    week = week_for(view, policy, policy)
    return any(
        typical_seconds(meant, week) == typical_seconds(limit, week)
        for limit in (*limits, *elsewhere)
        if not limit.endswith(("bd", "bh"))
    )


def _other_limits(view: View) -> Iterator[str]:
    """Times that a text may rightly name although no clock has them."""
    for stage in view.entries("stages"):
        if "within" in (stage.get("reopen") or {}):
            yield stage["reopen"]["within"]
    for extension in view.entries("extensions"):
        yield from (extension["by"], extension["at_most"])
    for plan in view.entries("callbacks", "plans"):
        if "within" in plan:
            yield plan["within"]
    if "keep" in (view.body("privacy") or {}).get("privacy", {}):
        yield view.body("privacy")["privacy"]["keep"]


def _texts(message: MapNode) -> Iterator[tuple[str, Spot]]:
    """The wording of a message in each language, with its place."""
    wording = message.get("wording")
    if isinstance(wording, MapNode):
        yield from ((text, wording.spots[language]) for language, text in wording.items())
    elif wording is not None:
        yield wording, message.spots["wording"]


def _filled_in(message: MapNode) -> set[str]:
    """What a message states: by `state`, or between braces in its wording."""
    named = {name for text, _spot in _texts(message) for name in _PLACEHOLDER.findall(text)}
    return named | set(listed(message, "state"))


def _placeholders(message: MapNode) -> Problems:
    """What stands between braces is something that the program can fill in."""
    stated = schema("messages")["properties"]["messages"]["items"]["properties"]["state"]
    known = stated["items"]["enum"]
    for text, spot in _texts(message):
        for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
            if name not in known:
                meant = get_close_matches(name, known, 1)
                args = {"suggestion": meant[0]} if meant else {"known": known}
                yield Problem("P475", spot, placeholder=name, name=message["name"], **args)


def _undated(message: MapNode) -> Problems:
    """A new date can only be told where something says which."""
    if "new_date" not in _filled_in(message) or "new_date" in message:
        return
    if "extended" not in listed(message, "on"):
        spot = message.spots.get("state") or message.spots["wording"]
        yield Problem("P476", spot, name=message["name"])


def _no_hotline(view: View) -> Problems:
    """Who is told another way to reach the company must find one in the policy (A3)."""
    if any("contact" in channel for channel in view.entries("channels")):
        return
    if view.resolved.left_out.get("channels"):
        return
    for message in view.entries("messages"):
        if "hotline" in _filled_in(message):
            spot = message.spots.get("state") or message.spots["wording"]
            yield Problem("P477", spot, name=message["name"])
            return


def _outside_bodies(view: View) -> Problems:
    """After a final answer the customer may turn to somebody else, and must hear to whom."""
    messages = view.entries("messages")
    naming = [message for message in messages if "outside_bodies" in listed(message, "state")]
    if view.resolved.left_out.get("messages"):
        return
    if not naming:
        for stage in view.entries("stages"):
            if messages and (stage.get("reopen") or {}).get("then") == "final_answer":
                yield Problem("P438", stage["reopen"].spots["then"], name=stage["name"])
                return
    elif not view.entries("messages", "outside_bodies") and _has_law(view):
        yield Problem("P439", naming[0].spots["state"], name=naming[0]["name"])


def _has_law(view: View) -> bool:
    return any(
        clock.get("statutory") is True for policy in view.policies for clock in policy.get("clocks", ())
    )
