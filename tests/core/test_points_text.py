"""Points in plain words: what an employee reads about each of them (E2)."""

from dataclasses import replace
from datetime import date
from string import Formatter

import pytest
from policy_files import real_files

from complaint_policy.engine.case import EVENTS as ALL_EVENTS
from complaint_policy.engine.incentives import (
    CaseFacts,
    StaffFact,
    flat_points,
    points_of_case,
    schemes,
)
from complaint_policy.engine.points_text import (
    explain_entry,
    explain_note,
    explain_score,
    explain_taken_back,
    rule_place,
)
from complaint_policy.engine.points_words import EVENTS, TEXTS
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import story
from complaint_policy.engine.replay import replay
from complaint_policy.engine.scores import score
from complaint_policy.language import load

FILES = real_files()
NORMALISED, _PROBLEMS = load(FILES).compile("general", date(2026, 3, 1))
POLICY = Policy.load(NORMALISED)
(SCHEME,) = schemes(POLICY)
RULES = FILES["general/incentives.yaml"].decode().splitlines()


def line(name):
    """Where a rule stands in the file."""
    found = [number for number, text in enumerate(RULES, start=1) if f"name: {name}," in text]
    return f"general/incentives.yaml:{found[0]}"


def counted(*events, case=None, until="2026-03-31 10:00"):
    case = {"type": "complaint", "channel": "phone", "category": "product_quality", **(case or {})}
    events = [{"after": "0m", "holder": "ann"}, *events]
    told, ((now, _expected),) = story(
        POLICY, {"at": "2026-03-02 10:00", "case": case, "events": events, "expect": [{"at": until}]}
    )
    state = replay(POLICY, told, now)
    return points_of_case(SCHEME, CaseFacts.read(told.events, state.clocks, now))


def explained(found, rule, lang="en", person=None):
    return [explain_entry(SCHEME, one, lang, person) for one in found.entries if one.rule == rule]


LATE = (
    {"at": "2026-03-02 10:05", "event": "acknowledged"},
    {"at": "2026-03-02 10:06", "event": "first_feedback"},
    {"at": "2026-03-05 15:00", "event": "solution_proposed"},
    {"at": "2026-03-05 16:00", "holder": "ben"},
)


def test_e2_a_missed_clock_says_by_how_much_who_held_the_case_and_which_line_says_so():
    (english,) = explained(counted(*LATE), "breach")
    assert english == (
        "Solution due 2026-03-05 10:00 was missed by 5 h; you held the case from 2026-03-02 10:00 to "
        f"2026-03-05 16:00; rule “Deadline missed”, {line('breach')}: −4"
    )
    (chinese,) = explained(counted(*LATE), "breach", "zh_CN")
    assert chinese == (
        "“提出解决方案”应于 2026-03-05 10:00 前完成，超时 5 小时；"
        "2026-03-02 10:00 至 2026-03-05 16:00 案件由您负责；"
        f"规则“逾期”，{line('breach')}：−4"
    )


def test_a_manager_reads_the_name_of_the_person():
    (text,) = explained(counted(*LATE), "breach", person="Ann Lee")
    assert "; Ann Lee held the case from " in text and " you " not in text


def test_a_hard_case_says_what_its_weight_makes_of_the_points():
    (text,) = explained(counted(*LATE, case={"severity": "critical"}), "breach")
    assert text.endswith(": −4; −4 × 2 (severity: Critical) = −8")


def test_a_point_that_the_limit_cuts_says_so():
    texts = explained(counted({"at": "2026-03-02 10:10", "event": "handed_over"}), "breach")
    assert texts[-1].endswith(": 0; less than −4: for one case this rule counts 8 points at most")


def test_a_clock_that_still_runs_is_said_to_be_open():
    (text,) = explained(counted(until="2026-03-02 12:00"), "breach")
    assert text.startswith(
        "Acknowledgement due 2026-03-02 11:00 was missed and is still open; you held the case since "
    )


CLOSED = (
    {"at": "2026-03-02 10:05", "event": "acknowledged"},
    {"at": "2026-03-02 10:15", "event": "closed", "stage": "settled"},
)
OTHERS = [
    ("on-time", (), "Closed on 2026-03-02 10:15; you missed no deadline; rule “Solved in time”, {place}: +5"),
    (
        "first-contact",
        (),
        "Closed on 2026-03-02 10:15; settled at the first contact; rule “Settled at the first contact”, "
        "{place}: +2",
    ),
    (
        "satisfied",
        ({"at": "2026-03-03 10:00", "event": "rated", "score": 5},),
        "The customer's rating on 2026-03-03 10:00: 5; you had solved it on 2026-03-02 10:15; rule "
        "“Satisfied customer”, {place}: +3",
    ),
    (
        "good-callback",
        ({"at": "2026-03-03 10:00", "event": "called_back", "result": "satisfied"},),
        "Satisfied in the callback on 2026-03-03 10:00; you had solved it on 2026-03-02 10:15; rule “Good "
        "callback”, {place}: +1",
    ),
    (
        "failed-review",
        ({"at": "2026-03-03 10:00", "event": "quality_reviewed", "result": "failed"},),
        "Quality review failed on 2026-03-03 10:00; you had solved it on 2026-03-02 10:15; rule "
        "“Quality check failed”, {place}: −3",
    ),
    (
        "reopened",
        ({"at": "2026-03-04 10:00", "event": "reopened", "stage": "investigating"},),
        "Reopened on 2026-03-04 10:00; you had solved it on 2026-03-02 10:15; rule “Reopened”, {place}: −5",
    ),
]


@pytest.mark.parametrize(("rule", "events", "text"), OTHERS)
def test_e2_each_sort_of_point_explains_itself(rule, events, text):
    assert explained(counted(*CLOSED, *events), rule) == [text.format(place=line(rule))]


def test_the_counted_case_says_for_how_many_it_counts():
    assert explained(counted(*CLOSED), "#case") == [
        "Case handled, closed on 2026-03-02 10:15; counts for 1 case"
    ]
    (text,) = explained(counted(*CLOSED, case={"severity": "high"}), "#case")
    assert text == "Case handled, closed on 2026-03-02 10:15; counts for 1.5 cases (severity: High)"


def test_a_second_round_names_itself():
    again = (
        {"at": "2026-03-04 10:00", "event": "reopened", "stage": "investigating"},
        {"at": "2026-03-04 11:00", "event": "closed", "stage": "closed"},
    )
    assert explained(counted(*CLOSED, *again), "on-time")[1].startswith(
        "Closed on 2026-03-04 11:00; you missed no deadline; round 2; rule"
    )


def test_what_belongs_to_no_case_explains_itself():
    at = counted(*CLOSED).entries[0].at
    (entry,) = flat_points(SCHEME, [StaffFact("suggestion_accepted", at, "ann", "suggestion:17")])
    place = line("suggestion")
    assert (
        explain_entry(SCHEME, entry)
        == f"Suggestion accepted on 2026-03-02 10:15; rule “Accepted suggestion”, {place}: +10"
    )
    assert (
        explain_entry(SCHEME, entry, "zh_CN")
        == f"2026-03-02 10:15 建议被采纳；规则“建议被采纳”，{place}：+10"
    )


def test_a_correction_that_takes_something_back_says_so():
    entry = next(one for one in counted(*LATE).entries if one.rule == "breach")
    assert explain_taken_back(SCHEME, entry).startswith("Taken back: Solution due")


def test_what_nobody_gets_says_why():
    found = counted(
        {"at": "2026-03-02 10:01", "holder": "ann", "set": {"holder_away": True}}, until="2026-03-02 11:30"
    )
    (note,) = found.notes
    assert explain_note(SCHEME, note) == (
        f"Acknowledgement ran out on 2026-03-02 11:00; rule “Deadline missed”, {line('breach')}: −4; "
        "not counted, because of absence"
    )
    (note,) = counted({"at": "2026-03-03 10:00", "event": "extended", "clock": "solution", "by": "24h"}).notes
    assert explain_note(SCHEME, note) == "Round 1 does not count: its time limit was extended"
    assert explain_note(SCHEME, note, "zh_CN") == "第 1 轮不计：时限已获延期"


def test_e2_a_score_says_how_it_comes_about_and_what_is_missing_for_more():
    entries = [one for one in counted(*CLOSED).entries if one.rule in ("#case", "on-time")] * 12
    lines = explain_score(SCHEME, score(SCHEME, entries))
    assert lines == [
        "points: 60; cases handled: 12",
        "60 ÷ 12 × 100 = 500",
        "score 500",
        f"grade “Good”, from 500, {line('good')}",
        "“Excellent” begins at 700: 200 more, which is 24 points with these cases",
    ]
    assert explain_score(SCHEME, score(SCHEME, entries[:2]))[-1] == (
        "no grade: it takes 10 cases handled, there are 1"
    )
    assert explain_score(SCHEME, score(SCHEME, entries), "zh_CN")[-1] == (
        "“优秀”从 700 开始：还差 200，按现有案件即 24 分"
    )
    assert explain_score(SCHEME, score(SCHEME, []))[-1] == "no score: no case was handled to its end"


def test_both_languages_say_the_same_things():
    assert TEXTS["en"].keys() == TEXTS["zh_CN"].keys()
    for key, text in TEXTS["en"].items():
        fields = {name for _text, name, _form, _conversion in Formatter().parse(text) if name}
        others = {name for _text, name, _form, _conversion in Formatter().parse(TEXTS["zh_CN"][key]) if name}
        assert fields == others, key
    assert EVENTS.keys() == ALL_EVENTS


def test_a_rule_that_the_policy_no_longer_has_is_named():
    entry = next(one for one in counted(*CLOSED).entries if one.rule == "on-time")
    assert rule_place(SCHEME, "gone") is None
    assert explain_entry(SCHEME, replace(entry, rule="gone")).endswith("rule “gone” (not in this policy): +5")
