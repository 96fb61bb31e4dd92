"""Faults of surveys that the schema cannot see."""

import pytest
from policy_files import found
from shop_kinds import MORE, changed

FAULTS = [
    ("surveys", "satisfied: {min: 4}", "satisfied: {min: 6}", "P470", "satisfied: 6 of the survey 'ask'"),
    (
        "surveys",
        "dissatisfied: {max: 2}",
        "dissatisfied: {max: 2}\n    ratings: {satisfied: 7, partly: 3, unsatisfied: 1}",
        "P470",
        "ratings: 7",
    ),
    (
        "surveys",
        "dissatisfied: {max: 2}",
        "dissatisfied: {max: 2}\n    ratings: {satisfied: 5, partly: 5, unsatisfied: 1}",
        "P472",
        "do not rise",
    ),
    (
        "surveys",
        "surveys:\n",
        "surveys:\n  - {name: long, questions: [{name: all, scale: 10}]}\n",
        "P471",
        "'ask' has a scale up to 5, 'long' one up to 10",
    ),
    ("surveys", "\n    dissatisfied: {max: 2}", "", "P473", "'result' waits for dissatisfied customers"),
    ("surveys", "text: true, optional: true", "text: true", "P474", "has to type something for 'words'"),
    ("callbacks", "method: mail, survey", "method: portal, survey", "P446", "belongs to 'for: case'"),
]


@pytest.mark.parametrize(("kind", "old", "new", "code", "words"), FAULTS)
def test_a_fault_of_a_survey_is_found(kind, old, new, code, words):
    lines = [line for line in found(changed(kind, old, new)) if f" {code} " in line]
    assert len(lines) == 1
    assert words in lines[0]


@pytest.mark.parametrize(("kind", "old", "new", "code", "words"), FAULTS)
def test_and_it_reads_in_chinese(kind, old, new, code, words):
    lines = [line for line in found(changed(kind, old, new), "zh_CN") if f" {code} " in line]
    assert len(lines) == 1
    assert any("\u4e00" <= letter <= "\u9fff" for letter in lines[0])


def test_a_survey_with_all_that_may_be_said_has_no_fault():
    full = (
        "dissatisfied: {max: 2}\n    show_staff: true\n    answer_within: 30d\n"
        "    limit: {answers: 5, per: 1h}\n"
        "    ratings: {satisfied: 5, partly: 3, unsatisfied: 1}\n    confidence: 95%\n    few: 30"
    )
    assert "surveys" in MORE
    assert found(changed("surveys", "dissatisfied: {max: 2}", full)) == []
