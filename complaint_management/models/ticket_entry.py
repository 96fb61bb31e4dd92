"""A case enters the register: it gets its number, its release, its classification and its first facts, all in
the one creation of the ticket. A second write would cost more than everything that is reckoned here."""

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..engine.case import Event
from ..engine.clocks import State, step
from ..engine.keywords import facts, looked_for
from .assignment import Assigner
from .cached import raw
from .of_ticket import without_defaults
from .release_reading import aware
from .renames import PICK_LISTS
from .ticket_register import ATTRIBUTES, NOTHING_YET, OPENED, OURS, PEN


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for name in OURS.intersection(set().union(*vals_list)):
            self._check_field_access(self._fields[name], "write")
        own = without_defaults(self, OURS)
        vals_list = [dict(vals) for vals in vals_list]  # we complete them, and they are the caller's
        openings = own._open_cases(vals_list)
        if any(openings):
            own = own.with_context(complaint_pen=PEN)
            vals_list = [
                {**vals, **own._opened(vals)} if opening else vals
                for vals, opening in zip(vals_list, openings, strict=True)
            ]
        tickets = super(HelpdeskTicket, own).create(vals_list).with_env(self.env)
        cases = [(ticket, *opening) for ticket, opening in zip(tickets, openings, strict=True) if opening]
        if cases:
            entered = [
                (ticket, vals) for ticket, vals, one in zip(tickets, vals_list, openings, strict=True) if one
            ]
            tickets._spare_computing(entered)
            tickets._enter_in_register(cases)
            tickets._correct_entries(entered)
        return tickets

    def _open_cases(self, vals_list):
        """Complete vals_list in place for those that are cases.

        Returns a list like vals_list: None for an ordinary ticket, else (state, events) of the new case."""
        openings = [None] * len(vals_list)
        by_company = {}
        if any("case_type_id" not in vals for vals in vals_list):
            # A default decides here and not in super(): a case that is not opened would have no release and
            # no clocks.
            usual = self.default_get(["case_type_id"]).get("case_type_id")
            for vals in vals_list:
                vals.setdefault("case_type_id", usual)
        for index, vals in enumerate(vals_list):
            if vals["case_type_id"]:
                by_company.setdefault(self._company_of(vals), []).append(index)
        for company, indexes in by_company.items():
            release = self.env["complaint.release"]._active_or_explain(company)
            numbers = self._draw_register_numbers(company, len(indexes))
            self.env["complaint.customer"]._tiers_at_entry(release, [vals_list[index] for index in indexes])
            assigner = Assigner(release)
            for index, number in zip(indexes, numbers, strict=True):
                openings[index] = self._open_case({"number": number}, vals_list[index], release, assigner)
        return openings

    def _opened(self, vals):
        """What would be computed of a new case right after it is written, and written again: nobody has rated
        it, no solution was proposed, and whoever answers for its first stage is known."""
        # sudo: pick lists and teams hold no secrets, and a customer or the mail gateway may open a case
        stage = self.env["helpdesk.ticket.stage"].sudo().browse(vals["stage_id"])
        opened = {"unattended": stage.unattended}
        if "rating_ids" not in vals:
            opened["rating_last_value"] = 0.0
        accountable = self._accountable_at_entry(vals)
        if accountable is not None:
            opened["accountable_id"] = accountable
        return opened

    def _spare_computing(self, entered):
        """What was just written of new cases need not be computed anew, nor what they cannot have yet.
        entered: [(case, the values it was made with)]."""
        sure = {name: [ticket.id for ticket, vals in entered if name in vals] for name in OPENED}
        for name, origin in NOTHING_YET.items():
            sure[name] = [ticket.id for ticket, vals in entered if origin not in vals]
        for name, ids in sure.items():
            if ids:
                self.env.remove_to_compute(self._fields[name], self.browse(ids))

    def _company_of(self, vals):
        """The company a new ticket will have: that of its team, as OCA decides, else the given one."""
        context = self.env.context
        team = self.env["helpdesk.ticket.team"].browse(vals.get("team_id", context.get("default_team_id")))
        given = self.env["res.company"].browse(vals.get("company_id", context.get("default_company_id")))
        return team.sudo().company_id or given or self.env.company  # sudo: a customer may not read teams

    def _open_case(self, own, vals, release, assigner=None):
        """Fill vals of one new case and fold the facts of its receipt; returns (state, events)."""
        now = fields.Datetime.now()
        # sudo: pick lists and teams hold no secrets, and a customer or the mail gateway may open a case
        release = release.sudo()
        vals.update(
            own, **self._classified(vals, release), company_id=release.company_id.id, release_id=release.id
        )
        vals["user_id"] = vals["user_id"] or self._person_at_entry(
            vals, release, assigner or Assigner(release)
        )
        received = fields.Datetime.to_datetime(vals.get("received_at")) or now
        vals["received_at"] = received.replace(microsecond=0)  # the register keeps whole seconds
        state, events = State(), []
        for event in self._receipt(vals, release, now):
            step(release._policy(), state, event)
            events.append(event)
        vals.update(self._reckoned(state, release._policy()), case_state=state.to_json(), case_version=1)
        return state, events

    def _classified(self, vals, release):
        """Type, classification, priority and team of a new case: what vals or the context give, else what the
        policy presets."""
        chosen = {}

        def given(name):
            return vals.get(name, self.env.context.get(f"default_{name}"))

        category = release.env["helpdesk.ticket.category"].browse(given("category_id"))
        for kind, term in release._presets(category).items():
            chosen[f"{kind}_id"] = given(f"{kind}_id") or term
        terms = release.env["complaint.term"]
        urgency, scope = terms.browse(chosen["urgency_id"]), terms.browse(chosen["scope_id"])
        chosen["severity_id"] = given("severity_id") or release._severity(urgency, scope)
        chosen["priority"] = release._severity_priority(chosen["severity_id"], vals.get("tier_id"))
        user = release.env["res.users"].browse(given("user_id"))
        team = release.env["helpdesk.ticket.team"].browse(given("team_id"))
        team = team or release._team_for(category) or release._intake_team() or user.helpdesk_team_ids[:1]
        if (
            not user
            and release.company_id.helpdesk_mgmt_ticket_auto_assign
            and self.env.user in team.user_ids
        ):
            user = user.browse(self.env.uid)  # OCA's option, for members of the team that the policy chose
        return {**chosen, "team_id": team.id, "user_id": user.id}

    def _receipt(self, vals, release, now):
        """The facts of a receipt as engine events; sets the stage in vals."""
        policy, refs = release._policy(), release._refs()
        known = {
            name: refs.get((PICK_LISTS.get(name, name), vals[field]))
            for field, name in ATTRIBUTES.items()
            if vals.get(field)
        }
        team = release.env["helpdesk.ticket.team"].browse(vals["team_id"])
        known.update(team_id=team.id, holder_id=vals.get("user_id") or team.user_id.id)
        if not vals.get("user_id"):
            known["unassigned"] = True  # whoever leads the team holds it until somebody is assigned
        first = release._first_stage()
        wanted = refs.get(
            ("stage", vals.get("stage_id") or self.env.context.get("default_stage_id")), first.name
        )
        vals["stage_id"] = refs["stage", wanted]
        received = {"set": known, "stage": first.name, **self._words_at_entry(policy, vals)}
        events = [Event(aware(vals["received_at"]), "received", received, 1)]
        if wanted != first.name:  # entered straight into a later stage, for example in a kanban column
            at = max(now, vals["received_at"])
            events.append(Event(aware(at), policy.stages[wanted].event or "moved", {"stage": wanted}, 2))
        return events

    def _words_at_entry(self, policy, vals):
        """The words of escalation rules in what a new case says."""
        if not looked_for(policy, "received"):
            return {}
        said = f"{vals.get('name') or ''}\n{html2plaintext(vals.get('description') or '')}"
        return facts(policy, "received", said)

    def _enter_in_register(self, cases):
        """Store events and clocks of new cases. cases: (ticket, state, events)."""
        now = fields.Datetime.now()
        self.env["complaint.event"]._append(
            [ticket._event_row(event, 1, now) for ticket, _state, events in cases for event in events]
        )
        self.env["complaint.milestone"]._store(
            [ticket._clock_row(clock) for ticket, state, _events in cases for clock in state.clocks]
        )
        self.invalidate_recordset(["event_ids", "milestone_ids"], flush=False)
        # sudo: as in _record
        self._follow([(ticket.sudo(), state, events) for ticket, state, events in cases])

    def _correct_entries(self, entered):
        """Defaults and computes of other modules may have put somebody else in charge than we foresaw.
        entered: [(case, the values it was entered with)]."""
        names = self._said_fields()
        # sudo: as in _record
        caches = raw(self.browse([ticket.id for ticket, _vals in entered]).sudo(), *names)
        strays = [
            ticket.id
            for ticket, vals in entered
            if any(
                cache[ticket.id] != (vals.get(name) or None)
                for name, cache in zip(names, caches, strict=True)
            )
        ]
        self.browse(strays)._record_changes()

    def _draw_register_numbers(self, company, count):
        # sudo: customers and the mail gateway open cases too, and nobody of them may read sequences
        return self.env["ir.sequence"].sudo()._draw_register_numbers(company, count)

    def write(self, vals):
        """An ordinary ticket that is given a case type enters the register; all else goes its way."""
        if not vals.get("case_type_id"):
            return super().write(vals)
        newcomers = self.filtered(lambda ticket: not ticket.case_type_id)
        for ticket in newcomers:
            opening, state, events = ticket._prepare_entry(vals)
            super(HelpdeskTicket, ticket.with_context(complaint_pen=PEN)).write(opening)
            ticket._enter_in_register([(ticket, state, events)])
            ticket._correct_entries([(ticket, opening)])
        return super(HelpdeskTicket, self - newcomers).write(vals)

    def _prepare_entry(self, vals):
        """(values, state, events) with which a ticket becomes a case: its own values count, then vals."""
        release = self.env["complaint.release"]._active_or_explain(self.company_id)
        opening = {
            "category_id": self.category_id.id,
            "channel_id": self.channel_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "partner_id": self.partner_id.id,
            "received_at": self.create_date,
            **vals,
        }
        number = self._draw_register_numbers(self.company_id, 1)[0]
        self.env["complaint.customer"]._tiers_at_entry(release, [opening])
        return opening, *self._open_case({"number": number}, opening, release, Assigner(release))
