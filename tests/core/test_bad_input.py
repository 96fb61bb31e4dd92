"""Whatever stands in a policy folder.

A place, a sentence, advice, exit code 1, quickly, and never a traceback.
"""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_files import files, real_files

from complaint_policy.command.__main__ import main
from complaint_policy.language import load
from complaint_policy.language.diagnostics import LANGUAGES, render

SLA = (
    "kind: sla\npolicies:\n  - name: standard\n    clocks:\n      - {name: solution, from: received, "
    "until: closed, within: 72h}\n"
)
BASE = "kind: pack\nname: shop\ncalendar: office\n"
OFFICE = (
    "kind: calendars\ncalendars: [{name: office, timezone: Etc/UTC, hours: {mon-fri: ['09:00-17:00']}}]\n"
)

BAD = [
    (
        "an unknown key",
        {"sla.yaml": SLA.replace("within", "wihtin")},
        "shop/sla.yaml:5:57: error P102 $.policies[0].clocks[0]: unknown key 'wihtin'; did you mean "
        "'within'?",
    ),
    (
        "a wrong type",
        {"sla.yaml": SLA.replace("72h", "72")},
        "shop/sla.yaml:5:65: error P134 $.policies[0].clocks[0].within: expected a duration such as 30s, "
        "15m, 4h, 3d, 15cd, 4bh or 5bd, found a "
        "number '72'; did you mean '72h'?",
    ),
    (
        "a reference to nothing",
        {"sla.yaml": SLA.replace("72h", "72h, pause: waiting")},
        "shop/sla.yaml:5:77: error P201 $.policies[0].clocks[0].pause: no pause reason is named 'waiting'; "
        "this policy has none; add it to a file "
        "of its kind, or extend a pack that has it",
    ),
    (
        "a name twice",
        {"sla.yaml": SLA + SLA.split("\n", 2)[2]},
        "shop/sla.yaml:6:11: error P202 $.policies[1].name: the name 'standard' stands here a second time, "
        "first in line 3; rename one of the two "
        "or join them",
    ),
    (
        "hours that end before they begin",
        {"calendars.yaml": OFFICE.replace("09:00-17:00", "17:00-09:00")},
        "shop/calendars.yaml:2:65: error P205 $.calendars[0].hours.mon-fri[0]: the hours 17:00-09:00 end "
        "before they begin; did you mean "
        "'09:00-17:00'? Hours over midnight are two ranges, up to 24:00 and from 00:00",
    ),
    (
        "a zone that does not exist",
        {"calendars.yaml": OFFICE.replace("Etc/UTC", "Asia/Bejing")},
        "shop/calendars.yaml:2:38: error P203 $.calendars[0].timezone: there is no time zone 'Asia/Bejing'; "
        "did you mean",
    ),
    (
        "100,000 brackets",
        {"sla.yaml": "kind: sla\npolicies: " + "[" * 100_000},
        "shop/sla.yaml:2:50: error P114 $.policies"
        + "[0]" * 39
        + ": more than 40 levels are nested in each other; check the brackets on this "
        "line",
    ),
    (
        "an alias bomb",
        {
            "sla.yaml": "kind: sla\na: &a [x]\n"
            + "".join(f"b{n}: &b{n} [*a, *a, *a, *a]\n" for n in range(40))
        },
        "shop/sla.yaml:2:4: error P115 $.a: '&' and '*' (anchors and aliases) are not allowed; 'a' stands "
        "here; write the value out; put a text "
        "that begins with & or * in quotes",
    ),
    (
        "5 MB",
        {"sla.yaml": "kind: sla\n" + "# filler\n" * 600_000},
        "shop/sla.yaml:1:1: error P110 $: the file is larger than 1000000 bytes; a policy file is text of a "
        "few pages; check that this is the "
        "right file or split it into packs",
    ),
    (
        "Latin-1",
        {"roles.yaml": "kind: roles\nroles: [{name: büro}]\n".encode("latin-1")},
        "shop/roles.yaml:2:17: error P111 $: the file is not UTF-8 text (byte 0xFC); save it again with the "
        "encoding UTF-8",
    ),
    (
        "a NUL",
        {"roles.yaml": b"kind: roles\nroles: \0\n"},
        "shop/roles.yaml:2:8: error P112 $: the control character U+0000 stands here; delete it; it often "
        "comes from copying out of another "
        "program",
    ),
    (
        "an empty file",
        {"roles.yaml": b""},
        "shop/roles.yaml:1:1: error P113 $: the file is empty; begin with kind: and what the file is about, "
        "or delete the file",
    ),
    (
        "no pack.yaml",
        {"pack.yaml": None},
        "shop/pack.yaml:1:1: error P301 $: the folder 'shop' has no pack.yaml; add a file pack.yaml with "
        "the lines 'kind: pack' and 'name: shop'",
    ),
    (
        "a pack that extends itself",
        {"pack.yaml": BASE + "extends: shop\n"},
        "shop/pack.yaml:4:10: error P303 $.extends: the packs extend each other in a circle: shop → shop; "
        "delete one of these extends",
    ),
    (
        "a Python object",
        {"sla.yaml": "kind: sla\npolicies: !!python/object/apply:os.system [ls]\n"},
        "shop/sla.yaml:2:11: error P116 $.policies: the tag "
        "'tag:yaml.org,2002:python/object/apply:os.system' is not allowed",
    ),
    (
        "a key twice",
        {"pack.yaml": BASE + "name: shop\n"},
        "shop/pack.yaml:4:1: error P117 $.name: the key 'name' stands here a second time, first in line 2; "
        "keep one of the two",
    ),
    (
        "two documents",
        {"pack.yaml": BASE + "---\nkind: roles\n"},
        "shop/pack.yaml:4:1: error P118 $: a second document begins here; put it into a file of its own and "
        "delete the line ---",
    ),
    (
        "a text where a list belongs",
        {"roles.yaml": "kind: roles\nroles: intake\n"},
        "shop/roles.yaml:2:8: error P134 $.roles: expected a list, found text 'intake'; put it in brackets: "
        "[intake]",
    ),
    (
        "a scalar file",
        {"roles.yaml": "intake\n"},
        "shop/roles.yaml:1:1: error P129 $: the file holds text instead of keys and values; begin with "
        "kind: and what the file is about",
    ),
    (
        "a file beside the packs",
        {"../roles.yaml": "kind: roles\nroles: []\n"},
        "roles.yaml:1:1: error P309 $: the file lies outside of a pack; move it into the folder of a pack",
    ),
]


def _write(folder, changes):
    texts = {"pack.yaml": BASE, "calendars.yaml": OFFICE, "sla.yaml": SLA, **changes}
    (folder / "shop").mkdir(parents=True)
    for name, text in texts.items():
        if text is not None:
            (folder / "shop" / name).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(("name", "changes", "line"), BAD, ids=[row[0].replace(" ", "-") for row in BAD])
def test_bad_input_is_a_sentence_with_a_place(tmp_path, monkeypatch, capsys, name, changes, line):
    _write(tmp_path / "policies", changes)
    monkeypatch.chdir(tmp_path / "policies")
    start = time.perf_counter()
    code = main(["validate", "."])
    taken = time.perf_counter() - start
    out, err = capsys.readouterr()
    assert code == 1 and err == "" and taken < 2
    assert any(one.startswith(line) for one in out.split("\n")), out[:2_000]


@pytest.mark.parametrize(("name", "changes", "line"), BAD, ids=[row[0].replace(" ", "-") for row in BAD])
def test_bad_input_has_advice_in_chinese_too(tmp_path, monkeypatch, capsys, name, changes, line):
    _write(tmp_path / "policies", changes)
    monkeypatch.chdir(tmp_path / "policies")
    assert main(["validate", ".", "--lang", "zh_CN"]) == 1
    first = capsys.readouterr().out.split("\n")[0]
    assert "；" in first and "错误" in first


def test_all_files_are_bad_at_once_and_all_are_reported(tmp_path, monkeypatch, capsys):
    changes = {
        "sla.yaml": SLA.replace("72h", "72"),
        "roles.yaml": b"\xff",
        "tiers.yaml": "",
        "stages.yaml": "kind: stages\nstages: [" * 9,
    }
    _write(tmp_path / "policies", changes)
    monkeypatch.chdir(tmp_path / "policies")
    assert main(["validate", "."]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert [line.split(":")[0] for line in lines[:-2]] == [
        "shop/roles.yaml",
        "shop/sla.yaml",
        "shop/stages.yaml",
        "shop/tiers.yaml",
    ]


def test_an_unreadable_file_of_one_kind_does_not_make_every_reference_to_it_wrong():
    broken = {**files(), "shop/stages.yaml": b"kind: stages\nstages: [", "shop/roles.yaml": b"kind: rolls\n"}
    assert [one.code for one in load(broken).check()] == ["P128", "P125"]


def test_an_unreadable_pack_yaml_does_not_make_everything_inherited_wrong():
    assert [one.code for one in load({**files(), "shop/pack.yaml": b"kind: pack\nname: [\n"}).check()] == [
        "P125"
    ]


# Two packs, one on the other: the fuzz run takes all of them.
FILES = {path: text for path, text in real_files().items() if path.startswith(("general/", "logistics/"))}
PATHS = sorted(FILES)
PIECES = [
    "",
    " ",
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "&a ",
    "*a",
    "!x ",
    "#",
    "|",
    ">",
    "%",
    "@",
    "`",
    "\t",
    "---\n",
    "null",
    "true",
    "0",
    "-1",
    "1e9",
    "9" * 30,
    ".nan",
    "0x10",
    "name",
    "kind: sla",
    "extends: logistics",
    "before: x",
    "was: late",
    "remove: [late]",
    "{}",
    "[]",
    "title: 1",
    "within: 0h",
    "2026-02-30",
    "25:00",
    "任意",
    "\u2028",
    "\0",
    "<<: 1",
    "? ",
    "any",
]


@st.composite
def mutated(draw):
    """A real pack file with some pieces put in, taken out or repeated."""
    path = draw(st.sampled_from(PATHS))
    text = FILES[path].decode()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([*PIECES, text[at:until] * 2]))
        text = text[:at] + piece + text[until:]
    return path, text.encode()


@given(st.lists(mutated(), min_size=1, max_size=2))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_a_mutilated_policy_gives_problems_or_a_policy_and_never_a_traceback(changes):
    library = load({**FILES, **dict(changes)})
    problems = library.check()
    for lang in LANGUAGES:
        for form in ("text", "json", "github"):
            render(problems, form, lang)
    for pack in library.packs:
        normalised, found = library.compile(pack, date(2026, 11, 21))
        assert (normalised is None) == any(one.severity == "error" for one in found)


@given(st.sampled_from(PATHS), st.binary(max_size=200))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_bytes_are_read_or_refused(path, content):
    render(load({**FILES, path: content}).check())
