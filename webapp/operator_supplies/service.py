"""The verbs: say that a registration is an operator's, enter a supply, take one back."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from webapp import company, ledger
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.text import clean_text
from webapp.operator_supplies import models, queries, rules
from webapp.operator_supplies.models import OperatorSupply, OperatorSupplyReversal
from webapp.operator_supplies.queries import OperatorRegistration, SupplyRow
from webapp.operator_supplies.rules import SupplyDraft
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import insert_once, put
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.tax.rules import Supply

SUPPLY = "operator_supply"
_REVERSALS = UUID("6d756e69-6d00-5000-8000-657375707079")  # the reversal of a supply's voucher, by the supply's id


def set_up(books: Books, asked: OperatorRegistration) -> OperatorRegistration:
    """Say whether a registration is an operator's, and where its settlements are kept. NotFound for another's GSTIN; InvalidInput for an
    account that is none of those offered; Conflict when it was changed meanwhile."""
    write_alone(books)
    queries.store_of(books, asked.gstin)
    before = queries.registration_of(books, asked.gstin)
    if before.version != asked.version:
        raise Conflict(problem="This was changed meanwhile.", fix="Open the page again, and say it anew.")
    account_id = asked.account_id
    if account_id is None or account_id not in {id_ for id_, _name in queries.settlement_accounts(books)}:
        raise InvalidInput({"account_id": "Choose the account that is settled with sellers, or make one under Current Liabilities first."})
    row = {"gstin": asked.gstin, "is_operator": asked.is_operator, "account_id": account_id, "version": before.version + 1}
    put(books, models.OperatorRegistration, [{**row, "changed_by": books.actor.name, "changed_at": books.now}])
    old = {"is_operator": before.is_operator, "account_id": before.account_id}
    audit.record_change(books, "operator_registration", asked.gstin, old, {"is_operator": asked.is_operator, "account_id": account_id})
    return queries.registration_of(books, asked.gstin)


def enter_supply(books: Books, draft: SupplyDraft) -> SupplyRow:
    """Keep a supply and post its tax, where it bears any. The same again gives the first answer.

    InvalidInput by field; Conflict for other content under one id, for a number that bears this rate already or names another document,
    and for a registration that is no operator's; NotFound for another's GSTIN; a locked month is refused.
    """
    write_one(books, draft.id)
    write_alone(books)  # two that take one number at one time are seen by each other
    if earlier := queries.supply_or_none(books, draft.id):
        if earlier.body_sha256 != draft.sha256:
            raise Conflict(problem=f"{earlier.number} was entered under this id, with other content.", fix="Open the form anew.")
        return earlier
    store_id, own = queries.store_of(books, draft.gstin), queries.registration_of(books, draft.gstin)
    if not own.is_operator or own.account_id is None:
        raise Conflict(problem=f"{draft.gstin} is not said to be an operator's.", fix="Say so first, above the list of these supplies.")
    rules.require_supply(draft, books.today)
    company.require_backdate(books, draft.day, SUPPLY, draft.id)
    company.require_open_period(books, draft.day, "sales", store_id)
    same = queries.numbered(books, draft.gstin, FinancialYear.of(draft.day).start_year, draft.number)
    _require_number(draft, [one for one in same if one.stands])
    tax = draft.tax
    number = _next_number(books, draft.day) if tax.total else ""  # without tax there is nothing to post
    row = {
        **{name: getattr(draft, name) for name in ("id", "gstin", "number", "rate_bp", "place", "document_type", "lut_number")},
        **{f"{side}_{what}": getattr(draft, f"{side}_{what}") for side in ("supplier", "recipient") for what in ("gstin", "name")},
        "start_year": FinancialYear.of(draft.day).start_year,
        "round": 1 + sum(one.rate_bp == draft.rate_bp for one in same),
        "supply_date": draft.day,
        "is_inter": draft.supply is not Supply.INTRA,
        "taxable_paise": draft.taxable,
        **{f"{head}_paise": amount for head, amount in tax._asdict().items()},
        "voucher_number": number,
        "body_sha256": draft.sha256,
        "entered_by": books.actor.name,
        "entered_at": books.now,
    }
    if not insert_once(books, OperatorSupply, row):
        raise Conflict(problem=f"{draft.number} was entered by somebody else just now.", fix="Open the list again.")
    if tax.total:
        heads = ledger.heads(books)
        output = {head: heads[f"output-{head}"] for head in ("cgst", "sgst", "igst", "cess")}
        heading = ledger.Heading("journal", number, draft.day, store_id, SUPPLY, draft.id, f"Tax under section 9(5) on {draft.number}")
        ledger.post(books, voucher_id=draft.id, heading=heading, slip=rules.slip_of(tax, own.account_id, output))
    told = {"number": draft.number, "gstin": draft.gstin, "tax": tax.total}
    if draft.document_type != rules.REGULAR:
        told["document_type"] = draft.document_type
    audit.record(books, "create", SUPPLY, draft.id, new=told)
    return queries.supply(books, draft.id)


def reverse_supply(books: Books, supply_id: UUID, reason: str) -> SupplyRow:
    """Take a supply back that was entered by mistake: its voucher, if it has one, is reversed on its own day, so that the return of its
    month tells it no more. A second time gives the first answer. Refused while its month is locked (a filed return): its days are opened
    first, and the next return amends it."""
    write_one(books, supply_id)
    write_alone(books)
    own = queries.supply(books, supply_id)
    if not own.stands:
        return own
    why = clean_text(reason)
    if not 3 <= len(why) <= 300:
        raise InvalidInput({"reason": "Say in a few words why it is taken back."})
    company.require_backdate(books, own.supply_date, SUPPLY, supply_id)
    company.require_open_period(books, own.supply_date, "sales", queries.store_of(books, own.gstin))
    if own.tax:
        ledger.reverse(books, voucher_id=supply_id, reversal_id=uuid5(_REVERSALS, supply_id.hex), on=own.supply_date, reason=why)
    kept = {"supply_id": supply_id, "reason": why, "reversed_by": books.actor.name, "reversed_at": books.now}
    insert_once(books, OperatorSupplyReversal, kept)
    audit.record(books, "reverse", SUPPLY, supply_id, old={"number": own.number}, new={"reason": why})
    return queries.supply(books, supply_id)


def _require_number(draft: SupplyDraft, same: list[SupplyRow]) -> None:
    """One number is one document: its rows agree in all but rate and value; in its type too, or the portal refuses it."""
    if any(one.rate_bp == draft.rate_bp for one in same):
        raise InvalidInput({"number": f"{draft.number} bears this rate already. A document has one row for each rate."})
    for one in same:
        agree = (one.supply_date, one.supplier_gstin, one.recipient_gstin, one.place, one.document_type)
        if agree != (draft.day, draft.supplier_gstin, draft.recipient_gstin, draft.place, draft.document_type):
            words = (
                f"{draft.number} was entered with other particulars, of {written(one.supply_date)}: "
                "day, parties, place and type are the same."
            )
            raise InvalidInput({"number": words})


def _next_number(books: Books, day: date) -> str:
    """The next number of these vouchers (GO) in the financial year of a day."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00GO"
    open_series(books, prefix, document_kind=SUPPLY, year=year)
    return str(take_number(books, prefix))
