"""Drafts: a company's policy while somebody changes it in the browser. Nothing of a draft is in force.

A draft holds the texts of all documents of the pack and of the packs that it extends. It is checked while one
types; what applying it would change is shown in its preview (draft_preview.py)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..language import diagnostics, documentation, has_errors
from ..language.library import load
from ..language.schema import kinds
from ..language.source import MAX_BYTES
from .of_ticket import without_defaults
from .release_sources import digest, problem_language

MOST_DOCUMENTS = 400  # far above any pack with all that it extends
# The texts and the purpose come from a person; where a draft came from and what became of it does not.
FIXED = frozenset({"company_id", "base_id", "origin", "pack"})
FROM_HERE = frozenset({"preview", "release_id"})


class ComplaintPolicyDraft(models.Model):
    _name = "complaint.policy.draft"
    _description = "Draft of a complaint policy"
    _order = "write_date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Purpose", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    pack = fields.Char(required=True, readonly=True, help="Name of the policy pack, such as logistics.")
    base_id = fields.Many2one(
        "complaint.release",
        "Begun from",
        readonly=True,
        ondelete="restrict",
        check_company=True,
        help="The release that was in force when the draft was begun.",
    )
    origin = fields.Selection(
        [("release", "A release"), ("disk", "The folder on the server")],
        "Text from",
        required=True,
        readonly=True,
        default="release",
    )
    sources = fields.Json("Documents", prefetch=False, help="The policy files: path and text.")
    original = fields.Json(compute="_compute_original", help="The documents as the draft was begun from.")
    kinds = fields.Json(compute="_compute_kinds", help="The kinds of documents that there are.")
    problems = fields.Json(compute="_compute_problems", help="What is wrong with the documents, by place.")
    error_count = fields.Integer("Errors", compute="_compute_problems")
    warning_count = fields.Integer("Warnings", compute="_compute_problems")
    release_id = fields.Many2one(
        "complaint.release", "Became", readonly=True, copy=False, ondelete="restrict", check_company=True
    )

    @api.depends("name", "pack")
    def _compute_display_name(self):
        for draft in self:
            draft.display_name = draft.name or draft.pack

    @api.depends("base_id")
    def _compute_original(self):
        for draft in self:
            # sudo: nothing but the text of a release that the reader of the draft may read anyway
            draft.original = draft.base_id.sudo().sources or {}

    def _compute_kinds(self):
        self.kinds = list(kinds())

    @api.depends("sources", "pack")
    @api.depends_context("lang")
    def _compute_problems(self):
        lang = problem_language(self.env.lang)
        for draft in self:
            problems = draft._found_problems()
            draft.problems = [_shown(problem, lang) for problem in problems]
            errors = sum(problem.severity == "error" for problem in problems)
            draft.error_count = errors
            draft.warning_count = len(problems) - errors

    def _found_problems(self):
        """The language's Problem objects of this draft, of every document."""
        texts = self.sources if isinstance(self.sources, dict) else {}
        library = load({path: str(text).encode() for path, text in texts.items()})
        return library.check(self.pack) if self.pack in library.packs else library.check()

    @property
    def _digest(self):
        """SHA-256 over the texts as they are now."""
        return digest(self.sources or {})

    # ------------------------------------------------------------------ what may be written

    @api.constrains("sources")
    def _check_sources(self):
        for draft in self:
            texts = draft.sources
            if not isinstance(texts, dict) or not all(
                isinstance(part, str) for pair in texts.items() for part in pair
            ):
                raise ValidationError(self.env._("The documents of a draft are paths and texts."))
            if len(texts) > MOST_DOCUMENTS or any(len(text) > MAX_BYTES for text in texts.values()):
                raise ValidationError(self.env._("These documents are too many or too large for a policy."))

    @api.model_create_multi
    def create(self, vals_list):
        releases = self.env["complaint.release"]
        releases._refuse_unless_editable()
        for vals in vals_list:
            if not self.env.su and (FROM_HERE & vals.keys() or vals.get("origin", "release") != "release"):
                raise UserError(
                    self.env._("A draft is begun from a release, or from the folder on the server.")
                )
            releases._company_to_rule(vals.get("company_id"))
        guarded = without_defaults(self, FROM_HERE | {"origin", "company_id"})
        return super(ComplaintPolicyDraft, guarded).create(vals_list)

    def write(self, vals):
        if "sources" in vals:
            self._refuse_if_finished()
            if any(draft.origin == "disk" for draft in self) and not self.env.su:
                raise UserError(
                    self.env._(
                        "These documents are in a folder on the server. Change them there and reload them."
                    )
                )
            self.env["complaint.release"]._refuse_unless_editable()
        if (FIXED | FROM_HERE) & vals.keys() and not self.env.su:
            raise UserError(self.env._("Where a draft comes from is not changed. Begin another draft."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_applied(self):
        if any(draft.release_id for draft in self):
            raise UserError(self.env._("A draft that became a release is kept with it."))

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=draft.name)}
            for draft, vals in zip(self, copies, strict=True)
        ]

    def _refuse_if_finished(self):
        for draft in self:
            if draft.release_id:
                raise UserError(
                    self.env._(
                        "This draft became release %(release)s. Begin another draft to change more.",
                        release=draft.release_id.name,
                    )
                )

    # ------------------------------------------------------------------ for people

    @api.model
    def explain_fields(self, kind):
        """What the fields of a kind of document mean, in the reader's language; empty for an unknown kind.

        {"sla.policies.clocks.within": {"title": "Within", "description": "The time limit.", …}, …}"""
        if kind not in kinds():
            return {}
        lang = problem_language(self.env.lang)
        return {
            field.path: {
                "title": field.title,
                "description": field.description,
                "expected": field.expected,
                "values": ", ".join(map(str, field.values)),
                "keys": " · ".join(field.keys),
            }
            for field in documentation.fields(kind, lang)
        }

    def action_check(self):
        """Say what is wrong, all of it; the places stand beside the text."""
        self.ensure_one()
        problems = self._found_problems()
        if not problems:
            message, kind = (
                self.env._("No problems in %(count)d documents.", count=len(self.sources)),
                "success",
            )
        else:
            kind = "danger" if has_errors(problems) else "warning"
            message = self.env._(
                "Errors: %(errors)d. Warnings: %(warnings)d. Each stands beside its line.",
                errors=self.error_count,
                warnings=self.warning_count,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
            },
        }

    def action_discard(self):
        """Throw the draft away and show those that are left."""
        self.unlink()
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.draft_action")

    def action_bring_up_to_date(self):
        """Take over what a newer release changed in documents that the draft left alone."""
        self.ensure_one()
        self._refuse_if_finished()
        active = self.env["complaint.release"]._active(self.company_id)
        before, theirs, mine = self.original or {}, active.sources or {}, self.sources or {}
        changed = [path for path in {**before, **theirs} if before.get(path) != theirs.get(path)]
        both = sorted(path for path in changed if mine.get(path) not in (before.get(path), theirs.get(path)))
        if both:
            raise UserError(
                self.env._(
                    "Both this draft and release %(release)s changed: %(documents)s. Compare the releases "
                    "and write what you want to keep into a new draft.",
                    release=active.name,
                    documents=", ".join(both),
                )
            )
        merged = {path: text for path, text in mine.items() if path not in changed or path in theirs}
        merged |= {path: theirs[path] for path in changed if path in theirs}
        # sudo: which release a draft stands on is written by nobody else
        self.sudo().write({"sources": merged, "base_id": active.id})
        return True

    @api.model
    def _begin(self, release, name, origin="release", sources=None):
        """A draft of a company, from a release's documents or from `sources`."""
        company = release.company_id or self.env.company
        return self.create(
            {
                "name": name,
                "company_id": company.id,
                "pack": release.pack,
                "base_id": self.env["complaint.release"]._active(company).id,
                "origin": origin,
                # sudo: see _compute_original
                "sources": sources or release.sudo().sources,
            }
        )


def _shown(problem, lang):
    """A problem as the editor shows it."""
    return {
        **problem.as_dict(lang),
        "pack": problem.path.partition("/")[0],
        "text": problem.text(lang),
        "why": diagnostics.explanation(problem.code, lang),
    }
