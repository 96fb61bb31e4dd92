"""Write a wheel "odoo 19.0" that points at an unpacked Odoo server.

Odoo 19 is not on PyPI, but the OCA addons there require ``odoo==19.0.*``. With this wheel among pip's
--find-links they install as usual, ``import odoo`` finds the server, and the server's own requirements are
installed with it.

    python3 odoo_wheel.py SERVER_FOLDER OUTPUT_FOLDER REQUIREMENTS_FILE
"""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

NAME, VERSION = "odoo", "19.0"
INFO = f"{NAME}-{VERSION}.dist-info"
WHEEL = ["Wheel-Version: 1.0", "Generator: odoo_wheel", "Root-Is-Purelib: true", "Tag: py3-none-any"]


def contents(server: str, requirements: list[str]) -> dict[str, str]:
    """The wheel's files but its RECORD: name in the archive to text."""
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {VERSION}",
        "Summary: Odoo 19, as unpacked beside the project",
        "Requires-Python: >=3.10",
        *(f"Requires-Dist: {requirement}" for requirement in requirements),
    ]
    return {
        "odoo-unpacked.pth": server + "\n",
        f"{INFO}/METADATA": "\n".join(metadata) + "\n",
        f"{INFO}/WHEEL": "\n".join(WHEEL) + "\n",
        f"{INFO}/entry_points.txt": "[console_scripts]\nodoo = odoo.cli:main\n",
    }


def record(files: dict[str, str]) -> str:
    """The RECORD file that the wheel format asks for: name, hash and size of each file."""
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(text.encode())}")
    return "\n".join([*lines, f"{INFO}/RECORD,,"]) + "\n"


def main(server: str, output: str, requirements_file: str) -> None:
    lines = Path(requirements_file).read_text(encoding="utf-8").splitlines()
    files = contents(server, [line for line in lines if line.strip() and not line.startswith("#")])
    files[f"{INFO}/RECORD"] = record(files)
    archive = Path(output) / f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
