"""The plan: what applying a policy would change, in lines that a person reads before saying yes.

    + stage proposed
    ~ sla standard/solution within 72h → 48h
    - category parking (archived; 3 tickets keep it)

Lines with ! are no changes but worth knowing. A plan with refusals cannot be applied."""

from collections import defaultdict
from functools import cached_property

import yaml
from odoo.tools.translate import get_translation

from ..language.changes import Change, changes, day_hours
from .apply_lists import PickLists
from .apply_teams import Mailbox
from .term import PLACES

SHOWN = 90  # characters of a value that a line repeats
SHOWN_DAYS = 8  # days of a calendar that get a line each


class Plan:
    """What it takes to bring a company from its active release, and the records that are there, to a compiled
    policy.

    compiled: release_sources.Compiled; lang: an Odoo language code, which need not be active."""

    def __init__(self, env, company, compiled, lang: str | None = None):
        self.env = env(su=True)
        self.company = company.with_env(self.env)
        self.compiled = compiled
        self.lang = lang or env.lang or "en_US"
        self.base = self.env["complaint.release"]._active(self.company)
        self.changes = changes(self.base.normalised or {}, compiled.normalised)
        self.lists = PickLists(self.env, self.company, compiled.normalised)

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __str__(self) -> str:
        return "\n".join([*self.lines, *self.notes])

    def _(self, source: str, **values) -> str:
        return get_translation("complaint_management", self.lang, source, values)

    # ------------------------------------------------------------------ lines

    @cached_property
    def lines(self) -> list[str]:
        """Everything that applying would change, grouped by kind, in a stable order."""
        lines = [line for change in self.changes for line in self._change_lines(change)]
        lines += [
            self._("+ team %(name)s (new, without members)", name=name) for name in self.lists.teams.missing()
        ]
        lines += self._mailbox_lines()
        lines += self._repair_lines()
        return lines or self._document_lines()

    @cached_property
    def notes(self) -> list[str]:
        """What does not change but should be known."""
        notes = [
            self._(
                "! mailbox %(alias)s of team %(team)s stays closed: %(holder)s is in the way",
                alias=mailbox.alias,
                team=mailbox.team,
                holder=holder,
            )
            for mailbox, holder in self.lists.teams.obstacles()
        ]
        return notes + self._reachable_notes()

    @cached_property
    def refusals(self) -> list[str]:
        """Why this plan cannot be applied; empty if it can."""
        return [
            self._(
                "Stage “%(name)s” cannot be archived while open complaints are in it (%(count)d). "
                "Move them to another stage first, or keep the entry under a new name with `was: %(code)s`.",
                name=stage.with_context(lang=self._active_lang).name,
                count=self._open_by_stage[stage.id],
                code=stage.policy_code,
            )
            for stage in self._gone_stages
            if self._open_by_stage[stage.id]
        ]

    def _change_lines(self, change: Change) -> list[str]:
        label = self._labels.get(change.kind, change.kind)
        what = " ".join(part for part in (label, "/".join(change.path)) if part)
        if change.key == "was":
            return [
                self._(
                    "~ %(kind)s %(old)s → %(new)s (renamed)", kind=label, old=change.before, new=change.after
                )
            ]
        if change.key == "order":
            return [self._("~ %(entry)s order: %(order)s", entry=what, order=_shown(change.after))]
        if change.key == "days":
            return self._day_lines(what, change)
        if change.key:
            values = [
                _shown(value)
                for value in (change.before, change.after)
                if change.sign == "~" or value is not None
            ]
            return [f"{change.sign} {what} {change.key} {' → '.join(values)}"]
        return [" ".join(part for part in (change.sign, what, self._record_note(change)) if part)]

    def _day_lines(self, what: str, change: Change) -> list[str]:
        """Exceptions of a calendar: each of them if they are few, else how many there are."""
        days = sorted({**change.before, **change.after})
        if len(days) > SHOWN_DAYS:
            return [
                self._(
                    "~ %(entry)s %(count)d days between %(first)s and %(last)s have other hours",
                    entry=what,
                    count=len(days),
                    first=days[0],
                    last=days[-1],
                )
            ]

        def hours(values, day):
            if day not in values:
                return self._("as usual")
            return day_hours(values[day]) or self._("closed")

        return [f"~ {what} {day} {hours(change.before, day)} → {hours(change.after, day)}" for day in days]

    def _record_note(self, change: Change) -> str:
        """What becomes of the record of a new or dropped entry, in brackets; empty if it is plain."""
        kind = RECORD_KINDS.get(change.kind)
        if not kind or len(change.path) > 1:
            return ""
        record = self.lists.existing.get((kind, change.path[0]))
        if change.sign == "+":
            return self._("(taken out of the archive)") if record and not record.active else ""
        kept = self._tickets_of.get((kind, record.id), 0) if record else 0
        if kept == 1:
            return self._("(archived; 1 ticket keeps it)")
        if kept:
            return self._("(archived; %(count)d tickets keep it)", count=kept)
        return self._("(archived)")

    def _mailbox_lines(self) -> list[str]:
        def record_id(kind, code):
            return self.lists.record(kind, code).id or None

        def line(sign: str, mailbox: Mailbox) -> str:
            return self._(
                "%(sign)s mailbox %(alias)s of team %(team)s",
                sign=sign,
                alias=mailbox.alias,
                team=mailbox.team,
            )

        teams = self.lists.teams
        opened = [
            line("+" if "alias_name" in values else "~", mailbox)
            for mailbox, values in teams.openings(record_id)
        ]
        return opened + [line("-", mailbox) for mailbox, _alias in teams.closings()]

    def _repair_lines(self) -> list[str]:
        """Records that differ from the policy although the policy did not change there: somebody changed them
        by force."""
        lines = []
        for difference in self.lists.differences():
            entry, record = difference.entry, difference.record
            names = [
                name for name in difference.values if name != "sequence" or entry.kind not in self._reordered
            ]
            if not names or (entry.kind, entry.code) in self._touched or not self.base:
                continue
            label = self._labels.get(_change_kind(entry.kind), entry.kind)
            if record:
                fields = record.with_context(lang=self._active_lang).fields_get(names, ["string"])
                what = ", ".join(fields[name]["string"] for name in names)
                lines.append(
                    self._(
                        "~ %(kind)s %(code)s put back in order: %(fields)s (edited by %(who)s on %(day)s)",
                        kind=label,
                        code=entry.code,
                        fields=what,
                        who=record.write_uid.name,
                        day=record.write_date.date().isoformat(),
                    )
                )
            else:
                lines.append(self._("+ %(kind)s %(code)s made again", kind=label, code=entry.code))
        return lines

    def _document_lines(self) -> list[str]:
        """Changes of wording only: nothing that a rule or a person would notice, but the release should hold
        the text."""
        before, after = self.base.sources or {}, self.compiled.sources
        lines = []
        for path in dict.fromkeys((*after, *before)):
            if before.get(path) != after.get(path):
                sign = "~" if path in before and path in after else "+" if path in after else "-"
                lines.append(self._("%(sign)s document %(path)s (without effect)", sign=sign, path=path))
        return lines

    # ------------------------------------------------------------------ what the lines are made from

    @cached_property
    def _labels(self) -> dict[str, str]:
        """Kind of a change -> what one of it is called."""
        return {**self._labels_of_cases(), **self._labels_of_rules(), **self._labels_of_steering()}

    def _labels_of_cases(self) -> dict[str, str]:
        """What cases are described with."""
        return {
            "pack": self._("pack"),
            "calendars": self._("calendar"),
            "roles": self._("role"),
            "channels": self._("channel"),
            "case_types": self._("case type"),
            "categories": self._("category"),
            "severity": self._("severity"),
            "severity.urgencies": self._("urgency"),
            "severity.scopes": self._("scope"),
            "severity.complexities": self._("complexity"),
            "severity.pauses": self._("reason for a pause"),
            "severity.levels": self._("severity"),
            "tiers": self._("customer tier"),
        }

    def _labels_of_rules(self) -> dict[str, str]:
        """What happens to cases."""
        return {
            "assignment": self._("assignment"),
            "stages": self._("stage"),
            "sla": self._("sla"),
            "escalation": self._("escalation"),
            "escalation.levels": self._("escalation level"),
            "escalation.rules": self._("escalation rule"),
            "extensions": self._("extension"),
            "approvals": self._("approval"),
            "remedies": self._("remedy"),
            "causes.causes": self._("cause"),
            "causes.findings": self._("finding"),
            "messages": self._("message"),
            "messages.messages": self._("message"),
            "messages.outside_bodies": self._("outside body"),
            "surveys": self._("survey"),
            "callbacks": self._("callback"),
            "callbacks.plans": self._("callback plan"),
            "callbacks.classes": self._("class of callback answers"),
        }

    def _labels_of_steering(self) -> dict[str, str]:
        """How the work is measured, steered and learnt."""
        return {
            "incentives": self._("incentive scheme"),
            "kpis": self._("key figure"),
            "reports": self._("report"),
            "returns": self._("file for a regulator"),
            "meetings": self._("meeting"),
            "surges": self._("surge"),
            "supervision": self._("supervision"),
            "supervision.checks": self._("check of the supervision"),
            "supervision.check_list": self._("check list"),
            "workload": self._("workload"),
            "quality": self._("quality sample"),
            "training": self._("training"),
            "training.courses": self._("course"),
            "privacy": self._("privacy"),
            "tests": self._("test"),
        }

    @property
    def _active_lang(self) -> str:
        """The plan's language for names in the database, where only active languages can be asked for."""
        return self.lang if self.env["res.lang"]._get_data(code=self.lang) else "en_US"

    @cached_property
    def _touched(self) -> set[tuple[str, str]]:
        """(kind, code) of the records that a line about the policy speaks of already."""
        return {
            (RECORD_KINDS[change.kind], change.path[0])
            for change in self.changes
            if change.path and change.kind in RECORD_KINDS
        }

    @cached_property
    def _reordered(self) -> set[str]:
        """Kinds of records in which entries came, went or moved: every later one gets another sequence."""
        moved = [change for change in self.changes if change.sign != "~" or change.key in ("order", "parent")]
        return {RECORD_KINDS[change.kind] for change in moved if change.kind in RECORD_KINDS}

    @cached_property
    def _gone_stages(self) -> list:
        return [record for record in self.lists.gone() if record._policy_record_kind() == "stage"]

    @cached_property
    def _tickets_of(self) -> dict[tuple[str, int], int]:
        """(kind, record id) -> tickets, for the records that would be archived."""
        by_kind = defaultdict(list)
        for record in self.lists.gone():
            by_kind[record._policy_record_kind()].append(record.id)
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        found = {}
        for kind, ids in by_kind.items():
            if f"{kind}_id" in tickets._fields:
                for record, count in tickets._read_group(
                    [(f"{kind}_id", "in", ids)], [f"{kind}_id"], ["__count"]
                ):
                    found[kind, record.id] = count
        return found

    @cached_property
    def _open_by_stage(self) -> dict[int, int]:
        """Stage id -> open tickets in it, for the open stages that would be archived."""
        counts = defaultdict(int)
        for stage in self._gone_stages:
            if not stage.closed:
                counts[stage.id] = self._tickets_of.get(("stage", stage.id), 0)
        return counts

    def _reachable_notes(self) -> list[str]:
        """Open cases keep the rules of their own release: those may still lead them into a stage that is
        archived now."""
        gone = {stage.id: stage for stage in self._gone_stages}
        if not gone:
            return []
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        domain = [
            ("release_id", "!=", False),
            ("company_id", "=", self.company.id),
            ("stage_id.closed", "=", False),
        ]
        counts = defaultdict(int)
        for release, stage, count in tickets._read_group(domain, ["release_id", "stage_id"], ["__count"]):
            refs = release._refs()
            ways = {
                entry["name"]: entry.get("next") or [] for entry in release.normalised.get("stages") or []
            }
            for code in _reachable(ways, refs.get(("stage", stage.id))):
                counts[refs.get(("stage", code))] += count
        return [
            self._(
                "! stage %(code)s: open complaints that can still reach it under earlier releases: %(count)d",
                code=stage.policy_code,
                count=counts[stage_id],
            )
            for stage_id, stage in gone.items()
            if counts[stage_id]
        ]


def _change_kind(kind: str) -> str:
    """Kind of a record -> kind of a change."""
    place, part = PLACES[kind]
    return f"{place}.{part}" if part else place


RECORD_KINDS = {_change_kind(kind): kind for kind in PLACES}


def _reachable(ways: dict[str, list[str]], start: str | None) -> set[str]:
    """Stages that can follow `start`, over any number of steps."""
    found, todo = set(), list(ways.get(start, []))
    while todo:
        stage = todo.pop()
        if stage not in found:
            found.add(stage)
            todo += ways.get(stage, [])
    return found


def _shown(value) -> str:
    """A value of a policy on one line."""
    if value is None or value == "":
        text = "—"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        text = " ".join(str(value).split())
    elif isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        text = ", ".join(map(str, value)) or "—"
    else:
        text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6).strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
