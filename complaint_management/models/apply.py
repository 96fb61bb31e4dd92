"""Applying a policy: one transaction that checks the files, makes the records and writes the release, or
changes nothing.

    plan = env["complaint.release"]._plan(files, "logistics", company)
    release = env["complaint.release"]._apply(files, "logistics", company, message="72 h become 48 h",
    expected=plan.base)

files: {"logistics/sla.yaml": text or bytes, …}, with those of the packs that it extends."""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from .apply_lists import PickLists
from .plan import Plan
from .release_sources import StalePlan, compile_sources

LOCK = 0x0C0117  # class of the advisory locks of this module; the second number is the company's id


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    # ------------------------------------------------------------------ for people and programs (RPC)

    @api.model
    def plan_policy(self, pack, files, company_id=None):
        """What applying would change, for policy admins.

        pack: its name; files: {"general/sla.yaml": text}. Returns a dict: lines, notes, refusals (lists of
        texts) and base (id of the active release or False), which `apply_policy` takes as `expected`."""
        plan = self._plan(files, pack, self._company_to_rule(company_id))
        return {"lines": plan.lines, "notes": plan.notes, "refusals": plan.refusals, "base": plan.base.id}

    @api.model
    def apply_policy(self, pack, files, message=None, expected=None, company_id=None):
        """Apply policy files, for policy admins. Returns the id of the new release, False if nothing had to
        change.

        expected: `base` of the plan that was looked at; raises when another release became active since."""
        company = self._company_to_rule(company_id)
        if expected is not None:
            expected = self.browse(expected or False)
        return self._apply(files, pack, company, message, expected).id

    @api.model
    def _company_to_rule(self, company_id):
        """The company whose policy the user may plan and apply."""
        if not (self.env.su or self.env.user.has_group("complaint_management.group_policy_admin")):
            raise AccessError(self.env._("Only a complaint policy administrator plans and applies policies."))
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(
                self.env._("You do not work for that company, so its policy is not yours to change.")
            )
        return company

    # ------------------------------------------------------------------ the work

    @api.model
    def _plan(self, files, pack, company, lang=None):
        """A plan.Plan for a company. Raises PolicyProblems for files with errors, UserError for an unknown
        pack."""
        try:
            compiled = compile_sources(pack, files, fields.Date.today(), lang or self.env.lang)
        except KeyError as error:
            raise UserError(
                self.env._("There is no policy pack named %(pack)s in these files.", pack=pack)
            ) from error
        return Plan(self.env, company, compiled, lang)

    @api.model
    def _apply(self, files, pack, company, message=None, expected=None, lang=None):
        """Bring a company to a policy. Returns the new release, or an empty one when nothing had to change.

        expected: the release (or empty) that the plan was made against; None applies to whatever is active.
        Raises PolicyProblems, StalePlan or UserError; the database is then as before."""
        with self._applying(company):
            plan = self._plan(files, pack, company, lang)
            # sudo: two releases are compared, nothing is read of them
            if expected is not None and plan.base != expected.sudo():
                raise self._stale(company)
            if plan.refusals:
                raise UserError("\n".join(plan.refusals))
            return self._perform(plan, message) if plan else self.browse()

    @contextmanager
    def _applying(self, company):
        """All or nothing, one at a time in a company, and fresh caches whichever way it ends."""
        try:
            with self.env.cr.savepoint():
                self._lock(company)
                yield
        except SerializationFailure as error:
            raise self._stale(company) from error
        finally:
            # Now for this transaction, and after its commit for what others cached from before it.
            self._forget_policies()
            self.env.cr.postcommit.add(self._forget_policies)

    def _forget_policies(self):
        self.env.registry.clear_cache()

    def _lock(self, company):
        """Take the company's lock or say that somebody else has it.

        Waiting would not help: this transaction would go on seeing the database as before the other one's
        commit."""
        got = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, company.id))
        if not got[0][0]:
            raise self._stale(company)
        # Writing the company's row, although nothing in it changes, raises SerializationFailure when somebody
        # else applied since this transaction began and what it sees is out of date.
        query = SQL("UPDATE res_company SET write_date = write_date WHERE id = %s", company.id)
        self.env.cr.execute(query, log_exceptions=False)

    def _stale(self, company):
        return StalePlan(
            self.env._(
                "The plan is stale: somebody else applied a policy for %(company)s meanwhile. Look at a new "
                "plan first.",
                company=company.name,
            )
        )

    def _perform(self, plan, message):
        values = self._release_values(plan, message)
        plan.lists.perform()
        plan.base._supersede()
        # sudo: nobody makes a release but by applying a policy, which was allowed before
        release = self.sudo().create({**values, "records": plan.lists.ids()})
        return release.with_env(self.env)

    def _release_values(self, plan, message):
        """Values of the new release as far as the plan knows them."""
        # sudo: the number of the next release counts those one may not see as well
        previous = self.sudo().search([("company_id", "=", plan.company.id)], order="version desc", limit=1)
        version = previous.version + 1
        pack = plan.compiled.pack
        return {
            "name": f"{pack} {version}",
            "company_id": plan.company.id,
            "pack": pack,
            "version": version,
            "state": "active",
            "sources": plan.compiled.sources,
            "digest": plan.compiled.digest,
            "normalised": plan.compiled.normalised,
            "message": message,
            "plan": str(plan),
            "user_id": self.env.uid,
            "applied_at": fields.Datetime.now(),
            "document_ids": [
                fields.Command.create({"sequence": index, "path": path, "content": content, "kind": kind})
                for index, (path, kind, content) in enumerate(plan.compiled.documents())
            ],
        }

    # ------------------------------------------------------------------ languages

    @api.model
    def _rewrite_titles(self):
        """Write the titles of all active releases again, after a language became active."""
        # sudo: who activates a language need not rule policies
        for release in self.sudo().search([("state", "=", "active")]):
            PickLists(self.env, release.company_id, release.normalised).write_titles()


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model_create_multi
    def create(self, vals_list):
        languages = super().create(vals_list)
        if any(language.active for language in languages):
            self.env["complaint.release"]._rewrite_titles()
        return languages

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            self.env["complaint.release"]._rewrite_titles()
        return result
