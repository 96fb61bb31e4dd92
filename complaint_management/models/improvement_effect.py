"""Whether an improvement action worked (B8): how many complaints with its cause came in as long a time before
it was done as after, counted in the register; and the reminders that keep it from being forgotten."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from .improvement import EFFECTS

LATE = "complaint_management.activity_type_improvement_late"
CHECK = "complaint_management.activity_type_improvement_check"


class MgmtsystemAction(models.Model):
    _inherit = "mgmtsystem.action"

    effect_on = fields.Date(
        "Check of effect",
        help="From this day on, complaints as long before and after the action can be compared.",
    )
    effect = fields.Selection(EFFECTS, readonly=True, copy=False, tracking=True)
    effect_note = fields.Text("What the check found", readonly=True, copy=False)
    effect_checked_at = fields.Datetime("Checked", readonly=True, copy=False)
    effect_checked_uid = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_before = fields.Integer(readonly=True, copy=False, aggregator=None)
    checked_after = fields.Integer(readonly=True, copy=False, aggregator=None)
    complaints_before = fields.Integer(compute="_compute_measure", compute_sudo=True)
    complaints_after = fields.Integer(compute="_compute_measure", compute_sudo=True)
    measure = fields.Char(
        "Complaints before and after",
        compute="_compute_measure",
        compute_sudo=True,
        help="With both periods.",
    )
    to_check = fields.Boolean("Effect to be checked", compute="_compute_to_check", search="_search_to_check")

    @api.constrains("effect_on", "date_deadline")
    def _check_effect_on(self):
        for action in self:
            if action.effect_on and action.date_deadline and action.effect_on <= action.date_deadline:
                raise ValidationError(
                    self.env._("The effect can only be checked after the action is due. Choose a later day.")
                )

    # ------------------------------------------------------------------ the measure

    @api.depends(
        "date_closed",
        "effect_on",
        "effect",
        "stage_id",
        "cause_id",
        "complaint_category_id",
        "checked_before",
        "checked_after",
    )
    @api.depends_context("lang")
    def _compute_measure(self):
        cancelled = self._cancelled()
        spans = {action: action not in cancelled and action._spans() for action in self}
        open_ones = {action: span for action, span in spans.items() if span and not action.effect}
        counts = self._counts(open_ones)
        for action in self:
            before, after = counts.get(action.id, (action.checked_before, action.checked_after))
            action.complaints_before, action.complaints_after = before, after
            action.measure = action._measure_words(spans[action], before, after)

    def _spans(self):
        """(begin, done, end) of the comparison in naive UTC: as long before the action was done as after it;
        None while there is nothing to compare."""
        done = self.date_closed
        measured = self.cause_id or self.complaint_category_id
        if not done or not measured or not self.effect_on:
            return None
        zone = ZoneInfo(self.company_id.partner_id.tz or "UTC")
        midnight = (
            datetime.combine(self.effect_on, time(), zone).astimezone(timezone.utc).replace(tzinfo=None)
        )
        end = min(midnight, self.effect_checked_at or fields.Datetime.now())
        return (done - (end - done), done, end) if end > done else None

    def _counts(self, spans):
        """{action id: (complaints before, after)}, counted in the register by when they were received;
        duplicates count once, with the case that they were joined to. One query for all."""
        if not spans:
            return {}
        self.env["helpdesk.ticket"].flush_model(["cause_id", "category_id", "duplicate_id"])
        causes, categories = self._below("complaint.term"), self._below("helpdesk.ticket.category")
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s::timestamp, %s::timestamp, %s::timestamp, %s::int[], %s::int[])",
                action.id,
                action.company_id.id,
                *span,
                causes.get(action.cause_id.id),
                categories.get(action.complaint_category_id.id),
            )
            for action, span in spans.items()
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT a.id, count(*) FILTER (WHERE e.occurred_at < a.done),
                       count(*) FILTER (WHERE e.occurred_at >= a.done)
                  FROM (VALUES %s) AS a(id, company, begin, done, till, causes, categories)
                  JOIN complaint_event e ON e.company_id = a.company AND e.kind = 'received'
                       AND e.occurred_at >= a.begin AND e.occurred_at < a.till
                  JOIN helpdesk_ticket t ON t.id = e.ticket_id AND t.duplicate_id IS NULL
                   AND (a.causes IS NULL OR t.cause_id = ANY(a.causes))
                   AND (a.categories IS NULL OR t.category_id = ANY(a.categories))
                 GROUP BY a.id
                """,
                rows,
            )
        )
        counted = {ident: (before, after) for ident, before, after in found}
        return {action.id: counted.get(action.id, (0, 0)) for action in spans}

    @api.model
    def _below(self, model):
        """{id: [it and everything below it]} for the tree of causes or of categories; {False: None}."""
        # sudo: pick lists hold no secrets; archived ones were valid at their time
        records = self.env[model].sudo().with_context(active_test=False).search([("parent_id", "!=", False)])
        below = {False: None}
        names = {"complaint.term": "cause_id", "helpdesk.ticket.category": "complaint_category_id"}
        for record in self[names[model]]:
            below[record.id] = [record.id]
        grown = True
        while grown:
            grown = False
            for child in records:
                for ids in below.values():
                    if ids and child.parent_id.id in ids and child.id not in ids:
                        ids.append(child.id)
                        grown = True
        return below

    def _measure_words(self, spans, before, after):
        if not spans:
            return False
        begin, done, end = (format_date(self.env, moment.date()) for moment in spans)
        return self.env._(
            "%(before)d from %(begin)s to %(done)s, %(after)d from then to %(end)s",
            before=before,
            after=after,
            begin=begin,
            done=done,
            end=end,
        )

    # ------------------------------------------------------------------ the check

    @api.depends("effect_on", "effect", "stage_id")
    def _compute_to_check(self):
        today = fields.Date.context_today(self)
        cancelled = self._cancelled()
        for action in self:
            action.to_check = bool(
                action.stage_id.is_ending
                and action not in cancelled
                and action.effect_on
                and action.effect_on <= today
                and not action.effect
            )

    def _search_to_check(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        cancelled = self.env.ref("mgmtsystem_action.stage_cancel", False)
        return [
            ("effect_on", "<=", fields.Date.context_today(self)),
            ("effect", "=", False),
            ("stage_id.is_ending", "=", True),
            ("stage_id", "!=", cancelled.id if cancelled else False),
        ]

    def action_check_effect(self):
        """Ask whether it worked, with the numbers."""
        self.ensure_one()
        if not self.to_check:
            raise UserError(
                self.env._(
                    "The effect is checked once the action is done and the day of the check has come. "
                    "Close the action and choose that day first."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Did it work?"),
            "res_model": "complaint.improvement.check",
            "view_mode": "form",
            "target": "new",
            "context": {"default_action_id": self.id},
        }

    def _check_effect(self, effect, note):
        """Keep the judgement with the numbers that it was made by."""
        self.ensure_one()
        self.check_access("write")
        self.action_check_effect()  # refuses where it is too early
        # sudo: the judgement is written by this button alone
        self.sudo().write(
            {
                "checked_before": self.complaints_before,
                "checked_after": self.complaints_after,
                "effect": effect,
                "effect_note": note,
                "effect_checked_at": fields.Datetime.now(),
                "effect_checked_uid": self.env.uid,
            }
        )
        self.sudo().activity_unlink([CHECK])  # sudo: as above

    # ------------------------------------------------------------------ reminders

    @api.model
    def _cron_improvement(self):
        """Owners of what is overdue or to be checked have one open activity for it."""
        # sudo: the company reminds its people
        own = self.sudo()
        ours = [("for_complaints", "=", True)]
        own._remind(own.search([*ours, ("overdue", "=", True)]), LATE)
        own._remind(own.search([*ours, ("to_check", "=", True)]), CHECK)

    def _remind(self, actions, kind):
        there = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "=", self.env.ref(kind).id),
                ("res_id", "in", actions.ids),
            ]
        )
        reminded = {(activity.res_id, activity.user_id.id) for activity in there}
        asked = [
            (action, action.user_id, action.with_context(lang=action.user_id.lang)._reminder(kind))
            for action in actions
            if (action.id, action.user_id.id) not in reminded
        ]
        self._ask_people(asked, kind)

    def _reminder(self, kind):
        if kind == CHECK:
            return self.env._("Did it work? Check the effect of: %(name)s", name=self.name)
        late = fields.Date.context_today(self) - self.date_deadline
        return self.env._("%(days)d days overdue: %(name)s", days=late // timedelta(days=1), name=self.name)

    def write(self, vals):
        result = super().write(vals)
        if {"stage_id", "date_deadline", "user_id"} & set(vals):
            ours = self.filtered("for_complaints")
            # sudo: a reminder goes away with its reason, whoever removed it
            ours.filtered(lambda action: not action.overdue or "user_id" in vals).sudo().activity_unlink(
                [LATE]
            )
        return result


class ImprovementCheck(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.improvement.check"
    _description = "Check the effect of an improvement action"

    action_id = fields.Many2one("mgmtsystem.action", required=True, readonly=True)
    measure = fields.Char(related="action_id.measure")
    complaints_before = fields.Integer(related="action_id.complaints_before")
    complaints_after = fields.Integer(related="action_id.complaints_after")
    effect = fields.Selection(EFFECTS, "Judgement", required=True)
    note = fields.Text("Why", help="What else may have changed the numbers.")

    def action_keep(self):
        self.ensure_one()
        self.action_id._check_effect(self.effect, self.note)
        return {"type": "ir.actions.act_window_close"}
