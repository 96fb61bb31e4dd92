"""The archive (B13): filled by the policy, read by those who could read it before, changed by nobody."""

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCase, edited

ARCHIVE = (
    "{name: closed, event: closed, closes: true, reopen: {within: 30d, to: investigating}}",
    "{name: closed, event: closed, closes: true, archive_after: 90d, next: [archived], "
    "reopen: {within: 30d, to: investigating}}",
)
STAGE = (
    "  - {name: set_aside, event: withdrawn, closes: true}",
    "  - {name: set_aside, event: withdrawn, closes: true}\n  - {name: archived, event: archived, closes: "
    "true}",
)


@tagged("post_install", "-at_install")
class TestArchive(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(edited("stages", ARCHIVE, STAGE))

    def closed(self, at="2026-03-02 08:00:00"):
        with freeze_time(at):
            ticket = self.complaint(category="delay", user_id=self.agent.id)
            self.move(ticket, "closed")
        return ticket

    def archive(self, at):
        with freeze_time(at):
            self.env["helpdesk.ticket"]._archive_due()

    def stage(self, ticket):
        return ticket.stage_id.policy_code

    def test_b13_what_is_over_for_long_enough_goes_to_the_archive(self):
        ticket, reopened = self.closed(), self.closed()
        with freeze_time("2026-03-05 08:00:00"):
            reopened.with_user(self.leader)._reopen()
        self.archive("2026-05-31 07:59:59")
        self.assertEqual(self.stage(ticket), "closed")
        self.archive("2026-05-31 08:00:00")
        self.assertEqual(self.stage(ticket), "archived")
        self.assertEqual(self.facts(ticket)[-1], "archived")
        self.assertEqual(self.stage(reopened), "investigating", "an open case is never archived")
        self.assertStoredEqualsReplayed(ticket)

    def test_b13_nobody_changes_it_any_more(self):
        ticket = self.closed()
        self.archive("2026-06-30 08:00:00")
        for user in (self.agent, self.leader):
            with self.assertRaisesRegex(UserError, "is in the archive and stays as it is"):
                ticket.with_user(user).write({"name": "Another"})
        with self.assertRaisesRegex(UserError, "is in the archive"):
            ticket.with_user(self.leader).stage_id = self.ref_id("stage", "investigating")
        with self.assertRaisesRegex(UserError, "cannot be reopened"):
            ticket.with_user(self.leader).action_reopen()
        force = self.env["complaint.task.force"]
        with self.assertRaisesRegex(UserError, "is in the archive"):
            force.with_user(self.leader).create({"ticket_id": ticket.id, "leader_id": self.agent.id})
        self.assertEqual(ticket.with_user(self.agent).name, "Parcel broken", "it is still read")

    def test_nobody_puts_a_case_there_by_hand(self):
        ticket = self.closed()
        self.assertNotIn("Archived", ticket.way_hint or "")
        with self.assertRaisesRegex(UserError, "goes to the archive by itself"):
            ticket.with_user(self.leader).stage_id = self.ref_id("stage", "archived")

    def test_b13_the_archive_is_found_by_a_filter(self):
        ticket, other = self.closed(), self.closed("2026-06-29 08:00:00")
        self.archive("2026-06-30 08:00:00")
        found = self.env["helpdesk.ticket"].search(
            [("archived", "=", True), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found, ticket)
        self.assertTrue(ticket.archived)
        self.assertFalse(other.archived)

    def test_a_message_of_the_customer_still_arrives(self):
        ticket = self.closed()
        self.archive("2026-06-30 08:00:00")
        ticket.message_post(body="One more thing", message_type="email", author_id=self.customer.id)
        self.assertIn("One more thing", ticket.message_ids[0].body)
        self.assertEqual(self.stage(ticket), "archived")
