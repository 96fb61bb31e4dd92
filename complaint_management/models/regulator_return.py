"""Files for a regulator: the cases of a period, one row each, in the columns that the policy names.

    draft --checked and released by a role of the policy--> released

A draft may be made again as often as one likes; what is released stays byte for byte, with its period, the
rules that held and a digest that anybody can reckon again. A file whose numbers do not add up is not
released: what was open at the start, with what came in and what was opened again, less what was closed, is
what is open at the end, counted twice in two ways."""

import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.policy import as_list
from .meeting import span_words
from .register_document import BALANCE

STATES = [("draft", "Draft"), ("released", "Released")]
PEOPLE = (
    "complaint_management.group_supervision",
    "complaint_management.group_data_analysis",
    "complaint_management.group_decision",
    "helpdesk_mgmt.group_helpdesk_manager",
)


class ComplaintReturn(models.Model):
    _name = "complaint.return"
    _description = "File for a regulator"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "begin desc, code, id desc"

    name = fields.Char(compute="_compute_name")
    title = fields.Char("File", compute="_compute_name")
    span = fields.Char("Period", compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    release_id = fields.Many2one(
        "complaint.release",
        "Policy",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The rules by which it was made.",
    )
    code = fields.Char("Name in the policy", required=True, readonly=True)
    period = fields.Char("Period's name", required=True, readonly=True, help="Such as 2026-Q1.")
    begin = fields.Date("From", required=True, readonly=True)
    end = fields.Date("The day after", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    roles = fields.Json(readonly=True, help="The roles of the policy that release it.")
    role_titles = fields.Char("Released by", compute="_compute_role_titles")
    rows = fields.Integer("Cases", readonly=True, aggregator=None)
    opening = fields.Integer("Open at the start", readonly=True, aggregator=None)
    received = fields.Integer(readonly=True, aggregator=None)
    reopened = fields.Integer("Opened again", readonly=True, aggregator=None)
    closed = fields.Integer(readonly=True, aggregator=None)
    closing = fields.Integer("Open at the end", readonly=True, aggregator=None)
    problem = fields.Text("Why it cannot be released", readonly=True)
    columns = fields.Json(readonly=True, help="The titles of the columns, from left to right.")
    column_titles = fields.Char("In a row", compute="_compute_column_titles")
    # Read through the button alone, which looks at the rights of each case in it.
    content = fields.Binary(attachment=True, readonly=True, groups=fields.NO_ACCESS)
    case_ids = fields.Json("Cases in it", readonly=True, groups=fields.NO_ACCESS)
    confidential_ids = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    confidential_count = fields.Integer("Confidential cases in it", readonly=True, aggregator=None)
    digest = fields.Char(
        "SHA-256", readonly=True, help="Of the file. Who has it can see that nothing changed."
    )
    made_at = fields.Datetime("Made", readonly=True)
    released_at = fields.Datetime("Released on", readonly=True)
    released_by_id = fields.Many2one("res.users", "Released by (person)", readonly=True, ondelete="restrict")
    may_release = fields.Boolean(compute="_compute_may")
    may_download = fields.Boolean(compute="_compute_may")

    _once = models.UniqueIndex(
        "(company_id, code, period)", "The file of this period is there already. Make it again instead."
    )

    # ------------------------------------------------------------------ what is shown

    @api.depends("code", "release_id", "begin", "end")
    @api.depends_context("lang")
    def _compute_name(self):
        for one in self:
            release = one.sudo().release_id  # sudo: the words of the policy are no secret
            titles = release._return_entry(one.code).get("title") if release else None
            one.title = release._in_language(titles) if titles else one.code
            one.span = span_words(self.env, one.begin, one.end) if one.begin and one.end else False
            one.name = " · ".join(filter(None, (one.title, one.span)))

    @api.depends("name")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.name

    @api.depends("columns")
    def _compute_column_titles(self):
        for one in self:
            one.column_titles = " · ".join(one.columns or ())

    @api.depends("roles", "release_id")
    @api.depends_context("lang")
    def _compute_role_titles(self):
        for one in self:
            release = one.sudo().release_id  # sudo: the words of the policy are no secret
            one.role_titles = ", ".join(release._role_title(role) for role in as_list(one.roles or ()))

    @api.depends("roles", "release_id", "state", "problem")
    @api.depends_context("uid")
    def _compute_may(self):
        for one in self:
            one.may_download = one._sees_all()
            one.may_release = one.state == "draft" and one._releases() and one.may_download

    def _releases(self):
        """Whether the reader belongs to a role that releases it."""
        release = self.sudo().release_id  # sudo: whom the policy means is the company's business
        return any(self.env.user in release._role_members(role) for role in as_list(self.roles or ()))

    def _sees_all(self):
        """Whether the reader may see each confidential case in it, or there is none."""
        cases = self._confidential_cases()
        return len(cases._filtered_access("read")) == len(cases)

    def _confidential_cases(self):
        """Those that were confidential when it was made, or have become so since."""
        own = self.sudo()  # sudo: only ids, to be looked at as the reader
        cases = own.env["helpdesk.ticket"].with_context(active_test=False)
        since = [("id", "in", own.case_ids or []), ("confidential", "=", True)]
        found = cases.browse(own.confidential_ids or []) | cases.search(since)
        return found.with_env(self.env).with_context(active_test=False)

    def _is_whole(self):
        """Whether its period was over when it was made: what came later would be missing in it."""
        whole = bool(self.made_at) and self.made_at >= self._instants()[1]
        return self.state == "released" or whole

    # ------------------------------------------------------------------ nobody writes by hand

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Files for a regulator are made by the policy, or with “Make a file”.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and set(vals) - {"activity_ids", "message_follower_ids"}:
            raise AccessError(self.env._("A file for a regulator is made and released by its buttons."))
        if FROZEN & set(vals) and any(one.state == "released" for one in self):
            raise UserError(self.env._("What was released stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if not self.env.su or any(one.state == "released" for one in self):
            raise UserError(
                self.env._("What was released stays as it is, and drafts are made again instead.")
            )

    # ------------------------------------------------------------------ making

    @api.model
    def _make(self, release, entry, period, begin, end):
        """Make the file of a period, or make its draft again.

        entry: as the policy writes it; begin, end: days, end excluded"""
        made = self.sudo()  # sudo: it has all cases of the company, or it would not balance
        one = made.search(
            [
                ("company_id", "=", release.company_id.id),
                ("code", "=", entry["name"]),
                ("period", "=", period),
            ]
        )
        if one.state == "released":
            raise UserError(
                self.env._(
                    "“%(file)s” was released on %(day)s and stays as it is.",
                    file=one.name,
                    day=fields.Date.to_string(one.released_at),
                )
            )
        values = {
            "company_id": release.company_id.id,
            "release_id": release.id,
            "code": entry["name"],
            "period": period,
            "begin": begin,
            "end": end,
            "roles": as_list(entry["to"]),
        }
        if one:
            one.write(values)
        else:
            one = made.with_context(mail_create_nosubscribe=True).create(values)
        one._fill()
        return one.with_env(self.env)

    def _fill(self):
        """Write the file into the record."""
        table = self._table_of_cases()
        content = table.as_bytes()
        self.write(
            {
                **{name: table.balance[name] for name in BALANCE},
                "rows": len(table.lines),
                "problem": self._imbalance(table),
                "columns": table.titles,
                "content": base64.b64encode(content),
                "case_ids": table.cases,
                "confidential_ids": table.confidential,
                "confidential_count": len(table.confidential),
                "digest": hashlib.sha256(content).hexdigest(),
                "made_at": fields.Datetime.now(),
            }
        )

    def _imbalance(self, table):
        """What is wrong with the numbers, in a sentence; False if they add up."""
        found = table.balance
        expected = found["opening"] + found["received"] + found["reopened"] - found["closed"]
        if found["closing"] != expected:
            return self.env._(
                "The numbers do not add up: %(expected)d should be open at the end, %(counted)d are. A fact "
                "is missing in the register. Tell the administrator, and make the file again.",
                expected=expected,
                counted=found["closing"],
            )
        if table.of_rows != found:
            different = [name for name in BALANCE if table.of_rows[name] != found[name]]
            labels = [self._fields[name]._description_string(self.env) for name in different]
            return self.env._(
                "The rows do not say what the register says about: %(what)s. Make the file again; if that "
                "does not help, tell the administrator.",
                what=", ".join(labels),
            )
        return False

    # ------------------------------------------------------------------ buttons

    def _check_reader(self):
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in PEOPLE) and not all(
            one._releases() for one in self
        ):
            raise AccessError(
                self.env._("Files for a regulator are for supervision, data analysis and management.")
            )

    def action_make_again(self):
        for one in self:
            one._check_reader()
            release = self.env["complaint.release"]._active(one.company_id)
            entry = release._return_entry(one.code)
            if not entry:
                raise UserError(self.env._("The policy in force knows this file no more."))
            one._make(release, entry, one.period, one.begin, one.end)
        return True

    def action_release(self):
        """Freeze the file. Whoever does it stands for it by name."""
        for one in self:
            one._check_may_release()
            one.sudo().write(  # sudo: allowed above
                {
                    "state": "released",
                    "released_at": fields.Datetime.now(),
                    "released_by_id": self.env.uid,
                }
            )
            # sudo: what was asked of everybody has been done by one
            one.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            # sudo: said in the history, by whoever did it
            one.sudo().message_post(body=self.env._("Released. SHA-256: %(digest)s", digest=one.digest))
        return True

    def _check_may_release(self):
        self._check_reader()
        if self.state != "draft":
            raise UserError(self.env._("“%(file)s” is released already.", file=self.name))
        if not self._releases():
            raise AccessError(
                self.env._("%(roles)s releases this file. Ask one of them.", roles=self.role_titles)
            )
        if not self._sees_all():
            raise AccessError(self._hidden_words())
        if self.end > self.env["complaint.figures"]._today(self.company_id):
            raise UserError(
                self.env._("The period is not over. The file can be released from %(day)s on.", day=self.end)
            )
        if not self.sudo()._is_whole():  # sudo: the rules by which it was made
            raise UserError(
                self.env._(
                    "“%(file)s” was made while its period was still running. Make it again, then release it.",
                    file=self.name,
                )
            )
        if self.problem:
            raise UserError(self.env._("“%(file)s” cannot be released. ", file=self.name) + self.problem)

    def _hidden_words(self):
        return self.env._(
            "%(count)d confidential cases are in this file, and not all of them are yours to see. Ask "
            "somebody who may.",
            count=len(self._confidential_cases()),
        )

    def action_download(self):
        self._check_may_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaints/return/{self.id}.csv",
            "target": "download",
        }

    def _check_may_download(self):
        self.ensure_one()
        self._check_reader()
        if not self._sees_all():
            raise AccessError(self._hidden_words())

    def _file_content(self):
        """The bytes of the file, looked at once more."""
        self._check_may_download()
        # sudo: read was allowed above
        content = base64.b64decode(self.sudo().with_context(bin_size=False).content or b"")
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise UserError(
                self.env._("The file is not what was made: its SHA-256 differs. Tell the administrator.")
            )
        return content

    def _file_name(self):
        state = "" if self.state == "released" else f" {self.env._('draft')}"
        return f"{self.code} {self.begin} {self.end - timedelta(days=1)}{state}.csv"


FROZEN = frozenset(
    {"content", "digest", "period", "begin", "end", "code", "company_id", "release_id", "state", "columns"}
    | {"rows", "case_ids", "confidential_ids", "released_at", "released_by_id", "made_at"}
    | set(BALANCE)
)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _return_entries(self):
        """The files for regulators as the policy writes them."""
        return (self._policy().raw.get("returns") or ()) if self else ()

    def _return_entry(self, code):
        return next((entry for entry in self._return_entries() if entry["name"] == code), {})
