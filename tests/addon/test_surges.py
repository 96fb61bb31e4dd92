"""B7: many similar complaints alert the right people at once, and raise the severity; as one incident."""

from odoo.tests import tagged

from .common import files
from .surge_case import SURGES, UNUSUAL, SurgeCase
from .test_consequences import ESCALATION
from .test_roles import CATEGORIES, ROLES


@tagged("post_install", "-at_install")
class TestSurges(SurgeCase):
    def test_b7_many_similar_complaints_become_one_incident(self):
        self.come(3)
        self.come(3, category="billing")
        self.assertFalse(self.watch(), "three of each are no surge")
        self.come()
        surge = self.watch()
        self.assertEqual(
            (surge.state, surge.case_count, surge.group_values), ("open", 4, {"category": "delay"})
        )
        self.assertEqual(surge.display_name, "Same trouble: Delay")
        self.at(minutes=30)
        self.come(2)
        self.assertEqual(self.watch(), surge, "no second alarm while it lasts")
        self.assertEqual((surge.case_count, surge.peak), (6, 6))

    def test_b7_the_right_people_are_told_once_for_the_whole_surge(self):
        tickets = self.come(5)
        self.watch()
        self.at(minutes=10)
        tickets |= self.come(3)
        surge = self.watch()
        self.assertEqual(self.told(tickets[0]) >= {("board", None), ("head", "department")}, True)
        self.assertFalse(self.told(*tickets[1:]), "nobody is told of each case")
        self.assertIn(self.board, surge.told_user_ids)
        mails = self.env["complaint.notice"].search([("user_id", "=", self.board.id)])
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.reason, "Same trouble: Delay")
        self.assertEqual(self.facts(tickets[0]).count("escalated"), 1)
        self.assertFalse(any("escalated" in self.facts(ticket) for ticket in tickets[1:]))

    def test_b7_the_severity_of_each_open_case_is_raised_once(self):
        closed = self.come()
        self.move(closed, "closed")
        tickets = self.come(4)
        self.watch()
        self.at(minutes=5)
        late = self.come()
        self.watch()
        self.watch()
        self.assertEqual(set((tickets + late).severity_id.mapped("policy_code")), {"high"})
        self.assertEqual(closed.severity_id.policy_code, "normal")
        for ticket in tickets + late:
            raised = self.kinds(ticket, "classified").filtered(lambda event: "rule" in event.data)
            self.assertEqual(raised.mapped("data")[0]["rule"], "surge:same-trouble")
            self.assertEqual(len(raised), 1)
        self.assertStoredEqualsReplayed(tickets + late + closed)

    def test_b7_each_case_knows_the_surge_that_it_is_part_of(self):
        tickets = self.come(4)
        surge = self.watch()
        self.assertEqual(tickets.surge_ids, surge)
        for ticket in tickets:
            (fact,) = self.kinds(ticket, "surged")
            self.assertEqual(fact.data, {"surge": "same-trouble", "surge_id": surge.id})
            self.assertEqual(fact.summary, "Same trouble")
        self.assertEqual(tickets[0].action_open_surges()["res_id"], surge.id)
        cases = self.env["helpdesk.ticket"].search(surge.action_open_cases()["domain"])
        self.assertEqual(cases, tickets)

    def test_b7_a_surge_is_over_when_it_has_been_quiet_and_only_then_comes_the_next(self):
        self.come(4)
        first = self.watch()
        self.at(hours=1, minutes=59)
        late = self.come()
        self.watch()
        self.assertEqual((first.state, late.surge_ids), ("open", first))
        self.at(hours=4)
        self.watch()
        self.assertEqual((first.state, str(first.ended_at)), ("over", "2026-03-04 14:59:00"))
        again = self.come(3)
        self.assertEqual(self.watch(), first)
        again |= self.come()
        self.assertEqual(len(self.watch()), 2)
        self.assertEqual(again.surge_ids, self.surges() - first)

    def test_b7_what_is_noticed_only_when_it_is_over_is_kept_and_nobody_is_disturbed(self):
        tickets = self.come(4)
        self.at(hours=2, minutes=1)
        surge = self.watch()
        self.assertEqual((surge.state, surge.acted), ("over", False))
        self.assertFalse(self.told(*tickets))
        self.assertEqual(set(tickets.severity_id.mapped("policy_code")), {"normal"})
        self.assertIn("over when it was noticed", surge.done_words)

    def test_b7_a_case_of_another_type_or_category_is_another_matter(self):
        self.come(3)
        self.come(2, type="inquiry")
        self.come(2, category="damage")
        self.assertFalse(self.watch())

    def test_b7_a_case_that_is_reclassified_counts_where_it_belongs_now(self):
        tickets = self.come(3) | self.come(category="billing")
        self.assertFalse(self.watch())
        tickets[3].category_id = self.ref_id("category", "delay")
        self.assertEqual(self.watch().ticket_ids, tickets)

    def test_b7_a_rule_that_is_gone_ends_its_surges(self):
        self.come(4)
        surge = self.watch()
        self.apply(files(roles=ROLES, categories=CATEGORIES, escalation=ESCALATION))
        self.watch()
        self.assertEqual(surge.state, "over")

    def test_b7_an_escalation_rule_acts_on_the_cases_of_a_surge(self):
        rule = "  - {name: in-surge, when: {surge: same-trouble}, do: [{reassign: supervision}]}\n"
        self.apply(files(roles=ROLES, categories=CATEGORIES, escalation=ESCALATION + rule, surges=SURGES))
        tickets, other = self.come(4), self.come(category="billing")
        self.watch()
        self.env["helpdesk.ticket"]._act_due(100)
        self.assertEqual(tickets.user_id, self.supervision)
        self.assertNotEqual(other.user_id, self.supervision)

    def test_b7_what_is_usual_stands_beside_a_count(self):
        self.at(weeks=-3, days=-1)
        self.come(category="billing")  # the register begins
        for week in (1, 2, 3):
            self.at(weeks=-week, minutes=-20)
            self.come(week)
        self.at()
        self.come(4)
        surge = self.watch()
        self.assertEqual((surge.usual_known, surge.usual), (True, 2.0), "1, 2 and 3 in the three weeks")
        self.at(minutes=1)
        self.come()
        self.watch()
        self.assertEqual((surge.case_count, surge.usual), (5, 2.0))

    def test_b7_the_task_force_of_a_surge_reads_all_of_its_cases(self):
        tickets = self.come(4)
        self.watch()
        self.assertEqual(len(tickets.task_force_ids), 1)
        for ticket in tickets:
            self.assertIn(self.supervision.partner_id, ticket.message_partner_ids)

    def test_b7_a_surge_tells_what_the_policy_did_and_what_people_do_now(self):
        self.come(5)
        surge = self.watch()
        self.assertEqual(surge.headline, "5 complaints so far, 5 of them within 2h")
        self.assertIn("<li>Tell the callers.</li>", surge.emergency_plan)
        self.assertIn("Escalated to: Head of department", surge.done_words)
        self.assertIn("<svg", surge.chart)
        self.assertEqual(surge.curve[-1][2], 5, "the last bar has them all")
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = surge.with_context(lang="zh_CN")
        self.assertEqual(chinese.title, "同类问题")

    def test_b7_the_mail_tells_of_the_surge_and_not_of_one_case(self):
        self.come(4)
        surge = self.watch()
        self.env["mail.mail"].search([]).unlink()
        self.env["complaint.notice"].search([("user_id", "=", self.board.id)])._send()
        mail = self.env["mail.mail"].search([("email_to", "ilike", "board@")])
        self.assertIn("4 complaints so far", mail.body_html)
        self.assertIn(f"surge_action/{surge.id}", mail.body_html)
        self.assertIn("Same trouble: Delay", mail.subject)
        self.assertIn("Open the surge", mail.body_html)
        self.assertNotIn("Open the case", mail.body_html)

    def test_b7_a_digest_counts_the_surges_that_go_on_while_there_are_any(self):
        digest = self.env["complaint.digest"]._as_reader(self.leader)
        self.assertEqual(len(digest._numbers()), 3)
        self.come(4)
        self.watch()
        self.assertEqual([number["count"] for number in digest._numbers()[3:]], [1])
        stranger = self.new_user("stranger", "base.group_user")
        self.assertEqual(len(self.env["complaint.digest"]._as_reader(stranger)._numbers()), 3)


@tagged("post_install", "-at_install")
class TestUnusual(SurgeCase):
    """Three times the usual of this hour of the week."""

    @classmethod
    def more_files(cls):
        return {"escalation": ESCALATION, "surges": UNUSUAL}

    def live_through(self, usual):
        """So many complaints at this hour on Wednesday of each of the four weeks before, and one long ago."""
        for week in (5, 4, 3, 2, 1):
            self.at(weeks=-week, minutes=10)
            self.come(1 if week == 5 else usual)
        self.at(minutes=50)

    def test_b7_three_times_the_usual_of_this_hour_of_the_week_is_a_surge(self):
        self.live_through(usual=2)
        self.come(18)
        surge = self.watch()
        self.assertEqual((surge.case_count, surge.usual), (18, 2.0))
        self.assertIn("usual are 2.0", surge.headline)

    def test_b7_two_become_six_by_chance_and_that_is_no_alarm(self):
        self.live_through(usual=2)
        self.come(6)
        self.assertFalse(self.watch())

    def test_b7_what_is_usual_at_this_hour_is_no_surge(self):
        self.live_through(usual=12)
        self.come(18)
        self.assertFalse(self.watch())

    def test_b7_it_may_go_on_in_the_next_hour_as_the_same_surge(self):
        self.live_through(usual=0)
        self.come(18)
        surge = self.watch()
        self.at(hours=2, minutes=30)
        self.come(18)
        self.assertEqual(self.watch(), surge)
        self.assertEqual((surge.state, surge.case_count), ("open", 36))
