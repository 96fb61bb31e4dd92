"""The questions of an examination: cases of trainers or cases made up from the policy, each with the answers
that one can choose. Severity and deadlines are reckoned by the policy in force."""

from datetime import datetime, timedelta
from random import SystemRandom

from babel.dates import format_date as babel_date
from odoo import fields
from odoo.tools import babel_locale_parse, get_lang

from ..engine.reckoning_text import time_text
from ..engine.training import choices, deadlines, drawn, severity, situation, situation_of

WEEK_DAYS, HOURS, QUARTERS = range(7), range(8, 18), range(0, 60, 15)  # when the simulated cases come in


class Questions:
    """Draws the cases of an examination and asks about them, in the language of the person."""

    def __init__(self, env, course, release):
        self.env, self.course, self.release = env, course, release
        self.policy, self.dice = release._policy(), SystemRandom()
        self.calendar = release._training_calendar()
        self.most = course.exam_choices or None
        self.found = []

    def all(self):
        """Values of the lines. Written cases first come, the rest is made up from the policy."""
        known = self.course.env["complaint.training.case"].search(
            [
                ("company_id", "=", self.course.company_id.id),
                ("state", "=", "ready"),
                "|",
                ("course_ids", "=", False),
                ("course_ids", "in", self.course.ids),
            ]
        )
        chosen = drawn(list(known), self.course.exam_cases, self.dice)
        chosen += [None] * (self.course.exam_cases - len(chosen))
        for number, case in enumerate(chosen, start=1):
            self._about(number, case)
        return self.found

    def _about(self, number, case):
        """The questions about one case."""
        received = self._moment()
        if case is None:
            attributes = situation(self.policy, self.dice)
            text = self._made_up(attributes)
        else:
            attributes, text = situation_of(self.policy, case._attributes()), case.text
        come_in = self.env._("It comes in on %(when)s.", when=self._when(received))
        text = f"{text}\n\n{come_in}"
        if case is not None:
            self._written(number, text, case)
        if case is None or case.urgency_id or case.scope_id:
            self._severity(number, text, attributes)
        self._deadline(number, text, attributes, received)

    def _moment(self):
        """A quarter of an hour of the next days, in the hours of work."""
        today = fields.Datetime.now().date() + timedelta(days=self.dice.choice(WEEK_DAYS))
        hour, minute = self.dice.choice(HOURS), self.dice.choice(QUARTERS)
        return datetime(today.year, today.month, today.day, hour, minute, tzinfo=self.calendar.zone)

    def _when(self, at):
        """A moment with its weekday, where the policy is; a midnight is the end of the day before."""
        zone = self.calendar.zone
        day = (
            (at - timedelta(seconds=1)).astimezone(zone).date()
            if _midnight(at, zone)
            else at.astimezone(zone)
        )
        weekday = babel_date(day, "EEE", locale=babel_locale_parse(get_lang(self.env).code))
        return f"{weekday} {time_text(at, zone, True)}"

    def _made_up(self, attributes):
        """A case in words, from codes of the policy."""
        known = self._title
        return self.env._(
            "A customer complains (%(channel)s) about “%(category)s”. Urgency: %(urgency)s. "
            "Scope: %(scope)s. Complexity: %(complexity)s.",
            **{
                key: known(key, attributes.get(key))
                for key in ("channel", "category", "urgency", "scope", "complexity")
            },
        )

    def _title(self, kind, code):
        """What people call an entry of the policy."""
        ident = self.release._refs().get((kind, code))
        if not ident:
            return code or "–"
        model = {"channel": "helpdesk.ticket.channel", "category": "helpdesk.ticket.category",
                 "stage": "helpdesk.ticket.stage"}.get(kind, "complaint.term")  # fmt: skip
        # sudo: the words of the policy are no secret
        return self.env[model].sudo().browse(ident).name

    def _written(self, number, text, case):
        """What whoever wrote the case says is right."""
        categories, raw = self._categories(case.category_id.policy_code), self.policy.raw
        self._choose(
            number, text, self.env._("Which category is it?"), "category", case.category_id, categories
        )
        self._choose(
            number, text, self.env._("What is the next step?"), "stage", case.stage_id, self.policy.stages
        )
        remedies = [one["name"] for one in raw.get("remedies") or ()]
        self._choose(number, text, self.env._("Which remedy fits?"), "remedy", case.remedy_id, remedies)

    def _categories(self, right):
        """What the right category stands among: the finest ones; if it has parts itself, those beside it."""
        known = self.policy.categories
        finest = [name for name, one in known.items() if not one.written.get("children")]
        if right in finest or right not in known:
            return finest
        return [name for name, one in known.items() if one.parent == known[right].parent]

    def _choose(self, number, text, question, kind, right, codes):
        if not right.policy_code or right.policy_code not in codes:
            return  # the policy does not have it any more
        self._codes(number, text, question, kind, right.policy_code, codes)

    def _severity(self, number, text, attributes):
        right = severity(self.policy, attributes)
        if right is not None:
            question = self.env._("How severe is it by the policy?")
            self._codes(number, text, question, "severity", right, self.policy.severities)

    def _codes(self, number, text, question, kind, right, codes):
        titles = {self._title(kind, code): code for code in codes}  # two of one title cannot be told apart
        good = self._title(kind, right)
        chosen = choices(good, titles, self.most, self.dice)
        options = [title for title in titles if title in chosen]  # in the order of the policy
        self._add(number, text, question, [(title, title == good) for title in options])

    def _deadline(self, number, text, attributes, received):
        """By when something has to be done: reckoned, never written."""
        found = deadlines(self.policy, attributes, received)
        if not found:
            return
        one = self.dice.choice(found)
        title = self.release._words(one.title, one.clock)
        question = self.env._("By when at the latest: %(clock)s?", clock=title)
        options = sorted(choices(one.right, one.others, self.most, self.dice))
        self._add(number, text, question, [(self._when(at), at == one.right) for at in options])

    def _add(self, number, text, question, options):
        if len(options) < 2:
            return  # nothing to choose
        self.found.append(
            {
                "sequence": len(self.found) + 1,
                "case_number": number,
                "case_text": text,
                "question": question,
                "option_ids": [
                    (0, 0, {"sequence": place, "name": name, "correct": right})
                    for place, (name, right) in enumerate(options, start=1)
                ],
            }
        )


def _midnight(at, zone):
    local = at.astimezone(zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)
