"""The page about figures defines each of them, as the program reckons it."""

import re
from pathlib import Path

from complaint_policy.engine.kpis import BEGAN, MEAN, MEASURES, NPS, RATIO, SHARE, TOTAL

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysis.md"
KINDS = {SHARE: "share", NPS: "score", MEAN: "mean", TOTAL: "total", RATIO: "rate"}
BETTER = {True: "less", False: "more", None: "–"}
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+) \|$", re.M)


def kind_of(measure):
    unit = "" if measure.unit in ("share", "points") else f", {measure.unit}"
    return KINDS[measure.form] + unit


def day_of(measure):
    return "–" if not measure.part else "came in" if measure.day == BEGAN else "ended"


def test_f3_the_page_defines_each_figure_as_it_is_reckoned():
    written = {
        name: (kind, day, better) for name, kind, day, better, _what in ROW.findall(PAGE.read_text("utf-8"))
    }
    assert written == {
        name: (kind_of(measure), day_of(measure), BETTER[measure.less]) for name, measure in MEASURES.items()
    }


def test_f3_the_rows_of_the_page_stand_in_the_order_of_the_program():
    assert [row[0] for row in ROW.findall(PAGE.read_text("utf-8"))] == list(MEASURES)
