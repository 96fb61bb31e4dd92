"""The reports that the policy asks for (F2): made once for each period, frozen, read by somebody who may add
what numbers do not say, signed off, sent, and kept.

    entry of `reports` + period -> report_period (when) -> report_page, report_content (what)
                                        |
    made -- balances? no --> draft      v
         -- review_by --> in_review -- signed off --> made --> sent (locked for good)

What a report says is kept as data in every language of the house, with the release that it was made under.
Its PDF and its page are drawn from that, so they never say anything else."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("draft", "Does not balance"),
    ("in_review", "To be reviewed"),
    ("made", "Ready to be sent"),
    ("sent", "Sent"),
    ("replaced", "Made again"),
]
OPEN_STATES = ("draft", "in_review", "made")
ALL_READERS = ("complaint_management.group_data_analysis", "helpdesk_mgmt.group_helpdesk_manager")
# What a report is; another one is made instead of changing it.
FROZEN = frozenset(
    {
        "company_id",
        "release_id",
        "report_code",
        "every",
        "period",
        "begin",
        "end",
        "version",
        "content",
        "digest",
        "made_at",
        "made_uid",
    }
)
AFTER_SENDING = frozenset({"reader_ids", "activity_ids", "message_follower_ids", "message_ids"})
QUIET = {"mail_create_nosubscribe": True, "mail_create_nolog": True, "tracking_disable": True}


class ComplaintReport(models.Model):
    _name = "complaint.report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Report about complaints"
    _order = "begin desc, id desc"
    _rec_names_search = ["report_code", "period"]

    name = fields.Char(compute="_compute_name")
    title = fields.Char("Report", compute="_compute_name")
    span = fields.Char("Period", compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    release_id = fields.Many2one(
        "complaint.release",
        "Policy",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The release of the policy that was in force when the report was made.",
    )
    report_code = fields.Char("Name in the policy", required=True, readonly=True)
    every = fields.Char(required=True, readonly=True)
    period = fields.Char("Period's name", required=True, readonly=True, help="Such as 2026-03 or 2026-Q1.")
    begin = fields.Date("From", required=True, readonly=True)
    end = fields.Date("The day after", required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    content = fields.Json(readonly=True, prefetch=False)
    digest = fields.Char(readonly=True, help="SHA-256 over what the report says.")
    made_at = fields.Datetime("Made", required=True, readonly=True)
    made_uid = fields.Many2one("res.users", "Made by", readonly=True, ondelete="restrict")
    review_role = fields.Char(readonly=True)
    reader_ids = fields.Many2many(
        "res.users",
        "complaint_report_reader_rel",
        string="Readers",
        readonly=True,
        help="Who may read it: before it is sent those who review it, then also those whom it is for.",
    )
    reviewer_ids = fields.Many2many(
        "res.users", "complaint_report_reviewer_rel", string="Reviewers", readonly=True
    )
    reviewer_id = fields.Many2one("res.users", "Reviewed by", readonly=True, ondelete="restrict")
    reviewed_at = fields.Datetime("Reviewed", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    remark_ids = fields.One2many("complaint.report.remark", "report_id", "Remarks")
    delivery_ids = fields.One2many("complaint.report.delivery", "report_id", "Sent to", readonly=True)
    headline = fields.Char("What matters", compute="_compute_headline")
    misfit = fields.Text("What does not balance", compute="_compute_headline")

    _once = models.UniqueIndex(
        "(company_id, report_code, begin) WHERE state != 'replaced'",
        "This report has been made for this period already. Open it instead.",
    )
    _code = models.Index("(company_id, report_code, begin)")

    # ------------------------------------------------------------------ what it is called

    @api.depends("report_code", "release_id", "begin", "end")
    @api.depends_context("lang")
    def _compute_name(self):
        figures = self.env["complaint.figures"]
        for report in self:
            # sudo: the words of the policy are no secret
            release = report.sudo().release_id
            report.title = release._words(report._entry().get("title"), report.report_code)
            report.span = report.begin and figures._span_title(report.begin, report.end)
            report.name = f"{report.title} · {report.span}"

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = report.name

    def _entry(self):
        """What the policy says of this report, in the release that it was made under."""
        # sudo: the words of the policy are no secret
        release = self.sudo().release_id
        return release._report_entry(self.report_code) if release else {}

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_headline(self):
        for report in self:
            page = report._page()
            first = next(iter(page.get("headlines", ())), {})
            parts = (first.get("answer"), first.get("sentence"))
            report.headline = ": ".join(part for part in parts if part) or False
            report.misfit = "\n".join(page.get("misfits", ())) or False

    # ------------------------------------------------------------------ what it says

    def _page(self):
        """What it says in the reader's language, else in English, else in the first that it has."""
        pages = (self.content or {}).get("pages") or {}
        lang = self.env.lang or "en_US"
        return pages.get(lang) or pages.get("en_US") or next(iter(pages.values()), {})

    def _sections(self):
        """The sections in the reader's language; see report_content."""
        self.ensure_one()
        return self._page().get("sections", [])

    def _topics(self):
        """[{title, sentence, model, domain}]: what there is to talk about, the four main questions first."""
        self.ensure_one()
        page, found = self._page(), []
        for one in (*page.get("headlines", ()), *page.get("sections", ())):
            title, sentence = one.get("question") or one.get("title"), one.get("sentence")
            if not sentence or one.get("missing"):
                continue
            opens = page["opens"][one["at"]] if one.get("at") is not None else {}
            found.append(
                {
                    "title": title,
                    "sentence": sentence,
                    "model": opens.get("model", "complaint.fact"),
                    "domain": opens.get("domain", [(0, "=", 1)]),
                }
            )
        return found

    @api.model
    def _latest(self, company, code):
        """The newest report of that name that balances, sent or not; an empty one if there is none."""
        domain = [("company_id", "=", company.id), ("state", "in", ("in_review", "made", "sent"))]
        if code:
            domain.append(("report_code", "=", code))
        return self.search(domain, limit=1)

    @api.model
    def _digest_of(self, content):
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    # ------------------------------------------------------------------ nobody writes by hand

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Reports are made by the policy, or with “Make a report now”."))
        for vals in vals_list:
            vals["digest"] = self._digest_of(vals.get("content"))
        return super(ComplaintReport, self.with_context(**QUIET)).create(vals_list)

    def write(self, vals):
        if not self.env.su and set(vals) - {"remark_ids", "activity_ids"}:
            raise AccessError(
                self.env._("A report is not changed by hand. Write a remark, or have it made again.")
            )
        if FROZEN & set(vals):
            raise UserError(
                self.env._("What a report says is never changed. Make it again as a new version instead.")
            )
        if set(vals) - AFTER_SENDING and "sent" in self.mapped("state"):
            raise UserError(
                self.env._("This report has been sent and is kept as it is. The next one can say it better.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A report is not deleted: it is part of the record."))

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A report is not copied. Make one for another period instead."))

    # ------------------------------------------------------------------ making

    @api.model
    def _make(self, company, entry, begin, end):
        """Make the report of an entry of the policy for a period, freeze it, and let it go its way."""
        report = self._drafted(company, entry, begin, end)
        report._go_on()
        return report.with_env(self.env)

    @api.model
    def _drafted(self, company, entry, begin, end):
        """The report of an entry for a period, frozen, on its way to nobody yet. A version that was not sent
        is replaced, its remarks are kept."""
        # sudo: a report counts every case of the company, whoever has it made; opening the cases behind a
        # number is a question to the reader's own rights again
        own = self.sudo()
        own._refuse_second(company, entry["name"], begin)
        release = own.env["complaint.release"]._active_or_explain(company)
        content = own._content(company, release, entry, begin, end)
        old = own.search(own._of_period(company, entry["name"], begin), limit=1)
        old.write({"state": "replaced"})
        old.activity_ids.unlink()
        report = own.create(
            {
                "company_id": company.id,
                "release_id": release.id,
                "report_code": entry["name"],
                "every": entry["every"],
                "period": self._period_code(company, entry["every"], begin),
                "begin": begin,
                "end": end,
                "version": old.version + 1,
                "state": "draft",
                "content": content,
                "made_at": fields.Datetime.now(),
                "made_uid": self.env.uid,
                "review_role": entry.get("review_by"),
            }
        )
        old.remark_ids.write({"report_id": report.id})
        return report

    @api.model
    def _of_period(self, company, code, begin):
        return [
            ("company_id", "=", company.id),
            ("report_code", "=", code),
            ("begin", "=", begin),
            ("state", "!=", "replaced"),
        ]

    def _refuse_second(self, company, code, begin):
        there = self.search(self._of_period(company, code, begin), limit=1)
        if there.state == "sent":
            raise UserError(
                self.env._(
                    "“%(name)s” was sent on %(day)s and is kept as it is. Its page says whether the numbers "
                    "are still the same.",
                    name=there.name,
                    day=fields.Date.to_string(there.sent_at),
                )
            )

    def action_make_again(self):
        """A new version, while it is not sent."""
        self.ensure_one()
        self._check_maker()
        self.check_access("read")
        entry = self._entry_now() or self._entry()
        report = self._make(self.company_id, entry, self.begin, self.end)
        return report._open_form()

    def _entry_now(self):
        """What the policy in force says of this report; an empty dict if it says nothing any more."""
        return self.env["complaint.release"]._active(self.company_id)._report_entry(self.report_code)

    @api.model
    def _check_maker(self):
        if not any(self.env.user.has_group(name) for name in ALL_READERS):
            raise AccessError(self.env._("Reports are made by data analysts and managers."))

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }


class ComplaintReportDelivery(models.Model):
    """Who got a report, where, in which language, and when; never changed."""

    _name = "complaint.report.delivery"
    _description = "Somebody who got a report"
    _order = "id"
    _rec_name = "user_id"

    report_id = fields.Many2one(
        "complaint.report", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True)
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    email = fields.Char("Address", readonly=True)
    lang = fields.Char("Language", readonly=True)
    sent_at = fields.Datetime("When", required=True, readonly=True)
    pdf_id = fields.Many2one(
        "ir.attachment",
        "PDF sent",
        readonly=True,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
        index="btree_not_null",
    )
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, ondelete="set null", groups=fields.NO_ACCESS, index="btree_not_null"
    )
    standing = fields.Char(compute="_compute_standing", compute_sudo=True)

    @api.depends("mail_id.state")
    @api.depends_context("lang")
    def _compute_standing(self):
        for one in self:
            if not one.email:
                one.standing = self.env._("Has no address; reads it here")
            elif one.mail_id.state in ("exception", "cancel"):
                one.standing = self.env._("The mail could not be sent")
            elif one.mail_id:
                one.standing = self.env._("Waits in the mail queue")
            else:
                one.standing = self.env._("Handed to the mail server")

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("Who got a report is recorded by sending it."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Who got a report is recorded by sending it."))
        return super().create(vals_list)
