"""The file of the supervision: one fault in it is one line that says what to do."""

import pytest
from policy_files import files, found
from shop_kinds import MORE

SOUND = """\
kind: supervision
checks:
  - {name: skipped, what: skipped_step, at_most: 5%}
  - {name: waited, what: saved_by_pause, pause: 50%}
  - {name: ignored, what: open_escalation, longer_than: 3d, at_most: 2, for: boss}
check_list: {every: month, by: boss, within: 5bd, lines: [{name: steps, finding: skipped}, {name: people}]}
"""
FAULTS = [
    (
        "saved_by_pause, pause: 50%",
        "skipped_step, pause: 50%",
        "supervision.yaml:4:40 P446 'pause' of 'waited' belongs to 'saved_by_pause', not to 'skipped_step'; "
        "delete 'pause', or write 'saved_by_pause' instead of 'skipped_step'",
    ),
    (
        "what: saved_by_pause, pause: 50%",
        "what: unapproved",
        "supervision.yaml:4:26 P514 'waited' looks for unapproved, but the policy has no 'approval'; add "
        "'approval', or delete the check",
    ),
    (
        "by: boss",
        "by: assignee",
        "supervision.yaml:6:32 P515 the check list is for 'assignee', whom only a case names; name a role "
        "with a team, a group, departments or users",
    ),
    (
        "at_most: 5%",
        "at_most: few",
        "supervision.yaml:3:50 P106 'few' is not a whole number, or a share from 1% to 100%; write it "
        "in this form",
    ),
]


def shop(text):
    return files(**{**MORE, "supervision": text})


def test_f5_a_sound_file_of_the_supervision_has_no_problem():
    assert found(shop(SOUND)) == []


@pytest.mark.parametrize(("old", "new", "line"), FAULTS, ids=[line.split()[1] for _old, _new, line in FAULTS])
def test_f5_one_fault_in_the_supervision_is_one_line_that_says_what_to_do(old, new, line):
    assert old in SOUND
    assert found(shop(SOUND.replace(old, new))) == [line]
