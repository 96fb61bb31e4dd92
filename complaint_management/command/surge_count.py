"""How many surges the rules of a policy would have noticed in past cases."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from ..engine.case import Case
from ..engine.policy import Policy
from ..engine.surges import load_rules, replay, zone_of


def surges_in(policy: Policy, cases: Sequence[Case], now: datetime) -> Counter[str]:
    """Surges by rule."""
    firsts = [case.in_order()[0] for case in cases]
    known = [
        (first.at, number, policy.classify(first.data.get("set") or {}))
        for number, first in enumerate(firsts)
    ]
    zone = zone_of(policy)
    return Counter({rule.name: len(replay(rule, known, zone, now)) for rule in load_rules(policy)})
