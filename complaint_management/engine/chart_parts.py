"""What every chart is made of: its frame, its scale, its colours and patterns, and text that fits.

SVG 1.1 with fixed sizes, so that an old browser engine prints what a screen shows. Colours are those of Okabe
and Ito, told apart also by people who do not see all of them; each of them has a pattern or a form besides,
and the numbers stand in the picture.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import ceil, floor, isfinite, log10
from typing import NamedTuple
from zlib import crc32

INK, QUIET, GRID, TARGET = "#1f2937", "#5b6472", "#d5d9e0", "#b45309"
# Okabe and Ito, the darkest first, so that one or two series print well without colour
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#f0e442")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4", "3 6")
SIZE = 12  # of the letters, in px
WIDTH = 680
TOP = 30  # room of the title

# Characters that XML does not know; a label with one of them would make the whole picture unreadable.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Scale(NamedTuple):
    """From values to places on the paper. ``low`` is never above 0 and ``high`` never below it."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        step = _step(self.high - self.low)
        first = ceil(self.low / step - 1e-9)
        return [place * step for place in range(first, floor(self.high / step + 1e-9) + 1)]


def exact(values: Iterable[float | None], begin: float, end: float) -> Scale:
    """A scale that shows 0 and every value, and no more."""
    known = [value for value in map(number, values) if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    return Scale(low, high if high > low else low + 1.0, begin, end)


def scale(values: Iterable[float | None], begin: float, end: float) -> Scale:
    """The same, ending at round numbers."""
    shown = exact(values, begin, end)
    step = _step(shown.high - shown.low)
    return Scale(floor(shown.low / step + 1e-9) * step, ceil(shown.high / step - 1e-9) * step, begin, end)


def _step(span: float) -> float:
    """A round number of which about four make up the span."""
    power = 10.0 ** floor(log10(span / 4))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 4 >= span * 0.999)


def number(value) -> float | None:
    """The number to draw; None for a gap."""
    if value is None or isinstance(value, bool):
        return None
    try:
        value = float(value)
    except OverflowError:
        return None
    return value if isfinite(value) and abs(value) < 1e300 else None


def short(value: float) -> str:
    """A number that fits beside a bar: 4.5, 1,200, 3.2M."""
    size = abs(value)
    for least, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if size >= least:
            shown = value / least
            return f"{shown:.3g}{letter}" if abs(shown) < 1000 else f"{value:.2g}"
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if size < 1 else f"{value:.3g}"


def clean(text) -> str:
    """Text as it may stand in XML."""
    return escape(_NOT_XML.sub("", str(text if text is not None else "")))


def room_of(text, size: int = SIZE) -> float:
    """About how wide a text is drawn, in px; a wide character takes the room of two."""
    return sum(size * (1.02 if ord(letter) > 0x2E7F else 0.6) for letter in str(text))


def fit(text, room: float, size: int = SIZE) -> str:
    """As much of a text as fits, with an ellipsis where something is missing."""
    text = str(text if text is not None else "")
    if room_of(text, size) <= room:
        return text
    left, kept = room - size, ""
    for letter in text:
        left -= room_of(letter, size)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def text_at(
    x: float, y: float, text, *, anchor: str = "start", size: int = SIZE, fill: str = INK, **more
) -> str:
    """A line of text. ``room``: cut there, the whole of it shown when one points at it; ``bold``."""
    whole = str(text if text is not None else "")
    shown = fit(whole, more["room"], size) if "room" in more else whole
    whole_text = f"<title>{clean(whole)}</title>" if shown != whole else ""
    weight = ' font-weight="bold"' if more.get("bold") else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"{weight}>'
        f"{clean(shown)}{whole_text}</text>"
    )


def box(x: float, y: float, width: float, height: float, fill: str, words="", **more) -> str:
    """A filled rectangle that says its words when one points at it."""
    says = f"<title>{clean(words)}</title>" if words else ""
    name = f' class="{more["name"]}"' if more.get("name") else ""
    edge = f' stroke="{more["edge"]}"' if more.get("edge") else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="{fill}"{edge}{name}>{says}</rect>'
    )


def rule(
    x1: float, y1: float, x2: float, y2: float, colour: str = GRID, dash: str = "", thick: float = 1
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{thick:g}"{dashed}/>'
    )


class Picture:
    """A chart on its way: its parts from the bottom to the top, and what it says to who cannot see it."""

    def __init__(self, title: str, height: float, width: float = WIDTH):
        self.title, self.height, self.width = title, height, width
        self.parts: list[str] = []
        self.said: list[str] = []
        # two charts of a page must not share the names of their patterns
        self.key = f"c{crc32(f'{title}/{width}/{height}'.encode('utf-8', 'replace')):08x}"
        self._patterns: set[int] = set()

    def add(self, *parts: str) -> None:
        self.parts += parts

    def say(self, *words) -> None:
        """One more line for who hears the picture read: what, and how many."""
        self.said.append(": ".join(str(word) for word in words if word not in (None, "")))

    def fill(self, place: int) -> str:
        """The colour of a series: plain for the first, with a pattern for the others."""
        if place % len(COLOURS) == 0:
            return COLOURS[0]
        self._patterns.add(place % len(COLOURS))
        return f"url(#{self.key}p{place % len(COLOURS)})"

    def svg(self) -> str:
        patterns = "".join(_pattern(f"{self.key}p{place}", place) for place in sorted(self._patterns))
        title = clean(self.title)
        heading = text_at(0, 17, self.title, size=14, bold=True, room=self.width) if self.title else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cm-chart" role="img" aria-label="{title}" '
            f'width="{self.width:g}" height="{self.height:.0f}" '
            f'viewBox="0 0 {self.width:g} {self.height:.0f}" font-family="sans-serif" font-size="{SIZE}">'
            f"<title>{title}</title><desc>{clean('; '.join(self.said))}</desc>"
            + (f"<defs>{patterns}</defs>" if patterns else "")
            + heading
            + "".join(self.parts)
            + "</svg>"
        )


def _pattern(name: str, place: int) -> str:
    """Stripes, dots or crosses on the colour of a series."""
    lines: Sequence[str] = (
        "",
        '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" {}/>',
        '<circle cx="3" cy="3" r="1.3" fill="#ffffff"/>',
        '<path d="M0 3H6" {}/>',
        '<path d="M3 0V6" {}/>',
        '<path d="M0 0L6 6M0 6L6 0" {}/>',
        '<path d="M0 0L6 6M-1 5L1 7M5 -1L7 1" {}/>',
        '<path d="M0 3H6M3 0V6" stroke="#8a7d00" stroke-width="0.8"/>',
    )
    lines_of = lines[place].format('stroke="#ffffff" stroke-width="1.2"')
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{COLOURS[place]}"/>{lines_of}</pattern>'
    )


def legend(picture: Picture, y: float, marks: Sequence[tuple[Callable[[float, float], str], str]]) -> float:
    """What each colour or line means, in as many lines as it takes; the room it took."""
    x = row = 0.0
    for draw, words in marks:
        wide = 32 + min(room_of(words, 11), picture.width - 40)
        if x and x + wide > picture.width:
            x, row = 0.0, row + 18
        picture.add(
            draw(x, y + row), text_at(x + 20, y + row + 10, words, size=11, room=picture.width - x - 22)
        )
        x += wide
    return row + 22 if marks else 0.0


def nothing(title: str, words: str, width: float = WIDTH) -> str:
    """The picture when there is nothing to show: it says so."""
    picture = Picture(title, TOP + 40, width)
    picture.say(words)
    picture.add(box(0.5, TOP + 0.5, width - 1, 38, "#f6f7f9", edge=GRID))
    picture.add(text_at(width / 2, TOP + 24, words, anchor="middle", fill=QUIET, room=width - 20))
    return picture.svg()
