"""What SQLite's planner is told of our tables, so that its plans are the same in every shop and from the first day.

Without figures it takes any index that begins with `company_id` to be as good as another, though that column alone
chooses everything a shop has; a page then reads a million lines instead of ten. The figures are those of a busy shop:
they say that each further column of a key narrows. (https://sqlite.org/fileformat2.html#stat1tab; PostgreSQL gathers
its own.)
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_LINES, _DOCUMENTS, _OF_ONE_DOCUMENT = 1_000_000, 100_000, 10


def steady_plans(connection: Connection, tables: set[str]) -> None:
    """Write the figures of `tables` that are not there yet. Safe to repeat; ANALYZE would put a shop's own in their place."""
    if connection.dialect.name != "sqlite":
        return
    if connection.scalar(text("select count(*) from sqlite_schema where name = 'sqlite_stat1'")) == 0:
        connection.execute(text("analyze"))  # makes the table of figures; once only, for it reads a shop's every row
    there: dict[str, set[tuple[str, str]]] = {}
    for table, index, figures in connection.execute(text("select tbl, idx, stat from sqlite_stat1")):
        there.setdefault(table, set()).add((index, figures))
    wanted = _wanted(connection, tables)
    for table in sorted(tables):
        if wanted.get(table, set()) == there.get(table, set()):
            continue
        connection.execute(text("delete from sqlite_stat1 where tbl = :table"), {"table": table})
        for index, figures in sorted(wanted.get(table, set())):
            values = {"table": table, "index": index, "figures": figures}
            connection.execute(text("insert into sqlite_stat1 (tbl, idx, stat) values (:table, :index, :figures)"), values)


def _wanted(connection: Connection, tables: set[str]) -> dict[str, set[tuple[str, str]]]:
    """Each index of each of the tables, a key's own among them, with its figures."""
    found: dict[str, set[tuple[str, str]]] = {}
    for table, key, index, columns, is_unique, is_partial in connection.execute(text(_INDEXES)):
        if table not in tables:
            continue
        rows = _LINES if key > 2 else _DOCUMENTS
        figures = " ".join(str(figure) for figure in _figures(rows // 10 if is_partial else rows, columns, is_unique=is_unique))
        # Jumping from one value of a leading column to the next never pays here: a query names its company, and the
        # planner would give up the order of the key for it, and sort.
        found.setdefault(table, set()).add((index, figures + " noskipscan"))
    return found


_INDEXES = """
select t.name, (select count(*) from pragma_table_info(t.name) where pk), i.name, (select count(*) from pragma_index_info(i.name)),
       i."unique", i.partial
  from sqlite_schema t join pragma_index_list(t.name) i
 where t.type = 'table'
"""


def _figures(rows: int, columns: int, *, is_unique: bool) -> list[int]:
    """Rows, then how many share the first column, the first two … A company's column alone narrows nothing."""
    least = 1 if is_unique else 2
    if columns == 1:
        return [rows, least]
    steps = max(columns - 2, 1)
    ratio_of = [int(rows * (_OF_ONE_DOCUMENT / rows) ** (step / steps)) for step in range(columns - 1)]
    return [rows, *(max(figure, least) for figure in ratio_of), least]
