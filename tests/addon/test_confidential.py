"""Confidential cases (B10): who sees them, by every way that a colleague might try."""

from datetime import UTC, datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import files
from .solution_pack import TOPICS, SolutionCase

PRIVACY = """
kind: privacy
privacy:
  confidential: {roles: [deciders], match: {category: [billing]}}
"""


@tagged("post_install", "-at_install")
class TestConfidential(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**TOPICS, privacy=PRIVACY))
        cls.portal = new_test_user(
            cls.env,
            "chen@small.example",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.colleague = new_test_user(
            cls.env,
            "li@small.example",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        firm = cls.env["res.partner"].create({"name": "Chen & Li", "is_company": True})
        (cls.portal.partner_id + cls.colleague.partner_id).parent_id = firm
        cls.supervisor = cls.new_user("supervisor", "complaint_management.group_supervision")
        cls.manager = cls.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.ticket = cls.complaint(
            name="Rude words",
            category="delay",
            partner_id=cls.portal.partner_id.id,
            user_id=cls.agent.id,
            team_id=cls.delivery.id,
        )

    def sees(self, user, ticket=None):
        ticket = ticket or self.ticket
        found = ticket.with_user(user).search([("id", "=", ticket.id)])
        try:
            ticket.with_user(user).read(["number"])
        except AccessError:
            self.assertFalse(found, "search finds what read refuses")
            return False
        self.assertTrue(found, "read gives what search hides")
        return True

    def make_confidential(self):
        self.ticket.with_user(self.agent).action_make_confidential()
        self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ who sees it

    def test_b10_only_those_who_work_on_it_and_the_roles_of_the_policy_see_it(self):
        for user in (self.agent, self.leader, self.manager, self.supervisor, self.decider, self.portal):
            self.assertTrue(self.sees(user), user.login)
        self.make_confidential()
        for user in (self.agent, self.decider, self.second, self.portal):
            self.assertTrue(self.sees(user), user.login)
        for user in (self.leader, self.manager, self.supervisor, self.analyst, self.employee, self.colleague):
            self.assertFalse(self.sees(user), user.login)
        self.assertEqual(self.ticket.confidential_user_ids, self.agent + self.decider + self.second)

    def test_b10_a_colleague_of_the_customer_sees_the_case_only_while_it_is_open_to_them(self):
        self.assertTrue(self.sees(self.colleague))
        self.make_confidential()
        self.assertFalse(self.sees(self.colleague))

    def test_b10_a_handover_shuts_the_former_owner_out(self):
        self.make_confidential()
        self.move(self.ticket, "investigating")
        self.ticket.with_user(self.agent).user_id = self.leader
        self.env.flush_all()
        self.assertFalse(self.sees(self.agent))
        self.assertTrue(self.sees(self.leader))
        self.assertNotIn(self.agent.partner_id, self.ticket.message_partner_ids)

    def test_b10_the_leader_who_answers_for_it_sees_it(self):
        self.make_confidential()
        self.move(self.ticket, "investigating")
        self.ticket.user_id = False
        self.env.flush_all()
        self.assertEqual(self.ticket.accountable_id, self.leader)
        self.assertTrue(self.sees(self.leader))
        self.delivery.user_id = self.analyst
        self.env.flush_all()
        self.assertFalse(self.sees(self.leader))
        self.assertTrue(self.sees(self.analyst))

    def test_b10_a_task_force_sees_it_as_long_as_one_belongs_to_it(self):
        self.make_confidential()
        force = self.env["complaint.task.force"].create(
            {
                "ticket_id": self.ticket.id,
                "leader_id": self.analyst.id,
                "member_ids": [Command.set(self.supervisor.ids)],
            }
        )
        self.assertTrue(self.sees(self.analyst))
        self.assertTrue(self.sees(self.supervisor))
        force.member_ids = False
        self.assertFalse(self.sees(self.supervisor))
        self.assertTrue(self.sees(self.analyst))

    def test_b10_who_is_asked_for_an_approval_sees_it(self):
        self.make_confidential()
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        self.assertFalse(self.sees(self.analyst))
        self.solution(amount=100).action_submit()
        self.assertTrue(self.sees(self.analyst))

    def test_b10_who_leaves_the_role_is_shut_out_at_once(self):
        self.make_confidential()
        self.second.active = False
        self.assertNotIn(self.second, self.ticket.confidential_user_ids)

    def test_b10_who_is_complained_about_sees_nothing_whatever_their_rank(self):
        employee = self.env["hr.employee"].create(
            {"name": "Mei Chen", "user_id": self.decider.id, "company_id": self.company.id}
        )
        self.env.flush_all()
        self.ticket.complaint_against_ids = [Command.set(employee.ids)]
        self.make_confidential()
        self.assertFalse(self.sees(self.decider))
        self.assertTrue(self.sees(self.second))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.decider).confidential = False
        self.assertNotIn(self.decider, self.solution(amount=6000)._approvers("deciders"))

    def test_b10_the_policy_makes_cases_confidential_from_the_start(self):
        case = self.complaint(category="billing", user_id=self.agent.id)
        self.assertTrue(case.confidential)
        self.assertFalse(self.sees(self.manager, case))
        self.assertFalse(self.complaint(category="damage").confidential)

    def test_b10_who_takes_it_in_sees_it_until_it_leaves_its_first_stage(self):
        case = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create(
                {
                    "name": "x",
                    "description": "y",
                    "company_id": self.company.id,
                    "case_type_id": self.ref_id("case_type", "complaint"),
                    "category_id": self.ref_id("category", "billing"),
                    "user_id": self.leader.id,
                }
            )
        )
        self.assertTrue(case.read(["number"]))
        self.move(case.sudo(), "investigating")
        self.assertFalse(self.sees(self.agent, case))

    # ------------------------------------------------------------------ who may change it

    def test_b10_who_may_not_change_the_case_cannot_make_it_confidential(self):
        self.ticket._let_follow([(self.ticket, self.employee.partner_id)])
        self.assertTrue(self.sees(self.employee))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.employee).action_make_confidential()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal).action_make_confidential()

    def test_b10_only_the_roles_of_the_policy_lift_it(self):
        self.make_confidential()
        with self.assertRaisesRegex(AccessError, "Deciders"):
            self.ticket.with_user(self.agent).action_lift_confidential()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).write({"confidential": False})
        self.assertFalse(self.ticket.with_user(self.agent).may_lift)
        self.assertTrue(self.ticket.with_user(self.decider).may_lift)
        self.ticket.with_user(self.decider).action_lift_confidential()
        self.assertTrue(self.sees(self.manager))

    def test_b10_where_the_policy_names_no_role_those_who_work_on_it_lift_it(self):
        self.apply(files(**TOPICS))
        case = self.complaint(category="delay", user_id=self.agent.id, team_id=self.delivery.id)
        case.with_user(self.agent).action_make_confidential()
        self.assertFalse(self.sees(self.manager, case))
        case.with_user(self.agent).action_lift_confidential()
        self.assertTrue(self.sees(self.manager, case))

    def test_b10_an_ordinary_ticket_is_never_confidential(self):
        ordinary = self.env["helpdesk.ticket"].create({"name": "x", "description": "y"})
        with self.assertRaisesRegex(UserError, "Only complaints"):
            ordinary.confidential = True

    def test_b10_nobody_adds_themselves_to_those_who_see_it(self):
        self.make_confidential()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).confidential_user_ids = [Command.link(self.manager.id)]
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.manager).write({"user_id": self.manager.id})
        self.assertFalse(self.ticket.with_user(self.manager).message_subscribe(self.manager.partner_id.ids))
        self.assertNotIn(self.manager.partner_id, self.ticket.message_partner_ids)
        with self.assertRaises(AccessError):
            self.env["complaint.task.force"].with_user(self.manager).create(
                {"ticket_id": self.ticket.id, "leader_id": self.manager.id}
            )

    def test_b10_the_writer_who_shuts_themselves_out_gets_no_error(self):
        case = self.ticket.with_user(self.leader).with_context(tracking_disable=False)
        self.assertEqual(case.action_make_confidential()["tag"], "home")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertFalse(self.sees(self.leader))

    def test_b10_a_tracked_handover_by_the_one_who_loses_it_gets_no_error(self):
        self.make_confidential()
        self.move(self.ticket, "investigating")
        self.env.cr.precommit.run()
        case = self.ticket.with_user(self.agent).with_context(tracking_disable=False)
        case.write({"user_id": self.leader.id, "team_id": self.delivery.id})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertFalse(self.sees(self.agent))

    # ------------------------------------------------------------------ back doors

    def outsiders(self):
        return (self.manager, self.supervisor, self.leader, self.employee)

    def test_b10_activities_of_others_end_and_are_not_found(self):
        for user in (self.leader, self.agent):
            self.ticket.activity_schedule("mail.mail_activity_data_todo", summary="x", user_id=user.id)
        kept = self.ticket.activity_ids.filtered(lambda one: one.user_id == self.agent)
        self.make_confidential()
        self.assertEqual(self.ticket.activity_ids, kept)
        self.assertEqual(kept.res_name, self.ticket.number)
        stray = kept.copy({"user_id": self.agent.id})
        self.env.cr.execute("UPDATE mail_activity SET user_id = %s WHERE id = %s", [self.leader.id, stray.id])
        self.env.invalidate_all()
        for user in self.outsiders():
            with self.subTest(user.login):
                activities = self.env["mail.activity"].with_user(user)
                mine = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)]
                self.assertFalse(activities.search(mine))
                self.assertFalse(activities._read_group(mine, [], ["__count"])[0][0])
                with self.assertRaises(AccessError):
                    stray.with_user(user).read(["summary"])
        self.assertEqual(len(self.env["mail.activity"].with_user(self.agent).search(mine)), 2)

    def test_b10_messages_stay_hidden_even_from_those_they_were_sent_to(self):
        told = self.ticket.message_post(
            body="secret", partner_ids=self.supervisor.partner_id.ids, subtype_xmlid="mail.mt_comment"
        )
        written = self.ticket.with_user(self.leader).message_post(body="by the leader")
        self.make_confidential()
        messages = told + written.sudo()
        for user in self.outsiders():
            with self.subTest(user.login):
                found = self.env["mail.message"].with_user(user).search([("id", "in", messages.ids)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    messages.with_user(user).read(["body"])
                with self.assertRaises(AccessError):
                    self.ticket.with_user(user).message_post(body="hello")
        self.assertTrue(told.with_user(self.agent).read(["body"]))

    def test_b10_nobody_outside_is_told_of_a_message_whoever_names_them(self):
        self.make_confidential()
        message = self.ticket.with_user(self.agent).message_post(
            body="to all",
            partner_ids=(self.manager.partner_id + self.decider.partner_id).ids,
            subtype_xmlid="mail.mt_comment",
        )
        told = message.sudo().notification_ids.res_partner_id
        self.assertIn(self.decider.partner_id, told)
        self.assertNotIn(self.manager.partner_id, told)

    def test_b10_followers_are_cut_and_hidden(self):
        self.ticket.message_subscribe((self.manager.partner_id + self.decider.partner_id).ids)
        self.make_confidential()
        self.assertNotIn(self.manager.partner_id, self.ticket.message_partner_ids)
        self.assertIn(self.decider.partner_id, self.ticket.message_partner_ids)
        self.assertIn(self.portal.partner_id, self.ticket.message_partner_ids | self.portal.partner_id)
        mine = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)]
        self.assertFalse(self.env["mail.followers"].with_user(self.manager).search(mine))
        self.assertTrue(self.env["mail.followers"].with_user(self.agent).search(mine))

    def test_b10_files_and_ratings_are_hidden(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "proof.txt", "raw": b"proof", "res_model": "helpdesk.ticket", "res_id": self.ticket.id}
        )
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.ticket.id,
                "rating": 1,
                "feedback": "secret",
                "consumed": True,
            }
        )
        self.make_confidential()
        for user in self.outsiders():
            for record, name in ((attachment, "raw"), (rating, "feedback")):
                with self.subTest(f"{user.login} {record._name}"):
                    self.assertFalse(record.with_user(user).search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        record.with_user(user).read([name])
        self.assertTrue(attachment.with_user(self.agent).raw)
        self.assertTrue(rating.with_user(self.agent).feedback)
        with self.assertRaises(AccessError):
            rating.with_user(self.agent).write({"rating": 5})

    def test_b10_children_are_hidden(self):
        investigation = self.env["complaint.investigation"].create({"ticket_id": self.ticket.id})
        solution = self.solution(amount=10)
        self.make_confidential()
        children = [investigation, solution, self.ticket.event_ids, self.ticket.milestone_ids]
        for user in self.outsiders():
            for records in children:
                with self.subTest(f"{user.login} {records._name}"), self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(
                "complaint_management.report_preliminary", investigation.ids
            )

    def test_b10_totals_names_and_exports_leave_it_out(self):
        self.make_confidential()
        number = self.ticket.number
        (self.manager + self.supervisor).group_ids += self.env.ref("base.group_allow_export")
        for user in (self.manager, self.supervisor):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            self.assertEqual(tickets.search_count([("id", "=", self.ticket.id)]), 0)
            self.assertFalse(tickets.name_search(number))
            groups = tickets.formatted_read_group([("number", "=", number)], ["stage_id"], ["__count"])
            self.assertFalse(groups)
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).export_data(["number", "name"])
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).web_read({"name": {}})

    def test_b10_its_name_is_its_number_alone(self):
        self.assertIn("Rude", self.ticket.display_name)
        self.make_confidential()
        self.assertEqual(self.ticket.display_name, self.ticket.number)
        self.assertEqual(self.ticket.with_user(self.portal).display_name, self.ticket.number)

    def notices(self):
        class Fired:
            rule, subject, cycle, at = "late", "solution", 1, datetime(2026, 1, 5, 9, tzinfo=UTC)

        told = [(self.ticket, Fired, "supervisor", user) for user in (self.manager, self.leader)]
        notices = self.env["complaint.notice"]
        before = notices.search([("ticket_id", "=", self.ticket.id)])
        notices._queue(told)
        return notices.search([("ticket_id", "=", self.ticket.id)]) - before

    def test_b10_rules_tell_only_those_who_may_see_it(self):
        self.assertEqual(self.notices().user_id, self.manager + self.leader)
        self.make_confidential()
        self.assertEqual(self.notices().user_id, self.decider + self.second)

    def test_b10_links_and_mails_that_wait_are_of_no_use_to_who_was_shut_out(self):
        notices = self.notices()
        tokens = [notice._answer_url().rpartition("/")[2] for notice in notices]
        self.assertTrue(all(notices._of_token(token) for token in tokens))
        self.make_confidential()
        self.assertFalse(any(notices._of_token(token) for token in tokens))
        notices._send()
        self.assertEqual(notices.mapped("mail_id"), self.env["mail.mail"])
