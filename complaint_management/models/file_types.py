"""What a file is, by its content: the name of a file that comes from outside proves nothing."""

import io
import re
import unicodedata
import zipfile

_OFFICE = {"docx": "word/", "xlsx": "xl/"}
_OPEN_DOCUMENT = {"odt": b"opendocument.text", "ods": b"opendocument.spreadsheet"}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAME = {"jpeg": "jpg", "heif": "heic", "m4v": "mp4"}
MIMETYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def named_type(name):
    """The type that the name of a file claims: "Photo.JPEG" -> "jpg"; an empty text without one."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return _SAME.get(ending, ending)


def real_type(content):
    """The type of a file by its content, one of MIMETYPES; None for anything else.

    >>> real_type(b"%PDF-1.7 ...")
    'pdf'
    >>> real_type(b"MZ\\x90\\x00") is None
    True
    """
    for kind, found in _SIGNATURES:
        if found(content):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _zipped_type(content)
    return "txt" if _is_text(content) else None


def _media(*brands):
    """ISO media files name their brand behind the word ftyp."""
    return lambda content: content[4:8] == b"ftyp" and content[8:12] in brands


_SIGNATURES = (
    ("pdf", lambda content: content.startswith(b"%PDF-")),
    ("jpg", lambda content: content.startswith(b"\xff\xd8\xff")),
    ("png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    ("gif", lambda content: content.startswith((b"GIF87a", b"GIF89a"))),
    ("webp", lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP"),
    ("heic", _media(b"heic", b"heix", b"mif1", b"msf1", b"hevc")),
    ("mp4", _media(b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ")),
)


def _zipped_type(content):
    """Office files are archives; only the list of what is in them is read, nothing is unpacked but one short
    line."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                found = (k for k, folder in _OFFICE.items() if any(n.startswith(folder) for n in names))
                return next(found, None)
            if names[:1] == ["mimetype"]:
                line = archive.open("mimetype").read(100)
                return next((k for k, word in _OPEN_DOCUMENT.items() if line.endswith(word)), None)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        return None
    return None


def _is_text(content):
    """Plain text and no page: what begins like markup would be a lie about the type."""
    if not content or _CONTROL.search(content) or content.lstrip()[:1] == b"<":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            return "<script" not in content.decode(encoding).lower()
        except UnicodeDecodeError:
            continue
    return False


def safe_name(name):
    """A file name without folders, control characters and what shells or pages could trip over."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = re.sub(r'[<>:"|?*%;&`$\']', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:80]}{dot}{ending[:10]}" if dot and stem else (name[:80] or "file")
