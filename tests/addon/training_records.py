"""One record of each kind about the training of a person, for the tests of access."""

from odoo import fields


def training_about(ticket, person):
    """{model: record} of a course that a person needed and passed."""
    env, today, now = ticket.env, fields.Date.today(), fields.Datetime.now()
    company = ticket.company_id
    course = env["complaint.training.course"].create({"name": "Talks", "company_id": company.id})
    about = {"user_id": person.id, "company_id": company.id, "course_id": course.id}
    need = env["complaint.training.need"].create({**about, "reason": "role", "since": today, "answer": "x"})
    exam = env["complaint.training.exam"].create(
        {
            **about,
            "release_id": ticket.release_id.id,
            "state": "passed",
            "started_at": now,
            "finished_at": now,
            "pass_share": "80%",
        }
    )
    line = env["complaint.training.exam.line"].create({"exam_id": exam.id, "question": "What now?"})
    option = env["complaint.training.exam.option"].create(
        {"line_id": line.id, "name": "This", "correct": True}
    )
    record = env["complaint.training.record"].create(
        {"user_id": person.id, "course_id": course.id, "done_on": today, "result": "failed"}
    )
    case = env["complaint.training.case"].create({"name": "Wet", "text": "Wet!", "company_id": company.id})
    return {one._name: one for one in (course, need, exam, line, option, record, case)}
