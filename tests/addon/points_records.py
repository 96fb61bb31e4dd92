"""One record of each kind about the points of a person, for the tests of access."""

from odoo import fields

ROW = {
    "suggestion_id": None,
    "cycle": 1,
    "rule": "on-time",
    "subject": "closed",
    "of_period": "2026-03",
    "period": "2026-03",
    "points": 5,
    "weight": 1,
    "flat": False,
    "cases": 0,
    "revision": 0,
    "corrects_id": None,
    "cut": False,
    "detail": None,
}


def points_about(ticket, person):
    """{model: record} of points that a person got for a case."""
    env, now = ticket.env, fields.Datetime.now()
    company, release = ticket.company_id, ticket.release_id
    period = env["complaint.incentive.period"].create(
        {
            "company_id": company.id,
            "release_id": release.id,
            "scheme": "desk",
            "code": "2026-03",
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
            "ends_at": "2026-04-01 00:00:00",
            "currency_id": company.currency_id.id,
        }
    )
    statement = env["complaint.incentive.statement"].create({"period_id": period.id, "user_id": person.id})
    about = {
        "ticket_id": ticket.id,
        "company_id": company.id,
        "release_id": release.id,
        "scheme": "desk",
        "user_id": person.id,
        "at": now,
    }
    env["complaint.incentive.entry"]._append(
        [{**ROW, **about, "statement_id": statement.id, "recorded_at": now}]
    )
    note = env["complaint.incentive.note"].create({**about, "period": "2026-03", "cycle": 1, "why": "outage"})
    dirty = env["complaint.incentive.dirty"].create({"ticket_id": ticket.id})
    objection = env["complaint.incentive.objection"].create(
        {
            "entry_id": statement.entry_ids.id,
            "statement_id": statement.id,
            "company_id": company.id,
            "user_id": person.id,
            "reason": "x",
            "asked_at": now,
        }
    )
    records = (period, statement, statement.entry_ids, note, dirty, objection)
    return {record._name: record for record in records}
