"""F3: the key figures, from the register through the rows and their sums to the value, equal an independent
computation from the file of cases: plain Python with exact fractions, which knows the file and nothing of the
program. See `real_cases` for the file."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.engine.case import Event
from ...complaint_management.engine.kpis import MEASURES
from ...complaint_management.models.release_reading import aware
from .common import files
from .figure_case import FigureCase
from .real_cases import RealCase, day, real_rows
from .solution_pack import REMEDIES

KPIS = """
kind: kpis
kpis:
  - {name: repeat_complaint_rate, lower_is_better: true, within: 20d}
  - {name: complaint_rate, per: 1000 orders, lower_is_better: true}
  - {name: cost_of_complaints, lower_is_better: true, hour_costs: 50, worked: 10%, over: 20d}
"""
CALENDARS = """
kind: calendars
calendars: [{name: office, timezone: America/New_York, hours: {daily: ["00:00-24:00"]}}]
"""
SURVEYS = """
kind: surveys
surveys:
  - name: satisfaction
    questions: [{name: happy, scale: 5}, {name: recommend, nps: true}]
    satisfied: {min: 4}
    dissatisfied: {max: 2}
"""
# Limits in elapsed time, so that a computation without calendars can know them, and one to the end of a day.
HOURS = {"acknowledgement": 1, "first_feedback": 24, "solution": 72}
SLA = """
kind: sla
policies:
  - name: standard
    clocks:
      - {name: acknowledgement, from: received, until: acknowledged, within: 1h}
      - {name: first_feedback, from: received, until: first_feedback, within: 24h}
      - {name: answer, from: received, until: communicated, within: 3cd, statutory: true}
      - {name: solution, from: [received, reopened], until: solution_proposed, within: 72h}
"""
LOOKED = datetime(2025, 6, 1)  # when the figures are asked for
ORDERS = 40_000
BATCH = 500
SPANS = [
    (date(2025, 1, 1), date(2025, 2, 1)),
    (date(2025, 2, 1), date(2025, 3, 1)),
    (date(2025, 3, 1), date(2025, 4, 1)),  # the clocks change on the 9th
    (date(2025, 1, 1), date(2025, 4, 1)),
]


@tagged("-at_install", "post_install")
class TestFiguresProved(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(
            files(
                kpis=KPIS, calendars=CALENDARS, surveys=SURVEYS, sla=SLA, escalation=None, remedies=REMEDIES
            )
        )
        cls.cases = [RealCase(row) for row in real_rows()]
        people = max(case.customer for case in cls.cases) + 1
        cls.people = cls.env["res.partner"].create([{"name": f"Caller {one}"} for one in range(people)])
        cls.env["complaint.volume"].create(
            [
                {"company_id": cls.company.id, "month": f"2025-0{month}-01", "orders": ORDERS}
                for month in (1, 2, 3)
            ]
        )
        with freeze_time(LOOKED):
            for first in range(0, len(cls.cases), BATCH):
                cls.replay(cls.cases[first : first + BATCH])
            cls.env["complaint.fact"]._cron_count()

    # ------------------------------------------------------------------ through the program

    @classmethod
    def replay(cls, cases):
        """Enter cases and record what happened to them."""
        kind = cls.ref_id("case_type", "complaint")
        tickets = cls.env["helpdesk.ticket"].create(
            [
                {
                    "name": "About an animal", "description": "As reported.", "company_id": cls.company.id,
                    "case_type_id": kind, "category_id": cls.ref_id("category", case.category),
                    "partner_id": cls.people[case.customer].id, "received_at": case.cycles[0][0],
                    "user_id": cls.agent.id,
                }
                for case in cases
            ]
        )  # fmt: skip
        of = dict(zip(tickets.ids, cases, strict=True))
        tickets._record(lambda ticket, state: cls.happenings(of[ticket.id], state.last[1]))
        cls.env.flush_all()
        cls.pay(of)

    @staticmethod
    def happenings(case, place):
        """The facts of a case after its receipt."""
        told = [(case.cycles[0][0], "acknowledged", {})]
        for number, (began, ended) in enumerate(case.cycles):
            if number:
                told.append((began, "reopened", {"stage": "investigating"}))
            if ended is None:
                continue
            told += [(ended, kind, {}) for kind in ("first_feedback", "solution_proposed", "communicated")]
            told += [(ended, "escalated", {"level": "supervisor"})] * case.raised[number]
            if case.ratings[number]:
                score, recommends = case.ratings[number]
                told.append((ended, "rated", {"score": score, "nps": recommends}))
            told.append((ended, "closed", {"stage": "closed"}))
        return [
            Event(aware(at), kind, data, place + number) for number, (at, kind, data) in enumerate(told, 1)
        ]

    @classmethod
    def pay(cls, of):
        """Accepted solutions, past the buttons."""
        rows = [
            (ticket, number, cls.company.id, cls.ref_id("remedy", "refund"), cls.company.currency_id.id,
             cls.env.uid, amount, "accepted", case.cycles[number - 1][1])
            for ticket, case in of.items()
            for number, amount in enumerate(case.paid, 1)
            if amount
        ]  # fmt: skip
        for row in rows:
            cls.env.cr.execute(
                "INSERT INTO complaint_solution (ticket_id, cycle, company_id, remedy_id, currency_id, "
                "author_id, amount, state, answered_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                row,
            )

    # ------------------------------------------------------------------ from the file alone

    def reckoned(self, begin, end, cases):
        """{name: (value or None, n)} of what began or ended in a time, by counting."""
        came = [case for case in cases if begin <= day(case.cycles[0][0]) < end]
        began = [
            (case, n) for case in cases for n, (at, _end) in enumerate(case.cycles) if begin <= day(at) < end
        ]
        ended = [
            (case, n)
            for case in cases
            for n, (_at, at) in enumerate(case.cycles)
            if at and begin <= day(at) < end
        ]
        ratings = [case.ratings[n] for case, n in ended if case.ratings[n]]
        answers = [hours(case.cycles[n]) for case, n in began if case.cycles[n][1]]
        spent = [hours(case.cycles[n]) for case, n in ended]
        paid = [Fraction(case.paid[n]) for case, n in ended if case.paid[n]]
        firsts = [1 for _case, n in ended if n == 0]
        return {
            "received": (len(came), len(came)),
            "reopenings": (len(began) - len(came), len(began) - len(came)),
            "ended": (len(ended), len(ended)),
            "csat": share([score >= 4 for score, _nps in ratings]),
            "nps": score_of([nps for _score, nps in ratings]),
            "first_contact_resolution": (Fraction(0), len(firsts)) if firsts else (None, 0),
            "average_handling_time": mean(spent),
            "first_response_time": mean(answers),
            "on_time_rate": share([in_time(case, n) for case, n in ended]),
            "late_legal": (sum(late_by_law(*one) for one in ended),) * 2,
            "reopen_rate": share([len(case.cycles) > n + 1 for case, n in ended]),
            "repeat_complaint_rate": share([self.repeated(case, cases) for case in came]),
            "escalation_rate": share([case.raised[n] > 0 for case, n in ended]),
            "cost_of_redress": (sum(paid, Fraction(0)), len(paid)),
            "cost_of_complaints": (sum(paid, Fraction(0)) + 5 * sum(spent, Fraction(0)), len(ended)),
            "complaint_rate": (Fraction(1000 * len(came), ORDERS * months(begin, end)), len(came)),
        }

    def repeated(self, case, cases):
        """Whether the customer had complained about the same within twenty days before."""
        return any(
            other is not case
            and (other.customer, root(other)) == (case.customer, root(case))
            and timedelta(0) < case.cycles[0][0] - other.cycles[0][0] <= timedelta(days=20)
            for other in self.same.get((case.customer, root(case)), ())
        )

    # ------------------------------------------------------------------ both

    def setUp(self):
        super().setUp()
        self.same = {}
        for case in self.cases:
            self.same.setdefault((case.customer, root(case)), []).append(case)

    def assertFigures(self, cases, domain=()):
        for begin, end in SPANS:
            wanted = self.reckoned(begin, end, cases)
            found = self.figures._figures(list(wanted), self.company, begin, end, domain)
            for name, (value, n) in wanted.items():
                told = f"{name} from {begin} to {end}"
                self.assertEqual(found[name]["n"], n, told)
                if value is None:
                    self.assertIsNone(found[name]["value"], told)
                else:
                    self.assertAlmostEqual(found[name]["value"], float(value), places=6, msg=told)

    @freeze_time(LOOKED)
    def test_f3_every_figure_equals_an_independent_computation_from_the_file(self):
        left_out = {
            name for name, measure in MEASURES.items() if not measure.part
        } | {"tickets_per_agent_and_day"}  # fmt: skip
        self.assertEqual(set(self.reckoned(*SPANS[0], self.cases)), set(MEASURES) - left_out)
        self.assertFigures(self.cases)
        self.env["complaint.fact.day"]._cron_days()
        self.assertFigures(self.cases)

    @freeze_time(LOOKED)
    def test_f1_the_same_of_one_category(self):
        of_delay = [case for case in self.cases if case.category == "delay"]
        self.assertFigures(of_delay, [("category_id", "=", self.ref_id("category", "delay"))])

    @freeze_time(LOOKED)
    def test_f3_the_balance_equals_what_was_open_on_each_day(self):
        for begin, end in SPANS:
            found = self.figures._balance(self.company, begin, end)
            for key, at in (("opening", begin), ("closing", end)):
                is_open = sum(
                    day(came) < at and (ended is None or day(ended) >= at)
                    for case in self.cases
                    for came, ended in case.cycles
                )
                self.assertEqual(found[key], is_open, f"{key} {begin}")


def root(case):
    return "billing" if case.category == "billing" else "delivery"


def hours(cycle):
    seconds = (cycle[1] - cycle[0]).total_seconds()
    return Fraction(int(seconds), 3600)


def in_time(case, number):
    """Whether no limit was missed: the acknowledgement came at once, what is not said again in a second cycle
    has no limit there."""
    spent = hours(case.cycles[number])
    return spent <= (HOURS["solution"] if number else HOURS["first_feedback"])


def late_by_law(case, number):
    """Whether the answer came after the third day."""
    came, answered = case.cycles[0]
    return number == 0 and day(answered) > day(came) + timedelta(days=3)


def share(answers):
    return (Fraction(sum(answers), len(answers)) if answers else None, len(answers))


def mean(values):
    return (sum(values, Fraction(0)) / len(values) if values else None, len(values))


def score_of(answers):
    if not answers:
        return None, 0
    good, bad = sum(one >= 9 for one in answers), sum(one <= 6 for one in answers)
    return Fraction(100 * (good - bad), len(answers)), len(answers)


def months(begin, end):
    return (end.year - begin.year) * 12 + end.month - begin.month
