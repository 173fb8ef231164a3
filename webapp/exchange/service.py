"""Write the books out for another program: as pieces of text, or as a kept file that a job has made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from types import ModuleType
from typing import Any
from uuid import UUID

from webapp import company, ledger
from webapp.exchange import beancount, journal, queries
from webapp.exchange.events import LedgerFileAsked
from webapp.exchange.rules import Entry, Format, Group, Head, Leg, Names, Opening, Span, read_format
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account
from webapp.parties.models import Party
from webapp.platform import audit, progress, storage
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor, Books, open_books, read_books

_WRITERS: Mapping[Format, ModuleType] = {Format.BEANCOUNT: beancount, Format.LEDGER: journal}
_PIECE = 500  # vouchers
_MOST = 10_000_000  # vouchers are counted as far as this
# Above this many vouchers a browser would wait for minutes on a slow line, and begin again when it breaks.
MOST_AT_ONCE = 20_000
KEPT, _LOOKED_AT = 5, 50  # files of a company


@dataclass(frozen=True, slots=True)
class _Accounts:
    """Legal names by raw ids: an account, or an account and a party in it."""

    openings: tuple[Opening, ...]
    names: Mapping[tuple[Any, Any], str]
    payees: Mapping[Any, str]


def note_export(books: Books, format_: Format, span: Span) -> None:
    """That the books leave, who took them and for which days, stands in the edit log before they go."""
    audit.record(books, "export", "ledger", format_.value, new={"from": span.first_day, "to": span.last_day})


def export_text(books: Books, format_: Format, span: Span) -> Iterator[str]:
    """The whole register of the span in pieces, oldest first, reversals included: the same books give the same text.

    A span that begins later than the books begins with an entry of what every account had come to the day before.
    """
    writer = _WRITERS[format_]
    accounts = _accounts(books, writer.names())
    forward = _brought_forward(books, span, accounts)
    day = forward.day if forward else queries.first_day(books, span) or span.first_day or books.today
    yield from _joined(writer.head(company.profile(books).name, day, accounts.openings), 2000)
    if forward:
        yield writer.entry(forward)
    entries = progress.counted(_entries(books, span, accounts), queries.count_vouchers(books, span, _MOST))
    yield from _joined(map(writer.entry, entries), _PIECE)


def ask_file(books: Books, format_: Format, span: Span) -> UUID:
    """Ask a job for the file; returns its id."""
    file_id = announce(books, LedgerFileAsked(asked_by=books.actor.name))
    audit.record(books, "export", queries.FILE, file_id, new={"format": format_.value, "from": span.first_day, "to": span.last_day})
    return file_id


def make_file(actor: Actor, file_id: UUID) -> None:
    """Make a file that was asked for and keep it, then drop all but the newest few; or note that who asked may not take the books away
    any more. Safe to repeat. NotFound for no such file.

    It is written while the books are read, outside any writing transaction: on SQLite that would be the one writer.
    """
    with read_books(actor) as books:
        asked = queries.asked_file(books, file_id)
        if asked is None:
            raise NotFound("file")
        user_id, name = queries.asker_of(books, file_id)
    if asked.state == "refused":
        return
    if asked.state != "ready":
        asker = company.asker_still(actor, user_id, name, (), Permission.BOOKS_TAKE)
        if asker is None:
            with open_books(actor) as books:
                audit.record(books, queries.REFUSED, queries.FILE, file_id, new={"asked_by": name})
            return
        with read_books(asker) as books:
            days = [date.fromisoformat(day) if day else None for day in (asked.first_day, asked.last_day)]
            pieces = export_text(books, read_format(asked.format), Span(*days))
            suffix = f".{asked.format}"
            storage.put(actor.company_id, (piece.encode() for piece in pieces), name=file_id.hex, suffix=suffix)
    with read_books(actor) as books:
        kept = [one for one in queries.newest_files(books, most=_LOOKED_AT) if one.state == "ready" and one.id != file_id]
    for one in kept[KEPT - 1 :]:
        storage.delete(actor.company_id, queries.storage_key(one.id, one.format))


def write_file(actor: Actor, format_: Format, span: Span, write: Callable[[str], object]) -> None:
    """Hand the export to `write` piece by piece, noted in the edit log."""
    with open_books(actor) as books:
        note_export(books, format_, span)
    with read_books(actor) as books:
        for piece in export_text(books, format_, span):
            write(piece)


def _accounts(books: Books, names: Names) -> _Accounts:
    chart = ledger.chart_of_accounts(books)
    groups = [Group(one.id, one.code, one.name, one.parent_id, one.nature) for one in chart.groups]
    full = names.of_chart(groups, [Head(one.id, one.code, one.name, one.group_id) for one in chart.accounts])
    raw_accounts, raw_parties = queries.raw_ids(books, Account), queries.raw_ids(books, Party)
    openings = [Opening(full[one.id], one.name) for one in chart.accounts]
    found: dict[tuple[Any, Any], str] = {(raw_accounts[id_], None): name for id_, name in full.items()}
    payees: dict[Any, str] = {}
    for party in queries.parties(books):
        own = names.beneath(full[party.account_id], party.name)
        openings.append(Opening(own, party.name, party.gstin or ""))
        found[raw_accounts[party.account_id], raw_parties[party.party_id]] = own
        payees[raw_parties[party.party_id]] = party.name
    return _Accounts(tuple(sorted(openings, key=lambda one: one.account)), found, payees)


def _brought_forward(books: Books, span: Span, accounts: _Accounts) -> Entry | None:
    if span.first_day is None:
        return None
    raw_accounts, raw_parties = queries.raw_ids(books, Account), queries.raw_ids(books, Party)
    legs = [
        Leg(accounts.names[raw_accounts[account], raw_parties[party] if party else None], amount)
        for account, party, amount in queries.brought_forward(books, span.first_day)
    ]
    if not legs:
        return None
    day = span.first_day - timedelta(days=1)
    return Entry("", day, "opening", "", "", "Brought forward", "", tuple(sorted(legs, key=lambda leg: leg.account)))


def _entries(books: Books, span: Span, accounts: _Accounts) -> Iterator[Entry]:
    for voucher_id, rows in groupby(queries.lines(books, span), key=itemgetter(0)):
        lines = list(rows)
        day, kind, number, narration, reverses = lines[0][4:]
        whose = {line[2] for line in lines if line[2] is not None}
        yield Entry(
            id=str(queries.read_raw(voucher_id)),
            day=day,
            kind=kind,
            number=number,
            payee=accounts.payees[whose.pop()] if len(whose) == 1 else "",
            narration=narration,
            reverses=str(queries.read_raw(reverses)) if reverses else "",
            legs=tuple(Leg(accounts.names[account, party], amount) for _, account, party, amount, *_heading in lines),
        )


def _joined(pieces: Iterable[str], at_once: int) -> Iterator[str]:
    """Fewer, larger pieces."""
    kept: list[str] = []
    for piece in pieces:
        kept.append(piece)
        if len(kept) >= at_once:
            yield "".join(kept)
            kept.clear()
    if kept:
        yield "".join(kept)
