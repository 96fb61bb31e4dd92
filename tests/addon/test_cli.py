import io
import os
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from odoo.modules import load_script
from odoo.tests import tagged
from odoo.tools import config

from ...complaint_management.models.first_release import POLICIES
from .common import SMALL_PACK, ComplaintCase, edited


class CommandCase(ComplaintCase):
    """Runs the command's verbs inside the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.command = load_script(str(POLICIES.parent / "cli" / "complaint.py"), "odoo.cli.complaint")

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def library(self, policy_files=None):
        """Write policy files into a library and return the small pack's folder."""
        for path, content in (
            policy_files or {path: text.encode() for path, text in SMALL_PACK.items()}
        ).items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return self.folder / "small"

    def run_verb(self, *arguments):
        """(exit code, what was printed, what was said last) of a verb for the small company."""
        args = self.command.Complaint()._parse([str(argument) for argument in arguments])
        printed = io.StringIO()
        with redirect_stdout(printed):
            try:
                code, said = self.command.VERBS[args.verb](self.env, self.company, args), ""
            except self.command.Stop as stop:
                code, said = stop.code, str(stop)
        return code, printed.getvalue(), said


@tagged("post_install", "-at_install")
class TestVerbs(CommandCase):
    """`odoo complaint`: what it prints and the exit code that a script can build on."""

    def test_nothing_to_change_is_clean(self):
        code, printed, _said = self.run_verb("plan", self.library())
        self.assertEqual(code, 0)
        self.assertIn("Nothing to change: Small Company follows this policy (release: small 1).", printed)

    def test_a_plan_with_changes_gives_two(self):
        code, printed, _said = self.run_verb(
            "plan", self.library(edited("sla", ("within: 72h", "within: 48h")))
        )
        self.assertEqual(code, 2)
        self.assertEqual(
            printed.splitlines(),
            [
                "~ sla standard/solution within 72h → 48h",
                "Changes for Small Company, compared with release small 1: 1.",
            ],
        )

    def test_apply_prints_what_it_did(self):
        library = self.library(edited("sla", ("within: 72h", "within: 48h")))
        code, printed, _said = self.run_verb("apply", library, "--message", "customers wait too long")
        self.assertEqual(code, 0)
        self.assertIn("Small Company now follows release small 2.", printed)
        release = self.env["complaint.release"]._active(self.company)
        self.assertEqual((release.name, release.message), ("small 2", "customers wait too long"))

    def test_problems_are_printed_with_their_place(self):
        library = self.library(edited("sla", ("within: 72h", "wihtin: 72h")))
        for verb in ("plan", "apply"):
            code, printed, said = self.run_verb(verb, library)
            self.assertEqual(code, 1)
            self.assertRegex(printed, rf"{library}/sla\.yaml:\d+:\d+: error P102 .*did you mean")
            self.assertEqual(said, "Nothing was changed in Small Company.")
        self.assertEqual(self.env["complaint.release"]._active(self.company), self.release)

    def test_a_stale_plan_is_refused(self):
        library = self.library(edited("sla", ("within: 72h", "within: 48h")))
        self.assertEqual(self.run_verb("apply", library, "--expect", "small 1")[0], 0)
        library = self.library(edited("sla", ("within: 72h", "within: 60h")))
        code, _printed, said = self.run_verb("apply", library, "--expect", "small 1")
        self.assertEqual(code, 1)
        self.assertIn("The plan is stale", said)
        self.assertEqual(self.run_verb("apply", library, "--expect", "small 9")[0], 64)

    def test_what_is_exported_gives_an_empty_plan(self):
        code, printed, _said = self.run_verb("export", self.folder / "out")
        self.assertEqual(code, 0)
        self.assertIn("Its pack is in", printed)
        exported = {
            path.relative_to(self.folder / "out").as_posix(): path.read_text()
            for path in self.folder.glob("out/*/*")
        }
        self.assertEqual(exported, SMALL_PACK)
        self.assertEqual(self.run_verb("plan", self.folder / "out" / "small")[0], 0)

    def test_an_export_does_not_mix_with_other_files(self):
        self.library({**dict.fromkeys(SMALL_PACK, b""), "small/mine.yaml": b""})
        code, _printed, said = self.run_verb("export", self.folder)
        self.assertEqual(code, 1)
        self.assertIn("small/mine.yaml", said)
        self.assertEqual((self.folder / "small" / "sla.yaml").read_bytes(), b"", "nothing was written")

    def test_a_folder_that_is_not_there_is_wrong_usage(self):
        code, _printed, said = self.run_verb("plan", self.folder / "nowhere")
        self.assertEqual(code, 64)
        self.assertIn("no such file or folder", said)

    def test_wrong_arguments_give_sixty_four(self):
        for arguments in ([], ["plan"], ["nonsense"], ["plan", "x", "--company"]):
            with self.subTest(arguments=arguments), redirect_stderr(io.StringIO()):
                with self.assertRaises(SystemExit) as caught:
                    self.run_verb(*arguments)
                self.assertEqual(caught.exception.code, 64)

    def test_an_unknown_company_is_named_with_the_known_ones(self):
        args = self.command.Complaint()._parse(["plan", ".", "--company", "Nobody"])
        with self.assertRaisesRegex(
            self.command.Stop, "no company named Nobody. There are: .*Small Company"
        ) as caught:
            self.command._company(self.env, args)
        self.assertEqual(caught.exception.code, 64)


class ProcessCase(ComplaintCase):
    """Runs the command as a process of its own, on the committed database."""

    def run_command(self, *arguments):
        options = ["-c", config["config"]] if config["config"] and Path(config["config"]).exists() else []
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        for name, option in (
            ("PGHOST", "db_host"),
            ("PGPORT", "db_port"),
            ("PGUSER", "db_user"),
            ("PGPASSWORD", "db_password"),
        ):
            if config[option]:
                environment[name] = str(config[option])
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "odoo",
                f"--addons-path={','.join(config['addons_path'])}",
                "complaint",
                *arguments,
                *options,
            ],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@tagged("post_install", "-at_install")
class TestProcess(ProcessCase):
    def test_what_it_exports_it_would_not_change(self):
        with tempfile.TemporaryDirectory() as folder:
            database = ("-d", self.env.cr.dbname)
            done = self.run_command("export", folder, *database)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            pack = self.env["complaint.release"]._active(self.env.ref("base.main_company")).pack
            done = self.run_command("plan", f"{folder}/{pack}", *database)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertIn("Nothing to change", done.stdout)

    def test_an_unknown_database_is_a_sentence(self):
        done = self.run_command("plan", str(POLICIES / "general"), "-d", "there_is_no_such_database")
        self.assertEqual(done.returncode, 64)
        self.assertIn("Database there_is_no_such_database cannot be opened", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
