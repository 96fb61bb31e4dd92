"""A small change of a policy file touches the value and nothing else."""

import pytest

from complaint_management.language.edit import NotEditable, replaced
from complaint_management.language.library import load
from complaint_management.language.source import read

CLOCKS = """\ufeff# 时限
kind: sla
policies:
  - name: standard
    title: {en: Standard, zh_CN: 一般投诉}
    clocks:
      - name: solution
        within: 72h                      # C2 S1: 三天
        pause: [waiting_customer, 'other']  # why
      - {name: feedback, within: 24h}
"""
LADDER = """levels:
  - name: first
    notify:
      # the leader always
      - team_leader   # S1
      - "assignee"
  - name: second
    notify: decision
"""


def place(text, *keys):
    """Line and column of the value at the end of a way of keys and positions."""
    node = read("x.yaml", text.encode()).data
    for key in keys[:-1]:
        node = node[key]
    spot = node.spots[keys[-1]]
    return spot.line, spot.column


def test_a_time_limit_is_exchanged_and_its_comment_stays_in_its_column():
    at = place(CLOCKS, "policies", 0, "clocks", 0, "within")
    assert replaced(CLOCKS, *at, "4bh") == CLOCKS.replace("72h", "4bh")
    longer = replaced(CLOCKS, *at, "100bh")
    assert longer == CLOCKS.replace("72h  ", "100bh")


def test_a_value_in_brackets_is_exchanged():
    at = place(CLOCKS, "policies", 0, "clocks", 1, "within")
    assert replaced(CLOCKS, *at, "12h") == CLOCKS.replace("24h}", "12h}")


def test_text_that_yaml_would_read_otherwise_is_quoted():
    at = place("a: b\n", "a")
    for value in ("true", "1e3", "a: b", "# no", '"', "a\nb", "中文", ""):
        assert read("x.yaml", replaced("a: b\n", *at, value).encode()).data["a"] == value
    assert replaced("a: b\n", *at, 5) == "a: 5\n"


def test_a_list_in_brackets_is_exchanged():
    at = place(CLOCKS, "policies", 0, "clocks", 0, "pause")
    text = replaced(CLOCKS, *at, ["waiting_customer"])
    assert text == CLOCKS.replace("[waiting_customer, 'other']  #", "[waiting_customer]           #")


def test_a_list_of_lines_keeps_the_lines_and_comments_of_the_names_that_stay():
    at = place(LADDER, "levels", 0, "notify")
    assert replaced(LADDER, *at, ["team_leader", "board"]) == LADDER.replace('"assignee"', "board")
    assert replaced(LADDER, *at, ["assignee"]) == LADDER.replace("      - team_leader   # S1\n", "")


def test_a_list_of_lines_at_the_end_of_a_file_without_a_last_line_break_grows():
    text = "notify:\n- a"
    assert replaced(text, 2, 1, ["a", "b"]) == "notify:\n- a\n- b\n"


def test_one_name_becomes_several():
    at = place(LADDER, "levels", 1, "notify")
    assert replaced(LADDER, *at, ["decision", "board"]).endswith("notify: [decision, board]\n")
    assert replaced(LADDER, *at, ["board"]).endswith("notify: board\n")


@pytest.mark.parametrize(
    ("text", "line", "column", "value"),
    [
        ("a: [b,\n  c]\n", 1, 4, ["b"]),
        ("a: [{b: c}]\n", 1, 4, ["b"]),
        ("a: [b]\n", 1, 4, "b"),
        ("a: b\n", 7, 1, "c"),
        ("a: {b\n", 1, 4, "c"),
        ("a:\n- b\n", 2, 1, []),
    ],
)
def test_what_a_small_change_would_spoil_is_refused(text, line, column, value):
    with pytest.raises(NotEditable):
        replaced(text, line, column, value)


def test_the_policy_means_the_same_but_for_the_changed_value():
    before = load({"x/sla.yaml": CLOCKS.encode()}).packs["x"].bodies["sla"]
    spot = before["policies"][0]["clocks"][0].spots["within"]
    text = replaced(CLOCKS, spot.line, spot.column, "48h")
    after = load({"x/sla.yaml": text.encode()}).packs["x"].bodies["sla"]
    assert after["policies"][0]["clocks"][0].pop("within") == "48h"
    before["policies"][0]["clocks"][0].pop("within")
    assert after == before
