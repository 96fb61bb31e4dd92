"""Cross-checks: what no schema of a single file can see.

`lint` runs on a pack with everything that it inherits. First every reference (`references`), then for each kind its own
check, if it has one: a function from `View` to problems. A new kind adds its function to `CHECKS`.
"""

from __future__ import annotations

from .checks import calendars, categories, escalation, pack, roles, severity, sla, stages, tests, titles
from .diagnostics import Problem
from .references import dangling
from .resolve import Resolved
from .view import View

CHECKS = (
    pack.check, calendars.check, roles.check, categories.check, severity.check, severity.check_tiers, stages.check,
    sla.check, escalation.check, tests.check, titles.check,
)


def lint(resolved: Resolved) -> list[Problem]:
    """Problems across the files of one pack."""
    view = View(resolved)
    problems = list(dangling(view))
    for check in CHECKS:
        problems += check(view)
    return problems
