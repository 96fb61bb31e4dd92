"""One record of each kind that people write about many cases: a meeting, a file for a regulator, a case to
learn from; for the tests of access."""


def written_about(ticket, chair):
    """{model: record}; the meeting is led by a person."""
    env, company = ticket.env, ticket.company_id
    meeting = env["complaint.meeting"].create(
        {"name": "Review", "company_id": company.id, "chair_id": chair.id}
    )
    point = env["complaint.meeting.item"].create({"meeting_id": meeting.id, "name": "Point"})
    file = env["complaint.return"].create(
        {
            "company_id": company.id,
            "release_id": ticket.release_id.id,
            "code": "file",
            "period": "2026-03",
            "begin": "2026-03-01",
            "end": "2026-04-01",
            "roles": ["supervision"],
        }
    )
    learnt = env["complaint.library.case"].create(
        {"name": "Wet", "happened": "It was wet.", "learn": "Dry it.", "company_id": company.id}
    )
    return {one._name: one for one in (meeting, point, file, learnt)}
