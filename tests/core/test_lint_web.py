"""The public pages: a company has one form, at an address that is nobody else's (A1)."""

from datetime import date

import pytest

from complaint_policy.language import load

PACK = b"kind: pack\nname: p\ntitle: P\n"


def found(channels):
    files = {"p/pack.yaml": PACK, "p/channels.yaml": f"kind: channels\nchannels:\n{channels}".encode()}
    problems = load(files).compile("p", date(2026, 3, 1))[1]
    return [(one.code, one.args, one.spot.line) for one in problems if one.code in ("P485", "P486")]


def test_a_second_form_is_refused_and_the_first_one_named():
    two = "  - {name: web, web: {type: complaint}}\n  - {name: app, web: {type: complaint}}\n"
    assert found(two) == [("P485", {"name": "app", "first": "web"}, 4)]


def test_one_form_beside_channels_without_any_is_sound():
    assert found("  - {name: phone}\n  - {name: web, web: {type: complaint, path: acme}}\n") == []


@pytest.mark.parametrize(
    "path", ["new", "how-to", "track", "case", "sent", "answer", "approve", "extend", "suggestion"]
)
def test_the_address_of_a_page_that_all_companies_have_cannot_stand_for_one_of_them(path):
    assert found(f"  - {{name: web, web: {{type: complaint, path: {path}}}}}\n") == [
        ("P486", {"path": path}, 3)
    ]
