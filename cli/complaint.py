"""`odoo complaint plan|what-if|apply|export PATH -d DB`: complaint policies from files into a database, and
back.

Everything else is imported inside the functions: an ImportError at the top of this file would read "Unknown
command", and the addon may only be imported once Odoo loads the database's modules."""

# It prints, in a language that need not be active in the database.
# pylint: disable=print-used,prefer-env-translation
import argparse
import sys
from datetime import date, datetime, time
from pathlib import Path

from odoo.cli.command import Command

CLEAN, PROBLEMS, CHANGES, USAGE = 0, 1, 2, 64
SUFFIXES = (".yaml", ".yml")  # any other file is a saved plan
LANGUAGES = {"en": "en_US", "zh_CN": "zh_CN"}


class Stop(Exception):
    """End with an exit code and, if there is something to say, a sentence."""

    def __init__(self, code, sentence=""):
        self.code = code
        super().__init__(sentence)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        """Exit code 2 means "the plan has changes" here, so wrong usage must not give it."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


class Complaint(Command):
    """Plan, try out, apply and export complaint policies.

    Exit codes: 0 nothing to do or done, 1 problems, 2 the plan has changes, 64 wrong usage."""

    def run(self, cmdargs):
        args = self._parse(cmdargs)
        try:
            code = self._in_database(args)
        except Stop as stop:
            if str(stop):
                print(stop, file=sys.stderr)
            code = stop.code
        sys.stdout.flush()
        sys.exit(code)

    def _parse(self, cmdargs):
        parser = Parser(
            prog=self.prog, description=self.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
        texts = {
            "plan": "show what applying a policy pack would change",
            "what-if": "show what a policy pack would have made of the cases of the last 90 days",
            "apply": "apply a policy pack or a saved plan, or change nothing",
            "export": "write the active policy's files, or those of a helpdesk without one, into a folder",
        }
        added = {verb: verbs.add_parser(verb, help=text) for verb, text in texts.items()}
        for verb in ("plan", "what-if", "apply"):
            added[verb].add_argument(
                "path", type=Path, help="a pack's folder; the folder above it holds the packs it extends"
            )
        _plan_options(added)
        for verb in added.values():
            verb.add_argument("-c", "--config", help="Odoo configuration file")
            verb.add_argument("-d", "--database", help="database; by default that of the configuration")
            verb.add_argument("--company", help="name of the company; by default the main company")
            verb.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the output")
        return parser.parse_args(cmdargs)

    # ------------------------------------------------------------------ database

    def _in_database(self, args):
        """Run the verb in a transaction of its own. Returns the exit code."""
        from odoo.api import SUPERUSER_ID, Environment
        from odoo.modules.registry import Registry

        name = _database(args)
        registry = Registry(name)
        registry.check_signaling()
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            env = env(context={**env["res.users"].context_get(), "lang": _active_language(env, args.lang)})
            code = VERBS[args.verb](env, _company(env, args), args)
        # After the commit: servers that run on this database drop what they remember of the old policy.
        registry.signal_changes()
        return code


def _plan_options(added):
    """The options that only one verb has."""
    added["plan"].add_argument("--out", type=Path, metavar="FILE", help="keep the plan, for apply FILE")
    added["plan"].add_argument(
        "--dry-run", action="store_true", help="really apply it, see whether that works, and take it back"
    )
    added["what-if"].add_argument(
        "--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the cases received from this day on"
    )
    added["apply"].add_argument("-m", "--message", help="why: kept with the release")
    added["apply"].add_argument(
        "--expect",
        metavar="RELEASE",
        help="the release that the plan was made against, as plan names it (none: no release)",
    )
    added["export"].add_argument("path", type=Path, help="the folder to write the pack's folder into")
    added["export"].add_argument(
        "--from-helpdesk",
        action="store_true",
        help="write a pack to start from: the teams, categories, stages and times of the helpdesk as it is",
    )


def _database(args):
    """Name of the database to open, after making sure that it is there and has the addon."""
    _ = _translator(args.lang)
    import psycopg2
    from odoo.sql_db import db_connect
    from odoo.tools import config

    options = ["--no-http", "--log-level=warn"]
    options += ["-c", args.config] if args.config else []
    options += ["-d", args.database] if args.database else []
    config.parse_config(options, setup_logging=True)
    names = config["db_name"]
    if len(names) != 1:
        raise Stop(USAGE, _("Name the database: -d NAME."))
    try:
        with db_connect(names[0]).cursor() as cr:
            cr.execute("SELECT to_regclass('ir_module_module')")
            if not cr.fetchone()[0]:
                raise Stop(PROBLEMS, _("%(name)s is not an Odoo database.", name=names[0]))
            cr.execute("SELECT state FROM ir_module_module WHERE name = 'complaint_management'")
            if cr.fetchone() not in (("installed",), ("to upgrade",)):
                raise Stop(
                    PROBLEMS,
                    _(
                        "Complaint Management is not installed in %(name)s. Install it from Apps, or with: "
                        "odoo -d %(name)s -i complaint_management --stop-after-init",
                        name=names[0],
                    ),
                )
    except psycopg2.OperationalError as error:
        why = str(error).strip().splitlines()[-1]
        raise Stop(USAGE, _("Database %(name)s cannot be opened: %(why)s", name=names[0], why=why)) from None
    return names[0]


def _active_language(env, lang):
    """The Odoo language for names in the database; the output's own texts need no active language."""
    code = LANGUAGES[lang]
    return code if env["res.lang"]._get_data(code=code) else "en_US"


def _company(env, args):
    """The company that was named, else the main one."""
    _ = _translator(args.lang)
    companies, name = env["res.company"], args.company
    if not name:
        return env.ref("base.main_company", raise_if_not_found=False) or companies.search([], limit=1)
    found = companies.search([("name", "=", name)])
    if len(found) != 1:
        known = ", ".join(companies.search([]).mapped("name"))
        raise Stop(
            USAGE, _("There is no company named %(name)s. There are: %(known)s.", name=name, known=known)
        )
    return found


# ---------------------------------------------------------------------- verbs


def plan(env, company, args):
    """Print the plan of a pack for a company."""
    _ = _translator(args.lang)

    def act(releases, files, pack):
        return releases._plan(files, pack, company, lang=LANGUAGES[args.lang])

    found = _made(env, company, args, act)
    _print_problems(found.compiled.warnings, args)
    if str(found):
        print(found)
    if found.refusals:
        raise Stop(PROBLEMS, "\n".join(found.refusals))
    if args.dry_run:
        _dry_run(env, company, args)
    if args.out:
        _save(env, company, found, args)
    base = found.base.name or "none"
    if not found:
        _print_nothing(company, base, args)
        return CLEAN
    print(
        _(
            "Changes for %(company)s, compared with release %(release)s: %(count)d.",
            company=company.name,
            release=base,
            count=len(found.lines),
        )
    )
    return CHANGES


def _dry_run(env, company, args):
    """Apply, and take back; stops with a sentence if that does not go as planned."""
    _ = _translator(args.lang)

    def act(releases, files, pack):
        return releases._dry_run(files, pack, company, lang=LANGUAGES[args.lang])

    found = _made(env, company, args, act)
    if found["rest"]:
        rest = "\n".join(found["rest"])
        raise Stop(PROBLEMS, _("Dry run: this would still be to do afterwards:\n%(lines)s", lines=rest))
    print(_("Dry run: it was applied without a problem and taken back; nothing has changed."))


def _save(env, company, found, args):
    """Keep a plan in a file."""
    from odoo.addons.complaint_management.complaint_management.models.export import write

    _ = _translator(args.lang)
    files = {args.out: env["complaint.release"]._plan_to_keep(found).encode()}
    _made(env, company, args, lambda *_parts: write(files, LANGUAGES[args.lang]), (files, ""))
    print(_("The plan is in %(path)s. Apply it with: odoo complaint apply %(path)s", path=args.out))


def what_if(env, company, args):
    """Print what a pack would have made of this database's own cases."""
    lang = LANGUAGES[args.lang]
    since = datetime.combine(args.since, time()) if args.since else None

    def act(releases, files, pack):
        compiled = releases._plan(files, pack, company, lang=lang).compiled
        return releases._what_if(compiled.normalised, company, since, lang)

    print("\n".join(_made(env, company, args, act)["lines"]))
    return CLEAN


def _print_nothing(company, release, args):
    _ = _translator(args.lang)
    sentence = _(
        "Nothing to change: %(company)s follows this policy (release: %(release)s).",
        company=company.name,
        release=release,
    )
    print(sentence)


def apply(env, company, args):
    """Apply a pack or a saved plan to a company, all of it or nothing."""
    _ = _translator(args.lang)
    saved, expected = _saved(args), _expected(env, company, args)

    def act(releases, files, pack):
        if saved:
            return releases._apply_kept(saved, company, args.message, lang=LANGUAGES[args.lang])
        return releases._apply(files, pack, company, args.message, expected, lang=LANGUAGES[args.lang])

    release = _made(env, company, args, act, (saved.files, saved.pack) if saved else None)
    if release:
        print(release.plan)
        print(_("%(company)s now follows release %(release)s.", company=company.name, release=release.name))
    else:
        base = env["complaint.release"]._active(company).name
        _print_nothing(company, base, args)
    return CLEAN


def _saved(args):
    """The saved plan that the path means; None for policy files."""
    from odoo.addons.complaint_management.complaint_management.models import saved_plan

    if not args.path.is_file() or args.path.suffix in SUFFIXES:
        return None
    try:
        return saved_plan.SavedPlan.load(args.path)
    except saved_plan.BrokenPlan as error:
        raise Stop(USAGE, error.sentence(args.path, LANGUAGES[args.lang])) from None


def export(env, company, args):
    """Write the active release's files into a folder, or a pack made from a helpdesk without policy."""
    from odoo.addons.complaint_management.complaint_management.models.export import write_tree

    _ = _translator(args.lang)
    release = env["complaint.release"]._active(company)
    if args.from_helpdesk:
        files = env["complaint.release"]._export_helpdesk(company)
        pack = next(iter(files)).split("/")[0]
        said = _(
            "A pack to start from is in %(path)s. Read it, then plan and apply it.", path=args.path / pack
        )
    elif release:
        files = release._export()
        said = _(
            "Release %(release)s: %(count)d files written. Its pack is in %(path)s.",
            release=release.name,
            count=len(files),
            path=args.path / release.pack,
        )
    else:
        raise Stop(PROBLEMS, _("%(company)s has no complaint policy to export.", company=company.name))
    _made(env, company, args, lambda *_parts: write_tree(args.path, files, LANGUAGES[args.lang]), (files, ""))
    print(said)
    return CLEAN


VERBS = {"plan": plan, "what-if": what_if, "apply": apply, "export": export}


def _made(env, company, args, act, library=None):
    """act(releases, files, pack), with every way in which it can fail said in words.

    library: (files, pack) that are read already; by default what the path means."""
    from odoo.addons.complaint_management.complaint_management.models.release_sources import (
        PolicyProblems,
    )
    from odoo.exceptions import UserError

    _ = _translator(args.lang)
    files, pack = library or _files(args)
    try:
        return act(env["complaint.release"], files, pack)
    except PolicyProblems as error:
        _print_problems(error.problems, args)
        raise Stop(PROBLEMS, _("Nothing was changed in %(company)s.", company=company.name)) from None
    except UserError as error:
        raise Stop(PROBLEMS, str(error)) from None


def _expected(env, company, args):
    """The release that the plan was made against; None if any will do."""
    if args.expect is None:
        return None
    _ = _translator(args.lang)
    releases = env["complaint.release"]
    if args.expect == "none":
        return releases
    found = releases.search([("name", "=", args.expect), ("company_id", "=", company.id)])
    if not found:
        raise Stop(
            USAGE,
            _("%(company)s has no release named %(release)s.", company=company.name, release=args.expect),
        )
    return found


# ---------------------------------------------------------------------- files and words


def _files(args):
    """(files of the library, name of the pack) that the path means: {"logistics/sla.yaml": bytes},
    "logistics"."""
    from odoo.addons.complaint_management.complaint_management.command import files

    _ = _translator(args.lang)
    try:
        target = files.target(args.path)
        if not target.pack:
            raise Stop(USAGE, _("%(path)s holds several packs. Name the folder of one.", path=args.path))
        return files.read_tree(target.root), target.pack
    except files.UsageError as error:
        raise Stop(USAGE, str(error)) from None


def _print_problems(problems, args):
    """Problems as `validate` prints them, with paths as the user wrote them."""
    from odoo.addons.complaint_management.complaint_management.command import files
    from odoo.addons.complaint_management.complaint_management.language import diagnostics

    if problems:
        is_plan = args.path.is_file() and args.path.suffix not in SUFFIXES
        prefix = "" if is_plan else files.target(args.path).prefix
        print(diagnostics.render([problem.under(prefix) for problem in problems], "text", args.lang))


def _translator(lang):
    """`_` for this output: texts by language, whether or not that language is active in the database."""
    from odoo.tools.translate import get_translation

    def _(source, **values):
        return get_translation("complaint_management", LANGUAGES[lang], source, values)

    return _
