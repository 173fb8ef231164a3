"""Rows with sealed columns as they leave a business' own copy, and as they come back.

Most of what is sealed (a portal's password, a gateway's key) opens a door of somebody else: it stays here, and is typed again elsewhere.
Some of it is the business's own data, kept sealed against whoever finds the database: the number of its bank account. Its column says so
(`of_the_business`), leaves in clear, and is sealed anew where it comes back, with the mark by which it is looked for (`marked_by`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, Table

from webapp.platform import sealing

_OWN = "of the business"
_MARKED_BY = "marked by"


def of_the_business(purpose: str, *, marked_by: str) -> dict[str, str]:
    """The info of a sealed column whose text is the business's own: what it is sealed for, as in `sealing.kept_for`, and the column that
    keeps its mark."""
    return {**sealing.kept_for(purpose), _OWN: purpose, _MARKED_BY: marked_by}


def mark_of(company_id: int, column: str, text: str) -> str:
    """What a text is looked for by, in one business alone: of its letters and digits, whatever stands between them; "" for none. The same
    number in another business has another mark."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    return sealing.mark(f"{column} {company_id} {plain}") if plain else ""


def opened(purpose: str, kept: str) -> str:
    """What is kept, in clear; also of a row from before its column was sealed. SealBroken as in `sealing.unseal`."""
    return sealing.unseal(purpose, kept) if kept.startswith(sealing.ENVELOPE) else kept


def leaving(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as it leaves. SealBroken where what is the business's own does not open: a file that said nothing of it would not be whole."""
    told = dict(row)
    for column in _sealed(table):
        sealed = row[column.name]
        if _OWN not in column.info:  # not even sealed: it would lie there until the day on which a key is found
            told[column.name] = None if column.nullable else ""
            continue
        told[column.name] = opened(column.info[_OWN].format(**row), sealed)
        told[column.info[_MARKED_BY]] = ""
    return told


def coming_back(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that left so, as it is kept here, under the company's number that stands in it."""
    kept = dict(row)
    for column in _sealed(table):
        if _OWN in column.info and (text := row[column.name]):
            kept[column.name] = sealing.seal(column.info[_OWN].format(**row), text)
            kept[column.info[_MARKED_BY]] = mark_of(int(row["company_id"]), f"{table.name}.{column.name}", text)
    return kept


def is_own(column: Column[Any]) -> bool:
    """Whether the text of a sealed column is the business's own."""
    return _OWN in column.info


@cache
def _sealed(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if sealing.KEPT_FOR in column.info]
