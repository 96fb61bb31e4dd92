"""One record of each kind about the quality review of a case, for the tests of access."""

from odoo import fields


def quality_about(ticket, agent, reviewer):
    """{model: record} of a review that the agent was told of."""
    env, now = ticket.env, fields.Datetime.now()
    about = {"company_id": ticket.company_id.id, "release_id": ticket.release_id.id}
    sample = env["complaint.quality.sample"].create(
        {
            **about,
            "code": "calls",
            "period": "2026-03",
            "begins_at": "2026-03-01 00:00:00",
            "ends_at": "2026-04-01 00:00:00",
            "seed": "x",
        }
    )
    review = env["complaint.quality.review"].create(
        {
            **about,
            "sample_id": sample.id,
            "ticket_id": ticket.id,
            "agent_id": agent.id,
            "reviewer_id": reviewer.id,
            "state": "told",
            "score": 80,
            "result": "passed",
            "reviewed_at": now,
            "object_until": now,
        }
    )
    line = env["complaint.quality.line"].create(
        {"review_id": review.id, "code": "greeting", "name": "Greeting", "weight": 1, "scale": 5, "mark": "4"}
    )
    return {record._name: record for record in (sample, review, line)}
