"""Who reads what customers answered.

The answers themselves are Odoo's survey answers, which nobody of the staff may read: what they may read is
this list of them, row by row.

    about our people (attitude, words)  ->  who leads the case's team, supervision, quality, decision group;
                                            never those who had the case, or about whom it is
    everything else                     ->  whoever may read the case

An answer on a scale could be reckoned back from the average and the other answers. So as long as one of them
speaks about staff, the others stay hidden with it. The policy may show all (`show_staff`), and whoever leads
can share the answers with those who handle the case."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

WAYS = [("phone", "Phone"), ("visit", "Visit"), ("link", "Link"), ("chat", "Chat")]


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    complaint_callback_id = fields.Many2one(
        "complaint.callback", "Callback", readonly=True, copy=False, ondelete="restrict"
    )
    complaint_way = fields.Selection(WAYS, "Answered by", readonly=True, copy=False)
    complaint_staff_ids = fields.Many2many(
        "res.users",
        "complaint_answer_staff_rel",
        "user_input_id",
        "user_id",
        "About",
        readonly=True,
        copy=False,
        help="Who had the case, or about whom it is, when the customer answered.",
    )
    complaint_shown = fields.Boolean(
        "Shown to those who handle the case", readonly=True, copy=False, help="By the policy, or by a leader."
    )

    # One answer for each callback, and so for each plan, case and cycle.
    _one_answer = models.UniqueIndex(
        "(complaint_callback_id) WHERE complaint_callback_id IS NOT NULL",
        "These questions have been answered already.",
    )


class ComplaintAnswer(models.Model):
    _name = "complaint.answer"
    _inherit = "complaint.of.ticket"
    _description = "Answer of a customer"
    _order = "answered_at desc, sequence, id"
    _auto = False
    _log_access = False
    _rec_name = "question"
    _ticket_optional = True
    _depends = {
        "survey.user_input": ["survey_id", "end_datetime", "complaint_callback_id", "complaint_shown"],
        "survey.user_input.line": [
            "user_input_id",
            "question_id",
            "skipped",
            "value_scale",
            "value_text_box",
        ],
        "survey.question": [
            "policy_code",
            "complaint_dimension",
            "complaint_nps",
            "complaint_staff",
            "sequence",
        ],
        "complaint.callback": ["ticket_id", "company_id", "partner_id", "plan", "cycle"],
    }

    input_id = fields.Many2one("survey.user_input", readonly=True, groups=fields.NO_ACCESS)
    question_id = fields.Many2one(
        "survey.question", "Survey question", readonly=True, groups=fields.NO_ACCESS
    )
    callback_id = fields.Many2one("complaint.callback", readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    plan = fields.Char("Plan (code)", readonly=True)
    cycle = fields.Integer(readonly=True, aggregator=None)
    sequence = fields.Integer(readonly=True, aggregator=None)
    code = fields.Char("Question (code)", readonly=True)
    question = fields.Char(compute="_compute_question")
    dimension = fields.Char(readonly=True)
    kind = fields.Selection(
        [("scale", "Scale"), ("nps", "Net promoter score"), ("text", "Words")], readonly=True
    )
    value = fields.Integer(readonly=True, aggregator="avg")
    scale = fields.Integer("Of", readonly=True, aggregator=None)
    words = fields.Text(readonly=True)
    said = fields.Char("Answer", compute="_compute_said")
    about_staff = fields.Boolean(
        readonly=True, help="Speaks about people of ours, or could tell what was said about them."
    )
    answered_at = fields.Datetime("Answered", readonly=True)

    @property
    def _table_query(self):
        # A scale answer tells with the average what the hidden one was: they are hidden together.
        hidden_scale = SQL(
            "EXISTS (SELECT 1 FROM survey_user_input_line ol "
            "JOIN survey_question oq ON oq.id = ol.question_id WHERE ol.user_input_id = u.id "
            "AND oq.complaint_staff AND oq.question_type = 'scale' AND NOT oq.complaint_nps)"
        )
        return SQL(
            """SELECT l.id, u.id AS input_id, q.id AS question_id, c.id AS callback_id, c.ticket_id,
                      c.company_id, c.partner_id, c.plan, c.cycle, q.sequence, q.policy_code AS code,
                      q.complaint_dimension AS dimension,
                      CASE WHEN q.complaint_nps THEN 'nps' WHEN q.question_type = 'scale' THEN 'scale'
                           ELSE 'text' END AS kind,
                      CASE WHEN q.question_type = 'scale' THEN l.value_scale END AS value,
                      CASE WHEN q.question_type = 'scale' THEN q.scale_max END AS scale,
                      l.value_text_box AS words,
                      NOT COALESCE(u.complaint_shown, FALSE) AND (COALESCE(q.complaint_staff, FALSE)
                          OR (q.question_type = 'scale' AND NOT COALESCE(q.complaint_nps, FALSE) AND %s)
                      ) AS about_staff,
                      u.end_datetime AS answered_at
               FROM survey_user_input_line l
               JOIN survey_user_input u ON u.id = l.user_input_id
               JOIN complaint_callback c ON c.id = u.complaint_callback_id
               JOIN survey_question q ON q.id = l.question_id
               WHERE l.skipped IS NOT TRUE""",
            hidden_scale,
        )

    @api.depends("question_id")
    @api.depends_context("lang")
    def _compute_question(self):
        for answer in self:
            answer.question = (
                # sudo: the words of a question are no secret
                answer.sudo().question_id.title
            )  # sudo: what was asked is no secret, what was said is

    @api.depends("kind", "value", "scale", "words")
    def _compute_said(self):
        for answer in self:
            if answer.kind == "text":
                answer.said = answer.words
            else:
                answer.said = self.env._("%(value)d of %(top)d", value=answer.value, top=answer.scale)


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    # nobody of the staff may read the survey's own records
    user_input_id = fields.Many2one(groups=fields.NO_ACCESS)
    answer_ids = fields.One2many("complaint.answer", "callback_id", "Answers of the customer", readonly=True)
    hidden_answers = fields.Integer(
        "Answers for those who lead",
        compute="_compute_hidden_answers",
        help="How many answers the reader does not see, because they may speak about people of ours.",
    )
    may_share_answers = fields.Boolean(compute="_compute_hidden_answers")

    @api.depends("answer_ids")
    @api.depends_context("lang", "uid")
    def _compute_answers(self):
        """As far as the reader may read them."""
        for callback in self:
            callback.answers = "\n".join(f"{one.question} {one.said}" for one in callback.answer_ids)

    @api.depends("user_input_id")
    @api.depends_context("uid")
    def _compute_hidden_answers(self):
        Answer = self.env["complaint.answer"]
        domain = [("callback_id", "in", self.ids)]
        seen = dict(Answer._read_group(domain, ["callback_id"], ["__count"]))
        # sudo: how many there are, not what they say
        every = dict(Answer.sudo()._read_group(domain, ["callback_id"], ["__count"]))
        every = {callback.id: count for callback, count in every.items()}
        seen = {callback.id: count for callback, count in seen.items()}
        closed = {
            callback.id
            # sudo: as above
            for callback, hidden in Answer.sudo()._read_group(
                [*domain, ("about_staff", "=", True)], ["callback_id"], ["__count"]
            )
            if hidden
        }
        for callback in self:
            ident = callback._origin.id
            callback.hidden_answers = every.get(ident, 0) - seen.get(ident, 0)
            callback.may_share_answers = ident in closed and not callback.hidden_answers

    def action_share_answers(self):
        """Whoever leads lets those who handle the case read the answers."""
        self.ensure_one()
        self.check_access("read")
        if not self.may_share_answers:
            raise AccessError(
                self.env._("Those who lead decide whether what a customer said about staff is shown to them.")
            )
        callback = self.sudo()  # sudo: it was asked above who may
        callback.user_input_id.complaint_shown = True
        self.env["complaint.answer"].invalidate_model()
        callback._note_answers()
        return True
