"""How alike two texts are, and phone numbers in any notation (A7)."""

import pytest

from complaint_policy.engine.similar import phone_tail, same_phone, shingles, significant_digits, similarity


def test_the_same_text_is_alike_whatever_its_case_and_punctuation():
    assert similarity("The parcel is broken!", "the PARCEL, is broken") == 1.0


def test_the_same_story_told_again_is_more_alike_than_another_one():
    told = "Two of six cups were broken when the parcel came"
    again = "When the parcel came, two of the six cups were broken"
    other = "Nobody has answered my letter for three weeks"
    assert similarity(told, again) > 0.8 > 0.5 > similarity(told, other)


def test_chinese_is_compared_by_pairs_of_characters():
    assert similarity("包裹破损，两个杯子碎了", "两个杯子碎了，包裹破损") == 1.0
    assert similarity("包裹破损", "客服态度差") == 0.0


def test_nothing_is_like_an_empty_text():
    assert similarity("", "") == similarity("x", "") == 0.0


def test_a_word_of_one_character_counts_too():
    assert shingles("a") == {"a "}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+49 151 2345678", "0151/234 56 78"),
        ("0049 151 2345678", "+491512345678"),
        ("+49 (0)151 2345678", "0151-2345678"),
        ("+86 138 0013 8000", "13800138000"),
    ],
)
def test_a_number_is_the_same_in_any_notation(one, other):
    assert same_phone(one, other)
    assert phone_tail(one) in significant_digits(other)


@pytest.mark.parametrize(
    ("one", "other"), [("0151 2345678", "0151 2345679"), ("", ""), ("8000", "+86 138 0013 8000")]
)
def test_other_numbers_are_not(one, other):
    assert not same_phone(one, other)


def test_a_few_digits_are_no_number():
    assert phone_tail("8000") == ""
