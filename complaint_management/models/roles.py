"""Who a rule means. A policy names roles; the people behind them are looked for at the moment when a rule
acts, for many cases at once.

A role found from the case (the team's leader, the head of the responsible department) is one person: the
first of the line upwards who is there. Every other role is all of its people. Whoever is absent is replaced
by the substitute they named; people whom the complaint is about, who have left, or who work for another
company are never meant."""

from odoo import fields, models

GROUP_PREFIX = "complaint_management.group_"


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _role(self, code):
        """A role as the policy writes it; an empty one if it has none of that name."""
        roles = self._policy().raw.get("roles") or () if self else ()
        return next((role for role in roles if role["name"] == code), {})

    def _role_title(self, code):
        """What people call a role, in the user's language."""
        return self._words(self._role(code).get("title"), code)

    def _level_title(self, code):
        """What people call a level of the ladder, in the user's language."""
        return self._words(self._level(code).get("title"), code)

    def _rule_title(self, code):
        """What people call an escalation rule, in the user's language."""
        return self._words(self._escalation_entry("rules", code).get("title"), code)

    def _words(self, titles, code):
        if not titles:
            return (code or "").replace("_", " ").replace("-", " ").capitalize()
        return titles.get(self._language()) or titles.get("en") or code

    def _level(self, code):
        """A level of the ladder as the policy writes it; an empty one if there is none of that name."""
        return self._escalation_entry("levels", code)

    def _escalation_entry(self, part, code):
        entries = (self._policy().raw.get("escalation") or {}).get(part) or () if self else ()
        return next((entry for entry in entries if entry["name"] == code), {})

    def _escalation_option(self, key):
        """A single value of the escalation file, None where the policy does not set it."""
        return (self._policy().raw.get("escalation") or {}).get(key) if self else None

    def _role_members(self, code):
        """The people of a role that is bound to no case, those who are there."""
        people = self._role_people(self._role(code))
        return people._there(self.company_id).with_env(self.env)

    def _role_people(self, role):
        """All users of a role that is bound to no case, absent or not."""
        # sudo: whom the policy means is the company's business, whoever is asking
        env = self.sudo().env
        if "team" in role:
            return self.sudo()._team_named(role["team"]).user_ids  # sudo: as above
        if "departments" in role:
            employees = env["hr.employee"].search(
                [
                    ("department_id", "child_of", self._departments(role["departments"]).ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
            return employees.user_id
        if "group" in role:
            name = role["group"] if "." in role["group"] else GROUP_PREFIX + role["group"]
            group = env.ref(name, raise_if_not_found=False)
            return group.all_user_ids if group else env["res.users"]
        if "users" in role:
            wanted = role["users"]
            return env["res.users"].search(["|", ("login", "in", wanted), ("email", "in", wanted)])
        return env["res.users"]

    def _departments(self, names):
        """The departments that a policy calls by these names."""
        # sudo: see _role_people
        departments = self.env["hr.department"].sudo().with_context(lang="en_US")
        company = self.company_id.id
        return departments.search([("name", "in", list(names)), ("company_id", "in", [company, False])])


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # The public view of an employee: whoever handles a complaint may read it, and it has the same ids.
    complaint_against_ids = fields.Many2many(
        "hr.employee.public",
        "complaint_against_employee_rel",
        "ticket_id",
        "employee_id",
        "Complaint is about",
        copy=False,
        groups="base.group_user",
        help="The people complained about. They are never asked to handle, decide or answer this complaint.",
    )

    def _role_users(self, role_code):
        """{ticket id: users} whom a role means for each case: active internal users of its company, present,
        without those whom the complaint is about."""
        # sudo: whom the policy means is the company's business, whoever is asking
        tickets, lines = self.sudo(), {}
        for release, cases in tickets.grouped("release_id").items():
            role = release._role(role_code)
            if "of" in role:
                lines.update(cases._lines_of(role))
            else:
                people = release._role_people(role)
                lines.update((case.id, [people]) for case in cases)
        everybody = tickets.env["res.users"].union(*(users for line in lines.values() for users in line))
        absent = (everybody | everybody.complaint_substitute_id)._absent_ids()
        there = {}  # most cases of a batch are alike, and one answer serves them all
        for case in tickets:
            line = lines[case.id]
            key = case.company_id.id, case.complaint_against_ids._ids, tuple(users._ids for users in line)
            if key not in there:
                there[key] = case._first_there(line, absent).with_env(self.env)
            lines[case.id] = there[key]
        return {case.id: lines[case.id] for case in tickets}

    def _role_partners(self, role_code):
        """{ticket id: partners} whom a role means; the complainant is one, too."""
        complainants = {
            ticket.id: ticket.partner_id
            for ticket in self
            if ticket.release_id._role(role_code).get("of") == "case" and role_code == "complainant"
        }
        others = self.filtered(lambda ticket: ticket.id not in complainants)
        people = others._role_users(role_code)
        # sudo: the address card of a colleague
        return complainants | {ident: users.sudo().partner_id.sudo(False) for ident, users in people.items()}

    def _first_there(self, line, absent):
        """Of a line of people, each standing in for the one before, the first who are there."""
        about = self.complaint_against_ids.user_id
        for users in line:
            there = users._there(self.company_id, absent, about)
            if there:
                return there
        return self.env["res.users"]

    def _lines_of(self, role):
        """{ticket id: [users, whoever follows if they are not there, …]} of a role found from the case."""
        find = {
            "case": self._line_of_case,
            "customer": self._line_of_customer,
            "team": self._line_of_team,
            "responsible_department": self._line_of_department,
        }[role["of"]]
        departments = self._responsible_departments() if role["of"] == "responsible_department" else {}
        return {ticket.id: find(ticket, role, departments) for ticket in self}

    def _line_of_case(self, ticket, role, departments):
        return [ticket.user_id or ticket.team_id.user_id] if role["name"] == "assignee" else []

    def _line_of_customer(self, ticket, role, departments):
        return [ticket.partner_id.with_company(ticket.company_id).complaint_agent_id]

    def _line_of_team(self, ticket, role, departments):
        return list(_upwards(ticket.team_id, "user_id"))

    def _line_of_department(self, ticket, role, departments):
        return [head.user_id for head in _upwards(departments[ticket.id], "manager_id")]

    def _responsible_departments(self):
        """{ticket id: the department that answers for the case}: what the investigation found, else what the
        policy says of the category."""
        found, by_name = {}, {}
        for ticket in self:
            if ticket.responsible_department_id:
                found[ticket.id] = ticket.responsible_department_id
                continue
            release = ticket.release_id
            category = release._policy().categories.get(
                release._refs().get(("category", ticket.category_id.id))
            )
            place = (release.company_id, category.department if category else None)
            if place not in by_name:
                by_name[place] = release._departments([place[1]] if place[1] else [])[:1]
            found[ticket.id] = by_name[place]
        return found


class ResUsers(models.Model):
    _inherit = "res.users"

    complaint_substitute_id = fields.Many2one(
        "res.users",
        "Substitute for complaints",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Gets what the complaint policy asks of you while you are absent.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["complaint_substitute_id"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["complaint_substitute_id"]

    def _absent_ids(self):
        """Ids of those of self who are on leave or out of office now."""
        absent = set(self.filtered("is_out_of_office").ids)
        if "hr.leave" in self.env:
            absent.update(self._get_on_leave_ids())
        return absent

    def _there(self, company, absent=None, about=None):
        """Those of self who can be asked for something in a company; for an absent one the substitute.

        about: people who are left out, because the complaint is about them"""
        if absent is None:
            absent = (self | self.complaint_substitute_id)._absent_ids()

        def suits(user):
            return (
                user.active and not user.share and company in user.company_ids and user not in (about or ())
            )

        there = self.browse()
        for user in self.filtered(suits):
            if user.id not in absent:
                there |= user
                continue
            substitute = user.complaint_substitute_id
            if substitute and suits(substitute) and substitute.id not in absent:
                there |= substitute
        return there


def _upwards(record, field):
    """The people named in a field of a record, of its parent, and so on; none of them twice."""
    seen = record.browse()
    while record and record not in seen:
        seen |= record
        if record[field]:
            yield record[field]
        record = record.parent_id
