"""Whatever somebody does to the files, applying them brings the records to the policy or changes nothing."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import files
from .test_apply import TestApply as _Apply

PATHS = sorted(files())
DAMAGE = st.tuples(
    st.sampled_from(PATHS),
    st.sampled_from(["drop", "double", "swap", "word"]),
    st.integers(0, 99),
    st.integers(0, 99),
)


def damaged(damages):
    """The small pack after some lines were dropped, doubled or swapped, or words put where others stood."""
    changed = {path: text.decode().split("\n") for path, text in files().items()}
    for path, what, first, second in damages:
        lines = changed[path]
        here, there = first % len(lines), second % len(lines)
        if what == "drop":
            del lines[here]
            lines.append("")
        elif what == "double":
            lines.insert(there, lines[here])
        elif what == "swap":
            lines[here], lines[there] = lines[there], lines[here]
        else:
            words = lines[there].replace("{", " ").replace(",", " ").split()
            if words:
                lines[here] = lines[here].replace(
                    lines[here].split(":")[-1].strip(), words[first % len(words)], 1
                )
    return {path: "\n".join(lines).encode() for path, lines in changed.items()}


@tagged("post_install", "-at_install")
class TestApplyFuzz(_Apply.__base__):
    everything = _Apply.everything

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(damages=st.lists(DAMAGE, min_size=1, max_size=3))
    def test_damaged_files_are_applied_whole_or_not_at_all(self, damages):
        policy = damaged(damages)
        before = self.everything()
        release = self.env["complaint.release"]
        with self.env.cr.savepoint() as savepoint:
            try:
                release._apply(policy, "small", self.company, message="damaged")
            except UserError:
                self.assertEqual(self.everything(), before, "refused, so nothing may have changed")
            else:
                self.assertFalse(
                    release._plan(policy, "small", self.company).lines, "applied, so nothing is left to do"
                )
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
