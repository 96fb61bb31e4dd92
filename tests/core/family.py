"""A pack and packs that build on it, for the tests of inheritance."""

from policy_files import packs

from complaint_policy.language import load

BASE = {
    "pack": "kind: pack\nname: base\ncalendar: office\ncurrency: EUR\ntitle: Base\n",
    "calendars": "kind: calendars\ncalendars: [{name: office, timezone: Etc/UTC, hours: {daily: "
    "['09:00-17:00']}}]\n",
    "case_types": "kind: case_types\ncase_types: [{name: complaint}, {name: inquiry}]\n",
    "roles": "kind: roles\nroles: [{name: intake, team: Intake}]\n",
    "categories": """\
        kind: categories
        categories:
          - name: goods
            team: Intake
            children: [{name: broken, keywords: [broken]}, {name: lost}]
          - {name: charges, team: Billing}
        """,
    "sla": """\
        kind: sla
        policies:
          - name: standard
            match: {type: complaint}
            clocks:
              - {name: feedback, from: received, until: first_feedback, within: 24h}
              - {name: solution, from: received, until: solution_proposed, within: 72h, title: {en: Solution}}
          - name: inquiry
            match: {type: inquiry}
            clocks: [{name: response, from: received, until: first_feedback, within: 2h}]
        """,
}


def child(extends="base", name="child", **kinds):
    return {"pack": f"kind: pack\nname: {name}\nextends: {extends}\n", **kinds}


def bodies(own: dict, **others):
    """The resolved bodies of the pack `child`, which has `own` files."""
    library = load(packs(base=BASE, child=own, **others))
    resolved = library.resolve("child")
    assert not resolved.problems, resolved.problems
    return resolved.bodies


def names(entries):
    return [entry["name"] for entry in entries]
