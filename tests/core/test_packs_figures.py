"""Every number of every pack: it is the one below, and its line in the pack says where it comes from.

Who changes a figure changes it here too, with its source, so that no figure changes by accident.
"""

import re
from datetime import date

import pytest
from pack_figures import FIGURES
from policy_files import real_files

from complaint_policy.engine.coverage import coverage
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.language import load

FILES = real_files()
LIBRARY = load(FILES)
PACKS = sorted(LIBRARY.packs)
_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?(%|s|m|h|d|cd|bh|bd|y)?")
_ORDER = "priority"  # the rank of a severity, no figure of anybody
TODAY = date(2026, 3, 1)


def figures(node, path):
    """`(path, value, spot)` of every number, duration and percentage below a node of a pack."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == _ORDER:
                continue
            if isinstance(value, (dict, list)):
                yield from figures(value, f"{path}/{key}")
            elif is_figure(value):
                yield f"{path}/{key}", value, node.spots[key]
    elif isinstance(node, list):
        for index, value in enumerate(node):
            name = value.get("name", index) if isinstance(value, dict) else index
            if isinstance(value, (dict, list)):
                yield from figures(value, f"{path}/{name}")


def is_figure(value):
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or (isinstance(value, str) and bool(_FIGURE.fullmatch(value)))


def own_figures(pack):
    for kind, body in LIBRARY.packs[pack].bodies.items():
        if kind != "tests":
            yield from figures(body, kind)


def comment(spot):
    """What stands behind the `#` of the figure's line; else that of the file's first comment."""
    lines = FILES[spot.path].decode().split("\n")
    own = lines[spot.line - 1].partition(" # ")[2]
    return own or next(line for line in lines if line.startswith("# ") and "$schema" not in line)


@pytest.mark.parametrize("pack", PACKS)
def test_the_figures_are_those_of_the_sources(pack):
    found = {path: value for path, value, _spot in own_figures(pack)}
    assert found == {path: value for path, (value, _source) in FIGURES.get(pack, {}).items()}


@pytest.mark.parametrize("pack", PACKS)
def test_each_figure_names_its_source(pack):
    for path, _value, spot in own_figures(pack):
        _expected, source = FIGURES[pack][path]
        assert source in comment(spot), f"{spot.path}:{spot.line} {path}"


@pytest.mark.parametrize("pack", PACKS)
def test_the_tests_of_a_pack_reach_each_of_its_rules(pack):
    normalised, problems = LIBRARY.compile(pack, TODAY)
    assert normalised is not None, problems
    assert [proof.name for proof in coverage(Policy.load(normalised)) if not proof.proved] == []


def _moments():
    """The lines of the escalation rules with the moment at which they act."""
    for path in sorted(FILES):
        if path.endswith("/escalation.yaml"):
            for number, line in enumerate(FILES[path].decode().split("\n")):
                if re.search(r"(before_due|after_due|unanswered): \d+|at: \d\d%|count: \d", line):
                    yield path, number


@pytest.mark.parametrize(("path", "number"), list(_moments()))
def test_a_changed_moment_fails_a_test_of_the_pack(path, number):
    lines = FILES[path].decode().split("\n")
    old = lines[number]
    lines[number] = re.sub(
        r"(before_due|after_due|unanswered|count): (\d+)", lambda got: f"{got[1]}: {int(got[2]) + 1}", old
    ).replace("at: 100%", "after_due: 1m")
    lines[number] = lines[number].replace("at: 80%", "at: 81%")
    assert lines[number] != old
    pack = path.partition("/")[0]
    names = {pack, *LIBRARY.resolve(pack).ancestors}
    needed = {one: content for one, content in FILES.items() if one.partition("/")[0] in names}
    changed = load({**needed, path: "\n".join(lines).encode()})
    normalised, problems = changed.compile(pack, TODAY)
    assert normalised is not None, problems
    assert not all(result.passed for result in run_tests(Policy.load(normalised)))
