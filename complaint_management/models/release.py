"""Releases: what a company's complaint policy was, from when, by whom and why. Immutable once applied."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache
from odoo.tools.lru import LRU
from odoo.tools.misc import frozendict

from ..engine.policy import Policy
from .term import PLACES

# Kind of a record -> its model; everything else is a complaint.term.
MODELS = frozendict(
    {
        "stage": "helpdesk.ticket.stage",
        "channel": "helpdesk.ticket.channel",
        "category": "helpdesk.ticket.category",
        "course": "complaint.training.course",
    }
)

# Parsed policies of this process. Not an ormcache: those are dropped by any change of groups or views, and a
# parsed policy stays true for ever because a release never changes.
_parsed = LRU(64)
POLICIES = "complaint_management.policies"


# pylint: disable=method-required-super,no-raise-unlink
# Nothing of a release may be changed: that its writing methods only refuse is their purpose.
class ComplaintRelease(models.Model):
    _name = "complaint.release"
    _description = "Complaint policy release"
    _order = "company_id, version desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    pack = fields.Char(required=True, readonly=True, help="Name of the policy pack, such as logistics.")
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [("active", "Active"), ("superseded", "Superseded")], required=True, readonly=True
    )
    sources = fields.Json(
        readonly=True, prefetch=False, help="The policy files as they were read: path and text."
    )
    digest = fields.Char(
        required=True, readonly=True, help="SHA-256 over the paths and texts of the policy files."
    )
    normalised = fields.Json(
        readonly=True,
        prefetch=False,
        help="The checked policy, with holidays resolved, that the engine reads.",
    )
    records = fields.Json(
        readonly=True, prefetch=False, help="Which record each entry was at that time: kind, name, id."
    )
    message = fields.Char("Reason", readonly=True)
    plan = fields.Text("Changes", readonly=True, prefetch=False)
    user_id = fields.Many2one("res.users", "Applied by", required=True, readonly=True, ondelete="restrict")
    applied_at = fields.Datetime("Applied", required=True, readonly=True)
    document_ids = fields.One2many("complaint.release.document", "release_id", "Documents", readonly=True)

    _one_active = models.UniqueIndex(
        "(company_id) WHERE state = 'active'",
        "Somebody else applied a complaint policy at the same moment. Look at the plan again.",
    )
    _version = models.UniqueIndex(
        "(company_id, version)",
        "Somebody else applied a complaint policy at the same moment. Look at the plan again.",
    )

    def write(self, vals):
        """Refused for everybody: only `_supersede` touches a release, and only its state."""
        raise UserError(
            self.env._("A release is never changed. Change the policy files and apply them as a new release.")
        )

    def unlink(self):
        raise UserError(self.env._("A release is never deleted: complaints were handled under it."))

    def copy(self, default=None):
        raise UserError(self.env._("A release is not copied. Apply its policy files again instead."))

    def _supersede(self):
        """Mark active releases as superseded."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE complaint_release SET state = 'superseded' WHERE id IN %s AND state = 'active'",
                self._ids,
            )
        )
        self.invalidate_recordset(["state"])

    @api.model
    def action_open_active(self):
        """Open the release in force in the current company; the list, which then explains, when there is
        none."""
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.release_action_history")
        release = self._active(self.env.company)
        if release:
            action.update(res_id=release.id, view_mode="form", views=[(False, "form")], path=False)
        return action

    # ------------------------------------------------------------------ reading

    @api.model
    def _active(self, company):
        """The release in force in a company, readable by everyone; empty for a company without a policy."""
        # sudo: what a release says is needed by whoever handles or hands in a complaint
        return self.sudo().browse(self._active_id(company.id) if company else False)

    @ormcache("company_id")
    def _active_id(self, company_id):
        # sudo: everybody works under the active release, whether or not they may read releases
        return self.sudo().search([("company_id", "=", company_id), ("state", "=", "active")], limit=1).id

    def _policy(self):
        """The engine's policy of this release, parsed once per process."""
        self.ensure_one()
        known = self.env.cr.cache.setdefault(POLICIES, {})  # asked for a dozen times in each transaction
        if self.id not in known:
            known[self.id] = self._parsed_policy()
        return known[self.id]

    def _parsed_policy(self):
        release = self.sudo()  # sudo: see _active
        # Ids alone would do, but a database may be dropped and made again under the same name.
        key = (self.env.cr.dbname, release.id, release.digest, release.applied_at)
        policy = _parsed.get(key)
        if policy is None:
            policy = _parsed[key] = Policy.load(release.normalised)
        return policy

    def _refs(self):
        """Records by name and names by record, as this release knows them, archived ones included.

        {("stage", "received"): 7, ("stage", 7): "received", …}. A record that got another name in a later
        release is found under both; by id it has the name that this release gave it. Without a release: those
        of the company."""
        return self._refs_of(self.id, None) if self else self._refs_of(0, self.env.company.id)

    @ormcache("release_id", "company_id")
    def _refs_of(self, release_id, company_id):
        refs = {}
        # sudo: the words of the policy are no secret
        company_id = company_id or self.sudo().browse(release_id).company_id.id
        for kind, code, record_id in self._owned_codes(company_id):
            refs[kind, code] = record_id
            refs[kind, record_id] = code
        # sudo: ids of pick lists are no secret
        for kind, ids in (self.sudo().browse(release_id).records or {}).items():
            for code, record_id in ids.items():
                refs[kind, code] = record_id
                refs[kind, record_id] = code
        return frozendict(refs)

    @api.model
    def _owned_codes(self, company_id):
        """(kind, name, id) of every record that the company's policy owns, archived ones included."""
        found = []
        for model in {*MODELS.values(), "complaint.term"}:
            # sudo: as above
            records = self.env[model].sudo().with_context(active_test=False)
            owned = records.search_fetch(
                [("company_id", "=", company_id), ("policy_code", "!=", False)],
                ["policy_code", "kind"] if model == "complaint.term" else ["policy_code"],
            )
            found += [(record._policy_record_kind(), record.policy_code, record.id) for record in owned]
        return found

    def _where_written(self, kind, code):
        """Where an entry is written, as "general/stages.yaml:4"; False if this release does not have it."""
        if not self:
            return False
        place, part = PLACES[kind]
        origins = self._origins(self.id)
        for key in (
            f"{place}/{part}/{code}" if part else f"{place}/{code}",
            f"{place}/{code}",
            f"{place}/{part}",
            place,
        ):
            if key in origins:
                path, line = origins[key][:2]
                return f"{path}:{line}"
        return False

    @ormcache("release_id")
    def _origins(self, release_id):
        # Only this branch of the JSON: the whole policy is a hundred times larger.
        query = SQL("SELECT normalised->'origin' FROM complaint_release WHERE id = %s", release_id)
        origins = self.env.execute_query(query)[0][0] or {}
        for key, place in list(origins.items()):
            kind, *path = key.split("/")
            # Named once in the whole tree, so the way down to them does not matter.
            if kind == "categories":
                origins[f"{kind}/{path[-1]}"] = place
            elif kind == "causes" and path[0] == "causes":
                origins[f"{kind}/causes/{path[-1]}"] = place
        return frozendict(origins)


class ComplaintReleaseDocument(models.Model):
    _name = "complaint.release.document"
    _description = "Document of a complaint policy release"
    _order = "release_id, sequence, id"
    _rec_name = "path"

    release_id = fields.Many2one(
        "complaint.release", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="release_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    path = fields.Char(required=True, readonly=True)
    kind = fields.Char(readonly=True)
    content = fields.Text(readonly=True)

    def write(self, vals):
        raise UserError(
            self.env._("A release is never changed. Change the policy files and apply them as a new release.")
        )

    def unlink(self):
        raise UserError(self.env._("A release is never deleted: complaints were handled under it."))
