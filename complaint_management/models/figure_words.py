"""The key figures in words: what each is called, what it means, and how its value is written."""

from datetime import timedelta

from babel.dates import format_skeleton
from odoo import api, models
from odoo.tools import babel_locale_parse, format_amount, format_date, formatLang, get_lang

from ..engine.kpis import MEASURES

LONG = 72  # hours from which a time is told in days


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    @api.model
    def _titles(self):
        """{measure: what people call it} where the policy does not say."""
        return {
            "csat": self.env._("Satisfied customers"),
            "nps": self.env._("Net promoter score"),
            "first_contact_resolution": self.env._("Settled at the first contact"),
            "average_handling_time": self.env._("Average handling time"),
            "first_response_time": self.env._("Time to the first answer"),
            "on_time_rate": self.env._("Handled in time"),
            "acknowledged_on_time_rate": self.env._("Acknowledged in time"),
            "promises_kept": self.env._("Deadlines kept"),
            "complaint_rate": self.env._("Complaint rate"),
            "repeat_complaint_rate": self.env._("Repeated complaints"),
            "reopen_rate": self.env._("Reopened"),
            "escalation_rate": self.env._("Escalated"),
            "backlog": self.env._("Open complaints"),
            "cost_of_redress": self.env._("Cost of redress"),
            "cost_of_complaints": self.env._("What complaints cost"),
            "callback_satisfaction": self.env._("Satisfied in the monthly sample"),
            "callback_rate": self.env._("Callbacks made in time"),
            "quality_pass_rate": self.env._("Reviews passed"),
            "training_pass_rate": self.env._("Examinations passed"),
            "tickets_per_agent_and_day": self.env._("Cases per agent and day"),
            "received": self.env._("Received"),
            "reopenings": self.env._("Opened again"),
            "ended": self.env._("Ended in the period"),
            "late_legal": self.env._("Legal deadlines missed"),
            "hot_topics": self.env._("Hot topics"),
        }

    @api.model
    def _sentences(self):
        """{measure: its definition}, the only one in words; `engine.kpis` has it for the computer."""
        return {
            **self._sentences_of_opinions(),
            **self._sentences_of_times(),
            **self._sentences_of_handling(),
            **self._sentences_of_counts(),
        }

    def _sentences_of_opinions(self):
        """What customers and reviews say."""
        return {
            "csat": self.env._(
                "Of the complaints that ended in the period and were rated, the share whose last rating says "
                "satisfied."
            ),
            "nps": self.env._(
                "Of the complaints that ended in the period and say how likely the customer recommends us: "
                "the share of promoters (9, 10) less that of detractors (0 to 6), times 100."
            ),
            "callback_satisfaction": self.env._(
                "Of the answers in the monthly sample that were given in the period, the share that is "
                "satisfied."
            ),
            "callback_rate": self.env._(
                "Of the callbacks that were due in the period, the share finished in time."
            ),
            "quality_pass_rate": self.env._("Of the reviews made in the period, the share that passed."),
            "training_pass_rate": self.env._(
                "Of all people and courses with an examination finished in the period, the share whose last "
                "one was passed."
            ),
        }

    def _sentences_of_times(self):
        """Times and deadlines."""
        return {
            "average_handling_time": self.env._(
                "The mean time from the receipt, or the reopening, to the closing, of what was closed in the "
                "period. Nights, weekends and waiting count."
            ),
            "first_response_time": self.env._(
                "The mean time to the first answer of a person, of what came in during the period and has "
                "been answered."
            ),
            "on_time_rate": self.env._(
                "Of the complaints that ended in the period, the share in which every deadline was kept."
            ),
            "acknowledged_on_time_rate": self.env._(
                "Of the acknowledgements that were due in the period, the share made in time."
            ),
            "promises_kept": self.env._(
                "Of the deadlines that fell into the period, the share that was kept."
            ),
            "late_legal": self.env._("What ended in the period after a legal deadline was missed."),
        }

    def _sentences_of_handling(self):
        """How it was handled, and what it cost."""
        return {
            "first_contact_resolution": self.env._(
                "Of the complaints closed in the period for the first time, the share settled on the spot."
            ),
            "complaint_rate": self.env._("Complaints received in the period, related to the orders of it."),
            "repeat_complaint_rate": self.env._(
                "Of the complaints received in the period, the share whose customer had complained about the "
                "same main category shortly before."
            ),
            "reopen_rate": self.env._("Of what was closed in the period, the share that was reopened since."),
            "escalation_rate": self.env._("Of what ended in the period, the share that was escalated."),
            "cost_of_redress": self.env._(
                "What was agreed with the customers as compensation or refund, in complaints that ended in "
                "the period, in the currency of the company."
            ),
            "tickets_per_agent_and_day": self.env._(
                "Cases received in the period that somebody is in charge of, for each agent and day on which "
                "they got any."
            ),
            "cost_of_complaints": self.env._(
                "What the customers got, and the work of our people, for what ended in the period. The work "
                "is the time that the cases were with us, times the part of it in which somebody works on "
                "them, times what an hour costs, as the policy says."
            ),
        }

    def _sentences_of_counts(self):
        """What came, went and is open."""
        return {
            "backlog": self.env._("What was open at the end of the period."),
            "received": self.env._("Complaints received in the period; a reopened one counts once."),
            "reopenings": self.env._("Complaints opened again in the period."),
            "ended": self.env._("Closed, withdrawn or referred in the period; each time counts."),
            "hot_topics": self.env._("What came in more often than chance explains."),
        }

    # ------------------------------------------------------------------ values

    @api.model
    def _text(self, name, value, company):
        """A value of a measure as people read it."""
        if value is None:
            return "–"
        unit = MEASURES[self._measure(name, company)].unit
        if unit == "share":
            return self._percent(value)
        if unit == "points":
            return f"{round(value):+d}" if round(value) else "0"
        if unit == "hours":
            return self._time(value)
        if unit == "money":
            currency = company.currency_id
            return format_amount(self.env, round(value), currency).replace(".00", "")
        if unit == "cases":
            return formatLang(self.env, value, digits=0)
        digits = 0 if value == round(value) else 2 if abs(value) < 10 else 1
        return formatLang(self.env, value, digits=digits)

    def _percent(self, value):
        """A share; one decimal, none where it is a whole number."""
        digits = 0 if round(value * 100, 1) == round(value * 100) else 1
        return self.env._("%(number)s %%", number=formatLang(self.env, 100 * value, digits=digits))

    def _time(self, hours):
        if hours >= LONG:
            return self.env._("%(number)s days", number=formatLang(self.env, hours / 24, digits=1))
        return self.env["complaint.milestone"]._span(timedelta(hours=hours))

    def _difference(self, name, change, company):
        """A change of a value with its sign."""
        unit = MEASURES[self._measure(name, company)].unit
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        if unit == "share":
            points = formatLang(self.env, abs(100 * change), digits=1)
            return self.env._("%(sign)s%(points)s points", sign=sign, points=points)
        if unit == "points":
            return f"{sign}{formatLang(self.env, abs(change), digits=0)}"
        return sign + self._text(name, abs(change), company)

    def _interval(self, name, value, company):
        """Between what the true value lies; an empty text without an interval."""
        if value.low is None or value.high is None or value.value is None:
            return ""
        return self.env._(
            "between %(low)s and %(high)s",
            low=self._text(name, value.low, company),
            high=self._text(name, value.high, company),
        )

    @api.model
    def _period_text(self, begin, end):
        """A period in words; end is the day after its last one."""
        last = end - timedelta(days=1)
        if begin.day == 1 and end.day == 1 and (end - begin).days <= 31:
            return self._month_title(begin)
        if (begin.month, begin.day, end.month, end.day) == (1, 1, 1, 1) and end.year == begin.year + 1:
            return format_date(self.env, begin, date_format="y")
        if begin == last:
            return format_date(self.env, begin)
        return f"{format_date(self.env, begin)} – {format_date(self.env, last)}"

    @api.model
    def _month_title(self, day):
        return format_skeleton("yMMMM", day, locale=babel_locale_parse(get_lang(self.env).code))

    def _trend_words(self, name, trend, company):
        """What became of a figure, in a few words."""
        if trend.change is None:
            return ""
        change = self._difference(name, trend.change, company)
        words = {
            "better": self.env._("%(change)s, better", change=change),
            "worse": self.env._("%(change)s, worse", change=change),
            "changed": change,
            "chance": self.env._("%(change)s, no more than chance", change=change),
            "unknown": change,
        }
        return words[trend.verdict]
