"""What a report says, put together in one language: the four questions of its first page, its sections, and
whether it balances.

A page is plain data: {"headlines", "sections", "misfits", "opens"}. A section has name, title, sentence,
tables [{head, rows: [[cell]]}], charts (see report_print) and notes; a cell text, note, tone, and `at`: the
place in `opens` of what a click on it opens (title, model, domain)."""

from odoo import api, models

from .report_page import frozen

# In the order in which they are shown; a report that does not say gets them all.
CONTENTS = (
    "volumes",
    "hot_topics",
    "trends",
    "kpis",
    "channels",
    "causes",
    "bottlenecks",
    "compliance",
    "escalations",
    "workload",
    "quality",
    "segments",
    "regions",
    "redress",
    "improvements",
)


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    @api.model
    def _section_titles(self):
        """{name in the policy: what people call it}"""
        return {
            "volumes": self.env._("What came and what went"),
            "hot_topics": self.env._("Hot topics"),
            "trends": self.env._("Trends"),
            "kpis": self.env._("Key figures"),
            "channels": self.env._("Channels"),
            "causes": self.env._("Root causes"),
            "bottlenecks": self.env._("Where it gets stuck"),
            "compliance": self.env._("Was the process followed?"),
            "escalations": self.env._("Escalations"),
            "workload": self.env._("Workload and cover"),
            "quality": self.env._("Quality of handling"),
            "segments": self.env._("Customers"),
            "regions": self.env._("Regions"),
            "redress": self.env._("Redress"),
            "improvements": self.env._("What we changed, and whether it helped"),
        }

    @api.model
    def _content(self, company, release, entry, begin, end):
        """What a report of a period says, in every language that is installed, as JSON keeps it."""
        pages, balance = {}, {}
        for lang, _name in self.env["res.lang"].get_installed():
            counting = self._counting(company, release, lang)
            pages[lang], balance = counting._page_of(company, release, entry, begin, end)
        return frozen({"pages": pages, "balance": balance})

    def _page_of(self, company, release, entry, begin, end):
        """(the page in the language of self, the balance of the period)"""
        # the names of some pick lists are cached without regard to the language
        self.env.invalidate_all()
        page = self._count(company, begin, end, self._entry_domain(release, entry))
        page.release = release
        wanted = entry.get("contents") or CONTENTS
        sections = [self._section(name, page) for name in CONTENTS if name in wanted]
        balance, misfits = self._balanced(page, entry)
        found = {"headlines": self._headlines(page), "sections": sections, "misfits": misfits}
        return _numbered(found), balance

    def _section(self, name, page):
        """One section; what cannot be said comes with the reason."""
        found = getattr(self, f"_content_{name}")(page)
        title = self._section_titles()[name]
        section = {"name": name, "title": title, "sentence": "", "tables": [], "charts": [], "notes": []}
        return {**section, **found}

    def _left_out(self, sentence):
        """A section about which nothing can be said, and why."""
        return {"missing": sentence}

    # ------------------------------------------------------------------ the first page

    def _headlines(self, page):
        """The four questions, each with its answer, a sentence, and the cases behind it."""
        return [
            {"name": "hurts", "question": self.env._("What hurts customers most?"), **self._hurts(page)},
            {"name": "promises", "question": self.env._("Were promises kept?"), **self._promises(page)},
            {
                "name": "better",
                "question": self.env._("What got better after what we changed?"),
                **self._better(page),
            },
            {
                "name": "process",
                "question": self.env._("Where was the process not followed?"),
                **self._not_followed(page),
            },
        ]

    def _hurts(self, page):
        """The topic that has risen, or else the category with the most complaints."""
        rows = page.rows(["received"], "category_id", 1)
        total = page.values["received"]["n"]
        if not rows or not rows[0]["figures"]["received"]["n"]:
            return {"answer": "–", "tone": "none", "sentence": self.env._("No case came in."), "open": False}
        count = rows[0]["figures"]["received"]
        words = self.env._(
            "%(count)d of %(total)d cases (%(share)s).",
            count=count["n"],
            total=total,
            share=page.figures._percent(count["n"] / total),
        )
        if self._has_past(page):
            before = rows[0]["previous"]["received"]["text"]
            words += " " + self.env._("In the period before: %(count)s.", count=before)
        hot = self._hot(page)
        if hot:
            words += " " + self.env._(
                "Risen more than chance explains: %(topics)s.",
                topics=", ".join(topic["title"] for topic in hot[:3]),
            )
        return {
            "answer": rows[0]["title"],
            "tone": "bad" if hot else "none",
            "sentence": words,
            "open": self._opens(rows[0]["title"], count["domain"]),
        }

    def _promises(self, page):
        """The share that was handled in time, and which promise was broken most often."""
        figure, dashboard = page.values["on_time_rate"], self.env["complaint.dashboard"]
        words = dashboard._promise_words(page).get("sentence") or figure["missing"]
        target = dashboard._target_words(figure)
        if target:
            words = f"{words} {target[0].upper()}{target[1:]}."
        tone = {True: "good", False: "bad"}.get(figure["met"], "none")
        opens = figure["spoiling"] if figure["met"] is False else figure["domain"]
        return {
            "answer": figure["text"],
            "tone": tone,
            "sentence": words,
            "open": self._opens(figure["title"], opens),
        }

    def _better(self, page):
        """The improvements that were finished since the period before began."""
        effects = self._effects(page)
        known = [effect for effect in effects if effect["after"] is not None]
        if not effects:
            return {
                "answer": "–",
                "tone": "none",
                "sentence": self.env._("No improvement was finished in this period or the one before."),
                "open": False,
            }
        helped = [effect for effect in known if effect["tone"] == "good"]
        best = min(known, key=lambda effect: effect["after"] - effect["before"], default=None)
        words = self.env._("Improvements finished: %(count)d.", count=len(effects))
        if best:
            words = self.env._(
                "%(words)s “%(name)s”: %(before)d complaints before, %(after)d in as long a time after.",
                words=words,
                name=best["name"],
                before=best["before"],
                after=best["after"],
            )
        return {
            "answer": self.env._("%(helped)d of %(count)d", helped=len(helped), count=len(effects)),
            "tone": "good" if helped else "none",
            "sentence": words,
            "open": self._opens(
                self.env._("Improvements"),
                [("id", "in", [effect["id"] for effect in effects])],
                "mgmtsystem.action",
            ),
        }

    def _not_followed(self, page):
        """What supervision found most often, or else the missed deadlines."""
        findings = [one for one in self._findings(page) if one["count"]]
        if findings:
            return self._worst_finding(page, findings)
        late = round(page.values["on_time_rate"]["n"] - page.values["on_time_rate"]["part"])
        words = (
            self.env._("Steps were in order; %(late)d cases missed a deadline.", late=late)
            if late
            else self.env._("Nothing was found.")
        )
        opens = self._opens(page.values["on_time_rate"]["title"], page.values["on_time_rate"]["spoiling"])
        return {
            "answer": self.env._("%(count)d times", count=late),
            "tone": "bad" if late else "good",
            "sentence": words,
            "open": opens if late else False,
        }

    def _worst_finding(self, page, findings):
        """The finding furthest beyond its target, else the most frequent one."""
        beyond = [one for one in findings if one["met"] is False]
        worst = max(beyond or findings, key=lambda one: (one["share"] or 0, one["count"]))
        words = self.env._("%(count)d found", count=worst["count"])
        if worst["of"]:
            words = self.env._(
                "%(count)d of %(of)d (%(share)s)",
                count=worst["count"],
                of=worst["of"],
                share=page.figures._percent(worst["share"]),
            )
        if worst["target_text"]:
            words = self.env._("%(words)s; target: %(target)s", words=words, target=worst["target_text"])
        if len(beyond) > 1:
            words = self.env._(
                "%(words)s. In all, %(count)d checks are beyond their target.", words=words, count=len(beyond)
            )
        return {
            "answer": worst["title"],
            "tone": "bad" if beyond else "none",
            "sentence": words,
            "open": self._opens(worst["title"], worst["domain"], worst["model"]),
        }

    def _has_past(self, page):
        """Whether anything was counted in the period before: a nought of it would mean nothing."""
        return page.figures._spans(*page.span)["previous"][1] > self._first_day(page)

    def _first_day(self, page):
        if not hasattr(page, "first_day"):
            facts = self.env["complaint.fact"]
            first = facts.search([("company_id", "=", page.company.id)], order="began_on", limit=1)
            page.first_day = first.began_on or page.span[0]
        return page.first_day

    # ------------------------------------------------------------------ parts of sections

    @api.model
    def _opens(self, title, domain, model="complaint.fact"):
        return {"title": title, "model": model, "domain": list(domain)}

    @api.model
    def _cell(self, text, opens=False, note="", tone=""):
        return {"text": str(text), "open": opens, "note": note, "tone": tone}

    def _tabled(self, head, rows):
        return {"head": head, "rows": rows}

    def _of_card(self, card):
        """The table of a card of the dashboard: its own, or the numbers of its chart."""
        if card["kind"] == "table":
            rows = [
                [self._cell(row["title"], row["open"]), *(self._kept(cell) for cell in row["cells"])]
                for row in card["rows"]
            ]
            return self._tabled(card["columns"], rows)
        chart = card["chart"]
        rows = [
            [
                self._cell(label, chart["opens"][index]),
                *(self._of_series(chart, series, index) for series in chart["series"]),
            ]
            for index, label in enumerate(chart["labels"])
        ]
        return self._tabled([card["title"], *(series["title"] for series in chart["series"])], rows)

    def _kept(self, cell):
        return self._cell(cell["text"], cell["open"], cell.get("note", ""), cell.get("tone", ""))

    def _of_series(self, chart, series, index):
        value = series["values"][index]
        text = "–" if value is None else f"{value:g} %" if series.get("axis") == "share" else f"{value:g}"
        opens = (series.get("opens") or [False] * (index + 1))[index]
        if not opens and series is chart["series"][0]:
            opens = chart["opens"][index]
        return self._cell(text, opens if value else False)

    def _months_chart(self, card, kind):
        """The chart of a card over the months."""
        chart = card["chart"]
        return {
            "kind": kind,
            "title": card["title"],
            "periods": chart["labels"],
            "series": [[series["title"], series["values"]] for series in chart["series"]],
        }


def _numbered(found):
    """A page whose clicks are numbers, and the list of what they open."""
    opens = []

    def walk(part):
        if isinstance(part, dict):
            kept = {key: walk(value) for key, value in part.items() if key != "open"}
            if part.get("open"):
                kept["at"] = len(opens)
                opens.append(part["open"])
            return kept
        if isinstance(part, list):
            return [walk(one) for one in part]
        return part

    page = walk(found)
    return {**page, "opens": opens}
