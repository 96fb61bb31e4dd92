"""Points of past cases: what the rules of a scheme would have given and taken."""

import json

import pytest
from test_simulate import MAPPING, PACK, ROWS

from complaint_policy.command.__main__ import main

SCHEME = """\
kind: incentives
schemes:
  - name: desk
    period: month
    who: {team: Desk}
    score: average
    rules:
      - {name: done, when: {closed: true}, points: 5}
      - {name: late, when: {clock: any, breached: true}, points: -4}
    grades: [{name: fair}]
"""
HOLDERS = ("Wer", "Ann", "Ann", "Ben", "Ben", "")


@pytest.fixture
def folder(tmp_path):
    """A pack with a scheme, one with other points, a mapping and a table that names holders."""
    for name, text in (("small", SCHEME), ("other", SCHEME.replace("points: -4", "points: -1.5"))):
        (tmp_path / name).mkdir()
        for file, content in {**PACK, "incentives.yaml": text}.items():
            content = content.replace("name: small", f"name: {name}") if file == "pack.yaml" else content
            (tmp_path / name / file).write_text(content, encoding="utf-8")
    rows = [f"{row},{who}\n" for row, who in zip(ROWS.splitlines(), HOLDERS, strict=True)]
    (tmp_path / "cases.csv").write_text("".join(rows), encoding="utf-8")
    mapping = MAPPING.replace("id: Nummer", "id: Nummer\nholder: Wer\nnow: 05.03.2026 12:00")
    (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
    return tmp_path


def simulate(folder, capsys, *options):
    files = ["--cases", str(folder / "cases.csv"), "--map", str(folder / "map.yaml")]
    assert main(["simulate", str(folder / "small"), *files, *options]) == 0
    return capsys.readouterr().out


def test_rules_and_people_have_their_points(folder, capsys):
    data = json.loads(simulate(folder, capsys, "--format", "json"))
    # the cases 2, 4 and 5 are late; nobody held the last one
    assert data["points"] == {
        "rules": {"desk/done": 15, "desk/late": -12},
        "people": {"desk/Ann": {"cases": 2, "score": 300}, "desk/Ben": {"cases": 1, "score": 100}},
    }


def test_two_policies_stand_side_by_side(folder, capsys):
    lines = simulate(folder, capsys, "--against", str(folder / "other")).splitlines()
    assert "desk/late         -4.5    -12    -7.5" in lines
    assert "desk/Ann      2     425    300    -125" in lines
    assert "desk/Ben      1     350    100    -250" in lines
    assert "score: of all these cases together, as if they were one period" in lines


def test_without_holders_the_rules_are_shown_and_nobody_is(folder, capsys):
    mapping = folder / "map.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("holder: Wer\n", ""), encoding="utf-8")
    data = json.loads(simulate(folder, capsys, "--format", "json"))
    assert data["points"] == {"rules": {"desk/done": 15, "desk/late": -12}, "people": {}}


def test_cases_as_json_lines_say_who_holds_them(folder, capsys):
    case = {
        "at": "2026-03-02 10:00",
        "case": {"type": "complaint"},
        "events": [{"after": "0m", "holder": "Ann"}, {"after": "5m", "event": "closed", "stage": "closed"}],
    }
    lines = folder / "cases.jsonl"
    lines.write_text(json.dumps(case), encoding="utf-8")
    assert main(["simulate", str(folder / "small"), "--cases", str(lines), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["points"]["people"] == {"desk/Ann": {"cases": 1, "score": 500}}


def test_many_cases_on_several_processes_give_the_same_points(folder, capsys):
    head, *rows = (folder / "cases.csv").read_text(encoding="utf-8").splitlines()
    many = [f"{number},{row.partition(',')[2]}" for number, row in enumerate(rows * 500)]
    (folder / "cases.csv").write_text("\n".join([head, *many]), encoding="utf-8")
    alone = json.loads(simulate(folder, capsys, "--format", "json", "--jobs", "1"))
    shared = json.loads(simulate(folder, capsys, "--format", "json", "--jobs", "3"))
    assert alone["points"] == shared["points"]
    assert alone["points"]["people"]["desk/Ann"] == {"cases": 1000, "score": 300}
