"""The first row of the dashboard, were promises kept, and the other key figures of the policy."""

from odoo import models
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine.kpis import per
from .figure_elsewhere import NOTHING

# How a figure stands -> the sign that says it without colour.
SIGNS = frozendict({"good": "✓", "bad": "✕", "open": "?", "none": ""})
ASKED = ("csat", "nps", "callback_satisfaction")  # of those who answered; the others count every case
MAIN = ("on_time_rate", "csat", "nps", "cost_of_redress", "received", "ended", "late_legal")


class ComplaintDashboard(models.AbstractModel):
    _inherit = "complaint.dashboard"

    # ------------------------------------------------------------------ what came and went

    def _balance_steps(self, page):
        """Open at the start + received + opened again − ended = open at the end, each with its cases."""
        sums = {key: page.by_month.get(key, {}) for key in ("now", "since")}
        figures, (begin, end) = page.figures, page.span
        found = figures._balance(page.company, begin, end, page.domain, sums)
        steps = [
            ("opening", "", self.env._("Open at the start"), self._open_at(page, begin)),
            ("received", "+", self.env._("Came in"), page.behind("received")),
            ("reopened", "+", self.env._("Opened again"), page.behind("reopenings")),
            ("closed", "−", self.env._("Ended in the period"), page.behind("ended")),
            ("closing", "=", self.env._("Open at the end"), self._open_at(page, end)),
        ]
        return [
            {
                "key": key,
                "sign": sign,
                "title": title,
                "value": found[key],
                "text": figures._text("received", found[key], page.company),
                "open": self._opens(title, domain),
            }
            for key, sign, title, domain in steps
        ]

    def _open_at(self, page, day):
        return page.figures._open_domain(page.company, page.domain, day)

    def _opens(self, title, domain, model="complaint.fact"):
        """What a click on a number opens; False: nothing."""
        if tuple(domain) == NOTHING:
            return False
        return {"title": title, "model": model, "domain": list(domain)}

    # ------------------------------------------------------------------ tiles

    def _tiles(self, page):
        return [
            {**self._tile(page, "on_time_rate"), **self._promise_words(page)},
            {**self._tile(page, "csat"), **self._satisfied_words(page)},
            self._open_tile(page),
            {**self._tile(page, "cost_of_redress"), **self._cost_words(page)},
        ]

    def _other_figures(self, page):
        """The other figures that the policy asks for, in its order, and the net promoter score."""
        asked = page.figures._names(page.company)
        names = [name for name in asked if name in page.values and name not in MAIN]
        return [self._tile(page, name) for name in names]

    def _tile(self, page, name):
        """A figure as it is shown: value, target, how it has changed, and what it means."""
        figure = page.values[name]
        state = self._tile_state(figure)
        return {
            "key": name,
            "title": figure["title"],
            "text": figure["text"],
            "state": state,
            "sign": SIGNS[state],
            "target": self._target_words(figure),
            "interval": figure["interval"] if figure["measure"] in ASKED else "",
            "n": self._number_words(figure) or self._base_words(page, figure),
            "few": self._few_words(figure),
            "trends": self._trends(page, figure),
            "benchmark": self._benchmark_words(figure),
            "definition": figure["sentence"],
            "missing": figure["missing"],
            "sentence": "",
            "open": self._opens(figure["title"], figure["domain"], figure["model"]),
            "spoiling": self._opens(figure["title"], figure["spoiling"], figure["model"]),
        }

    def _tile_state(self, figure):
        """good, bad, none without a target, open where the answers do not tell yet."""
        if figure["met"] is None:
            return "none"
        if figure["measure"] in ASKED and figure["low"] is not None and figure["sure"] is None:
            return "open"
        return "good" if figure["met"] else "bad"

    def _few_words(self, figure):
        few = figure["few"] and figure["n"] and figure["measure"] in ASKED
        return self.env._("few answers") if few else ""

    def _number_words(self, figure):
        if not figure["n"] or figure["unit"] in ("cases", "number"):
            return ""
        return self.env._("n = %(number)s", number=f"{figure['n']:,}")

    def _base_words(self, page, figure):
        """What a rate is related to: without it nobody can read the number."""
        if figure["measure"] != "complaint_rate" or figure["missing"]:
            return ""
        written = page.figures._entries(page.company).get("complaint_rate", {}).get("per")
        return self.env._("for each %(number)s orders", number=f"{per(written):,}")

    def _target_words(self, figure):
        if not figure["target_text"]:
            return ""
        if figure["less"]:
            return self.env._("target: at most %(target)s", target=figure["target_text"])
        return self.env._("target: at least %(target)s", target=figure["target_text"])

    def _benchmark_words(self, figure):
        mark = figure["benchmark"]
        if not mark:
            return ""
        return self.env._(
            "others: %(value)s (%(said_by)s, %(date)s)",
            value=mark["text"],
            said_by=mark["source"],
            date=mark["date"],
        )

    def _trends(self, page, figure):
        """How the figure has changed, the chosen comparison first."""
        found = []
        for key in dict.fromkeys((page.compare, "previous", "last_year")):
            then = figure[key]
            if then["trend"]["text"]:
                found.append(
                    {
                        "verdict": then["trend"]["verdict"],
                        "text": then["trend"]["text"],
                        "than": self.env._(
                            "%(period)s: %(value)s", period=then["period"], value=then["text"]
                        ),
                    }
                )
        return found

    # ------------------------------------------------------------------ the one sentence that matters

    def _promise_words(self, page):
        """Which promise was broken most often."""
        figure = page.values["on_time_rate"]
        late = round(figure["n"] - figure["part"])
        if not figure["n"]:
            return {}
        if not late:
            return {"sentence": self.env._("No deadline was missed in what ended.")}
        legal = round(page.values["late_legal"]["value"] or 0)
        words = self.env._("%(late)d of %(n)d missed a deadline.", late=late, n=figure["n"])
        worst = self._worst_clock(page)
        if worst:
            words = self.env._("%(words)s Most often: %(clock)s.", words=words, clock=worst)
        if legal:
            words = self.env._("%(words)s %(legal)d missed a legal one.", words=words, legal=legal)
        return {"sentence": words}

    def _worst_clock(self, page):
        """The deadline that was missed most often among those due in the period: its name, how often."""
        figures = page.figures
        first, after = figures._instants(page.company, *page.span)
        missed = (
            Domain("company_id", "=", page.company.id)
            & Domain("state", "=", "breached")
            & Domain("due_at", ">=", first)
            & Domain("due_at", "<", after)
            & page.domain
        )
        groups = self.env["complaint.fact.clock"]._read_group(missed, ["sla", "name"], ["__count"])
        counts, policy = {}, self.env["complaint.release"]._active(page.company)
        for sla, name, count in groups:
            title = policy._clock_title(sla, name) if policy else name
            counts[title] = counts.get(title, 0) + count
        if not counts:
            return ""
        title = max(counts, key=lambda one: (counts[one], one))
        return self.env._("%(clock)s (%(count)d times)", clock=title, count=counts[title])

    def _satisfied_words(self, page):
        """How sure the satisfaction is, and the net promoter score beside it."""
        figure, nps = page.values["csat"], page.values["nps"]
        if not figure["n"]:
            return {}
        words = self._sure_words(figure)
        if nps["n"]:
            words = self.env._(
                "%(words)s Net promoter score %(nps)s (n = %(n)d).",
                words=words,
                nps=nps["text"],
                n=nps["n"],
            )
        ended = page.values["ended"]["n"]
        if ended:
            rated = page.figures._percent(figure["n"] / ended)
            words = self.env._("%(words)s %(share)s of what ended was rated.", words=words, share=rated)
        return {"sentence": words}

    def _sure_words(self, figure):
        if figure["target"] is None or figure["low"] is None:
            return self.env._("%(n)d customers have answered.", n=figure["n"])
        if figure["sure"] is True:
            return self.env._("The target is reached, and that is no chance.")
        if figure["sure"] is False:
            return self.env._("The target is missed, and that is no chance.")
        return self.env._(
            "With %(n)d answers it may be anything %(interval)s: too few to judge the target.",
            n=figure["n"],
            interval=figure["interval"],
        )

    def _cost_words(self, page):
        """Where most of the money went."""
        figure = page.values["cost_of_redress"]
        if not figure["value"]:
            return {"sentence": self.env._("Nothing was paid for what ended.")}
        sums = page.sums["now"]["category_root_id"]
        key = max(sums, key=lambda one: (sums[one]["redress"], str(one)))
        return {
            "sentence": self.env._(
                "%(n)d cases, %(each)s each; %(share)s of it for %(category)s.",
                n=figure["n"],
                each=page.figures._text("cost_of_redress", figure["value"] / figure["n"], page.company),
                share=page.figures._percent(sums[key]["redress"] / figure["value"]),
                category=page.figures._value_titles("category_root_id", [key])[key],
            )
        }

    def _open_tile(self, page):
        """What is open now, and how much of it is late already."""
        facts = self.env["complaint.fact"]
        domain = Domain(page.figures._open_domain(page.company, page.domain))
        late = domain & Domain("missed", ">", 0)
        [(count, oldest)] = facts._read_group(domain, [], ["__count", "began_on:min"])
        [(late_count,)] = facts._read_group(late, [], ["__count"])
        state = "none" if not count else "bad" if late_count else "good"
        title = page.figures._title("backlog", page.company)
        words = self.env._("Nothing is open.")
        if count:
            words = self.env._(
                "%(late)d of them have missed a deadline; the oldest has been open for %(days)d days.",
                late=late_count,
                days=(page.today - oldest).days,
            )
        return {
            "key": "open",
            "title": self.env._("%(title)s, now", title=title),
            "text": page.figures._text("received", count, page.company),
            "state": state,
            "sign": SIGNS[state],
            "target": "",
            "interval": "",
            "n": "",
            "few": "",
            "trends": [],
            "benchmark": "",
            "definition": self.env._("What is open at this moment, whenever it came in."),
            "missing": "",
            "sentence": words,
            "open": self._opens(title, domain),
            "spoiling": self._opens(self.env._("Open and late"), late),
        }
