"""Findings beside the tree of causes, and how long a proposed remedy waits for an answer."""

from datetime import date

from policy_files import files, found
from shop_kinds import MORE

from complaint_policy.language import load
from complaint_policy.language.changes import changes

CAUSES = """\
kind: causes
causes: [{name: people, children: [{name: rude}]}, {name: product}]
findings: [{name: upheld}, {name: withdrawn}]
"""
REMEDIES = """\
kind: remedies
remedies: [{name: refund, amount: true, answer: {within: 14cd, then: expired}}]
"""


def compiled(**topics):
    normalised, problems = load(files(**{**MORE, **topics})).compile("shop", date(2026, 3, 1))
    assert normalised is not None, problems
    return normalised


def test_b2_findings_stand_beside_the_causes_and_have_titles():
    policy = compiled(causes=CAUSES)["causes"]
    assert [one["name"] for one in policy["findings"]] == ["upheld", "withdrawn"]
    assert policy["findings"][0]["title"] == {"en": "Upheld"}
    assert policy["causes"][0]["children"][0]["name"] == "rude"


def test_a_pack_without_findings_has_none():
    assert compiled()["causes"]["findings"] == []


def test_a_cause_that_moves_in_the_tree_is_one_change():
    moved = CAUSES.replace(", children: [{name: rude}]", "").replace(
        "{name: product}", "{name: product, children: [{name: rude}]}"
    )
    found_changes = changes(compiled(causes=CAUSES), compiled(causes=moved))
    parents = [one for one in found_changes if one.key == "parent"]
    assert [(one.kind, one.path, one.before, one.after) for one in parents] == [
        ("causes.causes", ("rude",), "people", "product")
    ]


def test_causes_of_the_time_before_findings_are_compared_too():
    new = compiled(causes=CAUSES)
    old = {**new, "causes": new["causes"]["causes"]}
    assert [(one.sign, one.kind, one.path) for one in changes(old, new)] == [
        ("+", "causes.findings", ("upheld",)),
        ("+", "causes.findings", ("withdrawn",)),
    ]


def test_b5_a_remedy_says_how_long_its_proposal_is_open_and_what_silence_means():
    assert compiled(remedies=REMEDIES)["remedies"][0]["answer"] == {"within": "14cd", "then": "expired"}


def test_b5_a_time_for_an_answer_without_a_meaning_is_a_fault():
    assert found(files(**{**MORE, "remedies": REMEDIES.replace(", then: expired", "")})) == [
        "remedies.yaml:2:49 P104 the key 'then' is missing; add 'then:' here"
    ]


def test_b5_silence_means_one_of_three_things():
    problems = found(files(**{**MORE, "remedies": REMEDIES.replace("expired", "whatever")}))
    assert len(problems) == 1
    assert "accepted" in problems[0] and "refused" in problems[0] and "expired" in problems[0]
