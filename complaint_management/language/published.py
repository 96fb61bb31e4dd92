"""The schemas as editors read them, and the line of a policy file that leads an editor to its schema.

An editor looks at one file alone: an entry there may override an inherited one and say only what differs. So
what is written for editors asks for less than the check of a whole pack does.
"""

from __future__ import annotations

from typing import Any

from .documentation import translated
from .schema import for_one_file, schema

MARK = "# yaml-language-server: $schema="
_TEXTS = ("title", "description")


def published(kind: str, lang: str = "en") -> dict[str, Any]:
    """The schema of a kind for editors, self-contained, with titles and descriptions in one language.

    Raises KeyError for an unknown kind.
    """
    return _plain(for_one_file(schema(kind)), lang)


def _plain(shape: Any, lang: str) -> Any:
    """Without our own keys, and with each reference alone: draft 7 ignores what stands beside one."""
    if isinstance(shape, list):
        return [_plain(item, lang) for item in shape]
    if not isinstance(shape, dict):
        return shape
    result: dict[str, Any] = {}
    for key, value in shape.items():
        if key in ("properties", "patternProperties", "definitions"):
            result[key] = {name: _plain(inner, lang) for name, inner in value.items()}
        elif key in _TEXTS:
            result[key] = translated(value, lang)
        elif not key.startswith("x-"):
            result[key] = _plain(value, lang)
    if "$ref" in result and len(result) > 1:
        result["allOf"] = [{"$ref": result.pop("$ref")}]
    return result


def marked(text: str, reference: str) -> str:
    """The text of a policy file with the line that names its schema as the first one, the rest unchanged.

    `reference`: where the schema lies, as seen from the file.
    """
    sign = "\ufeff" if text.startswith("\ufeff") else ""
    rest = text.removeprefix(sign)
    first = rest.split("\n", 1)[0]
    end = "\r\n" if first.endswith("\r") else "\n"
    if first.startswith(MARK):
        rest = rest[len(first) + 1 :]
    return f"{sign}{MARK}{reference}{end}{rest}"
