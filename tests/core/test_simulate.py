"""Past cases replayed from a table: the mapping, the rows, the figures."""

import json
from pathlib import Path

import pytest

from complaint_policy.command.__main__ import main
from complaint_policy.command.statistics import ClockCount
from complaint_policy.command.tables import table, width

PACK = {
    "pack.yaml": "kind: pack\nname: small\ntitle: Small\ncalendar: office\n",
    "calendars.yaml": (
        "kind: calendars\ncalendars:\n"
        "  - {name: office, timezone: Europe/Berlin, hours: {mon-fri: ['09:00-17:00']}}\n"
    ),
    "case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}, {name: praise}]\n",
    "channels.yaml": "kind: channels\nchannels: [{name: phone}, {name: email}]\n",
    "categories.yaml": (
        "kind: categories\ncategories: [{name: delivery, preset: {urgency: urgent}}, {name: charges}]\n"
    ),
    "severity.yaml": (
        "kind: severity\nurgencies: [normal, urgent]\nscopes: [one_customer]\ncomplexities: [standard]\n"
        "levels: [{name: normal, priority: 0}, {name: high, priority: 1}]\n"
        "matrix: [{urgency: urgent, severity: high}]\ndefault: normal\n"
        "preset: {urgency: normal, scope: one_customer, complexity: standard}\n"
    ),
    "stages.yaml": (
        "kind: stages\nstages:\n  - {name: received, event: received, next: [closed]}\n"
        "  - {name: closed, event: closed, closes: true}\n"
    ),
    "sla.yaml": (
        "kind: sla\npolicies:\n"
        "  - name: hot\n    match: {type: complaint, severity: high}\n    clocks:\n"
        "      - {name: solution, from: received, until: solution_proposed, within: 10h}\n"
        "  - name: calm\n    match: {type: complaint}\n    clocks:\n"
        "      - {name: solution, from: received, until: solution_proposed, within: 10bh}\n"
    ),
}
MAPPING = """\
kind: mapping
timezone: Europe/Berlin
time_format: "%d.%m.%Y %H:%M"
id: Nummer
case:
  type: {value: complaint}
  channel: {column: Kanal, map: {Telefon: phone, Mail: email}}
  category: {column: Thema, map: {Lieferung: delivery}, default: charges}
events:
  - {event: received, column: Eingang}
  - {event: [solution_proposed, closed], column: Erledigt, stage: closed}
"""
ROWS = """\
Nummer,Kanal,Thema,Eingang,Erledigt
1,Telefon,Lieferung,02.03.2026 10:00,02.03.2026 15:00
2,Telefon,Lieferung,02.03.2026 10:00,03.03.2026 06:00
3,Mail,Rechnung,02.03.2026 10:00,03.03.2026 12:00
4,Mail,Rechnung,02.03.2026 10:00,
5,Mail,Rechnung,03.03.2026 12:00,
"""


@pytest.fixture
def files(tmp_path) -> Path:
    """A pack, a mapping and a table that fit each other."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in PACK.items():
        (folder / name).write_text(text, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "cases.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def simulate(files, *options):
    return main(
        [
            "simulate",
            str(files / "small"),
            "--cases",
            str(files / "cases.csv"),
            "--map",
            str(files / "map.yaml"),
            *options,
        ]
    )


def figures(files, capsys, *options):
    assert simulate(files, "--format", "json", *options) == 0
    return json.loads(capsys.readouterr().out)


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# -- figures ---------------------------------------------------------------------------------------------


def test_each_clock_is_counted_under_the_policy_that_the_severity_chooses(files, capsys):
    data = figures(files, capsys)
    hot, calm = data["clocks"]
    counted = ("applied", "met", "breached", "open", "late")
    assert [hot[key] for key in counted] == [2, 1, 1, 0, 0]  # urgent by its category, so high by the matrix
    assert [calm[key] for key in counted] == [3, 1, 0, 2, 0]
    assert (hot["median"], hot["p90"]) == (1.25, pytest.approx(1.85))
    assert calm["median"] == 1.0  # 10 open hours of 10, over a night
    assert (data["cases"], data["unmatched"], data["skipped"]) == (5, 0, 0)


def test_now_is_the_newest_time_of_the_file_unless_the_mapping_says_another(files, capsys):
    assert figures(files, capsys)["now"] == "2026-03-03T11:00:00+00:00"
    change(files / "map.yaml", "id: Nummer", "id: Nummer\nnow: 2026-03-05 09:00")
    data = figures(files, capsys)
    assert data["now"] == "2026-03-05T08:00:00+00:00"
    assert data["clocks"][1]["late"] == 2


def test_what_happened_after_now_has_not_happened(files, capsys):
    change(files / "map.yaml", "id: Nummer", "id: Nummer\nnow: 02.03.2026 12:00")
    assert [clock["open"] for clock in figures(files, capsys)["clocks"]] == [2, 2]


def test_a_case_that_no_policy_fits_is_told(files, capsys):
    change(files / "map.yaml", "{value: complaint}", "{value: praise}")
    assert figures(files, capsys)["unmatched"] == 5


def test_the_text_names_cases_clocks_and_what_the_shares_mean(files, capsys):
    assert simulate(files) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "5 cases under small, 2026-03-02 10:00 to 2026-03-03 12:00"
    assert out[4].split() == ["hot", "solution", "10h", "2", "1", "1", "0", "0", "0", "125%", "185%"]
    assert simulate(files, "--lang", "zh_CN") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "small：5 个案件，2026-03-02 10:00 至 2026-03-03 12:00"
    assert len({width(line) for line in out[2:6]}) == 1


def test_a_clock_that_never_ended_has_no_median():
    assert ClockCount("a", "b", "1h").share(0.5) is None
    assert ClockCount("a", "b", "1h", shares=[0.5]).share(0.9) == 0.5


def test_chinese_characters_take_two_columns():
    assert table(["时钟", "n"], [["a", "10"]], left=1) == ["时钟   n", "----  --", "a     10"]


# -- the mapping -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old,new,expected",
    [
        ("kind: mapping", "kind: maping", "1:7: error $.kind: kind must be 'mapping'"),
        ("kind: mapping", "kynd: mapping", "1:1: error $.kynd: unknown key 'kynd'; did you mean 'kind'?"),
        ("timezone: Europe/Berlin\n", "", "1:1: error $: the key 'timezone' is missing"),
        ("Europe/Berlin", "Europe/Bonn", "2:11: error $.timezone: unknown zone 'Europe/Bonn'"),
        ("%d.%m.%Y %H:%M", "%H:%M", "3:14: error $.time_format: '%H:%M' is no time format"),
        (
            "id: Nummer",
            "id: Numer",
            "4:5: error $.id: the file has no column 'Numer'; did you mean 'Nummer'?",
        ),
        ("id: Nummer", "id: Nummer\nnow: soon", "5:6: error $.now: 'soon' does not fit the time format"),
        ("id: Nummer", "id: Nummer\nencoding: utf-99", "5:11: error $.encoding: unknown encoding 'utf-99'"),
        ("id: Nummer", "id: Nummer\ndelimiter: tab", "5:12: error $.delimiter: must be one character"),
        (
            "value: complaint",
            "value: complain",
            "6:17: error $.case.type.value: the pack has no case type 'complain'",
        ),
        (
            "Telefon: phone",
            "Telefon: fone",
            "7:43: error $.case.channel.map.Telefon: the pack has no channel 'fone'",
        ),
        (
            "default: charges",
            "default: chargs",
            "8:66: error $.case.category.default: the pack has no category",
        ),
        ("{value: complaint}", "complaint", "6:9: error $.case.type: must be a mapping"),
        (
            "{value: complaint}",
            "{value: complaint, column: Nummer}",
            "6:9: error $.case.type: write either value or",
        ),
        (
            "{value: complaint}",
            "{value: complaint, default: praise}",
            "$.case.type.default: a default goes with a map",
        ),
        ("  type:", "  kind:", "6:3: error $.case.kind: unknown key 'kind'"),
        (
            "event: received",
            "event: recieved",
            "10:13: error $.events[0].event: no event is named 'recieved'",
        ),
        ("event: received", "event: acknowledged", "10:3: error $.events: one event must be received"),
        ("event: received", "event: {a: b}", "10:13: error $.events[0].event: must be an event or a list"),
        ("column: Eingang", "colum: Eingang", "$.events[0]: the key 'column' is missing"),
        (
            "stage: closed",
            "stage: closd",
            "$.events[1].stage: the pack has no stage 'closd'; did you mean 'closed'?",
        ),
        ("events:", "events: none\nrest:", "$.events: must be a list"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_with_its_place(files, capsys, old, new, expected):
    change(files / "map.yaml", old, new)
    assert simulate(files) == 1
    assert expected in capsys.readouterr().err


def test_all_mistakes_are_told_in_one_run_and_in_chinese(files, capsys):
    change(files / "map.yaml", "id: Nummer", "id: Numer")
    change(files / "map.yaml", "phone", "fone")
    assert simulate(files, "--lang", "zh_CN") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "文件中没有“Numer”列；是否应为“Nummer”？" in lines[0]
    assert "规则包中没有渠道“fone”；是否应为“phone”？" in lines[1]


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"a: [", b"\xff\xfe", b"kind: mapping\nkind: mapping"])
def test_what_is_no_mapping_is_refused(files, capsys, content):
    (files / "map.yaml").write_bytes(content)
    assert simulate(files) == 1
    assert "map.yaml" in capsys.readouterr().err


def test_a_column_that_occurs_twice_is_ambiguous(files, capsys):
    change(files / "cases.csv", "Nummer,Kanal", "Nummer,Nummer")
    assert simulate(files) == 1
    assert "the file has more than one column 'Nummer'" in capsys.readouterr().err


# -- the rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row,expected",
    [
        (
            "6,Mail,X,31.02.2026 10:00,",
            "cases.csv:7: column 'Eingang': '31.02.2026 10:00' does not fit the time",
        ),
        ("6,Mail,X,,02.03.2026 15:00", "cases.csv:7: column 'Eingang': no time of receipt"),
        (
            "6,Mail,X,02.03.2026 15:00,02.03.2026 14:59",
            "cases.csv:7: column 'Erledigt': '02.03.2026 14:59' lies before",
        ),
        (
            "6,Fax,X,02.03.2026 15:00,",
            "cases.csv:7: column 'Kanal': the map has no 'Fax' and there is no default",
        ),
        ("6,Mail,X,02.03.2026 15:00", "cases.csv:7: more or fewer values than columns"),
        ("5,Mail,X,02.03.2026 15:00,", "cases.csv:7: column 'Nummer': '5' stands on line 6 already"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_stops_the_run(files, capsys, row, expected):
    (files / "cases.csv").write_text(ROWS + row + "\n", encoding="utf-8")
    assert simulate(files) == 1
    err = capsys.readouterr().err
    assert expected in err
    assert "1 of 6 rows cannot be used" in err
    assert simulate(files, "--skip-bad-rows") == 0
    assert "1 rows left out" in capsys.readouterr().out


def test_of_many_bad_rows_the_first_five_are_shown_and_all_counted(files, capsys):
    rows = "".join(f"{number},Fax,X,02.03.2026 15:00,\n" for number in range(10, 30))
    (files / "cases.csv").write_text(ROWS + rows, encoding="utf-8")
    assert simulate(files) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("cases.csv")[1][:3] for line in lines[:5]] == [":7:", ":8:", ":9:", ":10", ":11"]
    assert lines[5] == "20 of 25 rows cannot be used, the first 5 are shown"


def test_a_value_without_a_map_must_be_a_name_of_the_pack(files, capsys):
    change(files / "map.yaml", "{column: Kanal, map: {Telefon: phone, Mail: email}}", "{column: Kanal}")
    assert simulate(files) == 1
    assert "column 'Kanal': the pack has no channel 'Telefon'" in capsys.readouterr().err


def test_the_line_told_is_the_one_on_which_a_row_of_several_lines_begins(files, capsys):
    (files / "cases.csv").write_text(ROWS + '6,Mail,"a\nb",never,\n7,Mail,X,never,\n', encoding="utf-8")
    assert simulate(files) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "cases.csv:7:" in lines[0] and "cases.csv:9:" in lines[1]


def test_another_encoding_and_delimiter(files, capsys):
    text = ROWS.replace(",", ";").replace("Rechnung", "账单").replace("Lieferung", "配送")
    (files / "cases.csv").write_text(text, encoding="gb18030")
    change(files / "map.yaml", "Lieferung", "配送")
    assert simulate(files) == 1
    assert "name the file's encoding in the mapping" in capsys.readouterr().err
    change(files / "map.yaml", "id: Nummer", 'id: Nummer\nencoding: gb18030\ndelimiter: ";"')
    assert figures(files, capsys)["clocks"][0]["applied"] == 2


def test_a_byte_order_mark_is_not_part_of_the_first_column(files, capsys):
    (files / "cases.csv").write_text(ROWS, encoding="utf-8-sig")
    assert figures(files, capsys)["cases"] == 5


@pytest.mark.parametrize(
    "content", ["", "Nummer,Kanal,Thema,Eingang,Erledigt\n", "Nummer,Kanal,Thema,Eingang,Erledigt\n\n\n"]
)
def test_a_file_without_rows_is_told(files, content):
    (files / "cases.csv").write_text(content)
    assert simulate(files) == 1


def test_offsets_in_the_times_come_before_the_zone(files, capsys):
    change(files / "map.yaml", "%H:%M", "%H:%M %z")
    rows = (
        ROWS.replace("0:00,", "0:00 +0000,").replace("5:00\n", "5:00 +0000\n").replace(":00\n", ":00 +0000\n")
    )
    (files / "cases.csv").write_text(rows.replace(" +0000 +0000", " +0000").replace("12:00,", "12:00 +0000,"))
    assert figures(files, capsys)["now"] == "2026-03-03T12:00:00+00:00"


# -- usage -----------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_wrong_usage(files, capsys):
    (files / "cases.csv").unlink()
    assert simulate(files) == 64
    assert "cases.csv" in capsys.readouterr().err
    assert main(["simulate", str(files / "no"), "--cases", "x", "--map", "y"]) == 64


def test_a_folder_of_several_packs_is_wrong_usage(files, capsys):
    other = files / "other"
    other.mkdir()
    (other / "pack.yaml").write_text("kind: pack\nname: other\n")
    (files / "map.yaml").rename(files / "map.txt")
    arguments = ["--cases", str(files / "cases.csv"), "--map", str(files / "map.txt")]
    assert main(["simulate", str(files), *arguments]) == 64
    assert "name one pack's folder" in capsys.readouterr().err


def test_a_pack_with_errors_is_not_simulated(files, capsys):
    change(files / "small" / "sla.yaml", "within: 10h", "within: ten")
    assert simulate(files) == 1
    assert "sla.yaml" in capsys.readouterr().err


def test_the_example_in_the_docs_fits_the_general_pack(files, capsys):
    root = Path(__file__).resolve().parents[2]
    (files / "cases.csv").write_text(
        "Unique Key,Created Date,Closed Date,Agency,Complaint Type\n"
        "1,3/14/2025 1:20,,NYPD,Animal-Abuse\n"
        "2,3/9/2025 1:20,3/9/2025 3:20,DOHMH,Pet Shop\n"
    )
    arguments = ["--cases", str(files / "cases.csv"), "--map", str(root / "docs/examples/nyc311.yaml")]
    assert main(["simulate", str(root / "policies/general"), *arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 2
