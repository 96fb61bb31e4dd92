"""A policy with a later `effective` day waits for that day and is then applied by a job."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SMALL_PACK, ComplaintCase, edited, files

LATER = SMALL_PACK["small/pack.yaml"] + 'effective: "2026-12-01"\n'


@tagged("post_install", "-at_install")
class TestSchedule(ComplaintCase):
    def scheduled(self):
        changed = edited("sla", ("within: 72h", "within: 48h"))
        return self.apply({**changed, "small/pack.yaml": LATER.encode()})

    def active(self):
        return self.env["complaint.release"]._active(self.company)

    def take_effect(self):
        with self.enter_registry_test_mode():
            self.env.ref("complaint_management.cron_take_effect").method_direct_trigger()
        self.env.invalidate_all()

    @freeze_time("2026-11-20 12:00")
    def test_before_its_day_a_release_waits(self):
        release = self.scheduled()
        self.assertEqual((release.state, str(release.effective)), ("scheduled", "2026-12-01"))
        self.assertIn("within 72h → 48h", release.plan)
        self.take_effect()
        self.assertEqual((self.active(), release.state), (self.release, "scheduled"))

    def test_on_its_day_in_the_packs_zone_a_release_takes_effect(self):
        with freeze_time("2026-11-20 12:00"):
            release = self.scheduled()
        with freeze_time("2026-11-30 22:55"):  # 23:55 in Berlin
            self.take_effect()
            self.assertEqual(self.active(), self.release)
        with freeze_time("2026-11-30 23:05"):
            self.take_effect()
        active = self.active()
        self.assertNotEqual(active, self.release)
        self.assertEqual((release.state, active.digest), ("done", release.digest))
        self.assertEqual((active.user_id, active.message), (release.user_id, release.message))
        self.assertEqual(active._policy().clock_spec("standard", "solution").written["within"], "48h")
        self.assertEqual(self.release.state, "superseded")

    def test_a_release_that_was_overtaken_does_not_take_effect(self):
        with freeze_time("2026-11-20 12:00"):
            release = self.scheduled()
            between = self.apply(edited("escalation", ("at: 80%", "at: 70%")))
        with freeze_time("2026-12-01 12:00"):
            self.take_effect()
            self.take_effect()
        self.assertEqual((self.active(), release.state), (between, "scheduled"))
        self.assertIn(between.name, release.obstacle)

    @freeze_time("2026-11-20 12:00")
    def test_a_scheduled_release_is_withdrawn(self):
        release = self.scheduled()
        release.action_withdraw()
        with freeze_time("2026-12-01 12:00"):
            self.take_effect()
        self.assertEqual((self.active(), release.state), (self.release, "withdrawn"))

    def test_applying_something_else_warns_of_a_release_that_waits(self):
        with freeze_time("2026-11-20 12:00"):
            release = self.scheduled()
            draft = self.env["complaint.policy.draft"].browse(self.release.action_edit()["res_id"])
            wizard = self.env["complaint.policy.apply"].create({"draft_id": draft.id, "message": "x"})
        self.assertEqual(wizard.waiting_id, release)

    def test_a_draft_with_a_later_day_says_so_before_it_is_applied(self):
        with freeze_time("2026-11-20 12:00"):
            draft = self.env["complaint.policy.draft"].browse(self.release.action_edit()["res_id"])
            draft.sources = {**draft.sources, "small/pack.yaml": LATER}
            draft.action_preview()
            wizard = self.env["complaint.policy.apply"].create({"draft_id": draft.id, "message": "x"})
            self.assertEqual(str(wizard.effective), "2026-12-01")
            self.assertEqual(draft._apply("x").state, "scheduled")

    def test_nobody_but_a_policy_admin_withdraws(self):
        with freeze_time("2026-11-20 12:00"):
            release = self.scheduled()
        with self.assertRaises(AccessError):
            release.with_user(self.leader).action_withdraw()

    def test_only_a_scheduled_release_is_withdrawn(self):
        with self.assertRaises(UserError):
            self.release.action_withdraw()

    @freeze_time("2026-12-02 12:00")
    def test_a_day_that_has_come_is_no_reason_to_wait(self):
        release = self.apply(files(pack=LATER))
        self.assertEqual(release.state, "active")
