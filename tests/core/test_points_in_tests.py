"""Points in the tests of a policy: expected, found, and told apart."""

from incentive_cases import SCHEME, STAGES
from sample_policy import policy

from complaint_policy.command.value_text import value_text
from complaint_policy.engine.policy_tests import run_test

POLICY = policy(stages=STAGES, incentives=[SCHEME])
EVENTS = [
    {"after": "0m", "holder": "ann"},
    {"at": "2026-03-02 12:00", "event": "acknowledged"},
    {"at": "2026-03-02 12:30", "holder": "ben"},
    {"at": "2026-03-03 10:00", "event": "solution_proposed"},
    {"at": "2026-03-04 10:00", "event": "closed", "stage": "closed"},
]
TEST = {"name": "points", "at": "2026-03-02 10:00", "case": {"type": "complaint"}, "events": EVENTS}


def failures(points, at="2026-03-05 10:00"):
    return run_test(POLICY, {**TEST, "expect": [{"at": at, "points": points}]}).failures


def test_what_is_expected_of_a_rule_is_compared_for_everybody():
    assert failures({"desk/breach": {"ann": -4}, "desk/on-time": {"ben": 5}, "desk/reopened": {}}) == ()
    (one,) = failures({"desk/breach": {"ann": -4, "ben": -4}})
    assert (one.what, one.subject, one.got) == ("points", "desk/breach", {"ann": -4.0})
    (one,) = failures({"desk/breach": {}})
    assert one.got == {"ann": -4.0}


def test_only_what_has_happened_by_then_counts():
    assert failures({"desk/breach": {}, "desk/on-time": {}}, at="2026-03-02 11:00") == ()
    assert failures({"desk/breach": {"ann": -4}}, at="2026-03-02 11:01") == ()


def test_points_are_said_as_people_write_them():
    assert value_text({"ann": -4.0, "ben": 2.5}, "en") == "ann -4, ben +2.5"
    assert value_text({}, "en") == "nothing"
    assert value_text({"ann": 3}, "zh_CN") == "ann +3"
