"""Questionnaires of the policy as Odoo surveys of a type of their own (D4).

    surveys.yaml --> _questionnaire(code): the survey of this content, made when there is none
                     a changed questionnaire is another survey; answers stay with the questions they answer

Nobody edits or deletes them by hand. Their answers are no survey user's business: Odoo's rules name the types
that survey users may read, and this one is not among them; who may read what stands in `answer`."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from psycopg2.extras import Json

from .apply_lists import titles

TYPE = "complaint"
NPS_TOP = 10  # the net promoter score is defined from 0 to 10
STAFF = "service_attitude"  # the dimension that speaks about people, where the policy says nothing else
# What makes two questionnaires different ones: all that a customer reads or that an answer means.
CONTENT = ("title", "description", "questions")
OF_QUESTION = (
    "name", "title", "description", "dimension", "scale", "nps", "text", "optional", "lowest", "highest",
    "about_staff",
)  # fmt: skip


def content_hash(written):
    """The fingerprint of a questionnaire; the same for the same content, whatever else the policy says."""
    content = {key: written.get(key) for key in CONTENT}
    content["questions"] = [{key: one.get(key) for key in OF_QUESTION} for one in written["questions"]]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def speaks_of_staff(question):
    """Whether the answer to a question may speak about people of ours."""
    return question.get("about_staff", bool(question.get("text")) or question.get("dimension") == STAFF)


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(TYPE, "Complaints")], ondelete={TYPE: lambda surveys: surveys._leave_to_managers()}
    )
    complaint_company_id = fields.Many2one("res.company", readonly=True, copy=False, ondelete="restrict")
    policy_code = fields.Char(readonly=True, copy=False, help="Name of the questionnaire in the policy.")
    policy_hash = fields.Char(readonly=True, copy=False)

    _of_policy = models.UniqueIndex(
        "(complaint_company_id, policy_code, policy_hash) WHERE policy_hash IS NOT NULL",
        "This questionnaire of the policy is there already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        given = self.env.context.get("default_survey_type")
        if not self.env.su and any(vals.get("survey_type", given) == TYPE for vals in vals_list):
            raise AccessError(self._words_for_guard())
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("survey_type") == TYPE and not self.env.su:
            raise AccessError(self._words_for_guard())
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_answered(self):
        # sudo: whether there are answers, whoever asks
        answered = self.env["survey.user_input"].sudo()
        if answered.search_count(
            [("survey_id", "in", self.ids), ("complaint_callback_id", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._("Customers have answered this questionnaire. It stays, with their answers.")
            )

    def _refuse_by_hand(self):
        # sudo: the guard must see the type even where the caller may not
        if not self.env.su and any(survey.survey_type == TYPE for survey in self.sudo()):
            raise AccessError(self._words_for_guard())

    def _words_for_guard(self):
        return self.env._(
            "Questionnaires about complaints come from the policy. Change its surveys file and apply it: a "
            "new one is made, and the answers to this one stay as they are."
        )

    def _leave_to_managers(self):
        """The addon goes: the answers stay with those who manage surveys, and nobody is asked any more."""
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        self.write(
            {
                "survey_type": "custom",
                "active": False,
                "restrict_user_ids": [(6, 0, admin.ids if admin else [])],
            }
        )

    # ------------------------------------------------------------------ making them

    @api.model
    def _make(self, written, company, fingerprint):
        """Make the survey of a questionnaire, in all active languages."""
        english = titles(written["title"], [])["en_US"]
        questions = [self._question_values(one, index) for index, one in enumerate(written["questions"])]
        survey = self.with_context(lang=None, tracking_disable=True).create(
            {
                "title": english,
                "survey_type": TYPE,
                "complaint_company_id": company.id,
                "policy_code": written["name"],
                "policy_hash": fingerprint,
                "access_mode": "token",  # Odoo's own pages take no answers without an invitation
                "questions_layout": "one_page",
                "scoring_type": "no_scoring",
                "user_id": False,
                "lang_ids": False,
                "question_and_page_ids": [fields.Command.create(values) for values in questions],
            }
        )
        survey._write_titles(written)
        return survey

    def _question_values(self, question, index):
        values = {
            "title": titles(question["title"], [])["en_US"],
            "policy_code": question["name"],
            "complaint_dimension": question.get("dimension"),
            "complaint_nps": bool(question.get("nps")),
            "complaint_staff": speaks_of_staff(question),
            "constr_mandatory": not question.get("optional"),
            "sequence": index + 1,
        }
        if question.get("text"):
            return {**values, "question_type": "text_box"}
        low, high = (0, NPS_TOP) if question.get("nps") else (1, question["scale"])
        return {**values, "question_type": "scale", "scale_min": low, "scale_max": high}

    def _write_titles(self, written):
        """Title and questions in all active languages."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        rows = [("survey_survey", self.id, titles(written["title"], languages))]
        by_code = {one["name"]: one["title"] for one in written["questions"]}
        rows += [
            ("survey_question", question.id, titles(by_code[question.policy_code], languages))
            for question in self.question_and_page_ids
        ]
        self.env.flush_all()
        for table in ("survey_survey", "survey_question"):
            values = [(ident, Json(title)) for place, ident, title in rows if place == table]
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS record SET title = new.title::jsonb FROM (VALUES %s) AS new (id, title) "
                    "WHERE record.id = new.id",
                    SQL.identifier(table),
                    SQL(", ").join(SQL("%s", row) for row in values),
                )
            )
        self.invalidate_recordset(["title"])
        self.question_and_page_ids.invalidate_recordset(["title"])


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    policy_code = fields.Char(readonly=True, copy=False, help="Name of the question in the policy.")
    complaint_dimension = fields.Char("Dimension", readonly=True, copy=False)
    complaint_nps = fields.Boolean("Net promoter score", readonly=True, copy=False)
    complaint_staff = fields.Boolean(
        "About staff", readonly=True, copy=False, help="The answer may speak about people of ours."
    )

    @api.model_create_multi
    def create(self, vals_list):
        given = self.env.context.get("default_survey_id")
        self._refuse_surveys({vals.get("survey_id", given) for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        # sudo: the guard must see the survey even where the caller may not
        self._refuse_surveys({*self.sudo().survey_id.ids, vals.get("survey_id")})
        return super().write(vals)

    def unlink(self):
        self._refuse_surveys(set(self.sudo().survey_id.ids))  # sudo: as above
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_answered(self):
        # sudo: answers would go with their question
        lines = self.env["survey.user_input.line"].sudo()
        ours = self.filtered("policy_code")
        if ours and lines.search_count([("question_id", "in", ours.ids)], limit=1):
            raise UserError(
                self.env._("Customers have answered this question. It stays, with their answers.")
            )

    def _refuse_surveys(self, ids):
        if not self.env.su:
            ids = [int(ident) for ident in ids if ident and str(ident).isdigit()]
            self.env["survey.survey"].browse(ids)._refuse_by_hand()


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _perform(self, plan, message):
        """The questionnaires of a policy are made with it, so that no two first customers make them twice."""
        release = super()._perform(plan, message)
        surveys = release._policy().raw.get("surveys") or ()
        for written in surveys:
            release._questionnaire(written["name"])
        return release

    def _questionnaire(self, code):
        """The survey of a questionnaire as this release has it; empty if it has none of that name."""
        # sudo: whoever asks the questions reads them, and nobody makes surveys by hand
        surveys, written = self.env["survey.survey"].sudo(), self._survey(code)
        if not written:
            return surveys
        company, fingerprint = self.sudo().company_id, content_hash(written)  # sudo: see _active
        found = surveys.with_context(active_test=False).search(
            [
                ("complaint_company_id", "=", company.id),
                ("policy_code", "=", code),
                ("policy_hash", "=", fingerprint),
            ],
            limit=1,
        )
        return found or surveys._make(written, company, fingerprint)

    @api.model
    def _rewrite_titles(self):  # pylint: disable=missing-return
        """Questionnaires, too, speak a language that has just become active."""
        super()._rewrite_titles()
        # sudo: who activates a language need not rule policies
        for release in self.sudo().search([("state", "=", "active")]):
            for written in release._policy().raw.get("surveys") or ():
                release._questionnaire(written["name"])._write_titles(written)
