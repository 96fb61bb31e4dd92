from odoo.exceptions import UserError
from odoo.tests import tagged

from ...complaint_management.models.release_sources import PolicyProblems
from .common import ComplaintCase, edited, files


@tagged("post_install", "-at_install")
class TestDryRun(ComplaintCase):
    """A dry run really applies a policy, and takes it back without a trace."""

    COUNTED = (
        "complaint.release",
        "complaint.term",
        "helpdesk.ticket.stage",
        "helpdesk.ticket.category",
        "helpdesk.ticket.channel",
        "helpdesk.ticket.team",
        "mail.alias",
        "mail.message",
        "mail.mail",
        "ir.attachment",
    )

    def dry_run(self, policy_files):
        return self.env["complaint.release"]._dry_run(policy_files, "small", self.company)

    def counted(self):
        return {
            model: self.env[model].with_context(active_test=False).search_count([]) for model in self.COUNTED
        }

    def much_changed(self):
        categories = edited(
            "categories",
            ("name: billing,", "name: charges, was: billing,"),
            ("team: Small damage", "team: Small wreckage"),
        )
        channels = edited("channels", ("alias: small-complaints", "alias: small-grievances"))
        return {
            **channels,
            "small/categories.yaml": categories["small/categories.yaml"],
            "small/tiers.yaml": b"kind: tiers\ntiers: [{name: vip}]\n",
        }

    def test_it_says_what_would_happen_and_that_it_would_work(self):
        found = self.dry_run(self.much_changed())
        self.assertEqual((found["release"], found["rest"]), ("small 2", []))
        self.assertIn("~ category billing → charges (renamed)", found["lines"])

    def test_nothing_stays(self):
        before = self.counted()
        refs = dict(self.env["complaint.release"]._active(self.company)._refs())
        self.dry_run(self.much_changed())
        self.assertEqual(self.counted(), before)
        active = self.env["complaint.release"]._active(self.company)
        self.assertEqual(active, self.release)
        self.assertEqual(active.state, "active")
        self.assertEqual(dict(active._refs()), refs)
        category = self.env["helpdesk.ticket.category"].browse(refs["category", "billing"])
        self.assertEqual(category.policy_code, "billing")

    def test_nothing_is_queued_for_after_the_commit_and_what_was_stays_queued(self):
        queued = self.env.cr.postcommit
        called = []
        queued.add(lambda: called.append("mine"))
        waiting = list(queued._funcs)
        told = set(self.env.registry.cache_invalidated)
        self.dry_run(self.much_changed())
        self.assertIs(self.env.cr.postcommit, queued)
        self.assertEqual(list(queued._funcs), waiting)
        self.assertLessEqual(self.env.registry.cache_invalidated, told, "no other server is told")

    def test_what_was_done_before_in_the_transaction_stays(self):
        ticket = self.complaint(category="delay")
        ticket.name = "Changed before the dry run"
        self.dry_run(self.much_changed())
        self.assertEqual(ticket.name, "Changed before the dry run")
        self.assertEqual(self.facts(ticket), ["received"])

    def test_the_same_policy_would_make_no_release(self):
        found = self.dry_run(files())
        self.assertEqual((found["lines"], found["release"]), ([], False))

    def test_it_fails_as_applying_would(self):
        with self.assertRaises(PolicyProblems):
            self.dry_run(edited("sla", ("within: 72h", "wihtin: 72h")))
        self.complaint(category="delay")
        parked = edited("stages", ("  - {name: received, ", "  - {name: taken_in, "))
        with self.assertRaisesRegex(UserError, "cannot be archived"):
            self.dry_run(parked)
        self.assertEqual(self.env["complaint.release"]._active(self.company), self.release)

    def test_after_it_the_policy_can_be_applied(self):
        changed = self.much_changed()
        self.dry_run(changed)
        self.assertEqual(self.apply(changed).name, "small 2")
