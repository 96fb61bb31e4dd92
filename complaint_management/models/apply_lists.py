"""Pick lists: which records a policy wants, how they differ from those that are there, and making them so, in
batches.

wanted(policy) -> [Entry]         pure: what should be there
PickLists(env, company, policy)   compares with the database; `perform()` writes, the plan only reads"""

from dataclasses import dataclass, field
from typing import Any

from odoo.tools import SQL
from psycopg2.extras import Json

from ..engine.policy import as_list
from ..language.changes import flat
from .apply_teams import Teams
from .release import MODELS
from .term import PLACES, TREES

STEP = 10  # between the sequences of two entries


@dataclass(slots=True)
class Entry:
    """One record that a policy wants."""

    kind: str
    code: str
    title: dict[str, str]
    was: str | None = None
    parent: str | None = None
    team: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def wanted(policy: dict) -> list[Entry]:
    """Every record that a normalised policy wants, parents before children, in the policy's order."""
    entries = []
    for kind, (place, part) in PLACES.items():
        found = policy.get(place) or []
        if part and isinstance(found, dict):
            found = found.get(part) or []
        elif part and part != place:  # a release of the time when causes were a plain list, without findings
            found = []
        if kind in TREES:
            found = flat(found)
        for index, entry in enumerate(found):
            values = {"sequence": STEP * (index + 1), "active": True, **_own_values(kind, entry)}
            entries.append(
                Entry(
                    kind,
                    entry["name"],
                    entry["title"],
                    entry.get("was"),
                    entry.get("parent"),
                    entry.get("team"),
                    values,
                )
            )
    return entries


def _own_values(kind: str, entry: dict) -> dict[str, Any]:
    """Values that only one kind has."""
    if kind == "stage":
        return {
            "closed": bool(entry.get("closes")),
            "unattended": entry.get("event") == "received",
            "for_complaints": True,
            "close_from_portal": False,
            "mail_template_id": False,
            "rating_mail_template_id": False,
        }
    if kind == "severity":
        return {"priority": entry.get("priority", 0)}
    if kind == "remedy":
        return {"needs_amount": bool(entry.get("amount"))}
    if kind == "course":
        return _course_values(entry)
    return {}


def _course_values(entry: dict) -> dict[str, Any]:
    """What the policy says of a course; what is taught is the trainers' own."""
    exam = entry.get("exam") or {}
    return {
        "level": entry.get("level") or False,
        "roles": as_list(entry["for"]),
        "every": entry.get("every") or False,
        "after": list(entry.get("after") or ()) or False,
        "exam_cases": (exam.get("cases") or 1) if exam else 0,
        "exam_pass": exam.get("pass") or False,
        "exam_choices": exam.get("choices") or 0,
        "exam_again_after": exam.get("again_after") or False,
    }


def titles(title: dict[str, str], languages: list[str]) -> dict[str, str]:
    """A title as Odoo stores it: always en_US, and each active language that the policy has words for."""
    english = title.get("en_US") or title.get("en") or next(iter(title.values()))
    stored = {"en_US": english}
    for language in languages:
        text = title.get(language) or title.get(language.split("_")[0])
        if text and text != english:
            stored[language] = text
    return stored


@dataclass(slots=True)
class Difference:
    """What has to happen to the record of one entry. `record` is empty for one that has to be made; `values`
    maps field names to what the record should have (None: the id of something that is not there yet)."""

    entry: Entry
    record: Any
    values: dict[str, Any]


class PickLists:
    """The pick lists of one company against one normalised policy. Reads only, but for `perform`."""

    def __init__(self, env, company, policy: dict):
        context = {**env.context, "lang": None, "tracking_disable": True, "active_test": False}
        self.env = env(su=True, context=context)
        self.company = company.with_env(self.env)
        self.entries = wanted(policy)
        self.languages = [code for code, _name in self.env["res.lang"].get_installed()]
        self.teams = Teams(self.env, self.company, policy)
        self.existing = self._existing()
        self.renamed = self._renamed()
        self.stored_titles = self._stored_titles()

    def model(self, kind: str):
        return self.env[MODELS.get(kind, "complaint.term")]

    def record(self, kind: str, code: str | None):
        """The record that has, or after its rename will have, this code; empty if there is none."""
        known = self.existing.get((kind, code)) or self.existing.get((kind, self.renamed.get((kind, code))))
        return known or self.model(kind)

    # ------------------------------------------------------------------ comparing

    def _existing(self) -> dict[tuple[str, str], Any]:
        """(kind, code) -> record, archived ones included."""
        records = {}
        for model in (*MODELS.values(), "complaint.term"):
            owned = self.env[model].search(
                [("company_id", "=", self.company.id), ("policy_code", "!=", False)]
            )
            records.update({(record._policy_record_kind(), record.policy_code): record for record in owned})
        return records

    def _renamed(self) -> dict[tuple[str, str], str]:
        """(kind, new code) -> old code, for entries whose record still has the old one."""
        codes = {(entry.kind, entry.code) for entry in self.entries}
        return {
            (entry.kind, entry.code): entry.was
            for entry in self.entries
            if (entry.kind, entry.was) in self.existing
            and (entry.kind, entry.was) not in codes
            and (entry.kind, entry.code) not in self.existing
        }

    def _stored_titles(self) -> dict[tuple[str, int], dict[str, str]]:
        """(model, id) -> the stored translations of the name in the active languages."""
        found = {}
        for model in (*MODELS.values(), "complaint.term"):
            ids = [record.id for record in self.existing.values() if record._name == model]
            if ids:
                self.env[model].browse(ids).flush_recordset(["name"])
                query = SQL(
                    "SELECT id, name FROM %s WHERE id = ANY(%s)", SQL.identifier(self.env[model]._table), ids
                )
                for record_id, name in self.env.execute_query(query):
                    found[model, record_id] = {
                        code: text for code, text in name.items() if code == "en_US" or code in self.languages
                    }
        return found

    def differences(self) -> list[Difference]:
        """Entries whose record is missing or says something else, in the policy's order."""
        found = []
        for entry in self.entries:
            record = self.record(entry.kind, entry.code)
            values = self._values(entry)
            if record:
                values = {name: value for name, value in values.items() if _plain(record, name) != value}
                if self.stored_titles.get((record._name, record.id)) != titles(entry.title, self.languages):
                    values["name"] = entry.title
            if values:
                found.append(Difference(entry, record, values))
        return found

    def _values(self, entry: Entry) -> dict[str, Any]:
        """What the record of an entry should have, without its name; None for the id of something not there
        yet."""
        values = {**entry.values, "policy_code": entry.code}
        if entry.kind in TREES:
            values["parent_id"] = self.record(entry.kind, entry.parent).id or None if entry.parent else False
        if entry.kind == "category":
            values["complaint_team_id"] = self.teams.id(entry.team) if entry.team else False
        return values

    def gone(self) -> list[Any]:
        """Active records that the policy does not name any more, by kind and order."""
        kept = {(entry.kind, entry.code) for entry in self.entries}
        kept |= {(kind, was) for (kind, _code), was in self.renamed.items()}
        gone = [record for key, record in self.existing.items() if key not in kept and record.active]
        kinds = list(PLACES)
        return sorted(
            gone, key=lambda record: (kinds.index(record._policy_record_kind()), record.sequence, record.id)
        )

    def ids(self) -> dict[str, dict[str, int]]:
        """Kind -> code -> id of the record, for everything that the policy names."""
        found = {}
        for entry in self.entries:
            found.setdefault(entry.kind, {})[entry.code] = self.record(entry.kind, entry.code).id
        return found

    # ------------------------------------------------------------------ writing

    def perform(self) -> None:
        """Make the records what the policy says."""
        gone = self.gone()
        self.teams.perform_teams()
        self._rename()
        while missing := [difference for difference in self.differences() if not difference.record]:
            self._create(missing)
        self._write(self.differences())
        self.write_titles()
        for model in {record._name for record in gone}:
            self.env[model].browse([record.id for record in gone if record._name == model]).write(
                {"active": False}
            )
        self.teams.perform_mailboxes(lambda kind, code: self.record(kind, code).id)

    def _rename(self) -> None:
        for (kind, code), was in self.renamed.items():
            record = self.existing.pop((kind, was))
            record.write({"policy_code": code})
            self.existing[kind, code] = record
        self.renamed = {}

    def _create(self, missing: list[Difference]) -> None:
        """Create the records whose parent is there already, one batch a model; their children come in the
        next round."""
        ready = [
            difference for difference in missing if difference.values.get("parent_id", False) is not None
        ]
        for model in dict.fromkeys(self.model(difference.entry.kind)._name for difference in ready):
            batch = [difference for difference in ready if self.model(difference.entry.kind)._name == model]
            records = self.env[model].create([self._creation_values(difference) for difference in batch])
            for difference, record in zip(batch, records, strict=True):
                self.existing[difference.entry.kind, difference.entry.code] = record

    def _creation_values(self, difference: Difference) -> dict[str, Any]:
        entry = difference.entry
        values = {
            **difference.values,
            "name": titles(entry.title, [])["en_US"],
            "company_id": self.company.id,
        }
        if entry.kind not in MODELS:
            values["kind"] = entry.kind
        if entry.kind == "stage":
            values["fold"] = entry.values["closed"]  # only at first: folding a column is a matter of taste
        return values

    def _write(self, differences: list[Difference]) -> None:
        """One write a set of equal values: an inserted entry moves the sequence of all that follow it."""
        batches = {}
        for difference in differences:
            values = {name: value for name, value in difference.values.items() if name != "name"}
            if values:
                key = (difference.record._name, repr(sorted(values.items())))
                batches.setdefault(key, (values, []))[1].append(difference.record.id)
        for (model, _values), (values, ids) in batches.items():
            self.env[model].browse(ids).write(values)

    def write_titles(self) -> None:
        """Names in all active languages, one statement a model. By write() it would be one a record and
        language."""
        self.stored_titles = self._stored_titles()
        rows = {}
        for entry in self.entries:
            record, title = self.record(entry.kind, entry.code), titles(entry.title, self.languages)
            if record and self.stored_titles.get((record._name, record.id)) != title:
                rows.setdefault(record._name, []).append((record.id, title))
        for model, names in rows.items():
            values = SQL(", ").join(
                SQL("(%s, %s::jsonb)", record_id, Json(title)) for record_id, title in names
            )
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS record SET name = new.name FROM (VALUES %s) AS new (id, name) WHERE "
                    "record.id = new.id",
                    SQL.identifier(self.env[model]._table),
                    values,
                )
            )
        self.env.invalidate_all()


def _plain(record, name: str) -> Any:
    """A field's value as write() takes it: ids instead of records."""
    value = record[name]
    return value.id if record._fields[name].relational else value
