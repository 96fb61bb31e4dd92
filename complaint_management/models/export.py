"""Writing the policy files of a release, as they were read: `export` and then `plan` gives an empty plan."""

# These sentences come in the language that the command asks for, which need not be active in the database.
# pylint: disable=prefer-env-translation
from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import get_translation


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _export(self):
        """The policy files of this release: {"logistics/sla.yaml": bytes}."""
        self.ensure_one()
        # sudo: the sources of a release that the caller was given
        return {path: text.encode() for path, text in sorted(self.sudo().sources.items())}


def translator(lang):
    """`_` for texts in a language that need not be active in the database."""

    def _(source, **values):
        return get_translation("complaint_management", lang, source, values)

    return _


def write_tree(folder, files, lang):
    """Write policy files below a folder. Raises UserError, in a language that need not be active, when other
    policy files there would become part of the packs."""
    _ = translator(lang)
    packs = {path.split("/")[0] for path in files}
    found = (
        path.relative_to(folder).as_posix() for pack in packs for path in (folder / pack).glob("**/*.y*ml")
    )
    if strangers := sorted(path for path in found if path not in files):
        raise UserError(
            _(
                "%(path)s holds files that the release does not have: %(files)s. "
                "Export into an empty folder.",
                path=folder,
                files=", ".join(strangers),
            )
        )
    write({folder / path: content for path, content in files.items()}, lang)


def write(files, lang):
    """Write files, making their folders. files: path -> bytes. Raises UserError."""
    _ = translator(lang)
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise UserError(
            _("%(path)s cannot be written: %(why)s.", path=error.filename, why=error.strerror)
        ) from None
