"""What the benches of the addon share: a company under a pack of its own, its people, copies of cases made by
SQL, and the arguments of the command."""

from datetime import datetime

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, config

# A pack with one team, one type and working time around the clock; a bench adds what it is about.
BASE = {
    "bench/pack.yaml": "kind: pack\nname: bench\ntitle: Bench\ncalendar: always\ncurrency: EUR\n",
    "bench/calendars.yaml": "kind: calendars\ncalendars:\n"
    '  - {name: always, timezone: UTC, hours: {daily: ["00:00-24:00"]}}\n',
    "bench/channels.yaml": "kind: channels\nchannels: [{name: phone}]\n",
    "bench/case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "bench/severity.yaml": "kind: severity\nlevels: [{name: normal, priority: 1}]\ndefault: normal\n",
}
TABLES = ("helpdesk_ticket", "complaint_event", "complaint_milestone")


def asked(parser):
    """The arguments of a bench, and Odoo made ready for its database."""
    parser.add_argument("--addons-path")
    parser.add_argument("--db-port")
    parser.add_argument("database")
    arguments = parser.parse_args()
    options = ["--no-http", "--log-level=error"]
    if arguments.addons_path:
        options.append(f"--addons-path={arguments.addons_path}")
    if arguments.db_port:
        options.append(f"--db_port={arguments.db_port}")
    config.parse_config(options, setup_logging=True)
    return arguments


def new_company(env, pack):
    """A company under this pack; pack: {path: text}."""
    company = env["res.company"].create(
        {"name": f"Bench {datetime.now():%H:%M:%S.%f}", "email": "bench@example.com"}
    )
    files = {path: text.encode() for path, text in {**BASE, **pack}.items()}
    env["complaint.release"]._apply(files, "bench", company, message="bench")
    return company


def new_people(env, company, count, name="Agent", groups=("complaint_management.group_intake",)):
    """So many users of the company."""
    group_ids = [env.ref(group).id for group in groups]
    return env["res.users"].with_context(no_reset_password=True).create([
        {
            "name": f"{name} {number}", "login": f"{name.lower()}{number}@company{company.id}.example",
            "email": f"{name.lower()}{number}@example.com", "company_id": company.id,
            "company_ids": [(6, 0, company.ids)], "group_ids": [(6, 0, group_ids)],
        }
        for number in range(count)
    ])  # fmt: skip


def environment(cr, company=None, user=SUPERUSER_ID, **context):
    """As a user of the bench's company."""
    context["tracking_disable"] = True
    if company:
        context["allowed_company_ids"] = [company]
    return api.Environment(cr, user, context)


def pairs(cr, models, count, **more):
    """Make the temporary table of copies and the cases that they are copies of; more: other columns of it, as
    SQL of the number `n` of the copy."""
    cr.execute("SET LOCAL session_replication_role = replica")  # copies of what was checked
    cr.execute("SELECT last_value FROM helpdesk_ticket_id_seq")
    first = cr.fetchone()[0] + 1
    cr.execute("SELECT setval('helpdesk_ticket_id_seq', %s)", [first + count])
    others = [SQL(", %s AS %s", value, SQL.identifier(name)) for name, value in more.items()]
    cr.execute(
        SQL(
            "CREATE TEMP TABLE pairs ON COMMIT DROP AS SELECT %s + n AS copy, "
            "(%s::int[])[1 + n %% %s] AS model%s FROM generate_series(0, %s) AS n",
            first, list(models), len(models), SQL("").join(others), count - 1,
        )
    )  # fmt: skip


def copy(cr, table, key, **own):
    """Copy what a table has of the cases; key: its column of the case; own: columns that differ, as SQL."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    names = [name for (name,) in cr.fetchall() if name != "id" or key == "id"]
    values = [
        own.get(name, SQL("copy") if name == key else SQL("o.%s", SQL.identifier(name))) for name in names
    ]
    cr.execute(SQL(
        "INSERT INTO %s (%s) SELECT %s FROM pairs JOIN %s o ON o.%s = model",
        SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)), SQL(", ").join(values),
        SQL.identifier(table), SQL.identifier(key),
    ))  # fmt: skip


def copy_cases(cr, models, count, **own):
    """Copies of some cases with their facts and clocks; own: columns of the case that differ."""
    pairs(cr, models, count)
    copy(cr, "helpdesk_ticket", "id", number=SQL("'B' || copy"), access_token=SQL("NULL"), **own)
    copy(cr, "complaint_event", "ticket_id")
    copy(cr, "complaint_milestone", "ticket_id")


def tidy(registry, tables=TABLES):
    """What autovacuum does sooner or later."""
    cr = registry.cursor()
    try:
        cr._cnx.rollback()
        cr._cnx.autocommit = True
        for table in tables:
            cr._cnx.cursor().execute(f"VACUUM ANALYZE {table}")
    finally:
        cr._cnx.autocommit = False
        cr.close()
