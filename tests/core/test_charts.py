"""F2, F3, G2: charts to print, to hear and to believe: what is twice as much is drawn twice as long."""

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.engine.chart_parts import WIDTH, fit, room_of, scale, short
from complaint_policy.engine.charts import (
    Change,
    Row,
    Series,
    bars,
    before_after,
    columns,
    heat,
    line,
    pareto,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"x\")</script> & 'quoted' ]]> \x00\x0b\ud800"
LONG = "产品质量与售后服务态度以及响应速度等问题引起的投诉及其后续处理情况的说明" * 2
MONTHS = ["January", "February", "March"]

numbers = st.one_of(st.none(), st.integers(-(10**30), 10**30), st.floats())
words = st.text(max_size=60)


def read(svg):
    """The picture as a tree: it is well-formed, has a size and says what it is."""
    tree = ElementTree.fromstring(svg)
    assert tree.tag == f"{SVG}svg"
    assert tree.get("role") == "img"
    assert float(tree.get("width")) > 0 and float(tree.get("height")) > 0
    return tree


def drawn(tree, name="cm-bar"):
    return [one for one in tree.iter(f"{SVG}rect") if one.get("class") == name]


def texts(tree):
    return [one.text for one in tree.iter(f"{SVG}text")]


def every_chart(label, value):
    return [
        bars([Row(label, value, label, label), Row("other", 3, "3")], title=label, target=value),
        bars([Row(label, value, label)], title=label, previous={label: value}, previous_text=label),
        columns([label, "b"], [Series(label, [value, 2]), Series("x", [value])], title=label, target=value),
        line(
            [label, "b"],
            [Series(label, [value, 2])],
            title=label,
            target=value,
            target_text=label,
            band=[(value, 3), None],
            band_text=label,
            unit=label,
        ),
        pareto([Row(label, value, label), Row("b", 1, "1")], title=label, share_text=label),
        heat([label], [label, "b"], [[value, 2]], title=label, text=label),
        before_after([Change(label, value, 2, label)], title=label, before_text=label, after_text=label),
    ]


@given(label=words, value=numbers)
def test_whatever_the_words_and_numbers_every_chart_is_well_formed(label, value):
    for svg in every_chart(label, value):
        tree = read(svg)
        for one in tree.iter():
            places = [float(one.get(name)) for name in ("x", "y", "width", "height") if one.get(name)]
            assert all(map(math.isfinite, places))
            assert "n" not in one.get("d", "")  # neither nan nor inf


def test_hostile_labels_are_words_and_nothing_else():
    for svg in every_chart(HOSTILE, 5):
        tree = read(svg)
        assert not list(tree.iter(f"{SVG}script"))
        assert "<script" not in svg
        assert tree.get("aria-label") == "<script>alert(\"x\")</script> & 'quoted' ]]> "


@pytest.mark.parametrize("width", [WIDTH, 420, 960])
def test_a_bar_twice_the_value_is_twice_as_long(width):
    tree = read(bars([Row("a", 10, "10"), Row("b", 20, "20"), Row("c", 5, "5")], title="t", width=width))

    ten, twenty, five = (float(bar.get("width")) for bar in drawn(tree))

    assert twenty / ten == pytest.approx(2, abs=0.02)
    assert twenty / five == pytest.approx(4, abs=0.04)
    assert tree.get("width") == f"{width}"


def test_columns_have_the_height_of_their_values():
    tree = read(columns(MONTHS, [Series("in", [10, 20, 40]), Series("out", [40, None, 10])], title="t"))

    heights = [float(bar.get("height")) for bar in drawn(tree)]

    assert len(heights) == 5  # the gap has none
    assert heights[4] / heights[0] == pytest.approx(1, abs=0.02)
    assert heights[3] / heights[0] == pytest.approx(4, abs=0.04)


def test_what_is_below_zero_goes_the_other_way():
    across = read(bars([Row("down", -10, "-10"), Row("up", 20, "20")], title="t"))
    upright = read(columns(["a", "b"], [Series("x", [-10, 20])], title="t"))

    down, up = drawn(across)
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(float(up.get("x")), abs=0.2)
    low, high = drawn(upright)
    assert float(low.get("y")) == pytest.approx(float(high.get("y")) + float(high.get("height")), abs=0.2)


def test_before_and_after_are_drawn_to_the_same_scale():
    rows = [Change("invoices", 20, 5, "20 → 5"), Change("delivery", 40, None, "not yet")]

    together = [float(bar.get("width")) for bar in drawn(read(before_after(rows, title="t")))]
    apart = [float(bar.get("width")) for bar in drawn(read(before_after(rows, title="t", each=True)))]

    assert together[0] / together[1] == pytest.approx(4, abs=0.05)
    assert together[2] / together[0] == pytest.approx(2, abs=0.05)
    assert apart[0] == pytest.approx(apart[2], abs=0.2)  # each number fills the scale of its own


def test_a_pareto_adds_up_to_all():
    rows = [Row("a", 40, "40"), Row("b", 30, "30"), Row("c", 20, "20"), Row("d", 10, "10")]

    tree = read(pareto(rows, title="Causes", share_text="together"))

    assert [text for text in texts(tree) if text.endswith("%")] == ["40 %", "70 %", "90 %", "100 %"]
    assert tree.find(f"{SVG}desc").text == "a: 40 (40 %); b: 30 (70 %); c: 20 (90 %); d: 10 (100 %)"


def test_a_line_is_broken_where_nothing_is_known():
    tree = read(line(["a", "b", "c", "d"], [Series("x", [1, None, 3, 4])], title="t"))

    (path,) = [one for one in tree.iter(f"{SVG}path") if one.get("class") == "cm-line"]

    assert path.get("d").count("M") == 2 and path.get("d").count("L") == 1


def test_the_band_is_in_one_piece_for_each_run_and_stands_where_the_values_stand():
    tree = read(
        line(
            ["a", "b", "c"],
            [Series("x", [2, 2, 4])],
            title="t",
            band=[(1, 4), None, (1, 4)],
            band_text="95 % sure",
        )
    )

    assert len([one for one in tree.iter(f"{SVG}path") if one.get("class") == "cm-band"]) == 2
    assert "95 % sure" in texts(tree)


def test_the_more_the_darker_and_nothing_is_white():
    tree = read(heat(["Mon"], ["0", "1", "2"], [[0, 5, 50]], title="t", text="cases"))

    light = [int(one.get("fill")[1:3], 16) for one in drawn(tree, "cm-field")]

    assert light[0] == 255 and light[0] > light[1] > light[2]
    assert [one.find(f"{SVG}title").text for one in drawn(tree, "cm-field")][2] == "Mon, 2: 50 cases"


def test_a_field_of_the_heat_map_is_said_in_the_words_of_the_caller():
    tree = read(
        heat(
            ["Mon"],
            ["9"],
            [[4]],
            title="t",
            text=lambda row, column, value: f"{value:g} on {row} at {column}",
        )
    )

    assert drawn(tree, "cm-field")[0].find(f"{SVG}title").text == "4 on Mon at 9"


@pytest.mark.parametrize(
    "svg",
    [
        bars([], title="What hurts", empty="Nothing came in."),
        columns([], [], title="What hurts", empty="Nothing came in."),
        columns(MONTHS, [Series("x", [None, None, None])], title="What hurts", empty="Nothing came in."),
        line(MONTHS, [Series("x", [None])], title="What hurts", empty="Nothing came in."),
        pareto([Row("a", 0, "0")], title="What hurts", empty="Nothing came in."),
        heat(["Mon"], ["0"], [[0]], title="What hurts", empty="Nothing came in."),
        before_after([], title="What hurts", empty="Nothing came in."),
    ],
)
def test_where_there_is_nothing_to_show_the_picture_says_so(svg):
    assert texts(read(svg)) == ["What hurts", "Nothing came in."]


def test_a_gap_has_no_bar_but_its_words():
    tree = read(bars([Row("a", 10, "10"), Row("b", None, "not known")], title="t"))

    assert len(drawn(tree)) == 1
    assert "not known" in texts(tree)


def test_long_labels_are_cut_and_shown_whole_when_pointed_at():
    tree = read(bars([Row(LONG, 10, "10")], title="t"))

    (label,) = [one for one in tree.iter(f"{SVG}text") if (one.text or "").endswith("…")]

    assert label.find(f"{SVG}title").text == LONG
    assert room_of(label.text) < WIDTH * 0.36
    assert LONG in tree.find(f"{SVG}desc").text


def test_a_chart_can_be_heard():
    tree = read(columns(MONTHS[:2], [Series("in", [10, 20]), Series("out", [8, None])], title="In and out"))

    assert tree.get("aria-label") == "In and out" == tree.find(f"{SVG}title").text
    assert tree.find(f"{SVG}desc").text == "January: in 10, out 8; February: in 20"
    assert [bar.find(f"{SVG}title").text for bar in drawn(tree)][1] == "January, out: 8"


def test_the_target_and_the_value_before_are_drawn_and_named():
    svg = bars(
        [Row("a", 10, "10")],
        title="t",
        target=20,
        target_text="target 20",
        previous={"a": 5, "gone": 3},
        previous_text="month before",
    )
    tree = read(svg)
    (bar,) = drawn(tree)

    assert {"target 20", "month before"} <= set(texts(tree))
    ticks = [one for one in tree.iter(f"{SVG}line") if one.get("stroke-width") == "2.5"]
    middle = float(bar.get("x")) + float(bar.get("width")) / 2
    assert any(float(tick.get("x1")) == pytest.approx(middle, abs=0.2) for tick in ticks)


def test_series_are_told_apart_without_colour():
    tree = read(columns(["a"], [Series(name, [1]) for name in "abcdefgh"], title="t"))

    fills = [bar.get("fill") for bar in drawn(tree)]

    assert len(set(fills)) == 8 and sum("url(#" in fill for fill in fills) == 7
    names = {one.get("id") for one in tree.iter(f"{SVG}pattern")}
    assert {fill[5:-1] for fill in fills if "url" in fill} == names


def test_two_charts_of_a_page_do_not_share_patterns():
    one, two = (columns(["a"], [Series("x", [1]), Series("y", [2])], title=title) for title in ("A", "B"))

    ids = [{each.get("id") for each in read(svg).iter(f"{SVG}pattern")} for svg in (one, two)]

    assert ids[0] and not ids[0] & ids[1]


def test_only_what_an_old_printing_engine_knows():
    for svg in every_chart("label", 5):
        assert "var(" not in svg and "style=" not in svg and "100%" not in svg


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (7, "7"), (4.56, "4.56"), (0.125, "0.12"), (1234, "1,234"), (99.5, "99.5"), (-3, "-3"),
        (1234567, "1.23M"), (5e9, "5G"), (2e12, "2T"), (1e30, "1e+30"),
    ],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert short(value) == text


@given(st.lists(st.floats(-1e12, 1e12), min_size=1))
def test_a_scale_holds_every_value_and_nought(values):
    place = scale(values, 0, 100)

    slack = (place.high - place.low) / 1e6  # less than a dot on the paper
    assert place.low <= min(0, *values) + slack and max(0, *values) <= place.high + slack
    assert 2 <= len(place.ticks()) <= 12


@given(words, st.floats(13, 300))
def test_what_is_fitted_fits(text, room):
    assert room_of(fit(text, room)) <= room + 0.001
