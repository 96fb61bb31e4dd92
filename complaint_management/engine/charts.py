"""The charts of reports, dashboards and meetings: rows and numbers in, a picture as SVG text out.

Pure: no clock, no database, and not a word of its own. Titles, labels and the text of each number come from
the caller in the reader's language. A value of None is a gap. The same picture serves paper and screen.

    bars([Row("Billing", 12, "12 cases")], title="What customers complain about")
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .chart_parts import (
    COLOURS,
    GRID,
    INK,
    QUIET,
    TARGET,
    TOP,
    WIDTH,
    Picture,
    Scale,
    box,
    exact,
    legend,
    nothing,
    number,
    room_of,
    rule,
    short,
    text_at,
)
from .chart_times import Series, columns, line

__all__ = ["Change", "Row", "Series", "bars", "before_after", "columns", "heat", "line", "pareto"]

_ROW = 26  # height of one bar with its air
# lightest to darkest: read in order by everybody and also without colour
_HEAT = ("#ffffff", "#dceaf5", "#b3d2e8", "#7fb3d8", "#468fc2", "#1f6aa5", "#0b3c66")


class Row(NamedTuple):
    """One bar. ``text`` stands beside it as its number, ``note`` behind that in a quiet colour."""

    label: str
    value: float | None
    text: str
    note: str = ""


class Change(NamedTuple):
    """A number before and after something was done, and what it means."""

    label: str
    before: float | None
    after: float | None
    text: str


def bars(
    rows: Sequence[Row],
    *,
    title: str,
    target: float | None = None,
    target_text: str = "",
    previous: Mapping[str, float | None] | None = None,
    previous_text: str = "",
    empty: str = "",
    width: float = WIDTH,
) -> str:
    """Horizontal bars, each with its number. ``previous``: the value before by label, drawn as a line."""
    if not rows:
        return nothing(title, empty, width)
    before = {label: number(value) for label, value in (previous or {}).items()}
    marks = []
    if any(before.get(row.label) is not None for row in rows) and previous_text:
        marks.append((lambda x, y: rule(x + 8, y - 1, x + 8, y + 12, INK, thick=2.5), previous_text))
    if number(target) is not None and target_text:
        marks.append((lambda x, y: rule(x + 8, y - 1, x + 8, y + 12, TARGET, "4 2", 2), target_text))
    picture = Picture(title, 0, width)
    top = TOP + legend(picture, TOP - 4, marks)
    left, right = _columns_of(rows, width)
    values = [row.value for row in rows] + [before.get(row.label) for row in rows]
    place = exact([*values, target], left, right)
    for index, row in enumerate(rows):
        _bar(picture, place, row, top + index * _ROW, before.get(row.label))
    bottom = top + len(rows) * _ROW
    picture.add(rule(place.at(0), top - 2, place.at(0), bottom, INK))
    if number(target) is not None:
        picture.add(
            rule(place.at(number(target)), top - 2, place.at(number(target)), bottom, TARGET, "4 2", 2)
        )
        picture.say(target_text)
    picture.height = bottom + 6
    return picture.svg()


def _columns_of(rows: Sequence[Row], width: float) -> tuple[float, float]:
    """Where the bars begin and end, so that labels stand before and numbers behind them."""
    left = min(max(room_of(row.label) for row in rows) + 10, width * 0.36)
    behind = max(room_of(row.text) + (room_of(row.note, 11) + 8 if row.note else 0) for row in rows)
    if any((number(row.value) or 0) < 0 for row in rows):
        left += min(behind, width * 0.12)
    return left, max(width - min(behind, width * 0.4) - 14, left + width * 0.16)


def _bar(picture: Picture, place: Scale, row: Row, y: float, before: float | None) -> None:
    """The label, the bar and its number; a gap has only its label and text."""
    value = number(row.value)
    picture.say(row.label, row.text, row.note)
    label_room = min(place.begin, picture.width * 0.36) - 10
    picture.add(text_at(0, y + 15, row.label, room=max(label_room, 20)))
    zero = place.at(0)
    end = zero if value is None else place.at(value)
    if value is not None:
        words = f"{row.label}: {row.text}"
        picture.add(box(min(zero, end), y + 3, abs(end - zero), _ROW - 9, COLOURS[0], words, name="cm-bar"))
    if before is not None:
        picture.add(rule(place.at(before), y, place.at(before), y + _ROW - 3, INK, thick=2.5))
    behind = max(end, zero, place.at(before) if before is not None else zero) + 6
    fill = QUIET if value is None else INK
    room = picture.width - behind
    picture.add(text_at(behind, y + 15, row.text, fill=fill, room=room))
    if row.note:
        start = behind + min(room_of(row.text), room) + 8
        picture.add(text_at(start, y + 15, row.note, size=11, fill=QUIET, room=picture.width - start))


# ------------------------------------------------------------------------- shares, tables, effects


def pareto(
    rows: Sequence[Row], *, title: str, share_text: str = "", empty: str = "", width: float = WIDTH
) -> str:
    """Bars as given, the largest first by custom, and which share of all they make up together."""
    total = sum(max(number(row.value) or 0, 0) for row in rows)
    if not rows or not total:
        return nothing(title, empty, width)
    picture = Picture(title, 0, width)
    top = TOP + (18 if share_text else 0)
    beside = width - 150
    left, right = _columns_of([row._replace(note="") for row in rows], beside - 16)
    place = exact([row.value for row in rows], left, right)
    shares = Scale(0, 100, beside, width - 44)
    if share_text:
        picture.add(text_at(beside, TOP + 8, share_text, size=11, fill=QUIET, room=150))
    together, points = 0.0, []
    for index, row in enumerate(rows):
        y = top + index * _ROW
        together += max(number(row.value) or 0, 0)
        share = together / total * 100
        _bar(picture, place, row, y, None)
        picture.add(rule(beside, y + 11, width - 44, y + 11))
        points.append((shares.at(share), y + 11, share))
        picture.said[-1] += f" ({share:.0f} %)"
    bottom = top + len(rows) * _ROW
    picture.add(rule(place.at(0), top - 2, place.at(0), bottom, INK))
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _share in points)
    picture.add(f'<path class="cm-line" d="M{path}" fill="none" stroke="{COLOURS[5]}" stroke-width="2"/>')
    for x, y, share in points:
        picture.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[5]}" stroke="#ffffff"/>')
        picture.add(text_at(width, y + 4, f"{share:.0f} %", anchor="end", size=11))
    picture.height = bottom + 6
    return picture.svg()


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    title: str,
    text: str | Callable[[str, str, float], str] = "",
    empty: str = "",
    width: float = WIDTH,
) -> str:
    """A table of numbers, the darker the more. ``text``: what is counted, or the words of one field."""
    known = [number(value) for line_ in values for value in line_]
    most = max((value for value in known if value is not None), default=0)
    if not rows or not columns or most <= 0:
        return nothing(title, empty, width)
    picture = Picture(title, TOP + 20 + len(rows) * 24 + 6, width)
    left = min(max(room_of(label) for label in rows) + 10, width * 0.3)
    room = (width - left - 1) / len(columns)
    size = 11 if room > 26 else 9
    every = max(1, round(max(room_of(label, size) for label in columns) / room + 0.3))
    for index, label in enumerate(columns):
        if index % every == 0:
            x = left + (index + 0.5) * room
            picture.add(
                text_at(x, TOP + 12, label, anchor="middle", size=size, fill=QUIET, room=room * every)
            )
    for index, label in enumerate(rows):
        y = TOP + 20 + index * 24
        picture.add(text_at(0, y + 16, label, room=left - 8))
        line_ = list(values[index]) if index < len(values) else []
        picture.say(label, ", ".join("–" if number(one) is None else short(number(one)) for one in line_))
        for spot, value in enumerate(map(number, line_[: len(columns)])):
            if value is not None:
                field = (left + spot * room, y, room, 24, size)
                _field(picture, field, value, most, _said(text, label, columns[spot], value))
    return picture.svg()


def _said(text, row: str, column: str, value: float) -> str:
    if callable(text):
        return text(row, column, value)
    return f"{row}, {column}: {short(value)} {text}".rstrip()


def _field(picture: Picture, field, value: float, most: float, words: str) -> None:
    """One field of the table: its colour, and its number if that fits."""
    x, y, width, height, size = field
    step = 0 if value <= 0 else min(len(_HEAT) - 1, 1 + int(value / most * (len(_HEAT) - 1.001)))
    picture.add(box(x, y, width, height, _HEAT[step], words, name="cm-field", edge=GRID))
    if value and room_of(short(value), size) <= width + 2:
        ink = "#ffffff" if step >= 4 else INK
        picture.add(text_at(x + width / 2, y + 16, short(value), anchor="middle", size=size, fill=ink))


def before_after(
    rows: Sequence[Change],
    *,
    title: str,
    before_text: str = "",
    after_text: str = "",
    each: bool = False,
    empty: str = "",
    width: float = WIDTH,
) -> str:
    """Two bars for each number, before and after. ``each``: every number has a scale of its own, for numbers
    that do not count the same thing."""
    if not rows:
        return nothing(title, empty, width)
    picture = Picture(title, 0, width)
    marks = [(lambda x, y: box(x, y, 14, 12, picture.fill(1)), before_text)] if before_text else []
    if after_text:
        marks.append((lambda x, y: box(x, y, 14, 12, picture.fill(0)), after_text))
    top = TOP + legend(picture, TOP - 4, marks)
    left, right = _columns_of([Row(row.label, row.after, row.text) for row in rows], width)
    for index, row in enumerate(rows):
        shown = [row] if each else rows
        place = exact([end for one in shown for end in (one.before, one.after)], left, right)
        _change(picture, place, row, top + index * 38)
    picture.height = top + len(rows) * 38 + 6
    return picture.svg()


def _change(picture: Picture, place: Scale, row: Change, y: float) -> None:
    picture.say(row.label, row.text)
    picture.add(text_at(0, y + 20, row.label, room=max(place.begin - 10, 20)))
    zero, furthest = place.at(0), place.at(0)
    for which, value, top in ((1, number(row.before), y + 3), (0, number(row.after), y + 17)):
        if value is not None:
            end = place.at(value)
            furthest = max(furthest, end)
            words = f"{row.label}: {short(value)}"
            picture.add(
                box(min(zero, end), top, abs(end - zero), 13, picture.fill(which), words, name="cm-bar")
            )
    picture.add(rule(zero, y, zero, y + 33, INK))
    picture.add(text_at(furthest + 6, y + 21, row.text, room=picture.width - furthest - 6))
