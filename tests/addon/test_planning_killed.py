"""The planner under kill -9: the short form of `scripts/bench callbacks --kills` with real processes, and how
its queries are answered."""

import json
import subprocess
import sys
from pathlib import Path

from freezegun import freeze_time
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

from .planning_pack import CAP, PlanningCase
from .query_plans import plans_of

PROGRAM = Path(__file__).resolve().parents[2] / "scripts" / "lib" / "bench_callbacks.py"
MANY = 5000


@tagged("post_install", "-at_install", "complaint_faults")
class TestPlanningKilled(BaseCase):
    """What the run makes stays in the test database, in a company of its own, with nothing left to plan."""

    def test_d1_killed_planners_leave_nothing_out_and_make_nothing_twice(self):
        address = [f"--db-port={config['db_port']}"] if config["db_port"] else []
        size = ["--cases=300", "--customers=60", "--kills=4", "--workers=2", "--batch=10"]
        command = [sys.executable, str(PROGRAM), get_db_name(), "--json", *size, *address]
        command.append(f"--addons-path={','.join(config['addons_path'])}")
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr[-2000:])
        report = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(report["killed"], 4)
        self.assertEqual((report["samples"], report["cases drawn"]), (1, 30))
        self.assertEqual((report["with a callback"], report["callbacks of the sample"]), (30, 30))
        self.assertEqual((report["customers with a round"], report["rounds"]), (60, 60))
        self.assertEqual((report["asked twice"], report["above the cap"]), (0, 0))
        self.assertGreater(report["left out by the cap"], 0, "there was something for the cap to do")
        self.assertEqual(report["two at once"], "open, left_out", "the second one sees the first")
        self.assertTrue(report["sound"], report)


@tagged("post_install", "-at_install")
class TestPlanningQueries(PlanningCase):
    """What the planner asks for again and again is found through an index, however much there is."""

    CAP = CAP

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = cls.file("Vip", "vip")
        with freeze_time("2027-03-01 09:00:00"):
            cls.customers._plan_rounds(cls.release, 1000)
        cls.env.flush_all()
        cr = cls.env.cr
        cr.execute(
            "INSERT INTO res_partner (name, complete_name, active, type) "
            "SELECT 'Q', 'Q', TRUE, 'contact' FROM generate_series(1, %s) RETURNING id",
            [MANY],
        )
        partners = [ident for (ident,) in cr.fetchall()]
        cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", [partners])
        own = {"partner_id": "p", "commercial_partner_id": "p"}
        for table, key in (("complaint_customer", "id"), ("complaint_callback", "partner_id")):
            names = cls.columns(table)
            values = ", ".join(own.get(name, f'o."{name}"') for name in names)
            cr.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} o, unnest(%s) AS p "
                f"WHERE o.{key} = %s",
                [partners, file.id if key == "id" else file.partner_id.id],
            )
            cr.execute(f"ANALYZE {table}")
        cr.execute("ANALYZE res_partner")
        cls.partners = partners

    def test_customers_to_be_planned_are_found_through_their_index(self):
        plan = plans_of(self, lambda: self.customers._plan_rounds(self.release, 100))
        self.assertIn("complaint_customer_plan_at", plan)
        self.assertNotIn("Seq Scan on complaint_customer", plan)

    def test_the_contacts_of_customers_are_found_through_their_index(self):
        plan = plans_of(
            self, lambda: self.callbacks._contacts_of(self.company.id, self.partners[:20], self.callbacks)
        )
        self.assertIn("complaint_callback", plan)
        self.assertNotIn("Seq Scan on complaint_callback", plan)

    def test_members_without_a_callback_are_found_through_their_index(self):
        cr = self.env.cr
        cr.execute("SET LOCAL enable_seqscan = off")  # the table is empty here: only that the index serves it
        cr._obj.execute(
            "EXPLAIN SELECT id FROM complaint_sample_member WHERE drawn AND callback_id IS NULL "
            "ORDER BY sample_id, id LIMIT 10"
        )
        self.assertIn("complaint_sample_member_to_make", "\n".join(line for (line,) in cr._obj.fetchall()))
