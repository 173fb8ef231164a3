"""The ledger's register (voucher, journal_line: append-only), the chart of accounts, and the balances kept beside it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealed_rows
from webapp.platform.db import CLUSTERED, Base, rows_where
from webapp.platform.reach import Stores, StoreScoped, through
from webapp.platform.tenancy import CompanyScoped


class AccountGroup(CompanyScoped, Base):
    """A head of accounts as Indian books group them; `nature` is asset, liability, income or expense."""

    __tablename__ = "account_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    nature: Mapped[str]
    sort_order: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "parent_id"], ["account_group.company_id", "account_group.id"]),
        Index("uq_account_group_code", "company_id", "code", unique=True),
        CheckConstraint("nature in ('asset', 'liability', 'income', 'expense')", name="nature_known"),
    )


class Account(CompanyScoped, Base):
    """A head in the chart. `code` names those the program posts to by itself ("cash", "output-cgst"); own accounts have none."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    name: Mapped[str]
    group_id: Mapped[UUID]
    wants_party: Mapped[bool] = mapped_column(default=False)  # debtors and creditors: every line names its party
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "group_id"], ["account_group.company_id", "account_group.id"]),
        Index("uq_account_code", "company_id", "code", unique=True),
        Index("uq_account_name", "company_id", "name", unique=True),
    )


class AccountDetail(CompanyScoped, Base):
    """What a person has noted of an account: its number, bank, head in Schedule III. Apart, because posting reads none of it.

    `bank_account`, the number at the bank, is sealed; by `bank_mark` it is looked for when somebody types it whole, and lists show
    `bank_last_four`. `merged_into_id` is the account that has taken over its balance; both keep their own lines.
    """

    __tablename__ = "account_detail"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str | None]
    notes: Mapped[str] = mapped_column(default="")
    bank_name: Mapped[str] = mapped_column(default="")
    bank_branch: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(
        default="", info=sealed_rows.of_the_business("bank {company_id} {account_id}", marked_by="bank_mark")
    )
    bank_mark: Mapped[str] = mapped_column(default="")
    bank_last_four: Mapped[str] = mapped_column(default="")
    ifsc: Mapped[str] = mapped_column(default="")
    schedule_head: Mapped[str] = mapped_column(default="")  # of webapp.kernel.schedule_iii; empty: as its group
    merged_into_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "merged_into_id"], ["account.company_id", "account.id"]),
        Index("uq_account_detail_number", "company_id", "number", unique=True),
        Index("ix_account_detail_bank_mark", "company_id", "bank_mark"),
        CheckConstraint("account_id <> merged_into_id", name="not_into_itself"),
    )


class OpeningBill(CompanyScoped, StoreScoped, Base):
    """A bill that was unpaid when the books began. Its voucher has the same id and is numbered like the bill; what it is for stands there.

    `bill_date` and `due_date` are the bill's own, before the voucher's date. An edit replaces it: the old row says by which, or by nothing.
    """

    __tablename__ = "opening_bill"

    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    account_id: Mapped[UUID]
    number: Mapped[str]
    bill_date: Mapped[date]
    due_date: Mapped[date]
    amount_paise: Mapped[int]  # signed like the line: what they owe us is positive
    withdrawn_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        CheckConstraint("amount_paise <> 0", name="not_zero"),
        CheckConstraint("due_date >= bill_date", name="due_after_bill"),
        Index("ix_opening_bill_party", "company_id", "party_id", "bill_date"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.voucher_id, Voucher, stores)


class Voucher(CompanyScoped, StoreScoped, Base):
    """What a document posted. Never changed, never deleted: triggers refuse it."""

    __tablename__ = "voucher"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # sales, credit_note, receipt, payment, contra, journal, stock
    number: Mapped[str]
    voucher_date: Mapped[date]
    store_id: Mapped[UUID]
    document_kind: Mapped[str]  # the room's word for what posted it: invoice, receipt, cash_move …
    document_id: Mapped[UUID]
    narration: Mapped[str] = mapped_column(default="")
    reverses_id: Mapped[UUID | None]
    fingerprint: Mapped[str]
    posted_at: Mapped[datetime]
    posted_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "reverses_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_voucher_date", "company_id", "voucher_date", "id"),
        Index("ix_voucher_document", "company_id", "document_id"),
        Index("ix_voucher_number", "company_id", "number"),
        Index("uq_voucher_reverses", "company_id", "reverses_id", unique=True),
    )


class JournalLine(CompanyScoped, StoreScoped, Base):
    """One leg of a voucher. `amount_paise` is signed, debit positive, never zero. Append-only like its voucher."""

    __tablename__ = "journal_line"

    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    amount_paise: Mapped[int]
    voucher_date: Mapped[date]  # the voucher's, here for the index: a register page is one range of it

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        CheckConstraint("amount_paise <> 0", name="not_zero"),
        Index("ix_journal_line_account", "company_id", "account_id", "voucher_date", "voucher_id", "line_no", "amount_paise"),
        Index("ix_journal_line_party", "company_id", "party_id", "voucher_date", "voucher_id", "line_no", "amount_paise"),
        Index(
            "ix_journal_line_open",  # only lines of parties: what is open is added up from it (webapp.outstandings)
            "company_id",
            "account_id",
            "party_id",
            "voucher_date",
            "amount_paise",
            "voucher_id",
            "line_no",
            **rows_where("party_id is not null"),
        ),
        CLUSTERED,
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.voucher_id, Voucher, stores)


class CostCentre(CompanyScoped, Base):
    """Something that costs and income are gathered for: a branch, a van, a project. May stand under another."""

    __tablename__ = "cost_centre"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "parent_id"], ["cost_centre.company_id", "cost_centre.id"]),
        Index("uq_cost_centre_name", "company_id", "name", unique=True),
    )


class CostAllocation(CompanyScoped, StoreScoped, Base):
    """What a cost centre bears of a journal line, signed like the line, in paise. The parts of a line add up to it. Append-only."""

    __tablename__ = "cost_allocation"

    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    cost_centre_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount_paise: Mapped[int]
    account_id: Mapped[UUID]  # the line's, and its day: here for the index
    voucher_date: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "voucher_id", "line_no"], ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"]
        ),
        ForeignKeyConstraint(["company_id", "cost_centre_id"], ["cost_centre.company_id", "cost_centre.id"]),
        CheckConstraint("amount_paise <> 0", name="not_zero"),
        Index("ix_cost_allocation_centre", "company_id", "cost_centre_id", "voucher_date", "account_id", "amount_paise"),
        CLUSTERED,
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return through(cls, cls.voucher_id, Voucher, stores)


class AccountBalance(CompanyScoped, StoreScoped, Base):
    """Debits and credits of an account in a month at a store, kept in the posting transaction; a replay must give the same."""

    __tablename__ = "account_balance"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    debit_paise: Mapped[int]
    credit_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CLUSTERED,
    )


class PartyBalance(CompanyScoped, StoreScoped, Base):
    """Debits and credits of a party in an account in a month at a store: the khata's balance. Kept and replayed like AccountBalance."""

    __tablename__ = "party_balance"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    debit_paise: Mapped[int]
    credit_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CLUSTERED,
    )
