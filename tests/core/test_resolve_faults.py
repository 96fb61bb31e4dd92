"""What is wrong in packs that build on packs, and where it is reported."""

import pytest
from family import BASE, child
from policy_files import found, packs

from complaint_policy.language import load

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
