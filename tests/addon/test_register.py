from datetime import datetime, timedelta

import psycopg2
from freezegun import freeze_time
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestRegister(ComplaintCase):
    """A2, A4, A6, C1 to C9: what an agent sees on a complaint, and what the register keeps."""

    @freeze_time("2026-03-02 08:00:00")
    def test_a_new_complaint_has_number_team_severity_and_clocks(self):
        ticket = self.complaint(category="damage", channel="phone")
        self.assertRegex(ticket.number, r"^C2026-\d{6}$")
        self.assertEqual(ticket.stage_id.policy_code, "received")
        self.assertEqual(ticket.team_id, self.damage)
        self.assertEqual(ticket.urgency_id.policy_code, "urgent", "preset of the category")
        self.assertEqual(ticket.complexity_id.policy_code, "complex")
        self.assertEqual(ticket.severity_id.policy_code, "high", "urgent gives high in the matrix")
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(
            self.clocks(ticket),
            {
                "acknowledgement": ("running", "2026-03-02 09:00:00"),
                "handover": ("running", "2026-03-02 10:00:00"),
                # Monday in Berlin; the fifth business day after it is the next Monday, 17:00 = 16:00 UTC
                "solution": ("running", "2026-03-09 16:00:00"),
                # 24:00 of 17 March in Berlin
                "legal_answer": ("running", "2026-03-17 23:00:00"),
            },
        )
        self.assertEqual(
            (ticket.next_clock, ticket.next_due_at), ("acknowledgement", datetime(2026, 3, 2, 9))
        )
        self.assertEqual(self.facts(ticket), ["received"])

    @freeze_time("2026-03-02 08:00:00")
    def test_a_child_category_inherits_the_team_of_its_parent(self):
        self.assertEqual(self.complaint(category="delay").team_id, self.delivery)

    @freeze_time("2026-03-02 08:00:00")
    def test_a_complaint_may_have_been_received_before_it_was_entered(self):
        ticket = self.complaint(category="delay", received_at="2026-03-01 20:00:00")
        self.assertEqual(self.clocks(ticket)["first_feedback"], ("running", "2026-03-02 20:00:00"))
        self.assertEqual(ticket.event_ids.occurred_at, datetime(2026, 3, 1, 20))
        self.assertEqual(ticket.event_ids.recorded_at, datetime(2026, 3, 2, 8))
        self.assertTrue(ticket.breached, "the acknowledgement was due before the entry")

    def test_what_the_agent_chooses_wins_over_the_preset(self):
        low = self.ref_id("urgency", "low")
        ticket = self.complaint(category="damage", urgency_id=low)
        self.assertEqual(ticket.severity_id.policy_code, "low")
        self.assertEqual(ticket.complexity_id.policy_code, "complex")

    def test_moving_the_stage_records_the_event_and_meets_the_clock(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-02 08:30:00"):
            self.move(ticket, "acknowledged")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])
        self.assertEqual(self.clocks(ticket)["acknowledgement"], ("met", "2026-03-02 09:00:00"))
        self.assertEqual(ticket.next_clock, "first_feedback")
        with freeze_time("2026-03-02 09:00:00"):
            self.move(ticket, "investigating")
        self.assertEqual(self.facts(ticket)[-1], "moved", "the stage has no event of its own")

    def test_the_bound_is_inclusive_and_one_second_later_is_a_breach(self):
        with freeze_time("2026-03-02 08:00:00"):
            punctual, late = self.complaint(category="delay"), self.complaint(category="delay")
        with freeze_time("2026-03-02 09:00:00"):
            self.move(punctual, "acknowledged")
        with freeze_time("2026-03-02 09:00:01"):
            self.assertTrue(late.breached)
            self.move(late, "acknowledged")
        self.assertEqual(self.clocks(punctual)["acknowledgement"][0], "met")
        self.assertEqual(self.clocks(late)["acknowledgement"][0], "breached")
        self.assertFalse(punctual.breached_clocks)
        self.assertEqual(late.breached_clocks, 1)

    def test_a_handover_keeps_the_stage_and_is_a_fact(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="damage", user_id=self.agent.id)
            self.move(ticket, "acknowledged")
        with freeze_time("2026-03-02 08:45:00"):
            ticket.team_id = self.delivery
        self.assertEqual(ticket.stage_id.policy_code, "acknowledged")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged", "handed_over"])
        self.assertEqual(self.clocks(ticket)["handover"], ("met", "2026-03-02 10:00:00"))

    def test_a_team_accepts_a_handover_by_one_of_its_people_taking_the_case(self):
        ticket = self.complaint(category="damage")
        ticket.team_id = self.delivery
        self.assertEqual(self.facts(ticket), ["received", "handed_over"])
        ticket.user_id = self.agent
        self.assertEqual(self.facts(ticket), ["received", "handed_over", "assigned", "accepted_by_team"])

    def test_exactly_one_person_is_accountable(self):
        ticket = self.complaint(category="delay")
        self.assertEqual(ticket.accountable_id, self.leader, "nobody is assigned: the leader of the team")
        ticket.user_id = self.agent
        self.assertEqual(ticket.accountable_id, self.agent)
        self.assertEqual(self.facts(ticket), ["received", "assigned"])

    def test_a_change_of_category_keeps_the_time_used(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-03 08:00:00"):
            ticket.category_id = self.ref_id("category", "damage")
        self.assertEqual(ticket.severity_id.policy_code, "high")
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(
            self.clocks(ticket)["solution"], ("running", "2026-03-09 16:00:00"), "counted from the receipt"
        )
        self.assertEqual(
            self.clocks(ticket)["first_feedback"][0], "cancelled", "the complex rule has no such clock"
        )
        self.assertEqual(self.facts(ticket), ["received", "classified", "handed_over"][:2])
        self.assertStoredEqualsReplayed(ticket)

    def test_waiting_for_the_customer_stops_only_the_clocks_that_may_wait(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-02 10:00:00"):
            ticket.action_wait_for_customer()
        self.assertEqual(self.clocks(ticket)["solution"], ("paused", ""))
        self.assertEqual(self.clocks(ticket)["legal_answer"][0], "running")
        self.assertTrue(ticket.paused)
        with freeze_time("2026-03-02 15:00:00"):
            ticket.action_resume()
        self.assertEqual(self.clocks(ticket)["solution"], ("running", "2026-03-05 13:00:00"))
        self.assertFalse(ticket.paused)

    def test_reopening_starts_a_new_cycle_with_its_own_clocks(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
            self.move(ticket, "closed")
        self.assertFalse(ticket.next_due_at)
        with freeze_time("2026-03-10 08:00:00"):
            self.move(ticket, "investigating")
        self.assertEqual(ticket.case_cycle, 2)
        self.assertEqual(self.clocks(ticket), {"solution": ("running", "2026-03-13 08:00:00")})
        self.assertEqual(self.facts(ticket), ["received", "closed", "reopened"])
        self.assertEqual(len(ticket.milestone_ids), 5, "the clocks of the first cycle stay")

    def test_a_backdated_fact_is_judged_by_when_it_happened(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-02 12:00:00"):
            self.move(ticket, "acknowledged")
            self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "breached")
            ticket._record_fact("acknowledged", at=datetime(2026, 3, 2, 8, 40))
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "met")
        self.assertFalse(ticket.breached_clocks)
        self.assertStoredEqualsReplayed(ticket)

    def test_a_case_entered_straight_into_a_later_stage_has_both_facts(self):
        ticket = self.complaint(category="delay", stage_id=self.ref_id("stage", "investigating"))
        self.assertEqual(self.facts(ticket), ["received", "moved"])
        self.assertEqual(ticket.stage_id.policy_code, "investigating")

    def test_a_copy_is_a_new_entry_in_the_register(self):
        ticket = self.complaint(category="delay", received_at="2026-03-01 20:00:00")
        self.move(ticket, "acknowledged")
        twin = ticket.copy()
        self.assertNotEqual(twin.number, ticket.number)
        self.assertEqual(self.facts(twin), ["received"])
        self.assertEqual(twin.stage_id.policy_code, "received")
        self.assertGreater(twin.received_at, ticket.received_at)

    def test_an_ordinary_ticket_can_enter_the_register(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Hm", "description": "x", "company_id": self.company.id}
        )
        self.assertFalse(ticket.event_ids)
        ticket.write(
            {
                "case_type_id": self.ref_id("case_type", "complaint"),
                "category_id": self.ref_id("category", "delay"),
            }
        )
        self.assertRegex(ticket.number, r"^C\d{4}-\d{6}$")
        self.assertEqual(self.facts(ticket), ["received"])
        self.assertEqual(ticket.stage_id.policy_code, "received")
        self.assertEqual(len(ticket.current_milestone_ids), 4)

    def test_another_kind_of_case_has_its_own_clocks(self):
        with freeze_time("2026-03-02 15:00:00"):  # 16:00 in Berlin: an hour today, an hour tomorrow
            inquiry = self.complaint(type="inquiry")
        self.assertEqual(self.clocks(inquiry), {"response": ("running", "2026-03-03 09:00:00")})

    # ------------------------------------------------------------------ refusals

    def test_nothing_leaves_the_register(self):
        ticket = self.complaint(category="delay")
        with self.assertRaisesRegex(UserError, "Nothing is ever deleted"):
            ticket.unlink()
        with self.assertRaisesRegex(UserError, "archived by its policy"):
            ticket.active = False
        with self.assertRaisesRegex(UserError, "stays in the register"):
            ticket.case_type_id = False
        with self.assertRaisesRegex(UserError, "number of a case never changes"):
            ticket.number = "C1"
        with self.assertRaisesRegex(UserError, "time of receipt"):
            ticket.received_at = "2020-01-01 00:00:00"

    def test_register_entries_cannot_be_made_changed_or_deleted_by_anybody(self):
        event = self.complaint(category="delay").event_ids
        for user in (self.env.user, self.agent, self.leader):
            entry = event.with_user(user)
            with self.assertRaises(UserError):
                entry.write({"occurred_at": "2020-01-01 00:00:00"})
            with self.assertRaises(UserError):
                entry.unlink()
            with self.assertRaises(UserError):
                entry.create({"ticket_id": event.ticket_id.id, "kind": "closed"})

    @mute_logger("odoo.sql_db")
    def test_the_database_itself_refuses_to_change_the_register(self):
        event = self.complaint(category="delay").event_ids
        for statement in (
            "UPDATE complaint_event SET occurred_at = now() WHERE id = %s",
            "DELETE FROM complaint_event WHERE id = %s",
        ):
            with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(statement, [event.id])
        with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint(flush=False):
            self.env.cr.execute("TRUNCATE complaint_event")

    def test_a_migration_may_correct_the_register_in_its_own_transaction(self):
        event = self.complaint(category="delay").event_ids
        self.env.cr.execute("SET LOCAL complaint.register_bypass = 'on'")
        self.env.cr.execute("UPDATE complaint_event SET cycle = 7 WHERE id = %s", [event.id])
        self.env.cr.execute("SET LOCAL complaint.register_bypass = 'off'")
        event.invalidate_recordset()
        self.assertEqual(event.cycle, 7)

    def test_cases_and_ordinary_tickets_keep_to_their_own_stages(self):
        case = self.complaint(category="delay")
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "Hm", "description": "x", "company_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "is not a stage"):
            case.stage_id = ordinary.stage_id
        with self.assertRaisesRegex(UserError, "is not a stage"):
            ordinary.stage_id = case.stage_id

    def test_a_category_of_another_company_is_refused(self):
        case = self.complaint(category="delay")
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["helpdesk.ticket.category"].create({"name": "Foreign", "company_id": other.id})
        with self.assertRaises(ValidationError):
            case.category_id = foreign

    # ------------------------------------------------------------------ answers

    def test_only_a_persons_answer_is_the_first_feedback(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay", partner_id=self.customer.id)
        with freeze_time("2026-03-02 08:10:00"):
            ticket.with_user(self.agent).message_post(body="I look into it.", subtype_xmlid="mail.mt_note")
            self.assertEqual(
                self.clocks(ticket)["first_feedback"][0], "running", "an internal note answers nobody"
            )
            ticket.message_post(body="Where is it?", author_id=self.customer.id, message_type="email")
            self.assertEqual(self.clocks(ticket)["first_feedback"][0], "running")
            ticket.with_user(self.agent).message_post(
                body="We are sorry.", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(self.clocks(ticket)["first_feedback"][0], "met")
        self.assertEqual(
            self.facts(ticket), ["received", "customer_message", "first_feedback", "agent_message"]
        )

    def test_next_step_says_what_who_and_when(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay").with_context(tz="Europe/Berlin")
            self.assertEqual(
                ticket.next_step,
                f"Acknowledgement · {self.leader.name} · by today 10:00",
            )
            self.assertEqual(ticket.risk, "success")
        self.env.invalidate_all()
        with freeze_time("2026-03-02 08:50:00"):
            self.assertEqual(ticket.risk, "warning", "over 80 % of the hour are used")
        self.env.invalidate_all()
        with freeze_time("2026-03-02 09:00:01"):
            self.assertEqual(ticket.risk, "danger")
            acknowledgement = ticket.milestone_ids.filtered(lambda clock: clock.name == "acknowledgement")
            self.assertEqual(acknowledgement.standing, "1 s overdue")

    def test_breached_and_due_today_can_be_searched(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        Ticket = self.env["helpdesk.ticket"]
        mine = [("id", "=", ticket.id)]
        with freeze_time("2026-03-02 09:00:00"):
            self.assertFalse(Ticket.search(mine + [("breached", "=", True)]))
            self.assertTrue(Ticket.search(mine + [("breached", "=", False)]))
        with freeze_time("2026-03-02 09:00:01"):
            self.assertTrue(Ticket.search(mine + [("breached", "=", True)]))
            self.assertFalse(Ticket.search(mine + [("breached", "=", False)]))

    def test_several_complaints_in_one_batch_have_numbers_of_their_own(self):
        values = {
            "name": "x",
            "description": "y",
            "company_id": self.company.id,
            "case_type_id": self.ref_id("case_type", "complaint"),
        }
        tickets = self.env["helpdesk.ticket"].create([dict(values) for _index in range(20)])
        self.assertEqual(len(set(tickets.mapped("number"))), 20)
        self.move(tickets, "acknowledged")
        self.assertEqual(
            set(
                tickets.milestone_ids.filtered(lambda clock: clock.name == "acknowledgement").mapped("state")
            ),
            {"met"},
        )

    def test_after_a_first_entry_that_failed_the_next_one_still_gets_a_number(self):
        with self.env.cr.savepoint() as savepoint:
            self.complaint(category="delay")  # makes the company's sequence
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertRegex(self.complaint(category="delay").number, r"^C\d{4}-\d{6}$")

    def test_facts_in_the_future_are_refused(self):
        ticket = self.complaint(category="delay")
        wizard = self.env["complaint.fact.wizard"].with_context(
            active_model="helpdesk.ticket", active_ids=ticket.ids
        )
        with self.assertRaisesRegex(UserError, "happened already"):
            wizard.create({"kind": "acknowledged", "occurred_at": datetime.now() + timedelta(hours=1)})

    def test_an_entry_says_its_details_in_the_words_of_the_policy(self):
        ticket = self.complaint(category="damage")
        self.move(ticket, "acknowledged")
        received, acknowledged = ticket.event_ids
        self.assertIn("Severity: High", received.summary)
        self.assertIn("Category: Damage", received.summary)
        self.assertEqual(acknowledged.summary, "Stage: Acknowledged")
