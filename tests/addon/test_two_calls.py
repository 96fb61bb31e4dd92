"""Several entries at once, in transactions of their own: one case for one reference, and no number twice (A1
A2)."""

from odoo import api
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import files

PARALLEL = 6


@tagged("post_install", "-at_install", "complaint_two_writers")
class TestTwoCalls(BaseCase):
    """With real connections and commits; what it makes stays in the test database, in a company of its
    own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            company = env["res.company"].search([("name", "=", "Two Calls")])
            if not company:
                company = env["res.company"].create({"name": "Two Calls"})
                small = files(channels="kind: channels\nchannels: [{name: phone}]\n")
                env["complaint.release"]._apply(small, "small", company, message="two calls")
                new_test_user(
                    env,
                    "two-calls@small.example",
                    groups="complaint_management.group_intake",
                    company_id=company.id,
                    company_ids=company.ids,
                )
            self.company = company.id
            self.agent = env["res.users"].search([("login", "=", "two-calls@small.example")]).id
            self.case_type = env["complaint.release"]._active(company)._refs()["case_type", "complaint"]
            # The company's sequence is there before the race.
            self.enter(env)

    def env_of(self, cr, user=api.SUPERUSER_ID):
        return api.Environment(cr, user, {"tracking_disable": True})

    def enter(self, env, **values):
        given = {"name": "x", "description": "y", "company_id": self.company, "case_type_id": self.case_type}
        return env["helpdesk.ticket"].create({**given, **values})

    def call(self, cr, reference):
        """What the other system asks for, as its own user."""
        env = self.env_of(cr, self.agent)
        return env["complaint.api"].open_complaint(
            {
                "external_ref": reference,
                "channel": "phone",
                "text": "It came late",
                "customer": {"name": "Otto", "phone": "030 998877"},
            }
        )

    def fresh_reference(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE external_ref IS NOT NULL")
            return f"race-{cr.fetchone()[0]}"

    def cases_of(self, reference):
        with self.registry.cursor() as cr:
            domain = [("company_id", "=", self.company), ("external_ref", "=", reference)]
            return self.env_of(cr)["helpdesk.ticket"].search(domain).mapped("number")

    def test_a1_the_same_call_twice_at_once_is_one_case_and_both_are_told_its_number(self):
        reference = self.fresh_reference()
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self.assertFalse(
                self.env_of(second)["helpdesk.ticket"].search([("external_ref", "=", reference)])
            )
            told = self.call(first, reference)
            first.commit()  # pylint: disable=invalid-commit
            # The second one began before the first was there: it is refused as Odoo wants it, and run again.
            with mute_logger("odoo.sql_db"), self.assertRaises((ConcurrencyError, SerializationFailure)):
                self.call(second, reference)
            second.rollback()
            again = self.call(second, reference)
            second.commit()  # pylint: disable=invalid-commit
        self.assertEqual(again, {**told, "created": False})
        self.assertEqual(self.cases_of(reference), [told["number"]])

    def test_a2_entries_at_once_have_numbers_of_their_own(self):
        open_ones = [self.registry.cursor() for _index in range(PARALLEL)]
        for cr in open_ones:
            self.addCleanup(cr.close)
        numbers = [self.enter(self.env_of(cr)).number for cr in open_ones]
        for cr in open_ones:
            cr.commit()  # pylint: disable=invalid-commit
        self.assertEqual(len(set(numbers)), PARALLEL)

    def test_a2_the_number_of_an_entry_that_failed_is_never_given_again(self):
        with self.registry.cursor() as cr:
            lost = self.enter(self.env_of(cr)).number
            cr.rollback()
        with self.registry.cursor() as first, self.registry.cursor() as second:
            beside = self.enter(self.env_of(second)).number
            kept = self.enter(self.env_of(first)).number
            second.rollback()
            later = self.enter(self.env_of(second)).number
            first.commit()  # pylint: disable=invalid-commit
            second.commit()  # pylint: disable=invalid-commit
        self.assertEqual(len({lost, beside, kept, later}), 4)
        self.assertLess(lost, min(beside, kept, later))
