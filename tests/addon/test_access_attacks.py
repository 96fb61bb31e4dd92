"""What somebody with a login may try over RPC to see or change what is not theirs (G1, B4, B10)."""

import contextlib

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .access_people import REFUSED, AccessCase


@tagged("post_install", "-at_install")
class TestAttacks(AccessCase):
    def tried(self, act):
        """What an attempt gives; None if it is refused. Nothing of it stays."""
        self.env.invalidate_all()  # what a superuser has just read would be found in the cache
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
                try:
                    return act()
                finally:
                    savepoint.rollback()
                    self.env.invalidate_all()
        except (*REFUSED, IntegrityError):
            return None
        except (ValueError, TypeError, AttributeError, NotImplementedError):  # it fails, and tells nothing
            return None

    # ------------------------------------------------------------------ a customer reads

    def test_g1_a_customer_reads_none_of_the_internal_fields(self):
        ticket = self.ticket.with_user(self.people["customer"])
        allowed, leaks = ticket._portal_readable_fields(), []
        for name in self.env["helpdesk.ticket"]._fields:
            if name in allowed:
                continue
            ways = {
                "read": lambda name=name: ticket.read([name]),
                "search_read": lambda name=name: ticket.search_read([("id", "=", ticket.id)], [name]),
                "export_data": lambda name=name: ticket.export_data([name]),
                "web_read": lambda name=name: ticket.web_read({name: {}}),
                "order": lambda name=name: ticket.search_read([], ["id"], order=f"{name} desc"),
                "group": lambda name=name: ticket.formatted_read_group([], [name], ["__count"]),
                "domain": lambda name=name: ticket.search_read([(name, "!=", False)], ["id"]),
            }
            leaks += [f"{way} {name}" for way, act in ways.items() if self.tried(act) is not None]
        self.assertFalse(leaks)
        self.assertGreater(len(self.env["helpdesk.ticket"]._fields), len(allowed) + 40)

    def test_g1_what_a_customer_may_read_leads_to_no_record_of_ours(self):
        ticket = self.ticket.with_user(self.people["customer"])
        for spec in (
            {"user_id": {"fields": {"login": {}, "email": {}, "partner_id": {"fields": {"phone": {}}}}}},
            {"company_id": {"fields": {"partner_id": {"fields": {"bank_ids": {}}}}}},
            {"case_type_id": {"fields": {"policy_code": {}}}},
            {"message_ids": {"fields": {"body": {}}}},
            {"message_follower_ids": {"fields": {"partner_id": {}}}},
        ):
            with self.subTest(str(spec)):
                found = str(self.tried(lambda spec=spec: ticket.web_read(spec)))
                self.assertNotIn("x_agent", found)
                self.assertNotIn("internal", found.replace("internal=", ""))

    def test_g1_a_path_through_an_allowed_field_is_no_oracle(self):
        ticket = self.ticket.with_user(self.people["customer"])
        for path in (
            "event_ids.kind",
            "milestone_ids.state",
            "user_id.password",
            "user_id.login",
            "message_ids.mail_activity_type_id",
            "case_type_id.policy_code",
            "rating_ids.feedback",
            "stage_id.ticket_ids.severity_id",
            "team_id.name",
        ):
            with self.subTest(path):
                self.assertFalse(self.tried(lambda path=path: ticket.search_read([(path, "ilike", "a")])))

    def test_g1_internal_notes_and_files_stay_inside(self):
        customer = self.people["customer"]
        note = self.records["mail.message"]
        self.assertFalse(note.with_user(customer).search([("id", "=", note.id)]))
        with self.assertRaises(AccessError):
            note.with_user(customer).read(["body"])

    # ------------------------------------------------------------------ approvals

    def forging(self):
        review, solution = self.records["tier.review"], self.records["complaint.solution"]
        return {
            "write review": lambda env: review.with_env(env).write({"status": "approved"}),
            "create review": lambda env: env["tier.review"].create(
                {
                    "model": solution._name,
                    "res_id": solution.id,
                    "definition_id": review.definition_id.id,
                    "status": "approved",
                }
            ),
            "delete review": lambda env: review.with_env(env).unlink(),
            "write state": lambda env: solution.with_env(env).write({"state": "approved"}),
            "write amount": lambda env: solution.with_env(env).write({"amount": 1}),
            "validate_tier": lambda env: solution.with_env(env).validate_tier(),
            "decide": lambda env: solution.with_env(env).action_decide(True),
            "comment wizard": lambda env: (
                env["comment.wizard"]
                .create(
                    {
                        "res_id": solution.id,
                        "res_model": solution._name,
                        "validate_reject": "validate",
                        "review_ids": [Command.set(review.ids)],
                        "comment": "x",
                    }
                )
                .add_comment()
            ),
            "own wizard": lambda env: (
                env["complaint.solution.decision"]
                .create({"solution_id": solution.id, "comment": "x"})
                .action_approve()
            ),
            "definition": lambda env: review.definition_id.with_env(env).write({"active": False}),
            "propose": lambda env: solution.with_env(env).action_propose(),
        }

    def test_b4_nobody_but_those_asked_decides_by_whatever_call(self):
        solution = self.records["complaint.solution"]
        for role, user in self.people.items():
            for name, act in self.forging().items():
                with self.subTest(f"{role}: {name}"):
                    with (
                        contextlib.suppress(*REFUSED),
                        mute_logger("odoo.sql_db"),
                        self.env.cr.savepoint(),
                    ):
                        act(self.env(user=user, su=False))
                        self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(solution.state, "submitted")
                    self.assertEqual(self.records["tier.review"].status, "pending")

    def test_b4_the_same_calls_work_for_who_was_asked(self):
        solution = self.records["complaint.solution"]
        self.forging()["own wizard"](self.env(user=self.decider, su=False))
        self.assertEqual(solution.state, "approved")

    # ------------------------------------------------------------------ methods, keys, what the policy owns

    def test_g1_methods_with_an_underscore_are_out_of_reach(self):
        for name in ("_record_fact", "_keep_confidential", "_act_due", "_carry_out", "_customer_url"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.env["helpdesk.ticket"], name)

    def test_g1_no_context_key_opens_the_register(self):
        agent = self.people["agent"]
        for context in (
            {"complaint_pen": True},
            {"complaint_pen": {}},
            {"install_mode": True},
            {"tracking_disable": True, "mail_create_nolog": True},
            {"skip_validation_check": True},
            {"import_file": True},
            {"active_test": False, "bypass_access": True, "su": True},
        ):
            with self.subTest(str(context)):
                ticket = self.ticket.with_user(agent).with_context(**context)
                for values in (
                    {"next_due_at": False},
                    {"case_version": 0},
                    {"release_id": False},
                    {"number": "1"},
                    {"received_at": "2020-01-01 00:00:00"},
                    {"case_type_id": False},
                    {"confidential_user_ids": [Command.clear()]},
                ):
                    with self.assertRaises(UserError):
                        ticket.write(values)
                with self.assertRaises(UserError):
                    self.records["complaint.event"].with_user(agent).with_context(**context).write(
                        {"kind": "closed"}
                    )
                with self.assertRaises(UserError):
                    self.records["complaint.solution"].with_user(agent).with_context(**context).write(
                        {"state": "approved"}
                    )

    def test_g1_a_default_in_the_context_is_no_way_around_a_guard(self):
        agent = self.people["agent"]
        with self.assertRaises(UserError):
            self.env["complaint.solution"].with_user(agent).with_context(default_state="approved").create(
                {
                    "ticket_id": self.complaint(user_id=agent.id, team_id=self.delivery.id).id,
                    "remedy_id": self.ref_id("remedy", "refund"),
                    "amount": 1,
                    "description": "x",
                }
            ).action_propose()
        case = (
            self.env["helpdesk.ticket"]
            .with_user(agent)
            .with_context(
                default_number="FAKE", default_case_state="{}", default_next_due_at="2020-01-01 00:00:00"
            )
            .create(
                {
                    "name": "x",
                    "description": "y",
                    "company_id": self.company.id,
                    "user_id": agent.id,
                    "case_type_id": self.ref_id("case_type", "complaint"),
                }
            )
        )
        self.assertNotEqual(case.number, "FAKE")
        self.assertStoredEqualsReplayed(case.sudo())

    def test_b4_no_default_in_the_context_saves_an_approval_or_a_step(self):
        agent = self.people["agent"]
        context = {"default_done_at": "2026-01-01 00:00:00", "default_ready_at": "2026-01-01 00:00:00"}
        case = self.complaint(user_id=agent.id, team_id=self.delivery.id)
        investigation = (
            self.env["complaint.investigation"]
            .with_user(agent)
            .with_context(**context, default_state="ready")
            .create({"ticket_id": case.id})
        )
        self.assertEqual((investigation.state, investigation.ready_at), ("open", False))
        step = {
            "solution_id": self.records["complaint.solution"].id,
            "name": "x",
            "user_id": agent.id,
            "due_on": "2026-01-01",
        }
        steps = self.env["complaint.solution.step"].with_user(agent)
        self.assertFalse(steps.with_context(**context).create(step).done_at)
        with self.assertRaises(AccessError):
            steps.create({**step, "done_at": "2026-01-01 00:00:00"})

    def test_a8_an_agent_gives_no_tier_by_making_a_file(self):
        files = self.env["complaint.customer"].with_user(self.people["agent"])
        owner = {"partner_id": self.customer.id, "company_id": self.company.id}
        with self.assertRaises(AccessError):
            files.create({**owner, "tier_reason": "friend"})
        context = {f"default_{name}": value for name, value in owner.items()}
        with self.assertRaises(AccessError):
            files.with_context(**context, default_tier_reason="friend").create({"tier_reason": "friend"})

    def test_g1_what_the_policy_owns_is_not_changed_by_hand(self):
        manager = self.people["manager"]
        for record, values in (
            (self.ticket.case_type_id, {"name": "x"}),
            (self.ticket.stage_id, {"closed": True}),
            (self.ticket.category_id, {"name": "x"}),
            (self.records["tier.definition"], {"active": False}),
            (self.release, {"name": "x"}),
        ):
            for operation in ("write", "unlink"):
                with self.subTest(f"{record._name} {operation}"), self.assertRaises(UserError):
                    one = record.with_user(manager)
                    one.write(values) if operation == "write" else one.unlink()

    def test_g1_nobody_hangs_what_is_theirs_on_a_case_they_do_not_see(self):
        user, other = (
            self.people["other_team"],
            self.complaint(user_id=self.people["agent"].id, team_id=self.delivery.id),
        )
        self.assertFalse(other.with_user(user).search([("id", "=", other.id)]))
        for model, values in {
            "complaint.investigation": {},
            "complaint.solution": {"remedy_id": self.ref_id("remedy", "refund"), "description": "x"},
            "complaint.task.force": {"leader_id": user.id},
            "complaint.evidence": {
                "investigation_id": self.records["complaint.investigation"].id,
                "name": "x",
            },
            "complaint.share": {
                "investigation_id": self.records["complaint.investigation"].id,
                "department_id": self.records["complaint.share"].department_id.copy().id,
                "percent": 1,
            },
            "complaint.solution.step": {
                "solution_id": self.records["complaint.solution"].id,
                "name": "x",
                "user_id": user.id,
                "due_on": "2026-01-01",
            },
            "mail.activity": {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.ticket.id,
                "user_id": user.id,
            },
            "ir.attachment": {"name": "x", "res_model": "helpdesk.ticket", "res_id": self.ticket.id},
            "mail.message": {"model": "helpdesk.ticket", "res_id": self.ticket.id, "body": "x"},
            "rating.rating": {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": self.ticket.id,
                "rating": 5,
            },
            "mail.followers": {
                "res_model": "helpdesk.ticket",
                "res_id": self.ticket.id,
                "partner_id": user.partner_id.id,
            },
        }.items():
            if "ticket_id" in self.env[model]._fields and "investigation_id" not in values:
                values = {"ticket_id": other.id, **values}
            if model == "complaint.solution.step":
                values.pop("ticket_id")
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(user).create(values)
                self.env.flush_all()

    def test_g1_a_wizard_is_no_way_to_a_case_one_does_not_see(self):
        """Wizards are opened by everybody with the role; what they do to a case is asked of the case."""
        user, leaks = self.people["other_team"], []
        for name, model in self.env.items():
            fields = model._fields
            if not name.startswith("complaint.") or not model._transient:
                continue
            links = {
                field: self.ticket.id if fields[field].type == "many2one" else [Command.set(self.ticket.ids)]
                for field in fields
                if fields[field].comodel_name == "helpdesk.ticket" and not fields[field].compute
            }
            if not links:
                continue
            context = {
                "active_model": "helpdesk.ticket",
                "active_id": self.ticket.id,
                "active_ids": self.ticket.ids,
            }
            for field in fields.values():
                if field.required and field.type in ("char", "text") and not field.compute:
                    links[field.name] = "x"

            def act(name=name, links=links, context=context):  # pylint: disable=dangerous-default-value
                wizard = self.env[name].with_user(user).with_context(**context).create(links)
                return [
                    value
                    for value in wizard.read()[0].values()
                    if isinstance(value, str) and self.ticket.name in value
                ]

            if self.tried(act):
                leaks.append(name)
        self.assertFalse(leaks)


@tagged("post_install", "-at_install")
class TestOverHttp(HttpCase, AccessCase):
    def call(self, login, model, method, *args, **kwargs):
        self.authenticate(login, login)
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        ).json()
        return answer.get("result"), answer.get("error", {}).get("data", {}).get("name", "")

    @mute_logger("odoo.http")
    def test_g1_the_same_over_http(self):
        number = self.ticket.number
        result, _error = self.call("x_agent", "helpdesk.ticket", "read", self.ticket.ids, ["number"])
        self.assertEqual(result[0]["number"], number)
        for login, model, method, args in (
            ("x_other_team", "helpdesk.ticket", "read", [self.ticket.ids, ["number"]]),
            ("x_stranger", "helpdesk.ticket", "read", [self.ticket.ids, ["number"]]),
            ("x_customer", "helpdesk.ticket", "read", [self.ticket.ids, ["severity_id"]]),
            ("x_customer", "helpdesk.ticket", "search_read", [[["severity_id", "!=", False]], ["id"]]),
            ("x_customer", "helpdesk.ticket", "write", [self.ticket.ids, {"name": "x"}]),
            ("x_customer", "complaint.event", "search_read", [[]]),
            ("x_customer", "tier.review", "search_read", [[]]),
            ("x_customer", "tier.definition", "search_read", [[]]),
            ("x_employee", "tier.review", "write", [self.records["tier.review"].ids, {"status": "approved"}]),
            ("x_agent", "helpdesk.ticket", "_record_fact", [self.ticket.ids, "closed"]),
            ("x_abroad", "complaint.solution", "read", [self.records["complaint.solution"].ids]),
        ):
            with self.subTest(f"{login} {model}.{method}"):
                result, error = self.call(login, model, method, *args)
                self.assertIsNone(result)
                self.assertIn("AccessError", error)
