"""One record of each kind that is counted from a case: figures, samples, surges; for the tests of access."""

from datetime import timedelta

from odoo import fields


def counted_from(ticket):
    """{model: one record}"""
    env, now = ticket.env, fields.Datetime.now()
    company, release = ticket.company_id, ticket.release_id
    env["complaint.fact"]._count(ticket, now)
    env["complaint.fact.mark"]._set(ticket)
    mine = [("ticket_id", "=", ticket.id)]
    own = {"company_id": company.id, "release_id": release.id}
    times = {"begins_at": now, "ends_at": now, "opens_at": now, "due_at": now, "drawn_at": now}
    sample = env["complaint.sample"].create(
        {**own, **times, "plan": "monthly", "period": "2026-03", "seed": "x", "share": 10.0}
    )
    member = {"sample_id": sample.id, "ticket_id": ticket.id, "company_id": company.id, "drawn": True}
    surge = {"rule": "many", "group_key": "x", "group_values": {}, "curve": []}
    day = {"company_id": company.id, "day": fields.Date.today()}
    planned = {"team_id": ticket.team_id.id, "company_id": company.id}
    warned = {"day": day["day"], "state": "near", "cases": 46, "limit": 50}
    hours = {"begin": now, "end": now + timedelta(hours=8)}
    departure = {"ticket_id": ticket.id, "company_id": company.id, "cycle": 1, "at": now, "times": 1}
    check = env["complaint.check"].create(
        {
            **own,
            "period": "2026-03",
            "begin": "2026-03-01",
            "end": "2026-04-01",
            "role": "supervision",
            "line_ids": [fields.Command.create({"code": "steps"})],
        }
    )
    records = (
        env["complaint.departure"].create({**departure, "what": "skipped_step", "about": ["proposed"]}),
        check,
        check.line_ids,
        env["complaint.shift"].create({**planned, **hours, "user_id": ticket.user_id.id}),
        env["complaint.workload.warning"].create({**planned, **warned}),
        env["complaint.fact"].search(mine, limit=1),
        env["complaint.fact.stage"].search(mine, limit=1),
        env["complaint.fact.clock"].search(mine, limit=1),
        env["complaint.fact.place"]._here(),
        env["complaint.fact.mark"].search(mine, limit=1),
        env["complaint.fact.day"].create({**day, "type_key": 0, "dimension": "all"}),
        env["complaint.fact.day.mark"].create(day),
        env["complaint.volume"].create({"company_id": company.id, "month": "2026-03-01", "orders": 10}),
        sample,
        env["complaint.sample.member"].create(member),
        env["complaint.surge"].create(
            {
                **own,
                **surge,
                "began_at": now,
                "noticed_at": now,
                "last_at": now,
                "ticket_ids": [fields.Command.set(ticket.ids)],
            }
        ),
    )
    return {record._name: record for record in (*records, *_report_about(company, release, now))}


def _report_about(company, release, now):
    """A report that waits for its review, a remark in it, and somebody who got it."""
    env = company.env
    report = env["complaint.report"].create(
        {
            "company_id": company.id,
            "release_id": release.id,
            "report_code": "monthly",
            "every": "month",
            "period": "2026-03",
            "begin": "2026-03-01",
            "end": "2026-04-01",
            "state": "in_review",
            "content": {"pages": {}},
            "made_at": now,
        }
    )
    remark = env["complaint.report.remark"].create({"report_id": report.id, "text": "x"})
    got = {"report_id": report.id, "user_id": env.uid, "sent_at": now}
    return report, remark, env["complaint.report.delivery"].create(got)
