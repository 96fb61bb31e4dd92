"""Key figures: something that is measured, with a target of the right form and in the right direction."""

from __future__ import annotations

import re

from ...engine.duration import Duration
from ..diagnostics import Problem, Word
from ..schema import suggestion
from ..source import MapNode
from ..view import Problems, View
from .calendars import is_date

# What can be measured: the form of its target, and whether less of it is better.
MEASURES = {
    "csat": ("share", False),
    "nps": ("number", False),
    "first_contact_resolution": ("share", False),
    "average_handling_time": ("duration", True),
    "first_response_time": ("duration", True),
    "on_time_rate": ("share", False),
    "acknowledged_on_time_rate": ("share", False),
    "complaint_rate": ("number", True),
    "repeat_complaint_rate": ("share", True),
    "reopen_rate": ("share", True),
    "escalation_rate": ("share", True),
    "backlog": ("number", True),
    "cost_of_redress": ("number", True),
    "cost_of_complaints": ("number", True),
    "callback_satisfaction": ("share", False),
    "callback_rate": ("share", False),
    "quality_pass_rate": ("share", False),
    "training_pass_rate": ("share", False),
    "tickets_per_agent_and_day": ("number", True),
    "hot_topics": ("number", True),
}
# Keys that say how one measure is made, and mean nothing to the others.
ONLY_FOR = {
    **dict.fromkeys(("hour_costs", "worked", "over", "frequency", "value", "often"), ("cost_of_complaints",)),
    "exact_up_to": ("first_response_time",),
    "ages": ("backlog",),
    "chance": ("hot_topics",),
    "least": ("hot_topics",),
    "per": ("complaint_rate",),
    "periods": ("hot_topics",),
    "within": ("repeat_complaint_rate",),
}
WHOLE = ("hot_topics", "training_pass_rate")  # cannot be told of some cases alone
RISING = ("frequency", "value")
TOGETHER = ("hour_costs", "worked")
_FORMS = {"share": re.compile(r"[0-9.]+%"), "duration": re.compile(r"[0-9]+[a-z]+")}


def check(view: View) -> Problems:
    for kpi in view.entries("kpis"):
        key = "measure" if "measure" in kpi else "name"
        if kpi[key] not in MEASURES:
            args = {"suggestion": suggestion(kpi[key], list(MEASURES)), "known": list(MEASURES)}
            yield Problem("P454", kpi.spots[key], name=kpi[key], **args)
        else:
            yield from _target(kpi, *MEASURES[kpi[key]])
            yield from _own_keys(kpi, kpi[key])
            yield from _costs(kpi)
            if "match" in kpi or "unless" in kpi:
                yield from _of_some_cases(kpi, kpi[key])
        date = (kpi.get("benchmark") or {}).get("date")
        if date is not None and not is_date(date):
            yield Problem("P207", kpi["benchmark"].spots["date"], date=date)


def _target(kpi: MapNode, form: str, less_is_better: bool) -> Problems:
    for holder, key in ((kpi, "target"), (kpi.get("benchmark") or {}, "value")):
        if key in holder and not _has_form(holder[key], form):
            args = {"name": kpi["name"], "value": holder[key], "form": Word(form)}
            yield Problem("P455", holder.spots[key], **args)
    if kpi.get("lower_is_better", False) is not less_is_better and (
        "target" in kpi or "lower_is_better" in kpi
    ):
        spot = kpi.spots.get("lower_is_better") or kpi.spots["name"]
        yield Problem("P456", spot, name=kpi["name"], wanted=str(less_is_better).lower())


def _own_keys(kpi: MapNode, measure: str) -> Problems:
    for key, measures in ONLY_FOR.items():
        if key in kpi and measure not in measures:
            args = {"name": kpi["name"], "key": key, "wanted": list(measures)}
            yield Problem("P506", kpi.key_spots[key], **args)
    ages = [Duration.parse(age).seconds for age in kpi.get("ages", ())]
    if ages != sorted(ages):
        yield Problem("P507", kpi.key_spots["ages"], name=kpi["name"])


def _costs(kpi: MapNode) -> Problems:
    for key in RISING:
        if list(kpi.get(key, ())) != sorted(kpi.get(key, ())):
            yield Problem("P503", kpi.key_spots[key], name=kpi["name"], key=key)
    said = [key for key in TOGETHER if key in kpi]
    if len(said) == 1:
        missing = next(key for key in TOGETHER if key not in kpi)
        yield Problem("P504", kpi.key_spots[said[0]], name=kpi["name"], key=said[0], missing=missing)


def _of_some_cases(kpi: MapNode, measure: str) -> Problems:
    """A figure of its own, beside that of all cases."""
    if kpi["name"] in MEASURES:
        yield Problem("P500", kpi.spots["name"], name=kpi["name"])
    if measure in WHOLE:
        yield Problem("P502", kpi.spots["name"], name=kpi["name"], measure=measure)
    for key in ONLY_FOR:
        if key in kpi:
            yield Problem("P501", kpi.key_spots[key], name=kpi["name"], key=key, measure=measure)


def _has_form(value: object, form: str) -> bool:
    if form == "number":
        return not isinstance(value, str)
    return isinstance(value, str) and bool(_FORMS[form].fullmatch(value))
