"""A what-if in words and as tables."""

from datetime import timedelta

import pytz
from markupsafe import Markup
from odoo.tools.translate import get_translation

from ..engine.rules import base_name
from .release_reading import LANGUAGES

SHOWN = 50  # cases that are listed; how many there are is always said


class Deadlines:
    """Deadlines in words. lang: an Odoo language code, which need not be active."""

    def __init__(self, env, lang):
        self.lang = lang or "en_US"
        self.zone = pytz.timezone(env.context.get("tz") or env.user.tz or "UTC")

    def _(self, source: str, **values) -> str:
        return get_translation("complaint_management", self.lang, source, values)

    def _when(self, instant) -> str:
        """A deadline as the reader's calendar shows it; a midnight is 24:00 of the day before."""
        local = pytz.utc.localize(instant).astimezone(self.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
        return f"{local:%Y-%m-%d %H:%M}"

    def deadline(self, change: dict, side: str) -> str:
        """One side of a changed deadline in words."""
        if change[side]:
            return self._when(change[side])
        if side in change["waiting"]:
            return self._("stands still (%(limit)s)", limit=change["waiting"][side])
        return self._("none")


class Report(Deadlines):
    """Sentences and tables about one comparison."""

    def __init__(self, env, company, before, after, since, lang):
        super().__init__(env, lang)
        self.company, self.policies, self.since = company, [one for one in (after, before) if one], since

    # ------------------------------------------------------------------ words

    def title(self, clock: str) -> str:
        """What people call a clock."""
        for policy in self.policies:
            for spec in policy.clocks():
                if spec.name == base_name(clock) and spec.written.get("title"):
                    return self._in_language(spec.written["title"])
        return clock.replace("_", " ").capitalize()

    def _level(self, name: str) -> str:
        for policy in self.policies:
            for level in (policy.raw.get("escalation") or {}).get("levels") or ():
                if level["name"] == name and level.get("title"):
                    return self._in_language(level["title"])
        return name

    def _in_language(self, titles) -> str:
        code = self.lang.split("_")[0]
        wanted = titles.get(self.lang) or titles.get(LANGUAGES.get(code, code)) or titles.get("en")
        return wanted or next(iter(titles.values()))

    # ------------------------------------------------------------------ sentences

    def lines(self, found: dict) -> list[str]:
        """Everything in plain sentences."""
        if len(self.policies) < 2:
            return [
                self._("%(company)s has no policy yet: nothing to compare with.", company=self.company.name)
            ]
        lines = [
            self._(
                "Cases received since %(day)s: %(count)d.", day=f"{self.since:%Y-%m-%d}", count=found["cases"]
            )
        ]
        lines += self._clock_lines(found) + self._level_lines(found)
        if found["cases"] and len(lines) == 1:
            lines.append(self._("No time limit would have been kept or missed otherwise."))
        return lines + self._open_lines(found)

    def _clock_lines(self, found):
        lines = []
        for clock, figures in found["clocks"].items():
            before, after, was, total = numbers(figures)
            if (before, was) == (after, total):
                continue
            if was == total:
                lines.append(
                    self._(
                        "%(clock)s: late %(before)d → %(after)d of %(total)d",
                        clock=self.title(clock),
                        before=before,
                        after=after,
                        total=total,
                    )
                )
            else:
                lines.append(
                    self._(
                        "%(clock)s: late %(before)d of %(was)d → %(after)d of %(total)d",
                        clock=self.title(clock),
                        before=before,
                        was=was,
                        after=after,
                        total=total,
                    )
                )
        return lines

    def _level_lines(self, found):
        return [
            self._(
                "Escalations to %(level)s: %(before)d → %(after)d",
                level=self._level(level),
                before=figures.get("before", 0),
                after=figures.get("after", 0),
            )
            for level, figures in found["levels"].items()
            if figures.get("before", 0) != figures.get("after", 0)
        ]

    def _open_lines(self, found):
        changes = found["open"]
        if not changes:
            return [self._("No deadline of an open complaint would change.")]
        lines = [
            self._(
                "Open complaints with other deadlines, once they are moved to the new release: %(count)d",
                count=len({change["id"] for change in changes}),
            )
        ]
        lines += [
            f"  {change['number']} {change['title']}: "
            f"{self.deadline(change, 'before')} → {self.deadline(change, 'after')}"
            for change in changes[:SHOWN]
        ]
        return lines + self._more(changes)

    def _more(self, entries):
        return [self._("… and %(count)d more", count=len(entries) - SHOWN)] if len(entries) > SHOWN else []

    # ------------------------------------------------------------------ tables

    def html(self, found: dict) -> Markup:
        """The same as tables for a form."""
        if len(self.policies) < 2 or not (found["cases"] or found["open"]):
            return Markup("<p>%s</p>") % self.lines(found)[0]
        parts = [
            Markup("<p>%s</p>") % self.lines(found)[0],
            self._clock_table(found),
            self._level_table(found),
        ]
        return Markup("").join([*parts, self._late_table(found), self._open_table(found)])

    def _clock_table(self, found):
        changed, same = [], []
        for clock, figures in found["clocks"].items():
            before, after, was, total = numbers(figures)
            cells = (self.title(clock), total if was == total else f"{was} → {total}", before, after)
            rows = same if (before, was) == (after, total) else changed
            rows.append(_row(cells, _tone(after - before), _signed(after - before)))
        head = (self._("Clock"), self._("Clocks"), self._("Late now"), self._("Late then"), "±")
        as_before = self._("Time limits kept and missed as before: %(count)d", count=len(same))
        return _table(self._("Time limits"), head, changed) + _folded(as_before, head, same)

    def _level_table(self, found):
        changed, same = [], []
        for level, figures in found["levels"].items():
            before, after = figures.get("before", 0), figures.get("after", 0)
            rows = same if before == after else changed
            rows.append(
                _row((self._level(level), before, after), _tone(after - before), _signed(after - before))
            )
        head = (self._("To"), self._("Now"), self._("Then"), "±")
        as_before = self._("Levels with as many escalations as before: %(count)d", count=len(same))
        return _table(self._("Escalations"), head, changed) + _folded(as_before, head, same)

    def _late_table(self, found):
        rows = [
            Markup("<tr><td>%s</td><td>%s</td><td class='%s'>%s</td></tr>")
            % (
                _link(entry),
                entry["title"],
                "text-danger" if entry["late"] else "text-success",
                self._("would have been late") if entry["late"] else self._("would have been in time"),
            )
            for entry in found["late"][:SHOWN]
        ]
        title = self._("Cases that would have gone otherwise: %(count)d", count=len(found["late"]))
        return _table(title, (self._("Case"), self._("Clock"), ""), rows, self._more(found["late"]))

    def _open_table(self, found):
        changes = found["open"]
        if not changes:
            return Markup("<p>%s</p>") % self._("No deadline of an open complaint would change.")
        rows = [
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td class='%s'>%s</td></tr>")
            % (
                _link(change),
                change["title"],
                self.deadline(change, "before"),
                "text-danger" if change["late"] else "",
                self.deadline(change, "after"),
            )
            for change in changes[:SHOWN]
        ]
        title = self._(
            "Open complaints with other deadlines, once they are moved to the new release: %(count)d",
            count=len({change["id"] for change in changes}),
        )
        head = (self._("Case"), self._("Clock"), self._("Due now"), self._("Due then"))
        return _table(title, head, rows, self._more(changes))


def numbers(figures: dict) -> tuple[int, int, int, int]:
    """(late before, late after, clocks before, clocks after)."""
    return tuple(figures.get(key, 0) for key in ("before", "after", "before_total", "after_total"))


def _table(title, head, rows, more=()):
    if not rows:
        return Markup("")
    foot = Markup("").join(Markup("<p class='text-muted'>%s</p>") % line for line in more)
    return Markup("<h4>%s</h4>%s%s") % (title, _grid(head, rows), foot)


def _folded(title, head, rows):
    """A table that stays closed until somebody wants it: what does not change is not what one looks for."""
    if not rows:
        return Markup("")
    return Markup("<details class='mb-3'><summary class='text-muted'>%s</summary>%s</details>") % (
        title,
        _grid(head, rows),
    )


def _grid(head, rows):
    cells = Markup("").join(Markup("<th>%s</th>") % cell for cell in head)
    return Markup("<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>") % (
        cells,
        Markup("").join(rows),
    )


def _row(cells, tone, last):
    inner = Markup("").join(Markup("<td>%s</td>") % cell for cell in cells)
    return Markup("<tr>%s<td class='%s'>%s</td></tr>") % (inner, tone, last)


def _link(entry):
    return Markup("<a href='/odoo/complaints/%d'>%s</a>") % (entry["id"], entry["number"])


def _signed(difference: int) -> str:
    return f"{difference:+d}" if difference else "0"


def _tone(difference: int) -> str:
    return "text-danger" if difference > 0 else "text-success" if difference < 0 else "text-muted"
