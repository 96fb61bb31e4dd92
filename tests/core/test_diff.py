"""`complaint-policy diff`: two packs compared, entry by entry."""

import json
import shutil

import pytest
from policy_files import SHOP, dedent, edited, files

from complaint_policy.command.__main__ import main

TITLES = "kind: tiers\ntiers: [{name: vip, title: {en: Dear, zh_CN: 贵宾}}, {name: normal}]\n"


@pytest.fixture
def compare(tmp_path, capsys):
    """Writes a second version of the shop and gives (exit code, lines, what was said about problems)."""

    def write(name, policy_files):
        for path, content in policy_files.items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return str(tmp_path / name / "shop")

    def run(new, *options, old=None):
        code = main(["diff", write("old", old or files()), write("new", new), *options])
        out, err = capsys.readouterr()
        return code, out.splitlines(), err

    return run


def test_the_same_pack_has_no_difference(compare):
    assert compare(files()) == (0, ["no difference"], "")
    assert compare(files(), "--lang", "zh_CN")[1] == ["没有差异"]


def test_a_changed_limit_is_one_line(compare):
    code, lines, _ = compare(edited("sla", "within: 72h", "within: 48h"))
    assert code == 2
    assert lines == ["~ sla standard/solution within 72h → 48h", "0 new, 1 changed, 0 gone"]


def test_the_way_it_is_written_makes_no_difference(compare):
    assert compare(edited("escalation", "notify: [boss]", "notify: boss"))[0] == 0
    assert compare(edited("sla", "within: 72h}", "within: 72h}   # three days"))[0] == 0


def test_new_and_dropped_entries_tell_what_they_say(compare):
    new = edited("channels", "{name: chat}", "{name: kiosk}")
    assert compare(new)[1] == ["+ channels kiosk", "- channels chat", "1 new, 0 changed, 1 gone"]
    code, lines, _ = compare(
        edited(
            "sla",
            "within: 72h}",
            "within: 72h}\n      - {name: thanks, from: received, until: acknowledged, within: 1h}",
        )
    )
    assert code == 2
    assert lines[0] == "+ sla standard/thanks {from: [received], until: [acknowledged], within: 1h}"
    assert lines[-1] == "1 new, 0 changed, 0 gone"


def test_a_renamed_entry_is_not_a_new_one(compare):
    new = edited("channels", "{name: chat}", "{name: live_chat, was: chat}")
    assert "~ channels chat → live_chat (renamed)" in compare(new)[1]
    assert "~ channels chat → live_chat（更名）" in compare(new, "--lang", "zh_CN")[1]


def test_the_order_counts(compare):
    swapped = dedent(SHOP["shop/channels.yaml"]).replace(
        "[{name: phone}, {name: chat}]", "[{name: chat}, {name: phone}]"
    )
    assert compare(files(channels=swapped))[1][0] == "~ channels order: [chat, phone]"


def test_titles_are_compared_by_language(compare):
    new = files(tiers=TITLES.replace("Dear", "Valued"))
    assert compare(new, old=files(tiers=TITLES))[1][0] == "~ tiers vip title.en Dear → Valued"


def test_days_of_a_calendar_are_told_each_or_as_a_number(compare):
    closed = edited("calendars", "    hours:", '    closed: ["2026-12-24"]\n    hours:')
    assert "~ calendars office 2026-12-24 as usual → closed" in compare(closed)[1]
    many = ", ".join(f'"2026-12-{day}"' for day in range(21, 30))
    closed = edited("calendars", "    hours:", f"    closed: [{many}]\n    hours:")
    assert compare(closed)[1][0].startswith("~ calendars office 9 days between 2026-12-21 and 2026-12-29")


def test_tests_of_other_years_do_not_change_the_calendar(compare):
    tests = (
        "kind: tests\ntests:\n  - {name: old, at: '2001-01-02 10:00', case: {type: complaint},"
        " expect: [{at: '2001-01-02 10:00', sla: standard}]}\n"
    )
    holidays = edited("calendars", "    hours:", "    holidays: DE\n    hours:")
    code, lines, _ = compare({**holidays, "shop/tests.yaml": tests.encode()}, old=holidays)
    assert (code, lines) == (2, ["+ tests old", "1 new, 0 changed, 0 gone"])


def test_json_holds_the_values(compare):
    _, lines, _ = compare(edited("sla", "within: 72h", "within: 48h"), "--format", "json")
    assert json.loads("\n".join(lines)) == [
        {
            "sign": "~",
            "kind": "sla",
            "path": ["standard", "solution"],
            "key": "within",
            "before": "72h",
            "after": "48h",
        }
    ]


def test_a_pack_with_errors_is_not_compared(compare):
    code, lines, err = compare(edited("sla", "within: 72h", "within: soon"))
    assert (code, lines) == (1, []) and "new/shop/sla.yaml:11:76: error P106" in err


def test_a_folder_of_several_packs_is_wrong_usage(compare, tmp_path, capsys):
    compare(files())
    shutil.copytree(tmp_path / "old" / "shop", tmp_path / "old" / "other")
    assert main(["diff", str(tmp_path / "old"), str(tmp_path / "new" / "shop")]) == 64
    assert main(["diff", str(tmp_path / "nowhere"), str(tmp_path / "new" / "shop")]) == 64
    assert "name one pack's folder" in capsys.readouterr().err
