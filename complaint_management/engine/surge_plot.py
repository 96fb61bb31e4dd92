"""The picture of a surge: how many cases came in each part of the time, and how many are usual.

SVG as text. It is readable in print and to people who do not see colours: bars of the surge are hatched, the
usual is a dashed line, and each bar says its numbers when one points at it.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 280, 44, 8, 30, 34
_INK, _QUIET, _BAR, _SURGE, _USUAL = "#344054", "#d0d5dd", "#7a9cc6", "#1f4e79", "#c2410c"


class Bar(NamedTuple):
    """One part of the time. ``label``: below it, empty for none; ``usual``: None if that is not known."""

    label: str
    count: int
    usual: float | None
    surge: bool
    words: str


def plot(bars: Sequence[Bar], words: dict[str, str]) -> str:
    """The picture.

    :param words: ``title``, ``cases``, ``surge`` and ``usual`` in the reader's language
    """
    top = _round_up(max([1, *(bar.count for bar in bars), *(bar.usual or 0 for bar in bars)]))
    parts = [*_frame(top), *_bars(bars, top), *_usual(bars, top), *_legend(words, bars)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(words["title"])}" width="100%" style="max-width: {_WIDTH}px" '
        f'font-family="sans-serif" font-size="12">'
        '<defs><pattern id="surge-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{_SURGE}"/>'
        '<line x1="0" y1="0" x2="0" y2="6" stroke="#ffffff" stroke-width="1.5"/></pattern></defs>'
        + "".join(parts)
        + "</svg>"
    )


def _round_up(most: float) -> int:
    """A round number for the top of the scale."""
    step = 1
    while True:
        for factor in (1, 2, 4, 5):
            if step * factor * 4 >= most:
                return step * factor * 4
        step *= 10


def _y(value: float, top: int) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _x(place: int, count: int) -> tuple[float, float]:
    """Left edge and width of a bar."""
    room = (_WIDTH - _LEFT - _RIGHT) / max(count, 1)
    return _LEFT + place * room, room


def _frame(top: int):
    for quarter in range(5):
        value = top * quarter // 4
        y = _y(value, top)
        colour = _INK if not quarter else _QUIET
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_INK}">{value}</text>'


def _bars(bars: Sequence[Bar], top: int):
    for place, bar in enumerate(bars):
        x, room = _x(place, len(bars))
        y = _y(bar.count, top)
        fill = "url(#surge-hatch)" if bar.surge else _BAR
        yield (
            f'<rect x="{x + room * 0.1:.1f}" y="{y:.1f}" width="{room * 0.8:.1f}" '
            f'height="{_HEIGHT - _BOTTOM - y:.1f}" fill="{fill}"><title>{escape(bar.words)}</title></rect>'
        )
        if bar.label:
            yield (
                f'<text x="{x + room / 2:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle" '
                f'fill="{_INK}">{escape(bar.label)}</text>'
            )


def _usual(bars: Sequence[Bar], top: int):
    """A step for each bar whose usual is known."""
    path, pen_down = [], False
    for place, bar in enumerate(bars):
        if bar.usual is None:
            pen_down = False
            continue
        x, room = _x(place, len(bars))
        y = _y(bar.usual, top)
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}H{x + room:.1f}")
        pen_down = True
    if path:
        yield (
            f'<path d="{"".join(path)}" fill="none" stroke="{_USUAL}" stroke-width="2" '
            'stroke-dasharray="5 3"/>'
        )


def _legend(words: dict[str, str], bars: Sequence[Bar]):
    shown = [("cases", f'<rect width="14" height="12" fill="{_BAR}"/>')]
    if any(bar.surge for bar in bars):
        shown.append(("surge", '<rect width="14" height="12" fill="url(#surge-hatch)"/>'))
    if any(bar.usual is not None for bar in bars):
        line = (
            f'<line x1="0" x2="16" y1="6" y2="6" stroke="{_USUAL}" stroke-width="2" stroke-dasharray="5 3"/>'
        )
        shown.append(("usual", line))
    x = _LEFT
    for name, mark in shown:
        word = words[name]
        yield f'<g transform="translate({x} 6)">{mark}'
        yield f'<text x="20" y="11" fill="{_INK}">{escape(word)}</text></g>'
        # a wide character takes the room of two
        x += 44 + sum(13 if ord(letter) > 0x2E7F else 7 for letter in word)
