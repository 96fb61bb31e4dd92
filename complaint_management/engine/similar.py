"""How alike two texts are, and whether two phone numbers are the same: what duplicates are found by (A7)."""

import re

_WORDS = re.compile(r"\w+")
# A shingle this long still carries meaning in Chinese, where two characters are a word, and tolerates typing
# slips in English.
_SHINGLE = 2
_NOT_DIGIT = re.compile(r"\D")
_COUNTRY_CODE = 3  # digits at most (ITU-T E.164)


def similarity(one: str, other: str) -> float:
    """The share of common wording, from 0.0 to 1.0, 1.0 for the same text; 0.0 if one of them is empty.

    Compared are the pairs of neighbouring characters (Dice's coefficient), so the order of sentences, letter
    case and punctuation hardly count.
    """
    left, right = shingles(one), shingles(other)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def shingles(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters within the words of a text."""
    found = set()
    for word in _WORDS.findall((text or "").casefold()):
        padded = word if len(word) >= _SHINGLE else word + " "
        found.update(padded[start : start + _SHINGLE] for start in range(len(padded) - _SHINGLE + 1))
    return frozenset(found)


def significant_digits(phone: str) -> str:
    """What identifies a phone number in any notation: ``+49 (0)30 12-34`` and ``0049 30 1234`` give the same.

    A country code stays if it was given; the zeros before it or before an area code do not.
    """
    return _NOT_DIGIT.sub("", (phone or "").replace("(0)", "")).lstrip("0")


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers are the same; one of them may lack its country code."""
    left, right = sorted((significant_digits(one), significant_digits(other)), key=len)
    if not left or not right.endswith(left):
        return False
    return len(right) - len(left) <= _COUNTRY_CODE


def phone_tail(phone: str) -> str:
    """The digits that a number has in every notation; empty if it is too short to be one."""
    digits = significant_digits(phone)
    return digits[_COUNTRY_CODE:] if len(digits) > 2 * _COUNTRY_CODE else ""
