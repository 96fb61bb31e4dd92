"""Quality samples: what an admin is told before a card is filled in that nobody could fill in (F6)."""

from textwrap import dedent

import pytest
from policy_files import found
from shop_kinds import MORE, changed

SOUND = """\
kind: quality
samples:
  - name: calls
    every: month
    draw: week
    of: {channel: phone}
    share: 10%
    each_agent: 1
    by: boss
    card: [greeting, {name: ending, weight: 2, critical: true}]
    scale: 5
    remark_up_to: 2
    pass: 80%
    objection_within: 5bd
    objections_by: intake
"""

FAULTS = [
    (
        "by: boss\n",
        "by: assignee\n",
        "quality.yaml:9:9 P516 the quality sample 'calls' names 'assignee', whom only a case or a customer "
        "names; name a role with a team, a group, departments or users",
    ),
    (
        "objections_by: intake",
        "objections_by: assignee",
        "quality.yaml:15:20 P516 the quality sample 'calls' names 'assignee', whom only a case or a customer "
        "names; name a role with a team, a group, departments or users",
    ),
    (
        "remark_up_to: 2",
        "remark_up_to: 5",
        "quality.yaml:12:19 P517 in 'calls' up to 5 points need a remark: that is every score; write fewer "
        "points than the scale has",
    ),
]


def shop(quality):
    return changed("quality", dedent(MORE["quality"]), quality)


def test_a_sound_sample_has_no_problem():
    assert found(shop(SOUND)) == []


@pytest.mark.parametrize(("old", "new", "line"), FAULTS, ids=["by", "objections_by", "remarks"])
def test_one_fault_in_a_sample_is_one_line_that_says_what_to_do(old, new, line):
    assert old in SOUND
    assert found(shop(SOUND.replace(old, new))) == [line]


def test_without_a_scale_full_points_are_one():
    text = SOUND.replace("    scale: 5\n", "").replace("remark_up_to: 2", "remark_up_to: 1")
    (line,) = found(shop(text))
    assert "P517" in line
    assert found(shop(text.replace("remark_up_to: 1", "remark_up_to: 0"))) == []


def test_who_decides_about_objections_must_be_a_role():
    (line,) = found(shop(SOUND.replace("objections_by: intake", "objections_by: nobody")))
    assert "nobody" in line
    assert "P201" in line
