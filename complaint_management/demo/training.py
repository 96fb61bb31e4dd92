"""Courses of the demo data with something to read, practice cases, and what people did about them: one is
late, one passed, one asked for a course, one failed."""

from datetime import timedelta

from odoo import fields

MATERIAL = {
    "basics": (
        "<h3>Listen, write down, promise only what you keep</h3><ol><li>Let the customer finish. Say "
        "back what "
        "you understood.</li><li>Write down what happened, not what you think of it.</li><li>Read "
        "the promise "
        "aloud that the screen shows: who answers by when.</li></ol>"
    ),
    "difficult-conversations": (
        "<h3>When somebody is angry</h3><p>Anger is about the matter, hardly ever about you.</p><ul><li>Name "
        "it: “I can hear that this has cost you a day.”</li><li>Ask what would help, before you say what is "
        "possible.</li><li>A threat to go to the press or to court is written down and handed to the team "
        "leader at once.</li></ul>"
    ),
}
# title, what the customer says, urgency, scope, and what is right: category, next step, remedy
CASES = (
    (
        "The promised day",
        "You told me Monday, then Tuesday. Today is Thursday and nobody calls. I stay at home for nothing!",
        ("urgent", "one_customer"),
        ("response_speed", "acknowledged", "apology"),
    ),
    (
        "Wrong on the bill twice",
        "I was charged twice, and the person on the phone laughed at me. Look into that.",
        ("normal", "one_customer"),
        ("service_attitude", "acknowledged", "apology"),
    ),
    (
        "In the newspaper",
        "The whole street has the same defect, and a journalist was here this morning.",
        ("urgent", "public"),
        ("product_quality", "acknowledged", "exchange"),
    ),
)
LATE, EARLIER = timedelta(days=12), timedelta(days=40)


def play_training(env, agent, leader, manager, trainer):
    """As a month of training leaves it."""
    company = env.ref("base.main_company")
    courses = env["complaint.training.course"].search([("company_id", "=", company.id)])
    by_code = {course.policy_code: course for course in courses}
    if not {"basics", "difficult-conversations"} <= set(by_code):
        return
    for code, text in MATERIAL.items():
        by_code[code].write({"material": text, "trainer_ids": [(4, trainer.id)], "certificate": True})
    _practice(env, company)
    needs = env["complaint.training.need"]
    needs._find_needs(company)
    today = fields.Date.today()
    _taken(env, by_code["basics"], leader | agent, today - EARLIER, trainer)
    _sit(env, by_code["difficult-conversations"], leader, lambda number: True)
    _sit(env, by_code["difficult-conversations"], manager, lambda number: number % 2)
    late = needs.search([("user_id", "=", agent.id), ("state", "=", "open")])
    late.write({"since": today - EARLIER, "due_on": today - LATE})
    needs._remind(company)
    needs.with_user(manager).with_context(allowed_company_ids=company.ids)._request(by_code["basics"])


def _practice(env, company):
    refs = env["complaint.release"]._active(company)._refs()

    def term(kind, code):
        return refs.get((kind, code), False)

    env["complaint.training.case"].create(
        [
            {
                "name": name,
                "text": text,
                "company_id": company.id,
                "urgency_id": term("urgency", urgency),
                "scope_id": term("scope", scope),
                "category_id": term("category", category),
                "stage_id": term("stage", stage),
                "remedy_id": term("remedy", remedy),
                "state": "ready",
            }
            for name, text, (urgency, scope), (category, stage, remedy) in CASES
        ]
    )


def _taken(env, course, users, day, trainer):
    env["complaint.training.record"].create(
        [
            {
                "user_id": user.id,
                "course_id": course.id,
                "done_on": day,
                "trainer_id": trainer.id,
                "result": "attended",
            }
            for user in users
        ]
    )


def _sit(env, course, user, right):
    """An examination with the right answer where `right` says so of the number of the question."""
    companies = course.company_id.ids
    own = course.with_user(user).with_context(allowed_company_ids=companies)
    exams = env["complaint.training.exam"].with_user(user).with_context(allowed_company_ids=companies)
    exam = exams._begin(own)
    # sudo: the demo answers for the person
    for number, line in enumerate(exam.sudo().line_ids):
        good = line.option_ids.filtered("correct")
        line.answer_id = good if right(number) else (line.option_ids - good)[:1]
    # sudo: as above
    exam.sudo()._finish()
