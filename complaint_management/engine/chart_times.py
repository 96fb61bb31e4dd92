"""The charts over time: columns and lines for each period."""

from collections.abc import Sequence
from typing import NamedTuple

from .chart_parts import (
    COLOURS,
    DASHES,
    INK,
    QUIET,
    TARGET,
    TOP,
    WIDTH,
    Picture,
    Scale,
    box,
    clean,
    legend,
    nothing,
    number,
    room_of,
    rule,
    scale,
    short,
    text_at,
)

_PLOT = 190  # height of the room for the lines


class Series(NamedTuple):
    """One value for each period; None where none is known."""

    name: str
    values: Sequence[float | None]


def columns(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    target: float | None = None,
    target_text: str = "",
    empty: str = "",
    width: float = WIDTH,
) -> str:
    """Columns side by side for each period, with their numbers where there is room."""
    if not periods or not _known(series):
        return nothing(title, empty, width)
    picture = Picture(title, 0, width)
    marks = [
        (lambda x, y, place=place: box(x, y, 14, 12, picture.fill(place)), one.name)
        for place, one in enumerate(series)
        if len(series) > 1
    ]
    place, room, left = _axes(picture, periods, series, unit, target, target_text, marks)
    each = room * 0.76 / len(series)
    for index, period in enumerate(periods):
        for which, one in enumerate(series):
            value = number(one.values[index]) if index < len(one.values) else None
            if value is None:
                continue
            x, end, zero = left + index * room + room * 0.12 + which * each, place.at(value), place.at(0)
            words = f"{period}, {one.name}: {short(value)}{unit}"
            picture.add(
                box(
                    x, min(end, zero), each * 0.92, abs(end - zero), picture.fill(which), words, name="cm-bar"
                )
            )
            if room_of(short(value), 10) <= each + 2:
                y = end - 3 if value >= 0 else end + 11
                picture.add(text_at(x + each * 0.46, y, short(value), anchor="middle", size=10))
    picture.add(rule(left, place.at(0), width, place.at(0), INK))
    return picture.svg()


def line(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    target: float | None = None,
    band: Sequence[tuple[float, float] | None] | None = None,
    target_text: str = "",
    band_text: str = "",
    unit: str = "",
    empty: str = "",
    width: float = WIDTH,
) -> str:
    """Lines over time, broken where a value is missing. ``band``: from and to for each period, such as how
    sure the first series is."""
    if not periods or not _known(series):
        return nothing(title, empty, width)
    picture = Picture(title, 0, width)
    marks = [
        (lambda x, y, place=place: _stroke(x, y, place), one.name)
        for place, one in enumerate(series)
        if len(series) > 1
    ]
    if band and band_text:
        marks.append((lambda x, y: box(x, y, 14, 12, "#cfe2f1"), band_text))
    ends = [number(end) for pair in band or () if pair for end in pair]
    place, room, left = _axes(picture, periods, series, unit, target, target_text, marks, ends)
    middle = [left + (index + 0.5) * room for index in range(len(periods))]
    _band(picture, place, middle, band or ())
    for which, one in enumerate(series):
        _one_line(picture, place, middle, periods, which, one, unit)
    picture.add(rule(left, place.at(0), width, place.at(0), INK))
    return picture.svg()


def _known(series: Sequence[Series]) -> bool:
    return any(number(value) is not None for one in series for value in one.values)


def _axes(picture, periods, series, unit, target, target_text, marks, more=()):
    """Legend, grid and names of the periods: the scale, the room of a period, where the first begins."""
    aim = number(target)
    if aim is not None and target_text:
        marks = [*marks, (lambda x, y: rule(x, y + 6, x + 16, y + 6, TARGET, "4 2", 2), target_text)]
    top = TOP + legend(picture, TOP - 4, marks) + 12
    place = scale([*(value for one in series for value in one.values), *more, aim], top + _PLOT, top)
    left = max(room_of(short(tick) + unit, 11) for tick in place.ticks()) + 8
    for tick in place.ticks():
        y = place.at(tick)
        picture.add(rule(left, y, picture.width, y))
        picture.add(text_at(left - 6, y + 4, short(tick) + unit, anchor="end", size=11, fill=QUIET))
    room = (picture.width - left) / len(periods)
    every = max(1, round(44 / room + 0.49)) if room < 44 else 1
    for index, period in enumerate(periods):
        if index % every == 0:
            x = left + (index + 0.5) * room
            picture.add(text_at(x, top + _PLOT + 16, period, anchor="middle", size=11, room=room * every - 2))
        found = [
            f"{one.name} {short(number(one.values[index]))}{unit}"
            for one in series
            if index < len(one.values) and number(one.values[index]) is not None
        ]
        picture.say(period, ", ".join(found))
    if aim is not None:
        picture.say(target_text)
        picture.add(rule(left, place.at(aim), picture.width, place.at(aim), TARGET, "4 2", 2))
    picture.height = top + _PLOT + 26
    return place, room, left


def _band(picture: Picture, place: Scale, middle: Sequence[float], band) -> None:
    """The area between from and to, in one piece for each run of periods that have both."""
    run: list[tuple[float, float, float]] = []
    for x, pair in [*zip(middle, band, strict=False), (0.0, None)]:
        ends = [number(end) for end in pair] if pair else [None]
        if None not in ends:
            run.append((x, place.at(ends[0]), place.at(ends[1])))
            continue
        if run:
            points = [(x, low) for x, low, _high in run] + [(x, high) for x, _low, high in reversed(run)]
            shape = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            picture.add(f'<path class="cm-band" d="M{shape}Z" fill="#cfe2f1" stroke="#cfe2f1"/>')
        run = []


def _one_line(picture, place, middle, periods, which, one, unit) -> None:
    path, dots, pen_down = [], [], False
    for x, period, value in zip(middle, periods, map(number, one.values), strict=False):
        if value is None:
            pen_down = False
            continue
        y = place.at(value)
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        dots.append(_dot(x, y, which, f"{period}, {one.name}: {short(value)}{unit}"))
        pen_down = True
        if len(one.values) <= 16 and which == 0:
            dots.append(text_at(x, y - 8, short(value), anchor="middle", size=10))
    dash = f' stroke-dasharray="{DASHES[which % len(DASHES)]}"' if which % len(DASHES) else ""
    picture.add(
        f'<path class="cm-line" d="{"".join(path)}" fill="none" stroke="{_solid(which)}" '
        f'stroke-width="2"{dash}/>'
    )
    picture.add(*dots)


def _solid(which: int) -> str:
    return COLOURS[which % len(COLOURS)]


def _stroke(x: float, y: float, which: int) -> str:
    return rule(x, y + 6, x + 16, y + 6, _solid(which), DASHES[which % len(DASHES)], 2) + _dot(
        x + 8, y + 6, which
    )


def _dot(x: float, y: float, which: int, words: str = "") -> str:
    """A form of its own for each series: circle, square, triangle, diamond."""
    says = f"<title>{clean(words)}</title>" if words else ""
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"',
        f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"',
        f'<path d="M{x:.1f} {y - 4.5:.1f}l4.2 7.5h-8.4Z"',
        f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5Z"',
    )
    return f'{shapes[which % len(shapes)]} fill="{_solid(which)}" stroke="#ffffff">{says}</{_tag(which)}>'


def _tag(which: int) -> str:
    return ("circle", "rect", "path", "path")[which % 4]
