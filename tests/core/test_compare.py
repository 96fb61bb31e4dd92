"""Past cases under two policies: what differs, and the same figures however many processes count."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from test_simulate import PACK, ROWS, change, figures, files, simulate

from complaint_policy.command import many
from complaint_policy.command.__main__ import main
from complaint_policy.command.packs import compile_packs
from complaint_policy.engine.case import Case, Event

__all__ = ["files"]  # the fixture

ESCALATION = (
    "kind: escalation\nlevels: [{name: leader, notify: boss}]\nrules:\n"
    "  - {name: warn, when: {clock: any, at: 80%}, do: [{notify: [agent]}]}\n"
    "  - {name: late, when: {clock: any, at: 100%}, do: [{escalate: leader}]}\n"
)
ROLES = "kind: roles\nroles: [{name: agent, users: [agent@example.com]}, {name: boss, group: decision}]\n"
STAGES = (
    "kind: stages\nstages:\n  - {name: received, event: received, owner: agent, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n"
)


@pytest.fixture
def two(files):
    """The small pack with an escalation, and beside it one with half the time for hot cases."""
    for name in ("small", "quick"):
        folder = files / name
        folder.mkdir(exist_ok=True)
        for file, text in {
            **PACK,
            "escalation.yaml": ESCALATION,
            "roles.yaml": ROLES,
            "stages.yaml": STAGES,
        }.items():
            (folder / file).write_text(text.replace("name: small", f"name: {name}"), encoding="utf-8")
    change(files / "quick" / "sla.yaml", "within: 10h}", "within: 4h}")
    return files


def compared(two, capsys, *options):
    return figures(two, capsys, "--against", str(two / "quick"), *options)


# -- one policy ------------------------------------------------------------------------------------------


def test_escalations_and_work_are_counted(two, capsys):
    data = figures(two, capsys)
    assert data["rules"] == {"warn": 3, "late": 2}  # cases 2, 3 and 4; 3 was solved at its deadline
    assert data["levels"] == {"leader": 2}
    work = {(one["week"], one["role"]): one["tasks"] for one in data["work"]}
    assert work == {("2026-03-02", "agent"): 8, ("2026-03-02", "boss"): 2}  # 5 received, 3 warnings


def test_they_are_shown_as_tables(two, capsys):
    assert simulate(two) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    for row in (["late", "2"], ["leader", "2"], ["week", "from", "agent", "boss"], ["2026-03-02", "8", "2"]):
        assert row in rows


def test_weeks_begin_on_monday_in_the_zone_of_the_policy(two, capsys):
    # half past midnight on Monday in Berlin is still Sunday in UTC
    (two / "cases.csv").write_text(ROWS + "6,Mail,X,09.03.2026 00:30,\n", encoding="utf-8")
    weeks = {one["week"] for one in figures(two, capsys)["work"]}
    assert weeks == {"2026-03-02", "2026-03-09"}


CALLBACKS = (
    "kind: callbacks\nplans:\n"
    "  - {name: after, for: case, after: solution_proposed, within: 7d, by: agent, method: sms, survey: s}\n"
    "  - {name: drawn, for: case, every: month, sample: 50%, of: closed, by: boss, method: sms, survey: s}\n"
    "  - {name: care, for: customer, every: 30d, by: boss, method: phone, survey: s}\n"
)
SURVEYS = "kind: surveys\nsurveys: [{name: s, questions: [{name: q, dimension: speed, scale: 5}]}]\n"


def test_callbacks_of_cases_are_counted_and_are_work_unless_chance_draws_them(two, capsys):
    (two / "small" / "callbacks.yaml").write_text(CALLBACKS, encoding="utf-8")
    (two / "small" / "surveys.yaml").write_text(SURVEYS, encoding="utf-8")
    data = figures(two, capsys)
    assert data["callbacks"] == {"after": 3, "drawn": 2}  # three of the five cases were solved and closed
    work = {one["role"]: one["tasks"] for one in data["work"]}
    assert work == {"agent": 11, "boss": 2}
    assert simulate(two) == 0
    assert ["after", "3"] in [line.split() for line in capsys.readouterr().out.splitlines()]


# -- two policies ----------------------------------------------------------------------------------------


def test_the_other_policy_is_before_and_the_one_asked_for_after(two, capsys):
    data = compared(two, capsys)
    assert (data["pack"], data["before"]["pack"]) == ("small", "quick")
    hot = [one["clocks"][0] for one in (data["before"], data)]
    assert [(one["within"], one["breached"]) for one in hot] == [("4h", 2), ("10h", 1)]
    assert [one["rules"]["late"] for one in (data["before"], data)] == [3, 2]
    assert data["changed"] == [{"id": "1", "no_more_late": ["solution"], "newly_late": []}]


def test_the_differences_in_words(two, capsys):
    assert simulate(two, "--against", str(two / "quick")) == 0
    out = capsys.readouterr().out
    assert out.startswith("5 cases under quick → small, ")
    assert "hot            solution  4h → 10h        2              2      1      -1" in out
    assert "0 cases late that were not, 1 no more late\n  1: no more late in solution\n" in out


def test_the_differences_in_chinese(two, capsys):
    assert simulate(two, "--against", str(two / "quick"), "--lang", "zh_CN") == 0
    out = capsys.readouterr().out
    assert "不再逾期案件 1 个" in out and "升级规则" in out and "周（起）" in out


def test_each_policy_presets_what_the_table_does_not_say(two, capsys):
    change(two / "quick" / "categories.yaml", "urgency: urgent", "urgency: normal")
    data = compared(two, capsys)
    assert [one["clocks"][0]["applied"] for one in (data["before"], data)] == [0, 2]


def test_a_clock_that_only_one_policy_has_is_shown(two, capsys):
    extra = "\n      - {name: closing, from: received, until: closed, within: 1h}\n  - name: calm"
    change(two / "quick" / "sla.yaml", "\n  - name: calm", extra)
    assert simulate(two, "--against", str(two / "quick")) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "closing" in line)
    assert row.split() == ["hot", "closing", "1h", "→", "–", "2", "→", "0", "2", "0", "-2"]


def test_a_name_must_be_known_to_both(two, capsys):
    change(two / "quick" / "channels.yaml", "{name: email}", "{name: letter}")
    assert simulate(two, "--against", str(two / "quick")) == 1
    assert "the pack has no channel 'email'" in capsys.readouterr().err


def test_a_pack_with_errors_stops_the_comparison(two, capsys):
    change(two / "quick" / "sla.yaml", "within: 4h", "within: soon")
    assert simulate(two, "--against", str(two / "quick")) == 1
    assert "quick/sla.yaml" in capsys.readouterr().err


# -- many ------------------------------------------------------------------------------------------------


def _cases(number):
    begin = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
    given = [{"type": "complaint", "category": name} for name in ("delivery", "charges")]
    return [
        Case(
            (
                Event(begin + timedelta(minutes=7 * place), "received", {"set": given[place % 2]}),
                Event(begin + timedelta(minutes=20 * place), "solution_proposed", {}, 1),
            )
        )
        for place in range(number)
    ]


def test_several_processes_count_the_same_as_one(two, capsys):
    packs, _ = compile_packs([str(two / "small"), str(two / "quick")], datetime(2026, 3, 1).date())
    policies, cases = [one.policy for one in packs], _cases(many._WORTH_IT + 300)
    now = datetime(2026, 6, 1, tzinfo=timezone.utc)
    seen = []
    alone = many.replay_all(policies, cases, now, 1)
    together = many.replay_all(policies, cases, now, 3, seen.append)
    assert seen[-1] == len(cases) and len(seen) == 5
    assert alone.changed == together.changed and alone.changed
    for one, other in zip(alone.results, together.results, strict=True):
        assert one == other and one.cases == len(cases)


def test_the_number_of_processes_must_be_one(two, capsys):
    assert simulate(two, "--jobs", "0") == 64
    assert simulate(two, "--jobs", "1") == 0


# -- JSON lines ------------------------------------------------------------------------------------------


def lines(two, capsys, text, *options):
    (two / "cases.jsonl").write_text(text, encoding="utf-8")
    code = main(["simulate", str(two / "small"), "--cases", str(two / "cases.jsonl"), *options])
    return code, *capsys.readouterr()


def test_a_line_may_be_a_case_written_like_a_test(two, capsys):
    code, out, _ = lines(
        two,
        capsys,
        '{"id": "a", "at": "2026-03-02 10:00", "case": {"type": "complaint", "category": "delivery"},'
        ' "events": [{"after": "2h", "event": "solution_proposed"}]}\n\n'
        '{"at": "2026-03-02T09:00:00Z", "case": {"type": "complaint"},'
        ' "events": [{"at": "2026-03-02T15:00:00+01:00", "event": "solution_proposed"}]}\n',
        "--format",
        "json",
    )
    assert code == 0
    hot, calm = json.loads(out)["clocks"]
    assert (hot["met"], hot["median"]) == (1, 0.2)
    assert (calm["met"], calm["median"]) == (1, 0.5)  # 10:00 to 15:00 in Berlin, five of ten open hours


@pytest.mark.parametrize(
    "line,expected",
    [
        ("{", "cannot be read"),
        ("[]", "is no JSON object"),
        ('{"case": {}}', "column 'at': no time of receipt"),
        ('{"at": "2026-13-01 10:00"}', "'2026-13-01 10:00' does not fit"),
        ('{"at": "2026-03-02 10:00", "cas": {}}', "unknown key 'cas'"),
        (
            '{"at": "2026-03-02 10:00", "case": {"type": "rant"}}',
            "case.type: the pack has no case type 'rant'",
        ),
        ('{"at": "2026-03-02 10:00", "case": {"type": 3}}', "case has not the right form"),
        ('{"at": "2026-03-02 10:00", "events": {"event": "closed"}}', "events has not the right form"),
        ('{"at": "2026-03-02 10:00", "events": [1]}', "events[0] has not the right form"),
        ('{"at": "2026-03-02 10:00", "events": [{"event": "recieved"}]}', "no event is named 'recieved'"),
        (
            '{"at": "2026-03-02 10:00", "events": [{"event": "closed", "after": "1w"}]}',
            "events[0]: '1w' is no",
        ),
        ('{"at": "2026-03-02 10:00", "events": [{"stage": "attic", "after": "1h"}]}', "no stage 'attic'"),
        (
            '{"at": "2026-03-02 10:00", "events": [{"event": "closed", "at": "2026-03-01 10:00"}]}',
            "lies before the time of receipt",
        ),
        ('{"at": "2026-03-02 10:00", "id": "x"}', "'x' stands on line 1 already"),
    ],
)
def test_a_line_that_is_no_case_is_told(two, capsys, line, expected):
    first = '{"id": "x", "at": "2026-03-02 10:00", "case": {"type": "complaint"}}\n'
    code, _, err = lines(two, capsys, first + line + "\n")
    assert code == 1
    assert "cases.jsonl:2: " in err and expected in err


def test_lines_under_a_mapping_are_rows(two, capsys):
    row = '{"Nummer": 1, "Kanal": "Mail", "Thema": "X", "Eingang": "02.03.2026 10:00", "Erledigt": null}\n'
    code, out, _ = lines(two, capsys, row, "--map", str(two / "map.yaml"), "--format", "json")
    assert code == 0 and json.loads(out)["clocks"][1]["open"] == 1
    code, _, err = lines(two, capsys, row + '{"Nummer": []}\n', "--map", str(two / "map.yaml"))
    assert code == 1 and "cases.jsonl:2: a value is a list" in err


def test_a_table_needs_a_mapping(two, capsys):
    assert main(["simulate", str(two / "small"), "--cases", str(two / "cases.csv")]) == 64
    assert "--map" in capsys.readouterr().err
