"""Packs that build on packs.

What a child's words do to the inherited ones, and where everything came from.
"""

from datetime import date

import pytest
from policy_files import found, packs

from complaint_policy.language import load

BASE = {
    "pack": "kind: pack\nname: base\ncalendar: office\ncurrency: EUR\ntitle: Base\n",
    "calendars": "kind: calendars\ncalendars: [{name: office, timezone: Etc/UTC, hours: {daily: "
    "['09:00-17:00']}}]\n",
    "case_types": "kind: case_types\ncase_types: [{name: complaint}, {name: inquiry}]\n",
    "roles": "kind: roles\nroles: [{name: intake, team: Intake}]\n",
    "categories": """\
        kind: categories
        categories:
          - name: goods
            team: Intake
            children: [{name: broken, keywords: [broken]}, {name: lost}]
          - {name: charges, team: Billing}
        """,
    "sla": """\
        kind: sla
        policies:
          - name: standard
            match: {type: complaint}
            clocks:
              - {name: feedback, from: received, until: first_feedback, within: 24h}
              - {name: solution, from: received, until: solution_proposed, within: 72h, title: {en: Solution}}
          - name: inquiry
            match: {type: inquiry}
            clocks: [{name: response, from: received, until: first_feedback, within: 2h}]
        """,
}


def child(extends="base", name="child", **kinds):
    return {"pack": f"kind: pack\nname: {name}\nextends: {extends}\n", **kinds}


def bodies(own: dict, **others):
    """The resolved bodies of the pack `child`, which has `own` files."""
    library = load(packs(base=BASE, child=own, **others))
    resolved = library.resolve("child")
    assert not resolved.problems, resolved.problems
    return resolved.bodies


def names(entries):
    return [entry["name"] for entry in entries]


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


LEFT = child(
    name="left", sla="kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 48h}]}]\n"
)
RIGHT = child(
    name="right",
    sla="kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 60h}]}, {name: vip, "
    "match: {category: goods}, clocks: []}]\n",
)


def test_two_parents_stand_side_by_side_from_left_to_right():
    right = child(name="right", sla="kind: sla\npolicies: [{name: vip, clocks: []}]\n")
    got = bodies(child(extends="[left, right]"), left=LEFT, right=right)
    assert names(got["sla"]["policies"]) == ["standard", "inquiry", "vip"]


@pytest.mark.parametrize("order", ["[left, right]", "[right, left]"])
def test_a_parent_that_only_passes_on_what_the_other_has_overridden_does_not_disagree(order):
    got = bodies(child(extends=order), left=LEFT, right=child(name="right"))
    assert got["sla"]["policies"][0]["clocks"][1]["within"] == "48h"


@pytest.mark.parametrize("order", ["[left, right]", "[right, left]"])
def test_what_one_parent_drops_of_their_common_base_stays_away(order):
    left = child(name="left", sla="kind: sla\nremove: [inquiry]\n")
    assert names(bodies(child(extends=order), left=left, right=child(name="right"))["sla"]["policies"]) == [
        "standard"
    ]


def test_two_parents_that_disagree_are_an_error():
    lines = found(packs(base=BASE, left=LEFT, right=RIGHT, child=child(extends="[left, right]")))
    assert lines == [
        "child/pack.yaml:3:1 P304 the packs extended here disagree about "
        "sla/policies/standard/clocks/solution/within (left/sla.yaml:2 and "
        "right/sla.yaml:2); say in this pack what holds"
    ]


@pytest.mark.parametrize(
    "decision",
    [
        "kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 50h}]}]\n",
        "kind: sla\nremove: [standard]\n",
        "kind: sla\npolicies: [{name: standard, remove: [solution]}]\n",
    ],
)
def test_the_child_decides_by_saying_it_or_by_dropping_the_entry(decision):
    own = child(extends="[left, right]", sla=decision)
    assert not load(packs(base=BASE, left=LEFT, right=RIGHT, child=own)).resolve("child").problems


def test_parents_that_agree_need_no_decision():
    assert (
        found(
            packs(
                base=BASE,
                left=child(name="left"),
                right=child(name="right"),
                child=child(extends="[left, right]"),
            )
        )
        == []
    )


def test_an_entry_that_one_parent_drops_and_the_other_changes_is_a_disagreement():
    left = child(name="left", sla="kind: sla\nremove: [inquiry]\n")
    right = child(name="right", sla="kind: sla\npolicies: [{name: inquiry, match: {}}]\n")
    own = child(extends="[left, right]")
    assert found(packs(base=BASE, left=left, right=right, child=own)) == [
        "child/pack.yaml:3:1 P304 the packs extended here disagree about sla/policies/inquiry "
        "(left/sla.yaml:2 and right/sla.yaml:2); say in "
        "this pack what holds"
    ]
    own["sla"] = "kind: sla\nremove: [inquiry]\n"
    assert found(packs(base=BASE, left=left, right=right, child=own)) == []


def test_currencies_that_differ_are_a_disagreement_too():
    left, right = (
        {"pack": f"kind: pack\nname: {name}\nextends: base\ncurrency: {currency}\n"}
        for name, currency in (("left", "CNY"), ("right", "USD"))
    )
    lines = found(packs(base=BASE, left=left, right=right, child=child(extends="[left, right]")))
    assert [line.split(" (")[0] for line in lines] == [
        "child/pack.yaml:3:1 P304 the packs extended here disagree about pack/currency"
    ]


FAULTS = [
    (
        {"pack": "kind: pack\nname: child\nextends: bse\n"},
        ["child/pack.yaml:3:10 P302 there is no pack 'bse'; did you mean 'base'?"],
    ),
    (
        {"pack": "kind: pack\nname: child\nextends: child\n"},
        [
            "child/pack.yaml:3:10 P303 the packs extend each other in a circle: child → child; delete one "
            "of these extends"
        ],
    ),
    (
        {"pack": "kind: pack\nname: kid\nextends: base\n"},
        [
            "child/pack.yaml:2:7 P310 the pack is named 'kid' but its folder 'child'; write 'name: child' "
            "or rename the folder"
        ],
    ),
    (
        {"sla": "kind: sla\nremove: [standrd]\n"},
        [
            "child/pack.yaml:1:1 P301 the folder 'child' has no pack.yaml; add a file pack.yaml with the "
            "lines 'kind: pack' and 'name: child'",
            "child/sla.yaml:2:10 P305 'standrd' cannot be removed, nothing of that name is inherited here; "
            "delete the line",
        ],
    ),
    (
        child(sla="kind: sla\nremove: [standrd]\n"),
        [
            "child/sla.yaml:2:10 P305 'standrd' cannot be removed, nothing of that name is inherited here; "
            "did you mean 'standard'?"
        ],
    ),
    (
        child(sla="kind: sla\npolicies: [{name: standard, before: inquirry}]\n"),
        ["child/sla.yaml:2:37 P306 there is no 'inquirry' to stand before; did you mean 'inquiry'?"],
    ),
    (
        child(sla="kind: sla\npolicies: [{name: standard, was: inquiry}]\n"),
        [
            "child/sla.yaml:2:34 P307 'standard' cannot have been 'inquiry': both exist, or both are the "
            "same; delete 'was', or remove the other "
            "entry"
        ],
    ),
    (
        child(sla="kind: sla\npolicies: [{name: standard}, {name: standard}]\n"),
        [
            "child/sla.yaml:2:37 P202 the name 'standard' stands here a second time, first in line 2; "
            "rename one of the two or join them"
        ],
    ),
    (
        child(more="kind: sla\npolicies: []\n", sla="kind: sla\npolicies: []\n"),
        [
            "child/sla.yaml:1:7 P308 this pack has another file of kind 'sla': child/more.yaml; join the "
            "two files"
        ],
    ),
    (
        child(more="kind: pack\nname: child\n"),
        [
            "child/more.yaml:1:7 P312 'kind: pack' cannot stand in this file; pack.yaml has 'kind: pack', "
            "and no other file has"
        ],
    ),
    (
        child(
            roles="kind: roles\nremove: [intake]\n",
            stages="kind: stages\nstages: [{name: a, owner: intake, closes: true}]\n",
        ),
        [
            "child/stages.yaml:2:27 P201 no role is named 'intake'; this policy has none; add it to a file "
            "of its kind, or extend a pack that has "
            "it"
        ],
    ),
]


@pytest.mark.parametrize(("own", "lines"), FAULTS)
def test_what_cannot_be_resolved_is_named_at_its_place(own, lines):
    assert found(packs(base=BASE, child=own)) == lines


def test_a_circle_of_packs_is_reported_in_each_of_them():
    a, b, c = (child(name=name, extends=extends) for name, extends in (("a", "b"), ("b", "c"), ("c", "a")))
    assert [line.split(";")[0] for line in found(packs(a=a, b=b, c=c))] == [
        "a/pack.yaml:3:10 P303 the packs extend each other in a circle: a → b → c → a",
        "b/pack.yaml:3:10 P303 the packs extend each other in a circle: b → c → a → b",
        "c/pack.yaml:3:10 P303 the packs extend each other in a circle: c → a → b → c",
    ]


def test_a_fault_in_an_inherited_file_names_the_pack_in_whose_light_it_is_one():
    own = child(case_types="kind: case_types\nremove: [inquiry]\n")
    assert found(packs(base=BASE, child=own)) == [
        "base/sla.yaml:9:19 P201 no case type is named 'inquiry' (in the light of pack 'child'); there are: "
        "complaint"
    ]


def test_checking_one_pack_looks_at_it_and_what_it_builds_on_only():
    broken = {"pack": "kind: pack\nname: other\ncolour: red\n"}
    library = load(packs(base=BASE, child=child(), other=broken))
    assert library.check("child") == [] and len(library.check()) == 1


def test_the_origin_of_every_entry_is_known():
    sla = "kind: sla\npolicies:\n  - name: standard\n    clocks:\n      - {name: solution, within: 48h}\n"
    normalised, problems = load(packs(base=BASE, child=child(sla=sla))).compile("child", date(2026, 11, 21))
    assert not problems
    assert normalised["origin"]["sla/standard/solution"] == ["child/sla.yaml", 5]
    assert normalised["origin"]["sla/standard/feedback"] == ["base/sla.yaml", 6]
    assert normalised["origin"]["sla/inquiry"] == ["base/sla.yaml", 8]
    assert normalised["origin"]["categories/goods/broken"] == ["base/categories.yaml", 5]
