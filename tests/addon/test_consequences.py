"""What the ladder does: people told, cases changed, each once."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...complaint_management.engine.escalation import Fired
from ...complaint_management.models.release_reading import aware
from .test_roles import RolesCase

ESCALATION = """
kind: escalation
levels:
  - {name: supervisor, title: {en: Team leader, zh_CN: 组长}, notify: [team_leader]}
  - {name: department, title: {en: Head of department, zh_CN: 部门负责人}, notify: [department_head]}
  - {name: management, title: {en: Management, zh_CN: 管理层}, notify: [decision_group, supervision]}
cases_per_mail: 2
digest: "08:00"
customer_may_escalate: supervisor
rules:
  - name: warn
    title: {en: Deadline comes near, zh_CN: 即将到期}
    when: {clock: any, at: 80%}
    do: [{notify: [assignee]}]
  - name: late
    title: {en: Deadline reached, zh_CN: 已到期限}
    when: {clock: any, at: 100%}
    do: [{escalate: supervisor}]
  - {name: ignored, when: {level: supervisor, unanswered: 4bh}, do: [{escalate: department}]}
"""
KIND = "complaint_management.activity_type_escalation"


class LadderCase(RolesCase):
    """The small company with a ladder of three levels."""

    @classmethod
    def more_files(cls):
        return {"escalation": ESCALATION}

    def carry_out(self, *acts):
        """acts: (ticket, action, …) or (ticket, Fired)."""
        acts = [act if isinstance(act[1], Fired) else (act[0], self.fired(act[0], *act[1:])) for act in acts]
        self.env["helpdesk.ticket"]._carry_out(acts)

    def fired(self, ticket, *do, rule="late", subject="solution", level=None):
        raised = next((action["escalate"] for action in do if "escalate" in action), None)
        return Fired(
            at=aware(fields.Datetime.now()),
            rule=rule,
            subject=subject,
            do=do,
            level=level or raised,
            cycle=ticket.case_cycle,
        )

    def escalate(self, *tickets, level="supervisor"):
        """As the job does: the fact first, then what follows."""
        for ticket in tickets:
            ticket._record_fact("escalated", data={"level": level, "subject": "solution"})
        self.carry_out(*((ticket, {"escalate": level}) for ticket in tickets))

    def told(self, *tickets):
        """{(login, level)} of the open notices."""
        notices = self.env["complaint.notice"].search(
            [("ticket_id", "in", [ticket.id for ticket in tickets]), ("state", "!=", "done")]
        )
        return {(notice.user_id.login.split("@")[0], notice.level or None) for notice in notices}

    def activities(self, ticket):
        return ticket.activity_ids.filtered(lambda one: one.activity_type_id == self.env.ref(KIND))


@tagged("post_install", "-at_install")
class TestConsequences(LadderCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.complaint(category="delay", partner_id=self.customer.id)

    def test_notify_tells_the_people_of_the_roles(self):
        self.carry_out((self.ticket, {"notify": ["assignee", "decision_group"]}))
        self.assertEqual(self.told(self.ticket), {("leader", None), ("board", None)})

    def test_escalating_tells_the_people_of_the_level(self):
        self.escalate(self.ticket, level="management")
        self.assertEqual(self.told(self.ticket), {("board", "management"), ("supervision", "management")})

    def test_escalating_to_a_level_already_reached_tells_nobody(self):
        fired = Fired(
            aware(fields.Datetime.now()), "late", "solution", ({"escalate": "supervisor"},), None, 1
        )
        self.carry_out((self.ticket, fired))
        self.assertFalse(self.told(self.ticket))

    def test_nobody_there_means_the_next_level_and_a_warning(self):
        self.be_absent(self.leader)
        self.escalate(self.ticket)
        self.assertEqual(self.told(self.ticket), {("head", "supervisor")})
        self.assertTrue(self.ticket.nobody_there)
        self.leader.sudo().out_of_office_from = False
        self.carry_out((self.ticket, {"notify": "team_leader"}))
        self.assertFalse(self.ticket.nobody_there, "somebody was reached this time")

    def test_nobody_on_any_level_still_shows_a_warning(self):
        (self.board + self.supervision).sudo().active = False
        self.escalate(self.ticket, level="management")
        self.assertFalse(self.told(self.ticket))
        self.assertTrue(self.ticket.nobody_there)

    def test_one_open_activity_for_each_case_and_person(self):
        self.carry_out((self.ticket, {"notify": "team_leader"}))
        self.carry_out((self.ticket, {"notify": "team_leader"}))
        self.escalate(self.ticket)
        activity = self.activities(self.ticket)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.leader)
        self.assertIn("Team leader: Deadline reached", activity.summary, "the newest words stand")

    def test_the_activity_speaks_the_language_of_the_one_who_gets_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.leader.lang = "zh_CN"
        self.escalate(self.ticket)
        self.assertIn("组长", self.activities(self.ticket).summary)

    def test_who_is_told_may_read_the_case_without_getting_every_message(self):
        self.escalate(self.ticket, level="department")
        self.ticket.with_user(self.head).check_access("read")
        follower = self.ticket.message_follower_ids.filtered(
            lambda one: one.partner_id == self.head.partner_id
        )
        self.assertFalse(follower.subtype_ids)

    def test_a_batch_costs_few_queries_a_case(self):
        tickets = [self.complaint(category="delay") for _index in range(20)]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.carry_out(*((ticket, {"escalate": "supervisor"}) for ticket in tickets))
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 8 * len(tickets))

    def test_reassigning_puts_somebody_in_charge_and_tells_them(self):
        self.delivery.user_ids = self.leader | self.agent
        self.carry_out((self.ticket, {"reassign": "intake"}))
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.told(self.ticket), {("agent", None)})

    def test_a_raise_of_severity_stands_in_the_register_once(self):
        self.carry_out((self.ticket, {"raise_severity": 1}))
        self.assertEqual(self.ticket.severity_id.policy_code, "high")
        raised = self.ticket.event_ids.filtered(lambda event: event.kind == "classified")
        self.assertEqual([event.data["rule"] for event in raised], ["late"])
        self.assertStoredEqualsReplayed(self.ticket)

    def test_followers_are_added_silently(self):
        self.carry_out((self.ticket, {"follow": ["supervision"]}))
        self.assertIn(self.supervision.partner_id, self.ticket.message_partner_ids)
        self.assertFalse(self.told(self.ticket))

    def test_b3_a_task_force_has_a_leader_and_members_who_may_read_the_case(self):
        self.carry_out(
            (self.ticket, {"task_force": {"lead": "department_head", "members": ["analysis"]}}),
        )
        force = self.ticket.task_force_ids
        self.assertEqual(force.leader_id, self.head)
        self.assertEqual(force.member_ids, self.leader | self.agent)
        self.ticket.with_user(self.head).check_access("read")
        self.assertEqual(self.told(self.ticket), {("head", None), ("leader", None), ("agent", None)})

    def test_a_second_task_force_adds_people_to_the_first(self):
        self.carry_out((self.ticket, {"task_force": {"lead": "department_head", "members": []}}))
        self.carry_out((self.ticket, {"task_force": {"lead": "team_leader", "members": ["supervision"]}}))
        self.assertEqual(self.ticket.task_force_ids.leader_id, self.head)
        self.assertEqual(self.ticket.task_force_ids.member_ids, self.supervision)


@tagged("post_install", "-at_install")
class TestAnswering(LadderCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.complaint(category="delay", partner_id=self.customer.id)

    def test_an_answer_settles_the_case_for_everybody_told(self):
        self.escalate(self.ticket, level="management")
        self.ticket.with_user(self.board)._answer_escalation("We take care.")
        self.assertFalse(self.ticket.unanswered_since)
        self.assertFalse(self.told(self.ticket))
        self.assertFalse(self.activities(self.ticket))
        answer = self.ticket.event_ids.filtered(lambda event: event.kind == "escalation_answered")
        self.assertEqual((answer.user_id, answer.data), (self.board, {"level": "management"}))
        note = self.ticket.message_ids.filtered(lambda message: "We take care." in (message.body or ""))
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(note.author_id, self.board.partner_id)

    def test_only_the_people_of_the_level_answer(self):
        self.ticket.user_id = self.agent
        self.escalate(self.ticket)
        with self.assertRaisesRegex(AccessError, "Only its people"):
            self.ticket.with_user(self.agent)._answer_escalation("All is well, really.")
        self.ticket.with_user(self.board)._answer_escalation("Management answers for those below, too.")
        self.assertFalse(self.ticket.unanswered_since)

    def test_nothing_to_answer_is_said_in_a_sentence(self):
        with self.assertRaisesRegex(UserError, "Nothing is waiting"):
            self.ticket.with_user(self.leader)._answer_escalation("Hm.")

    def test_an_agent_escalates_by_hand_with_a_reason(self):
        self.ticket.user_id = self.agent
        self.ticket.with_user(self.agent)._escalate_by_hand("department", "The customer calls every hour.")
        self.assertEqual(self.ticket.escalation_level, "department")
        self.assertEqual(self.told(self.ticket), {("head", "department")})
        with self.assertRaisesRegex(UserError, "has reached the level"):
            self.ticket.with_user(self.agent)._escalate_by_hand("supervisor", "Once more.")

    def test_a_closed_case_is_not_escalated(self):
        self.move(self.ticket, "closed")
        with self.assertRaisesRegex(UserError, "is closed"):
            self.ticket._escalate_by_hand("department", "Too late.")

    def test_closing_settles_what_was_escalated(self):
        self.escalate(self.ticket)
        self.move(self.ticket, "closed")
        open_ones = self.ticket.notice_ids.filtered(lambda one: one.state != "done")
        self.assertEqual(set(open_ones.mapped("rule")), {"outcome"}, "what is left only tells how it ended")
        self.assertFalse(self.activities(self.ticket))

    def test_lowering_settles_the_levels_above(self):
        self.escalate(self.ticket)
        self.escalate(self.ticket, level="department")
        self.ticket.with_user(self.head)._lower_escalation("supervisor", "Lee can do it.")
        self.assertEqual(self.ticket.escalation_level, "supervisor")
        self.assertEqual(self.told(self.ticket), {("leader", "supervisor")})
        self.ticket.with_user(self.leader)._lower_escalation(False, "Found.")
        self.assertFalse(self.ticket.escalation_level)

    def test_an_agent_does_not_take_a_case_off_the_ladder(self):
        self.ticket.user_id = self.agent
        self.escalate(self.ticket)
        with self.assertRaisesRegex(AccessError, "Only its people"):
            self.ticket.with_user(self.agent)._lower_escalation(False, "Nothing to see here.")

    def test_the_customer_may_ask_for_the_level_that_the_policy_names(self):
        self.assertTrue(self.ticket._customer_may_escalate())
        self.ticket._customer_escalates("Nobody calls me back.")
        self.assertEqual(self.told(self.ticket), {("leader", "supervisor")})
        self.assertFalse(self.ticket._customer_may_escalate())
        with self.assertRaisesRegex(UserError, "with the next level already"):
            self.ticket._customer_escalates("And still.")

    def test_where_the_policy_says_nothing_the_customer_may_not(self):
        self.apply_small_ladder("customer_may_escalate: supervisor\n", "")
        self.assertFalse(self.complaint(category="delay")._customer_may_escalate())

    def apply_small_ladder(self, old, new):
        from .common import files
        from .test_roles import CATEGORIES, ROLES

        self.apply(files(roles=ROLES, categories=CATEGORIES, escalation=ESCALATION.replace(old, new)))

    def test_escalated_to_me_lists_what_i_was_told_and_nobody_answered(self):
        other = self.complaint(category="delay")
        self.escalate(self.ticket)
        mine = self.env["helpdesk.ticket"].with_user(self.leader).search([("escalated_to_me", "=", True)])
        self.assertEqual(mine.ids, self.ticket.ids)
        self.assertTrue(self.ticket.with_user(self.leader).escalated_to_me)
        self.assertFalse(other.with_user(self.leader).escalated_to_me)
        self.assertFalse(self.ticket.with_user(self.agent).escalated_to_me)

    def test_at_risk_begins_when_the_policy_warns_and_ends_when_the_clock_is_late(self):
        # the answer's clock of 24 h warns after 80 %; the first hour's clock is met
        self.move(self.ticket, "acknowledged")
        warned = fields.Datetime.add(self.ticket.received_at, minutes=24 * 48)
        self.assertEqual(self.ticket.at_risk_from, warned)
        from odoo.tests import freeze_time

        for hours, expected in ((19, False), (20, True), (25, False)):
            with freeze_time(fields.Datetime.add(self.ticket.received_at, hours=hours)):
                self.ticket.invalidate_recordset(["at_risk", "breached"])
                found = self.env["helpdesk.ticket"].search(
                    [("at_risk", "=", True), ("id", "=", self.ticket.id)]
                )
                self.assertEqual((self.ticket.at_risk, bool(found)), (expected, expected), hours)


@tagged("post_install", "-at_install")
class TestLadderAccess(LadderCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.portal = self.new_user("portal", "base.group_portal")
        self.portal.partner_id = self.customer
        self.carry_out((self.ticket, {"task_force": {"lead": "department_head", "members": ["analysis"]}}))

    def test_the_customer_reads_nothing_of_notices_and_task_forces(self):
        for model in ("complaint.notice", "complaint.task.force"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search_read([])
        for name in (
            "complaint_against_ids",
            "notice_ids",
            "task_force_ids",
            "nobody_there",
            "escalated_to_me",
        ):
            with self.assertRaises(AccessError):
                self.ticket.with_user(self.portal).read([name])

    def test_nobody_makes_or_changes_notices_by_hand(self):
        notice = self.env["complaint.notice"].search([("ticket_id", "=", self.ticket.id)], limit=1)
        with self.assertRaises(AccessError):
            notice.with_user(self.leader).write({"state": "done"})
        with self.assertRaises(AccessError):
            notice.with_user(self.leader).unlink()
        with self.assertRaisesRegex(UserError, "not by hand"):
            self.env["complaint.notice"].with_user(self.leader).create({"ticket_id": self.ticket.id})

    def test_an_agent_does_not_form_a_task_force(self):
        with self.assertRaises(AccessError):
            self.ticket.task_force_ids.with_user(self.agent).write({"member_ids": [(4, self.agent.id)]})

    def test_what_belongs_to_a_hidden_case_is_hidden(self):
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        for model in ("complaint.notice", "complaint.task.force"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        user = self.new_user("elsewhere", "complaint_management.group_senior")
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in ("complaint.notice", "complaint.task.force"):
            self.assertFalse(
                self.env[model].with_user(user).with_context(allowed_company_ids=other.ids).search([])
            )
