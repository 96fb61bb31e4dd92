"""One person of each role, and one record of each kind about one case: what the tests of access share."""

import inspect

import psycopg2
from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from .callback_pack import callback_about
from .common import files
from .counted_records import counted_from
from .meeting_records import written_about
from .points_records import points_about
from .quality_records import quality_about
from .solution_pack import TOPICS, SolutionCase
from .survey_pack import answer_about
from .training_records import training_about

OURS = "odoo.addons.complaint_management."
REFUSED = (AccessError, MissingError, UserError, ValidationError)
# Who is who; the case belongs to the team `delivery`, to agent@, and to the customer chen@.
ROLES = {
    "public": None,
    "customer": "base.group_portal",
    "colleague": "base.group_portal",  # of the same firm as the customer
    "stranger": "base.group_portal",
    "employee": "base.group_user",
    "own": "helpdesk_mgmt.group_helpdesk_user_own",
    "other_team": "complaint_management.group_intake",
    "agent": "complaint_management.group_intake",
    "all": "complaint_management.group_senior",
    "lead": "complaint_management.group_intake",  # leads the team
    "analysis": "complaint_management.group_analysis",
    "decision": "complaint_management.group_decision",
    "supervision": "complaint_management.group_supervision",
    "quality": "complaint_management.group_quality",
    "data": "complaint_management.group_data_analysis",
    "policy": "complaint_management.group_policy_admin",
    "manager": "helpdesk_mgmt.group_helpdesk_manager",
    "abroad": "helpdesk_mgmt.group_helpdesk_manager",  # of another company
}
LETTERS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


class AccessCase(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if more := cls.more_policy():
            cls.apply(files(**TOPICS, **more))
        cls.release = cls.env["complaint.release"]._active(cls.company)
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.people = {role: cls.person(role, group) for role, group in ROLES.items()}
        firm = cls.env["res.partner"].create({"name": "Chen & Li", "is_company": True})
        customer = cls.people["customer"].partner_id
        (customer + cls.people["colleague"].partner_id).parent_id = firm
        cls.delivery.write(
            {
                "user_id": cls.people["lead"].id,
                "user_ids": [Command.link(cls.people["lead"].id), Command.link(cls.people["agent"].id)],
            }
        )
        cls.ticket = cls.complaint(
            name="Case",
            category="delay",
            partner_id=customer.id,
            user_id=cls.people["agent"].id,
            team_id=cls.delivery.id,
        )
        cls.move(cls.ticket, "investigating")
        cls.records = cls.make_records()
        cls.env.flush_all()

    @classmethod
    def more_policy(cls):
        return {}

    @classmethod
    def person(cls, role, group):
        if not group:
            return cls.env.ref("base.public_user")
        company = cls.abroad if role == "abroad" else cls.company
        return new_test_user(
            cls.env, f"x_{role}", groups=group, company_id=company.id, company_ids=company.ids
        )

    @classmethod
    def make_records(cls):
        """{model: one record about the case}"""
        env, case = cls.env, {"ticket_id": cls.ticket.id}
        investigation = env["complaint.investigation"].create({**case, "facts": "<p>wet</p>"})
        share = env["complaint.share"].create(
            {
                "investigation_id": investigation.id,
                "department_id": env["hr.department"].create({"name": "Depot"}).id,
                "percent": 50,
            }
        )
        evidence = env["complaint.evidence"].create(
            {"investigation_id": investigation.id, "name": "Photo", "file": b"YQ=="}
        )
        solution = cls.solution(amount=6000, user=cls.people["agent"])
        step = env["complaint.solution.step"].create(
            {
                "solution_id": solution.id,
                "name": "Pay",
                "user_id": cls.people["analysis"].id,
                "due_on": fields.Date.today(),
            }
        )
        solution.action_submit()
        action = env["mgmtsystem.action"].create(
            {
                "name": "Better boxes",
                "type_action": "correction",
                "company_id": cls.company.id,
                "complaint_ticket_ids": [Command.set(cls.ticket.ids)],
            }
        )
        mail = env["complaint.mail.message"].create(
            {
                "ticket_id": cls.ticket.id,
                "company_id": cls.company.id,
                "state": "processed",
                "subject": "raw",
                "digest": "0" * 64,
                "raw": b"YQ==",
            }
        )
        return {
            **points_about(cls.ticket, cls.people["agent"]),
            **training_about(cls.ticket, cls.people["agent"]),
            **quality_about(cls.ticket, cls.people["agent"], cls.people["quality"]),
            **counted_from(cls.ticket),
            **written_about(cls.ticket, cls.people["agent"]),
            **(callbacks := callback_about(cls.ticket, cls.people["agent"])),
            **answer_about(callbacks["complaint.callback"]),
            "helpdesk.ticket": cls.ticket,
            "complaint.event": cls.ticket.event_ids[:1],
            "complaint.milestone": cls.ticket.milestone_ids[:1],
            "complaint.investigation": investigation,
            "complaint.share": share,
            "complaint.evidence": evidence,
            "complaint.solution": solution,
            "complaint.solution.step": step,
            "tier.review": solution.sudo().review_ids[:1],
            "tier.definition": solution.sudo().review_ids[:1].definition_id,
            "complaint.task.force": env["complaint.task.force"].create(
                {**case, "leader_id": cls.people["analysis"].id}
            ),
            "complaint.mail.message": mail,
            "complaint.message": env["complaint.message"].create(
                {
                    **case,
                    "company_id": cls.company.id,
                    "cycle": 1,
                    "name": "result",
                    "role": "complainant",
                    "subject": "received",
                    "revision": 0,
                    "state": "sent",
                    "queued_at": fields.Datetime.now(),
                }
            ),
            "complaint.notice": env["complaint.notice"].create(
                {
                    **case,
                    "company_id": cls.company.id,
                    "user_id": cls.people["lead"].id,
                    "rule": "late",
                    "subject": "solution",
                    "cycle": 1,
                    "at": fields.Datetime.now(),
                }
            ),
            "complaint.job.failure": env["complaint.job.failure"].create(
                {**case, "company_id": cls.company.id, "number": cls.ticket.number, "error": "x"}
            ),
            "complaint.customer": env["complaint.customer"]._open_for(cls.ticket.partner_id),
            "complaint.handed.in": env["complaint.handed.in"].create(
                {
                    **case,
                    "company_id": cls.company.id,
                    "user_id": cls.people["employee"].id,
                    "number": cls.ticket.number,
                    "handed_in_at": fields.Datetime.now(),
                }
            ),
            "complaint.release": cls.release,
            "complaint.release.document": cls.release.document_ids[:1],
            "complaint.term": cls.ticket.case_type_id,
            "complaint.policy.draft": env["complaint.policy.draft"].create(
                {"name": "Draft", "company_id": cls.company.id, "pack": "small"}
            ),
            "complaint.rate": env["complaint.rate"].create(
                {"key": "k", "used_at": fields.Datetime.now(), "forget_at": fields.Datetime.now()}
            ),
            "rating.rating": env["rating.rating"].create(
                {
                    "res_model_id": env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": cls.ticket.id,
                    "rating": 1,
                    "feedback": "secret",
                    "consumed": True,
                }
            ),
            "ir.attachment": env["ir.attachment"].create(
                {"name": "a.txt", "raw": b"a", "res_model": "helpdesk.ticket", "res_id": cls.ticket.id}
            ),
            "complaint.extension": env["complaint.extension"].create(
                {
                    **case,
                    "company_id": cls.company.id,
                    "cycle": 1,
                    "clock": "solution",
                    "policy_code": "x",
                    "by": "2bd",
                    "reason": "y",
                    "author_id": cls.people["agent"].id,
                    "roles": [],
                }
            ),
            "complaint.suggestion": env["complaint.suggestion"].create(
                {
                    "name": "Idea",
                    "body": "x",
                    "company_id": cls.company.id,
                    "author_id": cls.people["employee"].id,
                    "sent_on": fields.Date.today(),
                }
            ),
            "mgmtsystem.action": action,
            "complaint.improvement.decision": env["complaint.improvement.decision"].create(
                {
                    "action_id": action.id,
                    "company_id": cls.company.id,
                    "role": "x",
                    "verdict": "approved",
                    "user_id": env.uid,
                    "decided_at": fields.Datetime.now(),
                }
            ),
            "mail.message": cls.ticket.message_post(body="internal", subtype_xmlid="mail.mt_note"),
            "mail.activity": cls.ticket.activity_schedule(
                "mail.mail_activity_data_todo", user_id=cls.people["agent"].id
            ),
        }

    # ------------------------------------------------------------------ trying

    def allowed(self, role, record, operation):
        """Whether a person can really do something, tried as a call over RPC does it; nothing of it stays."""
        one = record.with_user(self.people[role]).with_context(
            allowed_company_ids=self.people[role].company_ids.ids
        )
        with mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule"):
            try:
                with self.env.cr.savepoint(flush=True) as savepoint:
                    try:
                        getattr(self, f"try_{operation}")(one, record)
                        self.env.flush_all()
                    finally:
                        savepoint.rollback()
                        self.env.invalidate_all()
            except REFUSED:
                return False
            except psycopg2.Error:
                self.env.invalidate_all()
                return True  # the database had to stop it: access did not
        return True

    def try_read(self, one, record):
        one.read(["display_name"])
        if not one.search([("id", "=", one.id)]):
            raise AssertionError(f"{one}: read gives what search hides")

    def try_write(self, one, record):
        plain = [
            name
            for name, field in one._fields.items()
            if field.store
            and field.type in ("char", "text", "integer", "float", "html", "datetime")
            and not field.related
            and name not in MAGIC
            and one._has_field_access(field, "read")
        ]
        free = [name for name in plain if not one._fields[name].readonly]
        links = [key for key, field in one._fields.items() if field.store and field.type == "many2one"]
        name = (free or plain or [key for key in links if key not in MAGIC])[0]
        value = record.sudo()[name]
        one.write({name: value.id if name in links else value})

    def try_create(self, one, record):
        values = record.sudo().copy_data()[0]
        for name, field in record._fields.items():
            if field.readonly and (field.default or not field.required):
                values.pop(name, None)
            elif field.required and field.store and name not in values:
                values[name] = field.convert_to_write(record.sudo()[name], record)
        if record._name in ONE_EACH:
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(record._table), record.id))
        if record._name == "complaint.solution":  # one that is over makes room for another one
            self.env.cr.execute("UPDATE complaint_solution SET state = 'refused' WHERE id = %s", [record.id])
        if record._name == "complaint.policy.draft":
            values = {}  # it is begun from a release, not from values that somebody sends
        one.browse().create(values)

    def try_unlink(self, one, record):
        one.unlink()

    def public_methods(self, record):
        """Names of the methods of ours that a call over RPC reaches and that need no arguments."""
        found = set()
        for cls in type(record).mro():
            if not cls.__module__.startswith(OURS):
                continue
            for name, method in vars(cls).items():
                if name.startswith("_") or not inspect.isfunction(method):
                    continue
                if getattr(method, "_api_private", False) or hasattr(method, "_onchange"):
                    continue
                found.add(name)
        return sorted(found)


# the database allows one of these
ONE_EACH = frozenset({"complaint.share", "complaint.shift", "complaint.task.force", "complaint.volume"})
MAGIC = frozenset({"id", "create_date", "write_date", "create_uid", "write_uid", "parent_path"})
