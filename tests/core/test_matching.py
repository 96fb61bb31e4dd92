"""Which rule fits which case."""

import pytest
from sample_policy import policy, sample

from complaint_policy.engine.matching import Condition, Tree
from complaint_policy.engine.policy import Policy, PolicyError

TREE = Tree({"delivery": None, "late": "delivery", "very_late": "late", "charges": None})


def fits(match=None, unless=None, cycle=1, **attributes):
    return Condition.load(match, unless, TREE).holds(attributes, cycle)


def test_a_rule_without_conditions_fits_every_case():
    assert fits()


def test_several_keys_are_all_of():
    rule = {"type": ["complaint"], "channel": ["phone"]}
    assert fits(rule, type="complaint", channel="phone")
    assert not fits(rule, type="complaint", channel="email")
    assert not fits(rule, type="complaint")


def test_a_list_is_any_of_and_a_single_text_is_a_list_of_one():
    assert fits({"severity": ["high", "critical"]}, severity="critical")
    assert fits({"severity": "high"}, severity="high")
    assert not fits({"severity": "high"}, severity="low")


@pytest.mark.parametrize("category", ["delivery", "late", "very_late"])
def test_a_parent_category_fits_everything_below_it(category):
    assert fits({"category": ["delivery"]}, category=category)
    assert not fits({"category": ["charges"]}, category=category)


def test_a_child_category_does_not_fit_its_parent():
    assert not fits({"category": ["late"]}, category="delivery")


def test_unless_excludes_only_what_it_would_match_as_a_whole():
    unless = {"tier": ["vip"], "channel": ["phone"]}
    assert not fits(None, unless, tier="vip", channel="phone")
    assert fits(None, unless, tier="vip", channel="email")
    assert fits({"type": ["complaint"]}, unless, type="complaint", tier="normal", channel="phone")


def test_a_parent_in_unless_excludes_its_children():
    assert not fits(None, {"category": ["delivery"]}, category="very_late")


@pytest.mark.parametrize("cycle,expected", [(1, False), (2, True), (3, True), (4, False)])
def test_a_range_includes_both_bounds(cycle, expected):
    assert fits({"cycle": {"min": 2, "max": 3}}, cycle=cycle) is expected


def test_a_range_does_not_fit_what_is_no_number():
    assert not fits({"score": {"min": 0}}, score="high")
    assert not fits({"score": {"min": 0}})
    assert not fits({"score": {"min": 0}}, score=True)


def test_an_unknown_category_stands_for_itself():
    assert fits({"category": ["gone"]}, category="gone")
    assert not fits({"category": ["gone"]}, category="late")


def test_parents_in_a_circle_do_not_hang():
    assert Tree({"a": "b", "b": "a"}).ancestors("a") == ["b", "a"]


# -- the policy's answers about a case -------------------------------------------------------------------


def test_the_first_sla_policy_that_fits_rules():
    loaded = policy()
    assert loaded.select({"type": "complaint", "complexity": "major"}, 1).name == "complex"
    assert loaded.select({"type": "complaint"}, 1).name == "standard"
    assert loaded.select({"type": "praise"}, 1) is None


def test_the_first_row_of_the_matrix_that_fits_gives_the_severity():
    loaded = policy()
    assert loaded.severity_of("urgent", "public") == "critical"
    assert loaded.severity_of("urgent", "one_customer") == "high"
    assert loaded.severity_of("low", "one_customer") == "low"
    assert loaded.severity_of("low", "several_customers") == "normal"
    assert loaded.severity_of(None, None) == "normal"


def test_presets_come_from_the_category_its_parents_and_the_pack():
    loaded = policy()
    assert loaded.presets("goods_damaged") == {
        "urgency": "urgent",
        "scope": "public",
        "complexity": "standard",
    }
    assert loaded.presets("charges") == {
        "urgency": "normal",
        "scope": "one_customer",
        "complexity": "standard",
    }
    assert loaded.presets(None) == loaded.presets("charges")


def test_a_new_case_is_completed_by_its_category_and_the_matrix():
    full = policy().classify({"type": "complaint", "category": "goods_damaged", "scope": "one_customer"})
    assert full == {
        "type": "complaint",
        "category": "goods_damaged",
        "scope": "one_customer",
        "urgency": "urgent",
        "complexity": "standard",
        "severity": "high",
        "team": "Claims desk",
        "department": "Transport",
    }


def test_what_is_given_stands_also_against_the_matrix():
    full = policy().classify(
        {"category": "charges", "severity": "critical", "team": "Other", "channel": None}
    )
    assert (full["severity"], full["team"], "channel" in full) == ("critical", "Other", False)


def test_severity_rises_to_the_highest_at_most():
    loaded = policy()
    assert loaded.severity_raised("normal", 1) == "high"
    assert loaded.severity_raised("high", 5) == "critical"
    assert loaded.severity_raised(None, 1) is None


# -- malformed policies ----------------------------------------------------------------------------------


def broken(path, value):
    raw = sample()
    node = raw
    for key in path[:-1]:
        node = node[key]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return raw


@pytest.mark.parametrize(
    "path,value,place",
    [
        (["format"], 2, r"\$\.format"),
        (["pack"], None, r"\$"),
        (["pack", "calendar"], "nowhere", r"\$\.pack\.calendar"),
        (["calendars", "office", "timezone"], "Mars/Base", r"\$\.calendars"),
        (["sla", 0, "clocks", 1, "within"], "5 days", r"\$\.sla\[0\]\.clocks\[1\]\.within"),
        (["sla", 0, "clocks", 1, "calendar"], "nowhere", r"\$\.sla\[0\]\.clocks\[1\]\.calendar"),
        (["sla", 1, "clocks", 0, "from"], None, r"\$"),
        (["sla", 0, "match", "type"], {"least": 1}, r"\$"),
        (["escalation", "rules", 0, "when"], {"clock": ["any"]}, r"\$\.escalation\.rules\[0\]\.when"),
        (["escalation", "rules", 0, "when", "at"], "often", r"\$\.escalation\.rules\[0\]\.when"),
        (["escalation", "rules", 3, "when", "unanswered"], "soon", r"\$\.escalation\.rules\[3\]\.when"),
        (["categories"], [{"name": "a"}, {"name": "a"}], r"\$\.categories"),
        (["stages"], [{}], r"\$"),
    ],
)
def test_a_malformed_policy_is_one_kind_of_error_that_names_the_place(path, value, place):
    with pytest.raises(PolicyError, match="^" + place):
        Policy.load(broken(path, value))


@pytest.mark.parametrize("raw", [None, [], "text", {}, {"format": 1}])
def test_what_is_no_policy_is_refused(raw):
    with pytest.raises(PolicyError):
        Policy.load(raw)


def test_a_policy_that_counts_elapsed_time_needs_no_calendar():
    raw = sample(calendars={}, escalation={})
    raw["pack"] = {"name": "plain"}
    raw["sla"] = [raw["sla"][1]]
    assert Policy.load(raw).select({"type": "complaint"}, 1).name == "standard"
    raw["sla"][0]["clocks"][0]["within"] = "5bd"
    with pytest.raises(PolicyError, match="needs a calendar"):
        Policy.load(raw)


def test_a_clocks_calendar_comes_before_the_policys_and_that_before_the_packs():
    raw = sample()
    raw["sla"][0]["calendar"] = "hotline"
    raw["sla"][0]["clocks"][0]["calendar"] = "office"
    loaded = Policy.load(raw)
    names = [spec.calendar.name for spec in loaded.sla[0].clocks[:2]] + [
        loaded.sla[1].clocks[0].calendar.name
    ]
    assert names == ["office", "hotline", "office"]
