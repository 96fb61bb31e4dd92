"""The headline from a git checkout: an administrator changes "solution 72h" to "48h", sees the mistake they
typed, sees which open complaints would change and which of the last quarter would have been late, applies it,
and goes back."""

import re
import subprocess
import tempfile
from pathlib import Path

from freezegun import freeze_time
from odoo.tests import tagged

from .test_cli import CommandCase, ProcessCase


class History(CommandCase):
    """The main company with three months of complaints under the general pack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        agents = cls.agent + cls.leader
        cls.company = cls.env.ref("base.main_company")
        agents.sudo().write({"company_ids": [(4, cls.company.id)]})
        allowed = [*cls.env.context["allowed_company_ids"], cls.company.id]
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": allowed})
        cls.first = cls.env["complaint.release"]._active(cls.company)
        cls.cases = cls.env["helpdesk.ticket"]._play_demo_history(agents.ids)

    def active(self):
        return self.env["complaint.release"]._active(self.company)

    def write_limit(self, new):
        """Replace the 72 hours of the checkout's solution clock, as an editor would."""
        path = self.checkout / "general" / "sla.yaml"
        path.write_bytes(
            self.first.sources["general/sla.yaml"].encode().replace(b"within: 72h", new.encode())
        )


@tagged("post_install", "-at_install")
class TestChangeARuleInAShell(History):
    def setUp(self):
        super().setUp()
        self.checkout = self.folder / "policies"
        self.run_verb("export", self.checkout)
        self.pack = self.checkout / "general"

    def test_change_a_rule_without_fear(self):
        self.assertEqual(self.run_verb("plan", self.pack)[0], 0, "the checkout says what is in force")

        self.write_limit("wihtin: 48h")
        code, printed, said = self.run_verb("plan", self.pack)
        self.assertEqual(code, 1)
        line = self.first.sources["general/sla.yaml"].split("within: 72h")[0].count("\n") + 1
        self.assertRegex(printed, rf"{self.pack}/sla\.yaml:{line}:\d+: error P102 .*did you mean 'within'")
        self.assertIn("Nothing was changed", said)

        self.write_limit("within: 48h")
        plan = self.folder / "quicker.plan"
        code, printed, _said = self.run_verb("plan", self.pack, "--dry-run", "--out", plan)
        self.assertEqual(code, 2)
        self.assertEqual(printed.splitlines()[0], "~ sla standard/solution within 72h → 48h")

        code, printed, _said = self.run_verb("what-if", self.pack)
        self.assertEqual(code, 0)
        before, after = map(int, re.search(r"^Solution: late (\d+) → (\d+) of \d+$", printed, re.M).groups())
        self.assertGreater(after, before)
        changes = re.findall(r"^  (\S+) Solution: (\S+ \S+) → (\S+ \S+)$", printed, re.M)
        self.assertTrue(changes, "open complaints with their old and new deadline")
        self.assertTrue(all(new < old for _number, old, new in changes))
        self.assertEqual(self.active(), self.first, "looking changes nothing")

        code, _printed, _said = self.run_verb("apply", plan, "-m", "Customers wait too long")
        self.assertEqual(code, 0)
        second = self.active()
        self.assertEqual(
            (second.version, second.message), (self.first.version + 1, "Customers wait too long")
        )
        number = changes[0][0]
        case = self.env["helpdesk.ticket"].search(
            [("number", "=", number), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(case.release_id, self.first, "an open complaint keeps its promise")

        case._reprice(second)
        clock = case.current_milestone_ids.filtered(lambda one: one.name == "solution")
        self.assertEqual(f"{clock.due_at:%Y-%m-%d %H:%M}", changes[0][2], "as the what-if said")
        self.assertStoredEqualsReplayed(case)

        self.write_limit("within: 72h")
        code, printed, _said = self.run_verb("apply", self.pack, "-m", "Back")
        self.assertEqual(code, 0)
        self.assertIn("~ sla standard/solution within 48h → 72h", printed)
        self.assertEqual(self.active().sources, self.first.sources)
        self.assertEqual(self.run_verb("apply", plan)[0], 1, "the kept plan is stale now")
        case._reprice(self.active())
        self.assertEqual(f"{clock.due_at:%Y-%m-%d %H:%M}", changes[0][1])

    def test_with_the_clock_of_another_day_the_plan_is_the_same(self):
        self.write_limit("within: 48h")
        plan = self.folder / "quicker.plan"
        self.run_verb("plan", self.pack, "--out", plan)
        with freeze_time("2027-02-01 08:00:00"):
            self.assertEqual(self.run_verb("apply", plan)[0], 0)


@tagged("post_install", "-at_install")
class TestChangeARuleInAProcess(ProcessCase):
    """The verbs that only look, as processes of their own, from a real git checkout."""

    def test_plan_and_what_if_from_a_git_checkout(self):
        def git(*arguments):
            identity = ("-c", "user.name=Pat", "-c", "user.email=pat@example.com")
            command = ["git", *identity, "-C", folder, *arguments]
            return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

        with tempfile.TemporaryDirectory() as folder:
            database = ("-d", self.env.cr.dbname)
            self.assertEqual(self.run_command("export", folder, *database).returncode, 0)
            git("init", "--quiet")
            git("add", ".")
            git("commit", "--quiet", "-m", "As in force")
            self.env.flush_all()
            release = self.env["complaint.release"]._active(self.env.ref("base.main_company"))
            path = Path(folder) / release.pack / "sla.yaml"
            path.write_bytes(path.read_bytes().replace(b"within: 72h", b"within: 48h"))
            self.assertIn("48h", git("diff"))
            done = self.run_command("plan", str(path.parent), "--dry-run", *database)
            self.assertEqual((done.returncode, done.stderr), (2, ""), done.stdout)
            self.assertIn("~ sla standard/solution within 72h → 48h", done.stdout)
            self.assertIn("taken back; nothing has changed", done.stdout)
            done = self.run_command("what-if", str(path.parent), *database)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertIn("Cases received since", done.stdout)
            git("checkout", "--quiet", ".")
            done = self.run_command("plan", str(path.parent), *database)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
