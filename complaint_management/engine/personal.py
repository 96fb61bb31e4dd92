"""Finding what could tell who somebody is in a text (F10): the names, addresses and numbers that a case
knows of, and whatever looks like one: mail, telephone, link, date, postal address, long number, a name after
a title.

Finding too much is right: a person reads the result, and puts back what may stay.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

NAME, STAFF, MAIL, PHONE, LINK = "name", "staff", "mail", "phone", "link"
ADDRESS, NUMBER, DATE = "address", "number", "date"
KINDS = (NAME, STAFF, MAIL, PHONE, LINK, ADDRESS, NUMBER, DATE)
# Whatever the case may know of: these never stay.
TELLING = (MAIL, PHONE, LINK)


class Known(NamedTuple):
    """A text of the case that must not stay, and its kind."""

    kind: str
    text: str


class Found(NamedTuple):
    """A part of a text; ``known``: the case itself has it, so there is no doubt."""

    start: int
    end: int
    kind: str
    text: str
    known: bool


_HAN = r"\u3400-\u9fff"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤"
)
_TITLES = "先生|女士|小姐|太太|老师|师傅|经理|主任|总"
_LONG_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
)
_STREETS = "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Square|Way|Court|Boulevard|Blvd|Close|Terrace"

# In this order: where two begin at the same place, the longer one holds, then the earlier one.
_PATTERNS = [
    (MAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"),
    (LINK, r"(?:https?://|www\.)[^\s<>，。；]+"),
    (DATE, r"(?<!\d)\d{4}(?:-\d{1,2}-\d{1,2}|\.\d{1,2}\.\d{1,2}|/\d{1,2}/\d{1,2})(?!\d)"),
    (DATE, r"(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)"),
    (DATE, r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]"),
    (DATE, rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.)? (?:{_MONTHS})(?: \d{{4}})?(?!\w)"),
    (DATE, rf"(?<!\w)(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?!\d)"),
    (PHONE, r"(?<![\w.])\+?\(?\d(?:[ \d/().-]{0,3}\d){6,}(?![\w])"),
    (PHONE, r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    (ADDRESS, rf"(?<!\w)\d{{1,5}}[a-z]?,? (?:[A-Z][\w'-]+ ){{1,3}}(?:{_STREETS})(?!\w)"),
    (ADDRESS, r"(?<!\w)[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring) ?\d+ ?[a-z]?(?!\w)"),
    (
        ADDRESS,
        rf"(?:[{_HAN}]{{2,3}}(?:省|自治区|市|区|县|镇|乡))*"
        rf"[{_HAN}]{{1,6}}?(?:大道|路|街|巷|弄|胡同|小区|花园|村)[{_HAN}]{{0,4}}?\d+(?:号|弄|幢|栋|单元|室|楼|层)"
        r"(?:\d+(?:号|幢|栋|单元|室|楼|层))*",
    ),
    (NUMBER, r"(?<![A-Za-z0-9])[A-Za-z]{0,6}-?\d(?:[A-Za-z0-9-]*\d){3,}[A-Za-z]{0,3}(?![A-Za-z0-9])"),
    (NUMBER, r"(?<!\d)\d{4}(?: \d{4}){2,}(?!\d)"),
    (NAME, r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\.? [A-ZÄÖÜ][\w'-]+(?: [A-ZÄÖÜ][\w'-]+)?"),
    (NAME, rf"[{_SURNAMES}][{_HAN}]{{0,2}}?(?:{_TITLES})"),
]
PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _PATTERNS]


def find(text: str, known: Iterable[Known] = ()) -> list[Found]:
    """What could tell who somebody is, from left to right, without overlaps.

    >>> [(one.kind, one.text) for one in find("Mr Chen, +49 30 1234567", [Known(NAME, "Li Chen")])]
    [('name', 'Mr Chen'), ('phone', '+49 30 1234567')]
    """
    places = [
        Found(hit.start(), hit.end(), one.kind, hit.group(), True)
        for one in known
        for form in _forms(one)
        for hit in form.finditer(text)
    ]
    places += [
        Found(hit.start(), hit.end(), kind, hit.group(), False)
        for kind, pattern in PATTERNS
        for hit in pattern.finditer(text)
    ]
    return _apart(text, places)


def without(text: str, found: Iterable[Found], words: Mapping[str, str]) -> str:
    """A text with a word instead of each part that was found. words: kind -> what stands there instead."""
    parts, place = [], 0
    for one in found:
        parts += (text[place : one.start], words[one.kind])
        place = one.end
    return "".join((*parts, text[place:]))


def left(text: str, known: Iterable[Known]) -> list[Found]:
    """What must not stay: everything that the case knows of, and mail, telephone and links of anybody."""
    return [one for one in find(text, known) if one.known or one.kind in TELLING]


def _apart(text: str, places: list[Found]) -> list[Found]:
    """Overlapping parts become one, of the kind of the longest of them."""
    result: list[Found] = []
    for one in sorted(places, key=lambda one: (one.start, -one.end, not one.known)):
        last = result[-1] if result else None
        if last is None or one.start >= last.end:
            result.append(one)
            continue
        longer = one if one.end - one.start > last.end - last.start else last
        end = max(last.end, one.end)
        result[-1] = Found(last.start, end, longer.kind, text[last.start : end], last.known or one.known)
    return result


def _forms(known: Known) -> list[re.Pattern[str]]:
    """How a known text may be written: a name also by one of its parts, in any case."""
    text = known.text.strip()
    if not text:
        return []
    if re.search(f"[{_HAN}]", text):
        return [re.compile(re.escape(form)) for form in _han_forms(known.kind, text)]
    parts = [text]
    if known.kind in (NAME, STAFF):
        parts += [part for part in re.split(r"[\s,]+", text) if len(part) > 1 and part[0].isalpha()]
    return [
        re.compile(rf"(?<![^\W{_HAN}]){re.escape(part)}(?![^\W{_HAN}])", re.IGNORECASE)
        for part in dict.fromkeys(parts)
        if len(part) > 1
    ]


def _han_forms(kind: str, text: str) -> list[str]:
    """A Chinese name: as a whole, the given name by itself, and the surname with a title."""
    if kind not in (NAME, STAFF) or not re.fullmatch(f"[{_HAN}]{{2,4}}", text):
        return [text]
    length = 2 if text.startswith(_LONG_SURNAMES) else 1
    surname, given = text[:length], text[length:]
    forms = [text, *(surname + title for title in _TITLES.split("|"))]
    return [*forms, given] if len(given) > 1 else forms
