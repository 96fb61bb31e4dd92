"""Policies with callback plans, for the tests: the shop with a calendar and plans of one's own."""

from datetime import date, datetime, timezone
from functools import lru_cache
from textwrap import dedent, indent

from policy_files import files

from complaint_policy.engine.callbacks import plan_named
from complaint_policy.engine.policy import Policy
from complaint_policy.language import load

CALENDARS = """\
kind: calendars
calendars:
  - {{name: office, timezone: {zone}, hours: {hours}{holidays}}}
"""
TIERS = "kind: tiers\ntiers: [{name: vip, when: {spend_12_months: {min: 1000}}}, {name: normal}]\n"
SURVEYS = """\
kind: surveys
surveys: [{name: ask, questions: [{name: all, scale: 5}], satisfied: {min: 4}, dissatisfied: {max: 2}}]
"""
WEEKDAYS = '{mon-fri: ["09:00-12:00", "13:00-18:00"]}'


@lru_cache(maxsize=64)
def policy(plans, zone="Etc/UTC", hours=WEEKDAYS, holidays=None, calling=None, cap=None):
    """The shop's policy with these plans (YAML of a list).

    :param calling: the calling hours of the privacy file; ``cap`` the contact cap
    """
    body = "kind: callbacks\nplans:\n" + indent(dedent(plans), "  ")
    privacy = f"kind: privacy\nprivacy: {{keep: 3y, then: anonymise, calling_hours: {calling}}}\n"
    library = load(
        files(
            calendars=CALENDARS.format(
                zone=zone, hours=hours, holidays=f", holidays: {holidays}" if holidays else ""
            ),
            callbacks=body + (f"\ncontact_cap: {cap}\n" if cap else ""),
            tiers=TIERS,
            surveys=SURVEYS,
            **({"privacy": privacy} if calling else {}),
        )
    )
    normalised, problems = library.compile("shop", date(2026, 3, 1))
    assert normalised is not None, problems
    return Policy.load(normalised)


def plan(text, **around):
    """One plan: ``plan("for: customer, every: 30d, method: phone, by: intake")``."""
    return plan_named(policy(f"- {{name: one, {text}}}", **around), "one")


def utc(text):
    """``2026-03-02 10:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def shown(moment, zone=timezone.utc):
    """A time as text, to the minute."""
    return None if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
