"""The kinds around a case: extensions, messages, surveys, callbacks, incentives, key figures and the rest.

A sound shop with all of them, to be broken in one place; the whole line is what an admin reads.
"""

from datetime import date

import pytest
from policy_files import files, found
from shop_kinds import MORE, changed

from complaint_policy.language import load


def test_a_shop_with_all_kinds_has_no_problem():
    assert found(files(**MORE)) == []


REFERENCES = [
    ("approvals", "by: boss", "by: bos", "role", "boss"),
    ("extensions", "clocks: [legal]", "clocks: [legl]", "clock", "legal"),
    ("extensions", "more_time", "moretime", "approval", "more_time"),
    ("extensions", "tell: [assignee]", "tell: [asignee]", "role", "assignee"),
    ("messages", "clocks: [solution]", "clocks: [solutions]", "clock", "solution"),
    ("messages", "complexity: simple", "complexity: simpel", "complexity", "simple"),
    ("callbacks", "survey: ask", "survey: aks", "survey", "ask"),
    ("callbacks", "by: intake", "by: intak", "role", "intake"),
    ("callbacks", "reopen: working", "reopen: workin", "stage", "working"),
    ("callbacks", "escalate: top", "escalate: topp", "escalation level", "top"),
    ("incentives", "role: intake", "role: intakes", "role", "intake"),
    ("incentives", "clock: any", "clock: [legall]", "clock", "legal"),
    ("reports", "to: boss", "to: bosss", "role", "boss"),
    ("returns", "to: boss", "to: bosss", "role", "boss"),
    ("meetings", "agenda_from: numbers", "agenda_from: number", "report", "numbers"),
    ("surges", "notify: boss", "notify: bos", "role", "boss"),
    ("assignment", "high: 2", "hihg: 2", "severity level", "high"),
    ("assignment", "escalate: top", "escalate: topp", "escalation level", "top"),
    ("workload", "channel: chat", "channel: chatt", "channel", "chat"),
    ("quality", "channel: phone", "channel: fone", "channel", "phone"),
    ("training", "for: intake", "for: intak", "role", "intake"),
    ("supervision", "by: boss", "by: bos", "role", "boss"),
    ("supervision", "notify: boss", "notify: bos", "role", "boss"),
    ("supervision", "finding: skipped", "finding: skiped", "check of the supervision", "skipped"),
    ("privacy", "roles: boss", "roles: bos", "role", "boss"),
]


@pytest.mark.parametrize(("kind", "old", "new", "thing", "meant"), REFERENCES)
def test_a_name_that_does_not_exist_is_found_and_the_right_one_proposed(kind, old, new, thing, meant):
    (line,) = found(changed(kind, old, new))
    assert f" P201 no {thing} is named '" in line and line.endswith(f"did you mean '{meant}'?"), line


FAULTS = [
    (
        "extensions",
        "require: [reason], rule: Art. 7",
        "require: [category]",
        "extensions.yaml:3:5 P435 the extension 'longer' of the legal clock 'legal' lacks rule, require: "
        "[reason]; add what is missing",
    ),
    (
        "extensions",
        "by: 15cd, at_most: 30cd",
        "by: 720h, at_most: 60d",
        "extensions.yaml:3:41 P401 the legal clock 'legal' counts in '720h'; a legal limit counts calendar "
        "or business days; write for example 15cd or 10bd",
    ),
    (
        "extensions",
        "at_most: 30cd",
        "at_most: 10cd",
        "extensions.yaml:3:56 P436 the extension 'longer' adds 15cd, which is more than the 10cd that are "
        "allowed; raise 'at_most' or lower 'by'",
    ),
    (
        "extensions",
        "clocks: [legal]",
        "clocks: [answer]",
        "extensions.yaml:3:57 P437 with the extension 'longer' the clock 'answer' can end after the legal "
        "clock 'legal' (15cd); lower 'at_most' or prolong the legal clock as well",
    ),
    (
        "extensions",
        "require: [reason]",
        "require: [reason, raeson]",
        "extensions.yaml:4:24 P217 there is no field 'raeson' that could be required; did you mean 'reason'?",
    ),
    (
        "messages",
        "before_due: 2h, clocks: [solution], ",
        "",
        "messages.yaml:3:5 P441 'delay' must have exactly one of on, before_due; add one of on, before_due",
    ),
    (
        "messages",
        "name: delay, ",
        "name: delay, on: received, ",
        "messages.yaml:3:33 P441 'delay' must have exactly one of on, before_due; keep one of on, before_due",
    ),
    (
        "messages",
        ", clocks: [solution]",
        "",
        "messages.yaml:3:19 P442 'before_due' of 'delay' needs 'clocks' beside it; add 'clocks:' or delete "
        "'before_due'",
    ),
    (
        "messages",
        ", template: new_date",
        "",
        "messages.yaml:3:5 P104 the key 'template' is missing; add 'template:' to 'delay', or let the pack "
        "inherit it",
    ),
    (
        "messages",
        "on: received, ",
        "on: received, clocks: any, ",
        "messages.yaml:4:62 P446 'clocks' of 'reply' belongs to 'before_due', not to 'on'; delete "
        "'clocks', or write 'before_due' instead of 'on'",
    ),
    (
        "messages",
        "within 3 days",
        "within 24 hours",
        "messages.yaml:4:71 P444 the message 'reply' promises '24 hours', but the limits of 'standard' are "
        "72h; write one of the limits, or let the program fill it in with state: [next_promise]",
    ),
    (
        "messages",
        "before_due: 2h",
        "before_due: 72h",
        "messages.yaml:3:31 P445 'delay' acts 72h before the deadline, but the clock 'solution' lasts only "
        "72h; shorten 'before_due' or leave out this clock",
    ),
    (
        "surveys",
        "{name: all, scale: 5}",
        "{name: all}",
        "surveys.yaml:4:17 P441 'all' must have exactly one of scale, nps, text; add one of scale, nps, text",
    ),
    (
        "surveys",
        "dissatisfied: {max: 2}",
        "dissatisfied: {max: 4}",
        "surveys.yaml:7:19 P447 an answer to the survey 'ask' can be satisfied and dissatisfied at once; "
        "let 'dissatisfied' end below the beginning of 'satisfied'",
    ),
    (
        "callbacks",
        "every: 180d, ",
        "",
        "callbacks.yaml:7:5 P441 'care' must have exactly one of after, every; add one of after, every",
    ),
    (
        "callbacks",
        "of: closed, by: intake",
        "of: closed",
        "callbacks.yaml:5:70 P442 'method' of 'sample' needs 'by' beside it; add 'by:' or delete 'method'",
    ),
    (
        "callbacks",
        "within: 7d, ",
        "",
        "callbacks.yaml:3:31 P442 'after' of 'result' needs 'within' beside it; add 'within:' or delete "
        "'after'",
    ),
    (
        "callbacks",
        "method: mail, survey: ask",
        "method: mail",
        "callbacks.yaml:7:46 P442 'method' of 'care' needs 'template' beside it; add 'template:' or delete "
        "'method'",
    ),
    (
        "callbacks",
        "within: 7d, ",
        "within: 7d, pass: 85%, ",
        "callbacks.yaml:3:64 P446 'pass' of 'result' belongs to 'every', not to 'after'; delete 'pass', or "
        "write 'every' instead of 'after'",
    ),
    (
        "callbacks",
        "every: month, sample: 10%, of: closed",
        "every: birthday",
        "callbacks.yaml:5:38 P446 'birthday' of 'sample' belongs to 'for: customer', not to 'for: case'; "
        "delete 'birthday', or write 'for: customer' instead of 'for: case'",
    ),
    (
        "callbacks",
        "every: 180d, method: mail",
        "every: 180d, method: phone, by: assignee",
        "callbacks.yaml:7:65 P446 'assignee' of 'care' belongs to 'for: case', not to 'for: customer'; "
        "delete 'assignee', or write 'for: case' instead of 'for: customer'",
    ),
    (
        "callbacks",
        "every: 180d",
        "every: 10d",
        "callbacks.yaml:7:40 P443 'care' contacts a customer every 10d, but the cap allows 2 in 30d; make "
        "the rhythm slower or raise the cap",
    ),
    (
        "incentives",
        ", breached: true",
        "",
        "incentives.yaml:8:29 P442 'clock' of 'late' needs 'breached' beside it; add 'breached:' or delete "
        "'clock'",
    ),
    (
        "incentives",
        "reward: 300",
        "reward: 3000",
        "incentives.yaml:11:40 P450 the reward of 'good' (3000) is larger than the budget of a period "
        "(1000); lower the reward or raise the budget",
    ),
    (
        "incentives",
        "    budget: 1000\n",
        "",
        "incentives.yaml:11:32 P442 'reward' of 'good' needs 'budget' beside it; add 'budget:' or delete "
        "'reward'",
    ),
    (
        "incentives",
        "name: fair, min: 0",
        "name: fair, min: 600",
        "incentives.yaml:12:9 P404 'fair' is never reached: 'good' above it (line 11) takes all its cases; "
        "move it up, with 'before:' if the other is inherited, or make the other one narrower",
    ),
    (
        "incentives",
        "name: poor, ",
        "name: poor, min: -100, ",
        "incentives.yaml:13:27 P452 a score below -100 has no grade: 'poor' is the last one; add a last "
        "grade without 'min'",
    ),
    (
        "kpis",
        "name: csat",
        "name: scat",
        "kpis.yaml:3:12 P454 nothing is measured under the name 'scat'; did you mean 'csat'?",
    ),
    (
        "kpis",
        "target: 90%",
        "target: 90",
        "kpis.yaml:3:26 P455 '90' is no figure of 'csat', which is a share from 1% to 100%; write a share "
        "from 1% to 100%",
    ),
    (
        "kpis",
        "target: 24h, lower_is_better: true",
        "target: 24h",
        "kpis.yaml:4:12 P456 'speed' would be judged in the wrong direction; write lower_is_better: true",
    ),
    (
        "kpis",
        "target: 90%",
        "target: 90%, ages: [1d]",
        "kpis.yaml:3:31 P506 'ages' has no effect on 'csat': it belongs to backlog; move it to the entry of "
        "backlog, or delete it",
    ),
    (
        "kpis",
        "name: csat, target: 90%",
        "name: backlog, lower_is_better: true, ages: [3d, 1d]",
        "kpis.yaml:3:44 P507 the ages of 'backlog' do not rise; write the shortest first, such as "
        "[1d, 3d, 7d, 30d]",
    ),
    (
        "kpis",
        "2026-06-30",
        "2026-06-31",
        "kpis.yaml:6:51 P207 there is no day or time '2026-06-31'; check the day of the month and the time",
    ),
    (
        "approvals",
        "approvals: [",
        "approvals: [{name: other, steps: [{by: boss}]}, ",
        "approvals.yaml:2:20 P457 the approval 'other' is never used; name it where it is needed, or "
        "remove it",
    ),
    (
        "reports",
        "every: month",
        "every: year",
        "meetings.yaml:2:70 P458 the meeting 'review' takes place more often than its report 'numbers' is "
        "made (every year); make the report as often as the meeting, or name another one",
    ),
    (
        "meetings",
        "agenda_from: numbers",
        "agenda_from: numbers, held_after: 200d",
        "meetings.yaml:2:91 P513 the meeting 'review' about every quarter takes place 200d after its end, "
        "when the next one is over already; write a shorter 'held_after'",
    ),
    (
        "returns",
        "{column: received}",
        "{column: number}",
        "returns.yaml:2:87 P512 the file 'file' has the column 'number' twice; delete one of them",
    ),
    (
        "causes",
        "name: product",
        "name: rude",
        "causes.yaml:2:43 P202 the name 'rude' stands here a second time, first in line 2; rename one of "
        "the two or join them",
    ),
    (
        "workload",
        "14:00-17:00",
        "10:00-17:00",
        "workload.yaml:4:60 P206 the hours 10:00-17:00 overlap others of the same day; join them or change "
        "the times",
    ),
    (
        "privacy",
        "09:00-20:00",
        "20:00-09:00",
        "privacy.yaml:3:84 P205 the hours 20:00-09:00 end before they begin; did you mean '09:00-20:00'? "
        "Hours over midnight are two ranges, up to 24:00 and from 00:00",
    ),
    (
        "surges",
        "count: 20",
        "count: 1",
        "surges.yaml:2:52 P107 1 is out of range; write a number from 2 to 99999",
    ),
    (
        "quality",
        "every: month",
        "every: monthly",
        "quality.yaml:3:26 P105 'monthly' is not one of the allowed values; did you mean 'month'?",
    ),
    (
        "callbacks",
        "every: 180d",
        "every: quarterly",
        "callbacks.yaml:7:40 P106 'quarterly' is not week, month, quarter, year, birthday, or a number of "
        "days such as 30d; did you mean 'quarter'?",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "line"), FAULTS)
def test_a_fault_is_found_once_and_with_the_way_out(kind, old, new, line):
    assert found(changed(kind, old, new)) == [line]


def test_every_message_of_the_list_above_reads_in_chinese_too():
    for kind, old, new, _ in FAULTS:
        for line in found(changed(kind, old, new), "zh_CN"):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in line), line


TODAY = date(2026, 1, 1)


def test_a_bare_name_in_a_scorecard_becomes_an_entry():
    normalised, problems = load(files(**MORE)).compile("shop", TODAY)
    assert problems == []
    assert normalised["quality"][0]["card"] == [
        {"name": "greeting", "title": {"en": "Greeting"}},
        {"name": "ending", "title": {"en": "Ending"}},
    ]


def test_kinds_that_are_one_mapping_are_overridden_key_by_key():
    policy_files = files(**MORE)
    policy_files["branch/pack.yaml"] = b"kind: pack\nname: branch\nextends: shop\n"
    policy_files["branch/privacy.yaml"] = b"kind: privacy\nprivacy: {keep: 5y}\n"
    policy_files["branch/callbacks.yaml"] = b"kind: callbacks\ncontact_cap: {contacts: 3, per: 30d}\n"
    library = load(policy_files)
    assert library.check() == []
    normalised, _ = library.compile("branch", TODAY)
    assert normalised["privacy"]["keep"] == "5y" and normalised["privacy"]["then"] == "anonymise"
    assert normalised["callbacks"]["contact_cap"] == {"contacts": 3, "per": "30d"}
    assert len(normalised["callbacks"]["plans"]) == 3


def test_renaming_a_rule_of_a_scheme_does_not_touch_the_escalation():
    policy_files = files(**MORE)
    policy_files["branch/pack.yaml"] = b"kind: pack\nname: branch\nextends: shop\n"
    policy_files["branch/incentives.yaml"] = (
        b"kind: incentives\nschemes: [{name: desk, rules: [{name: overdue, was: late}]}]\n"
    )
    assert load(policy_files).check() == []
