"""Packs that build on two packs: side by side, and where these disagree."""

import pytest
from family import BASE, bodies, child, names
from policy_files import found, packs

from complaint_policy.language import load

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
