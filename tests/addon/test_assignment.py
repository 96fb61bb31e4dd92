"""A6: exactly one accountable person, handovers with acceptance and their own clock, a limit on them."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SMALL_PACK, ComplaintCase, files
from .test_customer_file import TIERS

ASSIGNMENT = """
kind: assignment
assignment:
  by: least_loaded
  named_agent_first: true
  weight: {severity: {critical: 4}}
  handovers: {at_most: 2, then: {escalate: supervisor}}
"""
ACCEPTANCE = "{name: acceptance, from: handed_over, until: accepted_by_team, within: 2h, again: true}"
SLA = SMALL_PACK["small/sla.yaml"].replace("    clocks:\n", f"    clocks:\n      - {ACCEPTANCE}\n")
BACK = SMALL_PACK["small/escalation.yaml"] + (
    "  - {name: ping-pong, when: {event: handed_over, back: {min: 1}}, do: [{escalate: supervisor}]}\n"
)


@tagged("post_install", "-at_install")
class TestAssignment(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(assignment=ASSIGNMENT, tiers=TIERS, sla=SLA, escalation=BACK))
        cls.second = cls.new_user("second", "complaint_management.group_intake")
        cls.outsider = cls.new_user("outsider", "complaint_management.group_intake")
        cls.delivery.user_ids = cls.agent + cls.second
        cls.damage.write({"user_id": cls.leader.id, "user_ids": [(6, 0, [cls.second.id])]})

    def hand_over(self, tickets, team, user=None, note="Yours"):
        wizard = self.env["complaint.handover.wizard"].with_context(
            active_model="helpdesk.ticket", active_ids=tickets.ids
        )
        form = Form(wizard.with_user(user or self.leader))
        form.team_id = team
        form.note = note
        return form.save()

    # ------------------------------------------------------------------ new cases

    def test_a6_new_cases_are_shared_out_by_load(self):
        tickets = self.env["helpdesk.ticket"]
        for _index in range(4):
            tickets += self.complaint(category="delay")
        self.assertEqual(sorted(tickets.mapped("user_id.id")), sorted((self.agent + self.second).ids))
        self.assertEqual([len(some) for some in tickets.grouped("user_id").values()], [2, 2])
        self.move(tickets, "investigating")
        self.assertEqual(tickets.mapped("accountable_id"), tickets.mapped("user_id"))

    def test_a6_many_that_come_at_once_are_shared_out_too(self):
        value = {
            "name": "x",
            "description": "y",
            "company_id": self.company.id,
            "case_type_id": self.ref_id("case_type", "complaint"),
            "category_id": self.ref_id("category", "delay"),
        }
        tickets = self.env["helpdesk.ticket"].create([dict(value) for _index in range(6)])
        self.assertEqual([len(some) for some in tickets.grouped("user_id").values()], [3, 3])

    def test_a6_a_grave_case_weighs_as_much_as_the_policy_says(self):
        grave = self.complaint(category="delay", scope_id=self.ref_id("scope", "public"))
        others = [self.complaint(category="delay").user_id for _index in range(4)]
        self.assertNotIn(grave.user_id, others, "four ordinary cases weigh as much as one critical one")

    def test_a6_who_is_absent_gets_nothing(self):
        self.agent.write(
            {
                "out_of_office_from": fields.Datetime.now() - timedelta(days=1),
                "out_of_office_to": fields.Datetime.now() + timedelta(days=1),
            }
        )
        self.assertEqual({self.complaint(category="delay").user_id for _index in range(3)}, {self.second})
        self.second.active = False
        ticket = self.complaint(category="delay")
        self.assertEqual((ticket.user_id.id, ticket.accountable_id), (False, self.leader))

    def test_a6_nobody_gets_a_complaint_about_himself(self):
        employee = self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent.id, "company_id": self.company.id}
        )
        for _index in range(3):
            ticket = self.complaint(category="delay", complaint_against_ids=[(6, 0, employee.ids)])
            self.assertEqual(ticket.user_id, self.second)

    def test_a6_the_named_agent_of_the_customer_comes_first_when_present(self):
        file = self.env["complaint.customer"]._open_for(self.customer)
        file.write({"spend_elsewhere": 5000, "agent_id": self.leader.id})
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.assertEqual(ticket.accountable_id, self.leader)
        self.leader.write(
            {
                "out_of_office_from": fields.Datetime.now() - timedelta(days=1),
                "out_of_office_to": fields.Datetime.now() + timedelta(days=1),
            }
        )
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.assertIn(ticket.accountable_id, self.agent + self.second)

    def test_a_person_named_at_entry_stays(self):
        self.assertEqual(self.complaint(category="delay", user_id=self.leader.id).user_id, self.leader)

    def test_without_rules_the_leader_answers_as_before(self):
        self.apply(files())
        ticket = self.complaint(category="delay")
        self.assertEqual((ticket.user_id.id, ticket.accountable_id), (False, self.leader))

    def test_entering_many_costs_as_many_queries_as_entering_one(self):
        value = {
            "name": "x",
            "description": "y",
            "company_id": self.company.id,
            "case_type_id": self.ref_id("case_type", "complaint"),
            "category_id": self.ref_id("category", "delay"),
            "partner_id": self.customer.id,
        }

        def queries(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["helpdesk.ticket"].create([dict(value) for _index in range(count)])
            self.env.flush_all()
            return self.cr.sql_log_count - before

        for _again in range(2):
            queries(1), queries(2)
        self.assertEqual(queries(1), queries(50))

    # ------------------------------------------------------------------ handing over

    def test_a6_the_wizard_shows_who_gets_what_and_by_when(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self.complaint(category="delay")
            wizard = self.hand_over(ticket, self.damage)
            line = wizard.line_ids
            self.assertEqual((line.ticket_id, line.user_id), (ticket, self.second))
            self.assertEqual((line.clock, str(line.due_at)), ("Acknowledgement", "2026-03-02 10:00:00"))
            wizard.action_hand_over()
        self.assertEqual((ticket.team_id, ticket.user_id), (self.damage, self.second))
        self.assertEqual(ticket.stage_id.policy_code, "received", "a handover moves no stage")
        self.assertIn("Yours", ticket.message_ids[:1].body)

    def test_a6_a_handover_is_accepted_by_the_team_and_has_a_clock_of_its_own(self):
        with freeze_time("2026-03-02 09:00:00") as clock:
            ticket = self.complaint(category="delay")
            self.hand_over(ticket, self.damage).action_hand_over()
            self.assertTrue(ticket.awaits_acceptance)
            self.assertEqual(self.clocks(ticket)["acceptance"], ("running", "2026-03-02 11:00:00"))
            with self.assertRaisesRegex(UserError, "one of its people has to accept it"):
                ticket.with_user(
                    self.new_user("other", "complaint_management.group_senior")
                ).action_accept_handover()
            clock.move_to("2026-03-02 12:00:00")
            self.assertTrue(ticket.with_user(self.second).may_accept)
            ticket.with_user(self.second).action_accept_handover()
            self.assertEqual((ticket.awaits_acceptance, ticket.user_id), (False, self.second))
            self.assertEqual(self.clocks(ticket)["acceptance"][0], "breached")
            clock.move_to("2026-03-02 13:00:00")
            self.hand_over(ticket, self.delivery).action_hand_over()
            self.assertEqual(self.clocks(ticket)["acceptance~2"], ("running", "2026-03-02 15:00:00"))
            again = ticket.current_milestone_ids.filtered(lambda one: one.name == "acceptance~2")
            self.assertTrue(again.title.startswith("Acceptance"))
        self.assertEqual(self.facts(ticket).count("accepted_by_team"), 1)
        self.assertStoredEqualsReplayed(ticket)

    def test_a6_the_team_may_send_a_case_back_and_ping_pong_is_marked(self):
        with freeze_time("2026-03-02 09:00:00") as clock:
            ticket = self.complaint(category="delay")
            self.hand_over(ticket, self.damage).action_hand_over()
            clock.tick(timedelta(minutes=5))
            self.assertEqual(ticket.with_user(self.second).handed_over_from_id, self.delivery)
            context = ticket.with_user(self.second).action_send_back()["context"]
            form = Form(self.env["complaint.handover.wizard"].with_user(self.second).with_context(**context))
            self.assertEqual(form.team_id, self.delivery)
            form.note = "Not ours"
            form.save().action_hand_over()
        self.assertEqual(ticket.team_id, self.delivery)
        given = ticket.event_ids.filtered(lambda event: event.kind == "handed_over").sorted("id")
        self.assertEqual([event.data["back"] for event in given], [0, 1])

    def test_a6_handovers_are_limited_and_one_more_escalates(self):
        ticket = self.complaint(category="delay")
        for team in (self.damage, self.intake):
            self.hand_over(ticket, team).action_hand_over()
        wizard = self.hand_over(ticket, self.delivery)
        self.assertIn("2 times, which is as often as the policy allows", wizard.line_ids.against)
        told = wizard.action_hand_over()["params"]
        self.assertIn("Somebody above has to decide", told["message"])
        self.assertEqual(ticket.team_id, self.intake, "it stays where it is")
        self.hand_over(ticket, self.delivery).action_hand_over()
        self.assertEqual(self.facts(ticket).count("escalated"), 1, "once, however often it is tried")
        self.assertEqual(ticket.escalation_level, "supervisor")

    def test_a6_many_are_handed_over_at_once(self):
        tickets = self.env["helpdesk.ticket"]
        for _index in range(3):
            tickets += self.complaint(category="delay")
        self.move(tickets[2], "closed")
        wizard = self.hand_over(tickets, self.damage)
        self.assertEqual((wizard.going_count, wizard.blocked_count), (2, 1))
        wizard.action_hand_over()
        self.assertEqual(tickets.mapped("team_id"), self.damage + self.delivery)
        self.assertEqual(tickets[2].team_id, self.delivery)

    def test_a6_a_leader_hands_several_over_from_a_list(self):
        tickets = self.complaint(category="delay") + self.complaint(category="delay")
        cases = self.env["helpdesk.ticket"].with_user(self.leader)
        shown = self.env.ref("complaint_management.ticket_view_list")
        self.assertIn('name="action_open_handover"', cases.get_view(shown.id, "list")["arch"])
        action = cases.browse(tickets.ids).action_open_handover()
        wizards = self.env[action["res_model"]].with_user(self.leader).with_context(**action["context"])
        wizards.create({"team_id": self.damage.id, "note": "Yours"}).action_hand_over()
        self.assertEqual(tickets.team_id, self.damage)

    def test_somebody_who_may_not_write_the_case_cannot_hand_it_over(self):
        ticket = self.complaint(category="delay")
        wizard = self.env["complaint.handover.wizard"].with_user(self.outsider)
        with self.assertRaises(AccessError):
            wizard.create(
                {"ticket_ids": [(6, 0, ticket.ids)], "team_id": self.damage.id, "note": "x"}
            ).action_hand_over()
        with self.assertRaises(AccessError):
            ticket.with_user(self.outsider).action_accept_handover()

    # ------------------------------------------------------------------ lists and messages

    def test_a6_cases_without_an_owner_stand_on_a_list(self):
        self.intake.write({"user_id": False, "user_ids": [(5,)]})
        lost = self.complaint(category="billing")
        kept = self.complaint(category="delay")
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.without_owner_action")
        from odoo.tools.safe_eval import safe_eval

        found = self.env["helpdesk.ticket"].search(safe_eval(action["domain"]))
        self.assertIn(lost, found)
        self.assertNotIn(kept, found)

    def test_g1_anybody_on_the_case_writes_to_a_group_and_the_customer_does_not_read_it(self):
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        ticket.message_subscribe(self.customer.ids)
        wizard = (
            self.env["complaint.write.to"]
            .with_user(ticket.user_id)
            .with_context(active_id=ticket.id, allowed_company_ids=self.company.ids)
        )
        self.assertNotIn("complainant", dict(wizard._roles()))
        made = wizard.create({"role": "intake", "body": "Please <b>look</b>"})
        self.assertIn(self.agent.name, made.recipients)
        made.action_write()
        message = ticket.message_ids[:1]
        self.assertTrue(message.subtype_id.internal)
        self.assertIn(self.agent.partner_id, message.partner_ids)
        self.assertNotIn(self.customer, message.notified_partner_ids)
        self.assertIn("&lt;b&gt;", message.body, "what people type is text")
