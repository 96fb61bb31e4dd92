"""`complaint.figures`: the key figures of a period with their targets, benchmarks and how they have
changed."""

from dataclasses import replace

from odoo import api, models
from odoo.fields import Date, Domain

from ..engine.kpis import MEASURES, NPS, RATIO, met, surely, target_of, trend, value_of
from ..engine.statistics import Rule, rule_of
from ..language.compile import default_title
from .fact import between
from .figure_sums import ALL

NOW = "now"
OTHER_SPANS = ("previous", "last_year")


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    # ------------------------------------------------------------------ what the policy says

    @api.model
    def _entries(self, company):
        """{measure: its entry in the policy's list of key figures}, the first of each, in the policy's order.

        An entry for some cases only (`match`) is a figure of its own: see `figure_own`."""
        release = self.env["complaint.release"]._active(company)
        entries = (release._policy().raw.get("kpis") or []) if release else []
        found = {}
        for entry in entries:
            if not entry.get("match") and not entry.get("unless"):
                found.setdefault(entry.get("measure", entry["name"]), entry)
        return found

    @api.model
    def _names(self, company=None):
        """The figures that the policy asks for and that are known here, in its order: measures, and entries
        for some cases only under their own names."""
        company = company or self.env.company
        release = self.env["complaint.release"]._active(company)
        own, of_all = self._own_entries(company), self._entries(company)
        found = []
        for entry in (release._policy().raw.get("kpis") or []) if release else []:
            measure = entry.get("measure", entry["name"])
            if own.get(entry["name"]) is entry:
                found.append(entry["name"])
            elif of_all.get(measure) is entry and measure in MEASURES:
                found.append(measure)
        return found

    @api.model
    def _title(self, name, company):
        """What people call a figure: as the policy says."""
        entry = self._entry(name, company)
        title = entry.get("title")
        if title and (name not in MEASURES or title != default_title(entry["name"])):
            return self.env["complaint.release"]._active(company)._in_language(title)
        return self._titles()[self._measure(name, company)]

    def _rule(self, name, company):
        """How sure a figure has to be: as its entry says, or else as the policy says of surveys, or else of
        another figure."""
        entries = self._entries(company)
        said = {**entries.get(self._measure(name, company), {}), **self._entry(name, company)}
        rules = [rule_of(said), self.env["complaint.satisfaction"]._rule()]
        rules += map(rule_of, entries.values())
        confidence = next((rule.confidence for rule in rules if rule.confidence), None)
        return Rule(confidence, next((rule.few for rule in rules[:2] if rule.few), None))

    # ------------------------------------------------------------------ figures of a period

    @api.model
    def _figure(self, name, company, begin, end, domain=()):
        """One figure; see `_figures`."""
        return self._figures([name], company, begin, end, domain)[name]

    @api.model
    def _figures(self, names, company, begin, end, domain=()):
        """{name: figure} of a period, from begin to the day before end, of what the caller may see; names are
        those of measures, or of entries of the policy for some cases only.

        A figure is a dict: name, measure, title, sentence (its definition), unit, value (None: nothing to
        measure), text, part, n, few, low, high, interval, target, target_text, met, sure, benchmark, previous
        and last_year (value, text, n, begin, end, trend), missing (why there is no value), and what opens the
        cases that it is made of: model, domain, and spoiling for those that drew it down.

        domain: of complaint.fact, only these cases"""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        spans, found = self._spans(begin, end), {}
        for only, some in self._by_cases(names, company):
            sums = self._sums_of(company, spans, domain, only)
            found |= self._made(some, company, spans, sums, domain & only)
        return {name: found[name] for name in names}

    def _made(self, names, company, spans, sums, domain):
        """The figures of sums that are known already; domain: the cases they are about."""
        found = {}
        for name in names:
            rule = self._rule(name, company)
            values = self._values(name, company, spans, sums, domain, rule)
            found[name] = self._described(name, company, spans, values, rule)
        return found

    def _values(self, name, company, spans, sums, domain, rule):
        """{span: (Value, model, domain, spoiling, why not)}; domain: the cases that the figure is about"""
        name = self._measure(name, company)
        measure = MEASURES[name]
        if not measure.part or measure.form == RATIO:
            return {
                key: self._outside(name, company, span, sums.get(key, {}), domain, rule)
                for key, span in spans.items()
            }
        found = {}
        for key, span in spans.items():
            value = value_of(name, sums.get(key, {}).get(ALL, {}).get(False, {}), rule)
            found[key] = (value, "complaint.fact", *self._behind(name, company, *span, domain), "")
        return found

    @api.model
    def _behind(self, name, company, begin, end, domain=()):
        """(domain of the cycles that a figure of the sums is made of, domain of those that drew it down)"""
        measure = MEASURES[self._measure(name, company)]
        domain = Domain(domain) & self._only(name, company)
        of_period = domain & Domain("company_id", "=", company.id) & between(measure.day, begin, end)
        counted = of_period & Domain(list(measure.counted))
        spoiling = counted & Domain(list(measure.spoiling)) if measure.spoiling else counted
        return list(counted), list(spoiling)

    def _described(self, name, company, spans, values, rule):
        value, model, counted, spoiling, missing = values[NOW]
        entry, measure = self._entry(name, company), self._measure(name, company)
        target = target_of(entry.get("target"))
        return {
            "name": name,
            "measure": measure,
            "title": self._title(name, company),
            "sentence": f"{self._sentences()[measure]} {self._only_words(name, company)}".strip(),
            "unit": MEASURES[measure].unit,
            "less": MEASURES[measure].less,
            "value": value.value,
            "text": self._text(name, value.value, company),
            "part": value.part,
            "n": value.n,
            "few": value.few,
            "low": value.low,
            "high": value.high,
            "interval": self._interval(name, value, company),
            "target": target,
            "target_text": self._text(name, target, company) if target is not None else "",
            "met": met(measure, value.value, target),
            "sure": surely(measure, value, target),
            "benchmark": self._benchmark(name, entry, company),
            **{
                key: self._compared(name, company, spans, key, value, values[key][0], rule)
                for key in OTHER_SPANS
                if key in spans
            },
            "missing": missing or ("" if value.value is not None else self._nothing(measure)),
            "model": model,
            "domain": counted,
            "spoiling": spoiling,
        }

    def _benchmark(self, name, entry, company):
        """What others reach, with who says so and when; None if the policy does not say."""
        written = entry.get("benchmark")
        if not written:
            return None
        value = target_of(written["value"])
        return {
            "value": value,
            "text": self._text(name, value, company),
            "source": written["source"],
            "date": written["date"],
        }

    def _compared(self, name, company, spans, key, value, then, rule):
        """The figure of an earlier time, and how it has changed since."""
        begin, end = spans[key]
        length = (end - begin) / (spans[NOW][1] - spans[NOW][0])
        measure = self._measure(name, company)
        found = trend(measure, value, then, rule.confidence, exposure=length)
        if not then.n and MEASURES[measure].form not in (NPS,):
            found = replace(found, change=None, verdict="unknown")
        return {
            "value": then.value,
            "text": self._text(name, then.value, company),
            "n": then.n,
            "begin": begin,
            "end": end,
            "period": self._period_text(begin, end),
            "trend": {
                "change": found.change,
                "p": found.p,
                "verdict": found.verdict,
                "text": self._trend_words(name, found, company),
            },
        }

    def _nothing(self, name):
        """Why a figure of the cases has no value."""
        if MEASURES[name].form == RATIO:
            return self.env._("There is nothing to relate it to in this period.")
        return self.env._("No case of this period has it yet.")

    # ------------------------------------------------------------------ by month, by what cases are told by

    @api.model
    def _series(self, names, company, begin, end, domain=()):
        """[{begin, end, title, figures: {name: {value, text, n, part, domain}}}], a calendar month each."""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        months = self._months(begin, end)
        spans = {f"{first:%Y-%m}": (first, after) for first, after in months}
        parts = [
            self._by_month(some, company, spans, self._sums_of(company, spans, domain, only), domain & only)
            for only, some in self._by_cases(names, company)
        ]
        return [
            {**months[0], "figures": {key: one for month in months for key, one in month["figures"].items()}}
            for months in zip(*parts, strict=True)
        ]

    def _by_month(self, names, company, spans, sums, domain):
        found = []
        for key, (first, after) in spans.items():
            here = {}
            for name in names:
                values = self._values(name, company, {key: (first, after)}, sums, domain, Rule())[key]
                here[name] = self._small(name, company, values[0], values[1], values[2])
            title = self._period_text(first.replace(day=1), _next_month(first))
            found.append({"begin": first, "end": after, "title": title, "figures": here})
        return found

    def _small(self, name, company, value, model, domain):
        return {
            "value": value.value,
            "text": self._text(name, value.value, company),
            "n": value.n,
            "part": value.part,
            "model": model,
            "domain": domain,
        }

    @api.model
    def _breakdown(self, names, by, company, begin, end, domain=(), limit=0):
        """[{key, title, domain, figures: {name: …}, previous: {name: …}}] by a field of complaint.fact,
        those with the most cases first; limit: at most so many."""
        begin, end, domain = Date.to_date(begin), Date.to_date(end), Domain(domain)
        spans = {key: span for key, span in self._spans(begin, end).items() if key != "last_year"}
        sums = self._sums(company, spans, (by,), domain)
        of_all, own = [name for name in names if name in MEASURES], set(names) - set(MEASURES)
        rows = self._by_value(of_all, by, company, spans, sums, domain, limit)
        for only, some in self._by_cases(own, company):
            sums = self._sums(company, spans, (by,), domain & only)
            for row in rows:
                mine = domain & Domain(by, "=", row["key"])
                for place, key in (("figures", NOW), ("previous", "previous")):
                    group = sums.get(key, {}).get(by, {}).get(row["key"], {})
                    row[place] |= self._of_group(some, company, spans[key], group, mine)
        return rows

    def _by_value(self, names, by, company, spans, sums, domain, limit=0):
        """The breakdown of sums that are known already."""
        now, previous = sums.get(NOW, {}).get(by, {}), sums.get("previous", {}).get(by, {})
        keys = sorted(now, key=lambda key: (-now[key]["received"], -now[key]["ended"], str(key)))
        keys = keys[:limit] if limit else keys
        titles = self._value_titles(by, keys)
        rows = []
        for key in keys:
            only = domain & Domain(by, "=", key)
            rows.append(
                {
                    "key": key,
                    "title": titles[key],
                    "sums": now[key],
                    "figures": self._of_group(names, company, spans[NOW], now[key], only),
                    "previous": self._of_group(
                        names, company, spans["previous"], previous.get(key, {}), only
                    ),
                }
            )
        return rows

    def _of_group(self, names, company, span, sums, domain):
        found = {}
        for name in names:
            counted = self._behind(name, company, *span, domain)[0]
            value = value_of(self._measure(name, company), sums)
            found[name] = self._small(name, company, value, "complaint.fact", counted)
        return found

    @api.model
    def _value_titles(self, by, keys):
        """{key: what people call it}"""
        none = self.env._("None")
        field = self.env["complaint.fact"]._fields[by]
        if field.type != "many2one":
            return {key: key or none for key in keys}
        # sudo: the names of pick lists, teams and people are no secret
        records = self.env[field.comodel_name].sudo().with_context(active_test=False)
        records = records.browse([key for key in keys if key]).exists()
        names = {record.id: record.display_name for record in records}
        return {key: names.get(key, none) for key in keys}


def _next_month(day):
    first = day.replace(day=1)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
