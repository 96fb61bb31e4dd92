"""Complaints from other systems: idempotent, checked, restricted; over real HTTP as docs/api.md says (A1)."""

import json
import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ComplaintCase
from .test_tours import TourCase

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BASE = "https://odoo.example.com"


@tagged("post_install", "-at_install")
class TestApi(ComplaintCase):
    def values(self, **changed):
        values = {
            "external_ref": "shop-1",
            "channel": "phone",
            "text": "It came late\nand wet",
            "customer": {"email": "chen@example.com"},
        }
        return {key: value for key, value in {**values, **changed}.items() if value is not None}

    def api(self, user=None):
        return self.env["complaint.api"].with_user(user or self.agent)

    def opened(self, **changed):
        answer = self.api().open_complaint(self.values(**changed))
        # each company counts its own numbers
        here = [("company_id", "=", self.company.id), ("number", "=", answer["number"])]
        return answer, self.env["helpdesk.ticket"].search(here)

    def test_a1_a_complaint_comes_in_with_its_channel_and_customer(self):
        answer, case = self.opened(category="damage", urgency="low", order_reference="SO-1")
        self.assertTrue(answer["created"])
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.channel_id.policy_code, "phone")
        self.assertEqual(case.category_id.policy_code, "damage")
        self.assertEqual(case.urgency_id.policy_code, "low")
        self.assertEqual(case.team_id, self.damage)
        self.assertEqual((case.name, case.order_reference), ("It came late", "SO-1"))
        self.assertEqual(answer["promised_at"], f"{case.promised_at:%Y-%m-%dT%H:%M:%SZ}")
        self.assertTrue(answer["url"].startswith("http"))

    def test_the_same_call_again_finds_the_same_case(self):
        answer, case = self.opened()
        again, same = self.opened(text="Something else")
        self.assertEqual(same, case)
        self.assertEqual(again, {**answer, "created": False})
        self.assertEqual(case.name, "It came late")

    def test_of_two_calls_at_once_the_second_is_run_again(self):
        self.opened()
        nobody = patch.object(
            type(self.env["complaint.api"]), "_with_reference", lambda api, ref: api.env["helpdesk.ticket"]
        )
        with nobody, mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            self.api().open_complaint(self.values())

    def test_the_same_reference_of_another_company_is_another_case(self):
        _answer, case = self.opened()
        self.assertEqual(case.external_ref, "shop-1")
        self.assertFalse(self.complaint().external_ref)  # any number of cases have none

    def test_a_new_customer_is_made(self):
        _answer, case = self.opened(customer={"name": "Otto", "phone": "030 998877"})
        self.assertEqual((case.partner_id.name, case.partner_phone), ("Otto", "030 998877"))

    def test_a2_the_received_time_may_be_in_the_past_but_not_to_come(self):
        _answer, case = self.opened(received_at="2026-03-02T09:00:00Z")
        self.assertEqual(case.received_at, datetime(2026, 3, 2, 9))
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "future"):
            self.opened(external_ref="x", received_at=f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}")

    def test_what_does_not_fit_is_refused_with_what_there_is(self):
        for changed, sentence in (
            ({"category": "nonsense"}, "nonsense is no category.*billing, damage, delay, delivery"),
            ({"channel": None}, "channel is missing.*email, phone"),
            ({"channel": 5}, "channel must be a text"),
            ({"external_ref": None}, "external_ref is missing"),
            ({"external_ref": " "}, "external_ref is missing"),
            ({"text": ""}, "text is missing"),
            ({"customer": {}}, "customer is missing"),
            ({"customer": "Otto"}, "customer must be an object"),
            ({"customer": {"fax": "1"}}, "Unknown field fax"),
            ({"stage_id": 5}, "Unknown field stage_id"),
            ({"received_at": "yesterday"}, "received_at must be a time"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self.api().open_complaint(self.values(**changed))
        with self.assertRaisesRegex(UserError, "must be an object"):
            self.api().open_complaint(["x"])
        self.assertFalse(self.env["helpdesk.ticket"].search([("external_ref", "!=", False)]))

    def test_markup_in_the_text_stays_text(self):
        _answer, case = self.opened(text="<script>alert(1)</script>")
        self.assertNotIn("<script", case.description)

    def test_the_status_by_reference_and_by_number(self):
        answer, case = self.opened()
        self.move(case, "closed")
        for asked in ({"external_ref": "shop-1"}, {"number": case.number}):
            status = self.api().complaint_status(**asked)
            self.assertEqual(
                (status["number"], status["stage"], status["closed"]), (case.number, "closed", True)
            )
        with self.assertRaisesRegex(UserError, "No complaint"):
            self.api().complaint_status(number="C0-1")
        with self.assertRaisesRegex(UserError, "Say which"):
            self.api().complaint_status()
        self.assertIn("url", answer)

    def test_only_agents_enter_complaints_over_the_api(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"{groups}@small.example", groups=groups)
            with self.subTest(groups):
                with self.assertRaises(AccessError):
                    self.api(user).open_complaint(self.values())
                with self.assertRaises(AccessError):
                    self.api(user).complaint_status(external_ref="shop-1")


@tagged("post_install", "-at_install")
class TestApiOverHttp(TourCase, HttpCase):
    """The examples of docs/api.md, sent as they stand."""

    def examples(self):
        """(path, headers, body) of each curl example."""
        for block in re.findall(r"```sh\n(curl .*?)```", DOCS.read_text(), re.DOTALL):
            words = shlex.split(block.replace("\\\n", " "))
            headers = [words[index + 1] for index, word in enumerate(words) if word == "-H"]
            url = next(word for word in words if word.startswith(BASE))
            yield url.removeprefix(BASE), headers, words[words.index("-d") + 1]

    def send(self, path, headers, body, key):
        given = dict(header.replace("YOUR_API_KEY", key).split(": ", 1) for header in headers)
        return self.url_open(path, data=body, headers=given)

    def test_the_curl_examples_work_as_they_are_written(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.agent)
            ._generate("rpc", "shop", fields.Datetime.now() + timedelta(days=1))
        )
        entering, asking = self.examples()
        first = self.send(*entering, key)
        self.assertEqual(first.status_code, 200, first.text)
        answer = first.json()
        case = self.env["helpdesk.ticket"].search([("number", "=", answer["number"])])
        self.assertEqual(case.channel_id.policy_code, "social")
        self.assertEqual(case.category_id.policy_code, "product_quality")
        self.assertEqual(set(answer), {"number", "url", "promised_at", "created"})
        self.assertEqual(self.send(*entering, key).json(), {**answer, "created": False})
        status = self.send(*asking, key).json()
        self.assertEqual((status["number"], status["stage"]), (answer["number"], "received"))

    def test_a_wrong_code_is_answered_with_the_codes_there_are(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.agent)
            ._generate("rpc", "shop", fields.Datetime.now() + timedelta(days=1))
        )
        path, headers, body = next(self.examples())
        values = json.loads(body)
        values["values"]["category"] = "nonsense"
        with mute_logger("odoo.http"):
            answer = self.send(path, headers, json.dumps(values), key)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("product_quality", answer.text)

    @mute_logger("odoo.http")
    def test_without_a_key_there_is_no_way_in(self):
        path, headers, body = next(self.examples())
        self.assertIn(self.send(path, headers, body, "wrong").status_code, (401, 403))
