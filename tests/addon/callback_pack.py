"""Callbacks for the tests' small company: a call after the result, a visit to customers, what is asked."""

from datetime import datetime

from .common import ComplaintCase, files

CALLBACKS = """
kind: callbacks
plans:
  - name: after-result
    title: {en: Callback after the result, zh_CN: 结果回访}
    match: {type: complaint}
    for: case
    after: communicated
    within: 7d
    by: intake
    method: phone
    survey: satisfaction
    attempts: {max: 2, every: 1bd}
    script: {en: "Say who you are.", zh_CN: "请先自报姓名。"}
    keeps: [closing, archiving]
    then:
      dissatisfied: {reopen: investigating, at_most: 2}
      unreachable: record
      overdue: {escalate: supervisor}
  - name: visit
    title: {en: Visit}
    for: customer
    every: 30d
    by: intake
    method: visit
    attempts: {max: 1}
classes:
  - {name: product-flaw, title: {en: Product flaw, zh_CN: 产品缺陷}, means: problem}
  - {name: idea, title: {en: Idea, zh_CN: 建议}, means: suggestion}
  - {name: wants-more, title: {en: Wants something, zh_CN: 新需求}, means: need, type: inquiry}
"""
SURVEYS = """
kind: surveys
surveys:
  - name: satisfaction
    title: {en: Satisfaction, zh_CN: 满意度}
    questions:
      - {name: product, title: {en: "Is the product right?", zh_CN: "产品满意吗？"}, scale: 5}
      - {name: attitude, title: {en: "Were we kind?", zh_CN: "态度满意吗？"}, scale: 5}
      - {name: recommend, title: {en: "Recommend us?", zh_CN: "愿意推荐吗？"}, nps: true, optional: true}
      - {name: words, title: {en: "Anything else?", zh_CN: "其他？"}, text: true, optional: true}
    satisfied: {min: 4}
    dissatisfied: {max: 2}
"""
MONDAY = datetime(2026, 3, 2, 9)  # 10:00 in Berlin, the office is open
HAPPY = {"product": 5, "attitude": 4, "recommend": 10, "words": "Thank you"}
UNHAPPY = {"product": 1, "attitude": 2}


class CallbackCase(ComplaintCase):
    """The small company with these plans. Callers are the two people of the intake team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(callbacks=CALLBACKS, surveys=SURVEYS))
        cls.second = cls.new_user("second", "complaint_management.group_intake")
        cls.intake.user_ids = [(6, 0, (cls.agent + cls.second).ids)]
        cls.callbacks = cls.env["complaint.callback"]

    @classmethod
    def told(cls, **values):
        """A complaint whose customer has been told the result."""
        values.setdefault("partner_id", cls.customer.id)
        case = cls.complaint(category="delay", **values)
        cls.move(case, "communicated")
        return case

    @classmethod
    def visit(cls, partner, occasion="2026-03-02", **values):
        """A callback about a customer, as the planner makes it."""
        return cls.callbacks._plan(
            [
                {
                    "company_id": cls.company.id,
                    "release_id": cls.release.id,
                    "plan": "visit",
                    "partner_id": partner.id,
                    "occasion": occasion,
                    "opens_at": MONDAY,
                    "due_at": datetime(2026, 3, 9, 9),
                    **values,
                }
            ]
        )

    def activities(self, callbacks):
        return self.env["mail.activity"].search(
            [("res_model", "=", "complaint.callback"), ("res_id", "in", callbacks.ids)]
        )


def callback_about(ticket, caller):
    """{model: one record} of a callback about a case, for the table of access."""
    env = ticket.env
    callback = env["complaint.callback"].create(
        {
            "company_id": ticket.company_id.id,
            "release_id": ticket.release_id.id,
            "plan": "after-result",
            "for_what": "case",
            "ticket_id": ticket.id,
            "partner_id": ticket.partner_id.id,
            "cycle": 1,
            "occasion": "communicated",
            "method": "phone",
            "state": "open",
            "user_id": caller.id,
        }
    )
    attempts, findings = env["complaint.callback.attempt"], env["complaint.callback.finding"]
    return {
        "complaint.callback": callback,
        "complaint.callback.attempt": attempts.create(
            {"callback_id": callback.id, "at": ticket.received_at, "outcome": "busy", "user_id": caller.id}
        ),
        "complaint.callback.finding": findings.create(
            {"callback_id": callback.id, "kind": "problem", "words": "secret"}
        ),
    }
