"""Why this deadline? The window says the same as `complaint-policy explain clock`, and to nobody who may not
see the case."""

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestWhyThisDeadline(ComplaintCase):
    def why(self, ticket, clock, user=None):
        milestone = ticket.milestone_ids.filtered(
            lambda one: one.name == clock and one.cycle == ticket.case_cycle
        )
        action = milestone.with_user(user or self.leader).action_why()
        return self.env["complaint.why"].with_user(user or self.leader).browse(action["res_id"])

    def test_every_counted_day_stands_on_a_line_of_its_own(self):
        with freeze_time("2026-11-06 10:00:00"):  # a Friday
            ticket = self.complaint(category="damage")
            lines = ticket.milestone_ids.filtered(lambda one: one.name == "solution")._reckoning()
        self.assertEqual(lines[0], "starts 2026-11-06 11:00; limit 5bd")
        self.assertIn("2026-11-07 to 2026-11-08: closed", lines)
        self.assertIn("2026-11-09 Mon: business day 1, ends 2026-11-09 17:00", lines)
        self.assertEqual(lines[-1], "due 2026-11-13 17:00")

    def test_a_pause_is_told_and_moves_the_deadline(self):
        with freeze_time("2026-11-06 10:00:00"):
            ticket = self.complaint(category="damage")
        with freeze_time("2026-11-09 10:00:00"):
            ticket._record_fact("paused", data={"reason": "waiting_customer"})
        with freeze_time("2026-11-10 10:00:00"):
            ticket._record_fact("resumed")
            lines = ticket.milestone_ids.filtered(lambda one: one.name == "solution")._reckoning()
        self.assertTrue([line for line in lines if "not counted, its end lies in a pause" in line], lines)
        self.assertEqual(lines[-1], "due 2026-11-16 17:00")

    def test_the_policy_line_stands_beside_the_reckoning(self):
        why = self.why(self.complaint(category="delay"), "solution")
        self.assertRegex(why.rule_place, r"^small/sla\.yaml:\d+$")
        self.assertIn("within: 72h", why.rule_text)
        self.assertNotIn("within: 24h", why.rule_text, "the line of another clock")
        self.assertIn("elapsed time", why.sentence)
        self.assertIn("legal_answer".replace("_", " ").capitalize(), why.beside)

    def test_an_earlier_cycle_is_explained_with_its_own_pauses(self):
        with freeze_time("2026-11-06 10:00:00"):
            ticket = self.complaint(category="damage")
            ticket._record_fact("paused", data={"reason": "waiting_customer"})
        with freeze_time("2026-11-09 10:00:00"):
            ticket._record_fact("resumed")
            self.move(ticket, "closed")
        with freeze_time("2026-11-10 10:00:00"):
            self.move(ticket, "investigating")
        first = ticket.milestone_ids.filtered(lambda one: one.name == "solution" and one.cycle == 1)
        self.assertTrue([line for line in first._reckoning() if line.startswith("pause ")])

    def test_the_window_speaks_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        ticket = self.complaint(category="delay")
        clock = ticket.milestone_ids.filtered(lambda one: one.name == "solution").with_context(lang="zh_CN")
        self.assertTrue(clock._reckoning()[0].endswith("时限 72h"), clock._reckoning())

    def test_who_may_not_see_the_case_is_refused(self):
        ticket = self.complaint(category="delay")
        stranger = self.new_user("stranger", "base.group_user")
        clock = ticket.milestone_ids[0]
        with self.assertRaises(AccessError):
            clock.with_user(stranger).action_why()
        outsider = self.new_user("outsider", "helpdesk_mgmt.group_helpdesk_user_own")
        with self.assertRaises(AccessError):
            clock.with_user(outsider).action_why()
        forged = self.env["complaint.why"].with_user(outsider).create({"milestone_id": clock.id})
        with self.assertRaises(AccessError):
            forged.invalidate_recordset()
            forged.read(["rule_text"])
