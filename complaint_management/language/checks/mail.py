"""Mailboxes and keywords: each message finds one channel, each word one meaning."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Problem
from ..view import Problems, View


def check(view: View) -> Problems:
    first: dict[str, str] = {}
    for channel in view.entries("channels"):
        box = channel.get("mailbox")
        if not box or "alias" not in box:
            continue
        if box["alias"] in first:
            yield Problem(
                "P481",
                box.spots["alias"],
                alias=box["alias"],
                name=channel["name"],
                first=first[box["alias"]],
            )
        first.setdefault(box["alias"], channel["name"])
    yield from _said_twice(view.entries("case_types"))
    yield from _said_twice(view.categories)


def _said_twice(entries: Iterable) -> Problems:
    """A keyword of two entries only ever means the first of them."""
    first: dict[str, str] = {}
    for entry in entries:
        for word in entry.get("keywords") or ():
            key = word.casefold().strip()
            if first.get(key, entry["name"]) != entry["name"]:
                yield Problem(
                    "P480", entry.spots["keywords"], word=word, name=entry["name"], first=first[key]
                )
            first.setdefault(key, entry["name"])
