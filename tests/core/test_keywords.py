"""What a text is likely about (A1, A5): the first type, the longest keyword, in English and Chinese."""

from datetime import date

import pytest

from complaint_policy.engine.keywords import Guess, classify
from complaint_policy.engine.policy import Policy
from complaint_policy.language import load

TYPES = """
kind: case_types
case_types:
  - {name: urgent_request, title: Urgent, keywords: [stuck, 被困]}
  - {name: complaint, title: Complaint, keywords: [complain, unacceptable, 投诉]}
  - {name: inquiry, title: Inquiry, keywords: [question, how do i, 请问, 咨询]}
"""
CATEGORIES = """
kind: categories
categories:
  - {name: speed, title: Speed, team: Desk, keywords: [slow, late, 太慢]}
  - name: goods
    title: Goods
    team: Desk
    keywords: [parcel]
    children:
      - {name: damage, title: Damage, keywords: [broken, App, 坏了]}
      - {name: lost, title: Lost, keywords: [never arrived, 一直没有收到]}
"""


@pytest.fixture(scope="module")
def policy():
    files = {
        "p/pack.yaml": "kind: pack\nname: p\ntitle: P\n",
        "p/case_types.yaml": TYPES,
        "p/categories.yaml": CATEGORIES,
    }
    library = load({path: text.encode() for path, text in files.items()})
    normalised, problems = library.compile("p", date(2026, 3, 1))
    assert normalised, problems
    return Policy.load(normalised)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want to complain: the cup is broken", Guess("complaint", "damage", "broken")),
        ("我要投诉，杯子坏了", Guess("complaint", "damage", "坏了")),
        ("请问什么时候到？", Guess("inquiry", None, "请问")),
        ("Hello", Guess(None, None, "")),
        ("", Guess(None, None, "")),
    ],
)
def test_a5_keywords_propose_type_and_category(policy, text, expected):
    assert classify(policy, text) == expected


def test_the_first_type_of_the_policy_wins(policy):
    assert classify(policy, "A question: why is this unacceptable? I am stuck.").type == "urgent_request"


def test_the_longest_keyword_wins(policy):
    assert classify(policy, "My parcel is late, in fact it never arrived").category == "lost"
    assert classify(policy, "太慢了，一直没有收到").category == "lost"


def test_among_equally_long_keywords_the_first_category_wins(policy):
    assert classify(policy, "parcel broken").category == "goods", "both words have six letters"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("The plates are nice", None),
        ("translate this", None),
        ("LATE!", "speed"),
        ("ｌａｔｅ", "speed"),
        ("it never\n   arrived", "lost"),
        ("two parcels", "goods"),
        ("brokenhearted", None),
        ("我的app坏掉", "damage"),
        ("apple", None),
        ("late2", "speed"),
    ],
)
def test_words_are_whole_whatever_their_case_width_and_spaces(policy, text, category):
    assert classify(policy, text).category == category


def test_a_policy_without_keywords_proposes_nothing():
    library = load({"p/pack.yaml": b"kind: pack\nname: p\ntitle: P\n"})
    normalised, _problems = library.compile("p", date(2026, 3, 1))
    assert classify(Policy.load(normalised), "broken") == Guess(None, None, "")


def test_a_long_text_is_read_in_a_moment(policy):
    assert classify(policy, "nothing to see here " * 50_000 + "broken").category == "damage"
