"""Questions for the tests' small company: asked on the phone, by mail and by text message."""

import re

from .common import ComplaintCase, files

PLANS = """
kind: callbacks
plans:
  - name: call
    title: {en: Call after the result, zh_CN: 结果回访}
    match: {type: complaint, category: delay}
    for: case
    after: communicated
    within: 7d
    by: intake
    method: phone
    survey: satisfaction
    attempts: {max: 1}
    then:
      dissatisfied: {reopen: investigating, at_most: 1, then: {escalate: supervisor}}
      unreachable: mail
  - name: link
    title: {en: Questions after the result, zh_CN: 结果问卷}
    match: {type: complaint, category: [damage, billing]}
    for: case
    after: communicated
    within: 7d
    method: mail
    survey: satisfaction
    remind_after: 3d
    then: {dissatisfied: {reopen: investigating, at_most: 2}}
  - name: greetings
    title: {en: Birthday, zh_CN: 生日}
    for: customer
    every: birthday
    method: mail
    template: birthday
  - name: care
    title: {en: Care, zh_CN: 客户关怀}
    for: customer
    every: 30d
    method: mail
    survey: satisfaction
    remind_after: 3d
    then: {dissatisfied: {notify: intake}}
  - {name: text, title: {en: Text, zh_CN: 短信}, for: customer, every: 30d, method: sms, survey: satisfaction}
"""
SURVEYS = """
kind: surveys
surveys:
  - name: satisfaction
    title: {en: Satisfaction, zh_CN: 满意度}
    questions:
      - {name: product, title: {en: "Is the product right?", zh_CN: "产品满意吗？"},
         dimension: product_quality, scale: 5}
      - {name: attitude, title: {en: "Were we kind?", zh_CN: "态度满意吗？"},
         dimension: service_attitude, scale: 5}
      - {name: speed, title: {en: "Were we fast?", zh_CN: "速度满意吗？"},
         dimension: response_speed, scale: 5}
      - {name: recommend, title: {en: "Recommend us?", zh_CN: "愿意推荐吗？"}, nps: true, optional: true}
      - {name: words, title: {en: "Anything else?", zh_CN: "还有别的吗？"}, text: true, optional: true}
    satisfied: {min: 4}
    dissatisfied: {max: 2}
    ratings: {satisfied: 5, partly: 2, unsatisfied: 1}
    answer_within: 10d
    limit: {answers: 3, per: 1h}
"""
HAPPY = {"product": "5", "attitude": "4", "speed": "5", "recommend": "9", "words": "Well done."}
UNHAPPY = {"product": 1, "attitude": 2, "speed": 1, "recommend": 0, "words": "Rude people."}


def survey_files(surveys=SURVEYS, callbacks=PLANS, **more):
    return files(surveys=surveys, callbacks=callbacks, **more)


class SurveyCase(ComplaintCase):
    """The small company with these plans. The agent has the cases, the leader leads, Chen answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.release = cls.apply(survey_files())
        cls.damage.write({"user_id": cls.leader.id, "user_ids": [(4, cls.agent.id)]})
        cls.callbacks = cls.env["complaint.callback"]

    @classmethod
    def told(cls, category="damage", **values):
        """The callback about a complaint whose customer has been told the result."""
        values = {"partner_id": cls.customer.id, "user_id": cls.agent.id, **values}
        case = cls.complaint(category=category, **values)
        cls.move(case, "communicated")
        return cls.callbacks.search([("ticket_id", "=", case.id)])

    @classmethod
    def for_customer(cls, plan="care", occasion="1", **values):
        """A callback about Chen as a customer, as the planner makes it."""
        now = cls.env.cr.now().replace(microsecond=0)
        row = {"company_id": cls.company.id, "release_id": cls.release.id, "plan": plan, "occasion": occasion}
        row.update({"partner_id": cls.customer.id, "opens_at": now, "due_at": now.replace(year=now.year + 1)})
        return cls.callbacks._plan([{**row, **values}])

    def run_job(self):
        """What the scheduled action does, in this transaction."""
        number = self.env["helpdesk.ticket"]._job_number("job_batch")
        self.env["complaint.callback"].sudo()._remind_batch(number)
        self.env["complaint.callback"].sudo()._end_batch(number)
        self.env["complaint.invitation"].sudo()._send_batch(number)
        self.env.invalidate_all()

    def mails(self, callback):
        return callback.invitation_ids.sudo().mail_id

    def delivered(self, callback):
        """The mail server has taken what was sent; returns the mail's text."""
        mails = self.mails(callback).filtered(lambda mail: mail.state == "outgoing")
        bodies = mails.mapped("body_html")
        mails.auto_delete = False
        mails._postprocess_sent_message([], [])
        mails.state = "sent"
        self.env.invalidate_all()
        return bodies[0] if bodies else ""

    def links(self, html):
        return re.findall(r'href="([^"]+)"', str(html))


def answer_about(callback):
    """{model: one record} of what a customer said about people of ours, for the table of access."""
    env = callback.env
    questions = env["survey.survey"].create(
        {
            "title": "Satisfaction",
            "survey_type": "complaint",
            "question_and_page_ids": [
                (0, 0, {"title": "Kind?", "question_type": "text_box", "complaint_staff": True})
            ],
        }
    )
    line = {
        "question_id": questions.question_and_page_ids.id,
        "answer_type": "text_box",
        "value_text_box": "secret",
    }
    given = env["survey.user_input"].create(
        {
            "survey_id": questions.id,
            "complaint_callback_id": callback.id,
            "end_datetime": callback.create_date,
            "user_input_line_ids": [(0, 0, line)],
        }
    )
    invitation = {
        "callback_id": callback.id,
        "ticket_id": callback.ticket_id.id,
        "company_id": callback.company_id.id,
        "kind": "invitation",
        "way": "mail",
        "state": "sent",
        "queued_at": callback.create_date,
    }
    return {
        "complaint.answer": env["complaint.answer"].search([("callback_id", "=", callback.id)]),
        "complaint.invitation": env["complaint.invitation"].create(invitation),
        "survey.user_input": given,
        "survey.user_input.line": given.user_input_line_ids,
    }
