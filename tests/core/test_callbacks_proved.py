"""Callbacks in the tests of a policy, in its coverage and in a simulation: one definition for all of them."""

from datetime import date

import pytest
from callback_policy import policy, utc

from complaint_policy.command.__main__ import main
from complaint_policy.command.statistics import Tally, callbacks_of, empty
from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.policy_tests import run_test

PLANS = """\
- {name: result, match: {type: complaint}, for: case, after: communicated, within: 7d, by: intake,
   method: phone}
- {name: read, match: {type: complaint}, for: case, after: communicated, when: {told_by: [mail]},
   instead_of: [result], within: 3bd, by: boss, method: phone}
- {name: sample, match: {type: complaint}, for: case, every: month, sample: 10%, of: closed, by: boss,
   method: phone}
- {name: care, for: customer, every: 30d, by: boss, method: phone}
"""
TEST = {
    "name": "the result makes a callback",
    "at": "2026-03-02 10:00",
    "case": {"type": "complaint"},
    "events": [
        {"at": "2026-03-04 15:00", "event": "communicated"},
        {"at": "2026-03-05 10:00", "event": "closed"},
        {"at": "2026-03-06 10:00", "event": "reopened"},
        {"at": "2026-03-09 10:00", "event": "communicated", "way": "mail"},
    ],
}


def failures(**expected):
    found = run_test(policy(PLANS), {**TEST, "expect": [expected]}).failures
    return [(one.what, one.subject, one.expected, one.got) for one in found]


@pytest.mark.parametrize(
    ("at", "callbacks"),
    [
        ("2026-03-04 14:59", {"result": None}),
        ("2026-03-04 15:00", {"result": "2026-03-11 15:00", "read": None}),
        ("2026-03-06 10:00", {"result": None}),  # a new round of handling
        ("2026-03-09 10:00", {"result": None, "read": "2026-03-12 18:00"}),
    ],
)
def test_a_test_of_a_policy_says_by_when_a_callback_is_made(at, callbacks):
    assert failures(at=at, callbacks=callbacks) == []


def test_what_differs_is_told_with_the_plan():
    wrong = {"result": "2026-03-11 16:00", "read": "2026-03-11 16:00"}
    assert failures(at="2026-03-04 15:00", callbacks=wrong) == [
        ("callbacks", "result", "2026-03-11 16:00", "2026-03-11 15:00"),
        ("callbacks", "read", "2026-03-11 16:00", None),
    ]


PACK = {
    "pack": "kind: pack\nname: shop\ncalendar: office\n",
    "calendars": """\
kind: calendars
calendars: [{name: office, timezone: Etc/UTC, hours: {mon-fri: ["09:00-18:00"]}}]
""",
    "roles": "kind: roles\nroles: [{name: intake, team: Intake}]\n",
    "case_types": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "callbacks": """\
kind: callbacks
plans:
  - {name: result, for: case, after: communicated, within: 7d, by: intake, method: phone}
  - {name: sample, for: case, every: month, sample: 10%, of: closed, by: intake, method: phone}
""",
    "tests": """\
kind: tests
tests:
  - name: the result makes a callback
    at: "2026-03-02 10:00"
    case: {type: complaint}
    events: [{at: "2026-03-04 15:00", event: communicated}]
    expect: [{at: "2026-03-04 15:00", callbacks: {result: "2026-03-11 15:00"}}]
""",
}


@pytest.fixture
def run(tmp_path, capsys):
    def run(old=None, new=None, *arguments):
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        for kind, text in PACK.items():
            (folder / f"{kind}.yaml").write_text(text.replace(old, new) if kind == "tests" and old else text)
        code = main(["test", str(folder), *arguments])
        return code, capsys.readouterr()

    return run


def test_a_plan_is_proved_by_the_callback_that_a_test_expects(run):
    code, shown = run(None, None, "--fail-under", "100")
    assert (code, shown.out) == (0, "1 passed, 0 failed\n")


def test_a_plan_of_which_no_test_expects_a_callback_is_told(run):
    code, shown = run('callbacks: {result: "2026-03-11 15:00"}', "cycle: 1", "--fail-under", "100")
    assert code == 1
    assert "callbacks.yaml:3: no test proves the callback plan 'result'" in shown.out


def test_a_test_that_fails_tells_which_callback(run):
    code, shown = run("2026-03-11 15:00", "2026-03-12 15:00")
    assert code == 1
    assert "callback of 'result'" in shown.out and "2026-03-11 15:00" in shown.out


def test_a_plan_that_does_not_exist_is_no_expectation(run):
    code, shown = run("result:", "resutl:")
    assert code == 1
    assert "no callback plan is named 'resutl'; did you mean 'result'?" in shown.err


# -- explained ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        (
            "en",
            "  callback 'result' after 'communicated': from 2026-03-04 15:00 until 2026-03-11 15:00 "
            "(shop/callbacks.yaml:3)",
        ),
        (
            "zh_CN",
            "  “communicated”之后的回访“result”：2026-03-04 15:00 起，2026-03-11 15:00 之前完成"
            "（shop/callbacks.yaml:3）",
        ),
    ],
)
def test_a_case_that_is_explained_tells_its_callbacks_too(run, tmp_path, capsys, lang, line):
    run()
    assert main(["explain", "clock", "--case", str(tmp_path / "shop" / "tests.yaml"), "--lang", lang]) == 0
    assert line in capsys.readouterr().out.splitlines()


# -- simulated ------------------------------------------------------------------------------------


def case(*facts, kind="complaint"):
    events = [Event(utc("2026-03-02 10:00"), "received", {"set": {"type": kind}})]
    events += [Event(utc(at), event, data, place) for place, (at, event, data) in enumerate(facts, start=1)]
    return Case(tuple(events))


def simulated(*cases):
    tally = Tally(policy(PLANS), utc("2026-06-01 00:00"))
    for one in cases:
        tally.take(one)
    return tally.result


def test_a_simulation_counts_the_callbacks_that_would_have_been_made():
    told = case(("2026-05-06 15:00", "communicated", {}), ("2026-05-06 17:00", "communicated", {}))
    read = case(("2026-05-06 15:00", "communicated", {"way": "mail"}))
    asked = case(("2026-05-06 15:00", "communicated", {}), kind="inquiry")
    result = simulated(told, read, asked)
    assert callbacks_of(policy(PLANS), result) == {"result": 1, "read": 1, "sample": 0}
    week = date(2026, 5, 4)
    assert (result.work[week, "intake"], result.work[week, "boss"]) == (1, 1)


def test_a_simulation_draws_of_each_month_its_share():
    march = [case(("2026-03-10 15:00", "closed", {})) for _ in range(11)]
    april = [case(("2026-04-10 15:00", "closed", {})) for _ in range(9)]
    twice = case(("2026-03-10 15:00", "closed", {}), ("2026-03-12 15:00", "reopened", {}),
                 ("2026-03-20 15:00", "closed", {}))  # fmt: skip
    result = simulated(*march, *april, twice)
    assert dict(result.members) == {("sample", "2026-03"): 12, ("sample", "2026-04"): 9}
    assert callbacks_of(policy(PLANS), result)["sample"] == 2 + 1


def test_parts_that_were_simulated_apart_add_up():
    one = simulated(case(("2026-03-10 15:00", "closed", {})))
    other = simulated(case(("2026-03-11 15:00", "closed", {}), ("2026-03-11 16:00", "communicated", {})))
    whole = empty(policy(PLANS))
    whole.add(one)
    whole.add(other)
    assert callbacks_of(policy(PLANS), whole) == {"result": 1, "read": 0, "sample": 1}
