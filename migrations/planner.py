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
    """Write the figures for every index of `tables`. Safe to repeat; ANALYZE would put a shop's own in their place."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("analyze"))  # makes the table of figures, if it is not there
    for table in sorted(tables):
        key = _columns_of_key(connection, table)
        rows = _LINES if key > 2 else _DOCUMENTS
        connection.execute(text("delete from sqlite_stat1 where tbl = :table"), {"table": table})
        for index, columns, is_unique, is_partial in _indexes(connection, table):
            figures = " ".join(str(figure) for figure in _figures(rows // 10 if is_partial else rows, columns, is_unique=is_unique))
            # Jumping from one value of a leading column to the next never pays here: a query names its company, and the
            # planner would give up the order of the key for it, and sort.
            figures += " noskipscan"
            values = {"table": table, "index": index, "figures": figures}
            connection.execute(text("insert into sqlite_stat1 (tbl, idx, stat) values (:table, :index, :figures)"), values)


def _figures(rows: int, columns: int, *, is_unique: bool) -> list[int]:
    """Rows, then how many share the first column, the first two … A company's column alone narrows nothing."""
    least = 1 if is_unique else 2
    if columns == 1:
        return [rows, least]
    steps = max(columns - 2, 1)
    ratio_of = [int(rows * (_OF_ONE_DOCUMENT / rows) ** (step / steps)) for step in range(columns - 1)]
    return [rows, *(max(figure, least) for figure in ratio_of), least]


def _columns_of_key(connection: Connection, table: str) -> int:
    return sum(1 for column in connection.execute(text(f'pragma table_info("{table}")')) if column.pk)


def _indexes(connection: Connection, table: str) -> list[tuple[str, int, bool, bool]]:
    """(name, columns, whether unique, whether partial) of each index, a key's own among them."""
    found = []
    for index in connection.execute(text(f'pragma index_list("{table}")')).all():
        columns = len(connection.execute(text(f'pragma index_info("{index.name}")')).all())
        found.append((index.name, columns, bool(index.unique), bool(index.partial)))
    return found
