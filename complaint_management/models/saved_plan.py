"""A plan kept in a file: looked at today, perhaps by somebody else, and applied as it was looked at or not at
all.

    text = env["complaint.release"]._plan_to_keep(plan)            for `odoo complaint plan --out FILE`
    env["complaint.release"]._apply_kept(SavedPlan.read(text), …)  for `odoo complaint apply FILE`

The file holds the policy files themselves, so that what is applied is what was planned."""

# These sentences come in the language that the command asks for, which need not be active in the database.
# pylint: disable=prefer-env-translation,method-required-super
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from odoo import api, fields, models
from odoo.tools.translate import get_translation

from .release_sources import StalePlan, digest

FORMAT = 1
MOST_BYTES = 50_000_000  # far above any library of policy files
KIND = "complaint policy plan"


class BrokenPlan(ValueError):
    """The file is no plan, or not as it was written. `reason`: unreadable, format or changed."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)

    def sentence(self, path, lang: str) -> str:
        """What is wrong, in a language that need not be active."""

        def _(source, **values):
            return get_translation("complaint_management", lang, source, values)

        why = {
            "unreadable": _("it is neither a policy file nor a saved plan"),
            "format": _("another version of this addon wrote it"),
            "changed": _("it was changed since it was written"),
        }[self.reason]
        return _("%(path)s cannot be applied: %(why)s.", path=path, why=why)


@dataclass(frozen=True)
class SavedPlan:
    """base: name of the release that the plan was made against, "" if there was none; base_digest: its hash;
    lang: the Odoo language that the lines are in; database: its uuid."""

    pack: str
    company: str
    database: str
    base: str
    base_digest: str
    lang: str
    made_at: str
    lines: list[str]
    notes: list[str]
    files: dict[str, str]

    @classmethod
    def of(cls, plan, database: str, made_at: str) -> "SavedPlan":
        """A plan as it will be kept."""
        return cls(
            plan.compiled.pack,
            plan.company.name,
            database,
            plan.base.name or "",
            plan.base.digest or "",
            plan.lang,
            made_at,
            plan.lines,
            plan.notes,
            dict(plan.compiled.sources),
        )

    def text(self) -> str:
        """As JSON, which people may read and compare."""
        said = {"kind": KIND, "format": FORMAT, **asdict(self)}
        return json.dumps({**said, "digest": digest(self.files)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def load(cls, path: Path) -> "SavedPlan":
        """Read a file. Raises BrokenPlan."""
        try:
            with path.open("rb") as stream:
                return cls.read(stream.read(MOST_BYTES))
        except OSError as error:
            raise BrokenPlan("unreadable") from error

    @classmethod
    def read(cls, text: str | bytes) -> "SavedPlan":
        """The opposite of `text`. Raises BrokenPlan."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrokenPlan("unreadable") from error
        if not isinstance(said, dict) or said.get("kind") != KIND:
            raise BrokenPlan("unreadable")
        if said.get("format") != FORMAT:
            raise BrokenPlan("format")
        kinds = cls.__annotations__
        if not all(
            isinstance(said.get(name), getattr(kind, "__origin__", kind)) for name, kind in kinds.items()
        ):
            raise BrokenPlan("changed")
        texts = [*said["lines"], *said["notes"], *said["files"].values()]
        if not all(isinstance(one, str) for one in texts) or said.get("digest") != digest(said["files"]):
            raise BrokenPlan("changed")
        return cls(**{name: said[name] for name in kinds})


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _plan_to_keep(self, plan):
        """The text of a file that keeps a plan.Plan."""
        return SavedPlan.of(
            plan, self._database_uuid(), fields.Datetime.to_string(fields.Datetime.now())
        ).text()

    @api.model
    def _apply_kept(self, saved, company, message=None, lang=None):
        """Apply a saved plan, exactly as it was. Returns the new release, or an empty one when nothing
        had to change.

        Raises StalePlan when it would do something else now, and what `_apply` raises."""

        def _(source, **values):
            return get_translation("complaint_management", lang or self.env.lang or "en_US", source, values)

        if (saved.company, saved.database) != (company.name, self._database_uuid()):
            raise StalePlan(
                _("This plan was made for %(company)s, perhaps in another database.", company=saved.company)
            )
        plan = self._plan(saved.files, saved.pack, company, saved.lang)
        base = plan.base
        if (saved.base, saved.base_digest, saved.lines) != (base.name or "", base.digest or "", plan.lines):
            raise StalePlan(
                _(
                    "The plan is stale: the policy or the records of %(company)s have changed since it was "
                    "made at %(when)s UTC. Look at a new plan first.",
                    company=company.name,
                    when=saved.made_at,
                )
            )
        return self._apply(saved.files, saved.pack, company, message, base, lang)

    def _database_uuid(self):
        # sudo: not a secret, and whoever applies a policy need not rule system parameters
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
