"""`complaint-policy schema`: what editors read, and the line of each policy file that leads them to it."""

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from policy_files import POLICIES, real_files

from complaint_policy.command.__main__ import main
from complaint_policy.language import schema
from complaint_policy.language.documentation import translated
from complaint_policy.language.published import MARK, marked, published

ROOT = POLICIES.parent


def test_the_schemas_and_the_lines_of_the_product_are_current(capsys):
    code = main(["schema", str(ROOT / "docs" / "schema"), "--mark", str(POLICIES), "--check"])
    assert code == 0, f"{capsys.readouterr().out}\nscripts/policy schema docs/schema --mark policies"


@pytest.mark.parametrize("path", sorted(real_files()))
def test_an_editor_finds_the_schema_of_a_file_and_no_fault_in_the_file(path):
    text = real_files()[path].decode()
    where = text.split("\n")[0].removeprefix(MARK)
    shape = json.loads(((POLICIES / path).parent / where).read_text(encoding="utf-8"))
    data = _typed(text)
    assert data["kind"] == shape["properties"]["kind"]["const"]
    assert not [error.message for error in Draft7Validator(shape).iter_errors(data)]


def _typed(text):
    """As an editor reads it: YAML 1.2, in which 17:00 and `on` are texts."""

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            sign: [(tag, pattern) for tag, pattern in rules if tag.endswith((":int", ":float", ":null"))]
            for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), "tf")
    return yaml.load(text, Loader=Loader)


@pytest.mark.parametrize("kind", schema.kinds())
def test_what_is_published_is_plain_draft_7_without_our_own_keys(kind):
    shape = published(kind)
    Draft7Validator.check_schema(shape)
    assert '"x-' not in json.dumps(shape)
    assert not [node for node in _nodes(shape) if "$ref" in node and len(node) > 1], (
        "a reference stands alone"
    )


def _nodes(node):
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for value in node if isinstance(node, list) else ():
        yield from _nodes(value)


@pytest.mark.parametrize("kind", schema.kinds())
def test_every_key_is_explained_to_the_editor(kind):
    properties = published(kind)["properties"]
    assert all(value["title"] and value["description"] for value in properties.values())


def test_an_override_that_says_only_what_differs_is_no_fault_for_the_editor():
    override = {
        "kind": "sla",
        "policies": [{"name": "standard", "clocks": [{"name": "solution", "within": "48h"}]}],
    }
    assert not list(Draft7Validator(published("sla")).iter_errors(override))
    override["policies"][0]["clocks"][0]["wihtin"] = "48h"
    assert list(Draft7Validator(published("sla")).iter_errors(override))


def test_a_schema_can_be_had_in_chinese():
    text = published("sla", "zh_CN")["properties"]["policies"]["description"]
    assert text == translated(schema.schema("sla")["properties"]["policies"]["description"], "zh_CN")


LINES = [
    ("kind: sla\n", f"{MARK}s/sla.json\nkind: sla\n"),
    (f"{MARK}old.json\nkind: sla\n", f"{MARK}s/sla.json\nkind: sla\n"),
    (f"{MARK}s/sla.json\nkind: sla\n", f"{MARK}s/sla.json\nkind: sla\n"),
    ("# mine\r\nkind: sla\r\n", f"{MARK}s/sla.json\r\n# mine\r\nkind: sla\r\n"),
    (f"{MARK}old.json\r\nkind: sla\r\n", f"{MARK}s/sla.json\r\nkind: sla\r\n"),
    ("\ufeffkind: sla\n", f"\ufeff{MARK}s/sla.json\nkind: sla\n"),
    (f"{MARK}old.json", f"{MARK}s/sla.json\n"),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_the_line_is_added_or_renewed_and_nothing_else_changes(text, expected):
    assert marked(text, "s/sla.json") == expected


@pytest.fixture
def company(tmp_path):
    """A company's own packs, not marked yet."""
    shutil.copytree(POLICIES / "general", tmp_path / "packs" / "general")
    for path in (tmp_path / "packs").rglob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    return tmp_path


def test_a_company_writes_schemas_and_marks_its_packs(company, capsys):
    packs, folder = str(company / "packs"), str(company / "schemas")
    assert main(["schema", folder, "--mark", packs, "--check"]) == 1
    assert "schemas/sla.json is not current" in capsys.readouterr().out
    assert not Path(folder).exists()
    assert main(["schema", folder, "--mark", packs]) == 0
    first = (company / "packs/general/sla.yaml").read_text(encoding="utf-8").split("\n")[0]
    assert first == f"{MARK}../../schemas/sla.json"
    assert main(["schema", folder, "--mark", packs, "--check"]) == 0
    assert main(["validate", packs, "--strict"]) == 0


def test_only_the_pack_that_is_named_is_marked(company):
    shutil.copytree(company / "packs/general", company / "packs/other")
    assert main(["schema", str(company / "schemas"), "--mark", str(company / "packs/other")]) == 0
    assert not (company / "packs/general/sla.yaml").read_text(encoding="utf-8").startswith(MARK)
    assert (company / "packs/other/sla.yaml").read_text(encoding="utf-8").startswith(MARK)


def test_a_file_without_a_kind_is_left_alone(company):
    odd = company / "packs/general/odd.yaml"
    odd.write_bytes(b"\xff\xfe\x00")
    assert main(["schema", str(company / "schemas"), "--mark", str(company / "packs")]) == 0
    assert odd.read_bytes() == b"\xff\xfe\x00"


def test_wrong_paths_are_told(company, capsys):
    assert main(["schema", str(company / "schemas"), "--mark", str(company / "nowhere")]) == 64
    assert "no such file or folder" in capsys.readouterr().err
    (company / "file").write_text("x", encoding="utf-8")
    assert main(["schema", str(company / "file")]) == 64
    assert main(["schema"]) == 64


def test_it_speaks_chinese(company, capsys):
    assert main(["schema", str(company / "schemas"), "--lang", "zh_CN"]) == 0
    assert f"{len(schema.kinds())} 个文件" in capsys.readouterr().out
