"""What people decide of documents told: accept, reject, pending, set aside, link and unlink, what is given back; and the tolerance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp import gst_returns, purchases
from webapp.gst_inward import deciding, documents, matching, queries, reconciling
from webapp.gst_inward.deciding import Decision
from webapp.gst_inward.importing import turn
from webapp.gst_inward.matching import Pair, Tolerance
from webapp.gst_inward.models import InwardDecision, InwardDocument, InwardMatch, InwardSetting
from webapp.gst_inward.queries import DocumentRow, MatchRow, Setting
from webapp.gst_inward.reconciling import Done, Open
from webapp.gst_inward.values import Action
from webapp.kernel.dates import month_name
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import put
from webapp.platform.tenancy import Books

MOST_AT_ONCE = 500
MOST_TOLERANCE_PAISE, MOST_TOLERANCE_DAYS = 100_000, 90


def reconcile_month(books: Books, gstin: str, month: int) -> Done:
    """Match a month anew, as after bills were entered or cancelled. NotFound for a GSTIN that is not this company's."""
    turn(books, gstin)
    gst_returns.registration(books, gstin)
    done = reconciling.reconcile(books, gstin, month)
    audit.record(books, "reconcile", "gst_inward", f"{gstin} {month}", new=done.counts)
    return done


def set_tolerance(books: Books, paise: int, days: int) -> None:
    """How far two papers may be apart and still be one. InvalidInput by field. It holds from the next matching on."""
    errors = {}
    if not 0 <= paise <= MOST_TOLERANCE_PAISE:
        errors["tolerance"] = "Type an amount from nothing to 1,000 rupees."
    if not 0 <= days <= MOST_TOLERANCE_DAYS:
        errors["days"] = f"Type a number of days from 0 to {MOST_TOLERANCE_DAYS}."
    if errors:
        raise InvalidInput(errors)
    before = queries.setting(books)
    put(books, InwardSetting, [{"tolerance_paise": paise, "tolerance_days": days}])
    old, new = ({"paise": one.paise, "days": one.days} for one in (before, Setting(paise, days)))
    audit.record_change(books, "gst_inward_setting", "all", old, new)


def decide(
    books: Books,
    gstin: str,
    match_ids: Sequence[UUID],
    action: Action,
    remark: str = "",
    *,
    versions: Mapping[UUID, int | None] | None = None,
) -> int:
    """Accept, reject, leave pending, or take the decision back, of up to 500 documents at once. Answers how many were changed.

    NotFound for a row of another registration or company; Conflict where the portal would not take it, where the month's GSTR-3B is filed
    (but for what is pending), or when somebody decided since the form was drawn (`versions` of rows); InvalidInput for a long remark.
    All or nothing.
    """
    remark = clean_text(remark)
    deciding.require_remark(remark)
    changed, filed = 0, _filed_months(books, gstin)
    for row, document, before in _chosen(books, gstin, match_ids):
        if document is None:
            raise Conflict(problem=f"{row.number} was told by nobody, so there is nothing to accept.", fix="Choose documents of suppliers.")
        _require_decidable(document)
        _require_open(document, before, filed)
        about = (document.month, document.kind, before)
        deciding.require_action(action, *about, is_blocked=document.is_pending_blocked, number=document.number)
        first = before.pending_month or document.month if action is Action.PENDING else before.pending_month
        reversal = before.reversal if action is Action.ACCEPT else None
        after = before._replace(action=action.value, pending_month=first, reversal=reversal, remark=remark or before.remark)
        changed += _keep(books, gstin, row.key, before, after, (versions or {}).get(row.id))
    return changed


def declare_reversal(books: Books, gstin: str, match_id: UUID, typed: Mapping[str, int], remark: str, version: int) -> None:
    """Accept a credit note and say how much credit is given back, in paise by head. InvalidInput by field; Conflict for what is no credit
    note of October 2025 or later, or when somebody decided meanwhile (`version`)."""
    remark = clean_text(remark)
    deciding.require_remark(remark)
    ((row, document, before),) = _chosen(books, gstin, [match_id])
    if document is None:
        raise NotFound("credit note")
    _require_version(before, version)
    _require_decidable(document)
    _require_open(document, before, _filed_months(books, gstin))
    reversal = deciding.require_reversal(document.month, document.kind, document.taxes, dict(typed), remark)
    _keep(books, gstin, row.key, before, before._replace(action=Action.ACCEPT.value, reversal=reversal, remark=remark))


def set_aside(
    books: Books, gstin: str, match_ids: Sequence[UUID], *, is_ignored: bool, versions: Mapping[UUID, int | None] | None = None
) -> int:
    """Leave rows out of the lists of what is open, or take them in again: a document that is not ours, a bill told elsewhere. Conflict
    when somebody decided since the form was drawn."""
    changed = 0
    for row, _document, before in _chosen(books, gstin, match_ids):
        after = before._replace(is_ignored=is_ignored)
        changed += _keep(books, gstin, row.key, before, after, (versions or {}).get(row.id))
    return changed


def link(books: Books, gstin: str, match_id: UUID, bill_id: UUID, version: int) -> None:
    """Say that a bill is a document's, whatever the stages found. Conflict where either has another already, where they are of other
    kinds, or when somebody decided meanwhile; NotFound for a bill that does not stand or is of another registration."""
    ((row, document, before),) = _chosen(books, gstin, [match_id])
    if document is None:
        raise NotFound("document")
    _require_version(before, version)
    bill = purchases.inward_bills_by_id(books, [bill_id]).get(bill_id)
    other = queries.match_of_bill(books, gstin, bill_id)
    if bill is None or purchases.bill(books, bill_id).buyer.get("gstin") != gstin:
        raise NotFound("purchase bill")
    if row.bill_id == bill_id:
        return
    if row.bill_id or row.state in (matching.AMENDED, matching.APART):
        raise Conflict(problem=f"{row.number} has a bill, or takes none.", fix="Unlink it first.")
    if other and other.document_id:
        raise Conflict(problem=f"Bill {bill.number} is matched with {other.number} already.", fix="Unlink the two first.")
    told, kept = reconciling.told(_open(document)), reconciling.kept(bill)
    if told.kind != kept.kind:
        raise Conflict(
            problem="An invoice is matched with a bill, a credit note with a debit note.", fix="Choose a paper of the same kind."
        )
    if other:
        _delete(books, other)
    tolerance = queries.setting(books)
    pair = Pair(0, 0, matching.HAND)
    state = matching.state_of(pair, told, kept, Tolerance(tolerance.paise, tolerance.days))
    values = {"bill_id": bill_id, "stage": matching.HAND, "state": state, "differences": matching.differences(told, kept), "why": ""}
    books.session.execute(update(InwardMatch).where(InwardMatch.id == row.id).values(**values))
    _free_of_links(books, gstin, bill_id)
    apart = [one for one in before.apart if one != str(bill_id)]
    _keep(books, gstin, row.key, before, before._replace(bill_id=bill_id, apart=apart))


def unlink(books: Books, gstin: str, match_id: UUID, version: int) -> None:
    """Say that a document and its bill are two things: no later matching joins them again. Conflict where they are not joined."""
    ((row, document, before),) = _chosen(books, gstin, [match_id])
    _require_version(before, version)
    if document is None or row.bill_id is None:
        raise Conflict(problem=f"{row.number} has no bill.", fix="Open the list again to see how it stands.")
    values: dict[str, Any] = {"bill_id": None, "stage": matching.NONE, "state": matching.ONLY_TOLD, "differences": [], "why": "unlinked"}
    books.session.execute(update(InwardMatch).where(InwardMatch.id == row.id).values(**values))
    bill = purchases.inward_bills_by_id(books, [row.bill_id]).get(row.bill_id)
    if bill:
        alone = reconciling.alone_row(bill, "unlinked")
        books.insert(InwardMatch, [{"gstin": gstin, "id": new_id(), **alone}])
    _keep(books, gstin, row.key, before, before._replace(bill_id=None, apart=sorted({*before.apart, str(row.bill_id)})))


def _free_of_links(books: Books, gstin: str, bill_id: UUID) -> None:
    """What a bill was linked with by hand before, and is matched with no more, lets go of it: a newer file told it no more, or an
    amendment put it right."""
    query = select(InwardDecision.key).where(InwardDecision.bill_id == bill_id)
    for key, before in queries.decisions(books, gstin, list(books.session.scalars(query))).items():
        _keep(books, gstin, key, before, before._replace(bill_id=None))


# Helpers -----------------------------------------------------------------------------------------------------------------


def _chosen(books: Books, gstin: str, match_ids: Sequence[UUID]) -> list[tuple[MatchRow, DocumentRow | None, Decision]]:
    if not match_ids:
        raise InvalidInput({"rows": "Choose one row or more."})
    if len(match_ids) > MOST_AT_ONCE:
        raise InvalidInput({"rows": f"Choose at most {MOST_AT_ONCE} rows at once."})
    turn(books, gstin)
    gst_returns.registration(books, gstin)
    wanted = list(dict.fromkeys(match_ids))
    query = select(*queries.columns(InwardMatch, MatchRow)).where(InwardMatch.gstin == gstin, InwardMatch.id.in_(wanted))
    rows = {row[0]: MatchRow(*row) for row in books.session.execute(query)}
    if len(rows) < len(wanted):
        raise Conflict(problem="The list was matched anew since it was shown.", fix="Open it again and choose once more.")
    ids = [row.document_id for row in rows.values() if row.document_id]
    found = select(*queries.columns(InwardDocument, DocumentRow)).where(InwardDocument.id.in_(ids))
    told = {row[0]: DocumentRow(*row) for row in books.session.execute(found)}
    known = queries.decisions(books, gstin, [row.key for row in rows.values()])
    some = [rows[id_] for id_ in wanted]
    return [(row, told.get(row.document_id) if row.document_id else None, known.get(row.key, deciding.UNDECIDED)) for row in some]


def _require_decidable(document: DocumentRow) -> None:
    if document.is_rejected:
        raise Conflict(
            problem=f"{document.number} was rejected on the portal.", fix="Change it there, and import the GSTR-2B that follows."
        )
    if document.section == "itcrev" or document.kind in (documents.ISD, documents.ISD_CREDIT):
        raise Conflict(problem=f"{document.number} is not accepted or rejected by its recipient.", fix="Nothing needs doing.")


def _filed_months(books: Books, gstin: str) -> set[int]:
    """The months whose GSTR-3B is filed."""
    return {month for row in gst_returns.filings_of(books, "gstr3b", gstin) if row.stands for month in row.period.months}


def _require_open(document: DocumentRow, before: Decision, filed: set[int]) -> None:
    """With the filing of GSTR-3B the documents of its month leave the portal's Invoice Management System, but for what is pending."""
    action = deciding.action_of(document.month, document.kind, document.told_action, before)
    if document.month in filed and action is not Action.PENDING:
        raise Conflict(
            problem=f"GSTR-3B of {month_name(document.month)} is filed, and {document.number} was counted in it as it stood.",
            fix="Nothing was changed. If the filing was entered by mistake, take it back first.",
        )


def _require_version(before: Decision, version: int) -> None:
    if before.version != version:
        raise Conflict(
            problem=f"{before.decided_by or 'Somebody'} has decided of this document meanwhile.", fix="Open it again to see how it stands."
        )


def _keep(books: Books, gstin: str, key: str, before: Decision, after: Decision, version: int | None = None) -> bool:
    """Write a decision where it is another one; Conflict where it was drawn at another `version`. The same click twice changes nothing."""
    if after == before:
        return False
    _require_version(before, before.version if version is None else version)
    values: dict[str, Any] = after._asdict() | {"version": before.version + 1, "decided_by": books.actor.name}
    binds = bool(after.bill_id or after.apart or (after.is_ignored and key.startswith("bill|")))
    put(books, InwardDecision, [{"gstin": gstin, "key": key, **values, "binds": binds, "decided_at": books.now}])
    shown = ("action", "is_ignored", "bill_id", "apart", "reversal", "remark")
    old, new = ({name: getattr(one, name) for name in shown} for one in (before, after))
    return audit.record_change(books, "gst_inward_decision", f"{gstin} {key}", old, new)


def _delete(books: Books, row: MatchRow) -> None:
    found = books.session.scalar(select(InwardMatch).where(InwardMatch.id == row.id))
    if found is not None:
        books.session.delete(found)
        books.session.flush()


def _open(document: DocumentRow) -> Open:
    about = (document.id, document.month, document.key, document.section, document.kind, document.supplier_gstin, document.supplier_name)
    return Open(*about, document.number, document.day, document.taxes, document.is_rejected, "")
