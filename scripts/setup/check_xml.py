"""Check Odoo data files: well-formed, one <odoo> root, no identifier twice, no deprecated spelling.

    python check_xml.py FILE...

Prints ``file:line: message`` and exits 1 if there is anything to say.
"""

import sys
import xml.sax
from pathlib import Path

OUTSIDE = ("static/", "templates.xml")  # QWeb templates have other roots
RENAMED = {"tree": "list", "openerp": "odoo"}


class Reader(xml.sax.ContentHandler):
    """Collects the problems of one file."""

    def __init__(self, path: str):
        super().__init__()
        self.path, self.problems, self.depth, self.ids = path, [], 0, {}

    def say(self, message: str) -> None:
        self.problems.append(f"{self.path}:{self._locator.getLineNumber()}: {message}")

    def startElement(self, name, attrs):  # the name is the SAX interface's
        if self.depth == 0 and name != "odoo" and not self.path.startswith(OUTSIDE):
            self.say(f"the root element is <{name}>, expected <odoo>")
        if name in RENAMED:
            self.say(f"<{name}> is called <{RENAMED[name]}> since Odoo 18")
        if name in ("record", "template", "menuitem") and "id" in attrs:
            self.once(attrs["id"])
        self.depth += 1

    def endElement(self, name):  # the name is the SAX interface's
        self.depth -= 1

    def once(self, identifier: str) -> None:
        # The same record may be completed further down on purpose, but never unnoticed.
        line = self.ids.setdefault(identifier, self._locator.getLineNumber())
        if line != self._locator.getLineNumber():
            self.say(f"id {identifier!r} is already used in line {line}")


def check(path: str) -> list[str]:
    text = Path(path).read_bytes()
    reader = Reader(path)
    try:
        xml.sax.parseString(text, reader)
    except xml.sax.SAXParseException as error:
        return [f"{path}:{error.getLineNumber()}: not well-formed: {error.getMessage()}"]
    if b"\t" in text:
        reader.problems.append(f"{path}:1: tabs; indent with 4 blanks")
    if not text.endswith(b"\n"):
        reader.problems.append(f"{path}:1: no newline at the end of the file")
    return reader.problems


if __name__ == "__main__":
    found = [problem for path in sys.argv[1:] for problem in check(path)]
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))
