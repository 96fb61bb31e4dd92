"""`complaint-policy explain`: codes, fields, and how the deadlines of a case come about."""

import json
import shutil

import pytest
from policy_files import POLICIES

from complaint_policy.command.__main__ import main
from complaint_policy.language.diagnostics import codes
from complaint_policy.language.documentation import UnknownField, code, field, fields
from complaint_policy.language.schema import kinds

CASE = """\
kind: tests
tests:
  - name: before the holiday
    at: "2026-09-30 17:00"
    case: {type: inquiry, channel: phone, category: charges}
    events:
      - {at: "2026-10-08 09:30", event: first_feedback}
    expect: [{at: "2026-10-08 12:00", sla: inquiry}]
  - name: reopened
    at: "2026-03-02 10:00"
    case: {type: complaint, channel: phone, category: goods_lost}
    events:
      - {at: "2026-03-03 10:00", event: paused, reason: waiting_customer}
      - {at: "2026-03-04 10:00", event: resumed}
      - {at: "2026-03-05 10:00", event: closed}
      - {at: "2026-03-06 10:00", event: reopened}
    expect: [{at: "2026-03-06 10:00", cycle: 2}]
"""


def explain(*arguments, capsys):
    code = main(["explain", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


# -- codes and fields ------------------------------------------------------------------------------------


def test_a_code_is_explained_with_its_advice_and_reason(capsys):
    status, out, _ = explain("p102", capsys=capsys)
    assert status == 0
    assert out.startswith("P102 error: unknown key '…'\n\nA key that nobody knows")
    assert "- did you mean '…'?" in out


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_every_code_has_an_explanation_in_both_languages(lang):
    for name in codes():
        found = code(name, lang)
        assert found.message and found.why and found.severity in ("error", "warning"), name


def test_an_unknown_code_is_wrong_usage(capsys):
    status, _, err = explain("X000", capsys=capsys)
    assert status == 64 and "no code X000" in err


def test_a_field_is_explained_from_its_schema(capsys):
    status, out, _ = explain("sla.policies.clocks.within", capsys=capsys)
    lines = out.splitlines()
    assert status == 0
    assert lines[:2] == ["sla.policies.clocks.within – Within", "The time limit."]
    assert "needed" in lines and any(line.startswith("bd ") for line in lines)


def test_a_place_as_a_problem_names_it_will_do_too(capsys):
    _, plain, _ = explain("sla.policies.clocks.within", capsys=capsys)
    assert explain("sla.policies[0].clocks[12].within", capsys=capsys)[1] == plain


def test_a_mapping_lists_its_keys_and_a_closed_list_its_values(capsys):
    out = explain("escalation.rules.when", capsys=capsys)[1]
    assert "keys:" in out and "  after_due   How long after the deadline." in out
    assert "one of: received, acknowledged" in explain("stages.stages.event", capsys=capsys)[1]


def test_an_unknown_field_says_what_is_known_there(capsys):
    status, _, err = explain("sla.policies.clocks.witin", capsys=capsys)
    assert status == 64
    assert err.startswith("sla.policies.clocks has no key 'witin'; did you mean 'within'?\nknown here: name,")
    assert explain("slaa", capsys=capsys)[2].startswith("nothing is named 'slaa'; did you mean 'sla'?")


def test_every_field_of_every_kind_can_be_asked_for():
    for kind in kinds():
        for one in fields(kind):
            assert field(one.path).path == one.path
            assert one.title and (one.expected or one.values), one.path


def test_a_tree_of_categories_is_walked_only_once():
    paths = [one.path for one in fields("categories")]
    assert "categories.categories.children" in paths
    assert "categories.categories.children.children.children" not in paths
    with pytest.raises(UnknownField):
        field("categories.categories.children.nothing")


def test_nothing_asked_gives_the_kinds(capsys):
    status, out, _ = explain(capsys=capsys)
    assert status == 0 and all(f"  {kind} " in out for kind in kinds())
    assert json.loads(explain("--format", "json", capsys=capsys)[1])[0]["path"] == kinds()[0]


def test_chinese(capsys):
    assert "如何处理：" in explain("P102", "--lang", "zh_CN", capsys=capsys)[1]
    out = explain("sla.policies.clocks.within", "--lang", "zh_CN", capsys=capsys)[1]
    assert out.startswith("sla.policies.clocks.within：") and "必填" in out and "自然日" in out


# -- clocks ----------------------------------------------------------------------------------------------


def test_a_clock_is_reckoned_line_by_line(case, capsys):
    status, out, _ = explain(
        "clock",
        "--case",
        case,
        "--pack",
        POLICIES / "logistics",
        "--test",
        "before the holiday",
        "--clock",
        "response",
        capsys=capsys,
    )
    assert status == 0
    assert out == (
        "before the holiday\n"
        "  seen at 2026-10-08 12:00; service level: inquiry\n"
        "\n"
        "  response: 2h, breached, calendar 'office'\n"
        "    starts 2026-09-30 17:00; limit 2h\n"
        "    2026-09-30 17:00 to 2026-09-30 19:00: 2 h\n"
        "    due 2026-09-30 19:00\n"
        "    ended 2026-10-08 09:30: breached\n"
    )


def test_holidays_and_pauses_are_named(capsys):
    arguments = ["--case", POLICIES / "logistics" / "tests.yaml", "--clock", "investigation"]
    out = explain("clock", *arguments, capsys=capsys)[1]
    assert "2026-10-01 to 2026-10-03: closed (National Day)" in out
    assert "pause 2026-10-08 15:00 to 2026-10-09 10:00: waiting_customer" in out
    assert "acknowledgement" not in out
    chinese = explain("clock", *arguments, "--lang", "zh_CN", capsys=capsys)[1]
    assert "国庆节" in chinese and "第 5 个工作日" in chinese and "截至" in chinese


def test_a_clock_of_an_earlier_cycle_keeps_its_pauses(case, capsys):
    arguments = ["--case", case, "--pack", POLICIES / "logistics", "--test", "reopened"]
    out = explain("clock", *arguments, "--clock", "investigation", capsys=capsys)[1]
    first, second = out.split("cycle 2")
    assert "pause 2026-03-03 10:00 to 2026-03-04 10:00: waiting_customer" in first
    assert "pause" not in second


def test_a_case_can_be_seen_at_an_earlier_moment(case, capsys):
    arguments = ["--case", case, "--pack", POLICIES / "logistics", "--test", "before the holiday"]
    out = explain("clock", *arguments, "--at", "2026-09-30 18:00", capsys=capsys)[1]
    assert "response: 2h, running" in out
    out = explain("clock", *arguments, "--at", "2026-09-30 20:00", "--format", "json", capsys=capsys)[1]
    assert json.loads(out)[0]["clocks"][0]["late"] is True


def test_a_mistake_in_the_case_is_told_with_its_place(case, capsys):
    case.write_text(CASE.replace("category: charges", "category: chrages"), encoding="utf-8")
    status, _, err = explain("clock", "--case", case, "--pack", POLICIES / "logistics", capsys=capsys)
    assert status == 1
    assert err.startswith(f"{case}:5:") and "'chrages'" in err and "did you mean 'charges'" in err


def test_what_is_not_there_is_wrong_usage(case, tmp_path, capsys):
    pack = ["--pack", POLICIES / "logistics"]
    assert explain("clock", capsys=capsys)[0] == 64
    assert explain("clock", "--case", tmp_path / "no.yaml", *pack, capsys=capsys)[0] == 64
    assert explain("clock", "--case", case, "--pack", POLICIES, capsys=capsys)[0] == 64
    assert explain("clock", "--case", case, *pack, "--at", "noon", capsys=capsys)[0] == 64
    assert (
        "known: before the holiday, reopened"
        in explain("clock", "--case", case, *pack, "--test", "x", capsys=capsys)[2]
    )
    assert "known: response" in explain("clock", "--case", case, *pack, "--clock", "x", capsys=capsys)[2]


def test_a_case_beside_a_pack_needs_no_pack(tmp_path, capsys):
    for name in ("general", "logistics"):
        shutil.copytree(POLICIES / name, tmp_path / name)
    mine = tmp_path / "logistics" / "question.yaml"
    mine.write_text(CASE, encoding="utf-8")
    status, out, _ = explain("clock", "--case", mine, capsys=capsys)
    assert status == 0 and out.startswith("before the holiday\n")


def test_every_text_of_the_schemas_has_a_chinese_one_and_no_other_has():
    from complaint_policy.language import documentation
    from complaint_policy.language.schema import schema

    def texts(node):
        if isinstance(node, dict):
            yield from (node[key] for key in ("title", "description") if isinstance(node.get(key), str))
            for value in node.values():
                yield from texts(value)
        elif isinstance(node, list):
            for value in node:
                yield from texts(value)

    assert set(documentation._chinese()) == {text for kind in kinds() for text in texts(schema(kind))}
