"""Schemes of points: what an admin is told before staff would find it unfair."""

import pytest
from policy_files import files, found
from shop_kinds import MORE, changed

FAULTS = [
    (
        "    budget: 1000",
        "    budget: 1000\n    review_by: boss\n    objections_by: boss",
        "incentives.yaml:16:20 P478 'desk': 'boss' reviews the statements and decides about the objections "
        "to them; name another role at 'objections_by'",
    ),
    (
        "breached: true}",
        "breached: true, rating: {max: 2}}",
        "incentives.yaml:8:28 P479 the rule of points 'late' waits for clock, rating; one rule is about one "
        "thing; keep one of event, clock, rating, callback, quality, or closed (with breaches or "
        "first_contact: true)",
    ),
    (
        "{clock: any, breached: true}",
        "{closed: false}",
        "incentives.yaml:8:28 P479 the rule of points 'late' waits for closed; one rule is about one thing; "
        "keep one of event, clock, rating, callback, quality, or closed (with breaches or first_contact: "
        "true)",
    ),
    (
        "points: -4}",
        "points: -4, limit_per_case: 3}",
        "incentives.yaml:8:86 P482 the limit of 'late' (3) is below its points (-4): they would be cut every "
        "time; raise 'limit_per_case' or lower the points",
    ),
    (
        "score: average\n    rules:",
        "score: total\n    rules:\n      - {name: done, when: {closed: true}, points: 1}",
        "incentives.yaml:6:12 P483 the total of 'desk' rewards volume: who closes more cases gets more, "
        "however they are handled; write score: average",
    ),
    (
        "below_min: no_grade",
        "below_min: no_grade, cap: 400",
        "incentives.yaml:11:27 P484 the grade 'good' begins at 500, above the highest score that counts "
        "(400); raise 'cap' or lower 'min'",
    ),
    (
        "{name: fair, min: 0}",
        "{name: fair, min: 0, course: basics}",
        "incentives.yaml:12:30 P442 'course' of 'fair' needs 'consequence' beside it; add 'consequence:' or "
        "delete 'course'",
    ),
    (
        "consequence: training",
        "consequence: warning, course: basics",
        "incentives.yaml:13:44 P446 'course' of 'poor' belongs to 'consequence: training', not to "
        "'consequence: warning'; delete 'course', or write 'consequence: training' instead of 'consequence: "
        "warning'",
    ),
    (
        "consequence: training",
        "consequence: training, course: basisc",
        "incentives.yaml:13:53 P201 no course is named 'basisc'; did you mean 'basics'?",
    ),
    (
        "    budget: 1000",
        "    budget: 1000\n    review_by: bos",
        "incentives.yaml:15:16 P201 no role is named 'bos'; did you mean 'boss'?",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), FAULTS, ids=[line.split()[1] for _old, _new, line in FAULTS])
def test_one_fault_in_a_scheme_is_one_line_that_says_what_to_do(old, new, line):
    assert found(changed("incentives", old, new)) == [line]


@pytest.mark.parametrize(
    "when",
    [
        "{closed: true, breaches: 0}",
        "{closed: true, first_contact: true, breaches: 0}",
        "{first_contact: true}",
        "{breaches: 0}",
        "{event: reopened}",
        "{rating: {min: 4}}",
        "{callback: satisfied}",
        "{quality: failed}",
    ],
)
def test_every_form_of_rule_is_sound_alone(when):
    sound = changed("incentives", "{clock: any, breached: true}", when)
    assert [line for line in found(sound) if " P430 " not in line] == []


def test_a_rule_about_quality_reviews_needs_a_sample_that_is_reviewed():
    when = changed("incentives", "{clock: any, breached: true}", "{quality: failed}")
    del when["shop/quality.yaml"]
    (line,) = found(when)
    assert line.startswith("incentives.yaml:8:38 P430 'late' waits in vain")


def test_a_total_of_deductions_and_of_flat_points_rewards_no_volume():
    assert found(changed("incentives", "score: average", "score: total")) == []
    idea = "- {name: idea, when: {event: suggestion_accepted}, points: 9, flat: true}"
    flat = f"score: total\n    rules:\n      {idea}"
    assert found(changed("incentives", "score: average\n    rules:", flat)) == []


TESTS = """\
    kind: tests
    tests:
      - name: a late answer costs
        at: "2026-03-02 10:00"
        case: {type: complaint}
        events: [{after: 0m, holder: ann}]
        expect: [{at: "2026-03-09 10:00", points: {desk/late: {ann: -4}}}]
    """


def test_a_test_names_rules_of_points_by_their_scheme():
    assert found(files(**MORE, tests=TESTS)) == []
    (line,) = found(files(**MORE, tests=TESTS.replace("desk/late", "desk/latr")))
    assert line.endswith(" P201 no rule of points is named 'desk/latr'; did you mean 'desk/late'?")
