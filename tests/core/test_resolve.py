"""Packs that build on packs.

What a child's words do to the inherited ones, and where everything came from.
"""

from datetime import date

from family import BASE, bodies, child, names
from policy_files import found, packs

from complaint_policy.language import load


def test_everything_is_inherited_that_the_child_does_not_mention():
    assert bodies(child()) == load(packs(base=BASE)).resolve("base").bodies


def test_an_entry_of_the_same_name_is_overridden_key_by_key():
    sla = "kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 48h}]}]\n"
    policy = bodies(child(sla=sla))["sla"]["policies"][0]
    assert policy["match"] == {"type": "complaint"}
    assert policy["clocks"][1] == {
        "name": "solution",
        "from": "received",
        "until": "solution_proposed",
        "within": "48h",
        "title": {"en": "Solution"},
    }
    assert names(policy["clocks"]) == ["feedback", "solution"]


def test_a_condition_is_replaced_as_a_whole():
    sla = "kind: sla\npolicies: [{name: standard, match: {category: goods}}]\n"
    assert bodies(child(sla=sla))["sla"]["policies"][0]["match"] == {"category": "goods"}


def test_a_title_gets_another_language_without_losing_the_first():
    sla = "kind: sla\npolicies: [{name: standard, clocks: [{name: solution, title: {zh_CN: 方案}}]}]\n"
    assert bodies(child(sla=sla))["sla"]["policies"][0]["clocks"][1]["title"] == {
        "en": "Solution",
        "zh_CN": "方案",
    }


def test_new_entries_stand_before_the_inherited_ones_in_their_order():
    sla = "kind: sla\npolicies: [{name: b, clocks: []}, {name: inquiry}, {name: a, clocks: []}]\n"
    assert names(bodies(child(sla=sla))["sla"]["policies"]) == ["b", "a", "standard", "inquiry"]


def test_before_puts_an_entry_where_it_belongs():
    sla = (
        "kind: sla\npolicies: [{name: new, before: inquiry, clocks: []}, {name: first, before: new, "
        "clocks: []}]\n"
    )
    got = bodies(child(sla=sla))["sla"]["policies"]
    assert names(got) == ["standard", "first", "new", "inquiry"]
    assert all("before" not in entry for entry in got)


def test_before_moves_an_inherited_entry():
    sla = "kind: sla\npolicies: [{name: inquiry, before: standard}]\n"
    assert names(bodies(child(sla=sla))["sla"]["policies"]) == ["inquiry", "standard"]


def test_remove_drops_entries_of_a_file_and_inside_an_entry():
    categories = (
        "kind: categories\nremove: [charges]\ncategories: [{name: goods, remove: [lost], children: "
        "[{name: late}]}]\n"
    )
    got = bodies(child(categories=categories))["categories"]["categories"]
    assert names(got) == ["goods"] and names(got[0]["children"]) == ["late", "broken"]


def test_remove_works_without_naming_the_list():
    assert names(bodies(child(sla="kind: sla\nremove: [inquiry]\n"))["sla"]["policies"]) == ["standard"]


def test_was_renames_an_entry_at_its_place_and_keeps_the_rest_of_it():
    categories = (
        "kind: categories\ncategories: [{name: goods, children: [{name: damaged, was: broken, "
        "team: Claims}]}]\n"
    )
    got = bodies(child(categories=categories))["categories"]["categories"][0]["children"]
    assert got == [
        {"name": "damaged", "was": "broken", "team": "Claims", "keywords": ["broken"]},
        {"name": "lost"},
    ]


def test_inherited_rules_follow_a_renaming():
    sla = (
        "kind: sla\npolicies: [{name: special, match: {type: inquiry, category: [broken, lost, charges]}, "
        "clocks: []}]\n"
    )
    categories = "kind: categories\ncategories: [{name: goods, children: [{name: damaged, was: broken}]}]\n"
    library = load(packs(base={**BASE, "sla": sla}, child=child(categories=categories)))
    assert library.check() == []
    assert library.resolve("child").bodies["sla"]["policies"][0]["match"]["category"] == [
        "damaged",
        "lost",
        "charges",
    ]
    assert library.resolve("base").bodies["sla"]["policies"][0]["match"]["category"] == [
        "broken",
        "lost",
        "charges",
    ]


def test_the_childs_own_rules_must_use_the_new_name():
    types = "kind: case_types\ncase_types: [{name: question, was: inquiry}]\n"
    sla = "kind: sla\npolicies: [{name: more, match: {type: inquiry, category: lost}, clocks: []}]\n"
    assert found(packs(base=BASE, child=child(case_types=types, sla=sla))) == [
        "child/sla.yaml:2:39 P201 no case type is named 'inquiry'; there are: complaint, question"
    ]


def test_a_renamed_clock_is_followed_by_the_escalation():
    escalation = (
        "kind: escalation\nrules: [{name: warn, when: {clock: [solution], at: 80%}, do: [{notify: "
        "intake}]}]\n"
    )
    sla = "kind: sla\npolicies: [{name: standard, clocks: [{name: result, was: solution}]}]\n"
    library = load(packs(base={**BASE, "escalation": escalation}, child=child(sla=sla)))
    assert library.check() == []
    assert library.resolve("child").bodies["escalation"]["rules"][0]["when"]["clock"] == ["result"]


def test_an_old_name_that_is_not_inherited_is_kept_for_the_next_release():
    types = "kind: case_types\ncase_types: [{name: wish, was: request}]\n"
    assert bodies(child(case_types=types))["case_types"]["case_types"][0] == {
        "name": "wish",
        "was": "request",
    }


def test_grandparents_are_inherited_too():
    middle = child(
        name="middle",
        sla="kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 60h}]}]\n",
    )
    got = bodies(child(extends="middle"), middle=middle)["sla"]["policies"][0]["clocks"][1]
    assert got["within"] == "60h"


def test_the_pack_inherits_calendar_and_currency_but_not_its_name_and_title():
    meta = load(packs(base=BASE, child=child())).resolve("child").meta
    assert (meta["calendar"], meta["currency"], meta["name"], "title" in meta) == (
        "office",
        "EUR",
        "child",
        False,
    )


def test_tests_are_not_inherited():
    tests = "kind: tests\ntests: [{name: one, at: '2026-03-02 10:00', case: {}, expect: [{sla: standard}]}]\n"
    library = load(packs(base={**BASE, "tests": tests}, child=child()))
    assert "tests" not in library.resolve("child").bodies and "tests" in library.resolve("base").bodies


def test_the_origin_of_every_entry_is_known():
    sla = "kind: sla\npolicies:\n  - name: standard\n    clocks:\n      - {name: solution, within: 48h}\n"
    normalised, problems = load(packs(base=BASE, child=child(sla=sla))).compile("child", date(2026, 11, 21))
    assert not problems
    assert normalised["origin"]["sla/standard/solution"] == ["child/sla.yaml", 5]
    assert normalised["origin"]["sla/standard/feedback"] == ["base/sla.yaml", 6]
    assert normalised["origin"]["sla/inquiry"] == ["base/sla.yaml", 8]
    assert normalised["origin"]["categories/goods/broken"] == ["base/categories.yaml", 5]
