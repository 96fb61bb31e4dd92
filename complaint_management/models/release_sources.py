"""Policy files on their way into a release: which of a library's files belong to a pack, what is wrong with
them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from odoo.exceptions import UserError

from ..language import diagnostics
from ..language.library import PACK_FILE, load

SHOWN_PROBLEMS = 20


class PolicyProblems(UserError):
    """Policy files with errors. `problems`: the language's Problem objects, errors and warnings."""

    def __init__(self, problems, lang: str = "en"):
        self.problems = list(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        super().__init__(diagnostics.render(errors[:SHOWN_PROBLEMS], "text", lang))


class StalePlan(UserError):
    """Somebody else applied a policy since the plan was made."""


@dataclass(frozen=True)
class Compiled:
    """A pack without errors. sources: path -> text of its files and of those of the packs it extends; kinds:
    path -> kind of file."""

    pack: str
    sources: dict[str, str]
    kinds: dict[str, str]
    normalised: dict[str, Any]
    warnings: list

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted paths and texts."""
        return digest(self.sources)

    def documents(self) -> list[tuple[str, str, str]]:
        """(path, kind, text) of every file: the pack's own before those it builds on, pack.yaml first."""
        own, first = f"{self.pack}/", "/pack.yaml"
        paths = sorted(
            self.sources, key=lambda path: (not path.startswith(own), not path.endswith(first), path)
        )
        return [(path, self.kinds.get(path, ""), self.sources[path]) for path in paths]


def digest(sources: Mapping[str, str]) -> str:
    """SHA-256 (hexadecimal) over the sorted paths and texts of policy files."""
    text = json.dumps(sorted(sources.items()), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def problem_language(lang: str | None) -> str:
    """An Odoo language code -> the language of the problems' texts."""
    return lang if lang in diagnostics.LANGUAGES else "en"


def compile_sources(
    pack: str, files: Mapping[str, bytes | str], today: date, lang: str | None = None
) -> Compiled:
    """Check and compile one pack of a library of policy files ("general/sla.yaml" -> content).

    Raises PolicyProblems when the pack, or one it extends, has errors; KeyError when there is no such
    pack."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    library = load(contents)
    if pack not in library.packs:
        raise KeyError(pack)
    normalised, problems = library.compile(pack, today)
    if normalised is None:
        raise PolicyProblems(problems, problem_language(lang))
    packs = [pack, *library.resolve(pack).ancestors]
    paths = sorted(path for name in packs for path in library.paths.get(name, ()))
    sources = {path: contents[path].decode() for path in paths}
    kinds = {f"{name}/{PACK_FILE}": "pack" for name in packs}
    kinds |= {body.spot.path: kind for name in packs for kind, body in library.packs[name].bodies.items()}
    return Compiled(pack, sources, kinds, normalised, problems)
