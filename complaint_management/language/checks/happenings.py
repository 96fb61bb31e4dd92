"""What can happen to a case under a policy: clocks that never start or end, and rules that wait in vain.

Most events are recorded by people, messages or the move to another team. Those below need something in the
policy that lets them happen.
"""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..source import MapNode
from ..view import Problems, View, listed, texts

_BY_STAGE = ("closed", "withdrawn", "referred", "archived")
_AFTER_CLOSING = frozenset({"archived", "reopened"})
# Of these pairs the second event is recorded together with the first.
_AT_ONCE = frozenset({("agent_message", "first_feedback")})


def check(view: View) -> Problems:
    never = _impossible(view)
    yield from _clocks(view, never)
    yield from _rules(view, never)
    yield from _levels(view)


def _impossible(view: View) -> set[str]:
    """The events that nothing in the policy lets happen. A kind with unread entries is not judged."""
    stages = view.entries("stages")
    found: set[str] = set()
    if stages and not view.resolved.left_out.get("stages"):
        recorded = {stage.get("event") for stage in stages}
        found.update(event for event in _BY_STAGE if event not in recorded)
        if not any("reopen" in stage for stage in stages):
            found.add("reopened")
        if not any("approval" in stage for stage in stages):
            found.add("solution_approved")
        if not any("archive_after" in stage for stage in stages) and "archived" not in recorded:
            found.add("archived")
    needed = {
        "extended": view.entries("extensions"),
        "escalated": view.entries("escalation", "levels"),
        "escalation_answered": view.entries("escalation", "levels"),
        "lowered": view.entries("escalation", "levels"),
        "quality_reviewed": view.entries("quality", "samples"),
    }
    kinds = {"extended": "extensions", "quality_reviewed": "quality"}
    for event, entries in needed.items():
        if not entries and not view.resolved.left_out.get(kinds.get(event, "escalation")):
            found.add(event)
    return found


def _clocks(view: View, never: set[str]) -> Problems:
    for policy in view.policies:
        for clock in policy.get("clocks", ()):
            yield from _start(clock, never)
            yield from _end(clock, never)
            yield from _cycles(policy, clock)
            yield from _always_in_time(view, clock)


def _start(clock: MapNode, never: set[str]) -> Problems:
    starts = listed(clock, "from")
    if all(event in never for event in starts):
        yield Problem("P431", clock.spots["from"], name=clock["name"], event=starts)


def _end(clock: MapNode, never: set[str]) -> Problems:
    """A clock that no event but the closing of the case stops."""
    ends = listed(clock, "until")
    vain = [event for event in ends if event in never or event in _AFTER_CLOSING]
    if len(vain) == len(ends):
        yield Problem("P432", clock.spots["until"], name=clock["name"], events=vain)


def _cycles(policy: MapNode, clock: MapNode) -> Problems:
    """`received` happens in the first cycle, `reopened` begins each later one."""
    starts = set(listed(clock, "from"))
    for match in (policy.get("match") or {}, clock.get("match") or {}):
        cycle = match.get("cycle")
        if cycle is None:
            continue
        if starts == {"received"} and cycle.get("min", 1) > 1:
            yield Problem("P434", clock.spots["from"], name=clock["name"], event="received")
        elif starts == {"reopened"} and cycle.get("max", 2) < 2:
            yield Problem("P434", clock.spots["from"], name=clock["name"], event="reopened")
        else:
            continue
        return


def _always_in_time(view: View, clock: MapNode) -> Problems:
    starts, ends = listed(clock, "from"), listed(clock, "until")
    if all(any((start, end) in _AT_ONCE for end in ends) for start in starts):
        why = Word("ends_at_once")
    elif starts == ["paused"] and set(view.names("pauses")) <= set(listed(clock, "pause")):
        why = Word("stands_still")
    else:
        return
    yield Problem("P433", clock.spots["name"], name=clock["name"], why=why)


def _rules(view: View, never: set[str]) -> Problems:
    """Rules that wait for an event that never happens."""
    waiting = [
        *((rule, rule["when"], "event") for rule in view.entries("escalation", "rules")),
        *((message, message, "on") for message in view.entries("messages")),
        *((plan, plan, key) for plan in view.entries("callbacks", "plans") for key in ("after", "of")),
        *(
            (rule, rule["when"], "event")
            for scheme in view.entries("incentives", "schemes")
            for rule in scheme.get("rules", ())
        ),
    ]
    for rule, place, key in waiting:
        events = list(texts(place, key))
        if events and all(event in never for event, _ in events):
            yield Problem("P430", events[0][1], name=rule["name"], event=events[0][0])
    for scheme in view.entries("incentives", "schemes"):
        for rule in scheme["rules"]:
            if "quality" in rule["when"] and "quality_reviewed" in never:
                spot = rule["when"].spots["quality"]
                yield Problem("P430", spot, name=rule["name"], event="quality_reviewed")


def _levels(view: View) -> Problems:
    """A rule about a level to which nothing brings a case."""
    if view.resolved.left_out.get("escalation"):
        return
    reached = {
        action["escalate"]
        for kind, part in (("escalation", "rules"), ("surges", "surges"))
        for rule in view.entries(kind, part)
        for action in rule["do"]
        if "escalate" in action
    }
    for plan in view.entries("callbacks", "plans"):
        then = plan.get("then") or {}
        outcome = then.get("dissatisfied") or {}
        places = (outcome, outcome.get("then") or {}, then.get("overdue") or {})
        reached.update(place["escalate"] for place in places if "escalate" in place)
    order = view.names("levels")
    if not reached <= set(order):
        return  # what is misnamed may be the way to the level
    for rule in view.entries("escalation", "rules"):
        level = rule["when"].get("level")
        targets = [action["escalate"] for action in rule["do"] if "escalate" in action]
        if level not in order or any(order.index(target) <= order.index(level) for target in targets):
            continue  # reported as it is: P201, P410
        if level not in reached:
            yield Problem("P429", rule["when"].spots["level"], name=rule["name"], level=level)
