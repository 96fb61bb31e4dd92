"""The tests that a policy brings along, and the `test` command."""

import json
from pathlib import Path

import pytest
from sample_policy import SHANGHAI, at, case, event, policy, received, sample

from complaint_policy.command.__main__ import main
from complaint_policy.engine.clocks import clock_durations
from complaint_policy.engine.policy import PolicyError
from complaint_policy.engine.policy_tests import local_time, run_test, run_tests
from complaint_policy.engine.reckoning import reckon
from complaint_policy.engine.reckoning_text import duration_text, language, texts
from complaint_policy.engine.replay import replay

POLICY = policy()
CASE = {"type": "complaint", "channel": "phone", "category": "goods_damaged", "complexity": "complex"}
PARCEL = {
    "name": "a damaged parcel before the National Day holiday",
    "at": "2026-09-30 16:00",
    "case": CASE,
    "events": [{"after": "20m", "event": "acknowledged"}, {"after": "30m", "event": "handed_over"}],
    "expect": [
        {
            "at": "2026-09-30 16:00",
            "sla": "complex",
            "due": {
                "acknowledgement": "2026-09-30 17:00",
                "investigation": "2026-10-13 18:00",
                "legal_answer": "2026-10-15 24:00",
            },
        },
        {"at": "2026-10-12 17:00", "fired": []},
        {
            "at": "2026-10-14 18:00",
            "fired": [
                {"warn": "investigation"},
                {"warn": "legal_answer"},
                {"late": "investigation"},
                {"ignored": "investigation"},
                {"later": "investigation"},
            ],
            "level": "department",
        },
    ],
}
WAITING = {
    "name": "the same, waiting for the customer over one close of business",
    "at": "2026-09-30 16:00",
    "case": CASE,
    "events": [
        {"at": "2026-10-08 15:00", "event": "paused", "reason": "waiting_customer"},
        {"at": "2026-10-09 10:00", "event": "resumed"},
    ],
    "expect": [{"at": "2026-10-09 10:00", "due": {"investigation": "2026-10-14 18:00"}}],
}


def failures(*expect, events=(), **more):
    test = {"name": "t", "at": "2026-10-12 10:00", "case": {"type": "complaint"}, **more}
    return run_test(POLICY, {**test, "events": list(events), "expect": list(expect)}).failures


def test_both_examples_of_the_policy_language_come_out_as_written():
    results = run_tests(policy(tests=[PARCEL, WAITING]))
    assert [(result.name, result.failures) for result in results] == [
        (PARCEL["name"], ()),
        (WAITING["name"], ()),
    ]


def test_a_wrong_deadline_is_told_with_its_reckoning():
    wrong = {**WAITING, "expect": [{"at": "2026-10-09 10:00", "due": {"investigation": "2026-10-13 18:00"}}]}
    (failure,) = run_test(POLICY, wrong).failures
    assert (failure.what, failure.subject) == ("due", "investigation")
    assert (failure.expected, failure.got) == ("2026-10-13 18:00", "2026-10-14 18:00")
    assert texts(failure.reckoning, SHANGHAI) == [
        "starts 2026-09-30 16:00; limit 5bd",
        "2026-09-30 Wed: day of the start, not counted",
        "2026-10-01 to 2026-10-07: closed (National Day)",
        "2026-10-08 Thu: not counted, its end lies in a pause",
        "pause 2026-10-08 15:00 to 2026-10-09 10:00: waiting_customer",
        "2026-10-09 Fri: business day 1, ends 2026-10-09 18:00",
        "2026-10-10 Sat: business day 2, ends 2026-10-10 18:00",
        "2026-10-11: closed",
        "2026-10-12 Mon: business day 3, ends 2026-10-12 18:00",
        "2026-10-13 Tue: business day 4, ends 2026-10-13 18:00",
        "2026-10-14 Wed: business day 5, ends 2026-10-14 18:00",
        "due 2026-10-14 18:00",
    ]


@pytest.mark.parametrize(
    "expected,what,got",
    [
        ({"sla": "complex"}, "sla", "standard"),
        ({"level": "supervisor"}, "level", None),
        ({"severity": "critical"}, "severity", "normal"),
        ({"stage": "closed"}, "stage", "received"),
        ({"cycle": 2}, "cycle", 1),
        ({"states": {"solution": "met"}}, "states", "running"),
        ({"states": {"nothing": "met"}}, "states", None),
        ({"due": {"solution": None}}, "due", "2026-10-15 10:00"),
        ({"due": {"feedback": "2026-10-15 10:00"}}, "due", None),
    ],
)
def test_what_differs_is_told_as_data(expected, what, got):
    (failure,) = failures({"at": "2026-10-12 10:00", **expected})
    assert (failure.what, failure.got) == (what, got)


def test_fired_is_what_acted_since_the_expectation_before_in_any_order():
    expect = [
        {"at": "2026-10-12 11:00", "fired": [{"late": "acknowledgement"}, {"warn": "acknowledgement"}]},
        {"at": "2026-10-12 12:00", "fired": []},
    ]
    assert failures(*expect) == ()
    (failure,) = failures(expect[1])
    assert [(one["rule"], one["at"]) for one in failure.got] == [
        ("warn", "2026-10-12 10:48"),
        ("late", "2026-10-12 11:00"),
    ]


def test_expectations_may_stand_in_any_order_and_count_from_the_start():
    expect = [{"after": "2h", "level": "supervisor"}, {"after": "0m", "level": None}]
    assert failures(*expect) == ()


def test_events_may_be_written_as_changes_or_stages():
    events = [
        {"after": "10m", "stage": "acknowledged"},
        {"after": "20m", "set": {"complexity": "complex"}},
        {"after": "30m", "event": "closed", "stage": "settled"},
    ]
    assert (
        failures(
            {"after": "10m", "states": {"acknowledgement": "met"}, "stage": "acknowledged"},
            {"after": "20m", "sla": "complex"},
            {"after": "30m", "stage": "settled"},
            events=events,
        )
        == ()
    )


def test_the_case_is_completed_by_its_category():
    assert (
        failures({"at": "2026-10-12 10:00", "severity": "critical"}, case={"category": "goods_damaged"}) == ()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-10-12 25:00"},
        {"at": "soon"},
        {"events": [{"after": "4 hours", "event": "closed"}]},
        {"events": [{"after": "4h", "event": "exploded"}]},
        {"events": [{"after": "4h", "event": "received"}]},
        {"expect": [{"at": "2026-10-12"}, {"at": "2026-99-99"}]},
    ],
)
def test_a_test_that_cannot_be_read_is_one_kind_of_error_with_its_name(change):
    with pytest.raises(PolicyError, match="the odd one"):
        run_test(POLICY, {**WAITING, "name": "the odd one", **change})


def test_24_00_is_the_first_instant_of_the_next_day():
    calendar = POLICY.calendar
    assert local_time("2026-10-15 24:00", calendar) == local_time("2026-10-16 00:00", calendar)


# -- reckonings ------------------------------------------------------------------------------------------


def reckoning(name, *events, lang="en", now="2026-12-01 10:00"):
    state = replay(POLICY, case(*events))
    return texts(reckon(POLICY, state, state.clock(name), at(now)), SHANGHAI, lang)


def test_a_reckoning_of_elapsed_time_tells_the_pause():
    lines = reckoning(
        "solution",
        received("2026-10-12 10:00"),
        event("2026-10-12 12:00", "paused", reason="waiting_customer"),
        event("2026-10-12 15:30", "resumed"),
    )
    assert lines == [
        "starts 2026-10-12 10:00; limit 72h",
        "2026-10-12 10:00 to 2026-10-15 13:30: 72 h",
        "pause 2026-10-12 12:00 to 2026-10-12 15:30: waiting_customer",
        "due 2026-10-15 13:30",
    ]


def test_a_reckoning_of_open_hours_counts_each_day():
    inquiry = event("2026-09-30 17:00", "received", attributes={"type": "inquiry"})
    assert reckoning("response", inquiry, lang="zh_CN") == [
        "2026-09-30 17:00 开始；时限 2bh",
        "2026-09-30 周三：工作时间 1 小时",
        "2026-10-01 至 2026-10-07：不工作（国庆节）",
        "2026-10-08 周四：工作时间 1 小时",
        "2026-10-08 10:00 到期",
    ]


def test_a_reckoning_of_calendar_days_tells_the_extension():
    lines = reckoning(
        "legal_answer",
        received("2026-10-12 10:00", complexity="complex"),
        event("2026-10-13 10:00", "extended", clock="legal_answer", by="15cd"),
    )
    assert lines == [
        "starts 2026-10-12 10:00; limit 15cd",
        "extended by 15cd",
        "2026-10-13 to 2026-11-11: 30 calendar days",
        "due 2026-11-11 24:00",
    ]


def test_a_reckoning_of_a_standing_clock_ends_where_it_stands():
    lines = reckoning(
        "investigation",
        received("2026-10-12 10:00", complexity="complex"),
        event("2026-10-13 10:00", "paused", reason="waiting_customer"),
    )
    assert lines[-1] == "stands still since 2026-10-13 10:00"


def test_a_reckoning_tells_the_end_and_what_is_provisional():
    lines = reckoning(
        "investigation",
        received("2026-12-30 10:00", complexity="complex"),
        event("2027-01-20 10:00", "communicated"),
    )
    assert lines[-2:] == [
        "provisional: holidays are known until 2026-12-31",
        "ended 2027-01-20 10:00: breached",
    ]


def test_a_reckoning_of_an_earlier_cycle_leaves_out_the_days():
    state = replay(
        POLICY,
        case(
            received("2026-10-12 10:00"),
            event("2026-10-12 11:00", "closed"),
            event("2026-10-13 10:00", "reopened"),
        ),
    )
    lines = texts(reckon(POLICY, state, state.clock("solution", 1), at("2026-10-13 10:00")), SHANGHAI)
    assert lines == [
        "starts 2026-10-12 10:00; limit 72h",
        "due 2026-10-15 10:00",
        "ended 2026-10-12 11:00: met",
    ]


def test_every_text_is_there_in_both_languages():
    from complaint_policy.command import words
    from complaint_policy.engine import reckoning_text

    english, chinese = reckoning_text._TEXTS["en"], reckoning_text._TEXTS["zh_CN"]
    assert english.keys() == chinese.keys()
    assert all(english.values()) and all(chinese.values())
    assert all(len(pair) == 2 and all(pair) for pair in words._WORDS.values())


def test_small_words():
    assert [duration_text(seconds) for seconds in (0, 30, 3600, 5400, None)] == [
        "0 min",
        "30 s",
        "1 h",
        "1 h 30 min",
        "",
    ]
    assert [language(code) for code in ("zh_CN", "zh_TW", "de_DE", None)] == ["zh_CN", "zh_CN", "en", "en"]
    assert [
        one.text
        for one in clock_durations(POLICY.clock_spec("complex", "legal_answer"), replay(POLICY, case()))
    ] == ["15cd"]


# -- the command -----------------------------------------------------------------------------------------

PACK = {
    "pack.yaml": "kind: pack\nname: small\ntitle: Small\ncalendar: office\n",
    "calendars.yaml": (
        "kind: calendars\ncalendars:\n"
        "  - {name: office, timezone: Asia/Shanghai, hours: {mon-fri: ['09:00-18:00']}}\n"
    ),
    "case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "sla.yaml": (
        "kind: sla\npolicies:\n  - name: standard\n    match: {type: complaint}\n    clocks:\n"
        "      - {name: answer, from: received, until: closed, within: 2bd}\n"
    ),
    "tests.yaml": (
        "kind: tests\ntests:\n"
        "  - {name: right, at: '2026-03-02 10:00', case: {type: complaint},"
        " expect: [{at: '2026-03-02 10:00', due: {answer: '2026-03-04 18:00'}}]}\n"
        "  - {name: wrong, at: '2026-03-02 10:00', case: {type: complaint},"
        " expect: [{at: '2026-03-02 10:00', due: {answer: '2026-03-05 18:00'}}]}\n"
    ),
}


@pytest.fixture
def pack(tmp_path) -> Path:
    folder = tmp_path / "packs" / "small"
    folder.mkdir(parents=True)
    for name, text in PACK.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_command_tells_each_failure_in_plain_words(pack, capsys):
    assert main(["test", str(pack)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].endswith("tests.yaml:4: FAILED wrong")
    assert out[1:5] == [
        "  at 2026-03-02 10:00: deadline of 'answer'",
        "    expected 2026-03-05 18:00",
        "    got 2026-03-04 18:00",
        "    because",
    ]
    assert out[-1] == "1 passed, 1 failed"


def test_the_command_speaks_chinese_and_json(pack, capsys):
    assert main(["test", str(pack.parent), "--lang", "zh_CN"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 个通过，1 个未通过"
    assert main(["test", str(pack), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [one["passed"] for one in data["tests"]] == [True, False]
    assert data["tests"][1]["failures"][0]["reckoning"][-1] == "due 2026-03-04 18:00"


def test_the_command_is_content_with_tests_that_pass(pack, capsys):
    (pack / "tests.yaml").write_text(PACK["tests.yaml"].split("  - {name: wrong")[0])
    assert main(["test", str(pack)]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"


def test_the_command_refuses_what_is_no_pack_or_has_errors(pack, tmp_path, capsys):
    assert main(["test", str(tmp_path / "nowhere")]) == 64
    (pack / "sla.yaml").write_text("kind: sla\npolicies: [{nme: x}]\n")
    assert main(["test", str(pack)]) == 1
    assert "nme" in capsys.readouterr().err


def test_tests_in_a_sample_without_any_pass():
    assert run_tests(policy(**{"tests": None})) == run_tests(POLICY) == []
    assert "tests" not in sample()
