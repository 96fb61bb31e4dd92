"""What can be proved about rules: the law, shadows, ways, ladders. Each policy below has one fault."""

import pytest
from policy_files import edited, files, found, packs

from complaint_policy.language import load

LAW = [
    (
        "sla",
        "within: 15cd",
        "within: 360h",
        "sla.yaml:7:68 P401 the legal clock 'legal' counts in '360h'; a legal limit counts calendar or "
        "business days; write for example "
        "15cd or 10bd",
    ),
    (
        "sla",
        "statutory: true",
        "statutory: true, pause: waiting_customer",
        "sla.yaml:7:91 P402 the legal clock 'legal' pauses; delete 'pause', or name the article that allows "
        "it with lawful_pause",
    ),
    (
        "sla",
        "within: 5bd",
        "within: 12bd",
        "sla.yaml:6:81 P403 the clock 'answer' (12bd) is longer than the legal clock 'legal' (15cd) beside "
        "it; shorten it below the legal "
        "limit",
    ),
    (
        "sla",
        "within: 72h",
        'within: 72h, lawful_pause: [{reason: waiting_customer, rule: "Art. 1"}]',
        "sla.yaml:11:81 P419 the clock 'solution' has a lawful pause but is not statutory; add 'statutory: "
        "true', or use 'pause'",
    ),
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
        ("", True),
        ("match: {type: complaint}", True),
        ("match: {type: [inquiry, complaint]}", True),
        ("match: {category: [goods, charges]}", True),
        ("match: {category: [lost]}", False),
        ("match: {channel: phone}", False),
        ("match: {type: complaint}\n    unless: {channel: phone}", False),
        ("match: {cycle: {min: 2}}", True),
        ("match: {cycle: {min: 3}}", False),
    ],
)
def test_a_policy_in_the_shadow_of_an_earlier_one_is_found(match, is_shadowed):
    sla = f"""\
kind: sla
policies:
  - name: first
    {match or "title: everything"}
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
    assert found(
        edited(
            "stages", "event: closed, closes: true, reopen: {to: working}", "event: closed, next: [received]"
        )
    ) == ["stages.yaml:3:5 P408 no stage closes a case; add 'closes: true' to the last stage"]


def test_a_stage_that_no_case_can_reach_is_found():
    stages = """\
        kind: stages
        stages:
          - {name: received, event: received, next: [closed]}
          - {name: working, next: [closed]}
          - {name: closed, event: closed, closes: true}
        """
    assert found(files(stages=stages)) == [
        "stages.yaml:4:5 P406 no way leads from 'received' to the stage 'working'; name it in the 'next' of "
        "another stage, or remove it"
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
        "stages.yaml:4:5 P407 a case cannot get from the stage 'working' to a closing stage; add the stage "
        "that follows to its 'next', or "
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
        "stages.yaml:3:71 P418 'archive_after' has no effect on the stage 'received', which does not close "
        "a case; add 'closes: true' or "
        "delete 'archive_after'"
    ]


def test_reopening_without_a_clock_for_it_is_noticed():
    assert found(edited("sla", "[received, reopened]", "received")) == [
        "stages.yaml:5:49 P409 cases in the stage 'closed' can be reopened, but no clock starts from "
        "'reopened'; write for example from: "
        "[received, reopened] at a clock"
    ]


CLOCKS = [
    (
        "until: solution_proposed",
        "until: [solution_proposed, received]",
        "sla.yaml:11:69 P420 the clock 'solution' begins and ends with the same event 'received'; name "
        "another event in 'until'",
    ),
    (
        "name: solution, from: received",
        "name: solution, from: closed",
        "sla.yaml:11:32 P421 the clock 'solution' never starts: after closed the case is closed; start it "
        "from an earlier event, or from "
        "'reopened'",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), CLOCKS)
def test_a_clock_begins_and_ends(old, new, line):
    assert found(edited("sla", old, new)) == [line]


def test_a_category_without_any_time_limit_is_noticed():
    policy_files = files()
    text = policy_files["shop/sla.yaml"].decode()
    policy_files["shop/sla.yaml"] = text.replace(
        "type: complaint", "type: complaint, category: goods"
    ).encode()
    assert found(policy_files) == [
        "categories.yaml:6:12 P412 no time limit holds for cases of the category 'charges'; add it to the "
        "match of an SLA policy or add a "
        "policy without category at the end"
    ]


LADDER = [
    (
        "level: team, unanswered: 4bh}, do: [{escalate: top}]",
        "level: top, unanswered: 4bh}, do: [{escalate: team}]",
        "escalation.yaml:6:74 P410 the rule 'ignored' escalates from 'top' to 'team', which is not higher; "
        "name a level that stands below it "
        "in the list of levels (the highest comes last)",
    ),
    (
        "at: 100%}, do: [{escalate: team}]}",
        "at: 100%}, do: [{escalate: top}]}\n  - {name: later, when: {clock: solution, after_due: 1d}, do: "
        "[{escalate: team}]}",
        "escalation.yaml:6:75 P424 the rule 'later' escalates to 'team' after 'late' has already reached "
        "'top'; name a higher level here or a "
        "lower one there",
    ),
    (
        "clock: any, at: 80%",
        "clock: any, event: reopened, at: 80%",
        "escalation.yaml:4:37 P218 the rule 'warn' must wait for exactly one of clock, event, level or "
        "surge; make a rule of its own for each of "
        "clock, event",
    ),
    (
        "clock: any, at: 80%",
        "at: 80%",
        "escalation.yaml:4:18 P218 the rule 'warn' must wait for exactly one of clock, event, level or "
        "surge; add clock:, event:, level: or surge: to 'when'",
    ),
    (
        "clock: any, at: 80%",
        "clock: any, at: 80%, before_due: 2h",
        "escalation.yaml:4:46 P221 the rule 'warn' must say with exactly one of at, after_due or before_due "
        "when it acts; write for example "
        "at: 80%",
    ),
    (
        "clock: any, at: 80%",
        "clock: any",
        "escalation.yaml:4:25 P221 the rule 'warn' must say with exactly one of at, after_due or before_due "
        "when it acts; write for example "
        "at: 80%",
    ),
    (
        "clock: any, at: 80%",
        "clock: any, at: 80%, count: 2",
        "escalation.yaml:4:46 P219 in rule 'warn', 'count' belongs to 'event', not to 'clock'; delete "
        "'count' or let the rule wait for: event",
    ),
    (
        "level: team, unanswered: 4bh",
        "level: team",
        "escalation.yaml:6:28 P223 the rule 'ignored' does not say how long the level stays unanswered; add "
        "for example unanswered: 4bh",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), LADDER)
def test_the_ladder_is_only_climbed_and_each_rule_has_one_occasion(old, new, line):
    assert found(edited("escalation", old, new)) == [line]


def test_a_rule_about_a_clock_that_is_only_measured_is_noticed():
    policy_files = edited("sla", "within: 72h", "within: 72h, measure_only: true")
    rules = policy_files["shop/escalation.yaml"].replace(b"clock: any, at: 80%", b"clock: solution, at: 80%")
    assert found({**policy_files, "shop/escalation.yaml": rules}) == [
        "escalation.yaml:4:32 P422 the rule 'warn' never acts: solution is only measured; delete "
        "'measure_only' from the clock, or the rule"
    ]


def test_a_tier_behind_the_one_for_everybody_is_never_reached():
    tiers = "kind: tiers\ntiers: [{name: normal}, {name: vip, when: {spend_12_months: {min: 5}}}]\n"
    assert found(files(tiers=tiers))[0].startswith(
        "tiers.yaml:2:25 P404 'vip' is never reached: 'normal' above it"
    )


TESTS = [
    ('at: "2026-03-02 10:00", event: paused, reason: x', "tests.yaml:5:63 P201 no pause reason is named 'x'"),
    (
        'at: "2026-02-30 10:00", event: paused',
        "tests.yaml:5:20 P207 there is no day or time '2026-02-30 10:00'",
    ),
    (
        'at: "2026-03-01 10:00", event: paused',
        "tests.yaml:5:20 P225 2026-03-01 10:00 lies before the case is received",
    ),
    (
        'at: "2026-03-02 10:00", after: 1h, event: paused',
        "tests.yaml:5:40 P220 'at' and 'after' stand together",
    ),
    ("after: 1h", "tests.yaml:5:15 P224 this step of the test does not say what happens"),
]


@pytest.mark.parametrize(("event", "line"), TESTS)
def test_the_steps_of_a_policy_test_can_happen(event, line):
    tests = f"""\
kind: tests
tests:
  - {{name: a case, at: "2026-03-02 10:00", case: {{type: complaint}},
     expect: [{{sla: standard, due: {{solution: null}}, level: null}}],
     events: [{{{event}}}]}}
"""
    assert [one.split(";")[0] for one in found(files(tests=tests))] == [line]


def test_a_company_of_one_language_may_build_on_a_pack_of_two():
    base = {"pack": "kind: pack\nname: base\ntitle: {en: Base, zh_CN: 基础}\n"}
    types = "kind: case_types\ncase_types: [{name: inquiry, title: Inquiry}]\n"
    child = {"pack": "kind: pack\nname: child\ntitle: Child\nextends: base\n", "case_types": types}
    codes = {one.code for one in load(packs(base=base, child=child)).check("child")}
    assert "P411" not in codes
    child["case_types"] = types.replace("title: Inquiry", "title: {en: Inquiry, zh_CN: 咨询}")
    found_now = [one for one in load(packs(base=base, child=child)).check("child") if one.code == "P411"]
    assert [(one.path, one.line) for one in found_now] == [("child/pack.yaml", 3)]


def test_a_missing_translation_is_noticed_once_others_have_it():
    types = (
        "kind: case_types\ncase_types: [{name: complaint, title: {en: Complaint, zh_CN: 投诉}}, {name: "
        "inquiry, title: Inquiry}]\n"
    )
    assert found(files(case_types=types)) == [
        "case_types.yaml:2:84 P411 the title is missing in zh_CN; write it as {en: …, zh_CN: …}"
    ]
    types = types.replace(", title: Inquiry", "")
    assert found(files(case_types=types)) == [
        "case_types.yaml:2:75 P423 'inquiry' has no title in en, zh_CN; add title: {en: …, zh_CN: …}"
    ]
