"""B7: what a policy may say about surges, and what a simulation counts of them."""

from datetime import datetime, timezone

import pytest
from policy_files import files, found
from shop_kinds import MORE, changed

from complaint_policy.command.__main__ import main
from complaint_policy.engine.case import Event
from complaint_policy.engine.rules import load_trigger

START = datetime(2026, 3, 2, tzinfo=timezone.utc)
UNUSUAL = (
    "{name: same, group_by: [category], times: 3, baseline: 56d, at_least: 8, "
    "false_alarms: {at_most: 1, per: 365d}, within: 1h, do: [{notify: boss}]}"
)
COUNTED_FILE = MORE["surges"]
COUNTED = "{name: same, group_by: [category], count: 20, within: 2h, do: [{notify: boss}]}"


def faults(entry):
    return [line.split(" ", 1)[1].split(";")[0] for line in found(changed("surges", COUNTED, entry))]


def test_a_rule_with_the_usual_is_sound():
    assert faults(UNUSUAL) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("times: 3, ", "times: 3, count: 9, ", "P441 'same' must have exactly one of count, times"),
        ("times: 3, ", "", "P441 'same' must have exactly one of count, times"),
        ("baseline: 56d, ", "", "P442 'times' of 'same' needs 'baseline' beside it"),
        ("at_least: 8, ", "", "P442 'times' of 'same' needs 'at_least' beside it"),
        ("baseline: 56d", "baseline: 50d", "P489 the baseline 50d of 'same' is not a number of whole weeks"),
        ("within: 1h", "within: 5h", "P488 'same' compares parts of the day, and 5h is none"),
        ("within: 1h", "within: 30m", "P488 'same' compares parts of the day, and 30m is none"),
        (
            "within: 1h",
            "within: 2h, quiet_for: 1h",
            "P487 the surge 'same' would be over after 1h, while its window of 2h still has it",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_about_surges(old, new, said):
    assert said in faults(UNUSUAL.replace(old, new))


def test_what_belongs_to_the_usual_says_nothing_beside_a_count():
    assert faults(COUNTED.replace("count: 20", "count: 20, at_least: 3")) == [
        "P446 'at_least' of 'same' belongs to 'times', not to 'count'"
    ]


def test_a_rule_of_the_ladder_waits_for_a_surge_by_name_or_for_any():
    same, any_ = (load_trigger({"surge": one}, None) for one in ("same", "any"))
    for surge, wanted in (("same", True), ("other", False)):
        event = Event(START, "surged", {"surge": surge, "surge_id": 1})
        assert same.wants(event, lambda kind: 1) is wanted
        assert any_.wants(event, lambda kind: 1) is True


def test_a_rule_of_the_ladder_about_a_surge_that_does_not_exist_is_found():
    rules = (
        MORE["shop/escalation.yaml"] if "shop/escalation.yaml" in MORE else files()["shop/escalation.yaml"]
    )
    text = rules if isinstance(rules, str) else rules.decode()
    assert "when: {clock: any, at: 80%}" in text
    told = files(**{**MORE, "escalation": text.replace("{clock: any, at: 80%}", "{surge: sam}")})
    assert any("P201 no surge rule is named 'sam'; did you mean 'same'?" in line for line in found(told))


def test_b7_a_simulation_counts_the_surges_of_both_policies(tmp_path, capsys):
    lines = [
        f'{{"id": "{place}", "at": "2026-03-02 10:{place:02}", '
        '"case": {"type": "complaint", "category": "broken"}}'
        for place in range(8)
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines))
    for name, count in (("old", 9), ("new", 4)):
        for path, text in files(**{**MORE, "surges": COUNTED_FILE.replace("20", str(count))}).items():
            place = tmp_path / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
    packs = [str(tmp_path / name / "shop") for name in ("new", "old")]
    assert main(["simulate", packs[0], "--against", packs[1], "--cases", str(tmp_path / "cases.jsonl")]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("same ")]
    assert line.split() == ["same", "0", "1", "+1"]
