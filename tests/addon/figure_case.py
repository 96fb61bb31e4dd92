"""Cases in figures for tests: rows as the job makes them, with values that a test chooses or draws."""

import random
from datetime import date, datetime, time, timedelta

from .common import ComplaintCase, files

KPIS = """
kind: kpis
kpis:
  - {name: csat, title: {en: Happy, zh_CN: 满意}, target: 90%, confidence: 95%}
  - {name: nps, target: 30}
  - {name: first_contact_resolution, target: 60%}
  - {name: average_handling_time, target: 24h, lower_is_better: true}
  - {name: on_time_rate, target: 95%, benchmark: {value: 93%, source: A survey, date: "2026-01-31"}}
  - {name: complaint_rate, per: 1000 orders, lower_is_better: true}
  - {name: repeat_complaint_rate, target: 5%, lower_is_better: true, within: 30d}
  - {name: reopen_rate, target: 5%, lower_is_better: true}
  - {name: cost_of_redress, lower_is_better: true}
  - {name: training_pass_rate, target: 95%}
  - {name: tickets_per_agent_and_day, target: 50, lower_is_better: true}
"""
USUAL = {
    "cycle": 1,
    "ended_by": None,
    "ended_on": None,
    "on_time": None,
    "clocks": 2,
    "missed": 0,
    "missed_legal": 0,
    "first_contact": None,
    "reopened": None,
    "repeated": 0.0,
    "satisfied": None,
    "nps": None,
    "redress": 0.0,
    "escalations": 0,
    "handovers": 0,
    "hours_feedback": None,
    "hours_closed": None,
    "hours_ours": 0.0,
    "product": None,
    "cause_id": None,
}


class FigureCase(ComplaintCase):
    """A company whose cases in figures are written by the test itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS))
        cls.analyst = cls.new_user("figures", "complaint_management.group_data_analysis")
        cls.figures = cls.env["complaint.figures"].with_user(cls.analyst)
        cls.figures = cls.figures.with_context(allowed_company_ids=cls.company.ids)

    @classmethod
    def fact(cls, ticket, began_on, **values):
        """A row of a case; `closed`: the day on which it was closed."""
        began_on = date.fromisoformat(str(began_on))
        closed = values.pop("closed", None)
        if closed:
            values.setdefault("ended_by", "closed")
            values["ended_on"] = date.fromisoformat(str(closed))
            values.setdefault("reopened", 0.0)
            values.setdefault("on_time", 1.0)
            values.setdefault("hours_closed", 24.0 * (values["ended_on"] - began_on).days)
            if values.get("cycle", 1) == 1:
                values.setdefault("first_contact", 0.0)
        row = {**USUAL, **values}
        if row["cycle"] > 1:
            row["repeated"] = None
        return {
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "version": ticket.sudo().case_version,
            "release_id": ticket.release_id.id,
            "type_id": ticket.case_type_id.id,
            "category_id": ticket.category_id.id or None,
            "category_root_id": (ticket.category_id.parent_id or ticket.category_id).id or None,
            "channel_id": ticket.channel_id.id or None,
            "team_id": ticket.team_id.id or None,
            "user_id": ticket.user_id.id or None,
            "severity_id": ticket.severity_id.id or None,
            "partner_id": ticket.partner_id.id or None,
            "began_on": began_on,
            "began_at": datetime.combine(began_on, time(9)),
            "weekday": str(began_on.isoweekday()),
            "hour": 9,
            "ended_at": row["ended_on"] and datetime.combine(row["ended_on"], time(15)),
            "cases": int(row["cycle"] == 1),
            "open_cases": int(not row["ended_on"] and not row["reopened"]),
            **row,
        }

    @classmethod
    def keep(cls, rows):
        """Write rows of complaint.fact instead of what the job has made of their cases."""
        tickets = cls.env["helpdesk.ticket"].browse({row["ticket_id"] for row in rows})
        cls.env.flush_all()
        cls.env["complaint.fact.day.mark"]._set(tickets)
        cls.env["complaint.fact"]._store(rows)
        cls.env["complaint.fact.day.mark"]._set(tickets)
        cls.env.invalidate_all()

    @classmethod
    def many(cls, number, seed, first=date(2026, 1, 1), days=120):
        """Cases with a cycle or two drawn at random; their rows."""
        dice = random.Random(seed)
        rows = []
        categories = ["delay", "damage", "billing"]
        for index in range(number):
            ticket = cls.complaint(
                category=dice.choice(categories),
                type=dice.choice(["complaint", "complaint", "inquiry"]),
                channel=dice.choice(["phone", "email"]),
                user_id=dice.choice([cls.agent.id, cls.leader.id, False]),
            )
            began = first + timedelta(days=dice.randrange(days))
            rows += cls._drawn(dice, ticket, began, 1 if index % 4 else 2)
        return rows

    @classmethod
    def _drawn(cls, dice, ticket, began, cycles):
        rows = []
        for cycle in range(1, cycles + 1):
            ends = cycle < cycles or dice.random() < 0.8
            end = began + timedelta(days=dice.randrange(15))
            rated = ends and dice.random() < 0.6
            values = {
                "cycle": cycle,
                "repeated": float(dice.random() < 0.2),
                "hours_feedback": dice.choice([None, round(dice.random() * 30, 3)]),
                "hours_ours": round(dice.random() * 50, 3),
                "redress": dice.choice([0.0, 0.0, 12.5, 99.0]),
                "escalations": dice.choice([0, 0, 1]),
                "product": dice.choice([None, "Till", "App"]),
            }
            if ends:
                values.update(
                    closed=end,
                    ended_by=dice.choice(["closed", "closed", "closed", "withdrawn"]),
                    reopened=float(cycle < cycles),
                    on_time=dice.choice([0.0, 1.0, None]),
                    missed_legal=dice.choice([0, 0, 1]),
                    satisfied=float(dice.random() < 0.7) if rated else None,
                    nps=dice.choice([100.0, 0.0, -100.0]) if rated else None,
                    hours_closed=round(dice.random() * 200, 3),
                )
                if values["ended_by"] != "closed":
                    values.update(hours_closed=None, reopened=None, first_contact=None)
            rows.append(cls.fact(ticket, began, **values))
            began = end
        return rows
