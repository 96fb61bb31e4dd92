"""Problems as text, JSON and annotations, in English and Chinese."""

import json
from string import Formatter

import pytest
import yaml

from complaint_policy.language import diagnostics
from complaint_policy.language.diagnostics import Problem, Spot, Word, ordered, render

SPOT = Spot("policies/logistics/sla.yaml", 11, 7, "$.policies[1]")
UNKNOWN = Problem("P102", SPOT, key="wihtin", suggestion="within", allowed=["name", "within"])


def test_the_line_of_the_handbook():
    assert render([UNKNOWN]) == (
        "policies/logistics/sla.yaml:11:7: error P102 $.policies[1]: unknown key 'wihtin'; did you mean "
        "'within'?"
    )


def test_the_same_line_in_chinese():
    assert render([UNKNOWN], lang="zh_CN") == (
        "policies/logistics/sla.yaml:11:7: 错误 P102 $.policies[1]：无法识别的键“wihtin”；是否想写“within”？"
    )


def test_json_holds_every_part():
    assert json.loads(render([UNKNOWN], "json")) == [
        {
            "code": "P102",
            "severity": "error",
            "path": "policies/logistics/sla.yaml",
            "line": 11,
            "column": 7,
            "where": "$.policies[1]",
            "message": "unknown key 'wihtin'",
            "hint": "did you mean 'within'?",
        }
    ]
    assert json.loads(render([], "json")) == []


def test_github_annotations_are_one_line_and_escaped():
    odd = Problem("P105", Spot("a,b:c.yaml", 1, 2, "$"), value="50%\nmore", suggestion=None, allowed=["x"])
    assert (
        render([odd], "github")
        == "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=P105::'50%25 more' is not one of the allowed "
        "values; allowed: x"
    )


def test_a_warning_is_called_a_warning():
    warning = Problem("P405", SPOT, name="x")
    assert warning.severity == "warning" and " warning P405 " in render([warning])
    assert render([warning], "github").startswith("::warning ")


def test_without_a_suggestion_the_next_best_advice_is_given():
    problem = Problem("P102", SPOT, key="zzz", suggestion=None, allowed=["name", "within"])
    assert problem.hint() == "allowed here: name, within"
    assert problem.hint("zh_CN") == "此处可用：name、within"


def test_terms_inside_a_message_are_translated():
    problem = Problem("P103", SPOT, expected=Word("list"), found=Word("text"))
    assert problem.message() == "expected a list, found text"
    assert problem.message("zh_CN") == "此处应为列表，实际为文字"


def test_an_unknown_language_falls_back_to_english():
    assert UNKNOWN.text("fr_FR") == UNKNOWN.text("en")


def test_long_values_are_cut():
    problem = Problem("P105", SPOT, value="x" * 5_000, suggestion=None, allowed=[])
    assert len(problem.message()) < 120 and "…" in problem.message()


def test_braces_in_a_value_are_only_text():
    assert "'{0} {name}'" in Problem("P105", SPOT, value="{0} {name}", suggestion=None, allowed=[]).message()


def test_problems_are_ordered_by_place_and_each_is_shown_once():
    def at(path, line, column, code="P108"):
        return Problem(code, Spot(path, line, column, "$"), expected=None)

    mixed = [at("b", 1, 1), at("a", 10, 1), at("a", 9, 5), at("a", 9, 5), at("a", 9, 4)]
    assert [(one.path, one.line, one.column) for one in ordered(mixed)] == [
        ("a", 9, 4),
        ("a", 9, 5),
        ("a", 10, 1),
        ("b", 1, 1),
    ]


def test_a_fault_seen_from_a_child_says_so_unless_the_owner_has_it_too():
    own = Problem("P405", SPOT, name="x")
    seen = Problem("P405", SPOT, pack="branch", name="x")
    assert seen.message() == "the category 'x' has no team (in the light of pack 'branch')"
    assert [one.pack for one in ordered([seen, own])] == [None]


@pytest.mark.parametrize("code", diagnostics.codes())
def test_each_code_is_complete_in_both_languages(code):
    entry = diagnostics._entry(code)
    assert set(entry) == {"severity", "en", "zh_CN", "advice", "why"} and entry["severity"] in (
        "error",
        "warning",
    )
    assert entry["advice"], "an error says what to do"
    for texts in (entry, entry["why"], *entry["advice"]):
        assert {key for key in texts if key not in ("severity", "advice", "why")} == set(
            diagnostics.LANGUAGES
        )
        assert any("\u4e00" <= sign <= "\u9fff" for sign in texts["zh_CN"])
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in texts["en"].replace("：", "")), texts["en"]
        assert _fields(texts["en"]) == _fields(texts["zh_CN"])
    assert not entry["en"].endswith(".") and not entry["zh_CN"].endswith("。")
    assert diagnostics.explanation(code) and diagnostics.explanation(code, "zh_CN")


def _fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogue_has_no_key_twice():
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return yaml.SafeLoader.construct_mapping(loader, node, deep=True)

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    text = (diagnostics.resources.files("complaint_policy.language") / "catalogue.yaml").read_text(
        encoding="utf-8"
    )
    assert yaml.load(text, Loader=Strict)
