"""A surge (B7): many similar complaints in a short time, as one incident that people are told of once.

Incidents are made and kept up to date by the job (`surge_watch`); people read them, and write to each other
about them."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, html_escape
from odoo.tools.misc import frozendict

from ..engine.surge_plot import Bar, plot

STATES = [("open", "Going on"), ("over", "Over")]
PREFIX = "surge:"
# Attribute of a case -> (kind, model) of the record with its words, where these are not (it, a term).
WORDS_IN = frozendict(
    {
        "type": ("case_type", "complaint.term"),
        "category": ("category", "helpdesk.ticket.category"),
        "channel": ("channel", "helpdesk.ticket.channel"),
    }
)
LABELS_SHOWN = 12


class ComplaintSurge(models.Model):
    _name = "complaint.surge"
    _inherit = "mail.thread"
    _description = "Surge of similar complaints"
    _order = "state, began_at desc, id desc"
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    release_id = fields.Many2one("complaint.release", required=True, readonly=True, ondelete="restrict")
    rule = fields.Char(required=True, readonly=True, help="The rule of the policy that noticed it.")
    group_key = fields.Char(required=True, readonly=True)
    group_values = fields.Json(
        readonly=True, help="What makes the complaints similar, as the policy names it."
    )
    title = fields.Char("What happens", compute="_compute_words")
    group_words = fields.Char("The same in all of them", compute="_compute_words")
    headline = fields.Char("In a sentence", compute="_compute_words")
    emergency_plan = fields.Html(compute="_compute_words", sanitize=False)
    done_words = fields.Text("What the policy did", compute="_compute_words")
    state = fields.Selection(STATES, required=True, readonly=True, default="open")
    began_at = fields.Datetime("Began", required=True, readonly=True)
    noticed_at = fields.Datetime("Noticed", required=True, readonly=True)
    last_at = fields.Datetime(
        "Last", required=True, readonly=True, help="When there were last more than too many."
    )
    ended_at = fields.Datetime("Over", readonly=True)
    case_count = fields.Integer("Complaints", readonly=True, aggregator="sum")
    peak = fields.Integer("At the most", readonly=True, help="The most complaints in one window of the rule.")
    need = fields.Integer(
        "Too many from", readonly=True, help="So many complaints in the window make a surge."
    )
    usual = fields.Float(digits=(16, 1), readonly=True, help="In such a window in the weeks before.")
    usual_known = fields.Boolean(readonly=True)
    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        "complaint_surge_ticket_rel",
        "surge_id",
        "ticket_id",
        "Cases",
        readonly=True,
        help="Those of them that you may see.",
    )
    anchor_id = fields.Many2one(
        "helpdesk.ticket",
        "Answered on",
        readonly=True,
        ondelete="set null",
        groups=fields.NO_ACCESS,
        help="The case on which people were told, and that was escalated for all.",
    )
    told_user_ids = fields.Many2many(
        "res.users", "complaint_surge_user_rel", "surge_id", "user_id", "People told", readonly=True
    )
    acted = fields.Boolean(
        readonly=True, help="It was not over yet when it was noticed, so the policy acted."
    )
    curve = fields.Json(readonly=True)
    chart = fields.Html(compute="_compute_chart", sanitize=False)

    _one_open = models.UniqueIndex(
        "(company_id, rule, group_key) WHERE state = 'open'",
        "This surge has just been noticed by another process.",
    )
    _newest = models.Index("(company_id, rule, last_at)")

    # ------------------------------------------------------------------ words

    @api.depends("rule", "group_values", "case_count", "peak", "usual")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for surge in self:
            surge.display_name = self.env._(
                "%(title)s: %(group)s", title=surge._title_words(), group=surge._group_words()
            )

    @api.depends("rule", "group_values", "case_count", "peak", "usual", "need", "state", "acted")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for surge in self:
            surge.title = surge._title_words()
            surge.group_words = surge._group_words()
            surge.headline = surge._headline()
            surge.emergency_plan = surge._plan_html()
            surge.done_words = "\n".join(surge._done())

    def _entry(self):
        """The rule as the release that noticed it writes it; an empty one if that cannot be found."""
        release = self.sudo().release_id  # sudo: the words of the policy are no secret
        entries = release._policy().raw.get("surges") or () if release else ()
        return next((entry for entry in entries if entry["name"] == self.rule), {})

    def _release(self):
        # sudo: the words of the policy are no secret
        return self.sudo().release_id

    def _title_words(self):
        return self._release()._words(self._entry().get("title"), self.rule)

    def _group_words(self):
        """What makes the complaints similar, in the words of the pick lists."""
        release, refs, words = self._release(), self._release()._refs(), []
        for name, value in (self.group_values or {}).items():
            kind, model = WORDS_IN.get(name, (name, "complaint.term"))
            ident = refs.get((kind, value))
            # sudo: the words of the policy are no secret
            record = release.env[model].sudo().with_context(lang=self.env.lang).browse(ident or ())
            words.append(record.name or value)
        return " · ".join(words)

    def _within_words(self):
        return self._entry().get("within") or ""

    def _headline(self):
        """How many there are, and how many are usual."""
        values = {
            "count": self.case_count,
            "peak": self.peak,
            "within": self._within_words(),
            "usual": f"{self.usual:.1f}",
        }
        if self.usual_known and values["usual"] == "0.0":
            return self.env._(
                "%(count)d complaints so far, %(peak)d of them within %(within)s; usually there are none",
                **values,
            )
        if self.usual_known:
            return self.env._(
                "%(count)d complaints so far, %(peak)d of them within %(within)s; usual are %(usual)s",
                **values,
            )
        return self.env._("%(count)d complaints so far, %(peak)d of them within %(within)s", **values)

    def _plan_html(self):
        """The emergency plan of the policy, a step a line."""
        text = self._release()._in_language(self._entry().get("emergency_plan") or "")
        steps = [step.strip() for step in text.splitlines() if step.strip()]
        if not steps:
            return False
        return Markup("<ol class='mb-0'>%s</ol>") % Markup("").join(
            Markup("<li>%s</li>") % html_escape(step) for step in steps
        )

    def _done(self):
        """A sentence for each thing that the policy has done."""
        if not self.acted:
            yield self.env._("Nothing: it was over when it was noticed.")
            return
        release = self._release()
        for action in self._entry().get("do") or ():
            for name, value in action.items():
                yield getattr(self, f"_done_{name}")(release, value)

    def _done_notify(self, release, roles):
        names = [release._role_title(role) for role in ([roles] if isinstance(roles, str) else roles)]
        return self.env._("Told: %(roles)s", roles=", ".join(names))

    def _done_escalate(self, release, level):
        return self.env._("Escalated to: %(level)s", level=release._level_title(level))

    def _done_raise_severity(self, release, by):
        return self.env._("Severity raised on each open case that belongs to it (levels: %(by)d)", by=by)

    def _done_task_force(self, release, wish):
        return self.env._("Task force formed, led by: %(role)s", role=release._role_title(wish["lead"]))

    # ------------------------------------------------------------------ picture

    @api.depends("curve", "began_at", "last_at")
    @api.depends_context("lang", "tz")
    def _compute_chart(self):
        for surge in self:
            # plot() escapes what it is given
            surge.chart = Markup(surge._plot()) if surge.curve else False

    def _plot(self):
        zone = ZoneInfo(self.env.context.get("tz") or self.env.user.tz or "UTC")
        every = max(1, -(-len(self.curve) // LABELS_SHOWN))
        bars = [self._bar(zone, point, labelled=place % every == 0) for place, point in enumerate(self.curve)]
        words = {
            "title": self.display_name,
            "cases": self.env._("Complaints"),
            "surge": self.env._("during the surge"),
            "usual": self.env._("usual at this time of the week"),
        }
        return plot(bars, words)

    def _bar(self, zone, point, labelled):
        start, end, count, usual = point
        begin = datetime.fromtimestamp(start, timezone.utc)
        local = begin.astimezone(zone)
        naive_end = datetime.fromtimestamp(end, timezone.utc).replace(tzinfo=None)
        during = self.began_at < naive_end and begin.replace(tzinfo=None) <= self.last_at
        when = format_datetime(self.env, begin.replace(tzinfo=None), dt_format="short")
        words = self.env._("%(when)s: %(count)d", when=when, count=count)
        if usual is not None:
            words = self.env._(
                "%(when)s: %(count)d, usual %(usual)s", when=when, count=count, usual=f"{usual:.1f}"
            )
        label = f"{local:%H:%M}" if local.hour or local.minute else f"{local:%m-%d}"
        return Bar(label if labelled else "", count, usual, during, words)

    # ------------------------------------------------------------------ people

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Surges are noticed by the rules of the policy, not entered by hand."))
        return super().create(vals_list)

    def action_open_cases(self):
        """The cases of the surge that the reader may see."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("complaint_management.surge_cases_action")
        return {**action, "domain": [("surge_ids", "in", self.ids)], "display_name": self.display_name}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    surge_ids = fields.Many2many(
        "complaint.surge",
        "complaint_surge_ticket_rel",
        "ticket_id",
        "surge_id",
        "Surges",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    surge_count = fields.Integer(
        "Number of surges",
        compute="_compute_surge_words",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    surge_words = fields.Char(
        "Part of a surge",
        compute="_compute_surge_words",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("surge_ids.case_count")
    @api.depends_context("lang")
    def _compute_surge_words(self):
        for ticket in self:
            ticket.surge_count = len(ticket.surge_ids)
            ticket.surge_words = ", ".join(
                self.env._("%(surge)s (%(count)d)", surge=surge.display_name, count=surge.case_count)
                for surge in ticket.surge_ids
            )

    def action_open_surges(self):
        """The surge that the case is part of, or the list of them."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("complaint_management.surge_action")
        if len(self.surge_ids) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": self.surge_ids.id}
        return {**action, "domain": [("id", "in", self.surge_ids.ids)], "context": {}}
