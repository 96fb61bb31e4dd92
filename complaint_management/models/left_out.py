"""Who is not asked, and why: consent, the wish not to be called, and one cap on contacts for each customer
over callbacks, surveys and samples together (D6).

Every callback comes by here twice, whoever planned it: when it is planned, and when it opens.

    _plan(rows) --+
                  +--> lock the customers -> wish, consent, way -> room below the cap -> now, later, left out
    _open() ------+

What is open and not made yet counts as a contact of this moment, so that a call that is made late does not
break the cap: whatever opens, opens only if there is room beside all that is open and all that was.

Two planners at once would each miss the contacts that the other one makes. Hence the lock: it raises a number
on the customer's file, so that the second of two transactions on one customer fails and is done again."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.callbacks import EVENT, plan_named
from ..engine.contacts import RANKS, cap_of, first_allowed
from .callback import PEOPLE_CALL
from .release_reading import aware, naive

CALLS = frozenset({"phone", "visit"})  # what somebody who is not to be called does not get
# Held in the context while rows are planned that were looked at just now; nobody can send it over RPC.
LOOKED_AT = object()


@dataclass(slots=True)
class Known:
    """What is known of somebody who is to be contacted; one firm's people share the contacts."""

    email: str | None
    phone: str | None
    no_calls: bool
    consent: str | None
    contacts: list = field(default_factory=list)


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    left_out_reason = fields.Selection(
        selection_add=[("missed", "Its time was over before it could be planned")]
    )

    _contacts = models.Index(
        "(commercial_partner_id, company_id) WHERE state NOT IN ('left_out', 'cancelled')"
    )

    # ------------------------------------------------------------------ the two gates

    @api.model
    def _plan(self, rows):
        made = super(ComplaintCallback, self.with_context(complaint_limits=LOOKED_AT))._plan(rows)
        return made.with_env(self.env(su=made.env.su))

    def _completed(self, rows):
        return self._within_limits(super()._completed(rows))

    def _open(self):
        """Open those for which there is still room; the others open later, or are left out."""
        looked_at = self.env.context.get("complaint_limits") is LOOKED_AT
        if not self or looked_at or not any(cap_of(one._policy()) for one in self.release_id):
            return super()._open()
        now, ready, later = fields.Datetime.now(), self.browse(), defaultdict(self.browse)
        for row in self._within_limits([one._as_row() for one in self], self):
            callback = self.browse(row["id"])
            if row["state"] == "left_out":
                later["left_out", row["left_out_reason"], None] |= callback
            elif row["opens_at"] > now:
                later["planned", row["opens_at"], row["next_attempt_at"]] |= callback
            else:
                ready |= callback
        for (state, value, attempt), callbacks in later.items():
            name = "left_out_reason" if state == "left_out" else "opens_at"
            callbacks.write({"state": state, name: value, "next_attempt_at": attempt})
        return super(ComplaintCallback, ready)._open()

    def _as_row(self):
        names = ("id", "plan", "method", "opens_at", "due_at", "state", "next_attempt_at")
        links = ("company_id", "release_id", "ticket_id", "partner_id", "commercial_partner_id")
        return {**{name: self[name] for name in names}, **{name: self[name].id for name in links}}

    # ------------------------------------------------------------------ deciding

    @api.model
    def _within_limits(self, rows, opening=()):
        """The rows with what wishes, consent and the cap make of them: another method, a later opens_at, or
        left out with the reason. Where there is not room for all, what a case calls for goes first.

        opening: the callbacks that the rows stand for, if they exist already"""
        policies = {
            ident: self.env["complaint.release"].browse(ident)._policy()
            for ident in {row["release_id"] for row in rows}
        }
        by_company = defaultdict(list)
        for row in rows:
            if row.get("state") != "left_out":
                by_company[row["company_id"]].append(row)
        for company, group in by_company.items():
            caps = {ident: cap_of(policies[ident]) for ident in {row["release_id"] for row in group}}
            capped = any(caps.values())
            known = self._known(company, group, self._files(company, _firms(group), capped), capped, opening)
            plans = {id(row): plan_named(policies[row["release_id"]], row["plan"]) for row in group}
            # the sort is stable: of the same rank, first come, first served
            for row in sorted(group, key=lambda row: RANKS[plans[id(row)].kind]):
                self._decide(row, known[_key(row)], plans[id(row)], caps[row["release_id"]])
        return rows

    def _decide(self, row, known, plan, cap):
        """Write into a row what becomes of it."""
        reason = self._barred(row, known, plan)
        if reason:
            row.update(state="left_out", left_out_reason=reason, next_attempt_at=None)
            return
        before = row["method"], row["opens_at"]
        row["method"] = self._way(row, known)
        if cap:
            at = max(row["opens_at"], fields.Datetime.now().replace(microsecond=0))
            room = first_allowed(known.contacts, cap, aware(at), aware(row.get("due_at") or None))
            if room is None:
                row.update(state="left_out", left_out_reason="cap", next_attempt_at=None)
                return
            known.contacts.append(room)
            if room > aware(at):
                row["opens_at"] = naive(room)
        if before != (row["method"], row["opens_at"]):
            partner = self.env["res.partner"].browse(row["partner_id"] or ())
            row["next_attempt_at"] = self._first_attempt(row, partner)

    def _barred(self, row, known, plan):
        """Why a customer may not be asked at all; None if they may."""
        called_for = plan.kind == EVENT  # a case calls for it
        if known.consent == "refused" and not called_for:
            return "consent"
        if row["method"] in CALLS and known.no_calls:
            return None if self._may_write_instead(known, plan, called_for) else "do_not_call"
        # a number that is not there a caller may find out; a message needs somewhere to go
        address = {"mail": known.email, "sms": known.phone}.get(row["method"], True)
        return None if address else "no_address"

    def _may_write_instead(self, known, plan, called_for):
        """Questions can be sent, too: for a case that calls for it, else to those who agreed to be asked."""
        return bool(plan.survey and known.email and (called_for or known.consent == "given"))

    def _way(self, row, known):
        return "mail" if row["method"] in CALLS and known.no_calls else row["method"]

    def _ask_otherwise(self):
        """Leave out those of self whose customers do not want them any more; write to whom one may write."""
        rows = [callback._as_row() for callback in self]
        for company, group in self.grouped("company_id").items():
            mine = [row for row in rows if row["company_id"] == company.id]
            known = self._known(company.id, mine, self._files(company.id, _firms(mine), False), False)
            for row in mine:
                callback = group.browse(row["id"])
                plan = plan_named(callback.release_id._policy(), row["plan"])
                reason = self._barred(row, known[_key(row)], plan)
                way = self._way(row, known[_key(row)])
                if reason:
                    callback.write({"state": "left_out", "left_out_reason": reason})
                elif way != row["method"]:
                    # it opens anew, as a message
                    callback.write({"method": way, "state": "planned", "user_id": False})
        self._keep_activities()

    # ------------------------------------------------------------------ what is known

    @api.model
    def _known(self, company, rows, files, capped, opening=()):
        """{(partner, ticket): what is known of the customer}; a few queries for all.

        files: {firm: (not to be called, consent)}; capped: whether their contacts count"""
        partners = self._addresses("res.partner", ["email", "phone"], rows, "partner_id")
        cases = self._addresses("helpdesk.ticket", ["partner_email", "partner_phone"], rows, "ticket_id")
        contacts = self._contacts_of(company, _firms(rows), opening) if capped else defaultdict(list)
        found = {}
        for row in rows:
            firm = row.get("commercial_partner_id")
            mail, phone = partners.get(row["partner_id"], (None, None))
            case_mail, case_phone = cases.get(row.get("ticket_id"), (None, None))
            no_calls, consent = files.get(firm, (False, None))
            found[_key(row)] = Known(
                mail or case_mail, phone or case_phone, no_calls, consent, contacts[firm or _key(row)]
            )
        return found

    def _addresses(self, model, names, rows, key):
        """{id: (e-mail, number)} of the partners or tickets that rows name."""
        ids = list({row[key] for row in rows if row.get(key)})
        if not ids:
            return {}
        self.env[model].flush_model(names)
        columns = SQL(", ").join(map(SQL.identifier, names))
        table = SQL.identifier(self.env[model]._table)
        found = self.env.execute_query(SQL("SELECT id, %s FROM %s WHERE id = ANY(%s)", columns, table, ids))
        return {ident: (mail, phone) for ident, mail, phone in found}

    def _files(self, company, firms, lock):
        """{firm: (not to be called, consent)}.

        lock: keep every other planner from these customers until the end of the transaction; who had no file
        gets one, so that there is something to lock."""
        if not firms:
            return {}
        self.env["complaint.customer"].flush_model()
        query = SQL(
            "SELECT partner_id, do_not_call, consent FROM complaint_customer "
            "WHERE company_id = %s AND partner_id = ANY(%s)",
            company,
            firms,
        )
        if lock:
            query = SQL(
                "INSERT INTO complaint_customer AS file "
                "(partner_id, company_id, contact_version, create_date, create_uid) "
                "SELECT firm, %s, 1, %s, %s FROM unnest(%s) AS firm ORDER BY firm "
                "ON CONFLICT (partner_id, company_id) "
                "DO UPDATE SET contact_version = COALESCE(file.contact_version, 0) + 1 "
                "RETURNING partner_id, do_not_call, consent",
                company,
                fields.Datetime.now(),
                self.env.uid,
                firms,
            )
        # that another planner was faster is no error: it is tried again
        self.env.cr.execute(query, log_exceptions=False)
        return {firm: (bool(no_calls), consent) for firm, no_calls, consent in self.env.cr.fetchall()}

    def _contacts_of(self, company, firms, opening):
        """{firm: [when it was or will be contacted]} in one query. Who was never reached was not.

        For one that opens only what is open or was made counts: what is planned for later is looked at when
        it opens itself, and must not keep away what comes before it."""
        contacts = defaultdict(list)
        if not firms:
            return contacts
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id, CASE "
                "WHEN state = 'planned' THEN GREATEST(opens_at, %(now)s) "
                "WHEN state = 'open' THEN %(now)s "
                # nobody was reached by phone, so a link was sent, some time ago
                "WHEN state = 'waiting' AND method IN %(people)s THEN %(now)s "
                "WHEN method IN %(people)s THEN COALESCE(done_at, %(now)s) "
                "ELSE COALESCE(first_attempt_at, opens_at) END "
                "FROM complaint_callback "
                "WHERE commercial_partner_id = ANY(%(firms)s) AND company_id = %(company)s "
                "AND state NOT IN ('left_out', 'cancelled') "
                "AND NOT (state = 'unreachable' AND method IN %(people)s) "
                "AND (%(planning)s OR (state != 'planned' AND id != ALL(%(opening)s::int[])))",
                now=fields.Datetime.now().replace(microsecond=0),
                people=tuple(PEOPLE_CALL),
                firms=firms,
                company=company,
                planning=not opening,
                opening=list(opening and opening.ids),
            )
        )
        for firm, at in rows:
            contacts[firm].append(aware(at.replace(microsecond=0)))
        return contacts


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    contact_version = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def write(self, vals):
        """Who does not want to be asked or called any more is not, whatever is planned."""
        result = super().write(vals)
        if vals.get("do_not_call") or vals.get("consent") == "refused":
            self._withdraw_callbacks()
        return result

    def _withdraw_callbacks(self):
        # sudo: what a customer wishes holds for all that is planned, whoever notes it
        callbacks = self.env["complaint.callback"].sudo()
        for company, files in self.grouped("company_id").items():
            callbacks.search(
                [
                    ("company_id", "=", company.id),
                    ("commercial_partner_id", "in", files.partner_id.ids),
                    ("state", "in", ("planned", "open")),
                    ("first_attempt_at", "=", False),
                ]
            )._ask_otherwise()


def _firms(rows):
    return sorted({row["commercial_partner_id"] for row in rows if row.get("commercial_partner_id")})


def _key(row):
    return row["partner_id"] or None, row.get("ticket_id") or None
