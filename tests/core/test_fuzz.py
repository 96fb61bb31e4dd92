"""A short form of scripts/fuzz: damaged and invented policy files end in problems or in a policy."""

import fuzz
import pytest
from fuzz_inputs import Inputs

INPUTS = Inputs(fuzz.real_packs(), seed=2)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_an_input_of_any_kind_is_refused_or_understood_and_in_time(first):
    for number in range(first, first + 50):
        one = INPUTS.one(number)
        _outcome, _seconds, trace = fuzz.timed(one)
        assert trace == "", f"input {number}: {one.how} in {one.changed}"


def test_the_same_number_makes_the_same_input():
    assert Inputs(fuzz.real_packs(), seed=2).one(17) == INPUTS.one(17)


def test_undamaged_packs_are_policies_for_the_fuzz_run():
    files = {path: text for path, text in fuzz.real_packs().items() if path.startswith("shop/")}
    assert fuzz.examine("shop", files) == "a policy"


def test_an_exception_is_a_finding_and_is_made_small(monkeypatch):
    def broken(files):
        if any(b"late" in content for content in files.values()):
            raise RuntimeError("found")
        return whole(files)

    whole = fuzz.load
    monkeypatch.setattr(fuzz, "load", broken)
    files = {
        "shop/pack.yaml": b"kind: pack\nname: shop\n",
        "shop/sla.yaml": b"kind: sla\n# very\n# late\n# today\n",
    }
    one = fuzz.Input(0, "made up", "shop", files, ("shop/sla.yaml",))
    outcome, _seconds, trace = fuzz.timed(one)
    assert outcome.startswith("RuntimeError") and "found" in trace
    assert fuzz.smaller(one, outcome) == {"shop/sla.yaml": b"# late"}


def test_computing_without_end_is_a_finding(monkeypatch):
    def endless(_pack, _files):
        while True:
            pass

    monkeypatch.setattr(fuzz, "LIMIT", 0.05)
    monkeypatch.setattr(fuzz, "examine", endless)
    assert fuzz.timed(INPUTS.one(0))[0] == "Hang"
