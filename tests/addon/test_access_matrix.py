"""Who may do what: every role at every model about one case, by the calls that RPC makes (G1, B10)."""

import threading
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from werkzeug.routing.converters import NumberConverter

from .access_people import LETTERS, OURS, ROLES, AccessCase

INSIDE = "agent lead all analysis decision supervision quality data manager"
HELPDESK = f"own other_team {INSIDE}"
COMPANY = f"employee policy {HELPDESK}"

# r read, w write, c create, d delete. Whoever is not named may do nothing at all.
MATRIX = {
    "helpdesk.ticket": {"customer colleague": "r", "other_team": "c", INSIDE: "rwc"},
    # What is recorded is read by those who read the case and written by nobody.
    "complaint.event": {INSIDE: "r"},
    "complaint.milestone": {INSIDE: "r"},
    "complaint.message": {INSIDE: "r"},
    "complaint.notice": {INSIDE: "r"},
    "complaint.extension": {INSIDE: "r"},
    "rating.rating": {INSIDE: "r"},
    "complaint.job.failure": {"supervision policy manager": "r"},
    "complaint.mail.message": {"agent lead all manager": "r"},
    "complaint.rate": {},
    # Work on the case; this one has an investigation and a submitted solution already.
    "complaint.investigation": {INSIDE: "rwc"},
    "complaint.evidence": {INSIDE: "rwcd"},
    "complaint.share": {INSIDE: "rwcd"},
    "complaint.solution": {INSIDE: "rc"},
    "complaint.solution.step": {INSIDE: "rwcd"},
    "complaint.task.force": {
        "agent lead analysis supervision quality data": "r",
        "all decision manager": "rwc",
    },
    "tier.review": {"agent": "r"},
    "tier.definition": {COMPANY: "r"},
    # What hangs on the case.
    "ir.attachment": {INSIDE: "rwcd"},
    "mail.message": {INSIDE: "rwcd"},
    "mail.activity": {INSIDE: "rwcd"},
    # This one improves something because of a case that only some of them may see and hence name.
    "mgmtsystem.action": {HELPDESK: "rwc", "own other_team": "rw"},
    # Whoever sees the case may call about it; what came out is entered on the call screen alone.
    "complaint.callback": {INSIDE: "rw"},
    "complaint.callback.attempt": {INSIDE: "r"},
    "complaint.callback.finding": {INSIDE: "r"},
    # This one is about people of ours: for who leads the team, and who watches over the process.
    "complaint.answer": {"lead supervision quality decision": "r"},
    "complaint.invitation": {INSIDE: "r"},
    "survey.user_input": {},
    "survey.user_input.line": {},
    # Beside the cases.
    "complaint.customer": {HELPDESK: "r", "all manager": "rw"},
    "complaint.handed.in": {"employee": "r"},
    "complaint.suggestion": {"employee decision": "r"},
    "complaint.improvement.decision": {HELPDESK: "r"},
    "complaint.release": {"policy manager": "r"},
    "complaint.release.document": {"policy manager": "r"},
    "complaint.term": {COMPANY: "r"},
    "complaint.policy.draft": {"policy": "rwcd"},
    # Figures, samples and what rose all at once; what the counting job keeps for itself nobody reads.
    "complaint.fact": {"all analysis decision supervision quality data manager": "r"},
    "complaint.fact.stage": {"all analysis decision supervision quality data manager": "r"},
    "complaint.fact.clock": {"all analysis decision supervision quality data manager": "r"},
    # A report is read by the roles of the policy, here none, and by those who make reports; a remark is
    # changed by its author alone, here nobody of them.
    "complaint.report": {"data manager": "r"},
    "complaint.report.remark": {"data manager": "rc"},
    "complaint.report.delivery": {"data manager": "r"},
    "complaint.departure": {"decision supervision manager": "r"},
    # Judged and signed by the people of its role alone, whoever may read it.
    "complaint.check": {"decision supervision manager": "r"},
    "complaint.check.line": {"decision supervision manager": "r"},
    "complaint.fact.day": {},
    "complaint.fact.day.mark": {},
    "complaint.volume": {"data manager": "rwcd", "decision supervision": "r"},
    # A roster is kept by who leads the team and by managers; this shift is the agent's.
    "complaint.shift": {"agent decision supervision": "r", "lead manager": "rwcd"},
    "complaint.workload.warning": {"lead decision supervision manager": "r"},
    "complaint.fact.place": {},
    "complaint.fact.mark": {},
    "complaint.sample": {"decision supervision quality data manager": "r"},
    "complaint.sample.member": {"decision supervision quality data manager": "r"},
    "complaint.surge": {HELPDESK: "r"},
    # Meetings are for those who are invited, here the agent who leads this one, and for those who organise.
    "complaint.meeting": {"agent": "rw", "supervision manager": "rwc"},
    "complaint.meeting.item": {"agent supervision manager": "rwcd"},
    "complaint.return": {"decision supervision data manager": "r"},
    "complaint.library.case": {HELPDESK: "r", "supervision quality": "rw"},
    # Points are read by the person, here the agent, and by whoever leads the person.
    "complaint.incentive.statement": {"agent lead": "r"},
    "complaint.incentive.entry": {"agent lead": "r"},
    "complaint.incentive.objection": {"agent lead": "r"},
    "complaint.incentive.period": {"lead": "r"},
    "complaint.incentive.note": {"agent": "r"},
    "complaint.incentive.dirty": {"supervision": "r"},
    # So is what a person learns, and by the trainers; what is asked is written by trainers.
    "complaint.training.course": {COMPANY: "r", "quality": "rwc"},
    "complaint.training.need": {"agent": "r", "lead quality": "rw"},
    "complaint.training.record": {"agent lead quality": "r"},
    "complaint.training.exam": {"agent lead quality": "r"},
    "complaint.training.exam.line": {"agent lead quality": "r"},
    "complaint.training.exam.option": {"agent lead quality": "r"},
    "complaint.training.case": {"quality": "rwcd"},
    # And what a review of a case says; this one is finished, so that nobody writes any more.
    "complaint.quality.sample": {"decision supervision quality data": "r"},
    "complaint.quality.review": {"agent lead quality": "r"},
    "complaint.quality.line": {"agent lead quality": "r"},
}
# Posted by mail programs (RFC 8058), which know no session: the signed link is all that counts.
BY_MAIL_PROGRAMS = "/complaints/no-more/nothing"
PLATFORM = (
    "helpdesk.ticket",
    "tier.review",
    "tier.definition",
    "mgmtsystem.action",
    "rating.rating",
    "survey.user_input",
    "survey.user_input.line",
)


def expected(model):
    """{role: letters}; of two lines that name a role the later one holds."""
    letters = dict.fromkeys(ROLES, "")
    for names, given in MATRIX[model].items():
        letters.update(dict.fromkeys(names.split(), given))
    return letters


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessCase):
    def test_g1_every_model_is_in_the_table(self):
        ours = {
            name
            for name, model in self.env.items()
            if name.startswith("complaint.") and not model._abstract and not model._transient
        }
        self.assertEqual(ours - set(MATRIX), set())
        self.assertEqual(
            set(MATRIX) - ours - {"ir.attachment", "mail.message", "mail.activity"}, set(PLATFORM)
        )
        self.assertEqual(set(MATRIX), set(self.records))

    def test_g1_every_role_does_what_the_table_says_and_nothing_else(self):
        differences = []
        for model, record in self.records.items():
            for role, letters in expected(model).items():
                found = "".join(
                    letter for letter, operation in LETTERS.items() if self.allowed(role, record, operation)
                )
                if found != letters:
                    differences.append(
                        f"{model}: {role} may {found or 'nothing'}, not {letters or 'nothing'}"
                    )
        self.assertFalse(differences, "\n".join(differences))

    def test_g1_customers_and_visitors_use_no_wizard(self):
        for name, model in self.env.items():
            if name.startswith("complaint.") and model._transient:
                for role in ("public", "customer", "stranger"):
                    with self.subTest(f"{role} {name}"):
                        self.assertFalse(model.with_user(self.people[role]).has_access("create"))

    def test_g1_public_methods_refuse_whoever_does_not_see_the_record(self):
        """They may return an action that names the record, which tells nothing; they change nothing."""
        outside = ("public", "stranger", "employee", "own", "other_team", "policy", "abroad")
        for model, record in self.records.items():
            if "ticket_id" not in record._fields and model != "helpdesk.ticket":
                continue
            for name in self.public_methods(record):
                if name in ("create", "write", "copy_data", "init", "default_get", "name_search"):
                    continue
                for role in outside:
                    if model == "complaint.handed.in" and role == "employee":
                        continue
                    if model == "complaint.job.failure" and role == "policy":
                        continue
                    with self.subTest(f"{role} {model}.{name}"):
                        self.assertHarmless(role, record, name)

    def assertHarmless(self, role, record, name):
        before = self.trace()
        one = record.with_user(self.people[role])
        one = one.with_context(allowed_company_ids=self.people[role].company_ids.ids)
        with self.env.cr.savepoint() as savepoint:
            try:
                result = getattr(one, name)()
                self.env.flush_all()
            except Exception:
                return  # any refusal will do: a call that fails leaves nothing behind
            else:
                self.assertIn(type(result), (dict, bool, type(None)))
                self.assertNotIn(self.ticket.name + " ", str(result))
                self.assertEqual(self.trace(), before)
            finally:
                savepoint.rollback()
                self.env.invalidate_all()

    def trace(self):
        """What would be different if anything had happened to the case."""
        self.env.invalidate_all()
        return (
            len(self.ticket.event_ids),
            len(self.ticket.message_ids),
            self.ticket.stage_id,
            self.ticket.write_date,
            self.records["complaint.solution"].state,
            self.records["complaint.investigation"].state,
            self.env["mail.activity"].search_count([("res_id", "=", self.ticket.id)]),
        )


@tagged("post_install", "-at_install")
class TestRoutes(HttpCase, AccessCase):
    def routes(self):
        """(address, [methods], routing) of every route of ours, filled with words that open nothing."""
        # Odoo's server names the database on its threads; other runners of tests do not.
        with patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        for rule in rules:
            method = rule.endpoint.original_endpoint
            if not method.__module__.startswith(OURS):
                continue
            values = {
                name: self.ticket.id if isinstance(converter, NumberConverter) else "nothing"
                for name, converter in rule._converters.items()
            }
            yield rule.build(values)[1], rule.methods or {"GET", "POST"}, rule.endpoint.routing

    def test_g1_every_route_keeps_the_case_from_strangers(self):
        found = 0
        for login in (None, "x_stranger"):
            self.authenticate(login, login)
            for address, methods, routing in self.routes():
                found += 1
                with self.subTest(f"{login} {address}"):
                    self.assertNotEqual(routing["auth"], "none")
                    if address != BY_MAIL_PROGRAMS:
                        self.assertIsNot(routing.get("csrf"), False)
                    if "GET" not in methods or routing["type"] != "http":
                        continue
                    answer = self.url_open(address)
                    self.assertLess(answer.status_code, 500)
                    self.assertNotIn(self.ticket.number, answer.text)
        self.assertGreater(found, 20)

    def test_g1_the_portal_page_of_a_case_is_for_its_customer(self):
        for login, seen in (("x_customer", True), ("x_stranger", False), ("x_other_team", False)):
            with self.subTest(login):
                self.authenticate(login, login)
                self.assertEqual(
                    self.ticket.number in self.url_open(f"/my/ticket/{self.ticket.id}").text, seen
                )

    @mute_logger("odoo.http")  # refusals are what it is about
    def test_b10_files_and_reports_of_a_case_are_for_those_who_see_it(self):
        file = self.records["ir.attachment"]
        evidence = self.records["complaint.evidence"]
        report = self.records["complaint.investigation"].action_page()["url"]
        addresses = (f"/web/content/{file.id}", f"/web/content/complaint.evidence/{evidence.id}/file", report)
        for login, seen in (
            ("x_agent", True),
            ("x_other_team", False),
            ("x_stranger", False),
            ("x_abroad", False),
        ):
            self.authenticate(login, login)
            for address in addresses:
                with self.subTest(f"{login} {address}"):
                    self.assertEqual(self.url_open(address).status_code == 200, seen)
        self.ticket.confidential = True
        self.env.flush_all()
        self.authenticate("x_manager", "x_manager")
        for address in addresses:
            with self.subTest(f"confidential {address}"):
                self.assertNotEqual(self.url_open(address).status_code, 200)
