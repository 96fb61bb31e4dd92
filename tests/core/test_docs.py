"""The documentation says what the program does: what is generated is current, what is shown runs."""

import re
from datetime import date
from pathlib import Path

import make_docs
import pytest
from policy_files import real_files

from complaint_policy.command.__main__ import VERBS
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.language import load
from complaint_policy.language.diagnostics import codes
from complaint_policy.language.schema import kinds, schema

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples" / "kinds"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def pages():
    return make_docs.pages()


@pytest.mark.parametrize("name", ["reference.md", "codes.md", "tutorial.md"])
def test_a_generated_page_is_current(pages, name):
    assert (DOCS / name).read_text("utf-8") == pages[DOCS / name], "run scripts/docs"


def test_the_reference_names_every_kind_and_the_index_every_code():
    reference = (DOCS / "reference.md").read_text("utf-8")
    index = (DOCS / "codes.md").read_text("utf-8")
    assert [kind for kind in kinds() if f"\n## {kind}\n" not in reference] == []
    assert [code for code in codes() if f"\n### {code}\n" not in index] == []


def test_every_kind_has_an_example():
    assert sorted(path.stem for path in EXAMPLES.glob("shop/*.yaml")) == sorted(kinds())


def test_the_examples_are_a_policy_without_warnings_whose_tests_pass():
    files = {path.relative_to(EXAMPLES).as_posix(): path.read_bytes() for path in EXAMPLES.glob("*/*.yaml")}
    library = load(files)
    assert library.check() == []
    normalised, problems = library.compile("shop", TODAY)
    assert {one.code for one in problems} <= {"P413"}  # holidays of years to come are not published yet
    assert all(result.passed for result in run_tests(Policy.load(normalised)))


def test_every_event_of_the_language_is_explained():
    text = (DOCS / "language.md").read_text("utf-8")
    events = schema("sla")["definitions"]["event"]["enum"]
    assert [event for event in events if f"| `{event}` |" not in text] == []


def test_the_test_in_the_language_guide_holds_in_the_general_pack():
    text = (DOCS / "language.md").read_text("utf-8")
    tests = re.findall(r"```yaml\n(kind: tests\n.*?)```", text, re.DOTALL)
    pack = "kind: pack\nname: shown\nextends: general\n"
    for test in tests:
        library = load({**real_files(), "shown/pack.yaml": pack.encode(), "shown/tests.yaml": test.encode()})
        normalised, _problems = library.compile("shown", TODAY)
        assert [result.failures for result in run_tests(Policy.load(normalised))] == [()]
    assert tests


def test_links_between_the_pages_lead_somewhere():
    broken = []
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_links_to_headings_lead_somewhere():
    anchors = {page.name: _anchors(page) for page in DOCS.glob("*.md")}
    broken = []
    for page in DOCS.glob("*.md"):
        for name, anchor in re.findall(r"\]\(([\w.-]*)#([^)]+)\)", page.read_text("utf-8")):
            if anchor not in anchors.get(name or page.name, ()):
                broken.append(f"{page.name}: {name}#{anchor}")
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_only_commands_that_exist_are_shown():
    shown = {
        verb
        for page in DOCS.glob("*.md")
        for verb in re.findall(r"scripts/policy ([a-z]+)", page.read_text("utf-8"))
    }
    assert shown <= set(VERBS)
