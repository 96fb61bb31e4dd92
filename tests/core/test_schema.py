"""The shape of files: what an admin who is no programmer reads when something stands in the wrong form."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from policy_files import edited, files, found

from complaint_policy.language import schema

FOLDER = Path(schema.__file__).parent / "schema"

FORMS = [
    ("sla", "within: 72h", "wihtin: 72h", "sla.yaml:11:68 P102 unknown key 'wihtin'; did you mean 'within'?"),
    (
        "pack",
        "calendar: office",
        "calendar: office\ncolour: red",
        "pack.yaml:4:1 P102 unknown key 'colour'; allowed here: kind, name, title, description, extends, "
        "effective, calendar, currency, "
        "status, disclaimer",
    ),
    (
        "sla",
        "within: 72h",
        "within: 72",
        "sla.yaml:11:76 P134 expected a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or 5bd, found a "
        "number '72'; did you mean '72h'?",
    ),
    (
        "sla",
        "within: 72h",
        "within: 3 days",
        "sla.yaml:11:76 P106 '3 days' is not a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or 5bd; "
        "did you mean '3d'?",
    ),
    (
        "sla",
        "within: 72h",
        "within: 5个工作日",
        "sla.yaml:11:76 P106 '5个工作日' is not a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or "
        "5bd; did you mean '5bd'?",
    ),
    (
        "sla",
        "within: 72h",
        "within: soon",
        "sla.yaml:11:76 P106 'soon' is not a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or 5bd; "
        "write it in this form",
    ),
    (
        "sla",
        "within: 72h",
        "within:",
        "sla.yaml:11:74 P127 a colon with a blank behind it is missing between key and value; write key: "
        "value, with a colon and a blank; a Chinese colon ： does not count",
    ),
    (
        "sla",
        "within: 72h",
        "within: ",
        "sla.yaml:11:76 P103 expected a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or 5bd, found nothing; "
        "write a duration such as 30s, 15m, 4h, 3d, 15cd, 4bh or 5bd here, or delete the key",
    ),
    (
        "sla",
        "until: solution_proposed",
        "until: solution-proposed",
        "sla.yaml:11:49 P105 'solution-proposed' is not one of the allowed "
        "values; did you mean 'solution_proposed'?",
    ),
    (
        "sla",
        "until: solution_proposed",
        "until: [closed, closed]",
        "sla.yaml:11:58 P133 'closed' stands in the list twice; delete one of the two",
    ),
    (
        "sla",
        "until: solution_proposed",
        "until: {event: closed}",
        "sla.yaml:11:49 P103 expected an event or a list of events, found a "
        "mapping (key: value); write an event or a list of events here, or delete the key",
    ),
    (
        "sla",
        "until: solution_proposed",
        "until: []",
        "sla.yaml:11:49 P108 nothing is written here; write at least one value or delete the key",
    ),
    (
        "sla",
        "statutory: true",
        "statutory: yes",
        "sla.yaml:7:85 P134 expected true or false, found text 'yes'; did you mean 'true'?",
    ),
    (
        "sla",
        "type: complaint, complexity",
        "typ: complaint, complexity",
        "sla.yaml:4:13 P102 unknown key 'typ'; did you mean 'type'?",
    ),
    (
        "sla",
        "type: complaint, complexity",
        "cycle: 2, complexity",
        "sla.yaml:4:20 P134 expected a mapping (key: value), found a number '2'; write a mapping (key: "
        "value)",
    ),
    (
        "stages",
        "next: [working]",
        "next: working",
        "stages.yaml:3:60 P134 expected a list, found text 'working'; put it in brackets: [working]",
    ),
    (
        "stages",
        "reopen: {to: working}",
        "reopen: {within: 30d}",
        "stages.yaml:5:57 P104 the key 'to' is missing; add 'to:' here",
    ),
    (
        "stages",
        "reopen: {to: working}",
        "reopen: {to: working, at_most: 0}",
        "stages.yaml:5:80 P107 0 is out of range; write a number from 1 to 99",
    ),
    (
        "severity",
        "priority: 1",
        "priority: 7",
        "severity.yaml:6:35 P107 7 is out of range; write a number from 0 to 3",
    ),
    (
        "severity",
        "urgencies: [low, urgent]",
        "urgencies: [low, Urgent]",
        "severity.yaml:2:18 P106 'Urgent' is not a name of small letters, digits, _ and -, such as "
        "goods_damaged; did you mean "
        "'urgent'?",
    ),
    (
        "calendars",
        "mon-fri",
        "monday-friday",
        "calendars.yaml:5:13 P106 'monday-friday' is not a weekday (mon), a span (mon-fri) or daily; did "
        "you mean 'mon-fri'?",
    ),
    (
        "calendars",
        "09:00-12:00",
        "9-12",
        "calendars.yaml:5:23 P106 '9-12' is not hours such as 09:00-17:30; did you mean '09:00-12:00'?",
    ),
    (
        "calendars",
        "Etc/UTC",
        "Etc/UTC\n    holidays: china",
        "calendars.yaml:5:15 P106 'china' is not a country code such as CN, or a part "
        "of a country such as DE-BY; did you mean 'CN'?",
    ),
    (
        "channels",
        "{name: chat}",
        "{name: chat, title: {EN: Chat}}",
        "channels.yaml:2:48 P106 'EN' is not a language code such as en or zh_CN; did you mean 'en'?",
    ),
    (
        "channels",
        "{name: chat}",
        "{title: Chat}",
        "channels.yaml:2:27 P104 the key 'name' is missing; add 'name:' here",
    ),
    (
        "channels",
        "{name: chat}",
        "chat",
        "channels.yaml:2:27 P134 expected a mapping (key: value), found text 'chat'; write a mapping (key: "
        "value)",
    ),
    (
        "escalation",
        "[{notify: assignee}]",
        "[{notify: assignee, escalate: team}]",
        "escalation.yaml:4:52 P131 only one key can stand here, found notify, escalate; make an item of its "
        "own of each, with a - or in braces",
    ),
    (
        "escalation",
        "at: 80%",
        "at: 0.8",
        "escalation.yaml:4:41 P134 expected a share from 1% to 100%, found a number '0.8'; did you mean "
        "'80%'?",
    ),
    (
        "escalation",
        "at: 80%",
        "at: 120%",
        "escalation.yaml:4:41 P106 '120%' is not a share from 1% to 100%; write it in this form",
    ),
    (
        "case_types",
        "kind: case_types",
        "kind: case_type",
        "case_types.yaml:1:7 P128 there is no kind of file called 'case_type'; did you mean 'case_types'?",
    ),
    (
        "case_types",
        "kind: case_types\n",
        "",
        "case_types.yaml:1:1 P104 the key 'kind' is missing; begin the file with kind: and one of "
        + ", ".join(schema.kinds()),
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), FORMS)
def test_a_wrong_form_is_named_with_the_right_one(kind, old, new, line):
    assert line in found(edited(kind, old, new))


QUIET = [row for row in FORMS if row[0] not in ("case_types", "channels", "pack")]


@pytest.mark.parametrize(("kind", "old", "new", "line"), QUIET)
def test_one_fault_gives_one_problem(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


def test_one_file_without_a_kind_does_not_make_every_reference_wrong():
    assert len(found(edited("calendars", "calendars:\n", "calendar:\n"))) == 1


def test_a_file_that_is_a_list_is_told_what_a_file_is():
    assert found(files(tiers="- a\n- b\n")) == [
        "tiers.yaml:1:1 P129 the file holds a list instead of keys and values; begin with kind: and what "
        "the file is about"
    ]


def test_several_faults_of_one_file_are_all_reported():
    text = (
        "kind: tiers\ntiers:\n  - {nam: a}\n  - {name: b, named_agent: 1}\n  - {name: c, when: {}}\nmore: 1\n"
    )
    assert [line.split(" ")[:2] for line in found(files(tiers=text))] == [
        ["tiers.yaml:3:5", "P104"],
        ["tiers.yaml:3:6", "P102"],
        ["tiers.yaml:4:28", "P134"],
        ["tiers.yaml:5:21", "P108"],
        ["tiers.yaml:6:1", "P102"],
    ]


def test_thousands_of_faults_do_not_flood_the_reader():
    rows = "".join(f"  - {{nam: a{number}}}\n" for number in range(5_000))
    assert len(found(files(tiers="kind: tiers\ntiers:\n" + rows))) <= schema.MAX_SHAPE_PROBLEMS + 1


def test_an_override_need_not_repeat_what_it_inherits_but_a_new_entry_must_be_whole():
    policy_files = files()
    policy_files["branch/pack.yaml"] = b"kind: pack\nname: branch\nextends: shop\n"
    policy_files["branch/sla.yaml"] = (
        b"kind: sla\npolicies:\n  - name: standard\n    clocks:\n      - {name: solution, within: 48h}\n    "
        b"  - {name: news, within: 1h}\n"
    )
    assert found(policy_files) == [
        "branch/sla.yaml:6:9 P104 the key 'from' is missing; add 'from:' to 'news', or let the pack inherit "
        "it",
        "branch/sla.yaml:6:9 P104 the key 'until' is missing; add 'until:' to 'news', or let the pack "
        "inherit it",
    ]


@pytest.mark.parametrize("kind", schema.kinds())
def test_each_schema_is_valid_draft_7_and_needs_no_other_file(kind):
    shape = schema.schema(kind)
    Draft7Validator.check_schema(shape)
    references = {part.split('"')[0] for part in json.dumps(shape).split('"$ref": "')[1:]}
    names = {reference.removeprefix("#/definitions/") for reference in references}
    assert names == set(shape.get("definitions", {})), "each definition is used and each used one is defined"


def _properties(node, path=""):
    if isinstance(node, dict):
        for key, value in (
            node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ()
        ):
            yield f"{path}/{key}", value
        for key, value in node.items():
            yield from _properties(value, f"{path}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from _properties(value, path)


@pytest.mark.parametrize("kind", schema.kinds())
def test_every_property_has_a_title_and_a_description(kind):
    missing = [
        path
        for path, value in _properties(schema.schema(kind))
        if not value.get("title") or not value.get("description")
    ]
    assert missing == []


def test_definitions_of_the_same_name_are_the_same_in_every_schema():
    first: dict[str, str] = {}
    for kind in schema.kinds():
        for name, definition in schema.schema(kind).get("definitions", {}).items():
            assert first.setdefault(name, json.dumps(definition, sort_keys=True)) == json.dumps(
                definition, sort_keys=True
            ), (kind, name)


def test_the_events_a_policy_may_name_are_those_the_engine_knows():
    from complaint_policy.engine.case import EVENTS

    assert set(schema.schema("sla")["definitions"]["event"]["enum"]) == set(EVENTS)


def test_the_attributes_a_rule_may_match_are_those_the_engine_knows():
    from complaint_policy.engine.case import ATTRIBUTES

    assert set(schema.schema("sla")["definitions"]["match"]["properties"]) == set(ATTRIBUTES) | {"cycle"}
