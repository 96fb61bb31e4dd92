"""What the ladder does. The job finds the rules that act and records them; here their actions are carried
out, for all cases of a batch at once: one method for each action of a policy's `do`, named `_act_<action>`.

Each gets a list of (ticket, fired, value): the case, the rule that acted (`engine.escalation.Fired`), and
what the policy writes behind the action. Who adds an action adds such a method."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools.misc import frozendict

from ..engine.case import Event
from ..engine.policy import as_list
from .register_rows import insert_rows
from .release_reading import aware

# What changes the case comes before what tells people about it. Actions that are not named here come last.
FIRST = ("raise_severity", "reassign", "task_force", "follow", "ask_approval", "escalate", "notify")
FOLLOWER = frozendict({"res_model": "varchar", "res_id": "int4", "partner_id": "int4"})


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    nobody_there = fields.Boolean(
        "Nobody was there",
        readonly=True,
        copy=False,
        help="Of those whom the policy wanted to tell last, nobody is there: the next level was told.",
    )

    @api.model
    def _carry_out(self, acts):  # pylint: disable=missing-return
        super()._carry_out(acts)
        todo = defaultdict(list)
        for ticket, fired in acts:
            for action in fired.do:
                for name, value in action.items():
                    # sudo: the company acts here, whoever or whatever set it off
                    todo[name].append((ticket.sudo(), fired, value))
        for name in sorted(todo, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
            getattr(self, f"_act_{name}")(todo[name])

    # ------------------------------------------------------------------ telling people

    def _act_notify(self, items):
        """Tell the people of some roles."""
        self._tell(items, lambda fired, roles, release: as_list(roles), level_of=lambda fired, roles: None)

    def _act_escalate(self, items):
        """Tell the people of the level that the case was raised to; one reached before is only logged."""
        raised = [item for item in items if item[1].level == item[2]]
        self._tell(
            raised,
            lambda fired, level, release: as_list(release._level(level).get("notify")),
            level_of=lambda fired, level: level,
        )

    def _tell(self, items, roles_of, level_of):
        """Queue a notice for everybody whom an action means. Where nobody is there to be told, the people of
        the next level are, and the case shows a warning."""
        wanted = [
            (ticket, fired, level_of(fired, value), roles_of(fired, value, ticket.release_id))
            for ticket, fired, value in items
        ]
        found = self._people_of(wanted)
        told, unreached = [], self.browse()
        for entry in wanted:
            ticket, fired, level, _roles = entry
            users, reached = found[id(entry)]
            told += [(ticket, fired, level, user) for user in users]
            if not reached:
                unreached |= ticket
        self._keep_unreached(self.browse({entry[0].id for entry in wanted}), unreached)
        self.env["complaint.notice"]._queue(told)

    def _keep_unreached(self, tried, unreached):
        """Show on the cases tried whether the people that the policy means were there."""
        unreached = tried & unreached
        unreached.filtered(lambda ticket: not ticket.nobody_there).nobody_there = True
        (tried - unreached).filtered("nobody_there").nobody_there = False

    def _people_of(self, wanted):
        """{id(entry): (users, whether they are those whom the policy means)} for entries of _tell."""
        found, open_entries = {}, [(entry, entry[3], entry[2], True) for entry in wanted]
        while open_entries:
            by_role = defaultdict(self.browse)
            for entry, roles, _level, _first in open_entries:
                for role in roles:
                    by_role[role] |= entry[0]
            people = {role: cases._role_users(role) for role, cases in by_role.items()}
            unheard = []
            for entry, roles, level, first in open_entries:
                ticket = entry[0]
                users = self.env["res.users"].union(*(people[role][ticket.id] for role in roles))
                above = ticket._level_above(level) if not users else None
                if above:
                    following = as_list(ticket.release_id._level(above).get("notify"))
                    unheard.append((entry, following, above, False))
                else:
                    found[id(entry)] = users, bool(users) and first
            open_entries = unheard
        return found

    def _level_above(self, level):
        """The next level of the ladder; above no level stands the lowest one."""
        levels = self.release_id._policy().levels
        rank = levels.index(level) + 1 if level in levels else 0
        return levels[rank] if rank < len(levels) else None

    # ------------------------------------------------------------------ changing the case

    def _act_raise_severity(self, items):
        """Raise the severity where the engine has not done so already: a rule that no job lived through, such
        as a surge of similar complaints. The fact names rule and subject, so that it counts once."""
        items = [item for item in items if item[1].severity is None]
        for by_value in _grouped(items).values():
            tickets, (_ticket, fired, by) = self.browse([item[0].id for item in by_value]), by_value[0]
            tickets = tickets.sudo()  # sudo: see _carry_out
            tickets._record(lambda ticket, state, fired=fired, by=by: ticket._raise_facts(state, fired, by))
            for severity, cases in tickets.grouped(lambda ticket: ticket._known_severity()).items():
                cases.filtered(lambda case, severity=severity: case.severity_id.id != severity).write(
                    {"severity_id": severity}
                )

    def _raise_facts(self, state, fired, by):
        old = state.attributes.get("severity")
        new = self.release_id._policy().severity_raised(old, by)
        if new == old:
            return []
        now = fields.Datetime.now()
        data = {"set": {"severity": new}, "rule": fired.rule, "subject": fired.subject}
        return [Event(aware(now), "classified", data, self._next_place(state, now))]

    def _known_severity(self):
        """Id of the severity that the register knows."""
        code = self._engine_state().attributes.get("severity")
        return self.release_id._refs().get(("severity", code), False)

    def _act_reassign(self, items):
        """Put the first person of a role in charge."""
        for (role, _rule, _subject), entries in _grouped(items).items():
            tickets = self.browse([ticket.id for ticket, *_rest in entries]).sudo()  # sudo: see _carry_out
            people = tickets._role_users(role)
            nobody = tickets.filtered(lambda ticket, people=people: not people[ticket.id])
            self._keep_unreached(tickets, nobody)
            chosen = tickets - nobody
            for user, cases in chosen.grouped(lambda case, people=people: people[case.id][:1]).items():
                # the notice below says it, one mail for all of them
                cases.with_context(mail_auto_subscribe_no_notify=True).write({"user_id": user.id})
            self.env["complaint.notice"]._queue(
                [
                    (ticket, fired, None, people[ticket.id][:1])
                    for ticket, fired, _role in entries
                    if people[ticket.id]
                ]
            )

    def _act_follow(self, items):
        """Let the people of some roles follow the case."""
        pairs = []
        for entries in _grouped(items).values():
            tickets = self.browse([ticket.id for ticket, *_rest in entries])
            for role in as_list(entries[0][2]):
                people = tickets._role_partners(role)
                pairs += [(self.browse(ident), partner) for ident in people for partner in people[ident]]
        self._let_follow(pairs)

    def _let_follow(self, pairs):
        """Give people access to cases, without a mail for each message on them. pairs: (ticket, partner)."""
        if not pairs:
            return
        # One statement that leaves alone who follows already: as records, with a look for each person, these
        # cost more than the notices.
        rows = [
            {"res_model": self._name, "res_id": ticket, "partner_id": partner}
            for ticket, partner in sorted({(ticket.id, partner.id) for ticket, partner in pairs})
        ]
        self.env["mail.followers"].flush_model()
        insert_rows(self.env, "mail_followers", FOLLOWER, rows, "ON CONFLICT DO NOTHING")
        self.browse([ticket.id for ticket, _partner in pairs]).invalidate_recordset(
            ["message_follower_ids", "message_partner_ids", "message_is_follower"]
        )

    def _act_task_force(self, items):
        """Form a task force, or enlarge the one there is."""
        self.env["complaint.task.force"]._form(items)

    def _act_ask_approval(self, items):
        """Ask for an approval of the policy."""
        for (name, _rule, _subject), entries in _grouped(items).items():
            tickets = self.browse([ticket.id for ticket, *_rest in entries])
            tickets.sudo()._ask_approval(name)  # sudo: see _carry_out

    def _ask_approval(self, name):
        """Ask for an approval that a rule wants. Where approvals are handled it starts one; here the case
        says that one is wanted."""
        for ticket in self:
            ticket.message_post(
                body=self.env._("The policy asks for an approval now: %(name)s.", name=name),
                subtype_xmlid="mail.mt_note",
            )


def _grouped(items):
    """{(value as text, rule, subject): items}, so that what is the same is done at once."""
    groups = defaultdict(list)
    for item in items:
        _ticket, fired, value = item
        groups[value if isinstance(value, str) else str(value), fired.rule, fired.subject].append(item)
    return groups
