"""Which tier a customer belongs to, who gets a case, and the clock of each handover (A6, A8)."""

from datetime import datetime, timezone

import pytest
from sample_policy import case, event, received, sample

from complaint_policy.engine.assignment import Desk, Rules, choose
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.state import State
from complaint_policy.engine.tiers import Measure, measures, tier_of

TIERS = [
    {"name": "senior_vip", "when": {"spend_12_months": {"min": 100000}}},
    {"name": "vip", "when": {"spend_12_months": {"min": 20000}}},
    {"name": "frequent", "when": {"complaints_90_days": {"min": 3}}},
    {"name": "normal"},
]


@pytest.mark.parametrize(
    ("figures", "tier"),
    [
        ({"spend_12_months": 100000}, "senior_vip"),
        ({"spend_12_months": 99999.99}, "vip"),
        ({"spend_12_months": 20000, "complaints_90_days": 9}, "vip"),
        ({"complaints_90_days": 3}, "frequent"),
        ({"complaints_90_days": 2}, "normal"),
        ({}, "normal"),
    ],
)
def test_a8_the_first_tier_that_fits_holds(figures, tier):
    assert tier_of(TIERS, figures) == tier


def test_without_a_tier_for_everybody_else_a_customer_may_have_none():
    assert tier_of(TIERS[:2], {}) is None
    assert tier_of([], {"spend_12_months": 1}) is None


def test_a_measure_is_named_after_what_is_counted_and_over_how_long():
    assert measures([*TIERS, {"name": "again", "when": {"reopenings_2_years": {"min": 1}}}]) == [
        Measure("spend_12_months", "spend", 12, "months"),
        Measure("complaints_90_days", "complaints", 90, "days"),
        Measure("reopenings_2_years", "reopenings", 2, "years"),
    ]


@pytest.mark.parametrize(
    "name", ["spend", "spend_months", "luck_3_days", "spend_0_days", "spend_3_weeks", "x;y_1_days"]
)
def test_what_cannot_be_counted_is_refused(name):
    with pytest.raises(ValueError, match="is no measure"):
        Measure.parse(name)


@pytest.mark.parametrize(
    ("name", "now", "since"),
    [
        ("complaints_90_days", "2026-03-31", "2025-12-31"),
        ("spend_12_months", "2026-03-31", "2025-03-31"),
        ("spend_1_months", "2026-03-31", "2026-02-28"),
        ("spend_1_months", "2024-03-30", "2024-02-29"),
        ("spend_1_years", "2024-02-29", "2023-02-28"),
        ("spend_2_months", "2026-01-15", "2025-11-15"),
    ],
)
def test_the_window_of_a_measure_reaches_back_from_now(name, now, since):
    def day(text):
        return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)

    assert Measure.parse(name).since(day(now)) == day(since)


def test_a6_the_case_goes_to_the_present_member_with_the_lightest_desk():
    rules = Rules.load({"by": "least_loaded", "weight": {"severity": {"critical": 4}}})
    desks = {1: Desk(cases=1, weight=rules.weight_of("critical")), 2: Desk(cases=3, weight=3)}
    assert rules.weight_of("normal") == 1
    assert choose(rules, [1, 2], desks, ()) == 2, "three ordinary cases weigh less than one critical one"
    assert choose(rules, [1, 2, 3], desks, ()) == 3, "who has nothing comes first"
    assert choose(rules, [1, 2, 3], desks, {3}) == 2, "who is away gets nothing"
    assert choose(rules, [1, 2], desks, {1, 2}) is None, "nobody is there: the leader answers for it"


def test_a6_between_equals_the_one_who_waited_longest():
    rules = Rules.load({"by": "least_loaded"})
    desks = {1: Desk(1, 1, last=200), 2: Desk(1, 1, last=100)}
    assert choose(rules, [1, 2], desks, ()) == 2


def test_a6_in_turn_the_load_does_not_count():
    rules = Rules.load({"by": "round_robin"})
    assert choose(rules, [1, 2], {1: Desk(9, 9, last=1), 2: Desk(1, 1, last=2)}, ()) == 1


def test_a6_nobody_is_given_more_cases_than_the_cap():
    rules = Rules.load({"by": "least_loaded"}, {"cap_per_agent": 2})
    assert choose(rules, [1], {1: Desk(cases=1, weight=1)}, ()) == 1
    assert choose(rules, [1], {1: Desk(cases=2, weight=2)}, ()) is None


@pytest.mark.parametrize("written", [None, {}, {"by": "nobody"}, {"by": "team_leader"}])
def test_without_a_method_nobody_is_chosen(written):
    assert choose(Rules.load(written), [1, 2], {}, ()) is None


# -- the clock of a handover -------------------------------------------------------------------------


def handled(*events):
    raw = sample()
    clock = {"name": "acceptance", "from": ["handed_over"], "until": ["accepted_by_team"], "within": "1h"}
    for policy in raw["sla"]:
        policy["clocks"].append({**clock, "again": True})
    state = replay(Policy.load(raw), case(received("2026-10-08 10:00"), *events))
    assert State.from_json(state.to_json()) == state
    return [(one.name, one.state) for one in state.clocks if one.name.startswith("acceptance")]


def test_a6_each_handover_has_a_time_limit_of_its_own_and_is_judged_by_itself():
    late_then_in_time = handled(
        event("2026-10-08 11:00", "handed_over"),
        event("2026-10-08 13:00", "accepted_by_team"),
        event("2026-10-08 14:00", "handed_over"),
        event("2026-10-08 14:30", "accepted_by_team"),
        event("2026-10-08 15:00", "handed_over"),
    )
    assert late_then_in_time == [
        ("acceptance", "breached"),
        ("acceptance~2", "met"),
        ("acceptance~3", "running"),
    ]


def test_a6_handing_on_what_was_not_accepted_does_not_win_time():
    assert handled(event("2026-10-08 11:00", "handed_over"), event("2026-10-08 11:30", "handed_over")) == [
        ("acceptance", "running")
    ]


def test_a_change_of_the_case_keeps_the_run_that_it_is_in():
    assert handled(
        event("2026-10-08 11:00", "handed_over"),
        event("2026-10-08 11:30", "accepted_by_team"),
        event("2026-10-08 12:00", "handed_over"),
        event("2026-10-08 12:10", "classified", set={"complexity": "complex"}),
        event("2026-10-08 12:20", "accepted_by_team"),
    ) == [("acceptance", "met"), ("acceptance~2", "met")]


def test_a_new_cycle_counts_its_runs_anew():
    assert handled(
        event("2026-10-08 11:00", "handed_over"),
        event("2026-10-08 11:30", "accepted_by_team"),
        event("2026-10-08 12:00", "closed"),
        event("2026-10-09 12:00", "reopened"),
        event("2026-10-09 13:00", "handed_over"),
    ) == [("acceptance", "met"), ("acceptance", "running")]
