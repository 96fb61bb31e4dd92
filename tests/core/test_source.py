"""Reading YAML: what is text, where everything stands, and what is refused."""

import time

import pytest

from complaint_policy.language import source
from complaint_policy.language.source import read


def value(text: str):
    got = read("p/x.yaml", text.encode())
    assert not got.problems, got.problems
    return got.data


def refusal(content: str | bytes):
    """The first problem as (line, column, code)."""
    content = content if isinstance(content, bytes) else content.encode()
    problem = read("p/x.yaml", content).problems[0]
    return problem.line, problem.column, problem.code


@pytest.mark.parametrize(
    "text",
    ["17:00", "no", "yes", "on", "off", "Yes", "2026-12-01", "1_000", "0b1", "12e", "=", "4h", "1.2.3"],
)
def test_words_times_and_dates_are_text(text):
    assert value(f"key: {text}") == {"key": text}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12", 12),
        ("-3", -3),
        ("+4", 4),
        ("007", 7),
        ("0o17", 15),
        ("0xFF", 255),
        ("0.8", 0.8),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"12"', "12"),
        ("'true'", "true"),
        ("2.", 2.0),
    ],
)
def test_numbers_truth_values_and_nothing_follow_yaml_1_2(text, meant):
    got = value(f"key: {text}")["key"]
    assert got == meant and type(got) is type(meant)


def test_keys_are_always_text():
    assert value("1: a\ntrue: b\n2026-01-01: c") == {"1": "a", "true": "b", "2026-01-01": "c"}


def test_every_key_and_item_knows_its_place():
    data = value("kind: sla\npolicies:\n  - name: a\n    clocks: [{name: b}, {name: c}]\n")
    policy = data["policies"][0]
    assert data.key_spots["policies"][1:] == (2, 1, "$.policies")
    assert policy.spots["name"][1:] == (3, 11, "$.policies[0].name")
    assert policy["clocks"].spots[1][1:] == (4, 25, "$.policies[0].clocks[1]")
    assert policy["clocks"][1].key_spots["name"][1:] == (4, 26, "$.policies[0].clocks[1].name")


def test_columns_count_characters_not_bytes():
    data = value('标题: {en: "延误", zh_CN: 配送}')
    assert data["标题"].key_spots["zh_CN"].column == 16


def test_a_byte_order_mark_is_no_content():
    assert read("p/x.yaml", b"\xef\xbb\xbfkind: sla\n").data == {"kind": "sla"}


def test_windows_line_ends_are_fine():
    got = read("p/x.yaml", b"kind: sla\r\npolicies: []\r\n")
    assert got.data == {"kind": "sla", "policies": []} and got.data.key_spots["policies"].line == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1, "P117")),
        ("a: &x 1\n", (1, 4, "P115")),
        ("a: *x\n", (1, 4, "P115")),
        ("a: !!python/object:os.system 1\n", (1, 4, "P116")),
        ("a: ! 1\n", (1, 4, "P116")),
        ("a: 1\n---\nb: 2\n", (2, 1, "P118")),
        ("[a]: 1\n", (1, 1, "P119")),
        ("a: .inf\n", (1, 4, "P120")),
        ("a: .nan\n", (1, 4, "P120")),
        ("a: 1e999\n", (1, 4, "P120")),
        (f"a: {'9' * 5000}\n", (1, 4, "P120")),
        ("a:\n\t- b\n", (2, 1, "P122")),
        ("a: b: c\n", (1, 5, "P123")),
        ("a:\n  b: 1\n c: 2\n", (3, 2, "P124")),
        ("a: [1, 2\nb: 3\n", (1, 4, "P125")),
        ("a: {b: 1\n", (1, 4, "P125")),
        ("a:\n  b: [1, {c: [\n", (2, 14, "P125")),
        ('a: "open\n', (1, 4, "P126")),
        ("a: 1\nb\n", (3, 1, "P127")),
        ("a: @x\n", (1, 4, "P101")),
        ("", (1, 1, "P113")),
        ("# only a comment\n", (1, 1, "P113")),
        ("%YAML 3.0\n---\na: 1\n", (1, 1, "P101")),
    ],
)
def test_what_is_refused_is_refused_at_its_place(text, place):
    assert refusal(text) == place


def test_several_duplicate_keys_are_all_reported():
    got = read("p/x.yaml", b"a: 1\na: 2\nb: {c: 1, c: [2]}\n")
    assert [(one.line, one.args["first"]) for one in got.problems] == [(2, 1), (3, 3)]
    assert got.data == {"a": 1, "b": {"c": 1}}


def test_an_alias_inside_a_list_does_not_stop_the_reading():
    got = read("p/x.yaml", b"a: [*x, *y]\nb: 1\nb: 2\n")
    assert [one.code for one in got.problems] == ["P115", "P115", "P117"]


def test_nesting_is_allowed_to_forty_and_no_deeper():
    assert read("p/x.yaml", b"[" * 40 + b"]" * 40).data is not None
    assert refusal("[" * 41 + "]" * 41) == (1, 41, "P114")


def test_a_million_bytes_are_read_and_not_one_more():
    assert not read("p/x.yaml", b"a: 1\n".ljust(source.MAX_BYTES, b"#")).problems
    assert refusal(b"a: 1\n".ljust(source.MAX_BYTES + 1, b"#")) == (1, 1, "P110")


def test_too_many_values_stop_the_reading():
    assert refusal("a: [" + "1," * 60_000 + "1]")[2] == "P121"


def test_bytes_that_are_no_utf_8_are_shown_at_their_place():
    assert refusal("a: 1\nname: Münch\n".encode("latin-1")) == (2, 8, "P111")
    assert refusal("标题: 投诉\n".encode("gbk"))[2] == "P111"
    assert refusal("a: 1".encode("utf-16"))[2] == "P111"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\ufffe"])
def test_control_characters_are_refused_at_their_place(character):
    assert refusal(f"a: 1\nb: x{character}\n") == (2, 5, "P112")


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "- - -\n" * 50_000,
        "a: [" + "[],[" * 90_000,
        "{" * 100_000,
        "!" * 100_000,
        "&a " * 100_000,
        "*a\n" * 100_000,
        '"' * 100_001,
        "%" * 100_000,
        "a: &a [x, x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a]\n" for n in range(20_000)),
        "a:\n" + "".join(" " * n + "b:\n" for n in range(1, 1200)),
    ],
)
def test_no_bomb_takes_longer_than_two_seconds(bomb):
    start = time.perf_counter()
    got = read("p/x.yaml", bomb.encode()[: source.MAX_BYTES])
    assert got.problems
    assert time.perf_counter() - start < 2


def test_the_pure_python_parser_gives_the_same(monkeypatch):
    import yaml

    texts = [
        "a: [1, 2\nb: 3\n",
        'a: "open\n',
        "a:\n  b: 1\n c: 2\n",
        "a: b: c\n",
        "a: {b: [17:00, no]}\n",
        "a: 1\n---\nb: 1",
    ]
    before = [
        ([one.code for one in got.problems], got.data) for got in (read("x", text.encode()) for text in texts)
    ]
    monkeypatch.setattr(source, "LOADER", yaml.SafeLoader)
    after = [
        ([one.code for one in got.problems], got.data) for got in (read("x", text.encode()) for text in texts)
    ]
    assert before == after
