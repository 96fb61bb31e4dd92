"""What customers are told, and how long their data are kept: it must fit the rest of the policy."""

from textwrap import dedent

import pytest
from policy_files import files, found
from shop_kinds import MORE, changed


def test_a_time_that_contradicts_the_clocks_is_found_in_chinese_too():
    wording = "wording: {en: You hear from us soon., zh_CN: 我们将在 24 小时内答复}"
    (line,) = found(changed("messages", "wording: You hear from us within 3 days.", wording))
    assert "P444 the message 'reply' promises '24 小时', but the limits of 'standard' are 72h" in line


@pytest.mark.parametrize(
    "text",
    [
        "You hear from us within 72 hours.",
        "You hear from us within 3 days.",
        "We call you within 7 days, and you may ask again within 3 days.",
        "Our hotline is there 24 hours a day.",
        "我们将在 72 小时内答复，服务热线 24 小时开通。",
    ],
)
def test_a_time_that_a_clock_or_a_callback_has_is_fine(text):
    assert found(changed("messages", "wording: You hear from us within 3 days.", f"wording: {text!r}")) == []


def test_business_days_are_not_taken_for_days():
    policy_files = changed("messages", "within 3 days", "in 6 days")
    text = policy_files["shop/messages.yaml"].replace(b"{complexity: simple}", b"{complexity: complex}")
    (line,) = found({**policy_files, "shop/messages.yaml": text})
    assert "promises '6 days', but the limits of 'complex' are 5bd, 15cd" in line


def final_answer(messages):
    stages = dedent("""\
        kind: stages
        stages:
          - {name: received, event: received, owner: intake, next: [working]}
          - {name: working, owner: assignee, require: [category], next: [closed]}
          - {name: closed, event: closed, closes: true, archive_after: 90d,
             reopen: {to: working, at_most: 3, then: final_answer}}
        """)
    return {**MORE, "stages": stages, "messages": messages}


def test_a_final_answer_names_outside_bodies():
    message = "kind: messages\nmessages: [{name: last, on: communicated, template: last, state: [result]}]\n"
    assert found(files(**final_answer(message))) == [
        "stages.yaml:6:46 P438 cases of the stage 'closed' end in a final answer, but no message names "
        "outside bodies; add outside_bodies to the 'state' of the message with the final answer"
    ]


def test_outside_bodies_that_are_named_are_listed_where_the_law_sets_limits():
    message = (
        "kind: messages\nmessages: [{name: last, on: communicated, template: last, state: "
        "[outside_bodies]}]\n"
    )
    assert found(files(**final_answer(message))) == [
        "messages.yaml:2:66 P439 the message 'last' names outside bodies, but this policy lists none; add "
        "a list outside_bodies: beside the messages"
    ]
    listed = message + "outside_bodies: [{name: ombudsman, link: https://example.com}]\n"
    assert found(files(**final_answer(listed))) == []


def test_data_are_kept_as_long_as_a_case_can_come_back():
    stages = final_answer("")["stages"]
    kinds = {**MORE, "stages": stages.replace(", then: final_answer", "")}
    kinds["privacy"] = "kind: privacy\nprivacy: {keep: 30d}\n"
    assert found(files(**kinds)) == [
        "privacy.yaml:2:17 P440 data of people are kept 30d, but a case of the stage 'closed' needs them "
        "longer (archive_after: 90d); lengthen 'keep' or shorten the other"
    ]
