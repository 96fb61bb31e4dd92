"""The words of the handbook: what stands in a policy as names, numbers and codes, as people of the reader's
language say it. Where the product has a sentence for something already, that one is used."""

from babel.dates import get_day_names
from odoo.tools import format_amount
from odoo.tools.misc import babel_locale_parse
from odoo.tools.translate import get_translation

from ..engine.duration import Duration, DurationError
from ..engine.policy import as_list
from .event import LABELLED

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What a condition asks for -> where the policy lists its values: kind, and the list in it.
VALUES = {
    "type": ("case_types", None),
    "channel": ("channels", None),
    "urgency": ("severity", "urgencies"),
    "scope": ("severity", "scopes"),
    "complexity": ("severity", "complexities"),
    "severity": ("severity", "levels"),
    "tier": ("tiers", None),
}


class Words:
    """Says things about one release to one reader."""

    def __init__(self, env, release):
        self.env, self.release = env, release
        self.policy = release._policy()
        self.raw = self.policy.raw
        # sudo: which line of the policy says something is no secret
        self.origins = release.sudo()._origins(release.id)
        self.events = dict(env["complaint.event"]._fields["kind"]._description_selection(env))
        self.fields = env["helpdesk.ticket"].fields_get(
            [*LABELLED.values(), "team_id", "case_cycle"], ["string"]
        )

    def _(self, source: str, **values) -> str:
        return get_translation("complaint_management", self.env.lang or "en_US", source, values)

    # ------------------------------------------------------------------ entries of the policy

    def entries(self, kind, part=None):
        """The entries of a list of the policy; none where it has no such kind."""
        found = self.raw.get(kind) or ()
        if isinstance(found, dict):
            found = found.get(part or kind) or ()
        return [one if isinstance(one, dict) else {"name": one} for one in found]

    def body(self, kind):
        """A kind that is no list, as the policy has it; empty where it says nothing."""
        found = self.raw.get(kind) or {}
        return found if isinstance(found, dict) else {}

    def title(self, entry, name=None):
        """What people call an entry, in the reader's language."""
        titles = (entry or {}).get("title")
        if titles:
            return self.release._in_language(titles)
        return self.release._words(None, (entry or {}).get("name") or name or "")

    def say(self, texts):
        """A text of the policy in the reader's language; empty without one."""
        return self.release._in_language(texts) if texts else ""

    def named(self, kind, name, part=None):
        """The title of an entry that another one names."""
        entry = next((one for one in self.entries(kind, part) if one["name"] == name), None)
        return self.title(entry, name)

    def place(self, *path):
        """File and line of an entry, such as general/sla.yaml:12; empty if the release does not know it."""
        for key in ("/".join(path), "/".join([path[0], path[-1]])):
            if key in self.origins:
                return ":".join(map(str, self.origins[key][:2]))
        return ""

    def role(self, name):
        return self.release._role_title(name)

    def roles(self, names):
        return self.joined(self.role(name) for name in as_list(names))

    def level(self, name):
        return self.release._level_title(name)

    def joined(self, texts):
        """Names one after the other."""
        return ("、" if self.release._language() == "zh_CN" else ", ").join(filter(None, texts))

    # ------------------------------------------------------------------ times, shares, amounts

    def within(self, text):
        """ "5bd" -> "within 5 business days"."""
        return self.release._within_words(text) if text else ""

    def span(self, text):
        """ "5bd" -> "5 business days"."""
        try:
            limit = Duration.parse(text)
        except DurationError:
            return str(text or "")
        number = limit.amount
        if number == 1:
            return {
                "s": self._("one second"),
                "m": self._("one minute"),
                "h": self._("one hour"),
                "d": self._("24 hours"),
                "cd": self._("one calendar day"),
                "bh": self._("one hour of working time"),
                "bd": self._("one business day"),
                "y": self._("one year"),
            }[limit.unit]
        return {
            "s": self._("%(n)d seconds", n=number),
            "m": self._("%(n)d minutes", n=number),
            "h": self._("%(n)d hours", n=number),
            "d": self._("%(n)d days", n=number),
            "cd": self._("%(n)d calendar days", n=number),
            "bh": self._("%(n)d hours of working time", n=number),
            "bd": self._("%(n)d business days", n=number),
            "y": self._("%(n)d years", n=number),
        }[limit.unit]

    def kept(self, text):
        """How long something is kept."""
        return self._("for ever") if text == "forever" else self.span(text)

    def rhythm(self, text):
        """ "month" -> "every month"."""
        if text == "birthday":
            return self._("on the birthday")
        # the courses have these words already; a record that is never stored says them
        return self.env["complaint.training.course"].new({"every": text})._repeated() if text else ""

    def span_of(self, bounds):
        """{min, max} as people say it."""
        low, high = bounds.get("min"), bounds.get("max")
        if low is not None and high is not None:
            if low == high:
                return f"{low:g}"
            return self._("%(low)g to %(high)g", low=low, high=high)
        if low is not None:
            return self._("%(low)g or more", low=low)
        return self._("%(high)g or less", high=high)

    def amount(self, value):
        """An amount in the currency of the pack."""
        code = self.policy.pack.get("currency") or ""
        # sudo: how a currency is written is no secret
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        currency = currencies.search([("name", "=", code)], limit=1)
        return format_amount(self.env, float(value), currency) if currency else f"{value:g} {code}".rstrip()

    def amounts(self, bounds):
        low, high = bounds.get("min"), bounds.get("max")
        if low is not None and high is not None:
            return self._("%(low)s to %(high)s", low=self.amount(low), high=self.amount(high))
        if low is not None:
            return self._("from %(low)s", low=self.amount(low))
        return self._("up to %(high)s", high=self.amount(high))

    # ------------------------------------------------------------------ conditions and events

    def event(self, kind):
        return self.events.get(kind) or self.release._words(None, kind)

    def any_event(self, kinds):
        """One of several events."""
        return self._(" or ").join(self.event(kind) for kind in as_list(kinds))

    def cases(self, entry):
        """Which cases an entry is for; empty for all."""
        parts = self._conditions(entry.get("match"))
        without = self._conditions(entry.get("unless"))
        if without:
            parts.append(self._("not: %(conditions)s", conditions=" · ".join(without)))
        return " · ".join(parts)

    def for_cases(self, entry):
        return self.cases(entry) or self._("All cases")

    def _conditions(self, match):
        return [
            self._("%(what)s: %(which)s", what=self._attribute(key), which=self._which(key, wanted))
            for key, wanted in (match or {}).items()
        ]

    def _attribute(self, key):
        if key == "department":
            return self._("Department")
        if key == "cycle":
            return self._("Round of handling")
        field = "team_id" if key == "team" else LABELLED.get(key)
        return self.fields[field]["string"] if field else self.release._words(None, key)

    def _which(self, key, wanted):
        if isinstance(wanted, dict):
            return self.span_of(wanted)
        return self.joined(self._value(key, value) for value in as_list(wanted))

    def _value(self, key, value):
        if key == "category":
            known = self.policy.categories.get(value)
            return self.title(known.written) if known else str(value)
        if key in VALUES:
            kind, part = VALUES[key]
            return self.named(kind, value, part)
        return str(value)

    def clocks(self, names):
        """Clocks by their titles; each title once, however many service levels have it."""
        if "any" in as_list(names):
            return self._("any clock")
        return self.joined(dict.fromkeys(self.clock(name) for name in as_list(names)))

    def clock(self, name):
        spec = next((one for one in self.policy.clocks() if one.name == name), None)
        return self.title(spec.written, name) if spec else self.release._words(None, name)

    # ------------------------------------------------------------------ hours

    def hours(self, week):
        """Hours as a policy writes them: {"mon-fri": ["09:00-17:00"]}."""
        return "; ".join(
            f"{self._days(days)} {self._ranges(ranges)}" for days, ranges in (week or {}).items()
        )

    def week(self, days):
        """Hours of a calendar, day by day; days with the same hours together."""
        runs = []
        for place, ranges in enumerate(days or ()):
            if runs and runs[-1][2] == ranges:
                runs[-1][1] = place
            else:
                runs.append([place, place, ranges])
        return "; ".join(
            f"{self._days(DAYS[a] if a == b else f'{DAYS[a]}-{DAYS[b]}')} {self._ranges(ranges)}"
            for a, b, ranges in runs
            if ranges
        )

    def _ranges(self, ranges):
        texts = ["–".join(one) if isinstance(one, (list, tuple)) else one.replace("-", "–") for one in ranges]
        return self.joined(texts)

    def _days(self, text):
        if text in ("daily", "mon-sun"):
            return self._("daily")
        names = get_day_names("abbreviated", locale=babel_locale_parse(self.env.lang or "en_US"))
        return "–".join(names[DAYS.index(day)] if day in DAYS else day for day in text.split("-"))

    # ------------------------------------------------------------------ parts of a chapter

    def chapter(self, name, title, *blocks, kinds=()):
        """A chapter: its name in addresses, its title, what stands in it, in which files that is written."""
        shown = [block for block in blocks if block]
        return {"name": name, "title": title, "blocks": shown, "files": self._files(kinds)}

    def _files(self, kinds):
        # sudo: the names of the policy files are no secret
        documents = self.release.sudo().document_ids
        return documents.filtered(lambda one: one.kind in as_list(kinds)).mapped("path")

    def text(self, words):
        return {"kind": "text", "text": words} if words else None

    def note(self, words, warn=False):
        return {"kind": "note", "text": words, "warn": warn} if words else None

    def heading(self, words, place="", anchor=""):
        return {"kind": "heading", "text": words, "place": place, "anchor": anchor}

    def items(self, lines):
        lines = list(filter(None, lines))
        return {"kind": "items", "lines": lines} if lines else None

    def spoken(self, words, about=""):
        """What is said or written word for word."""
        return {"kind": "words", "text": words, "about": about} if words else None

    def facts(self, pairs):
        """Names and what stands behind them; those with nothing are left out."""
        pairs = [(name, text) for name, text in pairs if text]
        return {"kind": "facts", "pairs": pairs} if pairs else None

    def table(self, head, rows):
        """Rows are (cells, place); a cell is a text, or a list of texts that stand below one another."""
        rows = [
            {"cells": [cell if isinstance(cell, list) else [cell or ""] for cell in cells], "place": place}
            for cells, place in rows
        ]
        return {"kind": "table", "head": head, "rows": rows} if rows else None
