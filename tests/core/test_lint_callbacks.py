"""Faults of callback plans: what an admin reads, and that nothing else is reported."""

import pytest
from policy_files import found
from shop_kinds import changed

RESULT = "within: 7d, by: intake"
FAULTS = [
    (
        "method: mail, survey: ask}",
        "method: mail, survey: ask, match: {type: complaint}}",
        "callbacks.yaml:7:81 P460 'type' of 'care' fits no customer: of a customer only the tier is known; "
        "match customers by 'tier', or write 'for: case'",
    ),
    (
        RESULT,
        "within: 7d, attempts: {max: 4, every: 3bd}, by: intake",
        "callbacks.yaml:3:74 P461 'result' may be tried 4 times, every 3bd, but has to be made within 7d; "
        "allow more time, shorten 'every' or lower 'max'",
    ),
    (
        "- {name: sample",
        "- {name: other, for: case, after: closed, within: 7d, by: intake, method: phone, "
        "instead_of: result}\n"
        "  - {name: sample",
        "callbacks.yaml:5:96 P462 'other' cannot stand in for 'result', which is not made by the same event; "
        "name a plan with 'after: closed'",
    ),
    (
        RESULT,
        "within: 7d, instead_of: [result], by: intake",
        "callbacks.yaml:3:77 P462 'result' cannot stand in for 'result', which is not made by the same "
        "event; name a plan with 'after: communicated'",
    ),
    (
        RESULT,
        "within: 7d, instead_of: [resluts], by: intake",
        "callbacks.yaml:3:77 P201 no callback plan is named 'resluts'; did you mean 'result'?",
    ),
    (
        "after: communicated, ",
        "after: closed, when: {told_by: [mail]}, ",
        "callbacks.yaml:3:46 P446 'when' of 'result' belongs to 'after: communicated', not to 'after: "
        "closed'; delete 'when', or write 'after: communicated' instead of 'after: closed'",
    ),
    (
        "sample: 10%, ",
        "strata: [category], ",
        "callbacks.yaml:5:45 P442 'strata' of 'sample' needs 'sample' beside it; add 'sample:' or delete "
        "'strata'",
    ),
    (
        "sample: 10%, of: closed, ",
        "",
        "callbacks.yaml:5:31 P442 'every' of 'sample' needs 'of' beside it; add 'of:' or delete 'every'",
    ),
    (
        "every: month",
        "every: 20bd",
        "callbacks.yaml:5:38 P446 '20bd' of 'sample' belongs to 'for: customer', not to 'for: case'; delete "
        "'20bd', or write 'for: customer' instead of 'for: case'",
    ),
    (
        "method: mail, survey: ask}",
        "method: mail, survey: ask, attempts: {max: 3}}",
        "callbacks.yaml:7:73 P446 'attempts' of 'care' belongs to 'method: phone', not to 'method: mail'; "
        "delete 'attempts', or write 'method: phone' instead of 'method: mail'",
    ),
    (
        "method: mail, survey: ask}",
        "method: mail, template: hello, remind_after: 3d}",
        "callbacks.yaml:7:77 P442 'remind_after' of 'care' needs 'survey' beside it; add 'survey:' or delete "
        "'remind_after'",
    ),
    (
        "method: mail, survey: ask}",
        "method: mail, survey: ask, keeps: [archiving]}",
        "callbacks.yaml:7:73 P446 'keeps' of 'care' belongs to 'for: case', not to 'for: customer'; delete "
        "'keeps', or write 'for: case' instead of 'for: customer'",
    ),
    (
        "method: mail, survey: ask}",
        "method: mail, survey: ask, then: {overdue: {escalate: top}}}",
        "callbacks.yaml:7:90 P446 'escalate' of 'care' belongs to 'for: case', not to 'for: customer'; "
        "delete 'escalate', or write 'for: case' instead of 'for: customer'",
    ),
    (
        "contact_cap:",
        "classes: [{name: slow, means: problem, type: inquiry}]\ncontact_cap:",
        "callbacks.yaml:8:40 P446 'type' of 'slow' belongs to 'means: need', not to 'means: problem'; delete "
        "'type', or write 'means: need' instead of 'means: problem'",
    ),
    (
        "contact_cap:",
        "classes: [{name: wants, means: need}]\ncontact_cap:",
        "callbacks.yaml:8:25 P442 'means' of 'wants' needs 'type' beside it; add 'type:' or delete 'means'",
    ),
    (
        "contact_cap:",
        "classes: [{name: wants, means: need, type: inqiry}]\ncontact_cap:",
        "callbacks.yaml:8:44 P201 no case type is named 'inqiry'; did you mean 'inquiry'?",
    ),
    (
        "then: {dissatisfied:",
        "then: {overdue: {escalate: topp}, dissatisfied:",
        "callbacks.yaml:4:33 P201 no escalation level is named 'topp'; did you mean 'top'?",
    ),
    (
        "every: 180d",
        "every: 12h",
        "callbacks.yaml:7:40 P106 '12h' is not week, month, quarter, year, birthday, or a number of days "
        "such as 30d; write it in this form",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), FAULTS)
def test_a_fault_is_found_once_and_with_the_way_out(old, new, line):
    assert found(changed("callbacks", old, new)) == [line]


@pytest.mark.parametrize(("old", "new"), [fault[:2] for fault in FAULTS])
def test_it_reads_in_chinese_too(old, new):
    [line] = found(changed("callbacks", old, new), "zh_CN")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in line)


def test_hours_that_never_meet_are_found():
    night = changed("privacy", 'daily: ["09:00-20:00"]', 'daily: ["19:00-21:00"]')
    assert found(night) == [
        f"callbacks.yaml:{line}:12 P463 there is no hour at which '{name}' can be made: the calendar is "
        "never open when customers may be called; choose another calendar for the plan, or other calling "
        "hours"
        for line, name in ((3, "result"), (5, "sample"))
    ]


@pytest.mark.parametrize("every", ["week", "month", "quarter", "year", "birthday", "30d", "30cd", "20bd"])
def test_every_rhythm_of_a_customer_may_be_written(every):
    assert found(changed("callbacks", "every: 180d", f"every: {every}")) in ([], _too_often(every))


def _too_often(every):
    """The cap allows two in thirty days."""
    if every != "week":
        return []
    return [
        "callbacks.yaml:7:40 P443 'care' contacts a customer every week, but the cap allows 2 in 30d; make "
        "the rhythm slower or raise the cap"
    ]


def test_a_plan_that_says_all_there_is_to_say_has_no_fault():
    whole = (
        "within: 7d, when: {told_by: [mail, portal]}, script: Good day, keeps: [closing, "
        "archiving], remind_after: 3d, attempts: {max: 3, every: 1bd}, by: intake"
    )
    files = changed("callbacks", RESULT, whole)
    assert found(files) == []


def test_a_renamed_plan_is_followed_by_those_that_stand_in_for_it():
    read = "{name: read, for: case, after: communicated, within: 3bd, by: intake, method: phone,"
    files = changed("callbacks", "- {name: sample", f"- {read} instead_of: result}}\n  - {{name: sample")
    files["branch/pack.yaml"] = b"kind: pack\nname: branch\nextends: shop\n"
    files["branch/callbacks.yaml"] = b"kind: callbacks\nplans: [{name: outcome, was: result}]\n"
    assert found(files) == []
