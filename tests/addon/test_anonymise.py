"""Retention (B13): the data of people go, the register and every figure stay."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import files
from .solution_pack import TOPICS, SolutionCase

PRIVACY = "kind: privacy\nprivacy: {keep: 1y, then: anonymise}\n"
NAME, MAIL, PHONE = "Wilhelmina Querfeld", "querfeld@person.example", "+49 30 5557788"


@tagged("post_install", "-at_install")
class TestAnonymise(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(**{**TOPICS, "privacy": PRIVACY}))
        cls.watcher = cls.new_user(
            "watcher", "complaint_management.group_supervision,complaint_management.group_senior"
        )
        cls.person = cls.env["res.partner"].create({"name": NAME, "email": MAIL, "phone": PHONE})

    def lived(self, at="2025-01-02 08:00:00", close=True):
        """A case with the customer's name wherever a name can stand."""
        with freeze_time(at):
            ticket = self.complaint(
                category="delay",
                user_id=self.agent.id,
                partner_id=self.person.id,
                partner_name=NAME,
                partner_email=MAIL,
                name=f"Parcel of {NAME}",
                description=f"<p>I am {NAME}, {PHONE}</p>",
                remedy_sought=f"{NAME} wants money",
            )
            self.move(ticket, "investigating")
            found = self.env["complaint.investigation"].create({"ticket_id": ticket.id})
            texts = [name for name, field in found._fields.items() if field.type == "text" and field.store]
            found.write(dict.fromkeys(texts, f"{NAME} said so"))
            solution = self.proposed(ticket=ticket, description=f"Dear {NAME}")
            solution._customer_answers(True, f"Yes, {NAME}", way="portal")
            ticket.message_post(
                body=f"From {NAME}", email_from=f"{NAME} <{MAIL}>", author_id=self.person.id,
                attachments=[("letter.txt", NAME.encode())], message_type="email",
            )  # fmt: skip
            ticket.message_subscribe(self.person.ids)
            self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": ticket.id,
                    "rating": 3,
                    "consumed": True,
                    "partner_id": self.person.id,
                    "feedback": f"{NAME} is fine",
                }
            )
            if close:
                self.move(ticket, "carried_out") if solution.state == "carried_out" else None
                ticket.sudo().with_context(complaint_no_message=True).stage_id = self.ref_id(
                    "stage", "closed"
                )
        return ticket

    def rows_with(self, ticket, word):
        """(table, column) of every row of the database about this case, or that the platform keeps for
        it, that
        still says a word."""
        self.env.flush_all()
        found = []
        for model in self.env.registry.values():
            if model._abstract or not model._auto or model._transient:
                continue
            names = set(model._fields)
            where = None
            if model._name == "helpdesk.ticket":
                where = SQL("id = %s", ticket.id)
            elif "ticket_id" in names and model._fields["ticket_id"].store:
                where = SQL("ticket_id = %s", ticket.id)
            elif {"model", "res_id"} <= names and model._fields["res_id"].store:
                where = SQL("model = 'helpdesk.ticket' AND res_id = %s", ticket.id)
            elif {"res_model", "res_id"} <= names and model._fields["res_model"].store:
                where = SQL("res_model = 'helpdesk.ticket' AND res_id = %s", ticket.id)
            if where is None:
                continue
            self.env.cr.execute(
                SQL("SELECT to_jsonb(t)::text FROM %s t WHERE %s", SQL.identifier(model._table), where)
            )
            found += [model._name for (row,) in self.env.cr.fetchall() if word in row]
        return found

    def anonymise(self, tickets, at="2026-06-01 08:00:00", user=None):
        with freeze_time(at):
            tickets.with_user(user or self.watcher)._anonymise()

    def test_the_search_of_this_test_finds_the_name_where_it_is(self):
        ticket = self.lived()
        found = self.rows_with(ticket, "Querfeld")
        for name in ("helpdesk.ticket", "complaint.investigation", "complaint.solution", "mail.message"):
            self.assertIn(name, found)

    def test_b13_nothing_personal_is_left(self):
        ticket = self.lived()
        files_before = self.env["ir.attachment"].search(
            [("res_id", "=", ticket.id), ("res_model", "=", ticket._name)]
        )
        self.assertTrue(files_before)
        self.anonymise(ticket)
        for word in ("Querfeld", "querfeld@", "5557788"):
            self.assertEqual(self.rows_with(ticket, word), [], word)
        self.assertFalse(files_before.exists())
        self.assertFalse(ticket.partner_id)
        self.assertNotIn(self.person, ticket.message_partner_ids)
        self.assertEqual(ticket.name, ticket.number)
        self.assertEqual(self.person.name, NAME, "the contact itself may have other business with us")

    def test_b13_register_numbers_clocks_and_amounts_stay(self):
        ticket = self.lived()
        before = (
            ticket.number, ticket.category_id, ticket.severity_id, ticket.received_at, ticket.remedy_cost,
            self.clocks(ticket), self.facts(ticket), ticket.user_id, ticket.remedy_id,
        )  # fmt: skip
        self.anonymise(ticket)
        after = (
            ticket.number, ticket.category_id, ticket.severity_id, ticket.received_at, ticket.remedy_cost,
            self.clocks(ticket), self.facts(ticket)[:-1], ticket.user_id, ticket.remedy_id,
        )  # fmt: skip
        self.assertEqual(after, before)
        self.assertEqual(self.facts(ticket)[-1], "anonymised")
        self.assertStoredEqualsReplayed(ticket)
        rating = self.env["rating.rating"].search(
            [("res_id", "=", ticket.id), ("res_model", "=", ticket._name)]
        )
        self.assertIn(3, rating.mapped("rating"), "the score is a figure and stays")

    def test_b13_never_before_the_time_and_never_while_open(self):
        early, still_open = self.lived("2025-07-01 08:00:00"), self.lived(close=False)
        for ticket in (early, still_open):
            with self.assertRaisesRegex(UserError, "must be kept"):
                self.anonymise(ticket)
        self.anonymise(early, at="2026-07-01 08:00:01")

    def test_b13_the_longer_of_two_policies_holds(self):
        ticket = self.lived()
        self.apply(files(**{**TOPICS, "privacy": PRIVACY.replace("1y", "5y")}))
        with self.assertRaisesRegex(UserError, "must be kept"):
            self.anonymise(ticket)

    def test_b13_only_an_authorised_person(self):
        ticket = self.lived()
        for user in (self.agent, self.leader, self.employee):
            with freeze_time("2026-06-01 08:00:00"), self.assertRaises(AccessError):
                ticket.with_user(user).action_anonymise()
            with self.assertRaises(AccessError):
                self.env["complaint.anonymise"].with_user(user).create(
                    {"ticket_ids": ticket.ids, "sure": True}
                )

    def test_b13_the_list_shows_what_is_ready_and_it_is_confirmed(self):
        ready, early = self.lived(), self.lived("2025-07-01 08:00:00")
        with freeze_time("2026-06-01 08:00:00"):
            cases = self.env["helpdesk.ticket"].with_user(self.watcher)
            found = cases.search([("ready_to_anonymise", "=", True)])
            self.assertIn(ready, found)
            self.assertNotIn(early, found)
            context = ready.with_user(self.watcher).action_anonymise()["context"]
            with Form(
                self.env["complaint.anonymise"].with_user(self.watcher).with_context(**context)
            ) as form:
                self.assertIn("1 cases", form.preview)
            with self.assertRaisesRegex(UserError, "tick the box"):
                form.record.action_anonymise()
            form.record.sure = True
            form.record.action_anonymise()
            self.assertTrue(ready.anonymised_at)
            self.assertNotIn(ready, cases.search([("ready_to_anonymise", "=", True)]))

    def test_without_a_rule_nothing_is_ever_ready(self):
        ticket = self.lived()
        self.apply(files(**TOPICS))
        with self.assertRaisesRegex(UserError, "must be kept"):
            self.anonymise(ticket, at="2040-01-01 08:00:00")
