"""The number of queries does not grow with the number of complaints."""

from odoo.tests import tagged

from .common import ComplaintCase

MOVE_BY_HAND = 15  # queries, all caches empty


@tagged("post_install", "-at_install")
class TestQueryCounts(ComplaintCase):
    def values(self, count):
        one = {
            "name": "x",
            "description": "y",
            "company_id": self.company.id,
            "case_type_id": self.ref_id("case_type", "complaint"),
            "category_id": self.ref_id("category", "delay"),
        }
        return [dict(one) for _index in range(count)]

    def queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def counted(self, action_for):
        """Queries of an action at 1 and at 50 records, both warmed up."""
        for _again in range(
            2
        ):  # the first one ever makes the sequence of the register, which empties the caches
            self.queries(action_for(1))
        return self.queries(action_for(1)), self.queries(action_for(50))

    def test_creating(self):
        one, fifty = self.counted(
            lambda count: lambda: self.env["helpdesk.ticket"].create(self.values(count))
        )
        self.assertEqual(one, fifty)

    def test_moving_the_stage(self):
        tickets = self.env["helpdesk.ticket"].create(self.values(103))
        sets = {1: [tickets[:1], tickets[1:2], tickets[2:3]], 50: [tickets[3:53]]}

        def moving(count):
            some = sets[count].pop()
            return lambda: self.move(some, "acknowledged")

        one, fifty = self.counted(moving)
        self.assertEqual(one, fifty)

    def test_moving_one_by_hand_reads_the_case_once_for_its_policy(self):
        """Nothing of the case is read yet; what does not concern the move asks for nothing."""
        tickets = self.env["helpdesk.ticket"].create(self.values(3)).with_user(self.agent)
        counts = [self.queries(lambda one=one: self.move(one, "acknowledged")) for one in tickets]
        self.assertLessEqual(counts[-1], MOVE_BY_HAND, counts)

    def test_listing(self):
        tickets = self.env["helpdesk.ticket"].create(self.values(50))
        spec = {
            name: {}
            for name in (
                "number",
                "name",
                "risk",
                "next_step",
                "next_due_at",
                "priority",
                "received_at",
                "case_cycle",
                "closed",
            )
        }
        spec.update(
            {
                name: {"fields": {"display_name": {}}}
                for name in ("severity_id", "category_id", "stage_id", "accountable_id")
            }
        )

        def listing(count):
            return lambda: tickets[:count].web_read(spec)

        one, fifty = self.counted(listing)
        self.assertEqual(one, fifty)

    def test_opening(self):
        """What the form reads of a case: the customer has one other case, or fifty."""
        spec = {
            name: {}
            for name in ("number", "next_brief", "risk", "promised_at", "way_hint", "script", "priority")
        }
        spec["current_milestone_ids"] = {"fields": {"title": {}, "standing": {}, "due_at": {}}}
        spec["event_ids"] = {"fields": {"kind": {}, "summary": {}, "occurred_at": {}}}
        counts = []
        for others in (1, 50):
            partner = self.env["res.partner"].create({"name": f"With {others}"})
            values = [{**one, "partner_id": partner.id} for one in self.values(others + 1)]
            ticket = self.env["helpdesk.ticket"].create(values)[:1]
            for _warm in range(2):
                count = self.queries(lambda ticket=ticket: ticket.web_read(spec))
            counts.append(count)
        self.assertEqual(*counts)

    def test_reading_the_clocks(self):
        tickets = self.env["helpdesk.ticket"].create(self.values(50))

        def reading(count):
            return lambda: tickets[:count].milestone_ids.mapped("standing")

        one, fifty = self.counted(reading)
        self.assertEqual(one, fifty)
