"""All rows of one company as plain values, table by table, and back again under another number: the same on both databases.

Read and written by the tables of webapp.models as they are now. Left out is what belongs to this machine and not to the business: devices
and sign-ins (their tokens open this machine), facts that wait for jobs (done here, or asked for again there), and whatever is nothing
without a secret that stays here (the certificate that signs, the keys of pushes). Of other rows the sealed columns leave empty.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, insert, select, text

from webapp.platform import audit, reach, sealed_rows
from webapp.platform.audit import EditLogEntry
from webapp.platform.db import Base, Id, Instant
from webapp.platform.tenancy import CompanyScoped

LEFT_OUT = frozenset(
    {
        *("till_token", "sign_in", "outbox_event", "job_effect", "job_failure", "job_cancellation", "job_progress", "failed_sign_in"),
        *("push_key", "push_subscription", "signing_certificate"),
    }
)
DIRECTORY = ("company", "user_account", "member_role", "membership")
_AT_ONCE = 1_000


def tables() -> list[Table]:
    """The tables of a company, each after those that its rows name."""
    reach.load_all()
    scoped = {mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, CompanyScoped)}
    return [table for table in Base.metadata.sorted_tables if table in scoped and table.name not in LEFT_OUT]


def rows_of(connection: Connection, table: Table, company_id: int) -> Iterator[dict[str, Any]]:
    """The company's rows of a table in the order of its key, as values that JSON knows."""
    speak_for(connection, company_id)
    query = select(table).where(table.c.company_id == company_id).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found.mappings():
            yield {name: plain(value) for name, value in sealed_rows.leaving(table, row).items()}


def people_of(connection: Connection, company_id: int) -> dict[str, list[dict[str, Any]]]:
    """The company itself, its members and who they are. Passwords stay here, and so do their own phone numbers, which are not the
    company's."""
    member, person, role = (Base.metadata.tables[name] for name in ("membership", "user_account", "member_role"))
    company = Base.metadata.tables["company"]
    own = select(member.c.user_id).where(member.c.company_id == company_id)
    found = {
        "company": select(company).where(company.c.id == company_id),
        "user_account": select(person).where(person.c.id.in_(own)),
        "member_role": select(role).where(role.c.company_id == company_id),
        "membership": select(member).where(member.c.company_id == company_id),
    }
    rows = {name: [dict(row) for row in connection.execute(query).mappings()] for name, query in found.items()}
    for row in rows["user_account"]:
        for name in ("password_hash", "second_factor_since", "email_verified_at", "phone", "phone_verified_at"):
            del row[name]
    return {name: [{key: plain(value) for key, value in row.items()} for row in some] for name, some in rows.items()}


def plain(value: Any) -> Any:
    """A value as JSON has it: ids and instants as text, bytes in base64."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def add_people(connection: Connection, people: Mapping[str, list[dict[str, Any]]], wanted: int | None) -> tuple[int, dict[str, str]]:
    """Found the company, under the number it had when that is `wanted` and free here, and give its members their places. Somebody who
    signs in here with the same e-mail is that person; the others have no password until one is set. Returns the company's number and
    whose id became which."""
    company, person, role, member = (Base.metadata.tables[name] for name in DIRECTORY)
    taken = connection.execute(select(company.c.id).where(company.c.id == wanted)).first() if wanted else None
    # It comes back open, whatever was asked for where it was.
    as_open = dict.fromkeys(("closes_at", "closed_at", "kept_until", "deleted_at"))
    values = {**_values(company, people["company"][0]), **as_open, "id": wanted}
    if taken or wanted is None:
        values["id"] = (connection.execute(select(func.max(company.c.id))).scalar() or 0) + 1
    # Another business here may have its code: then it is counted on, as at sign-up.
    codes, stem = set(connection.execute(select(company.c.code)).scalars()), values["code"].rstrip("0123456789") or values["code"]
    values["code"] = next(code for code in (values["code"], *(f"{stem}{turn}" for turn in range(2, len(codes) + 3))) if code not in codes)
    connection.execute(insert(company).values(values))
    if connection.dialect.name == "postgresql":
        connection.execute(text("select setval(pg_get_serial_sequence('company', 'id'), (select max(id) from company))"))
    became: dict[str, str] = {}
    for row in people["user_account"]:
        known = connection.execute(select(person.c.id).where(person.c.email == row["email"])).scalar()
        same_id = connection.execute(select(person.c.id).where(person.c.id == UUID(row["id"]))).scalar()
        if known is None and same_id is None:
            connection.execute(insert(person).values({**_values(person, row), "password_hash": "!"}))
        elif known is not None and str(known) != row["id"]:
            became[row["id"]] = str(known)
    for row in people["member_role"]:
        connection.execute(insert(role).values(_values(role, {**row, "company_id": values["id"]})))
    for row in people["membership"]:
        moved = {**row, "user_id": became.get(row["user_id"], row["user_id"]), "company_id": values["id"]}
        connection.execute(insert(member).values(_values(member, moved)))
    return int(values["id"]), became


def add_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]], company_id: int, became: Mapping[str, str]) -> int:
    """Write rows of a table under a company's number; how many. A row that names another of the same table waits for it."""
    speak_for(connection, company_id)
    if connection.dialect.name == "sqlite":
        connection.execute(text("pragma defer_foreign_keys = on"))
    batch: list[dict[str, Any]] = []
    count = 0
    for row in rows if connection.dialect.name == "sqlite" else _parents_first(table, rows):
        batch.append(_moved(table, row, company_id, became))
        if len(batch) == _AT_ONCE:
            connection.execute(insert(table), batch)
            count, batch = count + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    return count + len(batch)


def chained_again(
    rows: Iterable[dict[str, Any]], company_id: int, became: Mapping[str, str], end: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """The entries of the edit log, whose hashes hold the company's number, chained anew under another one. `end` gets the heads of both
    chains. ValueError when the chain that was brought is broken: nothing of it is taken then."""
    head, old_head, table = audit.GENESIS, audit.GENESIS, EditLogEntry.__table__
    for row in rows:
        before = _values(table, row)  # type: ignore[arg-type]  # a declared class has a table
        if row["previous_hash"] != old_head or audit.entry_hash(int(row["company_id"]), before) != row["hash"]:
            raise ValueError(f"entry {row['seq']} of the edit log was altered")
        old_head = row["hash"]
        moved = {**row, "company_id": company_id, "user_id": became.get(row["user_id"] or "", row["user_id"]), "previous_hash": head}
        head = moved["hash"] = audit.entry_hash(company_id, _values(table, moved))  # type: ignore[arg-type]
        end.update(old=old_head, new=head)
        yield moved


def speak_for(connection: Connection, company_id: int) -> None:
    """On PostgreSQL the row policies show, and take, rows of this company alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select set_config('app.company', :own, true)"), {"own": str(company_id)})


def _moved(table: Table, row: dict[str, Any], company_id: int, became: Mapping[str, str]) -> dict[str, Any]:
    moved = {name: _renamed(value, became) for name, value in row.items()} if became else row
    return sealed_rows.coming_back(table, {**_values(table, moved), "company_id": company_id})


def _renamed(value: Any, became: Mapping[str, str]) -> Any:
    """An id, also within a document's JSON, that became another."""
    if isinstance(value, str):
        return became.get(value, value)
    if isinstance(value, list):
        return [_renamed(one, became) for one in value]
    return {key: _renamed(one, became) for key, one in value.items()} if isinstance(value, dict) else value


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's values as the columns have them. KeyError for a column that the table has not."""
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, Id):
        return UUID(value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    python = kind.python_type
    if python is date:
        return date.fromisoformat(value)
    return base64.b64decode(value, validate=True) if python is bytes else value


def _parents_first(table: Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows, each after the row of the same table that it names: PostgreSQL looks with every statement."""
    links = [
        [(element.parent.name, element.column.name) for element in key.elements if element.parent.name != "company_id"]
        for key in table.foreign_key_constraints
        if key.referred_table is table
    ]
    waiting: Iterable[dict[str, Any]] = rows
    there: set[tuple[int, tuple[Any, ...]]] = set()
    while links:
        late = []
        before = len(there)
        for row in waiting:
            if all(_is_there(at, link, row, there) for at, link in enumerate(links)):
                there |= {(at, tuple(row[target] for _column, target in link)) for at, link in enumerate(links)}
                yield row
            else:
                late.append(row)
        if not late:
            return
        if len(there) == before:
            raise ValueError(f"rows of {table.name} name each other in a circle, or rows that are not there")
        waiting = late
    yield from waiting


def _is_there(at: int, link: list[tuple[str, str]], row: dict[str, Any], there: set[tuple[int, tuple[Any, ...]]]) -> bool:
    wanted, own = tuple(row[column] for column, _target in link), tuple(row[target] for _column, target in link)
    return None in wanted or wanted == own or (at, wanted) in there
