"""The register on paper (B13, ISO 10002 and the regulators' lists of what it must hold): one row a case, and
the balance of a period. Open at its start, plus what came in and what was opened again, less what was closed,
is what is open at its end; both sides are counted from the facts, and a document that does not balance is
refused."""

from collections import defaultdict
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.case import CLOSING
from .solution import AGREED

BATCH = 500  # cases read at once: enough to be quick, few enough for little memory
OPENING = ("received", "reopened")
TOLD = ("sent", "to_post")
BALANCE = ("opening", "received", "reopened", "closed", "closing")


# Open at both ends of a period, and the turns between: a case may close and open again several times.
MOVEMENTS = """
    WITH moves AS (
        SELECT ticket_id, kind IN %(opening)s AS opens, kind, occurred_at AS at,
               lag(kind IN %(opening)s) OVER turn AS was,
               lead(occurred_at) OVER turn AS next
          FROM complaint_event
         WHERE kind IN %(kinds)s AND occurred_at < %(end)s AND ticket_id IN %(cases)s
        WINDOW turn AS (PARTITION BY ticket_id ORDER BY occurred_at, id)
    )
    SELECT count(*) FILTER (
               WHERE opens AND at < %(begin)s AND (next IS NULL OR next >= %(begin)s)
           ),
           count(*) FILTER (WHERE opens AND NOT was AND at >= %(begin)s),
           count(*) FILTER (WHERE NOT opens AND was AND at >= %(begin)s),
           count(*) FILTER (WHERE opens AND next IS NULL)
      FROM moves
"""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    vulnerability = fields.Char(
        groups="base.group_user",
        copy=False,
        help="What makes it harder for the complainant to complain, such as illness, age or hardship, and "
        "what they need from us.",
    )

    # ------------------------------------------------------------------ rows

    @api.model
    def _register_columns(self):
        """[(key, title)] of the register, in order."""
        return [
            ("number", self.env._("Number")),
            ("company", self.env._("Company or brand")),
            ("channel", self.env._("Channel")),
            ("received", self.env._("Received")),
            ("acknowledged", self.env._("Acknowledged")),
            ("investigated", self.env._("Investigated")),
            ("resolved", self.env._("Resolved")),
            ("closed", self.env._("Closed")),
            ("stage", self.env._("Stage")),
            ("complainant", self.env._("Complainant")),
            ("representative", self.env._("Representative")),
            ("product", self.env._("Product")),
            ("category", self.env._("Category")),
            ("issue", self.env._("What about")),
            ("severity", self.env._("Severity")),
            ("sought", self.env._("Remedy sought")),
            ("cause", self.env._("Root cause")),
            ("outcome", self.env._("Outcome")),
            ("redress", self.env._("Redress")),
            ("amount", self.env._("Amount")),
            ("currency", self.env._("Currency")),
            ("measures", self.env._("Measures taken")),
            ("cycles", self.env._("Times opened")),
            ("missed", self.env._("Deadlines missed")),
            ("extension", self.env._("Extension: by how much, why")),
            ("extension_by", self.env._("Extension approved by")),
            ("extension_notice", self.env._("Notice of extension sent")),
            ("vulnerability", self.env._("Vulnerability")),
        ]

    def _register_rows(self):
        """The rows of the cases of self in order, as dicts by column; times in the reader's zone. Read in
        batches that are forgotten again, so that any number of cases needs the same memory."""
        for start in range(0, len(self), BATCH):
            cases = self[start : start + BATCH]
            facts, told = cases._register_facts(), cases._extension_notices()
            for case in cases:
                yield case._register_row(facts[case.id], told.get(case.id))
            cases.invalidate_recordset()

    def _register_facts(self):
        """{case id: {kind: [naive UTC, …]}} of the register; one query."""
        facts = defaultdict(lambda: defaultdict(list))
        wanted = [*OPENING, *CLOSING, "acknowledged", "investigated", "report_ready"]
        wanted += ["agreed", "carried_out", "communicated"]
        rows = self.env["complaint.event"].search_read(
            [("ticket_id", "in", self.ids), ("kind", "in", wanted)],
            ["ticket_id", "kind", "occurred_at"],
            order="occurred_at, id",
            load=None,
        )
        for row in rows:
            facts[row["ticket_id"]][row["kind"]].append(row["occurred_at"])
        return facts

    def _extension_notices(self):
        """{case id: when the customer was last told of more time}."""
        groups = self.env["complaint.message"]._read_group(
            [("ticket_id", "in", self.ids), ("subject", "=", "extended"), ("state", "in", TOLD)],
            ["ticket_id"],
            ["queued_at:max"],
        )
        return {case.id: at for case, at in groups}

    def _register_row(self, facts, told):
        latest = self.investigation_ids.sorted("cycle", reverse=True)[:1]
        agreed = self.solution_ids.filtered(lambda one: one.state in AGREED).sorted("id")
        settled = self.settled_remedy_id
        more = self.extension_ids.filtered(lambda one: one.state == "granted")
        resolved = facts["communicated"] or facts["carried_out"] or facts["agreed"]
        closing = max((at for kind in CLOSING for at in facts[kind]), default=None)
        return {
            "number": self.number,
            "company": self.company_id.name,
            "channel": self.channel_id.name,
            "received": self._shown_time(self.received_at),
            "acknowledged": self._shown_time(min(facts["acknowledged"], default=None)),
            "investigated": self._shown_time(
                max(facts["report_ready"] + facts["investigated"], default=None)
            ),
            "resolved": self._shown_time(max(resolved, default=None)),
            "closed": self._shown_time(closing if self.closed else None),
            "stage": self.stage_id.name,
            "complainant": self.partner_name or self.partner_id.name,
            "representative": self.representative_id.name,
            "product": latest.product_module or self.order_reference,
            "category": self.category_id.display_name,
            "issue": self.name,
            "severity": self.severity_id.name,
            "sought": self.remedy_sought,
            "cause": self.cause_id.display_name,
            "outcome": self.finding_id.name or self.set_aside_reason,
            "redress": ", ".join((agreed.remedy_id | settled).mapped("name")),
            "amount": self.remedy_cost or self.settled_amount or None,
            "currency": (self.remedy_currency_id or self.settled_currency_id).name,
            "measures": "\n".join([*agreed.step_ids.mapped("name"), *self.improvement_ids.mapped("name")]),
            "cycles": self.case_cycle,
            "missed": self.breached_clocks,
            "extension": "\n".join(f"{one.clock_title} {one.by}: {one.reason}" for one in more),
            "extension_by": ", ".join(more.decided_by_id.mapped("name")),
            "extension_notice": self._shown_time(told),
            "vulnerability": self.vulnerability,
        }

    def _shown_time(self, moment):
        """An instant in the reader's zone, naive, to the minute: what spreadsheets can reckon with."""
        if not moment:
            return None
        return fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None, second=0, microsecond=0)


class RegisterExport(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """What is asked for: a period and a filter. Whoever may see a case finds it in their register."""

    _name = "complaint.register.export"
    _description = "Register of complaints as a document"

    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.today().replace(month=1, day=1)
    )
    date_to = fields.Date("Until", required=True, default=fields.Date.context_today)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    category_id = fields.Many2one(
        "helpdesk.ticket.category",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
        help="With all categories below it. Empty: all.",
    )
    row_count = fields.Integer("Complaints", compute="_compute_balance")
    opening = fields.Integer("Open at the start", compute="_compute_balance")
    received = fields.Integer(compute="_compute_balance")
    reopened = fields.Integer("Opened again", compute="_compute_balance")
    closed = fields.Integer(compute="_compute_balance")
    closing = fields.Integer("Open at the end", compute="_compute_balance")
    pdf_missing = fields.Boolean(compute="_compute_pdf_missing")

    @api.depends_context("uid")
    def _compute_pdf_missing(self):
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        self.pdf_missing = state in ("install", "broken")

    @api.depends("date_from", "date_to", "company_id", "category_id")
    def _compute_balance(self):
        for export in self:
            complete = export.date_from and export.date_to and export.company_id
            values = export._balance() if complete else dict.fromkeys(BALANCE, 0)
            export.update(values)
            export.row_count = self.env["helpdesk.ticket"].search_count(export._domain()) if complete else 0

    # ------------------------------------------------------------------ what is in it

    def _period(self):
        """(begin, end) of the period in naive UTC: from the first midnight to the one after the last day, in
        the reader's zone."""
        zone = ZoneInfo(str(self.env.tz))

        def midnight(day):
            return datetime.combine(day, time(), zone).astimezone(timezone.utc).replace(tzinfo=None)

        return midnight(self.date_from), midnight(fields.Date.add(self.date_to, days=1))

    def _filter(self):
        domain = [("case_type_id", "!=", False), ("company_id", "=", self.company_id.id)]
        if self.category_id:
            domain.append(("category_id", "child_of", self.category_id.id))
        return domain

    def _domain(self):
        """The cases that were received in the period."""
        begin, end = self._period()
        return [*self._filter(), ("received_at", ">=", begin), ("received_at", "<", end)]

    def _cases(self):
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search(self._domain(), order="received_at, id")

    def _balance(self):
        """The movements of the period; refused if they do not add up."""
        opening, reopened, closed, closing = self._movements()
        received = self.env["helpdesk.ticket"].with_context(active_test=False).search_count(self._domain())
        balance = dict(zip(BALANCE, (opening, received, reopened, closed, closing), strict=True))
        expected = balance["opening"] + balance["received"] + balance["reopened"] - balance["closed"]
        if balance["closing"] != expected:
            raise UserError(
                self.env._(
                    "The register does not balance for this period: %(expected)d should be open at the end, "
                    "%(counted)d are. Nothing is printed. Tell the administrator: a fact is missing.",
                    expected=expected,
                    counted=balance["closing"],
                )
            )
        return balance

    def _movements(self):
        """(open before, reopened, closed, open after) the period. How many cases were open at both ends, and
        how many times one closed or opened again between, is counted from the facts; how many came in, from
        the cases themselves."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets.flush_model(["category_id", "company_id", "case_type_id"])
        begin, end = self._period()
        [found] = self.env.execute_query(
            SQL(
                MOVEMENTS,
                opening=OPENING,
                kinds=(*OPENING, *CLOSING),
                begin=begin,
                end=end,
                cases=tickets._search(self._filter()).subselect(),
            )
        )
        return found

    # ------------------------------------------------------------------ the documents

    def _check_allowed(self):
        """Who may take the register out of the house."""
        allowed = ("group_data_analysis", "group_supervision", "group_senior")
        self.check_access("read")
        if not any(self.env.user.has_group(f"complaint_management.{name}") for name in allowed):
            raise UserError(
                self.env._("The register is printed by data analysis, supervision and senior agents only.")
            )
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins. Correct one of its days."))

    def action_xlsx(self):
        self.ensure_one()
        self._check_allowed()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaints/register/{self.id}.xlsx",
            "target": "download",
        }

    def action_pdf(self):
        self.ensure_one()
        self._check_allowed()
        return self.env.ref("complaint_management.report_register_action").report_action(self, config=False)

    def _facts_of_document(self):
        """[(title, words)]: what the document is about, who made it and when."""
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        return [
            (self.env._("Company"), self.company_id.name),
            (self.env._("Period"), f"{self.date_from} - {self.date_to}"),
            (self.env._("Category"), self.category_id.display_name or self.env._("All")),
            (self.env._("Times in the zone"), str(self.env.tz)),
            (self.env._("Made on"), f"{now:%Y-%m-%d %H:%M}"),
            (self.env._("Made by"), self.env.user.name),
        ]

    @api.model
    def _printed(self, value):
        """A value of a row as the printed register shows it."""
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        if isinstance(value, float):
            return f"{value:,.2f}"
        return "" if value in (None, False) else str(value)

    def _file_name(self):
        return f"{self.env._('Register')} {self.date_from} {self.date_to}"


class RegisterReport(models.AbstractModel):
    _name = "report.complaint_management.register_document"
    _description = "Register of complaints, printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        exports = self.env["complaint.register.export"].browse(docids).exists()
        for export in exports:
            if export.create_uid != self.env.user:
                raise AccessError(self.env._("Everybody prints the register as they may see it themselves."))
            export._check_allowed()
        return {"doc_model": exports._name, "docs": exports}
