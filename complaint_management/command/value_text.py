"""A value that a policy test expected or found, in words."""

from typing import Any

from .words import say


def value_text(value: Any, lang: str) -> str:
    """Nothing, rules that acted, points by person, or text.

    >>> value_text([{"late": "solution"}], "en"), value_text({"ann": -4.0}, "en"), value_text(None, "en")
    ('late (solution)', 'ann -4', 'nothing')
    """
    if value is None or value in ([], {}):
        return say("nothing", lang)
    if isinstance(value, dict):
        parts = (say("points_of", lang, person=who, points=f"{points:+g}") for who, points in value.items())
        return say("joined", lang).join(parts)
    if isinstance(value, (list, tuple)):
        return say("joined", lang).join(_fired(one, lang) for one in value)
    return str(value)


def _fired(one: dict[str, str], lang: str) -> str:
    """An expected ``{rule: subject}`` or a found ``{rule, subject, at}``."""
    if len(one) > 1:
        return say("fired_at", lang, **one)
    rule, subject = next(iter(one.items()))
    return say("fired_one", lang, rule=rule, subject=subject)
