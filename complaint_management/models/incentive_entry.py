"""The ledger of points (E1, E2): one row for each point that somebody got or lost, never changed and never
deleted. What turns out differently later is a new row that names the one it corrects.

An entry belongs to the person whose points it is about, not to the case: whoever lost points must be able to
see why, also after the case went to other people. Of the case it shows the number, nothing else."""

# Refusing is what these methods are for, so they neither call super() nor return.
# pylint: disable=method-required-super,no-raise-unlink
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.incentives import COUNTED, Entry
from ..engine.points_text import explain_entry, explain_taken_back, points_text, rule_place
from .event import append_only
from .incentive_period import LOCKED
from .register_rows import insert_rows
from .release_reading import aware
from .why import _entry

GUARD_SQL = append_only("complaint_incentive_entry", "complaint_incentive_guard", "ledger of points")

COLUMNS = {
    "statement_id": "int",
    "company_id": "int",
    "release_id": "int",
    "scheme": "varchar",
    "ticket_id": "int",
    "suggestion_id": "int",
    "cycle": "int",
    "rule": "varchar",
    "subject": "varchar",
    "user_id": "int",
    "of_period": "varchar",
    "period": "varchar",
    "at": "timestamp",
    "points": "numeric",
    "weight": "numeric",
    "flat": "bool",
    "cases": "int",
    "revision": "int",
    "corrects_id": "int",
    "cut": "bool",
    "detail": "jsonb",
    "recorded_at": "timestamp",
}


class IncentiveEntry(models.Model):
    _name = "complaint.incentive.entry"
    _description = "Points of a person"
    _order = "at desc, id desc"
    _log_access = False  # recorded_at says it already, and an entry is never written again

    statement_id = fields.Many2one(
        "complaint.incentive.statement", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    release_id = fields.Many2one("complaint.release", required=True, readonly=True, ondelete="restrict")
    scheme = fields.Char(required=True, readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", "Complaint", readonly=True, ondelete="restrict")
    suggestion_id = fields.Many2one("complaint.suggestion", readonly=True, ondelete="restrict")
    cycle = fields.Integer(required=True, readonly=True)
    rule = fields.Char(required=True, readonly=True)
    subject = fields.Char(required=True, readonly=True, help="The clock or event that the rule looked at.")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    of_period = fields.Char(required=True, readonly=True, help="The period in which it happened.")
    period = fields.Char(required=True, readonly=True, help="The period in which it counts.")
    at = fields.Datetime("Happened", required=True, readonly=True)
    points = fields.Float("Points by the rule", digits=(16, 4), required=True, readonly=True)
    weight = fields.Float(digits=(16, 4), required=True, readonly=True)
    flat = fields.Boolean(readonly=True)
    cases = fields.Integer("Counted cases", readonly=True)
    revision = fields.Integer(required=True, readonly=True)
    corrects_id = fields.Many2one(
        "complaint.incentive.entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    cut = fields.Boolean(readonly=True)
    detail = fields.Json(readonly=True, help="Codes and numbers only; the words are made for each reader.")
    recorded_at = fields.Datetime("Recorded", required=True, readonly=True)

    case_number = fields.Char("Case", compute="_compute_case_number", compute_sudo=True)
    value = fields.Float("Counts", compute="_compute_value", digits=(16, 2))
    shown = fields.Char("Points", compute="_compute_value")
    words = fields.Text("Why", compute="_compute_words", compute_sudo=True)
    policy_line = fields.Char(compute="_compute_words", compute_sudo=True)
    objection_ids = fields.One2many("complaint.incentive.objection", "entry_id", readonly=True)
    objection_words = fields.Char("Answer to the objection", compute="_compute_may_object")
    may_object = fields.Boolean(compute="_compute_may_object")
    mine = fields.Boolean(compute="_compute_may_object")

    _once = models.UniqueIndex(
        "(scheme, COALESCE(ticket_id, 0), COALESCE(suggestion_id, 0), cycle, rule, subject, user_id, "
        "revision)"
    )
    _ticket = models.Index("(ticket_id, scheme) WHERE ticket_id IS NOT NULL")

    def init(self):
        self.env.cr.execute(SQL(GUARD_SQL.replace("%", "%%")))

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Points come from what happens to cases, not by hand."))

    def write(self, vals):
        raise UserError(
            self.env._("The ledger of points is never changed. What was wrong is set right by a new entry.")
        )

    def unlink(self):
        raise UserError(self.env._("Nothing is ever deleted from the ledger of points."))

    @api.model
    def _append(self, rows):
        """Insert entries. rows: dicts of COLUMNS. One that another job was faster with raises a conflict,
        which Odoo and the jobs answer with another try."""
        if not rows:
            return
        insert_rows(self.env, self._table, COLUMNS, rows, "")
        self.env["complaint.incentive.statement"].invalidate_model(["entry_ids", "point_ids", "case_ids"])

    # ------------------------------------------------------------------ words

    @api.depends("ticket_id", "suggestion_id")
    @api.depends_context("lang")
    def _compute_case_number(self):
        for entry in self:
            entry.case_number = entry.ticket_id.number or self.env._("Suggestion")

    @api.depends("points", "weight", "flat")
    def _compute_value(self):
        for entry in self:
            value = _exact(entry.points) * (1 if entry.flat else _exact(entry.weight))
            entry.value = float(value)
            entry.shown = self._said(entry, value)

    def _said(self, entry, value):
        """What an entry adds, as people write it: its points, or how many cases it counts."""
        if entry.rule != COUNTED:
            return points_text(value)
        return points_text(_exact(entry.weight) * entry.cases)

    @api.depends("rule", "subject", "detail", "corrects_id")
    @api.depends_context("lang", "uid")
    def _compute_words(self):
        for entry in self:
            scheme = entry.release_id._schemes()[entry.scheme]
            lang = entry.release_id._language()
            entry.policy_line = False if entry.rule == COUNTED else rule_place(scheme, entry.rule)
            taken_back = entry.corrects_id and not entry.detail
            explain = explain_taken_back if taken_back else explain_entry
            # the person is spoken to, others read about the person
            person = None if entry.user_id == self.env.user else entry.user_id.name
            entry.words = explain(scheme, entry._for_engine(), lang, person)

    def _for_engine(self):
        """The entry as the engine explains it; one that takes back, with what the first one said."""
        first = self
        while not first.detail and first.corrects_id:
            first = first.corrects_id
        return Entry(
            self.rule, self.subject, self.cycle, self.user_id.id, aware(self.at), _exact(self.points),
            _exact(self.weight), self.flat, self.cases, self.cut, first.detail or {},
        )  # fmt: skip

    @api.depends("case_number", "shown", "rule")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for entry in self:
            release = entry.sudo().release_id  # sudo: the words of the policy are no secret
            title = (
                self.env._("Case counted")
                if entry.rule == COUNTED
                else release._points_rule_title(entry.scheme, entry.rule)
            )
            entry.display_name = f"{entry.case_number}: {title} ({entry.shown})"

    def action_why(self):
        """The line of the policy that gives or takes these points."""
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["complaint.incentive.why"].create({"entry_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why these points?"),
            "res_model": "complaint.incentive.why",
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_case(self):
        """The case, for those who may still read it."""
        self.ensure_one()
        self.check_access("read")
        # sudo: whether the reader may open the case is asked right here
        case = self.sudo().ticket_id.sudo(
            False
        )  # sudo: which case it is; whether it may be read is asked next
        if not case or not case.has_access("read"):
            raise UserError(
                self.env._("This case is with other people now. What gave or took the points stands here.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": case.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ objecting

    @api.depends("objection_ids.state", "statement_id.state", "statement_id.object_until")
    @api.depends_context("uid", "lang")
    def _compute_may_object(self):
        labels = dict(
            self.env["complaint.incentive.objection"]._fields["state"]._description_selection(self.env)
        )
        objected = self._objected()
        for entry in self:
            known = objected.get(entry._key())
            entry.mine = entry.user_id == self.env.user
            entry.objection_words = labels[known] if known else False
            entry.may_object = entry.mine and not entry._why_no_objection(known)

    def _key(self):
        """What an entry is about; an objection is about all entries of the same."""
        return (
            self.scheme, self.ticket_id.id, self.suggestion_id.id, self.rule, self.subject, self.cycle,
            self.user_id.id,
        )  # fmt: skip

    def _objected(self):
        """{key: state of the objection} of the statements of self; one query."""
        # sudo: whether there is an objection decides what the reader of the entry sees
        found = (
            self.env["complaint.incentive.objection"]
            .sudo()
            .search([("user_id", "in", self.user_id.ids), ("statement_id", "in", self.statement_id.ids)])
        )
        return {one.entry_id._key(): one.state for one in found}

    def _why_no_objection(self, known):
        """Why nobody can object to an entry now, as a sentence; empty if the person can.

        known: the state of an objection that there is already"""
        statement = self.statement_id
        if known:
            return self.env._("There is an objection to these points already.")
        if self.corrects_id or (self.rule != COUNTED and self.points >= 0):
            return self.env._(
                "These points are for you, or correct others. Object to the ones that were taken away."
            )
        if not statement.object_until:
            return self.env._("The policy of your company gives no time to object. Talk to your team leader.")
        if statement.state in LOCKED or fields.Datetime.now() > statement.object_until or statement.agreed_at:
            return self.env._(
                "The time to object was over on %(date)s. What comes to light later still corrects the "
                "points by itself: talk to %(leader)s if a fact is missing.",
                date=statement._day(statement.object_until),
                leader=statement.leader_names or self.env._("your team leader"),
            )
        return ""

    def _check_may_object(self):
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody objects to their own points only."))
        reason = self._why_no_objection(self._objected().get(self._key()))
        if reason:
            raise UserError(reason)

    def action_object(self):
        """Ask why the points are wrong, and who decides then."""
        self.ensure_one()
        self._check_may_object()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Object to these points"),
            "res_model": "complaint.incentive.object",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_entry_id": self.id},
        }

    def _count_again(self):
        """Count the case or suggestion of these entries anew, at once."""
        own = self.sudo()  # sudo: the company counts
        if own.ticket_id:
            own.ticket_id._count_points()
        if own.suggestion_id:
            own.suggestion_id._count_points()


class IncentiveWhy(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.incentive.why"
    _description = "Why these points"

    entry_id = fields.Many2one("complaint.incentive.entry", required=True, readonly=True)
    title = fields.Char("What", compute="_compute_rule_text")
    words = fields.Text(compute="_compute_rule_text")
    policy_line = fields.Char(compute="_compute_rule_text")
    rule_text = fields.Text(compute="_compute_rule_text")
    corrects = fields.Text(compute="_compute_rule_text")

    @api.depends("entry_id")
    @api.depends_context("lang")
    def _compute_rule_text(self):
        for wizard in self:
            wizard.entry_id.check_access("read")
            entry = wizard.entry_id.sudo()  # sudo: the words of the policy are no secret
            place = entry.release_id._points_rule_place(entry.scheme, entry.rule)
            sources = entry.release_id.sources or {}
            known = place and entry.rule != COUNTED and place[0] in sources
            wizard.rule_text = _entry(sources[place[0]], place[1]) if known else False
            wizard.corrects = entry.corrects_id.words
            wizard.title, wizard.words = entry.display_name, entry.words
            wizard.policy_line = entry.policy_line


def _exact(number):
    """A stored number as the engine adds it up."""
    return Decimal(str(number))
