"""What customers say about staff is not shown to that staff, by whatever way they look for it (D2)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .survey_pack import SURVEYS, UNHAPPY, SurveyCase, survey_files

STAFF_SAID = ("attitude", "words")


@tagged("post_install", "-at_install")
class TestSurveySecrets(SurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls.new_user("watch", "complaint_management.group_supervision")
        cls.senior = cls.new_user("senior", "complaint_management.group_senior")
        cls.callback = cls.told("damage")
        cls.callback._answer(UNHAPPY, way="link")
        cls.case = cls.callback.ticket_id
        cls.env.flush_all()

    def read_by(self, user):
        """The codes of the answers that somebody reads of this callback."""
        answers = self.env["complaint.answer"].with_user(user)
        return set(answers.search([("callback_id", "=", self.callback.id)]).mapped("code"))

    def test_who_had_the_case_reads_nothing_that_speaks_of_them(self):
        self.assertEqual(self.read_by(self.agent), {"recommend"})
        mine = self.callback.with_user(self.agent)
        self.assertEqual(mine.answer_ids.mapped("code"), ["recommend"])
        self.assertNotIn("Rude", mine.answers)
        self.assertEqual((mine.hidden_answers, mine.may_share_answers), (4, False))

    def test_nor_the_single_answers_from_which_the_average_would_tell_it(self):
        """(1 + x + 1) / 3 = 1.33 would say what x was."""
        self.assertEqual(self.callback.with_user(self.agent).score, 1.33)
        self.assertFalse(self.read_by(self.agent) & {"product", "speed"})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")
    def test_nor_by_the_records_of_the_survey(self):
        hidden = self.env["complaint.answer"].search(
            [("callback_id", "=", self.callback.id), ("code", "=", "words")]
        )
        refused = {
            "answer by its id": lambda env: env["complaint.answer"].browse(hidden.id).words,
            "the survey's answers": lambda env: env["survey.user_input"].search([]),
            "their lines": lambda env: env["survey.user_input.line"].search([]),
            "through the callback": lambda env: (
                env["complaint.callback"].browse(self.callback.id).user_input_id
            ),
            "read": lambda env: env["complaint.callback"].browse(self.callback.id).read(["user_input_id"]),
            "by a filter": lambda env: env["complaint.callback"].search(
                [("user_input_id.user_input_line_ids.value_text_box", "ilike", "Rude")]
            ),
            "by a filter on answers": lambda env: env["complaint.answer"].search(
                [("input_id.user_input_line_ids.value_text_box", "ilike", "Rude")]
            ),
            "the customer's link": lambda env: env["complaint.invitation"].search([]).read(["link"]),
        }
        for name, deed in refused.items():
            with self.subTest(name), self.assertRaises(AccessError):
                deed(self.env(user=self.agent))

    def test_nor_by_looking_for_it(self):
        env = self.env(user=self.agent)
        for domain in (
            [("words", "ilike", "Rude")],
            [("code", "in", STAFF_SAID)],
            [("about_staff", "=", True)],
        ):
            self.assertFalse(env["complaint.answer"].search(domain), domain)
        found = env["complaint.callback"].search([("answer_ids.words", "ilike", "Rude")])
        self.assertFalse(found, "a filter on the callbacks finds no more than a filter on the answers")
        self.assertFalse(env["helpdesk.ticket"].search([("answer_ids.words", "ilike", "Rude")]))
        groups = env["complaint.answer"]._read_group([], ["code"], ["value:avg"])
        self.assertEqual([code for code, _value in groups], ["recommend"])

    def test_nor_in_the_note_on_the_case(self):
        told = " ".join(self.case.with_user(self.agent).message_ids.mapped("body"))
        self.assertIn("Recommend us?", told)
        for words in ("Rude", "Were we kind?", "Were we fast?"):
            self.assertNotIn(words, told)

    def test_nor_in_the_register(self):
        told = str(self.case.with_user(self.agent).event_ids.mapped("data"))
        self.assertNotIn("Rude", told)
        self.assertNotIn("attitude", told)

    def test_a_senior_agent_who_leads_nobody_does_not_read_it_either(self):
        self.assertFalse(self.read_by(self.senior) & set(STAFF_SAID))

    def test_who_leads_the_team_and_supervision_read_it_all(self):
        for user in (self.leader, self.supervisor):
            self.assertLessEqual(set(STAFF_SAID), self.read_by(user), user.login)
        self.assertIn("Rude people.", self.callback.with_user(self.supervisor).answers)

    def test_a_leader_does_not_read_it_about_themselves(self):
        callback = self.told("damage", user_id=self.leader.id)
        callback._answer(UNHAPPY, way="link")
        answers = self.env["complaint.answer"].with_user(self.leader)
        codes = answers.search([("callback_id", "=", callback.id)]).mapped("code")
        self.assertFalse(set(codes) & set(STAFF_SAID))

    def test_a_leader_shares_it_and_then_it_stands_on_the_case(self):
        self.callback.with_user(self.leader).action_share_answers()
        self.env.invalidate_all()
        self.assertEqual(len(self.read_by(self.agent)), 5)
        self.assertIn("Rude people.", self.case.message_ids[:1].body)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_whom_it_is_about_does_not_share_it_with_themselves(self):
        with self.assertRaises(AccessError):
            self.callback.with_user(self.agent).action_share_answers()
        outsider = self.new_user("outside", "base.group_user")
        with self.assertRaises(AccessError):
            self.callback.with_user(outsider).action_share_answers()

    def test_the_policy_may_show_it(self):
        self.apply(survey_files(SURVEYS + "    show_staff: true\n"))
        callback = self.told("damage")
        callback._answer(UNHAPPY, way="link")
        answers = self.env["complaint.answer"].with_user(self.agent)
        self.assertEqual(len(answers.search([("callback_id", "=", callback.id)])), 5)
        self.assertIn("Rude people.", callback.ticket_id.message_ids[:1].body)
        self.assertFalse(self.read_by(self.agent) & set(STAFF_SAID), "what was said before stays as it was")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_survey_users_do_not_read_what_customers_answered(self):
        manager = self.new_user("surveys", "survey.group_survey_manager")
        env = self.env(user=manager)
        self.assertFalse(env["survey.user_input"].search([("complaint_callback_id", "!=", False)]))
        self.assertFalse(env["survey.user_input.line"].search([("question_id.policy_code", "!=", False)]))
        for name in ("complaint.answer", "complaint.invitation"):
            with self.subTest(name), self.assertRaises(AccessError):
                env[name].search([])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_a_portal_user_reads_no_answers(self):
        portal = new_test_user(
            self.env,
            "chen@small.example",
            groups="base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        env = self.env(user=portal)
        for name in (
            "complaint.answer",
            "complaint.invitation",
            "survey.user_input",
            "survey.user_input.line",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                env[name].search([])
        with self.assertRaises(AccessError):
            env["complaint.answer"].browse(self.callback.sudo().answer_ids[:1].id).read(["words"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")
    def test_nobody_writes_answers_or_invitations(self):
        answer = self.callback.sudo().answer_ids[:1]
        for user in (self.agent, self.leader, self.supervisor):
            env = self.env(user=user)
            with self.assertRaises(AccessError):
                env["complaint.answer"].browse(answer.id).write({"value": 5})
            with self.assertRaises(AccessError):
                env["complaint.answer"].browse(answer.id).unlink()
            with self.assertRaises(UserError):
                env["complaint.invitation"].create({"callback_id": self.callback.id, "kind": "invitation"})

    def test_another_company_reads_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger@other.example",
            groups="complaint_management.group_supervision",
            company_id=other.id,
            company_ids=other.ids,
        )
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        self.assertFalse(env["complaint.answer"].search([]))
        self.assertFalse(env["complaint.invitation"].search([]))

    def test_of_a_case_that_is_hidden_the_answers_are_too(self):
        self.case.sudo().write({"confidential": True})
        self.env.invalidate_all()
        self.assertFalse(self.read_by(self.senior))
