"""What the tests about training share: two agents who take the courses of the policy, and who leads and
trains them."""

from freezegun import freeze_time

from .common import ComplaintCase, files

TRAINING = """
kind: training
courses:
  - {name: basics, title: {en: Basics, zh_CN: 基础}, for: intake, level: basic}
  - name: talks
    title: {en: Difficult talks}
    for: intake
    level: advanced
    every: 365d
    after: [review, consequence]
    exam: {cases: 3, pass: 80%, choices: 4, again_after: 2cd}
pass_rate: 95%
within: 30cd
remind: 7cd
"""
NOW = "2026-03-10 09:00"


class TrainingCase(ComplaintCase):
    """Two agents of the intake team, their leader, a leader of others, a trainer; 10 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_user("other", "complaint_management.group_intake")
        cls.peer = cls.new_user("peer", "complaint_management.group_senior")
        cls.trainer = cls.new_user("trainer", "complaint_management.group_quality")
        cls.intake.user_ids = [(6, 0, (cls.agent + cls.other).ids)]
        cls.damage.write({"user_id": cls.peer.id})
        cls.release = cls.apply(cls.pack())
        cls.basics, cls.talks = cls.course("basics"), cls.course("talks")

    @classmethod
    def pack(cls, training=TRAINING):
        return files(training=training) if training else files()

    @classmethod
    def course(cls, code):
        return cls.env["complaint.training.course"].search(
            [("company_id", "=", cls.company.id), ("policy_code", "=", code)]
        )

    @classmethod
    def daily(cls, at=NOW):
        with freeze_time(at):
            cls.env["complaint.training.need"]._find_needs(cls.company)
            cls.env["complaint.training.need"]._remind(cls.company)

    def needs(self, user, *states):
        """{course code: need} of a person in these states, by default what is still to be done."""
        found = self.env["complaint.training.need"].search(
            [("user_id", "=", user.id), ("state", "in", states or ("open", "requested"))]
        )
        return {need.course_id.policy_code: need for need in found}

    @classmethod
    def took(cls, user, course, at, result="attended"):
        return cls.env["complaint.training.record"].create(
            {"user_id": user.id, "course_id": course.id, "done_on": at, "result": result}
        )

    def exam(self, user, course, at=NOW, right=True):
        """An examination from beginning to end, with all answers right or all wrong."""
        with freeze_time(at):
            exam = self.env["complaint.training.exam"].with_user(user)._begin(course.with_user(user))
            for line in exam.sudo().line_ids:
                exam.answer_id = line.option_ids.filtered(lambda one: one.correct is right)[:1]
                exam.action_next()
        return exam
