"""What was entered of supplies under s.9(5), as frozen rows; and what an operator may choose from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from webapp import company, ledger
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.operator_supplies import models
from webapp.operator_supplies.models import OperatorSupply, OperatorSupplyReversal
from webapp.platform.tenancy import Books
from webapp.tax.rules import Scheme

PAGE = 50
KINDS = ("b2b", "b2c", "urp2b", "urp2c")  # the halves of table 15, as the portal names them


@dataclass(frozen=True, slots=True)
class OperatorRegistration:
    """How a registration stands: whether it is an operator's, and where its settlements with sellers are kept."""

    gstin: str
    is_operator: bool = False
    account_id: UUID | None = None
    version: int = 0


class SupplyRow(NamedTuple):
    """A supply, and why it was taken back where it was."""

    id: UUID
    gstin: str
    number: str
    rate_bp: int
    supply_date: date
    supplier_gstin: str
    supplier_name: str
    recipient_gstin: str
    recipient_name: str
    place: str
    is_inter: bool
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    voucher_number: str
    body_sha256: str
    entered_by: str
    document_type: str
    lut_number: str
    reason: str | None

    @property
    def stands(self) -> bool:
        return self.reason is None

    @property
    def tax(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise

    @property
    def kind(self) -> str:
        """Its half of table 15: by a registered supplier or none, to a registered recipient or none."""
        if self.supplier_gstin:
            return "b2b" if self.recipient_gstin else "b2c"
        return "urp2b" if self.recipient_gstin else "urp2c"

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.supply_date, self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which supplies of a registration: words in them, a half of table 15, days from and to, a type of document."""

    words: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    type: str = ""


def own_registrations(books: Books) -> dict[str, UUID]:
    """The GSTINs of the business under the regular scheme, its own first, each with a store that its vouchers are of."""
    own = company.profile(books)
    if not own.gstin or own.scheme != Scheme.REGULAR.value:
        return {}
    found: dict[str, UUID] = {}
    for one in company.stores(books, with_closed=True):
        found.setdefault(one.gstin or own.gstin, one.id)
    return {own.gstin: found.pop(own.gstin, company.default_store(books)), **found}


def store_of(books: Books, gstin: str) -> UUID:
    """The store of a registration's vouchers. NotFound for a GSTIN that is not this company's."""
    found = own_registrations(books).get(gstin)
    if found is None:
        raise NotFound("registration")
    return found


def registration_of(books: Books, gstin: str) -> OperatorRegistration:
    """How a registration stands; as no operator's where nobody said so."""
    own = models.OperatorRegistration
    row = books.session.execute(select(own.gstin, own.is_operator, own.account_id, own.version).where(own.gstin == gstin)).first()
    return OperatorRegistration(*row) if row else OperatorRegistration(gstin)


def settlement_accounts(books: Books) -> list[tuple[UUID, str]]:
    """Accounts that settlements with sellers may be kept in: those of current assets, current liabilities and loans that ask for no party
    and that the program posts nothing to by itself; cash and bank among them."""
    chart = ledger.chart_of_accounts(books)
    groups = {row.id: (row.parent_id, row.code) for row in chart.groups}
    seeded = {id_ for code, id_ in ledger.heads(books).items() if code not in ("cash", "bank", "upi-clearing", "card-clearing")}

    def is_current(group_id: UUID | None) -> bool:
        while group_id is not None:
            group_id, code = groups[group_id]
            if code in ("current-assets", "current-liabilities", "loans-liability"):
                return True
        return False

    rows = [row for row in chart.accounts if not row.wants_party and not row.is_archived and row.id not in seeded]
    return [(row.id, row.name) for row in rows if is_current(row.group_id)]


def supply(books: Books, supply_id: UUID) -> SupplyRow:
    """One supply. NotFound when this company has none by that id."""
    found = supply_or_none(books, supply_id)
    if found is None:
        raise NotFound("supply")
    return found


def supply_or_none(books: Books, supply_id: UUID) -> SupplyRow | None:
    row = books.session.execute(_select().where(OperatorSupply.id == supply_id)).first()
    return SupplyRow._make(row) if row else None


def numbered(books: Books, gstin: str, start_year: int, number: str) -> list[SupplyRow]:
    """What was entered under a number in a financial year; taken back too."""
    own = OperatorSupply
    query = _select().where(own.gstin == gstin, own.start_year == start_year, own.number == number).order_by(own.rate_bp.desc())
    return [SupplyRow._make(row) for row in books.session.execute(query)]


def standing_supplies(books: Books, gstin: str, span: Period) -> Iterator[SupplyRow]:
    """Supplies of a registration and its days that were not taken back, by day and number."""
    own = OperatorSupply
    query = _select().where(own.gstin == gstin, own.supply_date.between(span.first_day, span.last_day))
    query = query.where(OperatorSupplyReversal.supply_id.is_(None)).order_by(own.supply_date, own.number, own.rate_bp.desc())
    for row in books.session.execute(query):
        yield SupplyRow._make(row)


def supplies(books: Books, gstin: str, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> list[SupplyRow]:
    """Supplies of a registration, the newest first; those taken back too."""
    own = OperatorSupply
    query = _select().where(*_conditions(gstin, wanted)).order_by(own.supply_date.desc(), own.id.desc()).limit(most)
    if older_than is not None:
        day, id_ = older_than
        query = query.where(or_(own.supply_date < day, and_(own.supply_date == day, own.id < id_)))
    return [SupplyRow._make(row) for row in books.session.execute(query)]


def sums(books: Books, gstin: str, wanted: Wanted) -> tuple[int, int]:
    """Value and tax of those that stand."""
    own = OperatorSupply
    tax = own.cgst_paise + own.sgst_paise + own.igst_paise + own.cess_paise
    query = select(func.coalesce(func.sum(own.taxable_paise), 0), func.coalesce(func.sum(tax), 0)).outerjoin(
        OperatorSupplyReversal, _TAKEN_BACK
    )
    row = books.session.execute(query.where(*_conditions(gstin, wanted), OperatorSupplyReversal.supply_id.is_(None))).one()
    return int(row[0]), int(row[1])


_TAKEN_BACK = and_(OperatorSupplyReversal.company_id == OperatorSupply.company_id, OperatorSupplyReversal.supply_id == OperatorSupply.id)


def _select() -> Any:
    columns = [getattr(OperatorSupply, name) for name in SupplyRow._fields if name != "reason"]
    return select(*columns, OperatorSupplyReversal.reason).outerjoin(OperatorSupplyReversal, _TAKEN_BACK)


def _conditions(gstin: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    own = OperatorSupply
    found = [own.gstin == gstin]
    if wanted.words:
        named = (own.number, own.supplier_name, own.supplier_gstin, own.recipient_name, own.recipient_gstin)
        found.append(or_(*(one.icontains(wanted.words, autoescape=True) for one in named)))
    if wanted.kind:
        found.append(own.supplier_gstin == "" if wanted.kind.startswith("urp") else own.supplier_gstin != "")
        found.append(own.recipient_gstin != "" if wanted.kind.endswith("b") else own.recipient_gstin == "")
    if wanted.type:
        found.append(own.document_type == wanted.type)
    if wanted.first is not None:
        found.append(own.supply_date >= wanted.first)
    if wanted.last is not None:
        found.append(own.supply_date <= wanted.last)
    return found
