"""Messages: what may be filled in, which date is told, what an admin hears about a text that cannot be."""

from datetime import datetime, timezone

import pytest
from policy_files import files, found
from shop_kinds import MORE

from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.clocks import State
from complaint_policy.engine.messages import filled_in
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.risk import next_promise
from complaint_policy.language import load

MONDAY = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


def lines(entry):
    return found(files(**{**MORE, "messages": f"kind: messages\nmessages: [{entry}]\n"}))


@pytest.mark.parametrize(
    ("wording", "line"),
    [
        (
            "'Your number is {numbr}.'",
            "messages.yaml:2:49 P475 '{numbr}' in the wording of 'hello' is nothing that can be filled in; "
            "did you mean '{number}'?",
        ),
        (
            "'We do it until {new_date}.'",
            "messages.yaml:2:49 P476 'hello' states a new date, but nothing says which; add 'new_date:' "
            "beside 'before_due', or send it on: extended",
        ),
    ],
)
def test_a_wording_that_cannot_be_filled_in_is_found(wording, line):
    assert lines(f"{{name: hello, on: received, wording: {wording}}}") == [line]


def test_an_unknown_word_without_a_like_one_lists_what_there_is():
    (line,) = lines("{name: hello, on: received, wording: 'Dear {xyzzy}'}")
    assert "there are: number, received_at, next_promise" in line


def test_each_language_of_a_wording_is_looked_at():
    (line,) = lines("{name: hello, on: received, wording: {en: 'No. {number}', zh_CN: '编号{nummer}'}}")
    assert "P475 '{nummer}'" in line and line.endswith("did you mean '{number}'?")


def test_a_hotline_that_no_channel_names_is_missed():
    (line,) = lines("{name: hello, on: received, template: hello, state: [number, hotline]}")
    assert "P477 'hello' states a hotline, but no channel has a contact" in line


def test_a_channel_with_a_contact_is_a_hotline():
    channels = "kind: channels\nchannels: [{name: phone, contact: {phone: '1234'}}, {name: chat}]\n"
    messages = "kind: messages\nmessages: [{name: hello, on: received, template: x, state: [hotline]}]\n"
    assert found(files(**{**MORE, "messages": messages, "channels": channels})) == []


def test_a_new_date_belongs_to_a_warning_before_the_deadline():
    (line,) = lines("{name: hello, on: extended, new_date: 24h, template: x, state: [new_date]}")
    assert "P446 'new_date' of 'hello' belongs to 'before_due', not to 'on'" in line


def test_a_sentence_without_its_value_is_left_out():
    text = "Hello. You hear from us by {next_promise}. Your number is {number}."
    assert filled_in(text, {"number": "C1", "next_promise": ""}) == "Hello. Your number is C1."
    assert filled_in("您好。编号{number}。请于{new_date}前联系。", {"number": "C1"}) == "您好。编号C1。"


def test_what_is_filled_in_is_not_filled_in_again():
    assert filled_in("{number}", {"number": "{link}", "link": "x"}) == "{link}"


def shop():
    return Policy.load(load(files(**MORE)).compile("shop", MONDAY.date())[0])


def test_a_promised_date_is_told_until_an_extension_and_moves_no_deadline():
    policy = shop()
    attributes = policy.classify({"type": "complaint", "category": "broken"})
    facts = [Event(MONDAY, "received", {"set": attributes}, 1)]
    before = replay(policy, Case(tuple(facts)))
    clock = before.clock("solution")
    later = int(clock.due_at.timestamp()) + 86400
    facts.append(Event(MONDAY, "promised", {"clock": "solution", "until": later}, 2))
    told = replay(policy, Case(tuple(facts)))
    assert told.clock("solution").due_at == clock.due_at
    assert told.promised["solution"].timestamp() == later
    assert next_promise(policy, told) >= next_promise(policy, before)
    assert State.from_json(told.to_json()) == told
    facts.append(Event(MONDAY, "extended", {"clock": "solution", "by": "3h"}, 3))
    assert replay(policy, Case(tuple(facts))).promised == {}
    facts.append(Event(MONDAY, "closed", {}, 4))
    facts.append(Event(MONDAY, "reopened", {}, 5))
    assert replay(policy, Case(tuple(facts))).promised == {}
