"""A customer answers twice at once, in transactions of their own: one answer counts, nothing happens twice
(D2)."""

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .survey_pack import HAPPY, UNHAPPY, survey_files


@tagged("post_install", "-at_install", "complaint_two_writers")
class TestTwoAnswers(BaseCase):
    """With real connections and commits; what it makes stays in the test database, in a company of its
    own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            company = env["res.company"].search([("name", "=", "Two Answers")])
            if not company:
                company = env["res.company"].create({"name": "Two Answers"})
                # Without a mailbox: this company stays, and its address would be taken from the other tests.
                small = survey_files(channels="kind: channels\nchannels: [{name: phone}]\n")
                env["complaint.release"]._apply(small, "small", company, message="two answers")
            release = env["complaint.release"]._active(company)
            customer = env["res.partner"].create({"name": "Chen", "email": "two-answers@small.example"})
            case = env["helpdesk.ticket"].create(
                {
                    "name": "x",
                    "description": "y",
                    "company_id": company.id,
                    "partner_id": customer.id,
                    "case_type_id": release._refs()["case_type", "complaint"],
                }
            )
            now = fields.Datetime.now()
            row = {"company_id": company.id, "release_id": release.id, "plan": "link", "ticket_id": case.id}
            row.update(
                {"occasion": "communicated", "opens_at": now, "due_at": now.replace(year=now.year + 1)}
            )
            self.case, self.callback = case.id, env["complaint.callback"]._plan([row]).id
            cr.commit()  # pylint: disable=invalid-commit

    def env_of(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def answer(self, cr, values):
        return self.env_of(cr)["complaint.callback"].browse(self.callback)._answer(values, way="link")

    def test_d2_two_answers_at_once_are_one(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            page = self.env_of(second)["complaint.callback"].browse(self.callback)
            self.assertEqual(page._survey_state(), "open")  # the second transaction has its snapshot now
            self.assertTrue(self.answer(first, HAPPY))
            first.commit()  # pylint: disable=invalid-commit
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self.answer(second, UNHAPPY)
            second.rollback()  # as Odoo does with every request, then it starts again
            self.assertFalse(self.answer(second, UNHAPPY), "told that it was answered already")
            second.commit()  # pylint: disable=invalid-commit
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            callback = env["complaint.callback"].browse(self.callback)
            self.assertEqual((callback.state, callback.result), ("done", "satisfied"))
            kinds = env["helpdesk.ticket"].browse(self.case).event_ids.mapped("kind")
            self.assertEqual([kinds.count(one) for one in ("rated", "called_back", "reopened")], [1, 1, 0])
            answers = env["survey.user_input"].search([("complaint_callback_id", "=", self.callback)])
            self.assertEqual(len(answers), 1)
