"""Packs side by side: an industry and the law that binds it, with nothing to decide for the company."""

from datetime import date
from functools import lru_cache

import pytest
from policy_files import real_files

from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.language import load

FILES = real_files()
TODAY = date(2026, 3, 1)


def combined(*parents, **own):
    """The library of a company whose pack extends these."""
    needed = {"general", *parents}
    library = {path: content for path, content in FILES.items() if path.partition("/")[0] in needed}
    pack = f"kind: pack\nname: company\nextends: [{', '.join(parents)}]\n"
    own = {"pack": pack, **own}
    return load({**library, **{f"company/{kind}.yaml": text.encode() for kind, text in own.items()}})


@lru_cache
def policy(*parents):
    normalised, problems = combined(*parents).compile("company", TODAY)
    assert normalised is not None, problems
    return normalised


def limits(normalised, sla):
    clocks = next(one for one in normalised["sla"] if one["name"] == sla)["clocks"]
    return {clock["name"]: clock["within"] for clock in clocks}


FITTING = [
    ("logistics", "cn-financial-2020"),
    ("logistics", "iso-10002"),
    ("finance", "uk-disp"),
    ("finance", "eu-psd2"),
    ("finance", "us-cfpb"),
    ("finance", "cn-financial-2020"),
    ("finance", "au-rg271"),
    ("software", "service"),
    ("software", "iso-10002"),
    ("finance", "service", "iso-10002", "uk-disp"),
    ("finance", "service", "iso-10002", "cn-financial-2020"),
    ("service", "iso-10002", "au-rg271"),
]


@pytest.mark.parametrize("parents", FITTING, ids="+".join)
def test_packs_that_belong_together_leave_nothing_to_decide(parents):
    assert combined(*parents).check() == []


@pytest.mark.parametrize("parents", FITTING, ids="+".join)
def test_what_a_parent_limits_is_limited_in_the_combination(parents):
    together = policy(*parents)
    for parent in parents:
        alone, problems = load(FILES_OF[parent]).compile(parent, TODAY)
        assert alone is not None, problems
        for sla in alone["sla"]:
            assert limits(alone, sla["name"]).items() <= limits(together, sla["name"]).items()


FILES_OF = {
    parent: {
        path: content for path, content in FILES.items() if path.partition("/")[0] in ("general", parent)
    }
    for parent in {one for parents in FITTING for one in parents}
}


def test_the_order_of_the_parents_changes_no_limit():
    for sla in ("standard", "complex", "inquiry"):
        one = limits(policy("logistics", "cn-financial-2020"), sla)
        assert one == limits(policy("cn-financial-2020", "logistics"), sla)


SLA = """\
kind: sla
policies:
  - {name: complex, remove: [legal_answer]}      # an example in logistics; here the law itself stands
"""
TESTS = """\
kind: tests
tests:
  - name: a parcel with a payment on delivery that went wrong has the times of both packs
    at: "2026-09-30 16:00"
    case: {type: complaint, channel: phone, category: charges, complexity: complex}
    events:
      - {at: "2026-10-28 10:00", event: extended, clock: decision, by: 30cd}
    expect:
      - at: "2026-09-30 16:00"
        sla: complex
        due: {handover: "2026-09-30 17:00", investigation: "2026-10-13 18:00", decision: "2026-10-30 24:00"}
      - {at: "2026-10-28 10:00", due: {decision: "2026-11-29 24:00"}}
  - name: a simple one is decided in fifteen days
    at: "2026-09-30 16:00"
    case: {type: complaint, channel: phone, category: delivery_delay}
    expect:
      - {at: "2026-09-30 16:00", due: {solution: "2026-10-03 16:00", decision: "2026-10-15 24:00"}}
"""


def test_a_carrier_with_payments_in_china_keeps_the_times_of_both():
    library = combined("logistics", "cn-financial-2020", sla=SLA, tests=TESTS)
    assert library.check() == []
    normalised, problems = library.compile("company", TODAY)
    assert normalised is not None, problems
    results = run_tests(Policy.load(normalised))
    assert len(results) == 2 and all(one.passed for one in results), results


def test_what_must_be_checked_about_each_parent_must_be_checked_about_the_child():
    together = policy("logistics", "cn-financial-2020")["pack"]["disclaimer"]
    for parent in ("logistics", "cn-financial-2020"):
        alone = load(FILES_OF[parent]).compile(parent, TODAY)[0]["pack"]["disclaimer"]
        assert alone["en"] in together["en"] and alone["zh_CN"] in together["zh_CN"]


def test_a_disclaimer_of_its_own_replaces_those_of_the_parents():
    pack = """\
        kind: pack
        name: company
        extends: [logistics, cn-financial-2020]
        disclaimer: {en: Checked by our lawyers., zh_CN: 已由本公司法务核对。}
        """
    normalised, problems = combined("logistics", "cn-financial-2020", pack=pack).compile("company", TODAY)
    assert normalised is not None, problems
    assert normalised["pack"]["disclaimer"]["en"] == "Checked by our lawyers."


def test_the_calendar_of_the_law_holds_for_an_industry_that_names_none():
    assert policy("finance", "uk-disp")["calendars"]["office"]["timezone"] == "Europe/London"
    assert policy("finance", "uk-disp")["pack"]["currency"] == "GBP"


def test_two_countries_must_be_decided_by_the_company():
    problems = combined("uk-disp", "us-cfpb").check("company")
    assert {one.code for one in problems} == {"P304"}
    assert any(one.args["what"] == "pack/currency" for one in problems)


def test_the_letters_of_the_law_replace_the_general_ones_in_the_combination():
    messages = policy("finance", "uk-disp")["messages"]["messages"]
    assert [one["name"] for one in messages if "communicated" in one.get("on", ())] == ["final_response"]
    assert [one["name"] for one in messages if "extended" in one.get("on", ())] == ["not_yet"]
