"""The regulated packs: units, times, extensions, outcomes and letters as the standards have them."""

from datetime import date

import pytest
from policy_files import real_files

from complaint_policy.language import load

REGULATED = ("iso-10002", "uk-disp", "eu-psd2", "us-cfpb", "cn-financial-2020", "au-rg271")
LIBRARY = load(real_files())


@pytest.fixture(scope="module")
def compiled():
    packs = {}

    def one(pack):
        if pack not in packs:
            packs[pack], problems = LIBRARY.compile(pack, date(2026, 3, 1))
            assert packs[pack] is not None, problems
        return packs[pack]

    return one


def entry(entries, name):
    return next(one for one in entries if one["name"] == name)


def clock(policy, sla, name):
    return entry(entry(policy["sla"], sla)["clocks"], name)


# pack, time limit, policies in which it stands, limit, when it ends, only for cases like this
LEGAL = [
    ("uk-disp", "final_response", "56cd", ["communicated"], {}),  # DISP 1.6.2R: eight weeks
    ("eu-psd2", "reply", "15bd", ["communicated"], {}),  # PSD2 Art. 101(2)
    ("us-cfpb", "company_response", "15cd", ["communicated"], {"match": {"channel": ["cfpb_portal"]}}),
    ("au-rg271", "legal_acknowledgement", "1bd", ["acknowledged"], {}),  # RG 271.51
    (
        "au-rg271",
        "idr_response",
        "30cd",
        ["communicated"],
        {"unless": {"category": ["superannuation", "credit_hardship"]}},
    ),
    (
        "au-rg271",
        "superannuation_response",
        "45cd",
        ["communicated"],
        {"match": {"category": ["superannuation"]}},
    ),
    ("au-rg271", "hardship_response", "21cd", ["communicated"], {"match": {"category": ["credit_hardship"]}}),
]


@pytest.mark.parametrize("sla", ["standard", "complex"])
@pytest.mark.parametrize(("pack", "name", "within", "until", "cases"), LEGAL)
def test_a_legal_limit_is_that_of_the_standard(compiled, pack, name, within, until, cases, sla):
    found = clock(compiled(pack), sla, name)
    assert (found["within"], found["from"], found["until"]) == (within, ["received"], until)
    assert found["statutory"] is True
    assert {key: found[key] for key in ("match", "unless") if key in found} == cases


@pytest.mark.parametrize(("sla", "within"), [("standard", "15cd"), ("complex", "30cd")])
def test_china_gives_a_complex_case_twice_the_days(compiled, sla, within):
    found = clock(compiled("cn-financial-2020"), sla, "decision")
    assert (found["within"], found["from"], found["until"]) == (within, ["received"], ["communicated"])
    assert found["statutory"] is True


@pytest.mark.parametrize("sla", ["standard", "complex"])
@pytest.mark.parametrize(
    ("pack", "name", "within"), [("uk-disp", "summary_resolution", "3bd"), ("au-rg271", "no_letter", "5bd")]
)
def test_a_relief_is_measured_and_alarms_nobody(compiled, pack, name, within, sla):
    found = clock(compiled(pack), sla, name)
    assert (found["within"], found["from"], found["until"]) == (within, ["received"], ["agreed", "closed"])
    assert found["measure_only"] is True and not found.get("statutory")


def test_hardship_always_gets_a_letter(compiled):
    assert clock(compiled("au-rg271"), "standard", "no_letter")["unless"] == {"category": ["credit_hardship"]}
    names = {
        child["name"] for child in entry(compiled("au-rg271")["categories"], "credit_hardship")["children"]
    }
    assert names == {"hardship", "default_notice"}


def test_iso_10002_names_no_days(compiled):
    def limits(pack):
        return {
            (sla["name"], one["name"]): one["within"]
            for sla in compiled(pack)["sla"]
            for one in sla["clocks"]
        }

    assert limits("iso-10002") == limits("general")
    assert not any(one.get("statutory") for sla in compiled("iso-10002")["sla"] for one in sla["clocks"])


def test_iso_10002_names_its_steps_in_their_order(compiled):
    described = [stage for stage in compiled("iso-10002")["stages"] if "description" in stage]
    clauses = [stage["description"]["en"].split(".  ")[0][:3] for stage in described]
    assert clauses == ["7.2", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9"]  # 7.3, tracking, is the register
    assert {"severity", "scope", "complexity"} <= set(
        entry(compiled("iso-10002")["stages"], "assigned")["require"]
    )


@pytest.mark.parametrize("pack", REGULATED)
def test_no_pause_stops_a_legal_limit(compiled, pack):
    for sla in compiled(pack)["sla"]:
        for one in sla["clocks"]:
            if one.get("statutory"):
                assert "pause" not in one and "lawful_pause" not in one
                assert one["within"].endswith(("cd", "bd"))


# pack, extension, clock, policy, its limit, and what the standard allows in all
TOTALS = [
    ("eu-psd2", "holding_reply", "reply", "standard", 15 + 20, "bd", 35),  # PSD2 Art. 101(2)
    ("us-cfpb", "in_progress", "company_response", "standard", 15 + 45, "cd", 60),  # CFPB manual
    ("cn-financial-2020", "particularly_complex", "decision", "complex", 30 + 30, "cd", 60),  # Art. 20
]


@pytest.mark.parametrize(("pack", "name", "clock_name", "sla", "total", "unit", "allowed"), TOTALS)
def test_an_extension_ends_where_the_standard_ends(
    compiled, pack, name, clock_name, sla, total, unit, allowed
):
    policy = compiled(pack)
    extension = entry(policy["extensions"], name)
    limit, most = clock(policy, sla, clock_name)["within"], extension["at_most"]
    assert extension["clocks"] == [clock_name]
    assert limit.endswith(unit) and most.endswith(unit) and extension["by"] == most
    assert int(limit[:-2]) + int(most[:-2]) == total == allowed


@pytest.mark.parametrize("pack", ["uk-disp", "eu-psd2", "us-cfpb", "cn-financial-2020"])
def test_an_extension_names_its_reason_its_approver_and_the_notice(compiled, pack):
    legal = {
        one["name"] for sla in compiled(pack)["sla"] for one in sla["clocks"] if one.get("statutory") is True
    }
    extensions = [one for one in compiled(pack)["extensions"] if legal & set(one["clocks"])]
    assert extensions
    for one in extensions:
        assert "reason" in one["require"] and "complainant" in one["tell"] and one["rule"]
        assert one["approval"] in {approval["name"] for approval in compiled(pack)["approvals"]}
        told = [
            message
            for message in compiled(pack)["messages"]["messages"]
            if "extended" in message.get("on", ())
        ]
        assert any({"reasons", "new_date"} <= set(message["state"]) for message in told)


def test_in_china_the_superior_decides_about_more_time(compiled):
    steps = entry(compiled("cn-financial-2020")["approvals"], "extension")["steps"]
    assert [step["by"] for step in steps] == [["decision_group"]]


def test_in_australia_nothing_prolongs_a_legal_limit_and_the_customer_is_told_before(compiled):
    legal = {"idr_response", "superannuation_response", "hardship_response"}
    policy = compiled("au-rg271")
    assert not [one for one in policy.get("extensions", ()) if (legal | {"any"}) & set(one["clocks"])]
    notice = entry(policy["messages"]["messages"], "delay_notice")
    assert set(notice["clocks"]) == legal and {"reasons", "outside_bodies"} <= set(notice["state"])


FINAL = [
    ("uk-disp", "final_response", "fos", "Financial Ombudsman Service", "申诉专员"),
    ("eu-psd2", "final_reply", "adr", "out-of-court", "争议解决"),
    ("cn-financial-2020", "decision", "review", "superior office", "核查"),
    ("au-rg271", "idr_response", "afca", "Australian Financial Complaints Authority", "澳大利亚金融投诉局"),
    ("us-cfpb", "company_response", "cfpb", "Consumer Financial Protection Bureau", "消费者金融保护局"),
]


@pytest.mark.parametrize(("pack", "message", "body", "english", "chinese"), FINAL)
def test_the_final_answer_names_where_else_to_go(compiled, pack, message, body, english, chinese):
    messages = compiled(pack)["messages"]
    final = entry(messages["messages"], message)
    assert final["on"] == ["communicated"] and {"result", "reasons", "outside_bodies"} <= set(final["state"])
    title = entry(messages["outside_bodies"], body)["title"]
    assert english in title["en"] and chinese in title["zh_CN"]


def test_the_ombudsman_may_be_asked_for_six_months(compiled):
    fos = entry(compiled("uk-disp")["messages"]["outside_bodies"], "fos")
    assert "six months" in fos["description"]["en"] and "六个月" in fos["description"]["zh_CN"]


def test_what_is_accepted_at_once_gets_a_summary_resolution(compiled):
    stages = compiled("uk-disp")["stages"]
    assert entry(stages, "resolved")["event"] == "agreed"
    assert "settled" in entry(stages, "resolved")["next"]
    assert [one["name"] for one in stages if "settled" in one.get("next", ())] == ["resolved"]
    sent = [one for one in compiled("uk-disp")["messages"]["messages"] if "agreed" in one.get("on", ())]
    assert "outside_bodies" in sent[0]["state"]  # DISP 1.5.4R


def test_complaints_of_the_bureau_are_closed_in_its_categories(compiled):
    stages = compiled("us-cfpb")["stages"]
    closing = [name for name in entry(stages, "communicated")["next"] if name != "investigating"]
    assert closing == [
        "closed_with_monetary_relief",
        "closed_with_non_monetary_relief",
        "closed_with_explanation",
        "closed",
    ]
    assert all(entry(stages, name)["closes"] for name in closing)


def test_in_china_no_case_is_closed_before_it_is_traced_to_its_source(compiled):
    stages = compiled("cn-financial-2020")["stages"]
    assert "cause" in entry(stages, "closed")["require"]
    assert "利益关系" in entry(compiled("cn-financial-2020")["roles"], "assignee")["description"]["zh_CN"]


@pytest.mark.parametrize("pack", ["uk-disp", "cn-financial-2020"])
def test_complaints_are_kept_as_long_as_the_standard_wants(compiled, pack):
    assert compiled(pack)["privacy"]["keep"] == "3y"  # DISP 1.9.1R; Measures 2020


@pytest.mark.parametrize("pack", REGULATED)
def test_a_regulated_pack_says_that_it_must_be_checked(compiled, pack):
    meta = compiled(pack)["pack"]
    assert meta["status"] == "draft" and set(meta["disclaimer"]) == {"en", "zh_CN"}


@pytest.mark.parametrize(
    ("pack", "zone", "country"),
    [
        ("uk-disp", "Europe/London", "GB-ENG"),
        ("eu-psd2", "Europe/Berlin", "DE"),
        ("us-cfpb", "America/New_York", "US"),
        ("cn-financial-2020", "Asia/Shanghai", "CN"),
        ("au-rg271", "Australia/Sydney", "AU-NSW"),
    ],
)
def test_business_days_are_those_of_the_country(compiled, pack, zone, country):
    office = compiled(pack)["calendars"]["office"]
    assert (office["timezone"], office["holidays"]["country"]) == (zone, country)


def test_what_the_bureau_sent_is_prolonged_by_the_bureaus_rule_alone(compiled):
    own = entry(compiled("us-cfpb")["extensions"], "complex-case")
    assert own["unless"] == {"channel": ["cfpb_portal"]}
