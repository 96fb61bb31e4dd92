"""The worked example of a company's own policy repository, and the hooks that it uses."""

import shutil
import subprocess

import pytest
import yaml
from policy_files import POLICIES

from complaint_policy.command.__main__ import main
from complaint_policy.command.files import read_tree

ROOT = POLICIES.parent
EXAMPLE = ROOT / "docs/examples/policy-repository"
HOOKS = {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


def test_the_example_is_sound_and_proves_every_rule_it_writes(capsys):
    assert main(["validate", "--strict", str(EXAMPLE / "policies")]) == 0
    assert main(["test", "--fail-under", "100", str(EXAMPLE / "policies")]) == 0
    assert capsys.readouterr().out.endswith("3 passed, 0 failed\n")


def test_only_its_own_packs_are_tested_and_the_others_come_with_the_product(capsys):
    files = read_tree(EXAMPLE / "policies")
    assert {path.partition("/")[0] for path in files} == {"acme", "logistics", "general"}
    assert main(["test", str(EXAMPLE / "policies"), "--format", "json"]) == 0
    assert '"pack": "general"' not in capsys.readouterr().out


def test_a_pack_that_stands_there_comes_before_the_one_of_the_product(tmp_path):
    for name in ("general", "mine"):
        (tmp_path / name).mkdir()
    (tmp_path / "general" / "pack.yaml").write_text("kind: pack\nname: general\n")
    (tmp_path / "mine" / "pack.yaml").write_text("kind: pack\nname: mine\nextends: general\n")
    assert set(read_tree(tmp_path)) == {"general/pack.yaml", "mine/pack.yaml"}


@pytest.mark.parametrize("name", ["../general", "nowhere", "", "/etc", "[a, ../general]", "{a: b}"])
def test_only_packs_of_the_product_are_added(tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text(f"kind: pack\nname: mine\nextends: {name}\n")
    assert set(read_tree(tmp_path)) == {"mine/pack.yaml"}
    assert main(["validate", str(tmp_path)]) in (0, 1)


def test_the_example_uses_hooks_that_exist():
    used = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [one["id"] for one in used] == list(HOOKS)


@pytest.mark.parametrize("name", list(HOOKS))
def test_a_hook_runs_in_the_repository_of_the_company(name):
    script, *arguments = HOOKS[name]["entry"].split()
    done = subprocess.run(
        [str(ROOT / script), *arguments, *HOOKS[name]["args"]],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_pipeline_calls_exists():
    text = (EXAMPLE / ".github/workflows/policy.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["policy"]["steps"]
    calls = [line for step in steps for line in step.get("run", "").splitlines() if "scripts/policy" in line]
    assert [line.split("scripts/policy ")[1].split()[0] for line in calls] == [
        "validate",
        "test",
        "test",
        "diff",
    ]


def test_only_files_of_the_repository_get_the_line_for_editors(tmp_path, capsys):
    shutil.copytree(EXAMPLE / "policies", tmp_path / "policies")
    assert main(["schema", str(tmp_path / ".schemas"), "--mark", str(tmp_path / "policies")]) == 0
    assert [path.name for path in (tmp_path / "policies").iterdir()] == ["acme"]
    text = (tmp_path / "policies/acme/sla.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../../.schemas/sla.json\n")
