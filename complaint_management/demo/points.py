"""Points of the two people who handled the complaints of the demo data: what the months gave; the last one is
open to objections, those before it are paid."""

import random
from datetime import timedelta

from odoo import fields

from ..engine.case import Event
from ..models.release_reading import aware

SEED = 11
RATED = 60  # of a hundred closed cases
STARS = (5, 5, 5, 4, 4, 3)


def play_points(env, agent, approver):
    """Ratings by customers, the ledger that follows from all facts, and what became of the months."""
    company = env.ref("base.main_company")
    cases = env["helpdesk.ticket"].search([("company_id", "=", company.id), ("case_type_id", "!=", False)])
    _rate(cases)
    env["complaint.incentive.dirty"]._mark("ticket_id", cases.ids)
    env["complaint.incentive.dirty"]._reckon_all()
    periods = env["complaint.incentive.period"]
    periods._open_current()
    over = periods.search(
        [("company_id", "=", company.id), ("ends_at", "<=", fields.Datetime.now())], order="ends_at"
    )
    for period in over:
        period._compute_over()
    for period in over[:-1]:
        _finish(period, approver)
    _object(over[-1:], agent)


def _rate(cases):
    dice = random.Random(SEED)
    closed = cases.filtered("closed_date").sorted("id")
    stars = {case.id: dice.choice(STARS) for case in closed if dice.randrange(100) < RATED}

    def facts(ticket, state):
        if ticket.id not in stars or state.closed_at is None or "rated" in state.seen:
            return []
        at = state.closed_at + timedelta(hours=5)
        if at > aware(fields.Datetime.now()):
            return []
        return [
            Event(
                at, "rated", {"score": stars[ticket.id]}, ticket._next_place(state, at.replace(tzinfo=None))
            )
        ]

    cases.browse(list(stars))._record(facts)


def _finish(period, approver):
    """Everybody agreed, it was reviewed, approved and paid."""
    now = fields.Datetime.now()
    period.statement_ids.write({"agreed_at": now})
    for statement in period.statement_ids:
        reviewer = statement._reviewers()[:1]
        statement.with_user(reviewer).with_context(allowed_company_ids=period.company_id.ids).action_review()
    approved = period.with_user(approver).with_context(allowed_company_ids=period.company_id.ids)
    approved._approve()
    approved.action_paid()
    for statement in period.statement_ids.filtered("consequence"):
        statement.with_user(statement._reviewers()[:1])._carried_out(
            "We went through the late cases together."
        )


def _object(period, agent):
    """The agent objects to a deadline of last month."""
    statement = period.statement_ids.filtered(lambda one: one.user_id == agent)
    entry = statement.point_ids.filtered(lambda one: one.points < 0)[:1].with_user(agent)
    if entry and entry.may_object:
        words = "The customer was on the phone with me at that time, the call log shows it."
        period.env["complaint.incentive.objection"].with_user(agent)._ask(entry, words)
