"""Cross-checks: each policy below has one fault, and the sentence about it names the place, the fault and the way out."""

import pytest
from policy_files import edited, files, found


def test_a_sound_policy_has_no_problem():
    assert found(files()) == []


REFERENCES = [
    ("pack", "calendar: office", "calendar: ofice",
     "pack.yaml:3:11 P201 no calendar is named 'ofice'; did you mean 'office'?"),
    ("sla", "complexity: complex", "complexity: [simple, komplex]",
     "sla.yaml:4:51 P201 no complexity is named 'komplex'; did you mean 'complex'?"),
    ("sla", "type: complaint}\n    clocks:\n      - {name: sol", "type: complaint, category: lots}\n    clocks:\n      - {name: sol",
     "sla.yaml:9:40 P201 no category is named 'lots'; did you mean 'lost'?"),
    ("sla", "pause: waiting_customer", "pause: holiday",
     "sla.yaml:6:93 P201 no pause reason is named 'holiday'; there are: waiting_customer"),
    ("stages", "next: [working]", "next: [workin]",
     "stages.yaml:3:61 P201 no stage is named 'workin'; did you mean 'working'?"),
    ("stages", "to: working", "to: analysis",
     "stages.yaml:5:62 P201 no stage is named 'analysis'; there are: received, working, closed"),
    ("stages", "owner: assignee", "owner: asignee",
     "stages.yaml:4:28 P201 no role is named 'asignee'; did you mean 'assignee'?"),
    ("stages", "owner: assignee", "owner: assignee, approval: solution",
     "stages.yaml:4:48 P201 no approval is named 'solution'; this policy has none; add it to a file of its kind, or extend "
     "a pack that has it"),
    ("escalation", "clock: any, at: 80%", "clock: [solution, anwser], at: 80%",
     "escalation.yaml:4:43 P201 no clock is named 'anwser'; did you mean 'answer'?"),
    ("escalation", "escalate: team", "escalate: boss",
     "escalation.yaml:5:64 P201 no escalation level is named 'boss'; there are: team, top"),
    ("escalation", "notify: [boss]", "notify: [bos]",
     "escalation.yaml:2:63 P201 no role is named 'bos'; did you mean 'boss'?"),
    ("severity", "severity: high}", "severity: hi}",
     "severity.yaml:8:33 P201 no severity level is named 'hi'; did you mean 'high'?"),
    ("severity", "default: normal", "default: middle",
     "severity.yaml:9:10 P201 no severity level is named 'middle'; there are: normal, high"),
    ("categories", "team: Billing", "team: Billing, preset: {urgency: urgnt}",
     "categories.yaml:6:54 P201 no urgency is named 'urgnt'; did you mean 'urgent'?"),
    ("categories", "{name: lost}", "{name: lost, preset: {scope: all}}",
     "categories.yaml:5:61 P201 no scope is named 'all'; there are: one, many"),
    ("channels", "{name: chat}", "{name: mail, mailbox: {alias: help, type: complain}}",
     "channels.yaml:2:69 P201 no case type is named 'complain'; did you mean 'complaint'?"),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), REFERENCES)
def test_a_name_that_does_not_exist_is_found_and_the_right_one_proposed(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


VALUES = [
    ("calendars", "Etc/UTC", "Beijing", "calendars.yaml:4:15 P203 there is no time zone 'Beijing'; did you mean 'Asia/Shanghai'?"),
    ("calendars", "Etc/UTC", "shanghai", "calendars.yaml:4:15 P203 there is no time zone 'shanghai'; did you mean 'Asia/Shanghai'?"),
    ("calendars", "Etc/UTC", "Europe/Berlim",
     "calendars.yaml:4:15 P203 there is no time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?"),
    ("calendars", "Etc/UTC", "../../etc/passwd",
     "calendars.yaml:4:15 P203 there is no time zone '../../etc/passwd'; write a name such as Asia/Shanghai or Europe/Berlin"),
    ("calendars", "Etc/UTC", "Etc/UTC\n    holidays: QQ",
     "calendars.yaml:5:15 P204 no public holidays are known for 'QQ'; write the two-letter code of a country, such as CN or DE, "
     "with the part of the country if needed, such as DE-BY"),
    ("calendars", "Etc/UTC", "Etc/UTC\n    holidays: DE-XX",
     "calendars.yaml:5:15 P204 no public holidays are known for 'DE-XX'; write the two-letter code of a country, such as CN or DE, "
     "with the part of the country if needed, such as DE-BY"),
    ("calendars", "13:00-18:00", "18:00-13:00",
     "calendars.yaml:5:38 P205 the hours 18:00-13:00 end before they begin; did you mean '13:00-18:00'? Hours over midnight are two "
     "ranges, up to 24:00 and from 00:00"),
    ("calendars", "13:00-18:00", "11:00-18:00",
     "calendars.yaml:5:38 P206 the hours 11:00-18:00 overlap others of the same day; join them or change the times"),
    ("calendars", "13:00-18:00", "13:00-24:30",
     "calendars.yaml:5:38 P213 the hours 13:00-24:30 go beyond 24:00; end the range at 24:00 and begin another at 00:00 of the next "
     "day"),
    ("calendars", '["09:00-12:00", "13:00-18:00"]', "[]",
     "calendars.yaml:5:5 P208 the calendar 'office' is never open; give hours to at least one weekday, such as mon-fri: "
     '["09:00-17:00"]'),
    ("calendars", "Etc/UTC", 'Etc/UTC\n    closed: ["2026-02-30"]',
     "calendars.yaml:5:14 P207 there is no day or time '2026-02-30'; check the day of the month and the time"),
    ("calendars", "Etc/UTC", 'Etc/UTC\n    closed: ["2026-03-01"]\n    open: {"2026-03-01": ["09:00-10:00"]}',
     "calendars.yaml:5:14 P214 2026-03-01 is both closed and open; delete it from one of the two lists"),
    ("pack", "calendar: office", "effective: \"2026-13-01\"\ncalendar: office",
     "pack.yaml:3:12 P207 there is no day or time '2026-13-01'; check the day of the month and the time"),
    ("pack", "calendar: office\n", "currency: EUR\n", "pack.yaml:1:1 P209 the pack names no calendar; add 'calendar:' with one of office"),
    ("roles", "team: Intake", "team: Intake, group: intake",
     "roles.yaml:3:34 P215 the role 'intake' must say in exactly one way who it is, not with team, group; use one of team, of, "
     "departments, group, users"),
    ("roles", ", team: Intake", "",
     "roles.yaml:3:5 P215 the role 'intake' must say in exactly one way who it is, not with nothing; use one of team, of, departments, "
     "group, users"),
    ("roles", "of: case", "of: customer",
     "roles.yaml:4:26 P216 a role 'assignee' cannot be found from 'customer'; did you mean 'of: case'?"),
    ("categories", "{name: lost}", "{name: charges}",
     "categories.yaml:6:12 P202 the name 'charges' stands here a second time, first in line 5; rename one of the two or join them"),
    ("categories", ", team: Billing", "",
     "categories.yaml:6:12 P405 the category 'charges' has no team; add 'team:' here or to a category above"),
    ("severity", "default: normal\n", "", "severity.yaml:1:1 P222 there is no 'default' severity; add 'default:' with one of normal, high"),
    ("severity", "- {urgency: urgent, severity: high}", "- {scope: one, severity: high}\n  - {scope: one, urgency: low, severity: high}",
     "severity.yaml:9:5 P404 '2' is never reached: '1' above it (line 8) takes all its cases; move it up, with 'before:' if the other "
     "is inherited, or make the other one narrower"),
    ("stages", "require: [category]", "require: [categori]",
     "stages.yaml:4:48 P217 a stage cannot require 'categori'; did you mean 'category'?"),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), VALUES)
def test_a_value_that_cannot_be_meant_is_found(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


LAW = [
    ("sla", "within: 15cd", "within: 360h",
     "sla.yaml:7:68 P401 the legal clock 'legal' counts in '360h'; a legal limit counts calendar or business days; write for example "
     "15cd or 10bd"),
    ("sla", "statutory: true", "statutory: true, pause: waiting_customer",
     "sla.yaml:7:91 P402 the legal clock 'legal' pauses; delete 'pause', or name the article that allows it with lawful_pause"),
    ("sla", "within: 5bd", "within: 12bd",
     "sla.yaml:6:81 P403 the clock 'answer' (12bd) is longer than the legal clock 'legal' (15cd) beside it; shorten it below the legal "
     "limit"),
    ("sla", "within: 72h", 'within: 72h, lawful_pause: [{reason: waiting_customer, rule: "Art. 1"}]',
     "sla.yaml:11:81 P419 the clock 'solution' has a lawful pause but is not statutory; add 'statutory: true', or use 'pause'"),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), LAW)
def test_a_legal_clock_keeps_the_law(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


def test_a_lawful_pause_of_a_legal_clock_is_fine():
    text = 'statutory: true, lawful_pause: [{reason: waiting_customer, rule: "Art. 23"}]'
    assert found(edited("sla", "statutory: true", text)) == []


def test_a_clock_as_long_as_the_law_is_fine():
    assert found(edited("sla", "within: 5bd", "within: 15cd")) == []


@pytest.mark.parametrize(
    ("match", "is_shadowed"),
    [
        ("", True), ("match: {type: complaint}", True), ("match: {type: [inquiry, complaint]}", True),
        ("match: {category: [goods, charges]}", True), ("match: {category: [lost]}", False), ("match: {channel: phone}", False),
        ("match: {type: complaint}\n    unless: {channel: phone}", False), ("match: {cycle: {min: 2}}", True),
        ("match: {cycle: {min: 3}}", False),
    ],
)
def test_a_policy_in_the_shadow_of_an_earlier_one_is_found(match, is_shadowed):
    sla = f"""\
kind: sla
policies:
  - name: first
    {match or 'title: everything'}
    clocks: [{{name: a, from: [received, reopened], until: closed, within: 1h}}]
  - name: second
    match: {{type: complaint, category: [broken, charges], cycle: {{min: 2, max: 3}}}}
    clocks: [{{name: a, from: received, until: closed, within: 2h}}]
"""
    lines = [line for line in found(files(sla=sla)) if "P404" in line]
    place = 7 if "\n" in match else 6
    assert [line.split(";")[0] for line in lines] == [
        f"sla.yaml:{place}:5 P404 'second' is never reached: 'first' above it (line 3) takes all its cases"
    ] * is_shadowed


def test_a_way_that_never_ends_is_found():
    assert found(edited("stages", "event: closed, closes: true, reopen: {to: working}", "event: closed, next: [received]")) == [
        "stages.yaml:3:5 P408 no stage closes a case; add 'closes: true' to the last stage"
    ]


def test_a_stage_that_no_case_can_reach_is_found():
    stages = """\
        kind: stages
        stages:
          - {name: received, event: received, next: [closed]}
          - {name: working, next: [closed]}
          - {name: closed, event: closed, closes: true}
        """
    assert found(files(stages=stages)) == [
        "stages.yaml:4:5 P406 no way leads from 'received' to the stage 'working'; name it in the 'next' of another stage, or remove it"
    ]


def test_a_stage_that_no_case_can_leave_is_found():
    stages = """\
        kind: stages
        stages:
          - {name: received, event: received, next: [working, closed]}
          - {name: working}
          - {name: closed, event: closed, closes: true}
        """
    assert found(files(stages=stages)) == [
        "stages.yaml:4:5 P407 a case cannot get from the stage 'working' to a closing stage; add the stage that follows to its 'next', or "
        "'closes: true'"
    ]


def test_the_archive_is_reached_when_closed_cases_are_archived():
    stages = """\
        kind: stages
        stages:
          - {name: received, event: received, next: [closed]}
          - {name: closed, event: closed, closes: true, archive_after: 1y}
          - {name: archived, event: archived, closes: true}
        """
    assert found(files(stages=stages)) == []


def test_what_happens_after_closing_has_no_effect_on_an_open_stage():
    assert found(edited("stages", "next: [working]", "next: [working], archive_after: 1y")) == [
        "stages.yaml:3:71 P418 'archive_after' has no effect on the stage 'received', which does not close a case; add 'closes: true' or "
        "delete 'archive_after'"
    ]


def test_reopening_without_a_clock_for_it_is_noticed():
    assert found(edited("sla", "[received, reopened]", "received")) == [
        "stages.yaml:5:49 P409 cases in the stage 'closed' can be reopened, but no clock starts from 'reopened'; write for example from: "
        "[received, reopened] at a clock"
    ]


CLOCKS = [
    ("until: solution_proposed", "until: [solution_proposed, received]",
     "sla.yaml:11:69 P420 the clock 'solution' begins and ends with the same event 'received'; name another event in 'until'"),
    ("name: solution, from: received", "name: solution, from: closed",
     "sla.yaml:11:32 P421 the clock 'solution' never starts: after closed the case is closed; start it from an earlier event, or from "
     "'reopened'"),
]


@pytest.mark.parametrize(("old", "new", "line"), CLOCKS)
def test_a_clock_begins_and_ends(old, new, line):
    assert found(edited("sla", old, new)) == [line]


def test_a_category_without_any_time_limit_is_noticed():
    policy_files = files()
    text = policy_files["shop/sla.yaml"].decode()
    policy_files["shop/sla.yaml"] = text.replace("type: complaint", "type: complaint, category: goods").encode()
    assert found(policy_files) == [
        "categories.yaml:6:12 P412 no time limit holds for cases of the category 'charges'; add it to the match of an SLA policy or add a "
        "policy without category at the end"
    ]


LADDER = [
    ("level: team, unanswered: 4bh}, do: [{escalate: top}]", "level: top, unanswered: 4bh}, do: [{escalate: team}]",
     "escalation.yaml:6:74 P410 the rule 'ignored' escalates from 'top' to 'team', which is not higher; name a level that stands below it "
     "in the list of levels (the highest comes last)"),
    ("at: 100%}, do: [{escalate: team}]}", "at: 100%}, do: [{escalate: top}]}\n  - {name: later, when: {clock: solution, after_due: 1d}, do: "
     "[{escalate: team}]}",
     "escalation.yaml:6:75 P424 the rule 'later' escalates to 'team' after 'late' has already reached 'top'; name a higher level here or a "
     "lower one there"),
    ("clock: any, at: 80%", "clock: any, event: reopened, at: 80%",
     "escalation.yaml:4:37 P218 the rule 'warn' must wait for exactly one of clock, event or level; make a rule of its own for each of "
     "clock, event"),
    ("clock: any, at: 80%", "at: 80%",
     "escalation.yaml:4:18 P218 the rule 'warn' must wait for exactly one of clock, event or level; add clock:, event: or level: to 'when'"),
    ("clock: any, at: 80%", "clock: any, at: 80%, before_due: 2h",
     "escalation.yaml:4:46 P221 the rule 'warn' must say with exactly one of at, after_due or before_due when it acts; write for example "
     "at: 80%"),
    ("clock: any, at: 80%", "clock: any",
     "escalation.yaml:4:25 P221 the rule 'warn' must say with exactly one of at, after_due or before_due when it acts; write for example "
     "at: 80%"),
    ("clock: any, at: 80%", "clock: any, at: 80%, count: 2",
     "escalation.yaml:4:46 P219 in rule 'warn', 'count' belongs to 'event', not to 'clock'; delete 'count' or let the rule wait for: event"),
    ("level: team, unanswered: 4bh", "level: team",
     "escalation.yaml:6:28 P223 the rule 'ignored' does not say how long the level stays unanswered; add for example unanswered: 4bh"),
]


@pytest.mark.parametrize(("old", "new", "line"), LADDER)
def test_the_ladder_is_only_climbed_and_each_rule_has_one_occasion(old, new, line):
    assert found(edited("escalation", old, new)) == [line]


def test_a_rule_about_a_clock_that_is_only_measured_is_noticed():
    policy_files = edited("sla", "within: 72h", "within: 72h, measure_only: true")
    rules = policy_files["shop/escalation.yaml"].replace(b"clock: any, at: 80%", b"clock: solution, at: 80%")
    assert found({**policy_files, "shop/escalation.yaml": rules}) == [
        "escalation.yaml:4:32 P422 the rule 'warn' never acts: solution is only measured; delete 'measure_only' from the clock, or the rule"
    ]


def test_a_tier_behind_the_one_for_everybody_is_never_reached():
    tiers = "kind: tiers\ntiers: [{name: normal}, {name: vip, when: {spend_12_months: {min: 5}}}]\n"
    assert found(files(tiers=tiers))[0].startswith("tiers.yaml:2:25 P404 'vip' is never reached: 'normal' above it")


TESTS = [
    ('at: "2026-03-02 10:00", event: paused, reason: x', "tests.yaml:5:63 P201 no pause reason is named 'x'"),
    ('at: "2026-02-30 10:00", event: paused', "tests.yaml:5:20 P207 there is no day or time '2026-02-30 10:00'"),
    ('at: "2026-03-01 10:00", event: paused', "tests.yaml:5:20 P225 2026-03-01 10:00 lies before the case is received"),
    ('at: "2026-03-02 10:00", after: 1h, event: paused', "tests.yaml:5:40 P220 'at' and 'after' stand together"),
    ("after: 1h", "tests.yaml:5:15 P224 this step of the test does not say what happens"),
]


@pytest.mark.parametrize(("event", "line"), TESTS)
def test_the_steps_of_a_policy_test_can_happen(event, line):
    tests = f"""\
kind: tests
tests:
  - {{name: a case, at: "2026-03-02 10:00", case: {{type: complaint}}, expect: [{{sla: standard, due: {{solution: null}}, level: null}}],
     # what happens
     events: [{{{event}}}]}}
"""
    assert [one.split(";")[0] for one in found(files(tests=tests))] == [line]


def test_a_missing_translation_is_noticed_once_others_have_it():
    types = "kind: case_types\ncase_types: [{name: complaint, title: {en: Complaint, zh_CN: 投诉}}, {name: inquiry, title: Inquiry}]\n"
    assert found(files(case_types=types)) == [
        "case_types.yaml:2:84 P411 the title is missing in zh_CN; write it as {en: …, zh_CN: …}"
    ]
    types = types.replace(", title: Inquiry", "")
    assert found(files(case_types=types)) == [
        "case_types.yaml:2:75 P423 'inquiry' has no title in en, zh_CN; add title: {en: …, zh_CN: …}"
    ]


def test_every_message_of_the_lists_above_reads_in_chinese_too():
    for kind, old, new, _ in (*REFERENCES, *VALUES, *LAW):
        for line in found(edited(kind, old, new), "zh_CN"):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in line), line
