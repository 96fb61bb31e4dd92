"""How PostgreSQL would answer the queries that something makes."""

from odoo.tools import SQL


def plans_of(test, action):
    """The plans of the queries that an action makes, as one text."""
    test.env.flush_all()
    test.env.invalidate_all()
    cursor = type(test.env.cr)
    queries, execute = [], cursor.execute

    def listening(cr, query, params=None, log_exceptions=True):
        plain = (query.code, query.params) if isinstance(query, SQL) else (query, params)
        text = cr._obj.mogrify(*plain).decode()
        if text.lstrip().startswith("SELECT"):
            queries.append(text)
        return execute(cr, query, params, log_exceptions)

    test.patch(cursor, "execute", listening)
    action()
    test.patch(cursor, "execute", execute)
    plans = []
    for query in queries:
        test.env.cr._obj.execute("EXPLAIN " + query)
        plans.append("\n".join(line for (line,) in test.env.cr._obj.fetchall()))
    return "\n".join(plans)
