"""Reading the same few fields of many records, straight from the ORM's cache.

Every write of a batch asks of hundreds of cases whether they are cases, of which release, at which stage.
Asked one by one, each answer is first made into a record, which costs more than what is done with it."""


def raw(records, *names):
    """For each of the fields {id: value as the cache holds it}: the id of a many2one or None, a tuple of ids
    of a many2many."""
    fields, waiting = [records._fields[name] for name in names], records.env.transaction.tocompute
    records._recompute_recordset([field.name for field in fields if waiting.get(field)])
    caches = [field._get_cache(records.env) for field in fields]
    if any(ident not in cache for cache in caches for ident in records._ids):
        records.fetch(names)
        for field, cache in zip(fields, caches, strict=True):
            for ident in records._ids:
                if ident not in cache:  # of a record that is only being entered
                    field.__get__(records.browse((ident,)))  # its id is false: browse(ident) would be nobody
    return caches


def alike(records, *names):
    """{values of the fields, as `raw` gives them: the records that have them}, in the order of records."""
    groups, caches = {}, raw(records, *names)
    for ident in records._ids:
        groups.setdefault(tuple(cache[ident] for cache in caches), []).append(ident)
    return {key: records.browse(ids) for key, ids in groups.items()}
