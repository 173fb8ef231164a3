"""Everything of one business as one file that any program can read, and back again, on this machine or another.

A ZIP: `manifest.json` (format, schema, program, the company, its figures, and of each other member its size and SHA-256),
`people.json` (the company, its members and who they are, without passwords), `tables/<name>.jsonl` (one row a line), `schema.json` (what
each column holds), `csv/<name>.csv` (the lists people know, for a spreadsheet; not read again) and `files/…`.
Money is whole paise, quantities thousandths, rates basis points; ids and instants (UTC) are text, bytes are base64.
Its last line, the comment of the ZIP, is the SHA-256 of every byte before the figures of it. It finds damage, not a forger.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from webapp.backups import company_words
from webapp.backups.company_names import SUFFIX
from webapp.backups.refusals import DamagedBackup, NewerBackup, NotProved
from webapp.kernel.errors import BooksError, NotFound
from webapp.platform import audit, company_rows, copies, db, progress, storage
from webapp.platform.permissions import Role
from webapp.platform.schema import newest_revision
from webapp.platform.tenancy import Actor, books_within, open_directory

FORMAT = 1
MOST_LINE = 64_000_000
_LAST_LINE = b"sha256 %s\n"
_FIGURES = 64 + 1  # of the digest, and the end of the line
_READ = 1 << 18


def write_company(company_id: int, path: Path) -> dict[str, Any]:
    """Write the file at `path`, from one snapshot; returns its manifest. NotFound for no such company."""
    from webapp import models

    members: dict[str, dict[str, Any]] = {}
    with copies.steady_view(db.engine()) as connection, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        people = company_rows.people_of(connection, company_id)
        if not people["company"]:
            raise NotFound("business")
        _add(packed, members, "people.json", [json.dumps(people, ensure_ascii=False).encode()])
        _add(packed, members, "schema.json", [json.dumps(company_words.schema(), indent=1).encode()])
        tables, files = company_rows.tables(), _files_of(company_id)
        parts = len(tables) + len(files)
        for done, table in enumerate(tables):
            progress.tell(done, parts)
            lines = (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in company_rows.rows_of(connection, table, company_id))
            _add(packed, members, f"tables/{table.name}.jsonl", lines)
            if table.name in company_words.AS_SHEETS:
                rows = company_rows.rows_of(connection, table, company_id)
                _add(packed, members, f"csv/{table.name}.csv", company_words.sheet(table, rows))
        for done, file in enumerate(files, len(tables)):
            progress.tell(done, parts)
            _add(packed, members, f"files/{file.name}", _pieces(file))
        figures = copies.figures_of_company(connection, company_id)
        manifest = {"format": FORMAT, "kind": "munim company", "schema": newest_revision(), "company": company_id}
        manifest |= {"name": people["company"][0]["name"], "figures": figures, "tables": len(models.metadata.tables)}
        manifest |= {"how_to_read": company_words.HOW_TO_READ, "members": members}
        packed.writestr("manifest.json", json.dumps(manifest, indent=1))
        packed.comment = _LAST_LINE % (b"0" * 64)
    with path.open("r+b") as packed_file:
        digest = _digest_of_all(packed_file)
        packed_file.seek(-_FIGURES, os.SEEK_END)
        packed_file.write(f"{digest}\n".encode())
        packed_file.flush()
        os.fsync(packed_file.fileno())
    return manifest


def _digest_of_all(file: IO[bytes]) -> str:
    """Of every byte before the figures of the last line."""
    left, digest = file.seek(0, os.SEEK_END) - _FIGURES, hashlib.sha256()
    file.seek(0)
    while left > 0 and (piece := file.read(min(_READ, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def _require_last_line(path: Path) -> None:
    with path.open("rb") as file:
        digest = _digest_of_all(file)
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(_LAST_LINE % (b"0" * 64))))
        if file.read() != _LAST_LINE % digest.encode():
            raise DamagedBackup(path.name, "a byte of it was changed, or it was cut off")


def _files_of(company_id: int) -> list[Path]:
    """The kept files of a company, but for files like this one and what is half-done."""
    found = (storage.folder() / "files" / str(company_id)).glob("*/*")
    return sorted(path for path in found if not path.name.endswith((SUFFIX, ".part")))


def _add(packed: zipfile.ZipFile, members: dict[str, dict[str, Any]], name: str, pieces: Iterable[bytes]) -> None:
    digest, size = hashlib.sha256(), 0
    with packed.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            member.write(piece)
    members[name] = {"sha256": digest.hexdigest(), "size": size}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


def check_company(path: Path) -> dict[str, Any]:
    """Read a file of a company whole and compare every member with the manifest; returns that. DamagedBackup or NewerBackup otherwise."""
    try:
        _require_last_line(path)
        with zipfile.ZipFile(path) as packed:
            manifest: dict[str, Any] = json.loads(packed.read("manifest.json"))
            if manifest.get("kind") != "munim company" or manifest.get("format") != FORMAT:
                raise DamagedBackup(path.name, "it is no file of a business")
            if manifest["schema"] != newest_revision():
                raise _other_schema(manifest)
            there = [name for name in packed.namelist() if name != "manifest.json"]
            if sorted(there) != sorted(manifest["members"]):
                raise DamagedBackup(path.name, "parts are missing or were added")
            for name in there:
                if name.startswith("files/") and ("/" in name.removeprefix("files/") or ".." in name):
                    raise DamagedBackup(path.name, f"it names a file {name!r}")
                _check_member(packed, path.name, name, manifest["members"][name])
    except (
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        EOFError,
        NotImplementedError,
        OSError,
        zlib.error,
    ) as trouble:
        raise DamagedBackup(path.name, f"it does not unpack ({type(trouble).__name__})") from trouble
    return manifest


def _check_member(packed: zipfile.ZipFile, file: str, name: str, wanted: dict[str, Any]) -> None:
    if packed.getinfo(name).file_size != wanted["size"]:
        raise DamagedBackup(file, f"{name} has another size than the manifest says")
    with packed.open(name) as member:
        if _digest(member) != wanted["sha256"]:
            raise DamagedBackup(file, f"{name} is not what the manifest says")


class OtherSchema(BooksError):
    """The file was written by a version with another schema."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            problem=f"This file was written with schema {theirs}; this program has {ours}.",
            fix="Restore it with the version that wrote it, update that, and write the file again.",
        )


def _other_schema(manifest: dict[str, Any]) -> BooksError:
    theirs, ours = str(manifest["schema"]), str(newest_revision())
    return NewerBackup(theirs, ours) if theirs > ours else OtherSchema(theirs, ours)


def restore_company(path: Path, *, is_new: bool = False) -> tuple[int, int]:
    """Bring a business back from its file: (its number there, its number here). It keeps its number where that is free, unless it is to
    be new; its edit log is then chained again under the new number, and an entry names both ends. All or nothing: NotProved when its
    books do not keep their promises afterwards, and nothing of it stays."""
    manifest = check_company(path)
    then = int(manifest["company"])
    written: list[tuple[int, str]] = []
    try:
        with zipfile.ZipFile(path) as packed, open_directory() as directory:
            connection = directory.connection()
            people = json.loads(packed.read("people.json"))
            now, became = company_rows.add_people(connection, people, None if is_new else then)
            became |= _seeded(then, now)
            end: dict[str, str] = {}
            for table in company_rows.tables():
                if table.name == "edit_log" and (now != then or became):
                    # Entries say what was done then, by the ids of then; only their chain is made anew.
                    company_rows.add_rows(
                        connection, table, company_rows.chained_again(_rows(packed, table.name), now, became, end), now, {}
                    )
                else:
                    company_rows.add_rows(connection, table, _rows(packed, table.name), now, became)
            _put_files(packed, now, written)
            _require_true(directory, manifest, now, became)
            with books_within(directory, _actor(now)) as books:
                audit.record(books, "restore", "company", now, old={"company": then, "head": end.get("old")}, new={"company": now})
    except BaseException as trouble:
        for company_id, key in written:
            storage.delete(company_id, key)
        if isinstance(trouble, ValueError | KeyError | TypeError):
            raise DamagedBackup(path.name, str(trouble)) from trouble
        raise
    return then, now


def _actor(company_id: int) -> Actor:
    return Actor(company_id=company_id, role=Role.OWNER, name="restore", via="console")


def _seeded(then: int, now: int) -> dict[str, str]:
    """What the ids of the accounts and groups that every business has become under another number."""
    if then == now:
        return {}
    from webapp import ledger

    after = ledger.seeded_ids(now)
    return {form(id_): form(after[code]) for code, id_ in ledger.seeded_ids(then).items() for form in (str, lambda one: one.hex)}


def _require_true(directory: Session, manifest: dict[str, Any], company_id: int, became: dict[str, str]) -> None:
    from webapp import books_check

    was = {now: then for then, now in became.items()}
    figures = copies.figures_of_company(directory.connection(), company_id, was)
    if any(figures[name] != manifest["figures"][name] for name in ("trial_balance", "vouchers", "edit_log_entries")):
        raise NotProved(["Its figures are not those of the file."])
    with books_within(directory, _actor(company_id)) as books:
        report = books_check.verify_books(books)
    if report.breaches:
        raise NotProved([breach.words for breach in report.breaches])


def _rows(packed: zipfile.ZipFile, table: str) -> Iterator[dict[str, Any]]:
    with packed.open(f"tables/{table}.jsonl") as member:
        while line := member.readline(MOST_LINE):
            row = json.loads(line)
            if not isinstance(row, dict):
                raise TypeError(f"a line of {table} is no row")
            yield row


def _put_files(packed: zipfile.ZipFile, company_id: int, written: list[tuple[int, str]]) -> None:
    for name in packed.namelist():
        key = name.removeprefix("files/")
        if key != name:
            with packed.open(name) as member:
                storage.put(company_id, _read(member), name=key)
            written.append((company_id, key))


def _read(member: IO[bytes]) -> Iterator[bytes]:
    while piece := member.read(_READ):
        yield piece


def _digest(member: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _read(member):
        digest.update(piece)
    return digest.hexdigest()
