"""What is valid but not meant: rules that match nothing, clocks that never start, end or are late.

Each policy below has one such fault; the whole line is what an admin reads.
"""

import pytest
from policy_files import edited, files, found

MATCHES = [
    (
        "sla",
        "match: {type: complaint}\n    clocks:\n",
        "match: {type: complaint}\n    unless: {type: [complaint, inquiry]}\n    clocks:\n",
        "sla.yaml:10:5 P425 'standard' never applies: its 'unless' takes away everything that its 'match' "
        "fits; make 'unless' narrower or delete the entry",
    ),
    (
        "escalation",
        "name: warn, ",
        "name: warn, match: {category: lost}, unless: {category: goods}, ",
        "escalation.yaml:4:43 P425 'warn' never applies: its 'unless' takes away everything that its "
        "'match' fits; make 'unless' narrower or delete the entry",
    ),
    (
        "escalation",
        "name: warn, ",
        "name: warn, match: {cycle: {min: 3, max: 2}}, ",
        "escalation.yaml:4:33 P426 there is no number from 3 to 2; write the smaller one at min, the "
        "larger one at max",
    ),
    (
        "sla",
        "name: solution, ",
        "name: solution, match: {type: inquiry}, ",
        "sla.yaml:11:34 P427 the clock 'solution' never applies: its 'type' is none of those of the policy "
        "'standard'; move it to a policy for such cases, or change 'type'",
    ),
    (
        "escalation",
        "name: warn, when: {clock: any",
        "name: warn, match: {complexity: simple}, when: {clock: legal",
        "escalation.yaml:4:61 P428 the rule 'warn' never acts: no case that it fits has the clock legal; "
        "name a clock of such cases or change 'match'",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), MATCHES)
def test_a_rule_that_can_never_match_is_found(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


@pytest.mark.parametrize(
    "rule",
    [
        "match: {category: goods}, unless: {category: lost}",
        "match: {category: goods}, unless: {type: inquiry}",
        "unless: {type: inquiry}",
        "match: {cycle: {min: 2}}, unless: {cycle: {min: 3}}",
    ],
)
def test_an_exception_that_leaves_something_is_fine(rule):
    assert found(edited("escalation", "name: warn, ", f"name: warn, {rule}, ")) == []


def test_a_rule_about_a_clock_of_a_parent_category_is_fine():
    policy_files = edited("sla", "type: complaint, complexity: complex", "type: complaint, category: goods")
    rules = policy_files["shop/escalation.yaml"].replace(
        b"name: warn, when: {clock: any", b"name: warn, match: {category: lost}, when: {clock: legal"
    )
    assert found({**policy_files, "shop/escalation.yaml": rules}) == []


HAPPENINGS = [
    (
        "escalation",
        "level: team, unanswered: 4bh}, do: [{escalate: top}]",
        "level: top, unanswered: 4bh}, do: [{notify: boss}]",
        "escalation.yaml:6:35 P429 the rule 'ignored' never acts: nothing brings a case to the level "
        "'top'; add a rule with escalate: top, or name another level",
    ),
    (
        "escalation",
        "when: {clock: any, at: 80%}",
        "when: {event: referred}",
        "escalation.yaml:4:32 P430 'warn' waits in vain: nothing in this policy lets 'referred' happen; "
        "name another event or add what records this one",
    ),
    (
        "sla",
        "name: solution, from: received",
        "name: solution, from: extended",
        "sla.yaml:11:32 P431 the clock 'solution' waits in vain: nothing in this policy lets 'extended' "
        "happen; name another event in 'from' or add what records this one",
    ),
    (
        "sla",
        "until: solution_proposed",
        "until: [quality_reviewed, archived]",
        "sla.yaml:11:49 P432 nothing stops the clock 'solution' but the end of the case: quality_reviewed, "
        "archived never happens before; name an event in 'until' that happens while the case is open, or "
        "write until: closed",
    ),
    (
        "sla",
        "from: received, until: solution_proposed, within: 72h",
        "from: paused, until: resumed, within: 72h, pause: waiting_customer",
        "sla.yaml:11:16 P433 the clock 'solution' can never be late: it stands still from its start to its "
        "end; change 'from', 'until' or 'pause', or delete the clock",
    ),
    (
        "sla",
        "from: received, until: solution_proposed",
        "from: agent_message, until: first_feedback",
        "sla.yaml:11:16 P433 the clock 'solution' can never be late: it ends with the event that starts "
        "it; change 'from', 'until' or 'pause', or delete the clock",
    ),
    (
        "sla",
        "name: solution, ",
        "name: solution, match: {cycle: {min: 2}}, ",
        "sla.yaml:11:58 P434 the clock 'solution' never starts: in the cycles of its 'match' there is no "
        "'received'; write from: [received, reopened]",
    ),
    (
        "sla",
        "name: solution, from: received",
        "name: solution, match: {cycle: {max: 1}}, from: reopened",
        "sla.yaml:11:58 P434 the clock 'solution' never starts: in the cycles of its 'match' there is no "
        "'reopened'; write from: [received, reopened]",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), HAPPENINGS)
def test_what_can_never_happen_is_found(kind, old, new, line):
    assert found(edited(kind, old, new)) == [line]


def test_a_clock_that_ends_with_the_case_is_fine():
    assert found(edited("sla", "until: solution_proposed", "until: closed")) == []


def test_an_event_that_a_kind_of_the_policy_records_is_fine():
    extensions = "kind: extensions\nextensions: [{name: more, clocks: solution, by: 1d, at_most: 2d}]\n"
    policy_files = edited("sla", "until: solution_proposed", "until: extended")
    policy_files["shop/extensions.yaml"] = extensions.encode()
    assert found(policy_files) == []


def test_a_level_that_only_a_callback_leads_to_is_reached():
    policy_files = files(
        surveys="kind: surveys\n"
        "surveys: [{name: ask, questions: [{name: all, scale: 5}], dissatisfied: {max: 2}}]\n",
        callbacks="""\
            kind: callbacks
            plans:
              - {name: call, for: case, after: communicated, within: 7d, by: intake, method: phone,
                 survey: ask, then: {dissatisfied: {escalate: top}}}
            """,
    )
    rules = policy_files["shop/escalation.yaml"]
    rules = rules.replace(
        b"level: team, unanswered: 4bh}, do: [{escalate: top}]",
        b"level: top, unanswered: 4bh}, do: [{notify: boss}]",
    )
    assert found({**policy_files, "shop/escalation.yaml": rules}) == []


def test_an_unread_file_makes_nothing_else_impossible():
    assert {line.split(" ")[1] for line in found(files(stages="kind: stages\nstages: [\n"))} == {"P125"}


def test_every_message_of_the_lists_above_reads_in_chinese_too():
    for kind, old, new, _ in (*MATCHES, *HAPPENINGS):
        for line in found(edited(kind, old, new), "zh_CN"):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in line), line
