"""Surveys and callbacks: each question is answered in one way, each plan has one occasion."""

from __future__ import annotations

from ..calendars import week_of
from ..diagnostics import Problem
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View, listed, texts
from .entry import belongs, exactly_one, needs
from .sla import week_for

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
        yield from _whose(plan)
        yield from _by_whom(view, plan)
        yield from _tries(view, plan)
        yield from _consequences(plan)
        yield from _stands_in(view, plan)
        yield from _cap(view, plan)
    for one in view.entries("callbacks", "classes"):
        if one["means"] == "need":
            yield from needs(one, {"means": "type"})
        else:
            yield from belongs(one, ("type",), "means: need", f"means: {one['means']}")


def _occasion(plan: MapNode) -> Problems:
    problems = list(exactly_one(plan, ("after", "every")))
    yield from problems
    if problems:
        return
    if "after" in plan:
        yield from belongs(plan, ("sample", "of", "pass", "strata"), "every", "after")
        if "within" not in plan:
            yield from needs(plan, {"after": "within"})
        if "when" in plan and plan["after"] != "communicated":
            yield from belongs(plan, ("when",), "after: communicated", f"after: {plan['after']}")
    else:
        yield from belongs(plan, ("when", "instead_of"), "after", "every")
        yield from needs(plan, {"sample": "of", "strata": "sample"})


def _whose(plan: MapNode) -> Problems:
    """What is said of cases, and what of customers."""
    every = plan.get("every") or ""
    if plan["for"] == "case":
        if every == "birthday" or every.endswith("bd"):
            args = {"name": plan["name"], "key": every, "belongs": "for: customer", "subject": "for: case"}
            yield Problem("P446", plan.spots["every"], **args)
        elif "sample" not in plan:
            yield from needs(plan, {"every": "of"})
        return
    yield from belongs(plan, ("after", "of", "sample", "keeps"), "for: case", "for: customer")
    for word in ("match", "unless"):
        for key, spot in (plan[word].key_spots if word in plan else {}).items():
            if key != "tier":
                yield Problem("P460", spot, name=plan["name"], key=key)


def _by_whom(view: View, plan: MapNode) -> Problems:
    """Somebody calls; a message goes out by itself and needs something to say."""
    if plan["method"] in _BY_PEOPLE:
        yield from needs(plan, {"method": "by"})
    else:
        yield from belongs(plan, ("attempts", "script"), "method: phone", f"method: {plan['method']}")
        if "survey" not in plan:
            yield from needs(plan, {"method": "template"})
    role = next((one for one in view.entries("roles") if one["name"] == plan.get("by")), None)
    if plan["for"] == "customer" and role is not None and role.get("of") in _OF_A_CASE:
        args = {"name": plan["name"], "key": role["name"], "belongs": "for: case"}
        yield Problem("P446", plan.spots["by"], subject="for: customer", **args)


def _tries(view: View, plan: MapNode) -> Problems:
    """Whether there is time for all attempts, and any hour for them."""
    if plan["method"] not in _BY_PEOPLE:
        return
    week = week_for(view, plan, plan)
    tries = plan.get("attempts") or {}
    if "within" in plan and "every" in tries:
        needed = (tries["max"] - 1) * typical_seconds(tries["every"], week)
        if needed > typical_seconds(plan["within"], week):
            args = {"max": tries["max"], "every": tries["every"], "within": plan["within"]}
            yield Problem("P461", plan.spots["attempts"], name=plan["name"], **args)
    calling = (view.body("privacy") or {}).get("privacy", {}).get("calling_hours")
    if week and calling and not _meet(week, week_of(calling)) and _readable(week_of(calling)):
        yield Problem("P463", plan.spots["name"], name=plan["name"])


def _readable(week: list) -> bool:
    """Hours that end before they begin are reported as they are."""
    return all(opening < closing for day in week for opening, closing in day)


def _meet(one: list, other: list) -> bool:
    """Whether two weeks have an hour in common."""
    return any(
        max(left[0], right[0]) < min(left[1], right[1])
        for day, same in zip(one, other, strict=True)
        for left in day
        for right in same
    )


def _consequences(plan: MapNode) -> Problems:
    yield from needs(plan, {"pass": "survey", "remind_after": "survey"})
    then: MapNode = plan.get("then") or MapNode(plan.spot)
    overdue, outcome = then.get("overdue"), then.get("dissatisfied")
    if overdue is not None:
        yield from _of_a_case(plan, overdue, ("escalate",))
    if outcome is None:
        return
    if "survey" not in plan:
        args = {"name": plan["name"], "key": "dissatisfied", "other": "survey"}
        yield Problem("P442", then.key_spots["dissatisfied"], **args)
    yield from needs(outcome, {"at_most": "reopen", "then": "at_most"}, plan["name"])
    yield from _of_a_case(plan, outcome, ("reopen", "escalate"))


def _of_a_case(plan: MapNode, outcome: MapNode, keys: tuple[str, ...]) -> Problems:
    for key in keys if plan["for"] == "customer" else ():
        if key in outcome:
            args = {"name": plan["name"], "key": key, "belongs": "for: case"}
            yield Problem("P446", outcome.key_spots[key], subject="for: customer", **args)


def _stands_in(view: View, plan: MapNode) -> Problems:
    """Only of the same event can one plan make a callback instead of another."""
    others = {one["name"]: one for one in view.entries("callbacks", "plans")}
    for name, spot in texts(plan, "instead_of"):
        other = others.get(name)
        if "after" in plan and other is not None and (other is plan or other.get("after") != plan["after"]):
            yield Problem("P462", spot, name=plan["name"], other=name, event=plan["after"])


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
