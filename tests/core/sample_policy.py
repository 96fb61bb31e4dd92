"""A normalised policy for tests of the engine: the examples of the policy language, kept small."""

from copy import deepcopy
from datetime import datetime
from zoneinfo import ZoneInfo

from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = [["09:00", "12:00"], ["13:00", "18:00"]]

SAMPLE = {
    "format": 1,
    "pack": {"name": "sample", "calendar": "office"},
    "calendars": {
        "office": {
            "timezone": "Asia/Shanghai",
            "week": [_DAY, _DAY, _DAY, _DAY, _DAY, [], []],
            "days": {**{f"2026-10-{day:02}": [] for day in range(1, 8)}, "2026-10-10": _DAY},
            "names": {f"2026-10-{day:02}": "National Day" for day in range(1, 8)},
            "names_zh_CN": {f"2026-10-{day:02}": "国庆节" for day in range(1, 8)},
            "known_until": "2026-12-31",
        },
        "hotline": {"timezone": "Asia/Shanghai", "week": [[["00:00", "24:00"]]] * 7},
    },
    "categories": [
        {
            "name": "delivery",
            "team": "Delivery desk",
            "department": "Transport",
            "preset": {"urgency": "urgent"},
            "children": [
                {"name": "delivery_delay"},
                {"name": "goods_damaged", "team": "Claims desk", "preset": {"scope": "public"}},
            ],
        },
        {"name": "charges"},
    ],
    "severity": {
        "levels": [{"name": name} for name in ("low", "normal", "high", "critical")],
        "matrix": [
            {"scope": ["public"], "severity": "critical"},
            {"urgency": ["urgent"], "severity": "high"},
            {"urgency": ["low"], "scope": ["one_customer"], "severity": "low"},
        ],
        "default": "normal",
        "preset": {"urgency": "normal", "scope": "one_customer", "complexity": "standard"},
    },
    "stages": [
        {"name": "received", "event": "received", "next": ["acknowledged"]},
        {"name": "acknowledged", "event": "acknowledged", "next": ["closed"]},
        {"name": "closed", "event": "closed", "closes": True},
        {"name": "settled", "event": "closed", "closes": True},
    ],
    "sla": [
        {
            "name": "complex",
            "match": {"type": ["complaint"], "complexity": ["complex", "major"]},
            "clocks": [
                {"name": "acknowledgement", "from": ["received"], "until": ["acknowledged"], "within": "1h"},
                {
                    "name": "investigation",
                    "from": ["received", "reopened"],
                    "until": ["communicated"],
                    "within": "5bd",
                    "pause": ["waiting_customer"],
                },
                {
                    "name": "legal_answer",
                    "from": ["received"],
                    "until": ["communicated"],
                    "within": "15cd",
                    "statutory": True,
                    "lawful_pause": [{"reason": "court", "rule": "Art. 23"}],
                },
                {"name": "feedback", "from": ["result_reported"], "until": ["communicated"], "within": "24h"},
            ],
        },
        {
            "name": "standard",
            "match": {"type": ["complaint"]},
            "clocks": [
                {"name": "acknowledgement", "from": ["received"], "until": ["acknowledged"], "within": "1h"},
                {
                    "name": "solution",
                    "from": ["received", "reopened"],
                    "until": ["solution_proposed"],
                    "within": "72h",
                    "pause": ["waiting_customer"],
                },
            ],
        },
        {
            "name": "inquiry",
            "match": {"type": ["inquiry"]},
            "clocks": [
                {
                    "name": "chat_reply",
                    "match": {"channel": ["chat"]},
                    "from": ["received"],
                    "until": ["first_feedback"],
                    "within": "30s",
                    "measure_only": True,
                },
                {"name": "response", "from": ["received"], "until": ["first_feedback"], "within": "2bh"},
            ],
        },
    ],
    "escalation": {
        "levels": [{"name": "supervisor"}, {"name": "department"}, {"name": "management"}],
        "rules": [
            {"name": "warn", "when": {"clock": ["any"], "at": "80%"}, "do": [{"notify": ["assignee"]}]},
            {"name": "late", "when": {"clock": ["any"], "at": "100%"}, "do": [{"escalate": "supervisor"}]},
            {
                "name": "later",
                "when": {"clock": ["solution", "investigation"], "after_due": "24h"},
                "do": [{"escalate": "department"}, {"raise_severity": 1}],
            },
            {
                "name": "ignored",
                "when": {"level": "supervisor", "unanswered": "4bh"},
                "do": [{"escalate": "department"}],
            },
            {
                "name": "reopened-twice",
                "when": {"event": ["reopened"], "count": 2},
                "do": [{"escalate": "management"}],
            },
            {
                "name": "very-unhappy",
                "when": {"event": ["rated"], "score": {"max": 2}},
                "do": [{"escalate": "supervisor"}],
            },
        ],
    },
}


def sample(**changes) -> dict:
    """The sample with whole kinds replaced."""
    return {**deepcopy(SAMPLE), **changes}


def policy(**changes) -> Policy:
    """The sample, loaded."""
    return Policy.load(sample(**changes))


def at(text: str) -> datetime:
    """A time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def event(text: str, kind: str, **data) -> Event:
    """A fact at a time in Shanghai; the attributes to set are ``attributes``."""
    if "attributes" in data:
        data["set"] = data.pop("attributes")
    return Event(at(text), kind, data)


def received(text: str, **attributes) -> Event:
    """A complaint comes in, of standard complexity unless said otherwise."""
    return event(text, "received", attributes={"type": "complaint", "complexity": "standard", **attributes})


def case(*events: Event) -> Case:
    """A case of these facts."""
    return Case(tuple(events))
