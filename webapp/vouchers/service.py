"""The verbs of an accountant's vouchers: save, cancel, delete a draft, post what is due. Nothing else writes their tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp import ledger, outstandings, parties
from webapp.company import PeriodLocked, is_locked, require_backdate, require_open_period
from webapp.kernel.errors import BooksError, Conflict, Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import folded
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.vouchers import bills, days, places, queries, rules
from webapp.vouchers.events import VoucherAmended, VoucherCancelled, VoucherPosted
from webapp.vouchers.heads import Chart
from webapp.vouchers.models import VoucherDocument, VoucherVersion
from webapp.vouchers.queries import DocumentRow
from webapp.vouchers.rules import State, VoucherCommand


def save(books: Books, asked: VoucherCommand) -> DocumentRow:
    """Save a voucher: a new one, another version of one that is not in the books, or an amendment of one that is.

    The same saving again gives the first answer. InvalidInput by field ("rows" has the figures of what does not balance);
    StaleVersion when somebody saved it meanwhile; Conflict for one that is cancelled or an id used otherwise.
    """
    asked = places.with_store(books, asked)
    if earlier := queries.version_of_save(books, asked.save_id):
        rules.require_same(earlier.body_sha256, asked.sha256)
        return queries.document(books, earlier.document_id)
    kept = queries.document_or_none(books, asked.id, to_change=True)
    _require_version(books, kept, asked)
    chart = Chart(books)
    _require_fit(books, asked, kept, chart)
    if kept is None:
        return _create(books, asked, chart)
    if kept.standing.is_in_books:
        return _amend(books, kept, asked, chart)
    return _change(books, kept, asked, chart)


def cancel(books: Books, document_id: UUID, *, save_id: UUID, reason: str) -> DocumentRow:
    """Cancel a voucher. One in the books is reversed on its own day, or today when that month is locked; its number stays
    used. A second cancel gives the first answer; a draft is deleted instead."""
    kept = queries.document(books, document_id, to_change=True)
    if kept.standing is State.CANCELLED:
        return kept
    if kept.standing is State.DRAFT:
        raise rules.NotADraft(problem="A draft was never in the books.", fix="Delete it instead.")
    try:
        reason = rules.require_reason(reason)
    except ValueError as words:
        raise InvalidInput({"reason": str(words)}) from None
    reversal_id = None
    if kept.voucher_id is not None:
        on = _day_of_reversal(books, kept)
        require_backdate(books, on, days.ENTITY, kept.id)
        reversal_id = _reverse(books, kept, on, reason)
    _drop_mirror(books, kept)
    values = {"state": State.CANCELLED, "voucher_id": None, "trouble": ""}
    _write(books, kept, values, save_id=save_id, sha256="", act="cancelled", reason=reason, reversal_id=reversal_id)
    audit.record(
        books, "cancel", "voucher_document", kept.id, old={"number": kept.number, "amount": kept.amount_paise}, new={"reason": reason}
    )
    announce(books, VoucherCancelled(document_id=kept.id, number=kept.number))
    return queries.document(books, kept.id)


def remove(books: Books, document_id: UUID) -> None:
    """Delete a draft; what it was stays among its versions and in the edit log. NotADraft for whatever else."""
    kept = queries.document(books, document_id, to_change=True)
    if kept.standing is not State.DRAFT:
        raise rules.NotADraft(problem="Only a draft can be deleted.", fix="Cancel this voucher instead; its number stays used.")
    books.session.execute(delete(VoucherDocument).where(VoucherDocument.id == document_id))
    audit.record(books, "delete", "voucher_document", document_id, old={"kind": kept.kind, **kept.body})


def post_kept(books: Books, document_id: UUID, *, version: int, save_id: UUID) -> DocumentRow:
    """Post a draft, a memorandum or a post-dated voucher as it was typed. Refuses as `save` does."""
    return save(books, replace(command_of(queries.document(books, document_id)), save_id=save_id, version=version, wish=State.POSTED))


def command_of(kept: DocumentRow) -> VoucherCommand:
    """A kept voucher as the command that would save it again."""
    return VoucherCommand(
        id=kept.id,
        save_id=new_id(),
        kind=kept.kind,
        voucher_date=kept.voucher_date,
        entries=kept.entries,
        narration=kept.narration,
        reference=kept.reference,
        wish=State.POSTED if kept.standing.is_in_books else kept.standing,
        reverse_on=kept.reverse_on,
        store_id=kept.store_id,
        version=kept.version,
    )


def post_due(books: Books) -> tuple[int, int]:
    """Post every post-dated voucher whose day has come; (how many were, how many could not). Each stands alone: what hinders
    one is written beside it, for a person to see. Safe to repeat."""
    posted = hindered = 0
    for document_id in queries.due(books, books.today):
        kept = queries.document(books, document_id, to_change=True)
        try:
            with books.savepoint():
                post_kept(books, document_id, version=kept.version, save_id=new_id())
            posted += 1
        except BooksError as refusal:
            words = " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else f"{refusal.problem} {refusal.fix}"
            note_trouble(books, document_id, words)
            hindered += 1
    return posted, hindered


def note_trouble(books: Books, document_id: UUID, words: str) -> None:
    """Write beside a voucher why it could not be posted."""
    books.session.execute(update(VoucherDocument).where(VoucherDocument.id == document_id).values(trouble=words[:1000]))


# Refusals -------------------------------------------------------------------------------------------------------------


def _require_version(books: Books, kept: DocumentRow | None, asked: VoucherCommand) -> None:
    if kept is None:
        if asked.version:
            raise NotFound("voucher")
        return
    if not asked.version:
        raise Conflict(problem="A voucher was saved under this id before.", fix="Nothing was written. Open it from the list.")
    rules.require_open(kept.standing, kept.number)
    if asked.version != kept.version:
        raise rules.StaleVersion(queries.versions(books, kept.id)[-1].recorded_by, kept.version)
    if kept.standing.is_in_books:
        if not books.actor.may(Permission.VOUCHER_AMEND):
            raise Forbidden(problem="Your role may not change a posted voucher.", fix="Ask the owner or an accountant.")
        if asked.wish is not State.POSTED:
            raise Conflict(
                problem=f"Voucher {kept.number} stands in the books.", fix="Amend it, or cancel it and keep a duplicate as a draft."
            )
        if asked.kind != kept.kind:
            raise Conflict(problem=f"Voucher {kept.number} keeps its kind.", fix="Cancel it, and post a new one of the other kind.")


def _require_fit(books: Books, asked: VoucherCommand, kept: DocumentRow | None, chart: Chart) -> None:
    """InvalidInput by field with all that stands against saving. What the ledger would refuse is said here, beside its field."""
    found = rules.faults(asked, chart.for_rules(), books.today)
    found |= _stranger_faults(books, asked)
    found |= places.store_faults(books, asked, kept)
    if kept is not None and kept.number:
        found |= rules.require_same_year(kept.number, kept.voucher_date, asked.voucher_date)
    if _state_wished(books, asked).is_in_books:
        found |= days.limit_faults(books, asked, kept)
    locked = None
    if asked.wish is State.POSTED and "date" not in found:
        touched = {asked.voucher_date} | ({kept.voucher_date} if kept is not None and kept.voucher_id else set())
        for day in sorted(touched):
            try:
                require_open_period(books, day, ledger.SCOPE_OF[asked.kind], asked.store_id)
            except PeriodLocked as refusal:
                found["date"], locked = f"{refusal.problem} {refusal.fix}", refusal.kept
    if found:
        refused = InvalidInput(found)
        refused.kept = locked  # a try to post into a locked month stays in the edit log
        raise refused


def _stranger_faults(books: Books, asked: VoucherCommand) -> dict[str, str]:
    """Parties and cost centres that are not this company's, or are put away."""
    known = parties.parties_by_id(books, {entry.party_id for entry in asked.entries if entry.party_id})
    named = any(entry.costs for entry in asked.entries)
    centres = {row.id: row for row in ledger.cost_centres(books)} if named else {}
    found: dict[str, str] = {}
    for number, entry in enumerate(asked.entries, 1):
        if entry.party_id and entry.party_id not in known:
            found[f"account-{number}"] = "Choose an account from the list."
        for share in entry.costs:
            centre = centres.get(share.cost_centre_id)
            if centre is None:
                found[f"costs-{number}"] = "Choose a cost centre from the list."
            elif centre.is_archived:
                found[f"costs-{number}"] = f"The cost centre {centre.name} is archived."
    return found


# Writing: all that can be refused has been refused --------------------------------------------------------------------


def _create(books: Books, asked: VoucherCommand, chart: Chart) -> DocumentRow:
    state = _state_wished(books, asked)
    row = {
        "id": asked.id,
        "number": "",
        "state": State.DRAFT if state.is_in_books else state,
        "version": 1,
        "voucher_id": None,
        "mirrors_id": asked.mirrors_id,
        "template_id": asked.template_id,
        "template_date": asked.template_date,
        "trouble": "",
        "created_at": books.now,
        "created_by": books.actor.name,
        **_columns(books, asked, chart, number=""),
    }
    if not insert_once(books, VoucherDocument, row):
        # Another hand sent the same form a moment ago, and its transaction ended while we waited for the id.
        if earlier := queries.version_of_save(books, asked.save_id):
            rules.require_same(earlier.body_sha256, asked.sha256)
            return queries.document(books, earlier.document_id)
        raise Conflict(problem="A voucher was saved under this id before.", fix="Nothing was written. Open it from the list.")
    number, voucher_id = _post(books, asked, asked.id, "") if state.is_in_books else ("", None)
    if state.is_in_books:
        values = {"state": state, "number": number, "voucher_id": voucher_id, **_columns(books, asked, chart, number=number)}
        books.session.execute(update(VoucherDocument).where(VoucherDocument.id == asked.id).values(**values))
    kept = queries.document(books, asked.id)
    _note_version(books, kept, asked.save_id, asked.sha256, act="posted" if voucher_id else "created", reason=asked.reason)
    audit.record(
        books, "create", "voucher_document", kept.id, new={"state": kept.state, "number": number, "amount": kept.amount_paise, **kept.body}
    )
    if voucher_id:
        announce(books, VoucherPosted(document_id=kept.id, kind=kept.kind, number=number))
        _arrange_mirror(books, kept)
    return kept


def _change(books: Books, kept: DocumentRow, asked: VoucherCommand, chart: Chart) -> DocumentRow:
    """Another version of a voucher that is not in the books; it may go into them."""
    state = _state_wished(books, asked)
    number, voucher_id = _post(books, asked, asked.id, kept.number) if state.is_in_books else (kept.number, None)
    values = {"state": state, "number": number, "voucher_id": voucher_id, "trouble": "", **_columns(books, asked, chart, number=number)}
    act = "posted" if voucher_id else "changed"
    _write(books, kept, values, save_id=asked.save_id, sha256=asked.sha256, act=act, reason=asked.reason)
    now = queries.document(books, kept.id)
    audit.record_change(books, "voucher_document", kept.id, {"state": kept.state, **kept.body}, {"state": now.state, **now.body})
    if voucher_id:
        announce(books, VoucherPosted(document_id=kept.id, kind=now.kind, number=number))
        _arrange_mirror(books, now)
    return now


def _amend(books: Books, kept: DocumentRow, asked: VoucherCommand, chart: Chart) -> DocumentRow:
    """Take back what stands, on its own day, and post what shall stand, under the same number."""
    write_alone(books)
    _drop_mirror(books, kept)
    reversal_id = _reverse(books, kept, kept.voucher_date, asked.reason or "amended")
    number, voucher_id = _post(books, asked, new_id(), kept.number)
    values = {"state": State.AMENDED, "voucher_id": voucher_id, "trouble": "", **_columns(books, asked, chart, number=number)}
    _write(books, kept, values, save_id=asked.save_id, sha256=asked.sha256, act="amended", reason=asked.reason, reversal_id=reversal_id)
    now = queries.document(books, kept.id)
    audit.record_change(books, "voucher_document", kept.id, {"version": kept.version, **kept.body}, {"version": now.version, **now.body})
    announce(books, VoucherAmended(document_id=kept.id, number=number, version=now.version))
    _arrange_mirror(books, now)
    return now


def _state_wished(books: Books, asked: VoucherCommand) -> State:
    """A post-dated voucher whose day is here is simply posted."""
    is_due = asked.wish is State.POSTDATED and asked.voucher_date <= books.today
    return State.POSTED if is_due else asked.wish


def _post(books: Books, asked: VoucherCommand, voucher_id: UUID, number: str) -> tuple[str, UUID]:
    """Into the ledger, under the number it has or the next of its series."""
    assert asked.store_id is not None  # noqa: S101 - for the type checker: `save` has named it
    number = number or places.next_number(books, asked.kind, asked.voucher_date, asked.store_id)
    heading = ledger.Heading(
        kind=asked.kind,
        number=number,
        voucher_date=asked.voucher_date,
        store_id=asked.store_id,
        document_kind="voucher",
        document_id=asked.id,
        narration=asked.narration,
    )
    ledger.post(books, voucher_id=voucher_id, heading=heading, slip=rules.slip_of(asked.entries))
    bills.settle(books, voucher_id, asked.entries, asked.voucher_date)
    return number, voucher_id


def _reverse(books: Books, kept: DocumentRow, on: date, reason: str) -> UUID:
    reversal_id = new_id()
    assert kept.voucher_id is not None  # noqa: S101 - for the type checker: the caller has looked
    ledger.reverse(books, voucher_id=kept.voucher_id, reversal_id=reversal_id, on=on, reason=reason)
    outstandings.release_all_of(books, kept.voucher_id)
    return reversal_id


def _day_of_reversal(books: Books, kept: DocumentRow) -> date:
    return books.today if is_locked(books, kept.voucher_date, ledger.SCOPE_OF[kept.kind], kept.store_id) else kept.voucher_date


def _arrange_mirror(books: Books, kept: DocumentRow) -> None:
    """The journal that reverses this one on its day: posted when the day is here, post-dated until then."""
    if kept.reverse_on is None or kept.mirrors_id is not None:
        return
    due = kept.reverse_on <= books.today
    save(
        books,
        VoucherCommand(
            id=new_id(),
            save_id=new_id(),
            kind="journal",
            voucher_date=kept.reverse_on,
            entries=rules.mirrored(kept.entries),
            narration=f"Reversal of {kept.number}: {kept.narration}"[: rules.MOST_NARRATION]
            if kept.narration
            else f"Reversal of {kept.number}",
            wish=State.POSTED if due else State.POSTDATED,
            store_id=kept.store_id,
            mirrors_id=kept.id,
        ),
    )


def _drop_mirror(books: Books, kept: DocumentRow) -> None:
    """Before a journal changes, its reversal that has not come yet goes; one that stands is in the way."""
    mirror = queries.mirror_of(books, kept.id)
    if mirror is None:
        return
    if mirror.standing.is_in_books:
        raise Conflict(problem=f"Its reversal {mirror.number} stands in the books.", fix="Cancel that one first.")
    if mirror.standing is State.DRAFT:
        remove(books, mirror.id)
    else:
        cancel(books, mirror.id, save_id=new_id(), reason=f"{kept.number} was changed")


def _columns(books: Books, asked: VoucherCommand, chart: Chart, *, number: str) -> dict[str, Any]:
    """What a row keeps of a command besides where it stands."""
    ids = {id_ for entry in asked.entries for id_ in (entry.account_id, entry.party_id) if id_}
    people = parties.parties_by_id(books, {entry.party_id for entry in asked.entries if entry.party_id})
    names = {chart.accounts[entry.account_id].name for entry in asked.entries} | {row.name for row in people.values()}
    return {
        "kind": asked.kind,
        "store_id": asked.store_id,
        "voucher_date": asked.voucher_date,
        "amount_paise": max(asked.debits, asked.credits),
        "narration": asked.narration,
        "reference": asked.reference,
        "reverse_on": asked.reverse_on,
        "body": asked.body(),
        "heads": "|" + "|".join(sorted(id_.hex for id_ in ids)) + "|",
        "search_text": folded(" ".join([number, asked.reference, asked.narration, *sorted(names)])),
    }


# long: a row of two tables and who loses a race, which belong together
def _write(
    books: Books,
    kept: DocumentRow,
    values: dict[str, Any],
    *,
    save_id: UUID,
    sha256: str,
    act: str,
    reason: str,
    reversal_id: UUID | None = None,
) -> None:
    """The next version of a voucher in place of the one that was read, and its row in the history."""
    statement = update(VoucherDocument).where(VoucherDocument.id == kept.id, VoucherDocument.version == kept.version)
    if not update_count(books, statement.values(version=kept.version + 1, **values)):
        raise rules.StaleVersion(queries.versions(books, kept.id)[-1].recorded_by, kept.version + 1)
    now = queries.document(books, kept.id)
    _note_version(books, now, save_id, sha256, act=act, reason=reason, reversal_id=reversal_id)


def _note_version(
    books: Books, now: DocumentRow, save_id: UUID, sha256: str, *, act: str, reason: str, reversal_id: UUID | None = None
) -> None:
    row = {
        "document_id": now.id,
        "version": now.version,
        "save_id": save_id,
        "act": act,
        "state": now.state,
        "number": now.number,
        "body": now.body,
        "body_sha256": sha256,
        "voucher_id": now.voucher_id,
        "reversal_id": reversal_id,
        "reason": reason,
        "recorded_at": books.now,
        "recorded_by": books.actor.name,
    }
    books.insert(VoucherVersion, [row])
