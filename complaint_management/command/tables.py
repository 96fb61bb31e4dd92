"""Plain text tables for a terminal."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def width(text: str) -> int:
    """Columns that a text takes on a terminal; Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Lines of a table with a head.

    :param left: how many columns are texts, aligned to the left; the others are numbers, aligned to the right
    """
    widths = [max(width(row[index]) for row in (head, *rows)) for index in range(len(head))]
    lines = []
    for row in (head, ["-" * one for one in widths], *rows):
        gaps = [" " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)]
        cells = [text + gap for text, gap in zip(row[:left], gaps, strict=False)]
        cells += [gap + text for text, gap in zip(row[left:], gaps[left:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines
