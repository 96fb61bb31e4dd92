"""What happens when the addon comes and goes: refuse beside Enterprise Helpdesk, work at once, leave a clean
house."""

import csv
import io
import logging

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from .models.enterprise import ENTERPRISE, refusal

_logger = logging.getLogger(__name__)

MODULE = "complaint_management"
OWNED = ("helpdesk.ticket.category", "helpdesk.ticket.stage", "helpdesk.ticket.channel")
# Of a case's own columns, those that the register entries do not repeat are written beside them.
CASE_FIELDS = (
    "number",
    "name",
    "received_at",
    "closed_date",
    "case_type_id",
    "category_id",
    "channel_id",
    "urgency_id",
    "scope_id",
    "complexity_id",
    "severity_id",
    "stage_id",
    "team_id",
    "user_id",
    "partner_id",
    "partner_name",
    "partner_email",
    "release_id",
    "case_cycle",
)


# ---------------------------------------------------------------------- before installation


def pre_init_hook(env):
    """Refuse beside Odoo Enterprise Helpdesk. The manifest excludes it too; this also names the way out."""
    installed = env["ir.module.module"].search(
        [("name", "=", ENTERPRISE), ("state", "in", ("installed", "to install", "to upgrade"))], limit=1
    )
    if installed:
        raise UserError(refusal(env))


# ---------------------------------------------------------------------- after installation


def post_init_hook(env):
    """Apply the general policy, so that the addon works at once."""
    release = env["complaint.release"]._apply_first_packaged()
    _logger.info("Complaint policy %s applied to %s", release.name, release.company_id.name)


# ---------------------------------------------------------------------- removal


def uninstall_hook(env):
    """Keep the register as files, give the tickets back to the helpdesk, and leave nothing that acts."""
    for company in env["res.company"].with_context(active_test=False).search([]):
        _keep_register(env, company)
    _close_mailboxes(env)
    _return_tickets(env)
    _keep_demo_tickets(env)
    _end_activities(env)
    _release_owned(env)
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS complaint_event_guard() CASCADE"))
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS complaint_incentive_guard() CASCADE"))


def _keep_register(env, company):
    """Write the complaints of a company and what happened to them into two CSV attachments, if it has any.

    Attachments that belong to no record are for administrators only, and outlive this addon."""
    tickets = env["helpdesk.ticket"].with_context(active_test=False, lang="en_US")
    cases = tickets.search([("case_type_id", "!=", False), ("company_id", "=", company.id)], order="id")
    if not cases:
        return
    day = fields.Date.to_string(fields.Date.today())
    for part, content in (("cases", _cases_csv(cases)), ("events", _events_csv(env, company))):
        attachment = env["ir.attachment"].create(
            {
                "name": f"complaint register {company.name} {day} {part}.csv",
                "raw": content,
                "mimetype": "text/csv",
            }
        )
        _logger.info(
            "Complaint register of %s kept: Settings, Technical, Attachments, “%s” (id %s, %s)",
            company.name,
            attachment.name,
            attachment.id,
            attachment._full_path(attachment.store_fname) if attachment.store_fname else "in the database",
        )


def _cases_csv(cases):
    """One line a case, with the names of what it refers to, in English."""
    names = [name for name in CASE_FIELDS if name in cases._fields]
    return _csv(names, ([_text(case[name]) for name in names] for case in cases))


def _events_csv(env, company):
    """One line a fact, in the order in which things happened."""
    query = SQL(
        """
        SELECT ticket.number, event.id, event.kind, event.occurred_at, event.recorded_at, users.login,
               event.cycle, event.data
          FROM complaint_event event
          JOIN helpdesk_ticket ticket ON ticket.id = event.ticket_id
          LEFT JOIN res_users users ON users.id = event.user_id
         WHERE event.company_id = %s
         ORDER BY ticket.id, event.occurred_at, event.id
        """,
        company.id,
    )
    env.flush_all()
    env.cr.execute(query)
    names = [column.name for column in env.cr.description]
    return _csv(names, ([_text(value) for value in row] for row in iter(env.cr.fetchone, None)))


def _csv(names, rows):
    """CSV as bytes that spreadsheets recognise as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _text(value):
    """A value for a CSV cell. A leading =, +, - or @ would be run as a formula by spreadsheets."""
    if hasattr(value, "_name"):
        value = value.display_name
    if value is None or value is False:
        return ""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _close_mailboxes(env):
    """Mail to a policy's address would ask for fields that are gone; it becomes an ordinary ticket of the
    team."""
    teams = env["helpdesk.ticket.team"].with_context(active_test=False).search([("alias_id", "!=", False)])
    for team in teams:
        if "case_type_id" in (team.alias_defaults or ""):
            team.alias_id.write({"alias_defaults": repr({"team_id": team.id})})


def _return_tickets(env):
    """Move tickets out of the policy's stages: closed ones to Done, open ones to New.

    By SQL: a write would send OCA's closing mail to every customer there ever was."""
    env.flush_all()
    for closed, xml_id in ((False, "helpdesk_ticket_stage_new"), (True, "helpdesk_ticket_stage_done")):
        stage = env.ref(f"helpdesk_mgmt.{xml_id}", raise_if_not_found=False) or env[
            "helpdesk.ticket.stage"
        ].search(
            [("for_complaints", "=", False), ("closed", "=", closed), ("company_id", "=", False)], limit=1
        )
        env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_ticket ticket SET stage_id = %s, unattended = %s
                  FROM helpdesk_ticket_stage stage
                 WHERE stage.id = ticket.stage_id AND stage.for_complaints AND stage.closed IS %s
                """,
                stage.id or None,
                bool(stage.unattended),
                SQL("TRUE") if closed else SQL("NOT TRUE"),
            )
        )
    env.invalidate_all(flush=False)


def _keep_demo_tickets(env):
    """Demo tickets stay like all others: Odoo would delete them while the register still names them. So do
    the demo's people, whom calls and statements name; but they cannot log in any more."""
    kept = ("helpdesk.ticket", "res.users", "res.partner")
    names = env["ir.model.data"].search([("module", "=", MODULE), ("model", "in", kept)])
    people = names.filtered(lambda name: name.model == "res.users").mapped("res_id")
    for user in env["res.users"].browse(people):
        user.write({"active": False, "login": f"{user.login} ({user.id})"})  # the login is free again
    names.unlink()


def _end_activities(env):
    """What the addon asked people to do has lost its sense; its kinds of activities go with it."""
    names = env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "mail.activity.type")])
    activities = env["mail.activity"].with_context(active_test=False)
    activities.search([("activity_type_id", "in", names.mapped("res_id"))]).unlink()


def _release_owned(env):
    """Archive what the policy owned; from now on it is nobody's, and an administrator may delete what is
    unused."""
    for model in OWNED:
        owned = env[model].with_context(active_test=False).search([("policy_code", "!=", False)])
        owned.write({"active": False, "policy_code": False})
