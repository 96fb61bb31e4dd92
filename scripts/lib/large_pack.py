"""A pack of any size, for measuring: how long checking, planning and applying take."""

from collections.abc import Iterator
from pathlib import Path

POLICIES = Path(__file__).resolve().parents[2] / "policies"
CHILDREN = 9  # categories below each category


def large_pack(entries: int, within: str = "48h") -> dict[str, bytes]:
    """The general pack, and `large` on it with so many entries of its own: two fifths categories, the rest
    clocks in service levels, causes, escalation rules and tests. Each `within` makes another version of it."""
    share = entries // 5
    texts = {
        "pack": "kind: pack\nname: large\ntitle: {en: Large, zh_CN: 大}\nextends: general\n",
        "categories": "".join(_categories(2 * share)),
        "sla": "".join(_service_levels(share, within)),
        "causes": "".join(_causes(share // 2)),
        "escalation": "".join(_escalation_rules(share // 2)),
        "remedies": "".join(_remedies(share // 2)),
        "tests": "".join(_tests(entries - 2 * share - share - 3 * (share // 2), within)),
    }
    files = {f"large/{kind}.yaml": text.encode() for kind, text in texts.items()}
    return {**_general(), **files}


def _general() -> dict[str, bytes]:
    return {
        path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.glob("general/*.yaml")
    }


def _title(text: str) -> str:
    return f"title: {{en: {text}, zh_CN: {text}}}"


def _categories(count: int) -> Iterator[str]:
    yield "kind: categories\ncategories:\n"
    for number in range(count):
        if number % (CHILDREN + 1) == 0:
            parent = number
            yield f"  - name: c{number}\n    {_title(f'Category {number}')}\n    team: Team {number % 40}\n    children:\n"
        else:
            yield f"      - {{name: c{parent}_{number}, {_title(f'Category {number}')}, keywords: [word{number}]}}\n"


def _service_levels(count: int, within: str) -> Iterator[str]:
    """Service levels with three clocks each, one for each of some categories."""
    yield "kind: sla\npolicies:\n"
    for number in range(count // 4):
        parent = number // CHILDREN * (CHILDREN + 1)
        category = f"c{parent}_{parent + 1 + number % CHILDREN}"
        yield f"  - name: s{number}\n    {_title(f'Level {number}')}\n"
        yield f"    match: {{type: complaint, category: {category}}}\n    clocks:\n"
        yield f"      - {{name: acknowledgement, {_title('Acknowledgement')}, from: received, until: acknowledged, within: 1h}}\n"
        yield f"      - {{name: solution, {_title('Solution')}, from: [received, reopened], until: solution_proposed, within: {within}}}\n"
        yield f"      - {{name: result, {_title('Result')}, from: received, until: communicated, within: 5bd}}\n"


def _causes(count: int) -> Iterator[str]:
    yield "kind: causes\ncauses:\n"
    yield from (f"  - {{name: k{number}, {_title(f'Cause {number}')}}}\n" for number in range(count))


def _remedies(count: int) -> Iterator[str]:
    yield "kind: remedies\nremedies:\n"
    yield from (f"  - {{name: m{number}, {_title(f'Remedy {number}')}}}\n" for number in range(count))


def _escalation_rules(count: int) -> Iterator[str]:
    yield "kind: escalation\nrules:\n"
    for number in range(count):
        when = f"{{clock: [solution], after_due: {number + 1}h}}"
        yield f"  - {{name: r{number}, {_title(f'Rule {number}')}, when: {when}, do: [{{notify: [assignee]}}]}}\n"


def _tests(count: int, within: str) -> Iterator[str]:
    yield "kind: tests\ntests:\n"
    day = {"48h": "04", "72h": "05"}[within]
    for number in range(count):
        yield f'  - name: case {number}\n    at: "2026-03-02 10:00"\n    case: {{type: complaint, channel: phone, category: c0_1}}\n'
        yield f'    expect: [{{at: "2026-03-02 10:00", due: {{solution: "2026-03-{day} 10:00"}}}}]\n'
