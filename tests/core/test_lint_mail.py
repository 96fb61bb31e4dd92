"""Mailboxes and keywords: each message finds one channel, each word one meaning (A1)."""

from datetime import date

from complaint_policy.language import load

PACK = b"kind: pack\nname: p\ntitle: P\n"


def found(**topics):
    files = {"p/pack.yaml": PACK, **{f"p/{name}.yaml": text.encode() for name, text in topics.items()}}
    return [
        (one.code, one.args)
        for one in load(files).compile("p", date(2026, 3, 1))[1]
        if one.code in ("P480", "P481")
    ]


def test_a_keyword_of_two_categories_is_noticed_whatever_its_case():
    categories = """kind: categories
categories:
  - {name: late, title: Late, team: Desk, keywords: [slow]}
  - name: goods
    title: Goods
    team: Desk
    keywords: [broken]
    children: [{name: damage, title: Damage, keywords: [Slow, crushed]}]
"""
    assert found(categories=categories) == [("P480", {"word": "Slow", "name": "damage", "first": "late"})]


def test_a_type_and_a_category_may_have_the_same_keyword():
    types = "kind: case_types\ncase_types: [{name: complaint, title: C, keywords: [slow]}]\n"
    categories = "kind: categories\ncategories: [{name: late, title: L, team: Desk, keywords: [slow]}]\n"
    assert found(case_types=types, categories=categories) == []


def test_two_channels_cannot_have_the_same_mailbox():
    channels = """kind: channels
channels:
  - {name: email, title: E, mailbox: {alias: help, team: Desk}}
  - {name: claims, title: C, mailbox: {alias: help, team: Desk}}
"""
    assert found(channels=channels) == [("P481", {"alias": "help", "name": "claims", "first": "email"})]
