"""What the tests about quality reviews share: two agents who take calls, two who review, one who decides."""

from freezegun import freeze_time

from .common import SMALL_PACK, ComplaintCase, files

ROLES = SMALL_PACK["small/roles.yaml"] + (
    "  - {name: quality, group: quality}\n  - {name: supervision, group: supervision}\n"
)
QUALITY = """
kind: quality
samples:
  - name: calls
    title: {en: Calls, zh_CN: 电话质检}
    every: month
    draw: week
    of: {channel: phone}
    share: 10%
    each_agent: 1
    by: quality
    card:
      - {name: greeting, title: {en: Greeting, zh_CN: 问候}}
      - {name: record, title: {en: Record, zh_CN: 记录}, weight: 2, critical: true}
      - {name: closing, title: {en: Closing words, zh_CN: 结束语}}
    scale: 5
    remark_up_to: 2
    pass: 80%
    failed: training
    objection_within: 5bd
    objections_by: supervision
"""
TRAINING = """
kind: training
courses:
  - {name: talks, title: {en: Difficult talks}, for: intake, after: [review]}
within: 30cd
"""
FIRST = "2027-03-02 10:00"  # a Tuesday
MONDAY = "2027-03-08 06:00"  # the first week is over
APRIL = "2027-04-01 06:00"  # the month is


class QualityCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_user("other", "complaint_management.group_intake")
        cls.quinn = cls.new_user("quinn", "complaint_management.group_quality")
        cls.rob = cls.new_user("rob", "complaint_management.group_quality")
        cls.supervisor = cls.new_user("supervisor", "complaint_management.group_supervision")
        cls.intake.user_ids = [(6, 0, (cls.agent + cls.other).ids)]
        cls.release = cls.apply(cls.pack())
        cls.samples = cls.env["complaint.quality.sample"]
        cls.reviews = cls.env["complaint.quality.review"]

    @classmethod
    def pack(cls, *replacements, quality=QUALITY, **more):
        for old, new in replacements:
            assert old in quality, old
            quality = quality.replace(old, new)
        return files(roles=ROLES, quality=quality, training=TRAINING, **more)

    @classmethod
    def calls(cls, count, user=None, at=FIRST, channel="phone"):
        """Complaints that somebody takes on the phone."""
        user = user or cls.agent
        with freeze_time(at):
            cases = (
                cls.env["helpdesk.ticket"]
                .with_user(user)
                .create(
                    [
                        {
                            "name": f"Call {number}",
                            "description": "<p>It broke.</p>",
                            "company_id": cls.company.id,
                            "case_type_id": cls.ref_id("case_type", "complaint"),
                            "channel_id": cls.ref_id("channel", channel),
                            "category_id": cls.ref_id("category", "billing"),
                            "partner_id": cls.customer.id,
                        }
                        for number in range(count)
                    ]
                )
            )
            cls.env.flush_all()
        return cases.with_env(cls.env)

    def draw(self, at=MONDAY):
        """What the job draws at a moment. Returns the sample of March."""
        with freeze_time(at):
            for release, spec, part in self.samples._to_draw(self.company):
                self.samples._draw(release, spec, part)
        return self.sample()

    def sample(self, period="2027-03"):
        return self.samples.search([("company_id", "=", self.company.id), ("period", "=", period)])

    def drawn(self, sample=None):
        return (sample or self.sample()).review_ids.filtered(lambda one: one.state != "left_out")

    def fill_in(self, review, marks="555", remark="Too short", note=False):
        """Fill in a card as its reviewer: one figure for each line, - for one that does not apply."""
        card = review.with_user(review.reviewer_id)
        for line, mark in zip(card.line_ids, marks, strict=True):
            line.mark = "na" if mark == "-" else mark
            if line.needs_remark and remark:
                line.remark = remark
        if note:
            card.note = note
        return card

    def reviewed(self, marks="555", at=MONDAY, **values):
        """A call that was drawn and reviewed."""
        self.calls(1)
        self.draw()
        review = self.drawn()
        with freeze_time(at):
            self.fill_in(review, marks, **values).action_finish()
        return review

    def object(self, review, reason="The line was cut.", at="2027-03-09 08:00"):
        with freeze_time(at):
            review.with_user(review.agent_id)._object(reason)

    def decide(self, review, user=None, marks=None, answer="I listened again.", at="2027-03-10 08:00"):
        with freeze_time(at):
            review.with_user(user or self.supervisor)._decide(marks or {}, answer)

    def facts_of_quality(self, case):
        return [event.data for event in case.event_ids if event.kind == "quality_reviewed"]

    def needs(self, user):
        return self.env["complaint.training.need"].search(
            [("user_id", "=", user.id), ("reason", "=", "review")]
        )
