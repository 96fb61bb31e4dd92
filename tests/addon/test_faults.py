"""Each consequence once and no message lost, whatever is killed, restarted or refused: the short form of
`scripts/faults`, with real processes that kill -9 ends."""

import json
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

PROGRAM = Path(__file__).with_name("faults.py")


@tagged("post_install", "-at_install", "complaint_faults")
class TestFaults(BaseCase):
    """What the run makes stays in the test database, in a company of its own, with nothing left to do."""

    def run_it(self, *options):
        address = [f"--db-port={config['db_port']}"] if config["db_port"] else []
        command = [
            sys.executable,
            str(PROGRAM),
            get_db_name(),
            "--json",
            f"--addons-path={','.join(config['addons_path'])}",
            *address,
            *options,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr[-2000:])
        return json.loads(done.stdout.splitlines()[-1])

    def assertSound(self, report):
        for kind in ("facts", "notices", "activities", "messages"):
            with self.subTest(kind):
                self.assertEqual(report[kind]["once"], report[kind]["wanted"])
                self.assertEqual((report[kind]["twice"], report[kind]["strange"]), (0, 0))
        wire = report["wire"]
        self.assertEqual((wire["messages_lost"], wire["notices_lost"], wire["not_sent"]), (0, 0, 0))
        self.assertLessEqual(
            wire["repeated"], report["kills"] + report["died"], "at most the one in hand at a kill"
        )
        self.assertEqual((report["not_as_replayed"], report["set_aside"]), (0, 0))

    def test_killed_processes_lose_nothing_and_repeat_nothing(self):
        report = self.run_it("--cases=60", "--kills=5", "--workers=2", "--batch=10")
        self.assertEqual(report["kills"], 5)
        self.assertSound(report)

    def test_what_the_mail_server_refuses_is_sent_when_it_recovers(self):
        report = self.run_it("--cases=20", "--kills=0", "--workers=2", "--batch=10", "--refuse")
        self.assertGreater(report["refused"], 0)
        self.assertSound(report)
