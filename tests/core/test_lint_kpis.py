"""What is wrong with a key figure: of some cases only, or with what complaints cost."""

import pytest
from policy_files import found
from shop_kinds import changed

COST = "name: cost_of_complaints, lower_is_better: true"
FAULTS = [
    (
        "name: csat, target: 90%",
        "name: csat, target: 90%, match: {type: complaint}",
        "kpis.yaml:3:12 P500 'csat' is the figure of all cases and cannot be that of some of them, too; give "
        "it a name of its own and say 'measure: csat'",
    ),
    (
        "name: csat, target: 90%",
        "name: again, measure: repeat_complaint_rate, lower_is_better: true, match: {type: complaint}, "
        "within: 90d",
        "kpis.yaml:3:100 P501 'within' has no effect on 'again', which is about some cases only; write it in "
        "the entry of 'repeat_complaint_rate' for all cases, or delete it",
    ),
    (
        "name: csat, target: 90%",
        "name: exams, measure: training_pass_rate, match: {type: complaint}",
        "kpis.yaml:3:12 P502 'exams' cannot be told of some cases: 'training_pass_rate' is one figure for "
        "all; delete 'match' and 'unless'",
    ),
    (
        "name: csat, target: 90%",
        f"{COST}, frequency: [5, 2]",
        "kpis.yaml:3:55 P503 the numbers of 'frequency' of 'cost_of_complaints' do not rise; write the "
        "smallest first",
    ),
    (
        "name: csat, target: 90%",
        f"{COST}, value: [5, 2]",
        "kpis.yaml:3:55 P503 the numbers of 'value' of 'cost_of_complaints' do not rise; write the smallest "
        "first",
    ),
    (
        "name: csat, target: 90%",
        f"{COST}, hour_costs: 40",
        "kpis.yaml:3:55 P504 'cost_of_complaints' says 'hour_costs' but not 'worked', so work costs nothing; "
        "add 'worked', or delete 'hour_costs'",
    ),
    (
        "name: csat, target: 90%",
        "name: csat, target: 90%, exact_up_to: 9",
        "kpis.yaml:3:31 P506 'exact_up_to' has no effect on 'csat': it belongs to first_response_time; move "
        "it to the entry of first_response_time, or delete it",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), FAULTS)
def test_a_fault_is_found_once_and_with_the_way_out(old, new, line):
    assert found(changed("kpis", old, new)) == [line]


@pytest.mark.parametrize(
    "new",
    [
        "name: happy_callers, measure: csat, target: 90%, match: {type: complaint}",
        f"{COST}, hour_costs: 40, worked: 5%, over: 365d, frequency: [2, 5], value: [100], often: 3",
    ],
)
def test_what_is_sound(new):
    assert found(changed("kpis", "name: csat, target: 90%", new)) == []
