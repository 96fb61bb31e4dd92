"""Rules that no test of their pack proves, and the results of tests for build servers."""

import json
from xml.etree import ElementTree

import pytest
from policy_files import files, packs

from complaint_policy.command.__main__ import main

TESTS = """\
kind: tests
tests:
  - name: a plain one
    at: "2026-03-02 10:00"
    case: {type: complaint}
    expect: [{at: "2026-03-02 10:00", sla: standard, due: {solution: "2026-03-05 10:00"}}]
"""
MORE = """\
  - name: a complex one
    at: "2026-03-02 10:00"
    case: {type: complaint, complexity: complex}
    expect:
      - {at: "2026-03-02 10:00", states: {answer: running, legal: running}}
      - {at: "2026-03-09 18:00", fired: [{warn: answer}, {late: answer}]}
      - {at: "2026-03-10 14:00", fired: [{ignored: answer}]}
"""


@pytest.fixture
def run(tmp_path, capsys):
    """Writes packs and tests them: (exit code, lines, what was said beside them)."""

    def go(policy_files, *options):
        for path, content in policy_files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        code = main(["test", str(tmp_path), *options])
        out, err = capsys.readouterr()
        return code, [line.removeprefix(f"{tmp_path}/") for line in out.splitlines()], err

    return go


def shop(tests):
    return {**files(), "shop/tests.yaml": tests.encode()}


def test_rules_that_no_test_proves_are_told_with_their_place(run):
    code, lines, _ = run(shop(TESTS))
    assert code == 0
    assert lines == [
        "shop/sla.yaml:3: no test proves the service level 'complex'",
        "shop/sla.yaml:6: no test proves the clock 'complex/answer'",
        "shop/sla.yaml:7: no test proves the clock 'complex/legal'",
        "shop/escalation.yaml:4: no test proves the escalation rule 'warn'",
        "shop/escalation.yaml:5: no test proves the escalation rule 'late'",
        "shop/escalation.yaml:6: no test proves the escalation rule 'ignored'",
        "2 of 8 rules are proved by tests (25 %)",
        "1 passed, 0 failed",
    ]


def test_tests_that_prove_every_rule_are_told_in_one_line(run):
    assert run(shop(TESTS + MORE), "--fail-under", "100") == (0, ["2 passed, 0 failed"], "")


def test_too_few_rules_proved_fail_when_it_is_asked_for(run):
    code, _, err = run(shop(TESTS), "--fail-under", "26")
    assert code == 1 and err == "25 % of the rules are proved; 26 % are asked for\n"
    assert run(shop(TESTS), "--fail-under", "25%")[0] == 0
    assert run(shop(TESTS), "--fail-under", "101")[0] == 64


def test_a_clock_that_only_runs_along_is_not_proved(run):
    silent = TESTS.replace(', due: {solution: "2026-03-05 10:00"}', "")
    assert "shop/sla.yaml:11: no test proves the clock 'standard/solution'" in run(shop(silent))[1]


def test_what_is_inherited_is_proved_by_the_pack_that_wrote_it(run):
    child = {"pack": "kind: pack\nname: child\nextends: shop\n"}
    assert run({**shop(TESTS + MORE), **packs(child=child)})[1] == ["2 passed, 0 failed"]
    child["sla"] = "kind: sla\npolicies: [{name: standard, clocks: [{name: solution, within: 48h}]}]\n"
    lines = run({**shop(TESTS + MORE), **packs(child=child)})[1]
    assert "child/sla.yaml:2: no test proves the clock 'standard/solution'" in lines


def test_the_same_in_chinese_and_json(run):
    lines = run(shop(TESTS), "--lang", "zh_CN")[1]
    assert lines[1] == "shop/sla.yaml:6：没有测试验证计时“complex/answer”"
    assert lines[-2] == "8 条规则中有 2 条经测试验证（25 %）"
    data = json.loads("\n".join(run(shop(TESTS), "--format", "json")[1]))
    assert [one["name"] for one in data["rules"] if one["proved"]] == ["standard", "standard/solution"]
    assert data["tests"][0]["passed"] is True


def test_junit_has_a_suite_a_pack_and_says_why_a_test_failed(run):
    code, lines, _ = run(shop(TESTS.replace("03-05 10:00", "03-06 10:00")), "--format", "junit")
    assert code == 1
    root = ElementTree.fromstring("\n".join(lines).encode())
    suite = root.find("testsuite[@name='shop']")
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    case = suite.find("testcase")
    assert case.get("name") == "a plain one" and case.get("line") == "3"
    failure = case.find("failure")
    assert failure.get("message") == "at 2026-03-02 10:00: deadline of 'solution'"
    assert "due 2026-03-05 10:00" in failure.text
