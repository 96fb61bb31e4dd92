"""Cross-checks: what no schema of a single file can see.

`lint` runs on a pack with everything that it inherits. Each check is a function from `View` to problems: one
for all references, one for all titles, and for each kind its own, if it has one. A new kind adds its function
to `CHECKS`.
"""

from __future__ import annotations

from .checks import (
    calendars,
    callbacks,
    categories,
    escalation,
    extensions,
    happenings,
    improvement,
    incentives,
    kpis,
    mail,
    matches,
    meetings,
    messages,
    names,
    pack,
    people,
    quality,
    roles,
    severity,
    sla,
    stages,
    supervision,
    surges,
    surveys,
    tests,
    titles,
    training,
    web,
    workload,
)
from .diagnostics import Problem
from .resolve import Resolved
from .view import View

CHECKS = (
    names.check,
    pack.check,
    calendars.check,
    roles.check,
    categories.check,
    severity.check,
    severity.check_tiers,
    stages.check,
    sla.check,
    escalation.check,
    extensions.check,
    extensions.check_unused,
    messages.check,
    callbacks.check_surveys,
    surveys.check,
    callbacks.check,
    callbacks.check_meetings,
    meetings.check,
    meetings.check_returns,
    improvement.check,
    surges.check,
    incentives.check,
    training.check,
    supervision.check,
    quality.check,
    kpis.check,
    people.check_causes,
    people.check_workload,
    workload.check,
    people.check_privacy,
    matches.check,
    happenings.check,
    tests.check,
    titles.check,
    web.check,
    mail.check,
)


def lint(resolved: Resolved) -> list[Problem]:
    """Problems across the files of one pack."""
    view = View(resolved)
    return [problem for check in CHECKS for problem in check(view)]
