"""Surges in past cases, for `scripts/surges`."""

import argparse
import random
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from math import exp
from pathlib import Path

from complaint_policy.command.cases import read_cases
from complaint_policy.command.mapping import read_mapping
from complaint_policy.command.packs import compile_packs
from complaint_policy.command.tables import table
from complaint_policy.engine.matching import Condition
from complaint_policy.engine.surge_plot import Bar, plot
from complaint_policy.engine.surges import Past, SurgeRule, load_rules, replay, slot_at, zone_of

YEAR = timedelta(days=365)
SEED = 311
HOUR, ALLOWED = 3600, 100
BEGIN = datetime(2026, 1, 5, tzinfo=timezone.utc)
AROUND = 10  # bars before and after a surge
WORDS = {"cases": "complaints", "surge": "during the surge", "usual": "usual at this time of the week"}


def main() -> None:
    asked = arguments()
    if asked.invented:
        print("\n".join(invented()))
        return
    packs, problems = compile_packs([asked.pack], date.today())
    if len(packs) != 1:
        sys.exit("\n".join(problem.text("en") for problem in problems))
    policy = packs[0].policy
    mapping = read_mapping(asked.map, "en")
    _mapping, found = read_cases(asked.cases, mapping, [policy], "en")
    cases = [
        (case.events[0].at, number, policy.classify(case.events[0].data["set"]))
        for number, case in enumerate(found.cases)
    ]
    rules = [allowing(rule, asked.allow) for rule in load_rules(policy)]
    zone, now = zone_of(policy), max(at for at, _number, _attributes in cases) + timedelta(days=2)
    first = min(at for at, _number, _attributes in cases)
    print(f"{len(cases)} cases, {first.astimezone(zone):%Y-%m-%d} to {now - timedelta(days=2):%Y-%m-%d}\n")
    noticed = {rule.name: replay(rule, cases, zone, now) for rule in rules}
    print("\n".join(alarms(noticed, zone)))
    if asked.plots:
        draw(rules, noticed, cases, zone, first, Path(asked.plots))
    if asked.shuffles:
        print("\n" + "\n".join(by_chance(rules, cases, zone, now, asked.shuffles)))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/surges", description="Surges in past cases.")
    parser.add_argument("pack", nargs="?")
    parser.add_argument("--cases")
    parser.add_argument("--map")
    parser.add_argument("--invented", action="store_true")
    parser.add_argument("--shuffles", type=int, default=0)
    parser.add_argument("--allow", type=float)
    parser.add_argument("--plots")
    asked = parser.parse_args()
    if not asked.invented and not (asked.pack and asked.cases and asked.map):
        parser.error("name a pack, --cases and --map, or --invented")
    return asked


def allowing(rule, alarms):
    """The rule with another number of false alarms a year."""
    return rule if alarms is None else replace(rule, alarms=alarms, per=int(YEAR.total_seconds()))


def alarms(noticed, zone):
    """The table of the surges."""
    rows = []
    for name, incidents in noticed.items():
        for key, one in incidents:
            began, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (one.began, one.last))
            usual = "–" if one.usual is None else f"{one.usual:.1f}"
            rows.append(
                [name, " · ".join(key), began, last, *map(str, (len(one.ids), one.peak, one.need)), usual]
            )
    columns = [
        "rule",
        "the same in all",
        "began",
        "too many until",
        "cases",
        "peak",
        "too many from",
        "usual",
    ]
    return table(columns, rows, left=4)


# -- what chance makes ---------------------------------------------------------------------------------------


def by_chance(rules, cases, zone, now, shuffles):
    """How often chance was taken for a surge, and how often it may be."""
    chance, total = random.Random(SEED), dict.fromkeys((rule.name for rule in rules if rule.times), 0)
    span = now - timedelta(days=2) - min(at for at, _number, _attributes in cases) - timedelta(weeks=1)
    for _turn in range(shuffles):
        moved = shuffled(cases, zone, chance)
        for rule in rules:
            if rule.times:
                total[rule.name] += len(replay(rule, moved, zone, now))
    years = shuffles * span / YEAR
    rows = []
    for rule in rules:
        if rule.times:
            allowed = rule.alarms * years * YEAR.total_seconds() / rule.per
            rows.append([rule.name, f"{years:.1f}", str(total[rule.name]), f"{allowed:.1f}"])
    yield f"each case moved to another week at the same hour of the week, {shuffles} times (seed {SEED})"
    yield ""
    yield from table(["rule", "years", "false alarms", "allowed"], rows, left=1)


def shuffled(cases, zone, chance):
    """The cases, each in a week drawn anew, at the same time of the same weekday."""
    days = [at.astimezone(zone).toordinal() for at, _number, _attributes in cases]
    first, last = min(days), max(days)
    moved = []
    for (at, number, attributes), day in zip(cases, days, strict=True):
        weeks = range(-((day - first) // 7), (last - day) // 7 + 1)
        local = at.astimezone(zone) + timedelta(weeks=chance.choice(weeks))
        moved.append((local.astimezone(at.tzinfo), number, attributes))
    return moved


def invented():
    """The same on cases that are invented: each hour of the week with a mean of its own, four groups,
    60 weeks. The rule asks for nothing but that chance does not explain the count."""
    rule = SurgeRule(
        "chance", Condition(), ("category",), HOUR, HOUR, None, 1.01, 8, 2, ALLOWED,
        int(YEAR.total_seconds()), (), {},
    )  # fmt: skip
    weeks, rows = 60, []
    allowed = ALLOWED * (weeks - 1) * timedelta(weeks=1) / YEAR
    for words, cluster in (("one by one", 1), ("in pairs", 2), ("in fours", 4)):
        for mean in (0.5, 3, 12):
            chance = random.Random(SEED)
            cases = list(enumerated(come_by_chance(chance, mean, cluster, weeks)))
            found = replay(rule, cases, timezone.utc, BEGIN + timedelta(weeks=weeks + 1))
            rows.append([words, f"{mean:g}", str(len(cases)), str(len(found)), f"{allowed:.0f}"])
    yield from table(["cases come", "an hour", "cases", "false alarms", "allowed"], rows, left=1)


def come_by_chance(chance, mean, cluster, weeks):
    """(when, group) of cases that come by chance alone, so many at once."""
    means = {(group, hour): mean * chance.choice((0.3, 1, 2)) for group in range(4) for hour in range(168)}
    for hour in range(weeks * 168):
        for group in range(4):
            for _one in range(poisson(chance, means[group, hour % 168] / cluster)):
                yield from [
                    (BEGIN + timedelta(hours=hour, seconds=chance.randrange(HOUR)), group)
                    for _again in range(cluster)
                ]


def enumerated(arrivals):
    return ((at, number, {"category": str(group)}) for number, (at, group) in enumerate(arrivals))


def poisson(chance, mean):
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


# -- pictures ------------------------------------------------------------------------------------------------


def draw(rules, noticed, cases, zone, first, folder: Path) -> None:
    """A picture of each surge."""
    folder.mkdir(parents=True, exist_ok=True)
    for rule in rules:
        for number, (key, one) in enumerate(noticed[rule.name], 1):
            times = [at for at, _number, attributes in cases if rule.key_of(attributes) == key]
            path = folder / f"{rule.name}-{number}.svg"
            path.write_text(picture(rule, key, one, times, zone, first) + "\n", encoding="utf-8")
            print(f"drawn: {path}")


def picture(rule, key, one, times, zone, first) -> str:
    step = rule.within
    past = Past(zone, step, first)
    for at in times:
        past.counts[slot_at(zone, step, at)[:2]] += 1
    around = timedelta(seconds=AROUND * step)
    slots, at = [], one.began - around
    while at <= one.last + around:
        slots.append(slot_at(zone, step, at))
        at = slots[-1].end
    bars = [bar_of(rule, one, past, slot, place, zone) for place, slot in enumerate(slots)]
    return plot(bars, {**WORDS, "title": f"{rule.name}: {' · '.join(key)}"})


def bar_of(rule, one, past, slot, place, zone) -> Bar:
    cases, exposure = past.earlier(slot, rule.weeks)
    usual = cases / exposure if exposure else None
    local: datetime = slot.start.astimezone(zone)
    label = f"{local:%m-%d}" if local.hour == 0 else f"{local:%H:%M}"
    during = slot.start <= one.last and slot.end > one.began
    count = past.counts[slot[:2]]
    return Bar(label if place % 3 == 0 else "", count, usual, during, f"{local:%Y-%m-%d %H:%M}: {count}")


if __name__ == "__main__":
    main()
