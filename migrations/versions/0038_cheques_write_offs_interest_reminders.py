"""Cheques, write-offs, interest on overdue bills, and reminders."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0038"
down_revision = "0048"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TAXES = ("cgst_paise", "sgst_paise", "igst_paise", "cess_paise")
LINE = ("journal_line", ("voucher_id", "line_no"))


def upgrade() -> None:
    write_offs()
    deposit_slips()
    cheques()
    cheque_moves()
    interest()
    reminders()
    create_guards(op.get_bind())


def column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def texts(*names: str) -> list[sa.Column[Any]]:
    return [column(name, sa.Text()) for name in names]


def wholes(*names: str) -> list[sa.Column[Any]]:
    return [column(name, Whole) for name in names]


def make(table: str, key: tuple[str, ...], *parts: Any) -> None:
    """A company's table: its key begins with the company."""
    op.create_table(
        table,
        column("company_id", Whole),
        *parts,
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company"),
        sa.PrimaryKeyConstraint("company_id", *key, name=op.f(f"pk_{table}")),
    )


def points(table: str, own: tuple[str, ...], to: str, columns: tuple[str, ...]) -> sa.ForeignKeyConstraint:
    """A key into another table of the same company."""
    name = op.f("_".join(("fk", table, "company_id", *own)))
    return sa.ForeignKeyConstraint(["company_id", *own], [f"{to}.company_id", *(f"{to}.{one}" for one in columns)], name=name)


def check(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def index(name: str, table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(name, table, ["company_id", *columns], unique=unique)


def write_offs() -> None:
    make(
        "write_off",
        ("id",),
        column("id", Id()),
        *texts("number", "kind"),
        column("party_id", Id()),
        column("store_id", Id()),
        column("written_on", sa.Date()),
        *wholes("amount_paise"),
        *texts("reason"),
        column("came_with", Id(), null=True),
        *texts("body_sha256", "written_by"),
        column("created_at", Instant()),
        points("write_off", ("party_id",), "party", ("id",)),
        points("write_off", ("store_id",), "store", ("id",)),
        check("write_off", "positive", "amount_paise > 0"),
        check("write_off", "kind_known", "kind in ('discount', 'round_off', 'small_balance', 'bad_debt')"),
    )
    index("ix_write_off_date", "write_off", "written_on", "id")
    index("ix_write_off_came_with", "write_off", "came_with")
    index("uq_write_off_number", "write_off", "number", unique=True)
    make(
        "write_off_line",
        ("write_off_id", "line_no"),
        column("write_off_id", Id()),
        *wholes("line_no"),
        column("bill_voucher_id", Id()),
        *wholes("bill_line_no"),
        *texts("bill_name"),
        *wholes("amount_paise"),
        points("write_off_line", ("write_off_id",), "write_off", ("id",)),
        points("write_off_line", ("bill_voucher_id", "bill_line_no"), *LINE),
        check("write_off_line", "positive", "amount_paise > 0"),
    )
    cancellation("write_off_cancellation", "write_off_id", "write_off")


def cancellation(table: str, own: str, of: str) -> None:
    make(
        table,
        (own,),
        column(own, Id()),
        column("voucher_id", Id()),
        *texts("reason"),
        column("cancelled_at", Instant()),
        *texts("cancelled_by"),
        points(table, (own,), of, ("id",)),
        points(table, ("voucher_id",), "voucher", ("id",)),
    )


def deposit_slips() -> None:
    make(
        "deposit_slip",
        ("id",),
        column("id", Id()),
        *texts("number"),
        column("deposited_on", sa.Date()),
        column("account_id", Id()),
        *wholes("total_paise"),
        column("cancelled_on", sa.Date(), null=True),
        *texts("body_sha256", "made_by"),
        column("created_at", Instant()),
        points("deposit_slip", ("account_id",), "account", ("id",)),
        check("deposit_slip", "positive", "total_paise > 0"),
    )
    index("uq_deposit_slip_number", "deposit_slip", "number", unique=True)


def cheques() -> None:
    make(
        "cheque",
        ("id",),
        column("id", Id()),
        *texts("number", "direction"),
        column("party_id", Id()),
        column("store_id", Id()),
        column("taken_on", sa.Date()),
        *texts("cheque_no", "bank"),
        column("cheque_date", sa.Date()),
        column("valid_until", sa.Date()),
        *wholes("amount_paise"),
        *texts("note"),
        column("bills", Json),
        *texts("state"),
        column("moved_on", sa.Date()),
        *wholes("steps"),
        column("voucher_id", Id(), null=True),
        column("account_id", Id(), null=True),
        *texts("body_sha256", "recorded_by"),
        column("created_at", Instant()),
        points("cheque", ("party_id",), "party", ("id",)),
        points("cheque", ("store_id",), "store", ("id",)),
        points("cheque", ("account_id",), "account", ("id",)),
        check("cheque", "positive", "amount_paise > 0"),
        check("cheque", "direction_known", "direction in ('received', 'issued')"),
        check("cheque", "not_stale_when_taken", "valid_until >= taken_on"),
        check("cheque", "voucher_while_it_stands", "(state in ('bounced', 'stopped', 'cancelled')) = (voucher_id is null)"),
    )
    index("uq_cheque_number", "cheque", "number", unique=True)
    index("ix_cheque_date", "cheque", "cheque_date", "id")
    index("ix_cheque_state", "cheque", "state", "cheque_date")
    index("ix_cheque_party", "cheque", "party_id", "cheque_no")


def cheque_moves() -> None:
    make(
        "cheque_move",
        ("cheque_id", "step"),
        column("cheque_id", Id()),
        *wholes("step"),
        column("id", Id()),
        *texts("act", "state"),
        column("moved_on", sa.Date()),
        column("slip_id", Id(), null=True),
        column("voucher_id", Id(), null=True),
        *texts("reason"),
        *wholes("charges_paise"),
        column("from_party", sa.Boolean()),
        *texts("moved_by"),
        column("created_at", Instant()),
        points("cheque_move", ("cheque_id",), "cheque", ("id",)),
        points("cheque_move", ("slip_id",), "deposit_slip", ("id",)),
        check("cheque_move", "charges_not_negative", "charges_paise >= 0"),
    )
    index("ix_cheque_move_slip", "cheque_move", "slip_id")


def interest() -> None:
    make(
        "interest_terms",
        ("party_id",),
        column("party_id", Id()),
        *wholes("rate_bp", "grace_days"),
        column("since", sa.Date()),
        column("with_tax", sa.Boolean()),
        column("changed_at", Instant()),
        *texts("changed_by"),
        check("interest_terms", "not_negative", "rate_bp >= 0 and grace_days >= 0"),
    )
    make(
        "interest_note",
        ("id",),
        column("id", Id()),
        *texts("number"),
        column("party_id", Id()),
        column("store_id", Id()),
        column("charged_upto", sa.Date()),
        *wholes("amount_paise", *TAXES),
        *texts("body_sha256", "charged_by"),
        column("created_at", Instant()),
        points("interest_note", ("party_id",), "party", ("id",)),
        points("interest_note", ("store_id",), "store", ("id",)),
        check("interest_note", "positive", "amount_paise > 0"),
    )
    index("uq_interest_note_number", "interest_note", "number", unique=True)
    index("ix_interest_note_date", "interest_note", "charged_upto", "id")
    index("ix_interest_note_party", "interest_note", "party_id")
    make(
        "interest_line",
        ("note_id", "line_no"),
        column("note_id", Id()),
        *wholes("line_no"),
        column("bill_voucher_id", Id()),
        *wholes("bill_line_no"),
        *texts("bill_name"),
        *(column(name, sa.Date()) for name in ("due_on", "after_on", "upto_on")),
        *wholes("days", "paise_days", "rate_bp", "amount_paise"),
        points("interest_line", ("note_id",), "interest_note", ("id",)),
        points("interest_line", ("bill_voucher_id", "bill_line_no"), *LINE),
        check("interest_line", "some_days", "upto_on > after_on and amount_paise > 0"),
    )
    index("ix_interest_line_bill", "interest_line", "bill_voucher_id", "bill_line_no", "upto_on")
    cancellation("interest_cancellation", "note_id", "interest_note")


def reminders() -> None:
    make("reminder_step", ("step",), *wholes("step", "days_over"), check("reminder_step", "not_negative", "days_over >= 0"))
    make(
        "reminder",
        ("id",),
        column("id", Id()),
        column("party_id", Id()),
        *wholes("step"),
        column("reminded_on", sa.Date()),
        *texts("way"),
        *wholes("overdue_paise"),
        column("promised_on", sa.Date(), null=True),
        *texts("note", "reminded_by"),
        column("created_at", Instant()),
        points("reminder", ("party_id",), "party", ("id",)),
        check("reminder", "way_known", "way in ('whatsapp', 'sms', 'letter', 'call', 'visit')"),
    )
    index("ix_reminder_party", "reminder", "party_id", "created_at")
