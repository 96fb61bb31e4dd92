"""Service levels: legal clocks keep the law, and every policy can be the first that fits."""

from __future__ import annotations

from ..calendars import week_of
from ..diagnostics import Problem, Word
from ..source import MapNode
from ..spans import split, typical_seconds
from ..view import Problems, View, listed, texts

_LEGAL_UNITS = ("cd", "bd")
_CLOSING = ("closed", "withdrawn", "referred")


def check(view: View) -> Problems:
    policies = view.policies
    for index, policy in enumerate(policies):
        for clock in policy.get("clocks", ()):
            yield from _clock(clock)
        yield from _longer_than_law(view, policy)
        for earlier in policies[:index]:
            if _covers(view, earlier, policy):
                args = {"name": policy["name"], "earlier": earlier["name"], "line": earlier.spot.line}
                yield Problem("P404", policy.spot, thing=Word("sla"), **args)
                break


def _clock(clock: MapNode) -> Problems:
    statutory = clock.get("statutory") is True
    if statutory and split(clock["within"])[1] not in _LEGAL_UNITS:
        yield Problem("P401", clock.spots["within"], name=clock["name"], within=clock["within"])
    if statutory and listed(clock, "pause"):
        yield Problem("P402", clock.key_spots["pause"], name=clock["name"])
    if not statutory and "lawful_pause" in clock:
        yield Problem("P419", clock.key_spots["lawful_pause"], name=clock["name"])
    starts = listed(clock, "from")
    for event, spot in texts(clock, "until"):
        if event in starts:
            yield Problem("P420", spot, name=clock["name"], event=event)
    if all(event in _CLOSING for event in starts):
        yield Problem("P421", clock.spots["from"], name=clock["name"], events=starts)


def _longer_than_law(view: View, policy: MapNode) -> Problems:
    """A promise of our own that ends after the legal limit for the same thing protects nobody."""
    clocks = policy.get("clocks", ())
    for law in (clock for clock in clocks if clock.get("statutory") is True):
        limit = typical_seconds(law["within"], week_for(view, policy, law))
        for clock in clocks:
            if clock.get("statutory") is True or not same_span(law, clock):
                continue
            if typical_seconds(clock["within"], week_for(view, policy, clock)) > limit:
                args = {
                    "name": clock["name"],
                    "within": clock["within"],
                    "law": law["name"],
                    "limit": law["within"],
                }
                yield Problem("P403", clock.spots["within"], **args)


def same_span(one: MapNode, other: MapNode) -> bool:
    """Whether two clocks can run from the same event until the same event."""
    return all(set(listed(one, key)) & set(listed(other, key)) for key in ("from", "until"))


def week_for(view: View, policy: MapNode, clock: MapNode) -> list | None:
    """The open hours of the seven days of a clock's calendar; None if nothing is known of them."""
    name = clock.get("calendar") or policy.get("calendar") or view.resolved.meta.get("calendar")
    calendar = next((one for one in view.entries("calendars") if one["name"] == name), None)
    return week_of(calendar["hours"]) if calendar else None


def _covers(view: View, earlier: MapNode, later: MapNode) -> bool:
    """Whether the earlier policy takes every case that the later one would match.

    Proved key by key, so a later policy is only reported when it can certainly never be chosen.
    """
    excluded = earlier.get("unless")
    if excluded and excluded != later.get("unless"):
        return False
    wanted, offered = earlier.get("match") or {}, later.get("match") or {}
    for key in wanted:
        if key not in offered:
            return False
        if key == "cycle":
            if not _within(offered[key], wanted[key]):
                return False
        elif not _values_covered(view, key, listed(wanted, key), listed(offered, key)):
            return False
    return True


def _values_covered(view: View, key: str, wanted: list[str], offered: list[str]) -> bool:
    if key != "category":
        return set(offered) <= set(wanted)
    return all(({name} | view.category_line(name)) & set(wanted) for name in offered)


def _within(inner: MapNode, outer: MapNode) -> bool:
    low, high = float("-inf"), float("inf")
    return outer.get("min", low) <= inner.get("min", low) and inner.get("max", high) <= outer.get("max", high)
