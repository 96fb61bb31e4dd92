"""The packs of the product: sound, complete, and as the sources say."""

import json
import re
from datetime import date

import pytest
from policy_files import POLICIES, real_files

from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.language import load

TODAY = date(2026, 11, 21)
FILES = real_files()
NAMES = sorted({path.split("/")[0] for path in FILES})
LIBRARY = load(FILES)


def compiled(pack, today=TODAY, policy_files=None):
    library = load(policy_files) if policy_files else LIBRARY
    normalised, problems = library.compile(pack, today)
    assert normalised is not None, problems
    return normalised


def files_of(pack):
    """The files of a pack and of those that it builds on."""
    names = {pack, *LIBRARY.resolve(pack).ancestors}
    return {path: content for path, content in FILES.items() if path.partition("/")[0] in names}


def clocks(pack):
    return {
        (policy["name"], clock["name"]): clock
        for policy in compiled(pack)["sla"]
        for clock in policy["clocks"]
    }


def test_all_packs_are_without_any_problem():
    assert LIBRARY.check() == []


@pytest.mark.parametrize("pack", NAMES)
def test_the_pack_passes_its_own_tests(pack):
    results = run_tests(Policy.load(compiled(pack)))
    assert results and all(result.passed for result in results), [
        result for result in results if not result.passed
    ]


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2031, 7, 1), date(2040, 12, 31)])
@pytest.mark.parametrize("pack", NAMES)
def test_its_tests_hold_in_other_years_too(pack, today):
    assert all(result.passed for result in run_tests(Policy.load(compiled(pack, today))))


@pytest.mark.parametrize("path", sorted(FILES))
def test_each_file_begins_with_one_line_that_says_what_it_decides(path):
    schema, first, second = FILES[path].decode().split("\n")[:3]
    assert schema.startswith("# yaml-language-server: $schema=../../docs/schema/"), schema
    assert re.match(r"# \w.{15,}[.]$", first), first
    assert second.startswith("kind: "), second


# requirements.md, part C: what the sources say
LIMITS = [
    ("C1", "standard", "first_feedback", "24h", ["received", "reopened"], ["first_feedback"]),
    ("C2", "standard", "solution", "72h", ["received", "reopened"], ["solution_proposed"]),
    ("C3", "complex", "investigation", "5bd", ["received", "reopened"], ["communicated"]),
    ("C4", "complex", "handover", "1h", ["received"], ["handed_over"]),
    ("C5", "complex", "preliminary_report", "24h", ["accepted_by_team"], ["report_ready"]),
    ("C6", "complex", "feedback", "24h", ["result_reported"], ["communicated"]),
    ("C8", "inquiry", "chat_reply", "30s", ["received"], ["first_feedback"]),
    ("C9", "standard", "acknowledgement", "1h", ["received"], ["acknowledged"]),
    ("C9", "complex", "acknowledgement", "1h", ["received"], ["acknowledged"]),
    ("C11", "inquiry", "response", "2h", ["received", "reopened"], ["first_feedback"]),
    ("C11", "inquiry", "solution", "24h", ["received", "reopened"], ["solution_proposed", "communicated"]),
]


@pytest.mark.parametrize("pack", NAMES)
@pytest.mark.parametrize(("source", "policy", "clock", "within", "start", "end"), LIMITS)
def test_the_limits_are_those_of_the_sources(pack, source, policy, clock, within, start, end):
    found = clocks(pack)[policy, clock]
    assert (found["within"], found["from"], found["until"]) == (within, start, end), source


def test_the_first_reply_in_the_chat_is_measured_and_not_escalated():
    assert clocks("logistics")["inquiry", "chat_reply"]["measure_only"] is True


def _limits():
    for path in sorted(FILES):
        if path.endswith("/sla.yaml"):
            for number, line in enumerate(FILES[path].decode().split("\n")):
                if re.search(r"within: (\d+)", line):
                    yield path, number


@pytest.mark.parametrize(("path", "number"), list(_limits()))
def test_a_changed_limit_fails_a_test_of_the_pack(path, number):
    lines = FILES[path].decode().split("\n")
    lines[number] = re.sub(r"within: (\d+)", lambda found: f"within: {int(found[1]) + 1}", lines[number])
    pack = path.split("/")[0]
    changed = compiled(pack, policy_files={**files_of(pack), path: "\n".join(lines).encode()})
    assert not all(result.passed for result in run_tests(Policy.load(changed)))


def test_logistics_categories_have_teams_and_departments():
    def leaves(entries, above):
        for entry in entries:
            merged = {**above, **{key: entry[key] for key in ("team", "department") if key in entry}}
            if entry.get("children"):
                yield from leaves(entry["children"], merged)
            else:
                yield entry["name"], merged

    found = dict(leaves(compiled("logistics")["categories"], {}))
    assert {"delivery_delay", "goods_damaged", "goods_lost", "service_attitude", "charges"} <= set(
        found
    )  # A5
    assert all("team" in who for who in found.values())
    assert all("department" in who for name, who in found.items() if name != "other")


def test_every_channel_of_the_requirements_is_there():
    assert {channel["name"] for channel in compiled("general")["channels"]} == {  # A1
        "phone",
        "email",
        "chat",
        "social",
        "web",
        "letter",
        "counter",
        "regulator",
    }


def test_the_stages_are_those_of_the_requirements():
    assert [stage["name"] for stage in compiled("general")["stages"]] == [  # B1, and the two short ways
        "received",
        "acknowledged",
        "assigned",
        "investigating",
        "proposed",
        "agreed",
        "carried_out",
        "communicated",
        "closed",
        "settled",
        "set_aside",
        "archived",
    ]


def test_compiling_twice_gives_the_same_bytes():
    def text(policy_files):
        return json.dumps(
            compiled("logistics", policy_files=policy_files), sort_keys=True, ensure_ascii=False
        )

    assert text(FILES) == text(dict(reversed(FILES.items())))


def test_the_compiled_policy_is_pure_json():
    for pack in NAMES:
        normalised = compiled(pack)
        assert json.loads(json.dumps(normalised)) == normalised


def test_every_title_is_there_in_english_and_chinese():
    def titles(node, where):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("title", "description", "disclaimer"):
                    yield where, value
                else:
                    yield from titles(value, f"{where}/{key}")
        elif isinstance(node, list):
            for value in node:
                yield from titles(
                    value, f"{where}/{value.get('name', '') if isinstance(value, dict) else ''}"
                )

    for pack in NAMES:
        assert compiled(pack)["languages"] == ["en", "zh_CN"]
        for where, value in titles(compiled(pack), pack):
            assert set(value) == {"en", "zh_CN"}, where


def test_the_national_day_of_2026_is_known_with_its_exchanged_work_days():
    office = compiled("logistics")["calendars"]["office"]
    lunch = [["09:00", "12:00"], ["13:00", "18:00"]]
    assert [office["days"].get(f"2026-10-{day:02d}") for day in (1, 2, 5, 6, 7, 8, 10)] == [
        [],
        [],
        [],
        [],
        [],
        None,
        lunch,
    ]
    assert office["week"] == [lunch] * 5 + [[], []]
    assert office["names"]["2026-10-01"] == "National Day" and office["names_zh_CN"]["2026-10-01"] == "国庆节"
    assert office["names"]["2026-10-10"] == "Working day in exchange for 2026-10-07"
    assert office["names_zh_CN"]["2026-10-07"] == "调休放假（2026-10-10 上班）"
    assert office["known_until"] == "2026-12-31" and office["holidays"]["country"] == "CN"


def test_the_general_calendar_needs_no_holidays_and_is_known_for_ever():
    office = compiled("general")["calendars"]["office"]
    assert (office["known_until"], office["holidays"], office["days"]) == (None, None, {})


def test_a_near_horizon_is_a_warning():
    _, problems = load(FILES).compile("logistics", TODAY)
    assert [one.text() for one in problems] == [
        "the public holidays of CN in the calendar 'office' are published only until 2026-12-31; deadlines "
        "beyond are provisional; apply the "
        "policy again when the package 'holidays' knows the next year"
    ]
    assert load(FILES).compile("logistics", date(2026, 3, 1))[1] == []


def calendar(**entry):
    own = {"name": "office", "timezone": "Etc/UTC", "hours": {"mon-fri": ["09:00-17:00"]}, **entry}
    text = f"kind: calendars\ncalendars: [{json.dumps(own)}]\n"
    files = {"x/pack.yaml": b"kind: pack\nname: x\n", "x/calendars.yaml": text.encode()}
    return compiled("x", policy_files=files)["calendars"]["office"]


def test_an_exchanged_work_day_has_the_hours_of_the_weekday_swapped():
    hours = {"mon-thu": ["08:00-17:00"], "fri": ["08:00-12:00"]}
    days = calendar(hours=hours, holidays="CN")["days"]
    assert days["2026-01-04"] == [["08:00", "12:00"]]  # a Sunday, for Friday the 2nd
    assert days["2026-10-10"] == [["08:00", "17:00"]]  # a Saturday, for Wednesday the 7th


def test_the_narrower_weekday_wins():
    week = calendar(hours={"mon": ["10:00-11:00"], "daily": ["08:00-09:00"], "mon-fri": ["09:00-17:00"]})[
        "week"
    ]
    assert week == [[["10:00", "11:00"]], *[[["09:00", "17:00"]]] * 4, *[[["08:00", "09:00"]]] * 2]


def test_a_span_of_weekdays_may_run_over_the_weekend():
    assert [bool(day) for day in calendar(hours={"sat-mon": ["09:00-10:00"]})["week"]] == [
        True,
        *[False] * 4,
        True,
        True,
    ]


def test_closed_and_open_days_win_over_holidays():
    got = calendar(holidays="CN", closed=["2026-10-10"], open={"2026-10-01": ["10:00-11:00"]})
    assert got["days"]["2026-10-10"] == [] and got["days"]["2026-10-01"] == [["10:00", "11:00"]]
    assert got["names"]["2026-10-10"] == "Closed" and got["names_zh_CN"]["2026-10-01"] == "特别开放"


def test_countries_with_computed_holidays_are_known_as_far_as_expanded():
    german = calendar(holidays="DE-BY")
    assert (
        german["known_until"] == "2031-12-31" and german["days"]["2026-01-06"] == []
    )  # Epiphany is no holiday in most of Germany
    assert "2026-01-06" not in calendar(holidays="DE")["days"]


def test_countries_with_sighted_moons_are_known_until_the_first_estimate():
    assert calendar(holidays="AE")["known_until"] < "2026-12-31"


def test_names_of_holidays_do_not_depend_on_the_machine(monkeypatch):
    from complaint_policy.language import calendars

    before = calendar(holidays="CN")["names"]
    calendars._country.cache_clear()
    monkeypatch.setenv("LANGUAGE", "th")
    assert calendar(holidays="CN")["names"] == before


def test_a_pack_folder_has_nothing_but_policy_files():
    assert all(path.suffix == ".yaml" for path in POLICIES.rglob("*") if path.is_file())
