"""Rewards out of a budget: never above it, to the smallest coin of the currency, and always the same (E3)."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

Who = TypeVar("Who")
_NOUGHT = Decimal(0)


def shares(wanted: Mapping[Who, Decimal], budget: Decimal | None, unit: Decimal) -> dict[Who, Decimal]:
    """What everybody gets of what they should get.

    If the budget reaches, everybody gets all of it. If not, everybody gets the same share of it; coins that
    are left over after rounding down go to those who lost most by the rounding, of two who lost the same to
    the one with the larger reward, then to the one who comes first by name or number. Nobody gets more than
    they should, and the sum is never above the budget.

    :param wanted: the full reward of each; not below 0; what is less than a coin is dropped
    :param budget: None for no limit; below 0 is nothing
    :param unit: the smallest coin: 0.01 for EUR, 1 for JPY, 0.001 for KWD
    :raises ValueError: a reward below 0, a coin that is none

    >>> shares({"ann": Decimal(800), "ben": Decimal(300)}, Decimal(1000), Decimal("0.01"))
    {'ann': Decimal('727.27'), 'ben': Decimal('272.73')}
    """
    if unit <= 0:
        raise ValueError(f"{unit} is no coin")
    if any(amount < 0 for amount in wanted.values()):
        raise ValueError("a reward cannot be less than nothing")
    coins = {who: int((amount / unit).to_integral_value(ROUND_DOWN)) for who, amount in wanted.items()}
    total = sum(coins.values())
    purse = total if budget is None else int((max(budget, _NOUGHT) / unit).to_integral_value(ROUND_DOWN))
    if total > purse:
        coins = _in_proportion(coins, total, purse)
    return {who: coins[who] * unit for who in wanted}


def _in_proportion(coins: dict[Who, int], total: int, purse: int) -> dict[Who, int]:
    """Whole coins by largest remainder; exact, because it never divides."""
    given, lost = {}, {}
    for who, amount in coins.items():
        given[who], lost[who] = divmod(amount * purse, total)
    over = purse - sum(given.values())
    order = sorted(coins, key=_by_name)
    order.sort(key=lambda who: (-lost[who], -coins[who]))
    for who in order[:over]:
        given[who] += 1
    return given


def _by_name(who: Who) -> tuple[bool, int, str]:
    return (True, who, "") if isinstance(who, int) else (False, 0, str(who))
