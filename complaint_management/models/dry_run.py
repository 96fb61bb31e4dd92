"""A dry run: a policy is really applied, looked at, and taken back. What a plan can only foresee (a name that
somebody else's record has already, an addon that refuses a write) shows here."""

from contextlib import contextmanager, suppress

from odoo import api, models
from odoo.tools.misc import Callbacks


class _Undo(Exception):
    """Ends the savepoint of a dry run."""


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _dry_run(self, files, pack, company, lang=None):
        """Apply policy files and take it back. Nothing stays: no record, no mail, no job, no cached policy.

        Returns a dict: lines and notes of the plan, release (the name it would get, False if nothing has to
        change) and rest (lines that a plan made afterwards still has; empty if all went as planned).
        Raises what `_apply` raises: PolicyProblems, or UserError for a plan that cannot be carried out."""
        plan = self._plan(files, pack, company, lang)
        found = {"lines": plan.lines, "notes": plan.notes, "release": False, "rest": []}
        with self._taken_back():
            quiet = self.with_context(tracking_disable=True, mail_notify_force_send=False)
            release = quiet._apply(files, pack, company, lang=lang)
            if release:
                found.update(release=release.name, rest=self._plan(files, pack, company, lang).lines)
        return found

    @contextmanager
    def _taken_back(self):
        """A savepoint that always rolls back, also what was queued for after the commit."""
        cr, registry = self.env.cr, self.env.registry
        told = set(registry.cache_invalidated)
        queued, cr.postcommit = cr.postcommit, Callbacks()
        try:
            with suppress(_Undo), cr.savepoint():
                yield
                raise _Undo
        finally:
            cr.postcommit = queued
            # What was cached inside must go here; other servers have never seen it and keep theirs.
            self._forget_policies()
            registry.cache_invalidated.intersection_update(told)
            self.env.invalidate_all(flush=False)
