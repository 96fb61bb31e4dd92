"""Who sees points (E2): the person, whoever leads the person, who approves; nobody else, by whatever call."""

import json

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_points_statements import StatementCase

MODELS = {
    "complaint.incentive.statement": "score",
    "complaint.incentive.entry": "points",
    "complaint.incentive.objection": "reason",
    "complaint.incentive.period": "wanted",
    "complaint.incentive.note": "why",
}


class PointsAccessCase(StatementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.over()
        cls.entry = cls.breach_of(cls.other)
        cls.objection = cls.object_to(cls.entry)
        cls.own = cls.statement(cls.other)
        cls.policy_admin = cls.new_user("policy", "complaint_management.group_policy_admin")
        cls.manager = cls.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.portal = new_test_user(cls.env, "portal@small.example", groups="base.group_portal")
        # leads a team of somebody else
        cls.damage.write({"user_id": cls.peer.id, "user_ids": [(6, 0, cls.manager.ids)]})
        cls.records = {
            "complaint.incentive.statement": cls.own,
            "complaint.incentive.entry": cls.entry,
            "complaint.incentive.objection": cls.objection.sudo(),
            "complaint.incentive.period": cls.period(),
        }


@tagged("post_install", "-at_install")
class TestPointsAccess(PointsAccessCase):
    def sees(self, user, record):
        """Whether a user finds and reads a record; both must say the same."""
        one = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        try:
            found = bool(one.search([("id", "=", record.id)]))
            one.read(["display_name", MODELS[record._name]])
        except AccessError:
            return False
        self.assertTrue(found, "read gives what search hides")
        return True

    def test_e2_staff_see_their_own_points(self):
        for record in (self.own, self.entry, self.objection):
            self.assertTrue(self.sees(self.other, record), record)

    def test_e2_who_leads_the_person_sees_them(self):
        for record in self.records.values():
            self.assertTrue(self.sees(self.leader, record), record)

    def test_e2_a_peer_a_peer_manager_a_policy_admin_and_a_customer_do_not(self):
        for user in (self.agent, self.peer, self.policy_admin, self.manager, self.portal):
            for record in self.records.values():
                self.assertFalse(self.sees(user, record), f"{user.login} {record}")

    def test_e2_who_decides_about_an_objection_sees_it(self):
        self.assertTrue(self.sees(self.boss, self.objection))

    def test_e2_a_new_leader_sees_at_once_and_the_former_one_no_more(self):
        self.assertTrue(self.sees(self.leader, self.own))
        self.intake.user_id = self.peer
        self.assertTrue(self.sees(self.peer, self.own))
        self.assertFalse(self.sees(self.leader, self.own))

    def test_e2_nobody_writes_points_by_hand(self):
        for user in (self.other, self.leader, self.boss, self.manager, self.policy_admin):
            for name, field in MODELS.items():
                model = self.env[name].with_user(user)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), f"{user.login} {operation} {name}.{field}")

    def test_e2_a_wizard_is_no_way_to_points_of_others(self):
        for name, values, field in (
            ("complaint.incentive.why", {"entry_id": self.entry.id}, "words"),
            ("complaint.incentive.object", {"entry_id": self.entry.id, "reason": "x"}, "what"),
            (
                "complaint.incentive.objection.decision",
                {"objection_id": self.objection.id, "verdict": "upheld", "answer": "x"},
                "reason",
            ),
            ("complaint.incentive.close", {"period_id": self.period().id}, "wanted"),
            ("complaint.incentive.close", {"period_id": self.period().id}, "obstacles"),
            (
                "complaint.incentive.objection.decision",
                {"objection_id": self.objection.id, "verdict": "upheld", "answer": "x"},
                "what",
            ),
            ("complaint.incentive.carry.out", {"statement_id": self.own.id, "note": "x"}, "consequence"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[name].with_user(self.agent).create(values).read([field])

    def test_e2_the_preview_of_the_sharing_shows_only_what_one_may_read(self):
        (self.intake + self.delivery).write({"user_ids": [(3, self.agent.id)]})
        wizard = (
            self.env["complaint.incentive.close"]
            .with_user(self.leader)
            .create({"period_id": self.period().id})
        )
        self.assertIn(self.other.name, wizard.preview)
        self.assertNotIn(self.agent.name, wizard.preview)

    def test_e2_grouping_tells_nothing_about_others(self):
        rows = (
            self.env["complaint.incentive.statement"]
            .with_user(self.agent)
            .formatted_read_group([], ["user_id"], ["score:sum"])
        )
        self.assertEqual([row["user_id"][0] for row in rows], self.agent.ids)


@tagged("post_install", "-at_install")
class TestPointsOverHttp(HttpCase, PointsAccessCase):
    def call(self, login, model, method, *args, **kwargs):
        self.authenticate(login, login)
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        ).json()
        return answer.get("result"), answer.get("error", {}).get("data", {}).get("name", "")

    @mute_logger("odoo.http")
    def test_e2_the_same_over_http(self):
        result, _error = self.call("other@small.example", self.own._name, "read", self.own.ids, ["score"])
        self.assertEqual(result[0]["score"], self.own.score)
        for login in ("agent", "peer", "policy", "manager", "portal"):
            for model, record in self.records.items():
                with self.subTest(f"{login} {model}"):
                    result, error = self.call(
                        f"{login}@small.example", model, "read", record.ids, [MODELS[model]]
                    )
                    self.assertIsNone(result)
                    self.assertIn("AccessError", error)
        for model, method, args in (
            (self.entry._name, "write", [self.entry.ids, {"points": 9}]),
            (self.entry._name, "_append", [[]]),
            (self.own._name, "action_review", [self.own.ids]),
            (self.objection._name, "_decide", [self.objection.ids, True, "Fine."]),
            (self.objection._name, "create", [{"entry_id": self.entry.id, "reason": "x"}]),
            ("complaint.incentive.period", "action_paid", [self.period().ids]),
        ):
            with self.subTest(f"{model}.{method}"):
                result, error = self.call("agent@small.example", model, method, *args)
                self.assertIsNone(result)
                self.assertIn(error, ("odoo.exceptions.AccessError", "odoo.exceptions.UserError"))

    @mute_logger("odoo.http")
    def test_e2_the_address_of_a_statement_opens_it_for_nobody_else(self):
        address = f"/odoo/complaint-points-team/{self.own.id}"
        self.screen("leader", address, "document.querySelector('.o_points_standing')")
        refused = (
            "document.querySelector('.o_error_dialog, .o_notification, .o_list_view, .o_view_nocontent')"
        )
        for login in ("peer", "manager", "agent"):
            self.screen(login, address, refused)
            self.screen(login, f"/odoo/complaint.incentive.statement/{self.own.id}", refused)
        self.authenticate("portal@small.example", "portal@small.example")
        for path in (address, f"/mail/view?model={self.own._name}&res_id={self.own.id}"):
            answer = self.url_open(path)
            self.assertNotIn("/odoo/", answer.url)
            self.assertNotIn(self.other.name, answer.text)

    def screen(self, login, address, shown):
        """Open an address in the browser until something is shown; the person's points stand there only for
        those who may read them."""
        name = f"{self.other.name} ·"
        code = f"""(() => {{
            const wait = setInterval(() => {{
                const found = {shown};
                if (!found) return;
                clearInterval(wait);
                const points = document.querySelector('.o_points_standing');
                if (found !== points && (points || document.body.innerText.includes({json.dumps(name)})))
                    console.error('the points are on the screen');
                else console.log('test successful');
            }}, 100);
        }})()"""
        with self.subTest(f"{login} {address}"):
            self.browser_js(
                address, code, login=f"{login}@small.example", error_checker=lambda text: "points" in text
            )

    @mute_logger("odoo.http")
    def test_e2_the_files_are_for_who_approves(self):
        with freeze_time("2026-04-03 09:00"):
            self.objection.with_user(self.boss)._decide(True, "Right.")
        with freeze_time("2026-04-15 09:00"):
            self.period().statement_ids.with_user(self.leader).action_review()
            self.period().with_user(self.boss)._approve()
        for login, status in (("boss", 200), ("agent", 404), ("leader", 404), ("portal", 404)):
            for kind in ("csv", "xlsx"):
                self.authenticate(f"{login}@small.example", f"{login}@small.example")
                answer = self.url_open(f"/complaints/points/{self.period().id}.{kind}")
                self.assertEqual(answer.status_code, status, f"{login} {kind}")
