"""F10: what could tell who somebody is, is found and taken out of a text."""

import doctest

import pytest

from complaint_management.engine import personal
from complaint_management.engine.personal import KINDS, Known, find, left, without

WORDS = {kind: f"[{kind}]" for kind in KINDS}
CASE = [
    Known("name", "Anna-Lena Müller"),
    Known("name", "陈伟"),
    Known("staff", "Mei Li"),
    Known("mail", "anna@example.com"),
    Known("number", "HT00123"),
    Known("address", "Baker Street 12"),
]


def hidden(text):
    return without(text, find(text, CASE), WORDS)


def test_the_docstrings_are_true():
    assert doctest.testmod(personal).failed == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Anna-Lena called, MÜLLER wrote.", "[name] called, [name] wrote."),
        ("客户陈伟表示不满，陈先生要求退款", "客户[name]表示不满，[name]要求退款"),
        ("Mei promised a refund", "[staff] promised a refund"),
        ("write to bob.s+x@mail.example.org now", "write to [mail] now"),
        ("call +49 (30) 123 45 67 or 13800138000", "call [phone] or [phone]"),
        ("on 2026-03-02 and 2. März 2026 and 2026年3月2日", "on [date] and [date] and [date]"),
        ("case HT00123, order AB-20260017", "case [number], order [number]"),
        ("at 221b Baker Street and Hauptstraße 5", "at [address] and [address]"),
        ("寄到朝阳区建国路88号3单元201室", "寄[address]"),  # too much rather than too little
        ("see https://example.com/x?id=7.", "see [link]"),
        ("Herr Schmidt and Ms. Jones", "[name] and [name]"),
    ],
)
def test_what_tells_who_it_is_is_replaced(text, wanted):
    assert hidden(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The parcel came 3 days late and 2 of 5 cups were broken.",
        "We paid 250 EUR within 72 hours.",
        "包裹晚到三天，五个杯子碎了两个。",
        "Small parts, large problem",
    ],
)
def test_what_tells_nothing_stays(text):
    assert hidden(text) == text


def test_what_must_not_stay_is_what_the_case_knows_and_any_address():
    text = "Müller ordered 12345 in 2026, write to a@b.example"
    assert [(one.kind, one.text) for one in left(text, CASE)] == [
        ("name", "Müller"),
        ("mail", "a@b.example"),
    ]


def test_a_text_without_people_is_not_changed_by_a_second_look():
    once = hidden("Anna-Lena Müller, HT00123, anna@example.com")
    assert hidden(once) == once and not left(once, CASE)
