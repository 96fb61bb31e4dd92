"""Teams and mailboxes that a policy names.

A team is found by its name and made if missing; its members stay the business of the team's leader, so it is
never owned by the policy. A channel's mailbox is the e-mail alias of such a team."""

from ast import literal_eval
from collections.abc import Callable
from typing import Any, NamedTuple

from odoo.tools import SQL

from ..language.changes import flat


class Mailbox(NamedTuple):
    """An address whose mail becomes a case. `type` is a case type's name or None for the first one."""

    channel: str
    alias: str
    team: str
    type: str | None


def team_names(policy: dict) -> list[str]:
    """Every team that a normalised policy names, each once, in its order."""
    named = [role.get("team") for role in policy.get("roles") or []]
    named += [category.get("team") for category in flat(policy.get("categories") or [])]
    named += [mailbox.team for mailbox in mailboxes(policy)]
    return [name for name in dict.fromkeys(named) if name]


def mailboxes(policy: dict) -> list[Mailbox]:
    """The mailboxes of a normalised policy whose team is known."""
    found = []
    first_type = next((entry["name"] for entry in policy.get("case_types") or []), None)
    for channel in policy.get("channels") or []:
        mailbox = channel.get("mailbox")
        if mailbox and (team := mailbox.get("team") or _first_team(policy)):
            found.append(Mailbox(channel["name"], mailbox["alias"], team, mailbox.get("type") or first_type))
    return found


def _first_team(policy: dict) -> str | None:
    """Mail for no team in particular goes to the first team among the roles: that is intake."""
    return next((role["team"] for role in policy.get("roles") or [] if role.get("team")), None)


class Teams:
    """The teams and mailboxes of one company against one normalised policy. `env` is a superuser's."""

    def __init__(self, env, company, policy: dict):
        self.env = env
        self.company = company
        self.names = team_names(policy)
        self.mailboxes = mailboxes(policy)
        self.active_release = env["complaint.release"]._active(company)
        self.ids = self._find(self.names)

    def _find(self, names: list[str]) -> dict[str, int]:
        """Name -> id of the active team of the company, or without company, that has the name in any
        language."""
        team = self.env["helpdesk.ticket.team"]
        team.flush_model(["name", "company_id", "active"])
        query = SQL(
            """
            SELECT word.value, team.id FROM helpdesk_ticket_team team, jsonb_each_text(team.name) word
             WHERE word.value = ANY(%s) AND team.active AND (team.company_id = %s OR team.company_id IS NULL)
             ORDER BY team.company_id IS NOT NULL, team.id DESC
            """,
            names,
            self.company.id,
        )
        return dict(
            self.env.execute_query(query)
        )  # later rows win: the company's own team, the oldest of them

    def id(self, name: str) -> int | None:
        """Id of a team; None if it has to be made."""
        return self.ids.get(name)

    def missing(self) -> list[str]:
        return [name for name in self.names if name not in self.ids]

    def perform_teams(self) -> None:
        """Make the teams that are missing, without members."""
        missing = self.missing()
        teams = self.env["helpdesk.ticket.team"].with_company(self.company)
        # A customer's form for an ordinary ticket must not offer them; a team leader may change that.
        hidden = {"company_id": self.company.id, "show_in_portal": False}
        created = teams.create([{"name": name, **hidden} for name in missing])
        self.ids.update(zip(missing, created.ids, strict=True))

    # ------------------------------------------------------------------ mailboxes

    def _previous(self) -> list[Mailbox]:
        """The mailboxes that the active release opened."""
        return mailboxes(self.active_release.normalised) if self.active_release else []

    def closings(self) -> list[tuple[Mailbox, Any]]:
        """Mailboxes that the policy dropped and whose team still has the address, with their alias
        records."""
        kept = {(mailbox.alias, mailbox.team) for mailbox in self.mailboxes}
        dropped = [mailbox for mailbox in self._previous() if (mailbox.alias, mailbox.team) not in kept]
        ids = self._find([mailbox.team for mailbox in dropped])
        teams = self.env["helpdesk.ticket.team"]
        found = [(mailbox, teams.browse(ids.get(mailbox.team)).alias_id) for mailbox in dropped]
        return [(mailbox, alias) for mailbox, alias in found if alias.alias_name == mailbox.alias]

    def _holder(self, mailbox: Mailbox):
        """The alias record that has a mailbox's address in the company's mail domain; empty if the address is
        free."""
        domain = self.company.alias_domain_id
        return self.env["mail.alias"].search(
            [("alias_name", "=", mailbox.alias), ("alias_domain_id", "=", domain.id)], limit=1
        )

    def obstacles(self) -> list[tuple[Mailbox, str]]:
        """Mailboxes that cannot be opened, with who has the address or which address the team has instead."""
        found = []
        closing = {alias.id for _mailbox, alias in self.closings()}
        for mailbox in self.mailboxes:
            own = self.env["helpdesk.ticket.team"].browse(self.ids.get(mailbox.team)).alias_id
            holder = self._holder(mailbox)
            if holder and holder != own and holder.id not in closing:
                found.append((mailbox, holder.display_name))
            elif own.alias_name and own.alias_name != mailbox.alias and own.id not in closing:
                found.append((mailbox, own.display_name))
        return found

    def openings(self, record_id: Callable[[str, str], int | None]) -> list[tuple[Mailbox, dict[str, Any]]]:
        """Mailboxes that have to be opened or re-directed, with the values for their alias record.

        record_id(kind, code) gives the id of a pick-list record, None if it is not there yet."""
        blocked = {mailbox for mailbox, _holder in self.obstacles()}
        found = []
        for mailbox in self.mailboxes:
            alias = self.env["helpdesk.ticket.team"].browse(self.ids.get(mailbox.team)).alias_id
            case = {"channel_id": record_id("channel", mailbox.channel)}
            if mailbox.type:
                case["case_type_id"] = record_id("case_type", mailbox.type)
            values = {"alias_defaults": repr(self._defaults(alias, case)), "alias_name": mailbox.alias}
            changed = {name: value for name, value in values.items() if not alias or alias[name] != value}
            if changed and mailbox not in blocked:
                found.append((mailbox, changed))
        return found

    def perform_mailboxes(self, record_id: Callable[[str, str], int]) -> None:
        """Open, re-direct and close mailboxes."""
        for _mailbox, alias in self.closings():
            alias.write({"alias_name": False, "alias_defaults": repr(self._defaults(alias, {}))})
        # Only now: a team that changes its address has one alias, which was just closed under the old one.
        for mailbox, values in self.openings(record_id):
            self.env["helpdesk.ticket.team"].browse(self.ids[mailbox.team]).alias_id.write(values)

    def _defaults(self, alias, case: dict[str, int]) -> dict[str, Any]:
        """The defaults of an alias with those of the policy replaced by `case`."""
        kept = {
            name: value
            for name, value in literal_eval(alias.alias_defaults or "{}").items()
            if name not in ("case_type_id", "channel_id")
        }
        return {**kept, "team_id": alias.alias_parent_thread_id or kept.get("team_id"), **case}
