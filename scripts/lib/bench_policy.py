"""What policies cost: checking all packs from a cold start, planning and applying a pack with 5,000 entries.

    python bench_policy.py [--entries N] [DATABASE]

Without a database only what needs none. Started by scripts/bench. Nothing is kept in the database.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from large_pack import large_pack

from complaint_policy.language import has_errors, load
from complaint_policy.language.changes import changes

ROOT = Path(__file__).resolve().parents[2]
BOUNDS = {"validate": 1.5, "plan": 5.0}  # seconds, what the project wants
ADMINISTRATOR = 2
TODAY = date(2026, 11, 21)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="seconds for checking, planning and applying policies")
    parser.add_argument("--entries", type=int, default=5000, help="entries of the large pack (default: 5000)")
    parser.add_argument("database", nargs="?", help="with this addon; without it plan and apply are left out")
    options = parser.parse_args()
    for _round in range(3):
        measured("validate all packs, cold start", _cold, BOUNDS["validate"])
    _without_database(options.entries)
    if options.database:
        _in_database(options.database, options.entries)


def measured(what: str, action: Callable[[], Any], bound: float | None = None) -> Any:
    """Do it and print how long it took; computing is what remains of that on an idle machine."""
    begin, computed = time.perf_counter(), _computed()
    result = action()
    seconds, computed = time.perf_counter() - begin, _computed() - computed
    wanted = f"  (wanted: under {bound:g} s)" if bound else ""
    print(f"{what:<46} {seconds:7.2f} s, {computed:6.2f} s computing{wanted}", flush=True)
    return result


def _computed() -> float:
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


def _cold() -> None:
    """A new process that checks every pack, as a person at the terminal starts it."""
    command = [sys.executable, "-m", "complaint_policy.command", "validate", str(ROOT / "policies")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "lib")}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode > 1:
        raise SystemExit(done.stderr.decode())


def _without_database(entries: int) -> None:
    old = measured(f"compile a pack of {entries} entries", lambda: _compiled(entries, "72h"))
    new = _compiled(entries, "48h")
    measured("compare two of them", lambda: changes(old, new))


def _compiled(entries: int, within: str) -> dict:
    normalised, problems = load(large_pack(entries, within)).compile("large", TODAY)
    if has_errors(problems):
        raise SystemExit("\n".join(map(repr, problems[:5])))
    return normalised


def _in_database(database: str, entries: int) -> None:
    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--no-http", "--log-level=error"], setup_logging=True)
    old, new = large_pack(entries, "72h"), large_pack(entries, "48h")
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {})
        releases, company = env["complaint.release"], env.company

        def apply():
            releases._apply(old, "large", company, message="bench")
            cr.flush()

        measured(
            f"plan of {entries} new entries",
            lambda: str(releases._plan(old, "large", company)),
            BOUNDS["plan"],
        )
        measured("apply it", apply)
        env.invalidate_all()
        measured(
            "plan of another version of it",
            lambda: str(releases._plan(new, "large", company)),
            BOUNDS["plan"],
        )
        cr.rollback()


if __name__ == "__main__":
    main()
