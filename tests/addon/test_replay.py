"""Stored clocks are what the register gives when it is read from the start, after whatever happened in
whatever order."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .common import ComplaintCase, edited

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "stage",
                "handover",
                "assign",
                "wait",
                "resume",
                "category",
                "urgency",
                "reopen",
                "backdated",
                "answer",
                "batch",
                "reprice",
            ]
        ),
        st.integers(0, 7),  # which stage, category, … of those there are
        st.integers(0, 60 * 60 * 60),  # seconds since the step before
    ),
    max_size=12,
)


def renaming(category, stage, old_category="delay", old_stage="proposed"):
    """The small pack with other names for a category and a stage."""
    categories = edited("categories", ("name: delay,", f"name: {category}, was: {old_category},"))
    stages = edited(
        "stages",
        ("name: proposed,", f"name: {stage}, was: {old_stage},"),
        ("next: [proposed, ", f"next: [{stage}, "),
    )
    return {**categories, "small/stages.yaml": stages["small/stages.yaml"]}


@tagged("post_install", "-at_install")
class TestReplay(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stricter = edited(
            "sla",
            ("within: 72h", "within: 48h"),
            ("{name: first_feedback, from: received,", "{name: reply, from: [received, reopened],"),
            ("within: 5bd, pause: [waiting_customer]", "within: 9bh"),
            ("within: 15cd", "within: 10cd"),
        )
        there, back = renaming("lateness", "offered"), renaming("delay", "proposed", "lateness", "offered")
        narrower = edited("sla", ("match: {type: complaint}", "match: {type: complaint, category: lateness}"))
        narrower = {**there, "small/sla.yaml": narrower["small/sla.yaml"]}
        cls.releases = [cls.release, *(cls.apply(changed) for changed in (stricter, there, narrower, back))]

    @classmethod
    def ref_id(cls, kind, code):
        """By the names of the first release: the records keep, whatever later ones call them."""
        return cls.releases[0]._refs()[kind, code] if hasattr(cls, "releases") else super().ref_id(kind, code)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def test_stored_equals_replayed_after_any_history(self, steps):
        with self.env.cr.savepoint() as savepoint:
            now = datetime(2026, 3, 20, 7, 30)  # the zone of the calendar changes to summer time within reach
            with freeze_time(now):
                ticket = self.complaint(category="delay")
            for step, choice, seconds in steps:
                now += timedelta(seconds=seconds)
                with freeze_time(now):
                    self.perform(ticket, step, choice, now)
            self.assertStoredEqualsReplayed(ticket)
            savepoint.rollback()
        self.env.invalidate_all()

    def perform(self, ticket, step, choice, now):
        def pick(values):
            return values[choice % len(values)]

        stages = [
            "acknowledged",
            "investigating",
            "proposed",
            "communicated",
            "closed",
            "set_aside",
            "received",
        ]
        if step == "stage":
            self.move(ticket, pick(stages))
        elif step == "handover":
            ticket.team_id = pick([self.intake, self.delivery, self.damage])
        elif step == "assign":
            ticket.user_id = pick([self.agent, self.leader, self.env["res.users"]])
        elif step == "wait":
            ticket.action_wait_for_customer()
        elif step == "resume":
            ticket.action_resume()
        elif step == "category":
            ticket.category_id = self.ref_id("category", pick(["delay", "damage", "billing", "delivery"]))
        elif step == "urgency":
            ticket.urgency_id = self.ref_id("urgency", pick(["low", "normal", "urgent"]))
        elif step == "reopen":
            self.move(ticket, "closed")
            self.move(ticket, "investigating")
        elif step == "backdated":
            kind = pick(
                ["acknowledged", "first_feedback", "solution_proposed", "paused", "resumed", "communicated"]
            )
            data = {"reason": "waiting_customer"} if kind == "paused" else None
            ticket._record_fact(kind, now - timedelta(minutes=37 * choice), data)
        elif step == "reprice":
            ticket._reprice(pick(self.releases))
        elif step == "answer":
            ticket.message_post(body="x", message_type="comment", subtype_xmlid="mail.mt_comment")
        else:
            ticket.write(
                {
                    "team_id": pick([self.intake, self.delivery]).id,
                    "category_id": self.ref_id("category", pick(["delay", "damage"])),
                    "stage_id": self.ref_id("stage", pick(stages)),
                }
            )
