"""Courses: what an admin is told before somebody is asked for what cannot be done (F8)."""

import pytest
from policy_files import found
from shop_kinds import MORE, changed

SOUND = """\
kind: training
courses:
  - name: basics
    for: intake
    every: 90d
    after: [review]
    exam: {cases: 3, pass: 80%, choices: 4, again_after: 1cd}
  - {name: more, for: [intake, boss]}
pass_rate: 95%
within: 30cd
remind: 7cd
"""

FAULTS = [
    (
        "for: intake\n",
        "for: assignee\n",
        "training.yaml:4:10 P495 the course 'basics' is for 'assignee', whom only a case or a customer "
        "names; name a role with a team, a group, departments or users, or the leaders of the teams",
    ),
    (
        "every: 90d",
        "every: month",
        "training.yaml:5:12 P496 'basics' is repeated every month, and people have 30cd for it: it would be "
        "needed again before it is late; write a longer 'every' or a shorter 'within'",
    ),
    (
        "    exam: {cases: 3, pass: 80%, choices: 4, again_after: 1cd}\n",
        "",
        "training.yaml:8:12 P497 'pass_rate' is a goal, but no course has an exam; add 'exam: {cases: 5, "
        "pass: 80%}' to a course, or delete 'pass_rate'",
    ),
    (
        "{name: more,",
        "{name: more, after: [consequence, review],",
        "training.yaml:8:25 P498 'more' is the course after 'review', and so is 'basics'; remove it from one "
        "of them",
    ),
    (
        "again_after: 1cd",
        "again_after: 30cd",
        "training.yaml:7:58 P499 who fails 'basics' waits 30cd, longer than the 30cd there are for the "
        "course; shorten 'again_after' or give more time with 'within'",
    ),
]


def shop(training):
    return changed("training", MORE["training"], training)


def test_a_sound_file_of_courses_has_no_problem():
    assert found(shop(SOUND)) == []


@pytest.mark.parametrize(("old", "new", "line"), FAULTS, ids=[line.split()[1] for _old, _new, line in FAULTS])
def test_one_fault_in_the_training_is_one_line_that_says_what_to_do(old, new, line):
    assert old in SOUND
    assert found(shop(SOUND.replace(old, new))) == [line]
