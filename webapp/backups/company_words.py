"""What stands beside the rows in the file of a whole business, so that who opens it needs nothing of ours: what each column holds, and
the lists that people know as spreadsheets.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table

from webapp.platform import company_rows, exports
from webapp.platform.db import Id, Instant
from webapp.platform.exports import Quantity, Rupees
from webapp.platform.sealing import KEPT_FOR

# The lists that a shopkeeper or his accountant looks into, each as a spreadsheet beside the rows that bring a business back.
AS_SHEETS = (
    *("company_profile", "store", "party", "item", "account_group", "account", "account_detail", "voucher", "journal_line"),
    *("account_balance", "party_balance", "invoice", "invoice_line", "invoice_tender", "receipt", "purchase_bill", "purchase_bill_line"),
    *("stock_movement", "stock_balance", "edit_log"),
)
# What a whole number counts, by how its column's name ends.
_UNITS = (
    ("_millipaise", "thousandths of a paisa"),
    ("_paise", "paise; 100 are a rupee"),
    ("_qty", "thousandths of the item's unit"),
    ("_bp", "basis points; 100 are a percent"),
    ("_thousandths", "thousandths"),
    ("_micro", "millionths"),
    ("month", "a month as a number: 202611 is November 2026"),
)
HOW_TO_READ = (
    "tables/<table>.jsonl holds every row as one line of JSON, in UTF-8: the business is brought back from these.",
    "schema.json says of every column what it holds, in which unit, and which rows of which table it names.",
    "csv/<table>.csv holds the same rows of the lists that people know, for a spreadsheet: amounts in rupees, quantities in units.",
    "people.json holds the business, its members and its roles, without passwords.",
    "files/ holds what was attached and drawn, each under the key that its row gives.",
    "Amounts are whole paise, debit positive; quantities are thousandths; instants are UTC; bytes are base64; ids are UUIDs.",
    "Passwords of portals, keys of gateways and whatever else opens a door of somebody else is left empty.",
    "edit_log is chained: each line's hash is over the line before it. docs/edit-log.md of the program says how to check it.",
)


def schema() -> dict[str, Any]:
    """Every table of the file: its columns, their types and units, its key, and whose rows it names."""
    return {table.name: _described(table) for table in company_rows.tables()}


def sheet(table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Rows as a CSV that a spreadsheet opens safely: a text that begins like a formula gets an apostrophe."""
    columns = list(table.columns)
    yield _line(["\ufeff" + _heading(columns[0]), *map(_heading, columns[1:])])
    for row in rows:
        yield _line([exports.as_text(_cell(column, row[column.name])) for column in columns])


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()


def _heading(column: Column[Any]) -> str:
    return column.name.removesuffix("_paise") + "_rupees" if _is_paise(column) else column.name


def _is_paise(column: Column[Any]) -> bool:
    return column.name.endswith("_paise") and _kind(column) == "whole number"


def _cell(column: Column[Any], value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        if _is_paise(column):
            return Rupees(value)
        return Quantity(value) if column.name == "qty" or column.name.endswith("_qty") else value
    return str(value) if isinstance(value, dict | list) else value


def _described(table: Table) -> dict[str, Any]:
    return {
        "key": [column.name for column in table.primary_key.columns],
        "columns": {column.name: _column(column) for column in table.columns},
        "names": [
            {"columns": list(key.column_keys), "table": key.referred_table.name, "its": [element.column.name for element in key.elements]}
            for key in table.foreign_key_constraints
        ],
    }


def _column(column: Column[Any]) -> dict[str, Any]:
    kind = _kind(column)
    said: dict[str, Any] = {"type": kind, "may_be_empty": bool(column.nullable)}
    if kind == "whole number" and (unit := _unit(column.name)):
        said["unit"] = unit
    if KEPT_FOR in column.info:
        said["sealed"] = "kept sealed on the machine"
    return said


def _unit(name: str) -> str:
    return next((unit for ending, unit in _UNITS if name.endswith(ending) or name == ending.lstrip("_")), "")


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, Id):
        return "id (UUID)"
    if isinstance(column.type, Instant):
        return "instant (UTC, ISO 8601)"
    return _KINDS.get(column.type.python_type.__name__, "JSON")


_KINDS = {"int": "whole number", "str": "text", "bool": "true or false", "date": "day (ISO 8601)", "bytes": "bytes (base64)"}
