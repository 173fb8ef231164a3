"""Going on from a place in a list: the values of an address, compared as the columns they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, tuple_


def beyond(columns: Sequence[Any], place: Sequence[Any]) -> ColumnElement[bool]:
    """Rows after `place`, in the order of `columns`. Bare values would be bound as SQLAlchemy guesses, and an id as text."""
    return tuple_(*columns) > tuple_(*place, types=[column.type for column in columns])


def short_of(columns: Sequence[Any], place: Sequence[Any]) -> ColumnElement[bool]:
    """Rows before `place`."""
    return tuple_(*columns) < tuple_(*place, types=[column.type for column in columns])
