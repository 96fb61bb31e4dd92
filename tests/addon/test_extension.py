"""More time (B12): as the policy allows, with a reason, approved by rank, never too late and never for
ever."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import files
from .solution_pack import APPROVALS, TOPICS, SolutionCase

EXTENSIONS = """
kind: extensions
extensions:
  - name: hard
    title: {en: More time for a hard case, zh_CN: 复杂案件延期}
    match: {complexity: complex}
    clocks: solution
    by: 2bd
    at_most: 4bd
    approval: more_time
    require: [reason]
  - {name: own, match: {complexity: standard}, clocks: solution, by: 24h, at_most: 24h, require: [reason]}
"""
STEPS = """
  - name: more_time
    title: {en: More time, zh_CN: 延期审批}
    steps: [{by: analysts}, {by: deciders, match: {severity: critical}}]
"""


class ExtensionCase(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        topics = {**TOPICS, "approvals": APPROVALS + STEPS, "extensions": EXTENSIONS}
        cls.apply(files(**topics))

    def case(self, at="2026-03-02 09:00:00", **values):
        """A hard case that is investigated; its solution is due on Monday, March 9, at 17:00."""
        with freeze_time(at):
            ticket = self.complaint(category="damage", user_id=self.agent.id, **values)
            self.move(ticket, "investigating")
        return ticket

    def ask(self, ticket, reason="The laboratory needs longer.", user=None):
        row, entry = ticket._extension_choices()[0]
        return ticket.with_user(user or self.agent)._ask_more_time(row, entry, reason)

    def due(self, ticket):
        ticket.invalidate_recordset()
        return self.clocks(ticket)["solution"]


@tagged("post_install", "-at_install")
class TestExtension(ExtensionCase):
    def test_b12_it_counts_once_the_rank_has_agreed(self):
        ticket = self.case()
        before = self.due(ticket)
        with freeze_time("2026-03-04 09:00:00"):
            asked = self.ask(ticket)
            self.assertEqual(self.due(ticket), before, "asking moves nothing")
            clock = ticket.current_milestone_ids.filtered(lambda one: one.name == "solution")
            self.assertEqual(clock.extended, "asked for 2bd")
            self.assertIn("waits for Ana Lyst", ticket.with_user(self.agent).extension_words)
            asked.with_user(self.analyst).action_approve()
        self.assertEqual(asked.state, "granted")
        self.assertEqual(self.due(ticket), ("running", "2026-03-11 16:00:00"))
        self.assertEqual(clock.extended, "extended by 2bd")
        self.assertEqual(self.facts(ticket)[-2:], ["decided", "extended"])
        self.assertEqual(ticket.event_ids.filtered(lambda one: one.kind == "extended").data["by"], "2bd")
        self.assertStoredEqualsReplayed(ticket)

    def test_b12_where_nobody_has_to_agree_it_counts_at_once(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self.complaint(category="delay", user_id=self.agent.id)
            before = self.due(ticket)
            self.assertEqual(self.ask(ticket).state, "granted")
        self.assertNotEqual(self.due(ticket), before)

    def test_b12_never_without_a_reason_and_only_what_the_policy_allows(self):
        ticket = self.case()
        with freeze_time("2026-03-04 09:00:00"):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.ask(ticket, reason="  ")
            names = [row.name for row, _entry in ticket._extension_choices()]
            self.assertEqual(names, ["solution"], "the legal clock is not among them")

    def test_b12_the_hard_maximum_holds(self):
        ticket = self.case()
        with freeze_time("2026-03-04 09:00:00"):
            for _turn in range(2):
                self.ask(ticket).with_user(self.analyst).action_approve()
                ticket.invalidate_recordset()
            self.assertEqual(self.due(ticket), ("running", "2026-03-13 16:00:00"))
            with self.assertRaisesRegex(UserError, "hard maximum"):
                ticket.with_user(self.agent).action_more_time()

    def test_b12_after_the_deadline_no_more_time_is_asked_for(self):
        ticket = self.case()
        with freeze_time("2026-03-09 16:00:01"), self.assertRaisesRegex(UserError, "has passed"):
            ticket.with_user(self.agent).action_more_time()

    def test_b12_an_approval_that_comes_too_late_moves_nothing(self):
        ticket = self.case()
        with freeze_time("2026-03-09 15:00:00"):
            asked = self.ask(ticket)
        with freeze_time("2026-03-09 17:00:00"):
            asked.with_user(self.analyst).action_approve()
        self.assertEqual(asked.state, "void")
        self.assertEqual(self.due(ticket), ("running", "2026-03-09 16:00:00"))
        self.assertNotIn("extended", self.facts(ticket))

    def test_b12_each_rank_decides_in_turn(self):
        ticket = self.case(scope_id=self.ref_id("scope", "public"))
        with freeze_time("2026-03-04 09:00:00"):
            asked = self.ask(ticket)
            with self.assertRaises(AccessError):
                asked.with_user(self.decider).action_approve()
            asked.with_user(self.analyst).action_approve()
            self.assertEqual(asked.state, "asked")
            with self.assertRaises(AccessError):
                asked.with_user(self.analyst).action_approve()
            asked.with_user(self.second).action_approve()
        self.assertEqual(asked.state, "granted")

    def test_who_asks_or_has_the_case_does_not_decide(self):
        ticket = self.case()
        ticket.user_id = self.analyst
        with (
            freeze_time("2026-03-04 09:00:00"),
            self.assertRaisesRegex(UserError, "nobody of them can decide"),
        ):
            self.ask(ticket, user=self.leader)

    def test_a_refusal_needs_a_reason_and_leaves_the_deadline(self):
        ticket = self.case()
        with freeze_time("2026-03-04 09:00:00"):
            asked = self.ask(ticket)
            before = self.due(ticket)
            with self.assertRaisesRegex(UserError, "Say why"):
                asked.with_user(self.analyst)._decide(False, "")
            asked.with_user(self.analyst)._decide(False, "The data are there.")
        self.assertEqual((asked.state, self.due(ticket)), ("refused", before))

    def test_nobody_forges_a_request_or_a_decision(self):
        ticket = self.case()
        values = {"ticket_id": ticket.id, "company_id": self.company.id, "cycle": 1, "clock": "solution"}
        values.update(policy_code="hard", by="99bd", reason="x", author_id=self.agent.id, state="granted")
        with self.assertRaises(UserError):
            self.env["complaint.extension"].with_user(self.agent).create(values)
        with freeze_time("2026-03-04 09:00:00"):
            asked = self.ask(ticket)
            for user in (self.agent, self.employee, self.decider):
                with self.assertRaises(AccessError):
                    asked.with_user(user).write({"state": "granted"})
                with self.assertRaises(AccessError):
                    asked.with_user(user).action_approve()

    def test_the_window_proposes_what_the_policy_gives_and_says_who_must_agree(self):
        ticket = self.case()
        with freeze_time("2026-03-04 09:00:00"):
            action = ticket.with_user(self.agent).action_more_time()
            wizard = self.env["complaint.extend"].with_user(self.agent).with_context(**action["context"])
            with Form(wizard) as form:
                self.assertEqual(form.milestone_id.name, "solution")
                self.assertIn("2bd more, 4bd in all", form.preview)
                self.assertIn("Analysts agree", form.preview)
                form.reason = "The laboratory needs longer."
            form.record.action_ask()
        self.assertEqual(ticket.extension_ids.state, "asked")


@tagged("post_install", "-at_install")
class TestExtensionPage(ExtensionCase, HttpCase):
    def test_b12_the_approver_decides_by_the_link_in_the_mail(self):
        ticket = self.complaint(category="damage", user_id=self.agent.id)
        asked = self.ask(ticket)
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", self.analyst.email)], order="id desc", limit=1
        )
        self.assertIn("/complaints/extend/", mail.body_html)
        url = asked._decision_url(self.analyst).split("/complaints/", 1)[1]
        page = self.url_open(f"/complaints/{url}")
        self.assertIn("Do you grant more time?", page.text)
        self.assertIn("The laboratory needs longer.", page.text)
        self.assertEqual(asked.state, "asked", "opening it decides nothing")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        page = self.url_open(f"/complaints/{url}", data={"csrf_token": token, "decision": "reject"})
        self.assertIn("Say why", page.text)
        page = self.url_open(f"/complaints/{url}", data={"csrf_token": token, "decision": "approve"})
        self.assertIn("More time is granted", page.text)
        asked.invalidate_recordset()
        self.assertEqual((asked.state, asked.decided_by_id), ("granted", self.analyst))

    def test_a_link_of_somebody_who_may_not_decide_decides_nothing(self):
        asked = self.ask(self.complaint(category="damage", user_id=self.agent.id))
        url = asked._decision_url(self.employee).split("/complaints/", 1)[1]
        self.assertIn("Nothing is left to decide", self.url_open(f"/complaints/{url}").text)
        self.assertEqual(self.url_open("/complaints/extend/forged").status_code, 404)
