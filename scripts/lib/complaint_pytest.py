"""What the tests of this repository need of pytest, with and without Odoo.

- The addon's tests are modules of ``odoo.addons.complaint_management``, whatever the checkout's folder
  is called (pytest-odoo derives that name from the folder), and the same test methods run as under Odoo's
  own runner.
- A skipped test is a failure: browser tours are skipped silently where the browser is missing.
- ``COMPLAINT_LOG``: a file that receives each warning and error which Odoo logs during the tests.
- ``COMPLAINT_COUNTS``: a file that receives "passed failed" at the end.
- ``COMPLAINT_CORE=1``: the core's own process; importing Odoo is refused and would be an error.
"""

import logging
import os
import sys
import unittest
from pathlib import Path

import _pytest.pathlib as pytest_pathlib
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ADDONS = ROOT / ".odoo" / "addons"
CORE_TESTS = ROOT / "tests" / "core"
CORE_ONLY = bool(os.environ.get("COMPLAINT_CORE"))
LOG_FORMAT = "%(asctime)s %(process)d %(levelname)s ? %(name)s: %(message)s"


# --- the core's own process -----------------------------------------------------------------------
class OdooRefused:
    """An import hook: the core and its tests must not even find Odoo."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] == "odoo":
            raise ImportError(f"the core must not import {fullname}")


def _loaded_odoo() -> list[str]:
    return sorted(name for name in sys.modules if name.partition(".")[0] == "odoo")


# --- the addon's tests under Odoo's name for them -------------------------------------------------
def _resolver(default):
    def resolve(path, *, consider_namespace_packages=False):
        path = Path(path)
        if path.resolve().is_relative_to(ROOT) and not path.resolve().is_relative_to(CORE_TESTS):
            parts = path.resolve().relative_to(ROOT).with_suffix("").parts
            if parts[0] != ".odoo":
                names = [part for part in parts if part != "__init__"]
                return ADDONS, ".".join(["odoo", "addons", "complaint_management", *names])
        return default(path, consider_namespace_packages=consider_namespace_packages)

    return resolve


def pytest_configure(config):
    if CORE_ONLY:
        sys.meta_path.insert(0, OdooRefused())
    if log := os.environ.get("COMPLAINT_LOG"):
        handler = logging.FileHandler(log, encoding="utf-8")
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter(LOG_FORMAT))
        logging.getLogger().addHandler(handler)


def pytest_collection(session):  # after pytest-odoo's own patch of the same function
    if session.config.pluginmanager.hasplugin("odoo"):
        import odoo.addons

        if str(ADDONS) not in odoo.addons.__path__:
            odoo.addons.__path__.append(str(ADDONS))
        default = pytest_pathlib.resolve_pkg_root_and_module_name
        pytest_pathlib.resolve_pkg_root_and_module_name = _resolver(default)


def _runs_under_odoo(item) -> bool:
    """Odoo's own runner takes a test method only from the class that defines it, in the module that does.

    Without this, pytest runs the tests of imported classes once more, some of which cannot run there.
    """
    case = getattr(item, "cls", None)
    if case is None or not issubclass(case, unittest.TestCase):
        return True
    if case.__module__ != item.module.__name__:
        return False
    name = getattr(item, "originalname", None) or item.name
    return name in vars(case) or getattr(case, "allow_inherited_tests_method", False)


def pytest_collection_modifyitems(config, items):
    if not config.pluginmanager.hasplugin("odoo"):
        return
    elsewhere = [item for item in items if not _runs_under_odoo(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _runs_under_odoo(item)]


# --- results ---------------------------------------------------------------------------------------
FAILED = ("failed", "error", "subtests failed")
NOT_RUN = ("skipped", "subtests skipped", "xfailed", "xpassed")


def _reports(config, outcomes) -> list:
    stats = config.pluginmanager.get_plugin("terminalreporter").stats
    return [report for outcome in outcomes for report in stats.get(outcome, [])]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    config = session.config
    if config.option.collectonly:
        return
    not_run = len(_reports(config, NOT_RUN))
    failed = len(_reports(config, FAILED)) + not_run + (1 if CORE_ONLY and _loaded_odoo() else 0)
    if failed and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if counts := os.environ.get("COMPLAINT_COUNTS"):
        Path(counts).write_text(f"{len(_reports(config, ['passed']))} {failed}\n", encoding="utf-8")


def pytest_terminal_summary(terminalreporter, config):
    if not_run := _reports(config, NOT_RUN):
        terminalreporter.write_line(f"{len(not_run)} skipped: that counts as failed here", red=True)
        for report in not_run:
            reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
            terminalreporter.write_line(f"  {report.nodeid}: {reason}")
    if CORE_ONLY and (loaded := _loaded_odoo()):
        terminalreporter.write_line(f"the core imported Odoo: {', '.join(loaded[:5])}", red=True)
