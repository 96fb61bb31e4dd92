"""A comparison of two schemes of points in words and as tables. Nobody can be told from it but those who may
be shown by name: with few people, all figures about them are left out."""

from decimal import Decimal

from markupsafe import Markup
from odoo.tools import format_amount

from ..engine.points_text import points_text
from .what_if_report import Report, _table

PERCENT = 100


class PointsReport(Report):
    """Sentences and tables about the schemes of one comparison."""

    def about(self, found):
        """The result for one scheme, without anything that tells of people who may not be shown."""
        open_to_all = self._open_to_all(found)
        grades = self._grades(found) if open_to_all else []
        money = self._money(found) if open_to_all else []
        persons = self._persons(found)
        lines = [*self._head(found, open_to_all), *money, *(self._play(found) if open_to_all else ())]
        return {
            "scheme": found["scheme"],
            "periods": found["periods"],
            "grades": grades,
            "lines": lines,
            "persons": persons,
            "html": self._page(found, lines, grades, persons),
        }

    def _open_to_all(self, found):
        """Whether enough people are in it that nobody can be told from the spread; by the policy in force, so
        that no draft can lower it."""
        scheme = found["before"] or found["after"]
        least = scheme.written.get("spread_from")
        return least is not None and found["people"] >= least

    def scheme_title(self, found):
        scheme = found["after"] or found["before"]
        titles = scheme.written.get("title")
        return self._in_language(titles) if titles else found["scheme"]

    # ------------------------------------------------------------------ sentences

    def _head(self, found, open_to_all):
        lines = [
            self._(
                "Periods that are over: %(periods)s. People: %(people)d.",
                periods=", ".join(found["periods"]),
                people=found["people"],
            )
        ]
        if not found["before"]:
            lines.append(self._("This scheme is new: before it nothing was counted."))
        if not found["after"]:
            lines.append(self._("This scheme would be gone: nothing would be counted any more."))
        if not open_to_all:
            lines.append(
                self._(
                    "No figures are shown: with so few people one could tell who got what. The policy "
                    "says from how many on (spread_from)."
                )
            )
        return lines

    def _sums(self, found, side, what):
        return sum(found["sides"][side][what].values(), Decimal(0))

    def _money(self, found):
        """What the rewards cost, against the budget."""
        paid = [self._amount(self._sums(found, side, "paid")) for side in ("before", "after")]
        lines = [self._("Rewards in these periods: %(before)s → %(after)s.", before=paid[0], after=paid[1])]
        scheme = found["after"]
        if not scheme or scheme.budget is None:
            return lines
        lines.append(
            self._(
                "The budget of these periods: %(budget)s.",
                budget=self._amount(scheme.budget * len(found["periods"])),
            )
        )
        wanted = found["sides"]["after"]["wanted"]
        short = [
            code
            for code in found["periods"]
            if sum((one for (_who, at), one in wanted.items() if at == code), Decimal(0)) > scheme.budget
        ]
        if short:
            lines.append(
                self._(
                    "In %(periods)s the budget would not reach: everybody would get the same share "
                    "of their reward.",
                    periods=", ".join(short),
                )
            )
        return lines

    def _amount(self, amount):
        company = self.company.with_context(lang=self.lang)
        return format_amount(company.env, float(amount), self._currency())

    def _currency(self):
        names = [policy.pack.get("currency") for policy in self.policies]
        currencies = self.company.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", names[0])], limit=1) or self.company.currency_id

    def _play(self, found):
        """Whether the scheme can be played: by avoiding hard cases, by closing early."""
        if not found["after"]:
            return []
        return [*self._hard(found), *self._early(found)]

    def _hard(self, found):
        levels = [name for name in reversed(found["after"].policy.severities) if name in found["severity"]]
        if not levels:
            return []
        name = levels[0]
        part = found["severity"][name]
        work, given = round(PERCENT * (part.case_share or 0)), round(PERCENT * (part.point_share or 0))
        values = {"severity": self._severity(found, name), "work": work, "given": given}
        line = self._(
            "The hardest cases (%(severity)s) are %(work)d %% of the weighted work and give "
            "%(given)d %% of the "
            "points.",
            **values,
        )
        if given < work:
            return [f"{line} {self._('It would pay to leave them to others.')}"]
        if given > work:
            return [f"{line} {self._('It would pay to seek them.')}"]
        return [f"{line} {self._('They neither pay nor cost.')}"]

    def _early(self, found):
        share = found["correlation"]
        if share is None:
            return [
                self._("Too few people, or too few reopened cases, to say whether it pays to close early.")
            ]
        values = {"r": f"{share:+.2f}", "people": found["pairs"]}
        if share > 0:
            return [
                self._(
                    "People whose cases are reopened more often have higher scores (r = %(r)s, "
                    "%(people)d people): "
                    "closing early would pay.",
                    **values,
                )
            ]
        return [
            self._(
                "People whose cases are reopened more often have no higher scores (r = %(r)s, "
                "%(people)d people): "
                "closing early would not pay.",
                **values,
            )
        ]

    # ------------------------------------------------------------------ tables

    def _grades(self, found):
        """[(title, before, after)] from the best grade to none."""
        rows, known = [], set()
        for scheme in filter(None, (found["after"], found["before"])):
            for grade in scheme.grades:
                if grade.name not in known:
                    known.add(grade.name)
                    titles = grade.written.get("title")
                    rows.append((grade.name, self._in_language(titles) if titles else grade.name))
        rows.append(("", self._("no grade: too few cases")))
        sides = found["sides"]
        return [
            (title, sides["before"]["grades"][name], sides["after"]["grades"][name]) for name, title in rows
        ]

    def _persons(self, found):
        """A row for each person and period of those who may be shown."""
        rows = []
        sides = found["sides"]
        places = {*sides["before"]["scores"], *sides["after"]["scores"]}
        shown = [place for place in places if place[0] in found["shown"]]
        names = {
            user.id: user.name for user in self.company.env["res.users"].browse({one for one, _at in shown})
        }
        for person, code in sorted(shown, key=lambda place: (place[1], names[place[0]])):
            row = {"name": names[person], "period": code}
            for side in ("before", "after"):
                one = sides[side]["scores"].get((person, code))
                row[side] = self._standing(one)
                row[f"{side}_reward"] = self._amount(sides[side]["paid"].get((person, code), 0))
            rows.append(row)
        return rows

    def _standing(self, one):
        if one is None or one.score is None:
            return "–"
        titles = one.grade.written.get("title") if one.grade else None
        grade = self._in_language(titles) if titles else one.grade.name if one.grade else self._("no grade")
        return f"{points_text(one.score, sign=False)} · {grade}"

    def _severity(self, found, name):
        levels = (found["after"].policy.raw.get("severity") or {}).get("levels") or ()
        titles = next((level.get("title") for level in levels if level["name"] == name), None)
        return self._in_language(titles) if titles else name or "–"

    def _category(self, found, name):
        known = found["after"].policy.categories.get(name)
        titles = known and known.written.get("title")
        return self._in_language(titles) if titles else name or "–"

    def _page(self, found, lines, grades, persons):
        title = self._("Points: %(scheme)s", scheme=self.scheme_title(found))
        said = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        parts = [Markup("<h4>%s</h4><ul>%s</ul>") % (title, said)]
        if any(before or after for _title, before, after in grades):
            head = (self._("Grade"), self._("Now"), self._("Then"))
            parts.append(_table(self._("People and periods by grade"), head, [_cells(row) for row in grades]))
        if found["after"] and grades:
            parts.append(
                self._spread(
                    self._("By severity"), found["severity"], lambda name: self._severity(found, name)
                )
            )
            parts.append(
                self._spread(
                    self._("By category"), found["category"], lambda name: self._category(found, name)
                )
            )
        if persons:
            head = (
                self._("Person"),
                self._("Period"),
                self._("Now"),
                self._("Reward"),
                self._("Then"),
                self._("Reward"),
            )
            keys = ("name", "period", "before", "before_reward", "after", "after_reward")
            rows = [_cells(row[key] for key in keys) for row in persons]
            parts.append(_table(self._("Who would have got what"), head, rows))
        return Markup().join(parts)

    def _spread(self, title, parts, named):
        head = (
            title,
            self._("Cases"),
            self._("Share of the work"),
            self._("Share of the points"),
            self._("Points a case"),
        )
        rows = [
            _cells(
                (
                    named(name),
                    part.cases,
                    _percent(part.case_share),
                    _percent(part.point_share),
                    "–" if part.average is None else f"{part.average:.1f}",
                )
            )
            for name, part in sorted(parts.items(), key=lambda pair: -(pair[1].case_share or 0))
        ]
        return _table(title, head, rows)


def _cells(values):
    return Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % value for value in values)


def _percent(share):
    return "–" if share is None else f"{round(PERCENT * share)} %"
