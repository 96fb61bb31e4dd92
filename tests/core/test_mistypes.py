"""What people mistype in the general pack, and what they are told.

The one thing that is wrong, and how to say it right.
"""

import pytest
from policy_files import POLICIES

from complaint_policy.language import load

MISTYPES = {
    "a figure in words": ("incentives.yaml", "points: 5}", "points: five}", "P134", "write a number"),
    "a budget below nought": ("incentives.yaml", "budget: 10000", "budget: -1", "P107", "write 0 or more"),
    "a time in words": (
        "incentives.yaml",
        "object_within: 10d",
        "object_within: ten days",
        "P106",
        "write it in this form",
    ),
    "an hour for a time of the day": (
        "escalation.yaml",
        'digest: "08:00"',
        "digest: 8",
        "P134",
        "did you mean '08:00'?",
    ),
    "a number for a time of the day": (
        "escalation.yaml",
        'digest: "08:00"',
        "digest: 99",
        "P134",
        "write a time of the day such as 08:00",
    ),
}


def told(path, old, new):
    """The errors after one change in the general pack: [(path, code, hint)]."""
    texts = {f"general/{file.name}": file.read_text() for file in (POLICIES / "general").glob("*.yaml")}
    assert old in texts[f"general/{path}"]
    texts[f"general/{path}"] = texts[f"general/{path}"].replace(old, new, 1)
    problems = load({name: text.encode() for name, text in texts.items()}).check("general")
    return [(one.path, one.code, one.hint()) for one in problems if one.severity == "error"]


@pytest.mark.parametrize(("path", "old", "new", "code", "hint"), MISTYPES.values(), ids=MISTYPES.keys())
def test_one_slip_is_one_error_with_advice_that_helps(path, old, new, code, hint):
    assert told(path, old, new) == [(f"general/{path}", code, hint)]
