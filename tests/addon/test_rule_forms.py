"""Each form of an escalation rule, through Odoo and its job on a virtual clock: not a second before its
moment, at its moment, and once."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .common import SMALL_PACK, ComplaintCase, files

MONDAY = datetime(2026, 3, 2, 9, 0)  # 10:00 in the office, which is open from 9 to 17; solution is due in 72h
DUE = MONDAY + timedelta(hours=72)  # Thursday, 10:00 in the office
SECOND = timedelta(seconds=1)
HEAD = """
kind: escalation
levels: [{name: supervisor, notify: [intake]}, {name: department, notify: [intake]}]
"""


@tagged("post_install", "-at_install")
class TestRuleForms(ComplaintCase):
    def setUp(self):
        super().setUp()
        # what other tests or demo data left due is not what is looked at here
        self.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")

    def case(self, *rules, **topics):
        """A complaint of Monday under these rules; topics: other files of the pack."""
        lines = [f"  - {{name: rule{number}, {rule}}}\n" for number, rule in enumerate(rules, start=1)]
        self.apply(files(escalation=HEAD + "rules:\n" + "".join(lines), **topics))
        with freeze_time(MONDAY):
            return self.complaint(category="delay")

    def acted(self, ticket, at):
        """What the policy has done up to a time, the job having run then."""
        with freeze_time(at):
            self.env["helpdesk.ticket"]._act_due(100)
            self.env.flush_all()
            self.env.invalidate_all()
        events = ticket.event_ids.sorted(lambda event: (event.occurred_at, event.id))
        return [
            f"{event.data['rule']} {event.data['subject']}"
            for event in events
            if event.kind in ("acted", "escalated") and "rule" in (event.data or {})
        ]

    def assertActsAt(self, ticket, moment, what="rule1 solution"):
        self.assertEqual(ticket.next_act_at, moment)
        self.assertEqual(self.acted(ticket, moment - SECOND), [])
        self.assertEqual(self.acted(ticket, moment), [what])
        self.assertEqual(self.acted(ticket, moment + timedelta(days=1)), [what], "once")
        self.assertStoredEqualsReplayed(ticket)

    def assertMoment(self, when, moment, do="{notify: [assignee]}"):
        self.assertActsAt(self.case(f"when: {{clock: solution, {when}}}, do: [{do}]"), moment)

    def fact(self, ticket, at, kind, **data):
        with freeze_time(at):
            ticket._record_fact(kind, data=data)

    def test_at_a_share_of_the_time(self):
        self.assertMoment("at: 50%", MONDAY + timedelta(hours=36))

    def test_at_the_deadline(self):
        self.assertMoment("at: 100%", DUE, "{escalate: supervisor}")

    def test_a_time_after_the_deadline(self):
        self.assertMoment("after_due: 90m", DUE + timedelta(minutes=90))

    def test_business_hours_after_the_deadline(self):
        self.assertMoment("after_due: 8bh", datetime(2026, 3, 6, 9, 0))

    def test_a_business_day_after_the_deadline(self):
        self.assertMoment("after_due: 1bd", datetime(2026, 3, 6, 16, 0))

    def test_a_time_before_the_deadline(self):
        self.assertMoment("before_due: 6h", DUE - timedelta(hours=6))

    def test_business_hours_before_the_deadline(self):
        self.assertMoment("before_due: 2bh", datetime(2026, 3, 4, 15, 0))

    def test_a_business_day_before_the_deadline(self):
        ticket = self.case("when: {clock: solution, before_due: 1bd}, do: [{notify: [assignee]}]")
        moment = ticket.next_act_at
        self.assertEqual(moment.date(), datetime(2026, 3, 4).date(), "the business day before Thursday")
        self.assertActsAt(ticket, moment)

    def test_calendar_days_after_the_deadline(self):
        # the end of the second calendar day after Thursday, at midnight in the office
        self.assertMoment("after_due: 2cd", datetime(2026, 3, 7, 23, 0))

    def test_calendar_days_before_the_deadline(self):
        ticket = self.case("when: {clock: solution, before_due: 1cd}, do: [{notify: [assignee]}]")
        moment = ticket.next_act_at
        self.assertLess(moment, DUE)
        self.assertGreaterEqual(moment, DUE - timedelta(days=2))
        self.assertActsAt(ticket, moment)

    def test_some_clocks_by_name(self):
        ticket = self.case("when: {clock: [acknowledgement, solution], at: 100%}, do: [{notify: [assignee]}]")
        self.assertEqual(self.acted(ticket, DUE), ["rule1 acknowledgement", "rule1 solution"])

    def test_a_legal_clock(self):
        ticket = self.case("when: {clock: legal_answer, at: 100%}, do: [{escalate: supervisor}]")
        self.assertActsAt(ticket, datetime(2026, 3, 17, 23, 0), "rule1 legal_answer")

    def test_the_time_of_a_stage(self):
        stages = SMALL_PACK["small/stages.yaml"].replace(
            "owner: assignee,", "owner: assignee, within: 24h,", 1
        )
        rule = "when: {clock: 'stage:investigating', at: 100%}, do: [{escalate: supervisor}]"
        ticket = self.case(rule, stages=stages)
        self.assertFalse(ticket.next_act_at)
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.move(ticket, "investigating")
        self.assertActsAt(ticket, MONDAY + timedelta(hours=25), "rule1 stage:investigating")

    def test_one_of_several_events(self):
        ticket = self.case("when: {event: [customer_message, refused]}, do: [{escalate: supervisor}]")
        self.fact(ticket, MONDAY + timedelta(hours=1), "refused")
        self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=1)), ["rule1 refused"])

    def test_an_amount(self):
        ticket = self.case(
            "when: {event: solution_proposed, amount: {min: 500}}, do: [{escalate: department}]"
        )
        for hours, amount, acted in ((1, 499, []), (2, 500, ["rule1 solution_proposed"])):
            self.fact(ticket, MONDAY + timedelta(hours=hours), "solution_proposed", amount=amount)
            self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=hours)), acted)

    def test_a_word(self):
        ticket = self.case("when: {event: customer_message, keyword: [lawyer]}, do: [{escalate: department}]")
        for hours, words, acted in ((1, [], []), (2, ["lawyer"], ["rule1 customer_message"])):
            self.fact(ticket, MONDAY + timedelta(hours=hours), "customer_message", keyword=words)
            self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=hours)), acted)

    def test_a_case_that_is_handed_back(self):
        ticket = self.case("when: {event: handed_over, back: {min: 1}}, do: [{escalate: department}]")
        for hours, team, acted in (
            (1, self.damage, []),
            (2, self.delivery, ["rule1 handed_over"]),
        ):
            with freeze_time(MONDAY + timedelta(hours=hours)):
                ticket.team_id = team
            self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=hours)), acted)

    def test_not_for_cases_that_are_left_out(self):
        rule = "unless: {category: [delivery]}, when: {clock: solution, at: 100%}, do: [{notify: [assignee]}]"
        self.assertEqual(self.acted(self.case(rule), DUE + timedelta(days=1)), [])

    def test_only_from_the_second_cycle_on(self):
        ticket = self.case(
            "match: {cycle: {min: 2}}, when: {clock: solution, at: 100%}, do: [{escalate: supervisor}]"
        )
        self.assertFalse(ticket.next_act_at)
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.move(ticket, "closed")
            self.move(ticket, "investigating")
        self.assertActsAt(ticket, DUE + timedelta(hours=1))

    def test_any_clock(self):
        ticket = self.case("when: {clock: any, at: 100%}, do: [{notify: [assignee]}]")
        self.assertEqual(
            self.acted(ticket, DUE),
            ["rule1 acknowledgement", "rule1 first_feedback", "rule1 solution"],
        )

    def test_a_pause_moves_the_moment(self):
        ticket = self.case("when: {clock: solution, at: 100%}, do: [{escalate: supervisor}]")
        self.fact(ticket, MONDAY + timedelta(hours=1), "paused", reason="waiting_customer")
        self.assertFalse(ticket.next_act_at)
        self.fact(ticket, MONDAY + timedelta(hours=6), "resumed")
        self.assertActsAt(ticket, DUE + timedelta(hours=5))

    def test_a_clock_met_in_time_raises_nothing(self):
        ticket = self.case("when: {clock: solution, at: 100%}, do: [{escalate: supervisor}]")
        self.fact(ticket, DUE, "solution_proposed")
        self.assertEqual(self.acted(ticket, DUE + timedelta(days=9)), [])

    def test_an_event(self):
        ticket = self.case("when: {event: customer_message}, do: [{escalate: supervisor}]")
        self.assertFalse(ticket.next_act_at)
        self.fact(ticket, MONDAY + timedelta(hours=1), "customer_message")
        self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=1)), ["rule1 customer_message"])
        self.assertEqual(ticket.escalation_level, "supervisor")

    def test_an_event_for_the_second_time(self):
        ticket = self.case("when: {event: reopened, count: 2}, do: [{escalate: department}]")
        for hours, acted in ((1, []), (2, ["rule1 reopened"])):
            with freeze_time(MONDAY + timedelta(hours=hours)):
                self.move(ticket, "closed")
                self.move(ticket, "investigating")
            self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=hours)), acted)
        self.assertStoredEqualsReplayed(ticket)

    def test_a_score(self):
        ticket = self.case("when: {event: rated, score: {max: 2}}, do: [{escalate: department}]")
        for hours, score, acted in ((1, 3, []), (2, 2, ["rule1 rated"])):
            self.fact(ticket, MONDAY + timedelta(hours=hours), "rated", score=score)
            self.assertEqual(self.acted(ticket, MONDAY + timedelta(hours=hours)), acted)

    def test_a_level_that_nobody_answers(self):
        rules = (
            "when: {event: customer_message}, do: [{escalate: supervisor}]",
            "when: {level: supervisor, unanswered: 4bh}, do: [{escalate: department}]",
        )
        ticket = self.case(*rules)
        raised = MONDAY + timedelta(hours=5)  # 15:00 in the office: two hours of that day and two of the next
        self.fact(ticket, raised, "customer_message")
        self.assertEqual(self.acted(ticket, raised), ["rule1 customer_message"])
        moment = datetime(2026, 3, 3, 10, 0)
        self.assertEqual(ticket.next_act_at, moment)
        self.assertEqual(self.acted(ticket, moment - SECOND), ["rule1 customer_message"])
        self.assertEqual(len(self.acted(ticket, moment)), 2)
        self.assertEqual(ticket.escalation_level, "department")
        self.assertStoredEqualsReplayed(ticket)

    def test_a_level_that_is_answered_goes_no_further(self):
        ticket = self.case(
            "when: {event: customer_message}, do: [{escalate: supervisor}]",
            "when: {level: supervisor, unanswered: 4h}, do: [{escalate: department}]",
        )
        self.fact(ticket, MONDAY, "customer_message")
        self.acted(ticket, MONDAY)
        self.fact(ticket, MONDAY + timedelta(hours=4) - SECOND, "escalation_answered")
        self.acted(ticket, MONDAY + timedelta(days=3))
        self.assertEqual(ticket.escalation_level, "supervisor")

    def test_only_for_cases_that_fit(self):
        ticket = self.case(
            "match: {category: billing}, when: {clock: solution, at: 100%}, do: [{escalate: supervisor}]",
            "unless: {category: delivery}, when: {clock: solution, at: 100%}, do: [{escalate: department}]",
        )
        self.assertEqual(self.acted(ticket, DUE), [])
        with freeze_time(DUE):
            ticket.category_id = self.ref_id("category", "billing")
        self.assertEqual(self.acted(ticket, DUE), ["rule1 solution", "rule2 solution"])
        self.assertEqual(ticket.escalation_level, "department")
