"""Surveys: what counts as satisfied lies on the scale that is asked for, and somebody can be dissatisfied
where a plan waits for it."""

from __future__ import annotations

from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View

_RATINGS = ("satisfied", "partly", "unsatisfied")  # from the best to the worst


def check(view: View) -> Problems:
    first: tuple[str, int] | None = None
    for survey in view.entries("surveys"):
        top = _top(survey)
        yield from _rising(survey)
        yield from _typed(survey)
        if top is None:
            continue
        yield from _on_scale(survey, top)
        if first is not None and first[1] != top:
            args = {"name": survey["name"], "scale": top, "other": first[0], "first": first[1]}
            yield Problem("P471", survey.spots["questions"], **args)
        first = first or (survey["name"], top)
    yield from _never_dissatisfied(view)
    yield from _on_no_page(view)


def _top(survey: MapNode) -> int | None:
    """The scale of a survey: that of its first question on one."""
    return next((one["scale"] for one in survey["questions"] if "scale" in one), None)


def _on_scale(survey: MapNode, top: int) -> Problems:
    bounds = {"satisfied": survey.get("satisfied"), "dissatisfied": survey.get("dissatisfied")}
    figures = [(key, bound[side], bound, side) for key, bound in bounds.items() for side in bound or ()]
    ratings = survey.get("ratings") or {}
    figures += [("ratings", value, ratings, key) for key, value in ratings.items()]
    for key, value, node, part in figures:
        if not 1 <= value <= top:
            args = {"name": survey["name"], "key": key, "value": value, "scale": top}
            yield Problem("P470", node.spots[part], **args)


def _rising(survey: MapNode) -> Problems:
    ratings = survey.get("ratings")
    if ratings is None:
        return
    values = [ratings[key] for key in _RATINGS]
    if not values[0] > values[1] > values[2]:
        yield Problem("P472", survey.spots["ratings"], name=survey["name"])


def _typed(survey: MapNode) -> Problems:
    """On a phone, who has to type gives up."""
    for question in survey["questions"]:
        if question.get("text") is True and question.get("optional") is not True:
            yield Problem("P474", question.spot, name=question["name"], survey=survey["name"])


def _never_dissatisfied(view: View) -> Problems:
    surveys = {survey["name"]: survey for survey in view.entries("surveys")}
    for plan in view.entries("callbacks", "plans"):
        survey = surveys.get(plan.get("survey"))
        then = plan.get("then") or {}
        if survey is not None and "dissatisfied" in then and "dissatisfied" not in survey:
            args = {"name": plan["name"], "survey": survey["name"]}
            yield Problem("P473", then.key_spots["dissatisfied"], **args)


def _on_no_page(view: View) -> Problems:
    """Only a case has a page on which questions can stand."""
    for plan in view.entries("callbacks", "plans"):
        if plan["method"] == "portal" and plan["for"] == "customer":
            args = {"name": plan["name"], "key": "method: portal", "belongs": "for: case"}
            yield Problem("P446", plan.spots["method"], subject="for: customer", **args)
