"""A scheme of points with every form of rule on the sample policy, and cases to count."""

from datetime import datetime, timezone
from decimal import Decimal

from sample_policy import policy

from complaint_policy.engine.case import Case
from complaint_policy.engine.incentives import CaseFacts, points_of_case, schemes
from complaint_policy.engine.replay import replay

LATER = datetime(2026, 12, 31, tzinfo=timezone.utc)

RULES = [
    {"name": "on-time", "when": {"closed": True, "breaches": 0}, "points": 5},
    {"name": "satisfied", "when": {"rating": {"min": 4}}, "points": 3},
    {"name": "unhappy", "when": {"rating": {"max": 2}}, "points": -3},
    {"name": "first-contact", "when": {"first_contact": True}, "points": 2},
    {"name": "callback", "when": {"callback": "satisfied"}, "points": 1},
    {"name": "bad-callback", "when": {"callback": "dissatisfied"}, "points": -1},
    {"name": "review", "when": {"quality": "passed"}, "points": 1},
    {"name": "failed-review", "when": {"quality": "failed"}, "points": -3},
    {
        "name": "breach",
        "when": {"clock": ["any"], "breached": True},
        "points": -4,
        "charged_to": "holder",
        "limit_per_case": 6,
    },
    {"name": "prompt", "when": {"clock": ["acknowledgement"], "breached": False}, "points": 0.5},
    {"name": "reopened", "when": {"event": "reopened"}, "points": -5, "charged_to": "solver"},
    {"name": "idea", "when": {"event": "suggestion_accepted"}, "points": 10, "flat": True},
]
SCHEME = {
    "name": "desk",
    "period": "month",
    "who": {"role": ["intake"]},
    "score": "average",
    "rules": RULES,
    "weight": {"severity": {"low": 0.8, "normal": 1, "high": 1.5, "critical": 2}},
    "fair": {"min_cases": 2, "below_min": "no_grade", "cap": 1000, "exclude": ["outage", "extension"]},
    "grades": [
        {"name": "good", "min": 500, "reward": 300, "badge": True},
        {"name": "fair", "min": 0},
        {"name": "poor", "consequence": "training", "course": "basics"},
    ],
    "budget": 1000,
}


STAGES = [
    {"name": "received", "event": "received", "next": ["closed"]},
    {"name": "closed", "event": "closed", "closes": True},
    {"name": "settled", "event": "closed", "closes": True, "first_contact": True},
]


def scheme(**changes):
    """The scheme, with keys replaced."""
    return schemes(policy(stages=STAGES, incentives=[{**SCHEME, **changes}]))[0]


def only(*rules, **changes):
    """The scheme with these rules alone."""
    return scheme(rules=list(rules), **changes)


def facts_of(prepared, *events, now=LATER):
    """A case ready to be counted."""
    state = replay(prepared.policy, Case(events), now)
    return CaseFacts.read(events, state.clocks, now)


def counted(prepared, *events, now=LATER, disputed=()):
    """Entries and notes of a case."""
    return points_of_case(prepared, facts_of(prepared, *events, now=now), disputed)


def points(prepared, *events, **options):
    """{(rule, person): points} of a case, the counted cases left out."""
    found = {}
    for entry in counted(prepared, *events, **options).entries:
        if not entry.cases:
            key = entry.rule, entry.holder
            found[key] = found.get(key, Decimal(0)) + entry.points
    return found


def cases(prepared, *events, **options):
    """{person: (number, weight)} of the counted cases."""
    found = {}
    for entry in counted(prepared, *events, **options).entries:
        if entry.cases:
            number, weight = found.get(entry.holder, (0, Decimal(0)))
            found[entry.holder] = number + entry.cases, weight + entry.weight
    return found
