"""Each consequence once and no message lost, whatever is killed, restarted or refused: the short form of
`scripts/faults`, with real processes that kill -9 ends."""

import json
import subprocess
import sys
from pathlib import Path

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

PROGRAM = Path(__file__).with_name("faults.py")


@tagged("post_install", "-at_install", "complaint_faults")
class TestFaults(BaseCase):
    """Of what the run makes only an empty company of its own stays in the test database."""

    def run_it(self, *options):
        address = [f"--db-port={config['db_port']}"] if config["db_port"] else []
        command = [
            sys.executable,
            str(PROGRAM),
            get_db_name(),
            "--json",
            "--clean",
            f"--addons-path={','.join(config['addons_path'])}",
            *address,
            *options,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr[-2000:])
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("SELECT 1 FROM helpdesk_ticket WHERE name = 'It broke' LIMIT 1")
            self.assertFalse(cr.fetchone(), "it cleans up after itself")
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
