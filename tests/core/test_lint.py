"""Cross-checks.

Each policy below has one fault, and the sentence about it names the place, the fault and the way out.
"""

import pytest
from policy_files import edited, files, found


def test_a_sound_policy_has_no_problem():
    assert found(files()) == []


REFERENCES = [
    (
        "pack",
        "calendar: office",
        "calendar: ofice",
        "pack.yaml:3:11 P201 no calendar is named 'ofice'; did you mean 'office'?",
    ),
    (
        "sla",
        "complexity: complex",
        "complexity: [simple, komplex]",
        "sla.yaml:4:51 P201 no complexity is named 'komplex'; did you mean 'complex'?",
    ),
    (
        "sla",
        "type: complaint}\n    clocks:\n      - {name: sol",
        "type: complaint, category: lots}\n    clocks:\n      - {name: sol",
        "sla.yaml:9:40 P201 no category is named 'lots'; did you mean 'lost'?",
    ),
    (
        "sla",
        "pause: waiting_customer",
        "pause: holiday",
        "sla.yaml:6:93 P201 no pause reason is named 'holiday'; there are: waiting_customer",
    ),
    (
        "stages",
        "next: [working]",
        "next: [workin]",
        "stages.yaml:3:61 P201 no stage is named 'workin'; did you mean 'working'?",
    ),
    (
        "stages",
        "to: working",
        "to: analysis",
        "stages.yaml:5:62 P201 no stage is named 'analysis'; there are: received, working, closed",
    ),
    (
        "stages",
        "owner: assignee",
        "owner: asignee",
        "stages.yaml:4:28 P201 no role is named 'asignee'; did you mean 'assignee'?",
    ),
    (
        "stages",
        "owner: assignee",
        "owner: assignee, approval: solution",
        "stages.yaml:4:48 P201 no approval is named 'solution'; this policy has none; add it to a file of "
        "its kind, or extend "
        "a pack that has it",
    ),
    (
        "escalation",
        "clock: any, at: 80%",
        "clock: [solution, anwser], at: 80%",
        "escalation.yaml:4:43 P201 no clock is named 'anwser'; did you mean 'answer'?",
    ),
    (
        "escalation",
        "escalate: team",
        "escalate: boss",
        "escalation.yaml:5:64 P201 no escalation level is named 'boss'; there are: team, top",
    ),
    (
        "escalation",
        "notify: [boss]",
        "notify: [bos]",
        "escalation.yaml:2:63 P201 no role is named 'bos'; did you mean 'boss'?",
    ),
    (
        "severity",
        "severity: high}",
        "severity: hi}",
        "severity.yaml:8:33 P201 no severity level is named 'hi'; did you mean 'high'?",
    ),
    (
        "severity",
        "default: normal",
        "default: middle",
        "severity.yaml:9:10 P201 no severity level is named 'middle'; there are: normal, high",
    ),
    (
        "categories",
        "team: Billing",
        "team: Billing, preset: {urgency: urgnt}",
        "categories.yaml:6:54 P201 no urgency is named 'urgnt'; did you mean 'urgent'?",
    ),
    (
        "categories",
        "{name: lost}",
        "{name: lost, preset: {scope: all}}",
        "categories.yaml:5:61 P201 no scope is named 'all'; there are: one, many",
    ),
    (
        "channels",
        "{name: chat}",
        "{name: mail, mailbox: {alias: help, type: complain}}",
        "channels.yaml:2:69 P201 no case type is named 'complain'; did you mean 'complaint'?",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), REFERENCES)
def test_a_name_that_does_not_exist_is_found_and_the_right_one_proposed(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


VALUES = [
    (
        "calendars",
        "Etc/UTC",
        "Beijing",
        "calendars.yaml:4:15 P203 there is no time zone 'Beijing'; did you mean 'Asia/Shanghai'?",
    ),
    (
        "calendars",
        "Etc/UTC",
        "shanghai",
        "calendars.yaml:4:15 P203 there is no time zone 'shanghai'; did you mean 'Asia/Shanghai'?",
    ),
    (
        "calendars",
        "Etc/UTC",
        "Europe/Berlim",
        "calendars.yaml:4:15 P203 there is no time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?",
    ),
    (
        "calendars",
        "Etc/UTC",
        "../../etc/passwd",
        "calendars.yaml:4:15 P203 there is no time zone '../../etc/passwd'; write a name such as "
        "Asia/Shanghai or Europe/Berlin",
    ),
    (
        "calendars",
        "Etc/UTC",
        "Etc/UTC\n    holidays: QQ",
        "calendars.yaml:5:15 P204 no public holidays are known for 'QQ'; write the two-letter code of a "
        "country, such as CN or DE, "
        "with the part of the country if needed, such as DE-BY",
    ),
    (
        "calendars",
        "Etc/UTC",
        "Etc/UTC\n    holidays: DE-XX",
        "calendars.yaml:5:15 P204 no public holidays are known for 'DE-XX'; write the two-letter code of a "
        "country, such as CN or DE, "
        "with the part of the country if needed, such as DE-BY",
    ),
    (
        "calendars",
        "13:00-18:00",
        "18:00-13:00",
        "calendars.yaml:5:38 P205 the hours 18:00-13:00 end before they begin; did you mean '13:00-18:00'? "
        "Hours over midnight are two "
        "ranges, up to 24:00 and from 00:00",
    ),
    (
        "calendars",
        "13:00-18:00",
        "11:00-18:00",
        "calendars.yaml:5:38 P206 the hours 11:00-18:00 overlap others of the same day; join them or change "
        "the times",
    ),
    (
        "calendars",
        "13:00-18:00",
        "13:00-24:30",
        "calendars.yaml:5:38 P213 the hours 13:00-24:30 go beyond 24:00; end the range at 24:00 and begin "
        "another at 00:00 of the next "
        "day",
    ),
    (
        "calendars",
        '["09:00-12:00", "13:00-18:00"]',
        "[]",
        "calendars.yaml:5:5 P208 the calendar 'office' is never open; give hours to at least one weekday, "
        "such as mon-fri: "
        '["09:00-17:00"]',
    ),
    (
        "calendars",
        "Etc/UTC",
        'Etc/UTC\n    closed: ["2026-02-30"]',
        "calendars.yaml:5:14 P207 there is no day or time '2026-02-30'; check the day of the month and the "
        "time",
    ),
    (
        "calendars",
        "Etc/UTC",
        'Etc/UTC\n    closed: ["2026-03-01"]\n    open: {"2026-03-01": ["09:00-10:00"]}',
        "calendars.yaml:5:14 P214 2026-03-01 is both closed and open; delete it from one of the two lists",
    ),
    (
        "pack",
        "calendar: office",
        'effective: "2026-13-01"\ncalendar: office',
        "pack.yaml:3:12 P207 there is no day or time '2026-13-01'; check the day of the month and the time",
    ),
    (
        "pack",
        "calendar: office\n",
        "currency: EUR\n",
        "pack.yaml:1:1 P209 the pack names no calendar; add 'calendar:' with one of office",
    ),
    (
        "roles",
        "team: Intake",
        "team: Intake, group: intake",
        "roles.yaml:3:34 P215 the role 'intake' must say in exactly one way who it is, not with team, "
        "group; use one of team, of, "
        "departments, group, users",
    ),
    (
        "roles",
        ", team: Intake",
        "",
        "roles.yaml:3:5 P215 the role 'intake' must say in exactly one way who it is, not with nothing; use "
        "one of team, of, departments, "
        "group, users",
    ),
    (
        "roles",
        "of: case",
        "of: customer",
        "roles.yaml:4:26 P216 a role 'assignee' cannot be found from 'customer'; did you mean 'of: case'?",
    ),
    (
        "categories",
        "{name: lost}",
        "{name: charges}",
        "categories.yaml:6:12 P202 the name 'charges' stands here a second time, first in line 5; rename "
        "one of the two or join them",
    ),
    (
        "categories",
        ", team: Billing",
        "",
        "categories.yaml:6:12 P405 the category 'charges' has no team; add 'team:' here or to a category "
        "above",
    ),
    (
        "severity",
        "default: normal\n",
        "",
        "severity.yaml:1:1 P222 there is no 'default' severity; add 'default:' with one of normal, high",
    ),
    (
        "severity",
        "- {urgency: urgent, severity: high}",
        "- {scope: one, severity: high}\n  - {scope: one, urgency: low, severity: high}",
        "severity.yaml:9:5 P404 '2' is never reached: '1' above it (line 8) takes all its cases; move it "
        "up, with 'before:' if the other "
        "is inherited, or make the other one narrower",
    ),
    (
        "stages",
        "require: [category]",
        "require: [categori]",
        "stages.yaml:4:48 P217 there is no field 'categori' that could be required; did you mean 'category'?",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), VALUES)
def test_a_value_that_cannot_be_meant_is_found(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


def test_every_message_of_the_lists_above_reads_in_chinese_too():
    for kind, old, new, _ in (*REFERENCES, *VALUES):
        for line in found(edited(kind, old, new), "zh_CN"):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in line), line
