"""`complaint-policy validate` as people run it."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from policy_files import POLICIES, files, packs

from complaint_policy.command.__main__ import main

ROOT = POLICIES.parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Writes policy files below `policies/` of an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def write(policy_files):
        for path, content in policy_files.items():
            target = tmp_path / "policies" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return tmp_path / "policies"

    return write


def validate(*arguments, capsys):
    code = main(["validate", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_packs_of_the_product_are_sound(capsys):
    code, out, _ = validate(POLICIES, "--strict", capsys=capsys)
    count = len(list(POLICIES.rglob("*.yaml")))
    assert (code, out) == (0, f"{len(list(POLICIES.iterdir()))} packs, {count} files: no problems\n")


def test_a_problem_is_one_line_with_a_path_that_can_be_opened(folder, capsys):
    policy_files = files(tiers="kind: tiers\ntiers:\n  - {nam: vip}\n")
    folder(policy_files)
    code, out, _ = validate("policies", capsys=capsys)
    assert code == 1
    assert out.split("\n") == [
        "policies/shop/tiers.yaml:3:5: error P104 $.tiers[0]: the key 'name' is missing; add 'name:' here",
        "policies/shop/tiers.yaml:3:6: error P102 $.tiers[0]: unknown key 'nam'; did you mean 'name'?",
        "1 pack, 11 files: 2 errors",
        "",
    ]


def test_the_same_in_chinese(folder, capsys):
    folder(files(tiers="kind: tiers\ntiers:\n  - {nam: vip}\n"))
    _, out, _ = validate("policies", "--lang", "zh_CN", capsys=capsys)
    assert out.split("\n") == [
        "policies/shop/tiers.yaml:3:5: 错误 P104 $.tiers[0]：缺少键“name”；请在此补上“name:”",
        "policies/shop/tiers.yaml:3:6: 错误 P102 $.tiers[0]：无法识别的键“nam”；是否想写“name”？",
        "1 个规则包，11 个文件：2 个错误",
        "",
    ]


def test_json_is_nothing_but_json(folder, capsys):
    folder(files(tiers="kind: tiers\ntiers:\n  - {nam: vip}\n"))
    code, out, err = validate("policies", "--format", "json", capsys=capsys)
    assert code == 1 and [row["code"] for row in json.loads(out)] == ["P104", "P102"]
    assert json.loads(out)[0]["path"] == "policies/shop/tiers.yaml" and err == "1 pack, 11 files: 2 errors\n"


def test_github_gets_annotations(folder, capsys):
    folder(files(tiers="kind: tiers\ntiers:\n  - {nam: vip}\n"))
    _, out, _ = validate("policies", "--format", "github", capsys=capsys)
    assert out.startswith("::error file=policies/shop/tiers.yaml,line=3,col=5,title=P104::")


def test_warnings_fail_only_when_strict(folder, capsys):
    folder(
        files(
            categories="kind: categories\ncategories: [{name: goods, children: [{name: broken}, {name: "
            "lost}]}]\n"
        )
    )
    code, out, _ = validate("policies", capsys=capsys)
    assert code == 0 and out.endswith("1 pack, 10 files: 2 warnings\n")
    assert validate("policies", "--strict", capsys=capsys)[0] == 1


BASE = {
    "pack": "kind: pack\nname: base\n",
    "case_types": "kind: case_types\ncase_types: [{name: complaint}]\n",
}
CHILD = {"pack": "kind: pack\nname: child\nextends: base\n"}
OTHER = {"pack": "kind: pack\nname: other\ncolour: red\n"}


def test_a_packs_folder_means_it_and_what_it_builds_on(folder, capsys):
    folder(packs(base=BASE, child=CHILD, other=OTHER))
    assert validate("policies/child", capsys=capsys)[:2] == (0, "2 packs, 3 files: no problems\n")
    assert validate("policies/child/", "policies/base", capsys=capsys)[:2] == (
        0,
        "2 packs, 3 files: no problems\n",
    )
    assert validate("policies/other", capsys=capsys)[0] == 1


def test_a_file_means_its_pack(folder, capsys):
    folder(packs(base=BASE, child=CHILD))
    assert validate("policies/child/pack.yaml", capsys=capsys)[1] == "2 packs, 3 files: no problems\n"


def test_it_works_from_inside_the_folder_of_a_pack(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder(packs(base=BASE, child=CHILD)) / "child")
    assert validate(".", capsys=capsys)[1] == "2 packs, 3 files: no problems\n"


def test_it_works_from_inside_the_library(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder(packs(base=BASE, other=OTHER)))
    assert validate(".", capsys=capsys)[1].startswith("other/pack.yaml:3:1: error P102")


def test_the_order_of_the_output_does_not_depend_on_the_order_of_arguments(folder, capsys):
    folder(packs(base={**BASE, "roles": "kind: roles\n- x"}, other=OTHER))
    one = validate("policies/base", "policies/other", capsys=capsys)
    assert one == validate("policies/other", "policies/base", capsys=capsys) and one[0] == 1


def test_hidden_files_and_other_files_are_no_policies(folder, capsys):
    root = folder(packs(base=BASE))
    (root / "base" / ".backup.yaml").write_text("][")
    (root / "base" / "notes.txt").write_text("][")
    (root / ".git").mkdir()
    assert validate("policies", capsys=capsys)[:2] == (0, "1 pack, 2 files: no problems\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage:"),
        (["valdate"], "usage:"),
        (["validate"], "PATH"),
        (["validate", "nowhere"], "nowhere: no such file or folder"),
        (["validate", "empty"], "empty: no policy files here"),
        (["validate", ".", "--format", "xml"], "invalid choice"),
    ],
)
def test_wrong_usage_is_64_and_says_what_was_expected(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert main(arguments) == 64
    out, err = capsys.readouterr()
    assert said in err and not out


def test_help_is_help(capsys):
    assert main(["--help"]) == 0 and main(["validate", "--help"]) == 0
    assert "--strict" in capsys.readouterr().out


def _process(*arguments, **environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "lib"), **environment}
    command = [sys.executable, "-m", "complaint_policy.command", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=env, cwd=ROOT, timeout=20, check=False)


def test_an_output_that_knows_no_chinese_is_no_crash():
    done = _process(
        "validate", "policies", "--lang", "zh_CN", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"
    )
    assert done.returncode == 0 and b"Traceback" not in done.stderr


def test_a_reader_that_stops_reading_is_no_crash(folder):
    many = "".join(f"  - {{name: r{number}, team: x, group: y}}\n" for number in range(3_000))
    root = folder(packs(base={**BASE, "roles": f"kind: roles\nroles:\n{many}"}))
    words = shlex.join([sys.executable, "-m", "complaint_policy.command", "validate", str(root)])
    command = f"{words} | head -1"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "lib")}
    done = subprocess.run(command, shell=True, capture_output=True, env=env, timeout=20, check=False)
    assert (
        done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr and b"BrokenPipe" not in done.stderr
    )


def test_the_core_needs_no_odoo():
    code = (
        "import sys, complaint_policy.command.validate; sys.exit(any(name.split('.')[0] == 'odoo' for "
        "name in sys.modules))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "lib")}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def test_a_copy_of_the_packs_elsewhere_is_as_good(tmp_path, capsys):
    shutil.copytree(POLICIES, tmp_path / "mine")
    assert validate(Path(tmp_path, "mine", "logistics"), capsys=capsys)[0] == 0


def test_code_hosts_get_sarif(folder, capsys):
    folder(files(tiers="kind: tiers\ntiers:\n  - {nam: vip}\n"))
    code, out, err = validate("policies", "--format", "sarif", capsys=capsys)
    run = json.loads(out)["runs"][0]
    assert code == 1 and err == "1 pack, 11 files: 2 errors\n"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["P102", "P104"]
    missing = run["results"][0]
    assert (missing["ruleId"], missing["ruleIndex"], missing["level"]) == ("P104", 1, "error")
    place = missing["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "policies/shop/tiers.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert json.loads(validate(POLICIES, "--format", "sarif", capsys=capsys)[1])["runs"][0]["results"] == []
