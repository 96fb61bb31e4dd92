"""Improvement and suggestions: what is asked for can be decided, and what is sent is answered in time."""

from __future__ import annotations

from ..diagnostics import Problem, Spot
from ..source import MapNode
from ..view import Problems, View, texts


def improvement(view: View) -> MapNode:
    """What the policy says about improvement actions; empty if nothing."""
    body = view.body("causes")
    found = body.get("improvement") if body is not None else None
    return found if isinstance(found, MapNode) else MapNode(Spot("", 1, 1, "$"))


def check(view: View) -> Problems:
    yield from _amounts(view)
    yield from _answered(view)


def _amounts(view: View) -> Problems:
    """A change of the rules has no amount, so a step that waits for one never comes."""
    named = {name for name, _spot in texts(improvement(view), "approval")}
    for approval in view.entries("approvals"):
        if approval["name"] not in named:
            continue
        for step in approval.get("steps", ()):
            when = step.get("when")
            if isinstance(when, MapNode) and "amount" in when:
                yield Problem("P510", when.spots["amount"], name=approval["name"])


def _answered(view: View) -> Problems:
    """Who gives no name can ask nobody: only a time limit makes the answer sure."""
    privacy = (view.body("privacy") or {}).get("privacy")
    if not isinstance(privacy, MapNode) or privacy.get("anonymous_suggestions") is not True:
        return
    if view.resolved.left_out.get("escalation"):
        return  # the limit may stand in what could not be read
    suggestions = (view.body("escalation") or {}).get("suggestions")
    if not suggestions or "answer_within" not in suggestions:
        yield Problem("P511", privacy.spots["anonymous_suggestions"])
