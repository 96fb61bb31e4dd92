"""Small policies for the tests of the language.

A pack `shop` without any problem, to be broken in one place.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from complaint_policy.language import Problem, load

POLICIES = Path(__file__).resolve().parents[2] / "policies"

SHOP = {
    "shop/pack.yaml": "kind: pack\nname: shop\ncalendar: office\n",
    "shop/calendars.yaml": """\
        kind: calendars
        calendars:
          - name: office
            timezone: Etc/UTC
            hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}
        """,
    "shop/roles.yaml": """\
        kind: roles
        roles:
          - {name: intake, team: Intake}
          - {name: assignee, of: case}
          - {name: boss, group: decision}
        """,
    "shop/channels.yaml": "kind: channels\nchannels: [{name: phone}, {name: chat}]\n",
    "shop/case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}, {name: inquiry}]\n",
    "shop/categories.yaml": """\
        kind: categories
        categories:
          - name: goods
            team: Intake
            children: [{name: broken}, {name: lost}]
          - {name: charges, team: Billing}
        """,
    "shop/severity.yaml": """\
        kind: severity
        urgencies: [low, urgent]
        scopes: [one, many]
        complexities: [simple, complex]
        pauses: [waiting_customer]
        levels: [{name: normal, priority: 1}, {name: high, priority: 2}]
        matrix:
          - {urgency: urgent, severity: high}
        default: normal
        """,
    "shop/stages.yaml": """\
        kind: stages
        stages:
          - {name: received, event: received, owner: intake, next: [working]}
          - {name: working, owner: assignee, require: [category], next: [closed]}
          - {name: closed, event: closed, closes: true, reopen: {to: working}}
        """,
    "shop/sla.yaml": """\
kind: sla
policies:
  - name: complex
    match: {type: complaint, complexity: complex}
    clocks:
      - {name: answer, from: [received, reopened], until: communicated, within: 5bd, pause: waiting_customer}
      - {name: legal, from: received, until: communicated, within: 15cd, statutory: true}
  - name: standard
    match: {type: complaint}
    clocks:
      - {name: solution, from: received, until: solution_proposed, within: 72h}
""",
    "shop/escalation.yaml": """\
        kind: escalation
        levels: [{name: team, notify: assignee}, {name: top, notify: [boss]}]
        rules:
          - {name: warn, when: {clock: any, at: 80%}, do: [{notify: assignee}]}
          - {name: late, when: {clock: any, at: 100%}, do: [{escalate: team}]}
          - {name: ignored, when: {level: team, unanswered: 4bh}, do: [{escalate: top}]}
        """,
}


def files(**changes: str) -> dict[str, bytes]:
    """The shop with some files replaced: `files(sla="kind: sla…")`. None takes a file away."""
    texts = {**SHOP, **{f"shop/{kind}.yaml": text for kind, text in changes.items()}}
    return {path: dedent(text).encode() for path, text in texts.items() if text is not None}


def edited(kind: str, old: str, new: str) -> dict[str, bytes]:
    """The shop with one text replaced by another in one file."""
    text = dedent(SHOP[f"shop/{kind}.yaml"])
    assert text.count(old) >= 1, f"{old!r} is not in {kind}.yaml"
    return {**files(), f"shop/{kind}.yaml": text.replace(old, new, 1).encode()}


def packs(**contents: dict[str, str]) -> dict[str, bytes]:
    """Several packs: `packs(base={"pack": "kind: pack…", "sla": "…"})`."""
    return {
        f"{pack}/{kind}.yaml": dedent(text).encode()
        for pack, kinds in contents.items()
        for kind, text in kinds.items()
    }


def found(policy_files: dict[str, bytes], lang: str = "en") -> list[str]:
    """Every problem as `sla.yaml:4:7 P102 message; advice` (a path in the shop without its folder)."""
    return [line(problem, lang) for problem in load(policy_files).check()]


def line(problem: Problem, lang: str = "en") -> str:
    path = problem.path.removeprefix("shop/")
    return f"{path}:{problem.line}:{problem.column} {problem.code} {problem.text(lang)}"


def real_files() -> dict[str, bytes]:
    """The packs that come with the product."""
    return {
        path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in sorted(POLICIES.rglob("*.yaml"))
    }
