"""Callbacks come into being: after a fact by the plans of the policy, in bulk by whoever plans rounds and
samples; each gets a caller and comes onto that person's list when its time has come.

    complaint.event -> _follow -> engine.planned_by
                                        -> _plan(rows): one INSERT -> callers, even load -> activities"""

from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.attempts import first_callable
from ..engine.callbacks import plan_named, planned_by, plans
from .callback import DUE, PEOPLE_CALL
from .release_reading import aware, naive

# The case is over without a result, or begins anew: what was planned before has lost its sense.
OVERTAKEN = frozendict({"withdrawn": "withdrawn", "reopened": "reopened"})
ROWS_A_STATEMENT = 1000


@dataclass(slots=True)
class Load:
    """What a caller has to do: open callbacks, and a number that grows with each one given to them."""

    open: int = 0
    last: int = 0


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    # ------------------------------------------------------------------ making

    @api.model
    def _plan(self, rows):
        """Make callbacks, those that are there already left as they are. Returns the new ones.

        rows: dicts with company_id, release_id, plan, ticket_id or partner_id, cycle, occasion, opens_at,
        due_at; what is missing of for_what, method and role the plan says. `state` and `left_out_reason` for
        one that is left out, any other stored field as it is."""
        callbacks = self.sudo()  # sudo: the company plans, whoever set it off
        made = callbacks._insert(callbacks._completed([dict(row) for row in rows]))
        made._choose_callers()
        made._open_due(fields.Datetime.now())
        return made

    def _completed(self, rows):
        """Fill in what follows from the plan and from the case."""
        releases = self.env["complaint.release"]
        cases = self.env["helpdesk.ticket"].browse([row["ticket_id"] for row in rows if row.get("ticket_id")])
        partners = {case.id: case.partner_id.id for case in cases}
        for row in rows:
            release = releases.browse(row["release_id"])
            plan = plan_named(release._policy(), row["plan"])
            row.setdefault("for_what", plan.about)
            row.setdefault("method", plan.method)
            row.setdefault("role", plan.role)
            row.setdefault("state", "planned")
            row.setdefault("cycle", 1)
            row["partner_id"] = row.get("partner_id") or partners.get(row.get("ticket_id")) or None
        known = self.env["res.partner"].browse({row["partner_id"] for row in rows if row["partner_id"]})
        firms = {partner.id: partner for partner in known}
        hours = self._call_hours(rows, known)
        for row in rows:
            partner = firms.get(row["partner_id"], self.env["res.partner"])
            row["commercial_partner_id"] = partner.commercial_partner_id.id or None
            if not row.get("next_attempt_at") and row["state"] in DUE:
                row["next_attempt_at"] = self._first_attempt(row, partner, hours[row["company_id"]])
        return rows

    def _call_hours(self, rows, partners):
        """{company id: {firm: hours that it prefers}}; a query for each company."""
        # sudo: the planner keeps to what customers prefer, whoever sets it off
        files, companies = self.env["complaint.customer"].sudo(), self.env["res.company"]
        idents = {row["company_id"] for row in rows}
        return {ident: files._call_hours_of(partners, companies.browse(ident)) for ident in idents}

    def _first_attempt(self, row, partner, hours=None):
        """When the customer may be called for the first time (naive UTC).

        hours: what the firms of the company prefer, if it was looked up already"""
        plan = plan_named(self.env["complaint.release"].browse(row["release_id"])._policy(), row["plan"])
        if row["method"] not in PEOPLE_CALL:
            return row["opens_at"]
        due = row.get("due_at") and aware(row["due_at"])
        if hours is None:
            hours = self._call_hours([row], partner)[row["company_id"]]
        at = first_callable(
            plan,
            aware(row["opens_at"]),
            zone=partner._callback_zone(),
            preferred=hours.get(partner.commercial_partner_id.id),
            due=due,
        )
        return naive(at) if at else row["opens_at"]

    def _insert(self, rows):
        """The rows that are not there yet, in as few statements as there are thousands of them."""
        if not rows:
            return self.browse()
        names = sorted({name for row in rows for name in row if self._fields[name].store})
        now = self.env.cr.now()
        log = {"create_uid": self.env.uid, "create_date": now, "write_uid": self.env.uid, "write_date": now}
        columns = SQL(", ").join(SQL.identifier(name) for name in (*names, "attempt_count", *log))
        made = []
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            values = SQL(", ").join(
                SQL("%s", (*(row.get(name) or None for name in names), 0, *log.values()))
                for row in rows[start : start + ROWS_A_STATEMENT]
            )
            made += self.env.execute_query(
                SQL(
                    "INSERT INTO complaint_callback (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                    columns,
                    values,
                )
            )
        self.env["helpdesk.ticket"].invalidate_model(["callback_ids", "callback_count"], flush=False)
        return self.browse([ident for (ident,) in made])

    # ------------------------------------------------------------------ callers

    def _choose_callers(self):
        """Give each callback that a person makes to one of its role, who has the fewest to do."""
        todo = self.filtered(
            lambda one: one.state in DUE and one.method in PEOPLE_CALL and not one.user_id
        ).sorted(lambda one: (one.due_at or one.opens_at, one.id))
        people = todo._possible_callers()
        everybody = self.env["res.users"].union(*people.values())
        loads, chosen = self._loads_of(everybody), []
        turn = max((load.last for load in loads.values()), default=0)
        for callback in todo:
            users = people[callback.id]
            if users:
                best = min(users.ids, key=lambda user: (loads[user].open, loads[user].last, user))
                turn += 1
                loads[best].open += 1
                loads[best].last = turn
                chosen.append((callback.id, best))
        self._store_callers(chosen)
        todo._let_callers_see()

    def _store_callers(self, chosen):
        """One statement for all. chosen: [(callback id, user id)]"""
        if chosen:
            self.env.cr.execute(
                SQL(
                    "UPDATE complaint_callback c SET user_id = v.who FROM (VALUES %s) AS v(id, who) "
                    "WHERE c.id = v.id",
                    SQL(", ").join(SQL("%s", row) for row in chosen),
                )
            )
            self.invalidate_model(["user_id"], flush=False)

    def _possible_callers(self):
        """{callback id: users}: those of the role who are there; where nobody of it is, who answers for the
        case; for a confidential case only those who see it."""
        found, absent = {}, self._absent_stand_ins()
        for (release, role), callbacks in self.grouped(lambda one: (one.release_id, one.role)).items():
            cases = callbacks.ticket_id
            of_case = cases._role_users(role) if role and cases else {}
            members = release._role_members(role) if role else self.env["res.users"]
            personal = release._role(role).get("of") == "customer"
            for callback in callbacks:
                if callback.ticket_id:
                    users = callback._of_the_case(of_case.get(callback.ticket_id.id), absent)
                    users = callback._rather_not(users)
                elif personal:
                    users = callback._stand_in()._there(callback.company_id, absent)
                else:
                    users = members
                found[callback.id] = users.sudo()  # sudo: only their ids are looked at
        return found

    def _of_the_case(self, users, absent):
        case = self.ticket_id
        able = case._only_who_may_see(users) if users else users
        return able or case._only_who_may_see(self._stand_in()._there(self.company_id, absent))

    def _rather_not(self, users):
        """Without who had the case, where the plan wants somebody else to ask and there is somebody."""
        if self.release_id._callback_plan(self.plan).get("not_by") != "holder":
            return users
        return users - self.ticket_id.user_id or users

    def _stand_in(self):
        """Who calls where a role does not say: who answers for the case, or the customer's named agent."""
        if self.ticket_id:
            return self.ticket_id.accountable_id
        return self.partner_id.with_company(self.company_id).complaint_agent_id

    def _absent_stand_ins(self):
        """Ids of those of them who are away; looked up once for all."""
        people = self.env["res.users"].union(*(one._stand_in() for one in self))
        return (people | people.complaint_substitute_id)._absent_ids()

    def _loads_of(self, users):
        """{user id: Load} by what they have open and when they were given the last one."""
        loads = {user.id: Load() for user in users}
        if not loads:
            return loads
        self.flush_model(["user_id", "state"])
        rows = self.env.execute_query(
            SQL(
                "SELECT u.id, (SELECT count(*) FROM complaint_callback c WHERE c.user_id = u.id "
                "AND c.state IN ('planned', 'open', 'waiting')), "
                "(SELECT max(c.id) FROM complaint_callback c WHERE c.user_id = u.id) "
                "FROM unnest(%s) AS u(id)",
                list(loads),
            )
        )
        return {user: Load(count, last or 0) for user, count, last in rows}

    def _keep_callers(self):
        """Callbacks whose caller may not make them any more get another one."""
        # sudo: what became of the case decides
        due = self.sudo().filtered(lambda one: one.state in DUE and one.user_id)
        lost = due.filtered(lambda one: not one._may_be_called_by(one.user_id))
        if lost:
            lost.write({"user_id": False})
            lost._choose_callers()
            lost._keep_activities()

    # ------------------------------------------------------------------ when the time has come

    def _open_due(self, now):
        """Open those whose time has come."""
        self.filtered(lambda one: one.state == "planned" and one.opens_at <= now)._open()

    def _open(self):
        """Onto the list of the caller; what goes out by itself is sent."""
        if self:
            self.write({"state": "open"})
            self._keep_activities()
            self._opened()

    def _opened(self):
        """What is done with callbacks whose time has come. Others extend it."""

    @api.model
    def _cron_due(self):
        """Open what is due and let the policy act on what is overdue, batch by batch."""
        tickets = self.env["helpdesk.ticket"]
        limit = tickets._job_number("job_batch")
        for deed in (self._open_batch, self._overdue_batch):
            left = True
            while left:
                done = tickets._again_if_overtaken(lambda deed=deed: deed(limit))
                full = done >= limit
                left = self.env["ir.cron"]._commit_progress(done, remaining=limit if full else 0) and full

    @api.model
    def _open_batch(self, limit):
        """Open at most so many. Returns how many there were."""
        now = fields.Datetime.now()
        claimed = self._claim(SQL("state = 'planned' AND opens_at <= %s", now), SQL("opens_at"), limit)
        claimed._open()
        return len(claimed)

    @api.model
    def _overdue_batch(self, limit):
        """Act on at most so many that are overdue. Returns how many there were."""
        return 0

    @api.model
    def _claim(self, condition, order, limit):
        """Lock what fits and no other job has."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM complaint_callback WHERE %s ORDER BY %s LIMIT %s "
                "FOR NO KEY UPDATE SKIP LOCKED",
                condition,
                order,
                limit,
            )
        )
        return self.sudo().browse([ident for (ident,) in rows])  # sudo: a job


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _follow(self, recorded):  # pylint: disable=missing-return
        """Facts make the callbacks of the plans that wait for them, and overtake those of before."""
        super()._follow(recorded)
        rows, overtaken, waited_for = [], defaultdict(self.browse), {}
        for ticket, state, events in recorded:
            release = ticket.release_id
            if release not in waited_for:
                waited_for[release] = release._callback_facts()
            for event in events:
                if event.kind in waited_for[release]:
                    rows += ticket._callback_rows(state, event)
                if event.kind in OVERTAKEN:
                    overtaken[OVERTAKEN[event.kind]] |= ticket
        for reason, tickets in overtaken.items():
            tickets._overtake_callbacks(reason)
        if rows:
            self.env["complaint.callback"]._plan(rows)

    def _callback_rows(self, state, event):
        """Rows for the callbacks that a fact makes of this case."""
        planned = planned_by(self.release_id._policy(), state.attributes, state.cycle, event)
        return [self._callback_row(state, one) for one in planned]

    def _callback_row(self, state, planned):
        """The row of one callback that a plan makes of this case."""
        return {
            "company_id": self.company_id.id,
            "release_id": self.release_id.id,
            "plan": planned.plan.name,
            "ticket_id": self.id,
            "cycle": state.cycle,
            "occasion": planned.key,
            "opens_at": naive(planned.opens),
            "due_at": naive(planned.due),
        }

    def _overtake_callbacks(self, reason):
        """Cancel what is still to be made: everything of a case set aside, the earlier cycles of one
        reopened."""
        callbacks = self.env["complaint.callback"].sudo()  # sudo: the register decides, whoever wrote it
        due = callbacks.search([("ticket_id", "in", self.ids), ("state", "in", DUE)])
        if reason == "reopened":
            due = due.filtered(lambda one: one.cycle < one.ticket_id.case_cycle)
        due._cancel(reason)


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _callback_facts(self):
        """The facts after which this policy plans callbacks."""
        return {plan.after for plan in plans(self._policy()) if plan.after} if self else set()
