"""What a text is likely about, by the keywords of a policy: a proposal that a person may change (A1, A5)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from .policy import Policy

_SPACE = re.compile(r"\s+")
_LETTER = r"[^\W\d_]"
_JOINED = "[\u3040-\u30ff\u3400-\u9fff]"  # beside a Latin word they end it: in 我的app坏了 the word is app


class Guess(NamedTuple):
    """Names of a case type and a category, None where no keyword says anything, and the keyword that decided:
    that of the category, else that of the type, else an empty text."""

    type: str | None
    category: str | None
    keyword: str


def classify(policy: Policy, text: str) -> Guess:
    """The case type and the category that a text suggests.

    The type is the first one of the policy with a keyword in the text. The category is the one with the
    longest keyword in it, because `nobody calls back` says more than `slow`; among equally long ones the
    first.
    Upper and lower case, full-width letters and the number of spaces make no difference. A keyword in an
    alphabet that writes words apart is looked for as a whole word, also in the plural; one in Chinese or
    Japanese anywhere.
    """
    read = plain(text)
    kind, kind_keyword = _first(policy.raw.get("case_types") or (), read)
    categories = (category.written for category in policy.categories.values())
    category, category_keyword = _longest(categories, read)
    return Guess(kind, category, category_keyword or kind_keyword)


def fits(entry: Mapping[str, Any], text: str) -> bool:
    """Whether one of an entry's keywords occurs in a text."""
    return next(_found([{"name": "", **entry}], plain(text)), None) is not None


def looked_for(policy: Policy, kind: str) -> bool:
    """Whether an escalation rule looks for words in what comes with an event."""
    return bool(policy.watch.keywords(kind))


def facts(policy: Policy, kind: str, text: str) -> dict[str, list[str]]:
    """What a fact says about its text: the words in it that escalation rules on the event look for, as the
    policy writes them. The words are codes of the policy; the text itself stays out of the register."""
    read = plain(text)
    found = [word for word in policy.watch.keywords(kind) if _occurs(word, read)]
    return {"keyword": found} if found else {}


def plain(text: str) -> str:
    """A text as keywords are compared with it."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text or "").casefold()).strip()


def _first(entries: Iterable[Mapping[str, Any]], read: str) -> tuple[str | None, str]:
    return next(_found(entries, read), (None, ""))


def _longest(entries: Iterable[Mapping[str, Any]], read: str) -> tuple[str | None, str]:
    return max(_found(entries, read), key=lambda found: len(plain(found[1])), default=(None, ""))


def _found(entries: Iterable[Mapping[str, Any]], read: str) -> Iterator[tuple[str, str]]:
    """(name of the entry, keyword) of every keyword in the text, in the order of the policy."""
    for entry in entries:
        for keyword in entry.get("keywords") or ():
            if _occurs(keyword, read):
                yield entry["name"], keyword


def _occurs(keyword: str, read: str) -> bool:
    wanted, pattern = _prepared(keyword)
    # Most keywords are not in most texts, and looking for a plain text is much faster than for a pattern.
    return bool(wanted) and wanted in read and (pattern is None or bool(pattern.search(read)))


@lru_cache(maxsize=4096)
def _prepared(keyword: str) -> tuple[str, re.Pattern[str] | None]:
    """A keyword as it is compared, and the pattern of whole words unless its script writes none apart."""
    wanted = plain(keyword)
    start = rf"(?:(?<={_JOINED})|(?<!{_LETTER}))" if _apart(wanted[:1]) else ""
    stop = rf"(?:s|es)?(?:(?={_JOINED})|(?!{_LETTER}))" if _apart(wanted[-1:]) else ""
    return wanted, re.compile(start + re.escape(wanted) + stop) if start or stop else None


def _apart(letter: str) -> bool:
    """Whether a letter belongs to a script that puts spaces between words."""
    return letter.isalpha() and not re.match(_JOINED, letter)
