"""Investigations: facts, cause, responsibility, finding and the report (B2)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .common import files
from .solution_pack import CAUSES, TOPICS, SolutionCase


@tagged("post_install", "-at_install")
class TestInvestigation(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        departments = cls.env["hr.department"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Transport", "Warehouse")]
        )
        cls.transport, cls.warehouse = departments

    def investigation(self, **values):
        return (
            self.env["complaint.investigation"]
            .with_user(self.agent)
            .create({"ticket_id": self.ticket.id, **values})
        )

    def complete(self):
        return self.investigation(
            facts="<p>The box was wet.</p>",
            cause_id=self.ref_id("cause", "handover"),
            finding_id=self.ref_id("finding", "upheld"),
            share_ids=[
                (0, 0, {"department_id": self.transport.id, "percent": 60}),
                (0, 0, {"department_id": self.warehouse.id, "percent": 40}),
            ],
        )

    def test_b2_the_policy_brings_causes_as_a_tree_findings_and_remedies(self):
        terms = self.env["complaint.term"].search([("company_id", "=", self.company.id)])
        cause = terms.filtered(lambda term: term.policy_code == "handover")
        self.assertEqual(cause.display_name, "Process / Missing handover")
        self.assertEqual(cause.parent_id.policy_code, "process")
        self.assertEqual(
            terms.filtered(lambda term: term.kind == "finding").mapped("policy_code"),
            ["upheld", "not_upheld"],
        )
        self.assertTrue(terms.filtered(lambda term: term.policy_code == "refund").needs_amount)

    def test_a_cause_that_moves_in_the_tree_is_a_line_of_the_plan_and_the_record_follows(self):
        moved = CAUSES.replace("children: [{name: handover", "children: [{name: other").replace(
            "{name: product, title: {en: Product, zh_CN: 产品}}",
            "{name: product, title: {en: Product, zh_CN: 产品}, children: [{name: handover, "
            "title: {en: Missing handover, zh_CN: 交接遗漏}}]}",
        )
        changed = files(**{**TOPICS, "causes": moved})
        plan = self.env["complaint.release"]._plan(changed, "small", self.company)
        self.assertIn("~ cause handover parent process → product", plan.lines)
        self.apply(changed)
        cause = self.env["complaint.term"].browse(self.ref_id("cause", "handover"))
        self.assertEqual(cause.parent_id.policy_code, "product")

    def test_a_finding_that_goes_is_archived_and_kept_by_the_cases_that_have_it(self):
        self.complete()
        fewer = CAUSES.replace("  - {name: upheld, title: {en: Upheld, zh_CN: 投诉成立}}\n", "")
        changed = files(**{**TOPICS, "causes": fewer})
        plan = self.env["complaint.release"]._plan(changed, "small", self.company)
        self.assertIn("- finding upheld (archived; 1 ticket keeps it)", plan.lines)

    def test_nobody_changes_a_cause_by_hand(self):
        cause = self.env["complaint.term"].browse(self.ref_id("cause", "handover"))
        manager = self.new_user("boss", "helpdesk_mgmt.group_helpdesk_manager")
        with self.assertRaises(AccessError):
            cause.with_user(manager).parent_id = False

    def test_b2_a_report_is_ready_when_nothing_is_missing_and_the_register_says_so(self):
        investigation = self.complete()
        investigation.action_report_ready()
        self.assertEqual(investigation.state, "ready")
        self.assertEqual(self.facts(self.ticket)[-2:], ["investigated", "report_ready"])

    def test_b2_a_report_that_lacks_something_says_what(self):
        investigation = self.investigation()
        with self.assertRaisesRegex(UserError, "the facts, the root cause, the finding, the responsible dep"):
            investigation.action_report_ready()

    def test_b2_the_shares_of_the_departments_make_a_hundred(self):
        investigation = self.complete()
        investigation.share_ids[1].percent = 30
        with self.assertRaisesRegex(UserError, "100 %"):
            investigation.action_report_ready()
        with self.assertRaises(ValidationError):
            investigation.share_ids[1].percent = 50

    def test_a_report_that_is_ready_is_changed_only_after_saying_so(self):
        investigation = self.complete()
        investigation.action_report_ready()
        with self.assertRaises(UserError):
            investigation.facts = "<p>Something else.</p>"
        with self.assertRaises(UserError):
            investigation.share_ids[0].percent = 50
        investigation.action_amend()
        investigation.facts = "<p>Something else.</p>"

    def test_b2_the_case_shows_finding_cause_and_the_department_with_the_largest_share(self):
        self.complete()
        self.assertEqual(self.ticket.finding_id.policy_code, "upheld")
        self.assertEqual(self.ticket.cause_id.policy_code, "handover")
        self.assertEqual(self.ticket.responsible_department_id, self.transport)

    def test_b2_rules_see_the_responsible_department_and_the_register_when_it_changed(self):
        investigation = self.complete()
        self.assertEqual(self.ticket._engine_state().attributes["department"], "Transport")
        investigation.share_ids[0].percent = 20
        investigation.share_ids[1].percent = 80
        self.assertEqual(self.ticket._engine_state().attributes["department"], "Warehouse")
        self.assertEqual(self.facts(self.ticket)[-1], "classified")
        self.assertStoredEqualsReplayed(self.ticket)

    def test_a_category_with_a_department_gives_it_to_the_case_from_the_start(self):
        self.apply(
            files(
                categories="kind: categories\ncategories:\n"
                "  - {name: delay, team: Small delivery, department: Transport}\n"
            )
        )
        ticket = self.complaint(category="delay")
        self.assertEqual(ticket._engine_state().attributes["department"], "Transport")
        self.assertEqual(self.facts(ticket), ["received"])

    def test_b2_after_a_reopening_there_is_a_new_investigation_and_the_old_one_stays(self):
        first = self.complete()
        self.move(self.ticket, "closed")
        self.move(self.ticket, "investigating")
        action = self.ticket.with_user(self.agent).action_investigate()
        second = self.env["complaint.investigation"].browse(action["res_id"])
        self.assertEqual((first.cycle, second.cycle), (1, 2))
        self.assertEqual(self.ticket.cause_id, second.cause_id)

    def test_a_closed_case_is_not_investigated_before_it_is_reopened(self):
        self.move(self.ticket, "closed")
        with self.assertRaisesRegex(UserError, "Reopen it first"):
            self.ticket.with_user(self.leader).action_investigate()

    def test_a_cycle_has_one_investigation(self):
        self.investigation()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.investigation()

    def test_b2_the_preliminary_report_is_a_page_with_everything_in_it(self):
        investigation = self.complete()
        investigation.proposal = "A new parcel by Friday"
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("complaint_management.report_preliminary", investigation.ids)[0]
            .decode()
        )
        for words in (self.ticket.number, "The box was wet", "Missing handover", "Transport", "A new parcel"):
            self.assertIn(words, html)

    def test_who_may_not_read_the_case_reads_nothing_of_its_investigation(self):
        investigation = self.complete()
        investigation.write({"evidence_ids": [(0, 0, {"name": "photo", "file": b"YQ=="})]})
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        portal = self.new_user("portal", "base.group_portal")
        files_of = [("res_model", "=", "complaint.evidence"), ("res_field", "=", "file")]
        attachment = self.env["ir.attachment"].sudo().search(files_of, limit=1)
        self.assertTrue(attachment)
        for user in (stranger, self.employee, portal):
            for record in (investigation, investigation.share_ids, investigation.evidence_ids, attachment):
                with self.subTest(user=user.login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).read(["id", "create_date"])

    def test_who_may_only_read_the_case_writes_nothing(self):
        investigation = self.complete()
        reader = self.new_user("reader", "complaint_management.group_intake")
        with self.assertRaises(AccessError):
            investigation.with_user(reader).write({"facts": "x"})

    def test_the_state_is_set_by_the_button_alone(self):
        with self.assertRaises(AccessError):
            self.investigation(state="ready")
        with self.assertRaises(AccessError):
            self.investigation().state = "ready"

    def test_another_company_sees_nothing(self):
        investigation = self.complete()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        agent = self.env["res.users"].create(
            {
                "name": "Else",
                "login": "else@small.example",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
                "group_ids": [(6, 0, [self.env.ref("complaint_management.group_senior").id])],
            }
        )
        with self.assertRaises(AccessError):
            investigation.with_user(agent).with_context(allowed_company_ids=other.ids).read(["facts"])
