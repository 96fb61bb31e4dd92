"""Questionnaires of the policy as surveys of their own, and who may touch them (D4)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_pack import SURVEYS, UNHAPPY, SurveyCase, survey_files


@tagged("post_install", "-at_install")
class TestQuestionnaire(SurveyCase):
    def survey(self):
        return self.env["complaint.release"]._active(self.company)._questionnaire("satisfaction")

    def test_d4_a_questionnaire_is_a_survey_in_both_languages(self):
        survey = self.survey()
        self.assertEqual(survey.survey_type, "complaint")
        self.assertEqual(survey.with_context(lang="en_US").title, "Satisfaction")
        self.assertEqual(survey.with_context(lang="zh_CN").title, "满意度")
        questions = survey.question_and_page_ids
        self.assertEqual(
            questions.mapped("policy_code"), ["product", "attitude", "speed", "recommend", "words"]
        )
        self.assertEqual(
            questions.mapped("complaint_dimension"),
            ["product_quality", "service_attitude", "response_speed", False, False],
        )
        self.assertEqual(questions[0].with_context(lang="zh_CN").title, "产品满意吗？")
        self.assertEqual([(one.scale_min, one.scale_max) for one in questions[:4]], [(1, 5)] * 3 + [(0, 10)])
        self.assertEqual(questions.filtered("complaint_staff").mapped("policy_code"), ["attitude", "words"])

    def test_the_same_content_is_the_same_survey_and_a_changed_one_another(self):
        first = self.survey()
        self.apply(survey_files(SURVEYS.replace("satisfied: {min: 4}", "satisfied: {min: 3}")))
        self.assertEqual(self.survey(), first, "what counts as satisfied is not asked of anybody")
        callback = self.told("delay")
        callback._answer(UNHAPPY)
        self.apply(survey_files(SURVEYS.replace("Were we kind?", "Were we polite?")))
        second = self.survey()
        self.assertNotEqual(second, first)
        self.assertEqual(
            first.question_and_page_ids[1].title, "Were we kind?", "answered ones stay as they were"
        )
        self.assertEqual(second.question_and_page_ids[1].title, "Were we polite?")

    def test_a_later_language_is_written_into_the_questionnaires_too(self):
        survey = self.survey()
        self.env.cr.execute("UPDATE survey_survey SET title = title - 'zh_CN' WHERE id = %s", [survey.id])
        survey.invalidate_recordset()
        self.env["complaint.release"]._rewrite_titles()
        self.assertEqual(survey.with_context(lang="zh_CN").title, "满意度")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_edits_or_deletes_a_questionnaire_by_hand(self):
        manager = self.new_user("surveys", "survey.group_survey_manager")
        survey = self.survey().with_user(manager)
        question = survey.question_and_page_ids[:1]
        deeds = {
            "title": lambda: survey.write({"title": "Mine"}),
            "archive": lambda: survey.write({"active": False}),
            "delete": survey.unlink,
            "copy": survey.copy,
            "question": lambda: question.write({"title": "Mine"}),
            "less": question.unlink,
            "more": lambda: (
                self.env["survey.question"]
                .with_user(manager)
                .create({"title": "x", "survey_id": survey.id, "question_type": "text_box"})
            ),
            "one of our type": lambda: (
                self.env["survey.survey"]
                .with_user(manager)
                .create({"title": "x", "survey_type": "complaint"})
            ),
            "by the context": lambda: (
                self.env["survey.survey"]
                .with_user(manager)
                .with_context(default_survey_type="complaint")
                .create({"title": "x"})
            ),
            "another's into ours": lambda: (
                self.env["survey.survey"]
                .with_user(manager)
                .create({"title": "x"})
                .write({"survey_type": "complaint"})
            ),
        }
        for name, deed in deeds.items():
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                deed()

    def test_what_was_answered_is_not_even_deleted_by_the_system(self):
        self.told("delay")._answer(UNHAPPY)
        with self.assertRaises(UserError):
            self.survey().question_and_page_ids[:1].unlink()
        with self.assertRaises(UserError):
            self.survey().unlink()

    def test_surveys_of_other_people_stay_theirs(self):
        manager = self.new_user("surveys", "survey.group_survey_manager")
        own = self.env["survey.survey"].with_user(manager).create({"title": "Lunch"})
        own.title = "Dinner"
        own.write({"question_and_page_ids": [(0, 0, {"title": "Rice?", "question_type": "text_box"})]})
        own.question_and_page_ids.title = "Noodles?"
        own.unlink()
        self.assertFalse(own.exists())

    def test_a_company_without_questionnaires_has_none(self):
        self.assertFalse(self.release._questionnaire("unknown"))
        self.assertFalse(self.env["complaint.release"]._questionnaire("satisfaction"))
