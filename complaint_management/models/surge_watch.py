"""The job that looks for surges (B7): what arrived lately is counted, and incidents are begun, kept up to
date and ended.

    complaint.event 'received' -- one grouped query --> groups with enough cases
                                                         | engine.surges.follow
                                                         v
    complaint.surge, one open for each rule and group --> surge_deeds: facts, notices, once

Taking a case in costs nothing: the job reads the register. It looks back as far as its windows and the quiet
time reach. What it finds only when it is over (the job stood still) is kept, but nothing is done about it."""

import json
import logging
from collections import Counter, defaultdict
from datetime import timedelta

from odoo import Command, api, fields, models
from psycopg2 import OperationalError

from ..engine.surges import (
    Bar,
    Incident,
    Past,
    follow,
    load_rules,
    many,
    reach,
    slot_at,
    slots_before,
    unusual,
    windows_before,
    zone_of,
)
from .release_reading import aware, naive
from .surge_counts import COLUMNS

_logger = logging.getLogger(__name__)

SECOND = timedelta(seconds=1)
# How the picture is drawn; no rule depends on it.
BARS, BARS_BEFORE = 36, 12
STEPS = (24 * 3600, 12 * 3600, 6 * 3600, 3 * 3600, 3600)


class ComplaintSurge(models.Model):
    _inherit = "complaint.surge"

    @api.model
    def _cron_watch(self):
        """Look for surges in every company under a policy."""
        # sudo: a job
        for release in self.env["complaint.release"].sudo().search([("state", "=", "active")]):
            try:
                self.env["helpdesk.ticket"]._again_if_overtaken(lambda release=release: self._watch(release))
            except OperationalError:
                raise
            except Exception:
                # what is wrong in one company keeps no other one waiting
                self.env.cr.rollback()
                _logger.exception("Surges of %s could not be looked for", release.company_id.id)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _watch(self, release):
        """Look for the surges of one company now. The caller commits."""
        now = aware(fields.Datetime.now().replace(microsecond=0))
        rules, surges = load_rules(release._policy()), self.sudo()  # sudo: a job
        surges._end_without_rule(release, rules)
        if not rules:
            return surges
        zone = zone_of(release._policy())
        # the register is read by the database
        self.env["helpdesk.ticket"].flush_model(set(COLUMNS.values()))
        known = surges._known(release, rules, now)
        since = min(reach(rule, zone, surges._from(rule, known, now)) for rule in rules)
        wanted = surges._candidates(release, rules, known, since, now)
        if not any(wanted.values()):
            return surges
        names = surges._names_asked(rules)
        arrivals = surges._arrivals(release, names, since, now)
        found = []
        for rule in rules:
            groups = _grouped(rule, arrivals, wanted[rule.name])
            bars = surges._bars(release, rule, zone, groups, known)
            for key, ones in groups.items():
                record = known.get((rule.name, key), surges.browse())
                incidents = follow(rule, ones, bars[key], now, record._incident())
                found += [(rule, key, incident) for incident in incidents]
        return surges._store(release, found, known, now)

    # ------------------------------------------------------------------ what is known

    def _end_without_rule(self, release, rules):
        """Surges of rules that the policy has no more are over."""
        gone = self.search(
            [
                ("company_id", "=", release.company_id.id),
                ("state", "=", "open"),
                ("rule", "not in", [rule.name for rule in rules]),
            ]
        )
        gone.write({"state": "over", "ended_at": fields.Datetime.now()})

    def _known(self, release, rules, now):
        """{(rule, group): the newest surge} of those that are open, or ended so lately that the same cases
        are looked at again."""
        known = {}
        for rule in rules:
            lately = naive(now) - timedelta(seconds=2 * (rule.within + rule.quiet_for))
            for surge in self.search(
                [
                    ("company_id", "=", release.company_id.id),
                    ("rule", "=", rule.name),
                    "|",
                    ("state", "=", "open"),
                    ("last_at", ">=", lately),
                ],
                order="last_at",
            ):
                known[rule.name, tuple(json.loads(surge.group_key))] = surge
        return known

    def _from(self, rule, known, now):
        """From when arrivals may have made or kept up a surge."""
        last = [
            aware(surge.last_at)
            for (name, _key), surge in known.items()
            if name == rule.name and not surge.ended_at
        ]
        return min([now - timedelta(seconds=rule.quiet_for), *last])

    def _incident(self):
        """A surge as the engine sees it; None for none."""
        if not self:
            return None
        return Incident(
            aware(self.began_at),
            aware(self.noticed_at),
            aware(self.last_at),
            aware(self.ended_at) or None,
            set(self.ticket_ids.ids),
            self.peak,
            self.need,
            self.usual if self.usual_known else None,
        )

    def _candidates(self, release, rules, known, since, now):
        """{rule: groups} with enough cases lately, or with a surge."""
        totals = {rule.name: Counter() for rule in rules}
        for _place, attributes, count in self._tally(
            release, self._names_asked(rules), [(since, now + SECOND)]
        ):
            for rule in rules:
                key = rule.key_of(attributes)
                if key is not None:
                    totals[rule.name][key] += count
        return {
            rule.name: {key for key, count in totals[rule.name].items() if count >= rule.fewest}
            | {key for (name, key), surge in known.items() if name == rule.name and surge.state == "open"}
            for rule in rules
        }

    # ------------------------------------------------------------------ how many are too many

    def _bars(self, release, rule, zone, groups, known):
        """{group: what gives the bar of an arrival}."""
        if rule.times is None:
            return dict.fromkeys(groups, lambda at: many(rule, at))
        slots = {at: slot_at(zone, rule.within, at) for ones in groups.values() for at, _id in ones}
        here = {
            (key, slot): count
            for key, ones in groups.items()
            for slot, count in _to_judge(rule, slots, ones, known.get((rule.name, key))).items()
        }
        bars = self._judged(release, rule, zone, here) if here else {}
        return {
            key: lambda at, key=key: bars.get((key, slots[at]), Bar(slots[at].start, None)) for key in groups
        }

    def _judged(self, release, rule, zone, here):
        """{(group, slot): its bar}. here: the cases that came in it so far."""
        slots = {slot for _key, slot in here}
        began, history = self._began(release.company_id), {}
        earlier = self._earlier(release, rule, zone, slots)

        def bar(key, slot):
            # if the weeks varied no more than by chance, and no other group were watched
            easiest = unusual(rule, Past(zone, rule.within, began, earlier[key]), slot, 1)
            if easiest.need is None or here[key, slot] < easiest.need:
                return easiest
            if not history:
                history.update(self._history(release, rule, zone, slots))
            past = Past(zone, rule.within, began, history[key])
            return unusual(rule, past, slot, len(history), past.spread(slot.day, rule.weeks))

        return {(key, slot): bar(key, slot) for key, slot in here}

    def _earlier(self, release, rule, zone, slots):
        """{group: cases by slot} of the same slots in the weeks before."""
        before = {one for slot in slots for one in slots_before(zone, rule.within, slot, rule.weeks)}
        before = [slot for slot in before if slot.seconds]
        found = defaultdict(Counter)
        spans = [(slot.start, slot.end) for slot in before]
        for place, attributes, count in self._tally(release, self._names_asked([rule]), spans):
            key = rule.key_of(attributes)
            if key is not None:
                found[key][before[place][:2]] += count
        return found

    # ------------------------------------------------------------------ keeping

    def _store(self, release, found, known, now):
        """Write down incidents, and let follow what the policy wants of those that are new or grew."""
        new, joined = [], {}
        for rule, key, incident in found:
            surge = known.get((rule.name, key))
            if surge and aware(surge.began_at) == incident.began:
                joined[surge] = incident.ids - set(surge.ticket_ids.ids)
                surge._update(rule, key, incident, now)
            else:
                new.append((rule, key, incident))
        created = self.create(
            [self._values(release, rule, key, incident, now) for rule, key, incident in new]
        )
        joined.update((surge, one[2].ids) for surge, one in zip(created, new, strict=True))
        for surge, (rule, key, _incident) in zip(created, new, strict=True):
            surge._draw(rule, key, now)
        rules = {rule.name: rule for rule, _key, _incident in found}
        joined = {
            surge: self.env["helpdesk.ticket"].browse(sorted(ids)) for surge, ids in joined.items() if ids
        }
        self._follow_surges(rules, created, joined, naive(now))
        return created

    def _values(self, release, rule, key, incident, now):
        return {
            "company_id": release.company_id.id,
            "release_id": release.id,
            "rule": rule.name,
            "group_key": json.dumps(key, ensure_ascii=False),
            "group_values": dict(zip(rule.group_by, key, strict=True)),
            "acted": incident.ended is None,
            "began_at": naive(incident.began),
            "noticed_at": naive(incident.noticed),
            **self._progress(rule, incident),
        }

    def _progress(self, rule, incident):
        values = {
            "state": "over" if incident.ended else "open",
            "last_at": naive(incident.last),
            "ended_at": naive(incident.ended) if incident.ended else False,
            "case_count": len(incident.ids),
            "peak": incident.peak,
            "need": incident.need,
            "ticket_ids": [Command.set(sorted(incident.ids))],
        }
        if rule.times is not None:
            values.update(usual=incident.usual or 0.0, usual_known=incident.usual is not None)
        return values

    def _update(self, rule, key, incident, now):
        """Write down what has changed in a surge that is known."""
        values = self._progress(rule, incident)
        del values["ticket_ids"]
        changed = {name: value for name, value in values.items() if self[name] != value}
        missing = incident.ids - set(self.ticket_ids.ids)
        if missing:
            changed["ticket_ids"] = [Command.link(ident) for ident in sorted(missing)]
        if changed:
            self.write(changed)
            self._draw(rule, key, now)

    def _draw(self, rule, key, now):
        """Keep how many came when, and how many are usual, for the picture."""
        release = self.release_id
        zone, began = zone_of(release._policy()), self._began(self.company_id)
        step = rule.within if rule.times else next((one for one in STEPS if one <= rule.within), STEPS[-1])
        until = aware(self.ended_at) if self.ended_at else now
        first = max(
            aware(self.began_at) - timedelta(seconds=BARS_BEFORE * step),
            until - timedelta(seconds=BARS * step),
        )
        slots = _slots(zone, step, first, until)
        before = {one for slot in slots for one in slots_before(zone, step, slot, rule.weeks)}
        spans = [slot for slot in (*slots, *before) if slot.seconds]
        counts = Counter()
        names = self._names_asked([rule])
        for place, attributes, count in self._tally(release, names, [(one.start, one.end) for one in spans]):
            if rule.key_of(attributes) == key:
                counts[spans[place][:2]] += count
        past = Past(zone, step, began, counts)
        self.curve = [self._point(past, slot, rule.weeks) for slot in slots]
        if rule.times is None and rule.weeks:
            self._note_usual(rule, key, zone, began)

    def _note_usual(self, rule, key, zone, began):
        """How many are usual in the window of a rule that only counts: for people, nothing depends on it."""
        end = aware(self.last_at) + SECOND
        start = end - timedelta(seconds=rule.within)
        spans = [span for span in windows_before(zone, start, end, rule.weeks) if span[0] >= began]
        tally = self._tally(self.release_id, self._names_asked([rule]), spans)
        cases = sum(count for _place, attributes, count in tally if rule.key_of(attributes) == key)
        self.write({"usual": cases / len(spans) if spans else 0.0, "usual_known": bool(spans)})

    def _point(self, past, slot, weeks):
        cases, exposure = past.earlier(slot, weeks)
        usual = cases / exposure if exposure else None
        return [int(slot.start.timestamp()), int(slot.end.timestamp()), past.counts[slot[:2]], usual]


def _to_judge(rule, slots, arrivals, surge):
    """{slot: cases} of the slots with enough cases of a group, of which some came after the surge that is
    known had last too many: what came before changes nothing."""
    counts = Counter(slots[at] for at, _id in arrivals)
    until = aware(surge.ended_at or surge.last_at) if surge else None
    fresh = {slots[at] for at, _id in arrivals if until is None or at > until}
    return {slot: counts[slot] for slot in fresh if counts[slot] >= rule.fewest}


def _grouped(rule, arrivals, keys):
    """{group: [(arrived, ticket id)]} of some groups."""
    groups = {key: [] for key in keys}
    for at, ident, attributes in arrivals:
        key = rule.key_of(attributes)
        if key in groups:
            groups[key].append((at, ident))
    return groups


def _slots(zone, step, first, until):
    """The parts of the time from `first` to `until`, in order."""
    slots, at = [], first
    while at <= until:
        slot = slot_at(zone, step, at)
        slots.append(slot)
        at = max(slot.end, at + SECOND)
    return slots
