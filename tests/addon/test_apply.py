import hashlib

from odoo import api
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL

from ...complaint_management.models.apply import LOCK
from ...complaint_management.models.release_sources import PolicyProblems, StalePlan
from .common import ComplaintCase, edited, files

TABLES = (
    "complaint_release",
    "complaint_release_document",
    "complaint_term",
    "helpdesk_ticket_category",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_channel",
    "helpdesk_ticket_team",
    "mail_alias",
)
FASTER = (("within: 72h", "within: 48h"),)


@tagged("post_install", "-at_install")
class TestApply(ComplaintCase):
    """Applying brings the records to what the policy says, or changes nothing."""

    def stage(self, code):
        return self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", code))

    def owned(self, model, code):
        records = self.env[model].with_context(active_test=False)
        return records.search([("company_id", "=", self.company.id), ("policy_code", "=", code)])

    def everything(self):
        """A digest of all tables that applying writes."""
        self.env.flush_all()
        found = hashlib.sha256()
        for table in TABLES:
            rows = self.env.execute_query(SQL("SELECT t::text FROM %s t ORDER BY id", SQL.identifier(table)))
            found.update(repr((table, rows)).encode())
        return found.hexdigest()

    # ------------------------------------------------------------------ records

    def test_stages_follow_the_policy(self):
        stages = self.env["helpdesk.ticket.stage"].search(
            [("company_id", "=", self.company.id), ("for_complaints", "=", True)]
        )
        self.assertEqual(
            stages.mapped("policy_code"),
            ["received", "acknowledged", "investigating", "proposed", "communicated", "closed", "set_aside"],
        )
        self.assertEqual(stages.filtered("closed").mapped("policy_code"), ["closed", "set_aside"])
        self.assertEqual(stages.filtered("unattended").mapped("policy_code"), ["received"])
        self.assertFalse(stages.mail_template_id or stages.rating_mail_template_id)

    def test_categories_form_the_policys_tree_with_teams(self):
        damage, delay = (
            self.owned("helpdesk.ticket.category", "damage"),
            self.owned("helpdesk.ticket.category", "delay"),
        )
        self.assertEqual(damage.complete_name, "Delivery / Damage")
        self.assertEqual(damage._complaint_team(), self.damage)
        self.assertEqual(delay._complaint_team(), self.delivery, "the nearest team up the tree")

    def test_severities_know_their_rank(self):
        severities = self.env["complaint.term"].search(
            [("kind", "=", "severity"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            severities.mapped(lambda one: (one.policy_code, one.priority)),
            [("low", 0), ("normal", 1), ("high", 2), ("critical", 3)],
        )

    def test_a_mailbox_makes_cases_of_its_type(self):
        self.assertEqual(self.intake.alias_name, "small-complaints")
        self.assertEqual(
            self.intake.alias_defaults,
            repr(
                {
                    "team_id": self.intake.id,
                    "channel_id": self.ref_id("channel", "email"),
                    "case_type_id": self.ref_id("case_type", "complaint"),
                }
            ),
        )

    def test_a_mailbox_moves_and_closes_with_the_policy(self):
        self.apply(edited("channels", ("alias: small-complaints", "alias: small-voice")))
        self.assertEqual(self.intake.alias_name, "small-voice")
        self.assertIn("case_type_id", self.intake.alias_defaults, "mail to the new address is a case, too")
        self.apply(
            edited(
                "channels", (", mailbox: {alias: small-complaints, team: Small intake, type: complaint}", "")
            )
        )
        self.assertFalse(self.intake.alias_name)
        self.assertNotIn("case_type_id", self.intake.alias_defaults)

    def test_an_address_that_somebody_else_has_is_left_alone(self):
        taken = self.delivery
        taken.alias_name = "small-voice"
        release = self.apply(edited("channels", ("alias: small-complaints", "alias: small-voice")))
        self.assertIn("! mailbox small-voice of team Small intake stays closed", release.plan)
        self.assertEqual(taken.alias_name, "small-voice")
        taken.alias_name = False
        plan = self.env["complaint.release"]._plan(
            edited("channels", ("alias: small-complaints", "alias: small-voice")), "small", self.company
        )
        self.assertEqual(plan.lines, ["+ mailbox small-voice of team Small intake"])

    def test_a_team_is_found_by_its_name_in_any_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.delivery.with_context(lang="zh_CN").name = "配送组"
        self.apply(edited("categories", ("team: Small delivery", "team: 配送组")))
        self.assertEqual(self.owned("helpdesk.ticket.category", "delivery").complaint_team_id, self.delivery)

    # ------------------------------------------------------------------ coming and going

    def test_what_goes_is_archived_and_what_comes_back_is_the_same_record(self):
        billing = self.owned("helpdesk.ticket.category", "billing")
        ticket = self.complaint(category="billing")
        line = "  - {name: billing, title: {en: Billing, zh_CN: 账单}, team: Small intake}\n"
        self.apply(edited("categories", (line, "")))
        self.assertFalse(billing.active)
        self.assertEqual(ticket.category_id, billing)
        release = self.apply(files())
        self.assertTrue(billing.active)
        self.assertEqual(self.owned("helpdesk.ticket.category", "billing"), billing)
        self.assertIn("+ category billing (taken out of the archive)", release.plan)

    def test_a_rename_keeps_the_record_and_its_tickets(self):
        stage, ticket = self.stage("proposed"), self.complaint()
        self.move(ticket, "proposed")
        renamed = edited(
            "stages",
            ("{name: proposed,", "{name: offered, was: proposed,"),
            ("next: [proposed, ", "next: [offered, "),
        )
        self.apply(renamed)
        self.assertEqual((stage.policy_code, stage.name, stage.active), ("offered", "Offered", True))
        self.assertEqual(ticket.stage_id, stage)
        self.assertFalse(
            self.env["complaint.release"]._plan(renamed, "small", self.company), "a rename is done once"
        )

    def test_a_category_that_moves_in_the_tree_stays_the_same_record(self):
        delay = self.owned("helpdesk.ticket.category", "delay")
        text = "      - {name: delay, title: {en: Delay, zh_CN: 延误}}\n"
        end = "  - {name: billing, title: {en: Billing, zh_CN: 账单}, team: Small intake}\n"
        self.apply(
            edited(
                "categories", (text, ""), (end, end + "  - {name: delay, title: {en: Delay, zh_CN: 延误}}\n")
            )
        )
        self.assertEqual(self.owned("helpdesk.ticket.category", "delay"), delay)
        self.assertFalse(delay.parent_id)

    def test_applying_the_same_again_does_nothing(self):
        before = self.everything()
        self.assertFalse(self.apply(files()))
        self.assertEqual(self.everything(), before)

    # ------------------------------------------------------------------ languages

    def test_titles_are_written_in_active_languages_and_the_rest_when_they_become_active(self):
        stage = self.owned("helpdesk.ticket.channel", "email")
        self.env.cr.execute("SELECT name FROM helpdesk_ticket_channel WHERE id = %s", [stage.id])
        self.assertEqual(self.env.cr.fetchone()[0], {"en_US": "E-mail"})
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertEqual(stage.with_context(lang="zh_CN").name, "电子邮件")
        self.assertEqual(stage.with_context(lang="en_US").name, "E-mail")
        self.assertEqual(self.owned("complaint.term", "inquiry").with_context(lang="zh_CN").name, "咨询")
        self.assertFalse(self.env["complaint.release"]._plan(files(), "small", self.company))

    def test_the_language_wizard_writes_them_too(self):
        language = self.env["res.lang"].with_context(active_test=False).search([("code", "=", "zh_CN")])
        self.env["base.language.install"].create({"lang_ids": [(6, 0, language.ids)]}).lang_install()
        self.assertEqual(self.owned("complaint.term", "complaint").with_context(lang="zh_CN").name, "投诉")

    # ------------------------------------------------------------------ all or nothing

    def test_a_bad_policy_leaves_everything_as_it_was(self):
        before = self.everything()
        for changed in (
            edited("sla", ("within: 72h", "wihtin: 48h")),
            edited("sla", ("until: solution_proposed, within: 72h", "until: nothing_known, within: 72h")),
            files(pack=None),
            {**files(), "small/sla.yaml": b"\xff\xfe"},
            {**files(), "small/sla.yaml": b"[" * 100_000},
        ):
            with self.assertRaises(PolicyProblems) as caught:
                self.apply(changed)
            self.assertTrue(caught.exception.problems)
            self.assertIn("small/", str(caught.exception))
            self.assertEqual(self.everything(), before)

    def test_a_failure_half_way_leaves_everything_as_it_was(self):
        before = self.everything()
        refs = self.release._refs()
        self.patch(type(self.env["complaint.release"]), "_supersede", self._fail)
        with self.assertRaises(ZeroDivisionError):
            self.apply(edited("categories", ("{name: billing,", "{name: charges,")))
        self.assertEqual(self.everything(), before)
        self.assertEqual(self.release._refs(), refs)

    @staticmethod
    def _fail(_self):
        raise ZeroDivisionError

    # ------------------------------------------------------------------ two people at once

    def test_a_plan_made_before_somebody_elses_apply_is_stale(self):
        plan = self.env["complaint.release"]._plan(edited("sla", *FASTER), "small", self.company)
        self.apply(edited("sla", ("within: 72h", "within: 60h")))
        before = self.everything()
        with self.assertRaisesRegex(StalePlan, "The plan is stale"):
            self.env["complaint.release"]._apply(
                edited("sla", *FASTER), "small", self.company, expected=plan.base
            )
        self.assertEqual(self.everything(), before)

    def test_somebody_who_applies_at_this_very_moment_wins(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        with self.registry.cursor() as other:
            other.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, company.id])
            self.assertTrue(other.fetchone()[0])
            with self.assertRaises(StalePlan):
                self.apply(files(), company)
        self.assertTrue(self.apply(files(), company))

    # ------------------------------------------------------------------ over RPC

    def test_a_policy_admin_plans_and_applies(self):
        admin = self.new_user("admin", "complaint_management.group_policy_admin")
        texts = {path: content.decode() for path, content in edited("sla", *FASTER).items()}
        releases = self.env["complaint.release"].with_user(admin)
        plan = releases.plan_policy("small", texts)
        self.assertEqual(plan["lines"], ["~ sla standard/solution within 72h → 48h"])
        self.assertEqual(plan["base"], self.release.id)
        release = releases.browse(
            releases.apply_policy("small", texts, "customers wait too long", plan["base"])
        )
        self.assertEqual((release.user_id, release.message), (admin, "customers wait too long"))
        with self.assertRaises(StalePlan):
            releases.apply_policy("small", texts, "again", plan["base"])

    def test_others_do_not(self):
        for user in (
            self.agent,
            self.leader,
            self.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager"),
        ):
            releases = self.env["complaint.release"].with_user(user)
            with self.assertRaises(AccessError):
                releases.plan_policy("small", {})
            with self.assertRaises(AccessError):
                releases.apply_policy("small", {})

    # ------------------------------------------------------------------ size

    def test_hundreds_of_categories_cost_hardly_more_queries_than_a_few(self):
        def queries(count):
            lines = ["kind: categories", "categories:"]
            for group in range(count // 10):
                children = ", ".join(f"{{name: c{count}_{group}_{index}}}" for index in range(10))
                lines.append(f"  - {{name: group_{count}_{group}, children: [{children}]}}")
            before = self.env.cr.sql_log_count
            self.apply(files(categories="\n".join(lines)))
            return self.env.cr.sql_log_count - before

        few, many = queries(20), queries(500)
        self.assertLess(many, few + 15)


@tagged("post_install", "-at_install")
class TestTwoAppliers(BaseCase):
    """With real connections and commits; what it makes stays in the test database."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            company = self.env_of(cr)["res.company"].create({"name": f"Two Appliers {cr.now()}"})
            self.company_id = company.id

    def env_of(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def apply(self, cr, limit):
        """Apply the small pack with another limit, and without the mailbox that other tests want to have."""
        channels = {"small/channels.yaml": b"kind: channels\nchannels: [{name: phone}]\n"}
        env = self.env_of(cr)
        company = env["res.company"].browse(self.company_id)
        policy_files = edited("sla", ("within: 72h", f"within: {limit}")) | channels
        return env["complaint.release"]._apply(policy_files, "small", company)

    def loser(self):
        """What becomes of somebody whose transaction began before another one applied and committed."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")  # the second transaction has its view of the database now
            self.apply(first, "48h")
            first.commit()
            with self.assertRaisesRegex(StalePlan, "The plan is stale"):
                self.apply(second, "60h")
            second.rollback()
        with self.registry.cursor() as cr:
            releases = self.env_of(cr)["complaint.release"].search([("company_id", "=", self.company_id)])
            return releases.mapped("state")

    def test_of_two_first_releases_the_second_is_told(self):
        self.assertEqual(self.loser(), ["active"])

    def test_of_two_next_releases_the_second_is_told(self):
        with self.registry.cursor() as cr:
            self.apply(cr, "72h")
        self.assertEqual(self.loser(), ["active", "superseded"])
