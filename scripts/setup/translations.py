"""Keep i18n/*.pot and *.po in step with the code: translations.py merge|check EXPORTED POT PO...

merge writes POT when the exported texts differ from it, and takes new texts into each PO. check changes
nothing, prints what is wrong and exits with 1 if anything is.
"""

import re
import sys

import polib


def texts(pot):
    """What counts of a template: each text with the places where it is used, not the date of its export."""
    return {(entry.msgctxt, entry.msgid): sorted(entry.occurrences) for entry in pot}


def merge(exported, pot_path, po_paths):
    new = polib.pofile(exported, wrapwidth=100)
    if texts(new) != texts(polib.pofile(pot_path)):
        new.save(pot_path)
    for path in po_paths:
        po = polib.pofile(path, wrapwidth=100)
        po.merge(new)
        for entry in po.obsolete_entries():
            po.remove(entry)
        po.save(path)
        print(f"{path}: {len(po.translated_entries())} translated, {len(open_entries(po))} to do")
    return 0


def open_entries(po):
    return [entry for entry in po if not entry.obsolete and not entry.translated()]  # fuzzy is not translated


def check(exported, pot_path, po_paths):
    now, kept = texts(polib.pofile(exported)), texts(polib.pofile(pot_path))
    problems = [f"{pot_path}: not there yet: {text!r}" for _, text in now.keys() - kept.keys()]
    problems += [f"{pot_path}: no longer used: {text!r}" for _, text in kept.keys() - now.keys()]
    problems += [
        f"{pot_path}: used elsewhere now: {key[1]!r}"
        for key in now.keys() & kept.keys()
        if now[key] != kept[key]
    ]
    for path in po_paths:
        po = polib.pofile(path)
        ready = {(entry.msgctxt, entry.msgid) for entry in po.translated_entries()}
        problems += [f"{path}: not translated: {text!r}" for _, text in sorted(now.keys() - ready, key=str)]
        problems += [f"{path}: {problem}" for entry in po for problem in placeholders(entry)]
    print("\n".join(problems[:40]) or f"{len(now)} texts, current and translated")
    if problems:
        print(f"{len(problems)} problems; scripts/i18n brings the files up to date")
    return 1 if problems else 0


def placeholders(entry):
    """A translation without one of the %(name)s, or with one that does not exist, fails when it is shown."""
    found = [set(re.findall(r"%\((\w+)\)[sd]", text)) for text in (entry.msgid, entry.msgstr)]
    if entry.msgstr and found[0] != found[1]:
        yield f"placeholders differ: {entry.msgid!r}"


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    sys.exit({"merge": merge, "check": check}[verb](paths[0], paths[1], paths[2:]))
