"""Enters the stories of the demo data in the register: three months of complaints, so that lists and what-ifs
have something to show."""

from odoo import fields
from odoo.tools import SQL

from ..engine.case import Event
from ..models.release_reading import aware
from .stories import CUSTOMERS, stories

QUIET = {
    "complaint_no_message": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "tracking_disable": True,
}


def play(env, agents):
    """Make the cases of the last 90 days in the main company, which has the general policy. Returns them.

    agents: the two users who handle them. In batches: one creation, one recording of all facts, one write for
    the cases that end alike."""
    env = env(context={**env.context, **QUIET})
    company = env.ref("base.main_company")
    release = env["complaint.release"]._active(company)
    told = stories(fields.Datetime.now())
    customers = _customers(env, company)
    cases = env["helpdesk.ticket"].create(
        [_values(story, customers[story.customer], company, release._refs()) for story in told]
    )
    by_id = dict(zip(cases.ids, told, strict=True))
    cases._record(lambda ticket, state: _facts(by_id[ticket.id], state, agents))
    _settle(cases, by_id, release._refs(), agents)
    return cases


def _customers(env, company):
    partners = env["res.partner"].create(
        [
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '.')}@example.com",
                "phone": f"+1 202 555 01{index:02d}",  # numbers that belong to nobody
                "company_id": company.id,
            }
            for index, name in enumerate(CUSTOMERS)
        ]
    )
    return {partner.name: partner for partner in partners}


def _values(story, customer, company, refs):
    return {
        "name": story.subject,
        "description": f"<p>{story.text}</p>",
        "partner_id": customer.id,
        "partner_name": customer.name,
        "partner_email": customer.email,
        "company_id": company.id,
        "case_type_id": refs["case_type", story.kind],
        "category_id": refs["category", story.category],
        "channel_id": refs["channel", story.channel],
        "urgency_id": refs["urgency", story.urgency],
        "complexity_id": refs["complexity", story.complexity],
        "received_at": story.received,
        "user_id": False,
    }


def _facts(story, state, agents):
    """The story's facts as engine events, oldest first."""
    events, place = [], state.last[1]
    for kind, at, data in sorted(story.facts, key=lambda fact: fact[1]):
        place += 1
        said = {key: value for key, value in data.items() if key != "holder"}
        if "holder" in data:
            said["set"] = {"holder_id": agents[data["holder"]].id, "unassigned": False}
        events.append(Event(aware(at), kind, said, place))
    return events


def _settle(cases, by_id, refs, agents):
    """Give the cases the stage and the person that their facts say, and the times at which they got them."""
    alike, times = {}, []
    for case in cases:
        story = by_id[case.id]
        moves = [(at, data["stage"]) for _kind, at, data in story.facts if "stage" in data]
        taken = [at for _kind, at, data in story.facts if "holder" in data]
        moved, stage = max(moves, default=(story.received, "received"))
        user = agents[story.agent] if taken else agents.browse()
        alike.setdefault((stage, user.id), []).append(case.id)
        times.append((case.id, story.received, moved, taken[0] if taken else None))
    for (stage, user), ids in alike.items():
        cases.browse(ids).write({"stage_id": refs["stage", stage], "user_id": user})
    cases.flush_recordset()
    values = SQL(", ").join(SQL("(%s, %s::timestamp, %s::timestamp, %s::timestamp)", *row) for row in times)
    # By SQL: Odoo writes create_date and OCA the other dates as of now, whatever one asks for.
    cases.env.cr.execute(
        SQL(
            "UPDATE helpdesk_ticket t SET create_date = v.received, last_stage_update = v.moved, "
            "assigned_date = v.taken, closed_date = CASE WHEN t.closed_date IS NOT NULL THEN v.moved END "
            "FROM (VALUES %s) AS v(id, received, moved, taken) WHERE t.id = v.id",
            values,
        )
    )
    cases.invalidate_recordset()
