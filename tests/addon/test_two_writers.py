"""Two transactions at once on one case: the second is told, tries again as Odoo does, and nothing is lost."""

import psycopg2
from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import files


@tagged("post_install", "-at_install", "complaint_two_writers")
class TestTwoWriters(BaseCase):
    """With real connections and commits; what it makes stays in the test database, in a company of its
    own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            self.company = env["res.company"].search([("name", "=", "Two Writers")]).id
            if not self.company:
                company = env["res.company"].create({"name": "Two Writers"})
                small = files(channels="kind: channels\nchannels: [{name: phone}]\n")
                env["complaint.release"]._apply(small, "small", company, message="two writers")
                self.company = company.id
            refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()
            self.stages = {
                code: refs["stage", code] for code in ("acknowledged", "investigating", "proposed")
            }
            self.ticket = (
                env["helpdesk.ticket"]
                .create(
                    {
                        "name": "x",
                        "description": "y",
                        "company_id": self.company,
                        "case_type_id": refs["case_type", "complaint"],
                    }
                )
                .id
            )

    def env_of(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def test_the_loser_of_two_transactions_cannot_commit_on_half_the_facts(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            ticket = self.env_of(second)["helpdesk.ticket"].browse(self.ticket)
            self.assertEqual(ticket.case_cycle, 1)  # the second transaction has its snapshot now
            self.env_of(first)["helpdesk.ticket"].browse(self.ticket)._record_fact("acknowledged")
            first.commit()  # pylint: disable=invalid-commit
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
                ticket._record_fact("first_feedback")
            second.rollback()

    def test_ten_transactions_begun_at_once_lose_nothing(self):
        """All ten have read the case before the first of them commits; no threads, because Odoo's runner
        holds its lock."""
        kinds = ["acknowledged", "first_feedback", "customer_message", "agent_message", "investigated"] * 2
        waiting = []
        for kind in kinds:
            cr = self.registry.cursor()
            self.addCleanup(cr.close)
            self.assertEqual(self.env_of(cr)["helpdesk.ticket"].browse(self.ticket).case_cycle, 1)
            waiting.append((cr, kind))
        refused = 0
        with mute_logger("odoo.sql_db"):
            while waiting:
                cr, kind = waiting.pop(0)
                try:
                    self.env_of(cr)["helpdesk.ticket"].browse(self.ticket)._record_fact(kind)
                    cr.commit()  # pylint: disable=invalid-commit
                except psycopg2.errors.SerializationFailure:
                    cr.rollback()  # as Odoo does with every request, then it starts again
                    waiting.append((cr, kind))
                    refused += 1
        self.assertEqual(refused, len(kinds) - 1, "every one but the first had to look again")
        with self.registry.cursor() as cr:
            ticket = self.env_of(cr)["helpdesk.ticket"].browse(self.ticket)
            self.assertEqual(sorted(ticket.event_ids.mapped("kind")), sorted(["received", *kinds]))
            stored, replayed = ticket._engine_state(), ticket._replayed()
            self.assertEqual(stored.clocks, replayed.clocks)
            self.assertEqual(stored.seen, replayed.seen)
            cr.execute("SELECT case_version FROM helpdesk_ticket WHERE id = %s", [self.ticket])
            self.assertEqual(cr.fetchone()[0], len(ticket.event_ids))
