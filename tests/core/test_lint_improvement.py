"""Improvement and suggestions (B8, B11): what is asked for can be decided, and what is sent is answered."""

from textwrap import dedent

from policy_files import SHOP, files, found
from shop_kinds import MORE

CAUSES = "kind: causes\ncauses: [{name: process}]\nimprovement: {approval: change}\n"
PRIVACY = "kind: privacy\nprivacy: {anonymous_suggestions: true}\n"
SUGGESTIONS = "suggestions: {answer_within: 10bd}\n"


def codes(**kinds):
    return found(files(**{**MORE, **kinds}))


def approvals(step):
    return MORE["approvals"].rstrip().removesuffix("]") + f", {{name: change, steps: [{step}]}}]\n"


def test_an_approval_for_improvement_is_asked_for():
    assert codes(causes=CAUSES, approvals=approvals("{by: boss}")) == []


def test_an_approval_that_nobody_asks_for_is_still_reported():
    assert any("P457" in line for line in codes(approvals=approvals("{by: boss}")))


def test_a_step_of_it_that_waits_for_an_amount_never_comes():
    lines = codes(causes=CAUSES, approvals=approvals("{by: boss, when: {amount: {min: 5}}}"))
    assert len(lines) == 1 and "P510" in lines[0] and "which has no amount" in lines[0]


def test_anonymous_suggestions_need_a_time_limit():
    lines = codes(privacy=PRIVACY)
    assert len(lines) == 1 and "P511" in lines[0]


def test_with_a_time_limit_they_are_fine():
    escalation = dedent(SHOP["shop/escalation.yaml"]).rstrip("\n") + f"\n{SUGGESTIONS}"
    assert codes(privacy=PRIVACY, escalation=escalation) == []
