"""F9: the policy's meetings with invitation, agenda, minutes and actions; who may read them."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCase, files

MEETINGS = """
kind: meetings
meetings:
  - {name: review, title: {en: Review, zh_CN: 评审会}, every: quarter, invite: [decision_group, supervision],
     held_after: 10bd, starts: "10:00", lasts: 2h}
"""
ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: decision_group, group: decision}
  - {name: supervision, group: supervision}
"""
NOW = "2026-02-16 09:00:00"


class MeetingCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.new_user("boss", "complaint_management.group_decision", name="Boss")
        cls.watch = cls.new_user("watch", "complaint_management.group_supervision", name="Watch")
        cls.clerk = cls.new_user("clerk", "base.group_user", name="Clerk of the depot")
        cls.manager = cls.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager", name="Manager")
        cls.apply(files(meetings=MEETINGS, roles=ROLES))
        cls.meetings = cls.env["complaint.meeting"]

    def planned(self):
        """The meetings of the policy, planned by the job."""
        self.meetings._cron_plan()
        return self.meetings.search([("company_id", "=", self.company.id)])

    def meeting(self, **values):
        """The meeting about the quarter that runs, led by Boss."""
        one = self.planned()[:1]
        one.write({"chair_id": self.boss.id, **values})
        return one

    def held(self):
        """One that is being held, as its chair sees it."""
        one = self.meeting().with_user(self.boss)
        one.action_agenda()
        one.action_invite()
        one.action_hold()
        return one


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMeetings(MeetingCase):
    def test_f9_the_policy_plans_the_next_meeting_once_with_its_people(self):
        one = self.planned()
        self.assertEqual((one.code, one.period, one.state), ("review", "2026-Q1", "planned"))
        self.assertEqual((one.date_from, one.date_to), (date(2026, 1, 1), date(2026, 3, 31)))
        # ten business days after 31 March, at ten in Berlin
        self.assertEqual((one.starts_at, one.hours), (datetime(2026, 4, 14, 8), 2))
        self.assertIn(self.boss, one.invited_ids)
        self.assertIn(self.watch, one.invited_ids)
        self.assertNotIn(self.agent, one.invited_ids)
        self.assertIn(one.chair_id, one.invited_ids)
        self.assertEqual(one.activity_ids.user_id, one.chair_id)
        self.meetings._cron_plan()
        self.assertEqual(len(self.planned()), 1)

    def test_f9_the_meeting_about_the_quarter_before_is_planned_while_there_is_time(self):
        with freeze_time("2026-04-02 09:00:00"):
            self.assertEqual(set(self.planned().mapped("period")), {"2026-Q1", "2026-Q2"})

    def test_f9_without_the_kind_nothing_is_planned(self):
        self.apply(files(roles=ROLES))
        self.assertFalse(self.planned())

    def test_f9_people_of_any_department_are_added_but_nobody_from_outside(self):
        one = self.meeting(invited_ids=[Command.link(self.clerk.id)])
        self.assertTrue(one.with_user(self.clerk).has_access("read"))
        outside = self.new_user("outside", "base.group_portal")
        with self.assertRaises(ValidationError):
            one.invited_ids = [Command.link(outside.id)]

    def test_f9_the_invitation_is_an_entry_in_the_calendar_and_a_mail_with_it(self):
        one = self.meeting().with_user(self.boss)
        one.action_invite()
        self.assertEqual(one.state, "invited")
        event = one.sudo().event_id
        self.assertEqual((event.start, event.stop), (one.starts_at, one.starts_at + timedelta(hours=2)))
        self.assertEqual(event.partner_ids, one.invited_ids.partner_id)
        mails = self.env["mail.message"].search(
            [
                ("model", "=", "calendar.event"),
                ("res_id", "=", event.id),
                ("message_type", "!=", "notification"),
            ]
        ) | self.env["mail.message"].search([("partner_ids", "in", self.watch.partner_id.ids)])
        self.assertIn("invitation.ics", mails.attachment_ids.mapped("name"))

    def test_f9_the_calendar_tells_the_others_nothing_but_that_one_is_busy(self):
        one = self.meeting()
        one.action_invite()
        self.assertEqual(one.event_id.privacy, "private")
        self.env.invalidate_all()
        seen = one.event_id.with_user(self.clerk)
        self.assertNotIn("Review", seen.display_name)
        self.assertNotIn("Boss", str(seen.read(["name", "description"])))

    def test_f9_a_new_time_and_new_people_reach_the_calendar(self):
        one = self.meeting().with_user(self.boss)
        one.action_invite()
        one.write({"starts_at": "2026-04-15 12:00:00", "invited_ids": [Command.link(self.clerk.id)]})
        event = one.sudo().event_id
        self.assertEqual(event.start, datetime(2026, 4, 15, 12))
        self.assertIn(self.clerk.partner_id, event.partner_ids)
        one.action_cancel()
        self.assertEqual(one.state, "cancelled")
        self.assertFalse(event.exists())

    def test_f9_nobody_is_invited_to_a_time_that_is_over_or_alone(self):
        one = self.meeting(starts_at="2026-02-01 10:00:00")
        with self.assertRaisesRegex(UserError, "still to come"):
            one.action_invite()
        one.write({"starts_at": "2026-04-01 10:00:00", "invited_ids": [Command.set(self.boss.ids)]})
        with self.assertRaisesRegex(UserError, "Nobody but the chair"):
            one.action_invite()

    def test_f9_the_agenda_is_made_of_figures_and_ends_with_the_policy(self):
        self.apply(
            files(
                meetings=MEETINGS,
                roles=ROLES,
                kpis="kind: kpis\nkpis: [{name: on_time_rate, target: 95%}]\n",
            )
        )
        case = self.complaint(category="delay", received_at=fields.Datetime.now() - timedelta(days=20))
        self.move(case, "closed")
        self.env["complaint.fact"]._cron_count()
        one = self.meeting()
        one.action_agenda()
        self.assertEqual(one.item_ids.mapped("source"), ["target", "policy"])
        missed, policy = one.item_ids
        self.assertIn("instead of 95", missed.sentence)
        behind = missed.with_user(self.watch).action_open()
        found = self.env[behind["res_model"]].search(behind["domain"])
        self.assertEqual(found.ticket_id, case, behind["domain"])
        self.assertIn("Changed in this time", policy.sentence)

    def test_f9_the_agenda_follows_the_report_of_its_time(self):
        self.apply(
            files(
                meetings=MEETINGS.replace("lasts: 2h", "lasts: 2h, agenda_from: numbers"),
                roles=ROLES,
                reports="kind: reports\nreports: [{name: numbers, every: quarter, to: supervision}]\n",
            )
        )
        self.complaint(category="delay")
        self.env["complaint.fact"]._cron_count()
        one = self.meeting()
        with freeze_time("2026-04-02 09:00:00"):
            entry = self.env["complaint.release"]._active(self.company)._policy().raw["reports"][0]
            report = self.env["complaint.report"]._make(
                self.company, entry, date(2026, 1, 1), date(2026, 4, 1)
            )
            one.action_agenda()
        points = one.item_ids.filtered(lambda item: item.source == "report")
        self.assertTrue(points)
        self.assertEqual(points.mapped("sentence"), [topic["sentence"] for topic in report._topics()])

    def test_f9_what_people_wrote_stays_when_the_agenda_is_made_anew(self):
        one = self.meeting().with_user(self.boss)
        one.action_agenda()
        one.item_ids.minutes = "We keep the rules."
        self.env["complaint.meeting.item"].with_user(self.boss).create({"meeting_id": one.id, "name": "Own"})
        one.action_agenda()
        self.assertEqual(len(one.item_ids), 2)
        self.assertIn("We keep the rules.", one.item_ids.mapped("minutes"))

    def test_f9_the_agenda_is_made_by_itself_when_the_period_is_over(self):
        one = self.meeting()
        self.assertFalse(one.agenda_at)
        with freeze_time("2026-04-01 09:00:00"):
            self.meetings._cron_plan()
            self.assertEqual(one.item_ids.mapped("source"), ["policy"])

    def test_f9_a_decision_becomes_an_action_with_owner_and_date(self):
        one = self.held()
        item = one.item_ids[0]
        with self.assertRaisesRegex(UserError, "by whom"):
            item.action_decide()
        item.write({"decision": "Better boxes\nfor glass", "owner_id": self.agent.id, "due_on": "2026-05-01"})
        item.action_decide()
        action = one.sudo().action_ids
        self.assertEqual((action.name, action.user_id), ("Better boxes", self.agent))
        self.assertEqual((action.date_deadline, action.for_complaints), (date(2026, 5, 1), True))
        self.assertFalse(item.decision)
        self.assertIn("Better boxes", item.action_words)

    def test_f9_open_actions_come_back_to_the_next_meeting_and_done_ones_do_not(self):
        one = self.held()
        for name in ("Open", "Done"):
            one.item_ids[:1].write({"decision": name, "owner_id": self.agent.id, "due_on": "2026-05-01"})
            one.item_ids[:1].action_decide()
        one.sudo().action_ids.filtered(lambda action: action.name == "Done").action_done()
        with freeze_time("2026-04-20 09:00:00"):
            following = self.planned() - one
            one.action_close()
            self.assertEqual(following.item_ids.mapped("name"), ["Open"])
            self.assertEqual(following.item_ids.action_id.name, "Open")
            following.action_agenda()
            self.assertEqual(following.item_ids.mapped("source"), ["action", "policy"])

    def test_f9_the_minutes_go_to_all_who_were_invited_and_stay(self):
        one = self.held()
        with self.assertRaisesRegex(UserError, "Nothing is written"):
            one.action_close()
        one.item_ids.minutes = "We keep the rules."
        one.item_ids.decision = "half a sentence"
        with self.assertRaisesRegex(UserError, "nobody does it yet"):
            one.action_close()
        one.item_ids.decision = False
        one.action_close()
        mails = self.env["mail.mail"].search([("subject", "like", "Minutes: Review")])
        self.assertEqual(
            set(mails.mapped("email_to")), set(one.invited_ids.filtered("email").mapped("email_formatted"))
        )
        self.assertIn("We keep the rules.", mails[0].body_html)
        with self.assertRaisesRegex(UserError, "is over"):
            one.item_ids.minutes = "We said something else."
        with self.assertRaisesRegex(UserError, "is over"):
            one.place = "Elsewhere"

    def test_f9_agenda_and_minutes_are_a_document(self):
        one = self.held()
        one.item_ids.minutes = "We keep the rules."
        report = self.env["ir.actions.report"].with_user(self.boss)
        html = report._render_qweb_html("complaint_management.report_meeting_action", one.ids)[0].decode()
        self.assertIn("We keep the rules.", html)
        self.assertIn("Review", html)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.agent)._render_qweb_html(
                "complaint_management.report_meeting_action", one.ids
            )

    def test_f9_a_draft_of_the_policy_comes_onto_the_agenda(self):
        admin = self.new_user("rules", "complaint_management.group_policy_admin")
        one = self.meeting()
        draft = (
            self.env["complaint.policy.draft"]
            .with_user(admin)
            ._begin(self.env["complaint.release"]._active(self.company).with_user(admin), "Faster")
        )
        with self.assertRaisesRegex(UserError, "preview first"):
            draft.action_to_agenda()
        draft._look_ahead()
        draft.action_to_agenda()
        draft.action_to_agenda()
        self.assertEqual(one.item_ids.mapped("name"), ["Change of the policy: Faster"])
        self.assertFalse(one.with_user(admin).has_access("read"))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMeetingAccess(MeetingCase):
    def test_f9_who_is_invited_supervises_or_manages_reads_and_nobody_else(self):
        one = self.meeting(invited_ids=[Command.set((self.boss + self.clerk).ids)])
        one.action_agenda()
        for user, sees in (
            (self.boss, True),
            (self.clerk, True),
            (self.watch, True),
            (self.manager, True),
            (self.agent, False),
            (self.leader, False),
        ):
            with self.subTest(user.name):
                self.assertEqual(one.with_user(user).has_access("read"), sees)
                self.assertEqual(one.item_ids.with_user(user).has_access("read"), sees)
                found = self.meetings.with_user(user).search([("id", "=", one.id)])
                self.assertEqual(bool(found), sees)

    def test_f9_only_the_chair_and_organisers_change_it(self):
        one = self.meeting(invited_ids=[Command.set((self.boss + self.clerk).ids)])
        one.action_agenda()
        one.with_user(self.boss).place = "Room 1"
        one.with_user(self.watch).place = "Room 2"
        for user in (self.clerk, self.agent):
            with self.assertRaises(AccessError):
                one.with_user(user).place = "Room 3"
            with self.assertRaises(AccessError):
                one.item_ids.with_user(user).minutes = "mine"
            for button in ("action_invite", "action_agenda", "action_hold", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(one.with_user(user), button)()
        with self.assertRaises(AccessError):
            self.meetings.with_user(self.clerk).create({"name": "Mine"})

    def test_f9_the_state_is_written_by_no_hand(self):
        one = self.meeting().with_user(self.watch)
        with self.assertRaises(AccessError):
            one.state = "closed"
        with self.assertRaises(AccessError):
            self.meetings.with_user(self.watch).create({"name": "Mine", "state": "closed"})
        self.meetings.with_user(self.watch).with_context(default_state="closed").create({"name": "Mine"})
        self.assertFalse(self.meetings.search([("name", "=", "Mine"), ("state", "=", "closed")]))
        with self.assertRaises(AccessError):
            one.item_ids.create({"meeting_id": one.id, "name": "x", "model": "res.users", "domain": []})
        with self.assertRaises(UserError):
            one.sudo().unlink()

    def test_f9_portal_users_see_no_meeting(self):
        one = self.meeting()
        guest = self.new_user("guest", "base.group_portal")
        with self.assertRaises(AccessError):
            one.with_user(guest).read(["display_name"])

    def test_f9_an_action_of_a_confidential_case_is_not_told_to_the_circle(self):
        one = self.held()
        one.item_ids[:1].write({"decision": "Hidden", "owner_id": self.agent.id, "due_on": "2026-05-01"})
        one.item_ids[:1].action_decide()
        case = self.complaint(category="delay")
        one.sudo().action_ids.complaint_ticket_ids = [Command.link(case.id)]
        case.confidential = True
        with freeze_time("2026-04-20 09:00:00"):
            following = self.planned() - one
            following.action_agenda()
            self.assertNotIn("Hidden", following.item_ids.mapped("name"))

    def test_f9_the_list_asks_as_much_for_many_as_for_one(self):
        def cost(count):
            self.meetings.create(
                [
                    {"name": f"M{number}", "chair_id": self.boss.id, "company_id": self.company.id}
                    for number in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            found = self.meetings.with_user(self.watch).search([], limit=count)
            before = self.cr.sql_log_count
            found.read(["title", "span", "chair_id", "state", "leads", "display_name"])
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(1), cost(50))
