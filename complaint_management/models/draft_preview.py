"""The preview of a draft: what applying it would change (plan), what it would have meant (what-if), whether
the pack's own tests still pass. And applying it, which needs a preview that is not out of date."""

from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.policy import Policy, PolicyError
from .draft_tests import run
from .release_schedule import effective_day
from .release_sources import PolicyProblems, StalePlan

LOOK_BACK = timedelta(days=90)  # how far back the what-if looks
LINE_CLASSES = {"+": "text-success", "-": "text-danger", "~": "text-warning-emphasis", "!": "text-muted"}


class ComplaintPolicyDraft(models.Model):
    _inherit = "complaint.policy.draft"

    preview = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        help="What the preview found, for which text and against which release.",
    )
    progress = fields.Selection(
        [("draft", "Draft"), ("checked", "Checked"), ("applied", "Applied")], compute="_compute_progress"
    )
    is_outdated = fields.Boolean(
        compute="_compute_progress", help="The text or the release in force changed since the preview."
    )
    overtaken_by_id = fields.Many2one(
        "complaint.release",
        compute="_compute_overtaken_by_id",
        help="The release that became active since the draft was begun.",
    )
    change_count = fields.Integer("Changes", compute="_compute_preview_html")
    failed_count = fields.Integer("Failed tests", compute="_compute_preview_html")
    plan_html = fields.Html("Plan", compute="_compute_preview_html", sanitize=False)
    tests_html = fields.Html("Tests", compute="_compute_preview_html", sanitize=False)
    what_if_html = fields.Html("What-if", compute="_compute_preview_html", sanitize=False)

    @api.depends("sources", "preview", "release_id", "company_id")
    def _compute_progress(self):
        releases = self.env["complaint.release"]
        for draft in self:
            seen = draft.preview or {}
            base = releases._active(draft.company_id).id
            current = bool(seen) and seen["digest"] == draft._digest and seen["base"] == base
            draft.is_outdated = bool(seen) and not current and not draft.release_id
            ready = current and seen["lines"] and not seen["refusals"]
            draft.progress = "applied" if draft.release_id else "checked" if ready else "draft"

    @api.depends("base_id", "release_id", "company_id")
    def _compute_overtaken_by_id(self):
        releases = self.env["complaint.release"]
        for draft in self:
            active = releases._active(draft.company_id)
            # sudo: two releases are compared, nothing is read of them
            overtaken = not draft.release_id and active != draft.base_id.sudo()
            draft.overtaken_by_id = active if overtaken else False

    @api.depends("preview")
    def _compute_preview_html(self):
        for draft in self:
            seen = draft.preview or {}
            tests = seen.get("tests", [])
            draft.change_count = len(seen.get("lines", []))
            draft.failed_count = sum(not test["passed"] for test in tests)
            draft.plan_html = seen and draft._plan_html(seen)
            draft.tests_html = seen and draft._tests_html(tests)
            draft.what_if_html = Markup(seen["what_if"]) if seen.get("what_if") else False

    # ------------------------------------------------------------------ for people

    def action_preview(self):
        """Work out the preview; with errors in the text, say so instead."""
        self.ensure_one()
        self._refuse_if_finished()
        try:
            self._look_ahead()
        except PolicyProblems:
            return self.action_check()
        return True

    def action_apply(self):
        """Ask for a reason and for a last yes."""
        self.ensure_one()
        self._refuse_if_finished()
        if self.progress != "checked":
            raise UserError(self.env._("Look at the preview first: it shows what applying would change."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply the policy"),
            "res_model": "complaint.policy.apply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_draft_id": self.id},
        }

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ the work

    def _look_ahead(self):
        """Fill in the preview. Raises PolicyProblems for documents with errors."""
        self.ensure_one()
        releases = self.env["complaint.release"]
        company = releases._company_to_rule(self.company_id.id)
        plan = releases._plan(self.sources, self.pack, company)
        normalised = plan.compiled.normalised
        seen = {
            "digest": self._digest,
            "base": plan.base.id,
            "lines": plan.lines,
            "notes": plan.notes,
            "refusals": plan.refusals,
            "tests": self._test_results(normalised),
            "effective": fields.Date.to_string(effective_day(normalised) or False),
            "what_if": self._what_if_html(normalised, company),
        }
        # sudo: what a preview found is written by nobody but the preview
        self.sudo().preview = seen

    def _test_results(self, normalised):
        try:
            return run(Policy.load(normalised), self.env.lang)
        except PolicyError as error:
            return [{"name": "", "place": "", "passed": False, "lines": [str(error)]}]

    def _what_if_html(self, normalised, company):
        since = fields.Datetime.now() - LOOK_BACK
        return str(self.env["complaint.release"]._what_if(normalised, company, since)["html"])

    def _effective(self):
        """The later day from which the draft's policy is to hold; False if it would hold at once."""
        return fields.Date.to_date((self.preview or {}).get("effective"))

    def _apply(self, message):
        """Make the previewed draft the company's policy. Raises StalePlan when the preview is out of date."""
        self.ensure_one()
        self._refuse_if_finished()
        releases = self.env["complaint.release"]
        company = releases._company_to_rule(self.company_id.id)
        seen = self.preview or {}
        if self.origin != "disk":
            releases._refuse_unless_editable()
        if seen.get("digest") != self._digest:
            raise StalePlan(
                self.env._("The text has changed since the preview. Look at a new preview first.")
            )
        release = releases._apply(
            self.sources, self.pack, company, message, releases.browse(seen["base"] or [])
        )
        if not release:
            raise UserError(self.env._("Nothing had to change: the policy in force says the same."))
        # sudo: what became of a draft is written by nobody else
        self.sudo().release_id = release
        return release

    # ------------------------------------------------------------------ how it looks

    def _plan_html(self, seen):
        lines = [*seen["lines"], *seen["notes"]]
        if not lines:
            return Markup("<p class='text-muted'>%s</p>") % self.env._(
                "Nothing to change: the policy in force says the same."
            )
        rows = Markup().join(
            Markup("<div class='%s'>%s</div>") % (LINE_CLASSES.get(line[:1], ""), line) for line in lines
        )
        refusals = Markup().join(
            Markup("<div class='alert alert-danger mb-2'>%s</div>") % text for text in seen["refusals"]
        )
        return Markup("%s<div class='font-monospace small'>%s</div>") % (refusals, rows)

    def _tests_html(self, tests):
        if not tests:
            return Markup("<p class='text-muted'>%s</p>") % self.env._("This pack brings no tests along.")
        return Markup().join(self._test_html(test) for test in tests)

    def _test_html(self, test):
        mark, style = ("✓", "text-success") if test["passed"] else ("✗", "text-danger fw-bold")
        said = Markup().join(
            Markup("<div class='ps-4 font-monospace small'>%s</div>") % line for line in test["lines"]
        )
        return Markup(
            "<div><span class='%s'>%s %s</span> <span class='text-muted small'>%s</span>%s</div>"
        ) % (
            style,
            mark,
            test["name"],
            test["place"],
            said,
        )
