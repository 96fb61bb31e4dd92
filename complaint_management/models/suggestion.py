"""Ideas and problems that employees write straight to management (B11).

A suggestion keeps no log columns, so that there is no place where the author of an anonymous one could
stand: neither who nor at which second. It has no chatter, no followers and no files, and it is stored by the
system's own user. Whoever wrote anonymously finds the answer with a code that is shown once and kept only as
a hash."""

import base64
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, plaintext2html

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware

STATES = [("new", "New"), ("accepted", "Accepted"), ("answered", "Answered"), ("declined", "Declined")]
CODE_BYTES = 10  # 80 bits as 16 letters and digits: guessing is hopeless, typing is not
GROUP = "complaint_management.group_decision"
# Written once, with the answer, and never again: rewards are counted from them.
ONCE = frozenset({"accepted_at", "accepted_by", "answered_at", "answered_by", "answer", "state"})
NEVER = frozenset(
    {"author_id", "anonymous", "sent_on", "name", "body", "code_hash", "answer_by", "company_id"}
)


class ComplaintSuggestion(models.Model):
    _name = "complaint.suggestion"
    _description = "Suggestion to management"
    _order = "sent_on desc, id desc"
    _log_access = False

    name = fields.Char("In one line", required=True, readonly=True)
    body = fields.Text("Idea or problem", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    anonymous = fields.Boolean(readonly=True)
    author_id = fields.Many2one(
        "res.users",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty for an anonymous suggestion: nobody can find out who wrote it.",
    )
    sent_on = fields.Date("Sent", required=True, readonly=True)
    answer_by = fields.Date(
        "Answer by", readonly=True, index="btree_not_null", help="By when the policy wants an answer."
    )
    code_hash = fields.Char(readonly=True, index="btree_not_null", groups=fields.NO_ACCESS)
    state = fields.Selection(STATES, default="new", required=True, readonly=True, index=True)
    answer = fields.Text(readonly=True)
    answered_at = fields.Datetime("Answered", readonly=True)
    answered_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    accepted_at = fields.Datetime("Accepted", readonly=True)
    accepted_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    improvement_ids = fields.One2many(
        "mgmtsystem.action", "suggestion_id", "Improvement actions", groups=GROUP, readonly=True
    )

    _accepted = models.Index("(company_id, author_id, accepted_at) WHERE accepted_at IS NOT NULL")
    _no_author = models.Constraint(
        "CHECK (NOT anonymous OR author_id IS NULL)", "An anonymous suggestion names no author."
    )

    @api.depends("answer_by", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.overdue = one.state == "new" and bool(one.answer_by) and one.answer_by < today

    def _search_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        late = Domain("state", "=", "new") & Domain("answer_by", "<", fields.Date.context_today(self))
        wanted = (True in value) == (operator == "in")
        return late if wanted else ~late

    # ------------------------------------------------------------------ nothing is changed afterwards

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Press “Tell management” to send a suggestion."))
        return super().create(vals_list)

    def write(self, vals):
        settled = any(one.state != "new" for one in self)
        if not self.env.su or NEVER & set(vals) or (settled and ONCE & set(vals)):
            raise AccessError(self.env._("A suggestion and its answer stay as they were written."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A suggestion is never deleted. Answer it."))

    # ------------------------------------------------------------------ telling

    @api.model
    def tell_options(self):
        """What the form shows: whether one may write without a name, and by when management answers."""
        self._refuse_outsiders()
        by = self._answer_by(self.env.company)
        return {
            "anonymous": self._may_be_anonymous(self.env.company),
            "answer_by": by and format_date(self.env, by),
        }

    @api.model
    def tell(self, name, body, anonymous=False):
        """Send a suggestion to management. Returns {"code", "url"} for an anonymous one, else {}."""
        self._refuse_outsiders()
        name, body = str(name or "").strip(), str(body or "").strip()
        if not name or not body:
            raise UserError(self.env._("Say in one line what it is about, and tell the rest below."))
        company = self.env.company
        if not anonymous:
            # sudo: employees make suggestions by this method alone
            self.sudo()._store(name, body, company, self.env.user)
            return {}
        if not self._may_be_anonymous(company):
            raise UserError(self.env._("The policy of your company wants a name under suggestions."))
        # Not even the identity travels on: another user, and none of the author's context.
        system = self.with_user(SUPERUSER_ID).with_context({})  # pylint: disable=context-overridden
        code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
        system._store(name, body, company.with_env(system.env), system.env["res.users"], code)
        shown = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
        return {"code": shown, "url": f"{self.get_base_url()}/complaints/suggestion"}

    @api.model
    def _refuse_outsiders(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Suggestions are for employees."))

    @api.model
    def _store(self, name, body, company, author, code=None):
        one = self.create(
            {
                "name": name,
                "body": body,
                "company_id": company.id,
                "anonymous": bool(code),
                "author_id": author.id,
                "sent_on": fields.Date.context_today(self),
                "answer_by": self._answer_by(company),
                "code_hash": self._hashed(code) if code else False,
            }
        )
        one._tell_management()
        return one

    @api.model
    def _hashed(self, code):
        plain = "".join(char for char in str(code or "").upper() if char.isalnum())
        return self.env["complaint.rate"]._hashed(f"suggestion:{plain}")

    @api.model
    def _of_code(self, code):
        """The anonymous suggestion that a code opens, empty for any other word."""
        # sudo: the code is the permission
        found = self.sudo().search(
            [("code_hash", "=", self._hashed(code)), ("anonymous", "=", True)], limit=1
        )
        return found if code else found.browse()

    @api.model
    def _may_be_anonymous(self, company):
        release = self.env["complaint.release"]._active(company)
        return bool(release and (release._policy().raw.get("privacy") or {}).get("anonymous_suggestions"))

    @api.model
    def _answer_by(self, company):
        """By which day management has to answer what is written today; False without a limit."""
        release = self.env["complaint.release"]._active(company)
        within = (release._escalation_option("suggestions") or {}).get("answer_within")
        if not within:
            return False
        calendar = release._policy().calendar or Calendar.always_open()
        due, _provisional = calendar.due(aware(fields.Datetime.now()), Duration.parse(within))
        return due.date()

    # ------------------------------------------------------------------ who hears of it

    def _management(self):
        """The people who read suggestions of a company."""
        group = self.env.ref(GROUP).sudo()  # sudo: who is in it is no secret to the system
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )

    def _tell_management(self):
        self.ensure_one()
        for lang, users in self._management().grouped("lang").items():
            here = self.with_context(lang=lang)
            subject = here.env._("To management: %(title)s", title=self.name)
            who = self.author_id.name or here.env._("Anonymous")
            here._notify(users, subject, f"{who}\n\n{self.body}")

    def _tell_author(self):
        """The answer, to those who gave their name."""
        for one in self.filtered("author_id"):
            here = one.with_context(lang=one.author_id.lang)
            subject = here.env._("Management answers: %(title)s", title=one.name)
            here._notify(one.author_id, subject, one.answer)

    def _notify(self, users, subject, text):
        """A message into the inbox or mailbox of people, sent by the queue."""
        # sudo: the system writes; who set it off is nobody's business for an anonymous suggestion
        thread = self.env["mail.thread"].with_user(SUPERUSER_ID).with_context(lang=self.env.lang)
        thread.message_notify(
            partner_ids=users.partner_id.ids,
            subject=subject,
            body=plaintext2html(text),
            author_id=self.env.ref("base.partner_root").id,
            force_send=False,
        )

    # ------------------------------------------------------------------ answering

    def action_answer(self):
        """Ask for the answer; whether it is accepted is part of it."""
        self.ensure_one()
        self._refuse_to_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the suggestion"),
            "res_model": "complaint.suggestion.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_suggestion_id": self.id},
        }

    def _refuse_to_answer(self):
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Only management answers suggestions."))
        self.check_access("read")
        if self.state != "new":
            raise UserError(self.env._("This suggestion has been answered already."))
        if self.author_id == self.env.user:
            raise UserError(self.env._("Somebody else of management answers your own suggestion."))

    def _answer(self, verdict, words):
        self.ensure_one()
        self._refuse_to_answer()
        if verdict not in dict(STATES) or verdict == "new" or not (words or "").strip():
            raise UserError(self.env._("Write an answer: whoever wrote to you wants to know why."))
        now = fields.Datetime.now()
        values = {"state": verdict, "answer": words, "answered_at": now, "answered_by": self.env.uid}
        if verdict == "accepted":
            values |= {"accepted_at": now, "accepted_by": self.env.uid}
        self.sudo().write(values)  # sudo: answers are written by this method alone
        self.sudo()._tell_author()  # sudo: as above

    def action_improve(self):
        """Make an improvement action of an accepted suggestion."""
        self.ensure_one()
        if self.state != "accepted":
            raise UserError(self.env._("Accept the suggestion first. Then it can become an action."))
        return self.env["mgmtsystem.action"]._form_of_a_new_one(
            default_suggestion_id=self.id,
            default_name=self.name,
            default_description=plaintext2html(self.body),
            default_company_id=self.company_id.id,
            default_type_action="improvement",
        )


class SuggestionAnswer(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.suggestion.answer"
    _description = "Answer a suggestion"

    suggestion_id = fields.Many2one("complaint.suggestion", required=True, readonly=True)
    body = fields.Text(related="suggestion_id.body")
    anonymous = fields.Boolean(related="suggestion_id.anonymous")
    verdict = fields.Selection(
        [("accepted", "We do it"), ("answered", "We explain"), ("declined", "We do not do it")],
        "What becomes of it",
        required=True,
    )
    words = fields.Text("Your answer", required=True)

    def action_send(self):
        self.ensure_one()
        self.suggestion_id._answer(self.verdict, self.words)
        return {"type": "ir.actions.act_window_close"}
