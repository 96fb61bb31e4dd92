"""Escalation rules on what an event carries: the amount of a solution, words in what a customer writes."""

import pytest
from policy_files import edited, found
from sample_policy import at, case, event, received, sample

from complaint_policy.engine.escalation import consequences
from complaint_policy.engine.keywords import facts, looked_for
from complaint_policy.engine.policy import Policy

LEVELS = sample()["escalation"]["levels"]
RULES = [
    {
        "name": "threat",
        "when": {"event": ["received", "customer_message"], "keyword": ["lawyer", "律师"]},
        "do": [{"escalate": "department"}],
    },
    {
        "name": "costly",
        "when": {"event": ["solution_proposed"], "amount": {"min": 5000}},
        "do": [{"escalate": "management"}],
    },
    {
        "name": "press",
        "when": {"event": ["customer_message"], "keyword": "press"},
        "do": [{"notify": ["assignee"]}],
    },
]
POLICY = Policy.load(sample(escalation={"levels": LEVELS, "rules": RULES}))
START = received("2026-10-12 10:00")


def acted(*events):
    fired = consequences(POLICY, case(START, *events), at("2026-10-12 20:00"))
    return [f"{one.rule} {one.subject}" for one in fired]


@pytest.mark.parametrize(("amount", "rules"), [(4999.99, []), (5000, ["costly solution_proposed"])])
def test_a_rule_asks_for_an_amount_and_its_bound_is_included(amount, rules):
    assert acted(event("2026-10-12 11:00", "solution_proposed", amount=amount)) == rules


def test_a_solution_without_an_amount_is_not_costly():
    assert acted(event("2026-10-12 11:00", "solution_proposed")) == []


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        (["律师"], ["threat customer_message"]),
        ("lawyer", ["threat customer_message"]),
        (["press", "lawyer"], ["threat customer_message", "press customer_message"]),
        (["notary"], []),
        ([], []),
    ],
)
def test_a_rule_asks_for_a_word_that_was_found(words, rules):
    assert acted(event("2026-10-12 11:00", "customer_message", keyword=words)) == rules


def test_a_word_at_receipt_acts_at_receipt():
    start = event(
        "2026-10-12 10:00", "received", attributes={"type": "complaint", "complexity": "standard"},
        keyword=["lawyer"],
    )  # fmt: skip
    assert [one.rule for one in consequences(POLICY, case(start), at("2026-10-12 10:00"))] == ["threat"]


def test_the_words_of_a_text_are_found_as_the_policy_writes_them():
    assert facts(POLICY, "customer_message", "My LAWYERS will call. The Press, too.") == {
        "keyword": ["lawyer", "press"]
    }
    assert facts(POLICY, "received", "我已经联系律师了") == {"keyword": ["律师"]}
    assert facts(POLICY, "received", "The press") == {}, "only the rules on this event look"
    assert facts(POLICY, "customer_message", "an expression") == {}, "a part of another word"


def test_where_no_rule_looks_nothing_is_looked_for():
    assert looked_for(POLICY, "received")
    assert not looked_for(POLICY, "agent_message")
    assert not looked_for(Policy.load(sample()), "received")


RULE = "name: warn, when: {clock: any, at: 80%}"


@pytest.mark.parametrize(
    "when",
    [
        "{event: solution_proposed, amount: {min: 5000}}",
        "{event: [solution_proposed, solution_approved], amount: {min: 1, max: 2}}",
        "{event: [received, customer_message], keyword: [lawyer, 律师]}",
        "{event: customer_message, keyword: lawyer}",
    ],
)
def test_the_language_knows_amounts_and_keywords(when):
    lines = found(edited("escalation", RULE, f"name: warn, when: {when}"))
    assert [line for line in lines if " P2" in line or " P1" in line or "P459" in line] == []


def test_what_an_event_never_carries_is_noticed():
    when = "{event: [received, paused], keyword: lawyer}"
    lines = found(edited("escalation", RULE, f"name: warn, when: {when}"))
    assert lines == [
        "escalation.yaml:4:52 P459 the rule 'warn' never acts on paused: that has no 'keyword'; name only "
        "received, customer_message, or delete 'keyword'"
    ]


def test_an_amount_of_a_clock_is_an_error():
    lines = found(edited("escalation", "at: 80%", "at: 80%, amount: {min: 1}"))
    assert [line.split()[1] for line in lines] == ["P219"]
