"""Surveys and callbacks: each question is answered in one way, each plan has one occasion."""

from __future__ import annotations

from ..diagnostics import Problem
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View, listed
from .entry import belongs, exactly_one, needs

_PERIODS = {"week": "7d", "month": "30d", "quarter": "90d", "year": "1y"}
_BY_PEOPLE = ("phone", "visit", "chat")
_OF_A_CASE = ("case", "team", "responsible_department")  # roles that only a case leads to


def check_surveys(view: View) -> Problems:
    for survey in view.entries("surveys"):
        for question in survey["questions"]:
            yield from exactly_one(question, ("scale", "nps", "text"))
        good, bad = survey.get("satisfied"), survey.get("dissatisfied")
        if good and bad and bad.get("max", float("inf")) >= good.get("min", float("-inf")):
            yield Problem("P447", survey.spots["dissatisfied"], name=survey["name"])


def check(view: View) -> Problems:
    for plan in view.entries("callbacks", "plans"):
        yield from _occasion(plan)
        yield from _by_whom(view, plan)
        yield from _consequences(plan)
        yield from _cap(view, plan)


def _occasion(plan: MapNode) -> Problems:
    problems = list(exactly_one(plan, ("after", "every")))
    yield from problems
    if problems:
        return
    if "after" in plan:
        yield from belongs(plan, ("sample", "of", "pass"), "every", "after")
        if "within" not in plan:
            yield from needs(plan, {"after": "within"})
    else:
        yield from belongs(plan, ("within",), "after", "every")
        yield from needs(plan, {"sample": "of"})
    if plan["for"] == "case" and plan.get("every") == "birthday":
        args = {"name": plan["name"], "key": "birthday", "belongs": "for: customer", "subject": "for: case"}
        yield Problem("P446", plan.spots["every"], **args)
    if plan["for"] == "customer":
        yield from belongs(plan, ("after", "of", "sample"), "for: case", "for: customer")


def _by_whom(view: View, plan: MapNode) -> Problems:
    """Somebody calls; a message goes out by itself and needs something to say."""
    if plan["method"] in _BY_PEOPLE:
        yield from needs(plan, {"method": "by"})
    elif "survey" not in plan:
        yield from needs(plan, {"method": "template"})
    role = next((one for one in view.entries("roles") if one["name"] == plan.get("by")), None)
    if plan["for"] == "customer" and role is not None and role.get("of") in _OF_A_CASE:
        args = {"name": plan["name"], "key": role["name"], "belongs": "for: case"}
        yield Problem("P446", plan.spots["by"], subject="for: customer", **args)


def _consequences(plan: MapNode) -> Problems:
    yield from needs(plan, {"pass": "survey"})
    then: MapNode | None = plan.get("then")
    outcome = (then or {}).get("dissatisfied")
    if outcome is None:
        return
    if "survey" not in plan:
        args = {"name": plan["name"], "key": "dissatisfied", "other": "survey"}
        yield Problem("P442", then.key_spots["dissatisfied"], **args)
    yield from needs(outcome, {"at_most": "reopen", "then": "at_most"}, plan["name"])
    if plan["for"] == "customer":
        for key in ("reopen", "escalate"):
            if key in outcome:
                args = {"name": plan["name"], "key": key, "belongs": "for: case"}
                yield Problem("P446", outcome.key_spots[key], subject="for: customer", **args)


def _cap(view: View, plan: MapNode) -> Problems:
    """A plan that asks for more contacts than the cap allows never makes all of them."""
    cap = (view.body("callbacks") or {}).get("contact_cap")
    every = plan.get("every")
    if not cap or plan["for"] != "customer" or every in (None, "birthday"):
        return
    rhythm = typical_seconds(_PERIODS.get(every, every), None)
    if rhythm * cap["contacts"] < typical_seconds(cap["per"], None):
        args = {"name": plan["name"], "every": every, "contacts": cap["contacts"], "per": cap["per"]}
        yield Problem("P443", plan.spots["every"], **args)


def check_meetings(view: View) -> Problems:
    """A meeting that takes place more often than the report on its agenda is made."""
    reports = {report["name"]: report for report in view.entries("reports")}
    order = list(_PERIODS)
    for meeting in view.entries("meetings"):
        for name in listed(meeting, "agenda_from"):
            report = reports.get(name)
            if report is not None and order.index(report["every"]) > order.index(meeting["every"]):
                args = {"name": meeting["name"], "report": name, "every": report["every"]}
                yield Problem("P458", meeting.spots["agenda_from"], **args)
