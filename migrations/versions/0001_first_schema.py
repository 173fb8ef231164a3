"""The first schema: every table, the guards of the append-only registers, the row policies of PostgreSQL, the HSN directory."""

# long: a schema is read from top to bottom, and never changed once it has been given out

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from migrations.triggers import create_guards
from webapp.catalogue import open_hsn
from webapp.platform.db import Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for make in TABLES:
        make()
    create_guards(op.get_bind())
    with Session(op.get_bind(), join_transaction_mode="rollback_only") as directory:
        open_hsn(directory)
        directory.commit()


def company() -> None:
    op.create_table(
        "company",
        sa.Column("id", Whole, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )


def failed_sign_in() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_sign_in")),
    )


def hsn_code() -> None:
    op.create_table(
        "hsn_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("usual_tax_class", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hsn_code")),
    )


def till_token() -> None:
    op.create_table(
        "till_token",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_till_token")),
    )


def user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", Id(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deactivated_at", Instant(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )


def account_group() -> None:
    op.create_table(
        "account_group",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("sort_order", Whole, nullable=False),
        sa.CheckConstraint("nature in ('asset', 'liability', 'income', 'expense')", name=op.f("ck_account_group_nature_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "parent_id"],
            ["account_group.company_id", "account_group.id"],
            name=op.f("fk_account_group_company_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_account_group_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_account_group")),
    )
    op.create_index("uq_account_group_code", "account_group", ["company_id", "code"], unique=True)


def column_mapping() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("headings_hash", sa.Text(), nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_column_mapping_company"),
        sa.PrimaryKeyConstraint("company_id", "headings_hash", name=op.f("pk_column_mapping")),
    )


def company_profile() -> None:
    op.create_table(
        "company_profile",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("shop_kind", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("pin_code", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("upi_id", sa.Text(), nullable=False),
        sa.Column("invoice_terms", sa.Text(), nullable=False),
        sa.Column("bill_language", sa.Text(), nullable=False),
        sa.Column("allows_negative_stock", sa.Boolean(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("rounds_to_rupee", sa.Boolean(), nullable=False),
        sa.Column("turnover_over_5_crore", sa.Boolean(), nullable=False),
        sa.Column("catalogue_rev", Whole, nullable=False),
        sa.CheckConstraint("scheme = 'unregistered' or gstin is not null", name=op.f("ck_company_profile_registered_has_gstin")),
        sa.CheckConstraint("scheme in ('regular', 'composition', 'unregistered')", name=op.f("ck_company_profile_scheme_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_company_profile_company"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_profile")),
    )


def edit_log() -> None:
    op.create_table(
        "edit_log",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("seq", Whole, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("old", Json, nullable=True),
        sa.Column("new", Json, nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_edit_log_company"),
        sa.PrimaryKeyConstraint("company_id", "seq", name=op.f("pk_edit_log")),
    )
    op.create_index("ix_edit_log_entity", "edit_log", ["company_id", "entity", "entity_id"], unique=False)


def item_gone() -> None:
    op.create_table(
        "item_gone",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("rev", Whole, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_gone_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", name=op.f("pk_item_gone")),
    )
    op.create_index("ix_item_gone_rev", "item_gone", ["company_id", "rev"], unique=False)


def item_import() -> None:
    op.create_table(
        "item_import",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("rows_total", Whole, nullable=False),
        sa.Column("rows_done", Whole, nullable=False),
        sa.Column("rows_created", Whole, nullable=False),
        sa.Column("rows_changed", Whole, nullable=False),
        sa.Column("rows_same", Whole, nullable=False),
        sa.Column("rows_refused", Whole, nullable=False),
        sa.Column("rows_removed", Whole, nullable=False),
        sa.Column("rows_archived", Whole, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_import_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_item_import")),
    )


def job_effect() -> None:
    op.create_table(
        "job_effect",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_job_effect_company"),
        sa.PrimaryKeyConstraint("company_id", "event_id", "job", name=op.f("pk_job_effect")),
    )


def job_failure() -> None:
    op.create_table(
        "job_failure",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_job_failure_company"),
        sa.PrimaryKeyConstraint("company_id", "event_id", "job", name=op.f("pk_job_failure")),
    )


def membership() -> None:
    op.create_table(
        "membership",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("member_no", Whole, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.CheckConstraint("role in ('owner', 'accountant', 'cashier')", name=op.f("ck_membership_role_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_membership_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("company_id", "user_id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_user", "membership", ["user_id"], unique=False)
    op.create_index("uq_membership_member_no", "membership", ["company_id", "member_no"], unique=True)


def number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("fy_start_year", Whole, nullable=False),
        sa.Column("last", Whole, nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_number_series_last_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_number_series_company"),
        sa.PrimaryKeyConstraint("company_id", "prefix", name=op.f("pk_number_series")),
    )


def outbox_event() -> None:
    op.create_table(
        "outbox_event",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_outbox_event_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_outbox_event")),
    )
    op.create_index("ix_outbox_event_waiting", "outbox_event", ["sent_at", "id"], unique=False)


def paper() -> None:
    op.create_table(
        "paper",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size_bytes", Whole, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=True),
        sa.Column("printed_count", Whole, nullable=False),
        sa.CheckConstraint("state in ('waiting', 'ready', 'failed')", name=op.f("ck_paper_state_known")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_paper_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_paper")),
    )
    op.create_index("ix_paper_document", "paper", ["company_id", "document_id", "layout"], unique=False)


def party() -> None:
    op.create_table(
        "party",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("is_customer", sa.Boolean(), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("pin_code", sa.Text(), nullable=False),
        sa.Column("credit_limit_paise", Whole, nullable=True),
        sa.Column("credit_days", Whole, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("rev", Whole, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.CheckConstraint("is_customer or is_supplier", name=op.f("ck_party_is_something")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_party_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_name", "party", ["company_id", "name"], unique=False)
    op.create_index("ix_party_phone", "party", ["company_id", "phone"], unique=False)
    op.create_index("ix_party_rev", "party", ["company_id", "rev"], unique=False)


def period_lock() -> None:
    op.create_table(
        "period_lock",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=False),
        sa.Column("unlocked_by", sa.Text(), nullable=True),
        sa.Column("unlocked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_period_lock_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_period_lock")),
    )


def shared_link() -> None:
    op.create_table(
        "shared_link",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_shared_link_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_shared_link")),
    )


def sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("company_id", Whole, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_sign_in_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_user", "sign_in", ["user_id"], unique=False)


def store() -> None:
    op.create_table(
        "store",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_store_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_store")),
    )


def tax_class() -> None:
    op.create_table(
        "tax_class",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tax_class_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_tax_class")),
    )
    op.create_index("uq_tax_class_code", "tax_class", ["company_id", "code"], unique=True)


def account() -> None:
    op.create_table(
        "account",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("group_id", Id(), nullable=False),
        sa.Column("wants_party", sa.Boolean(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "group_id"], ["account_group.company_id", "account_group.id"], name=op.f("fk_account_company_id_group_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_account_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_account")),
    )
    op.create_index("uq_account_code", "account", ["company_id", "code"], unique=True)
    op.create_index("uq_account_name", "account", ["company_id", "name"], unique=True)


# long: the widest table, one column a line
def invoice() -> None:
    op.create_table(
        "invoice",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("till_id", Id(), nullable=True),
        sa.Column("shift_id", Id(), nullable=True),
        sa.Column("cashier", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=True),
        sa.Column("party", Json, nullable=True),
        sa.Column("seller", Json, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), nullable=False),
        sa.Column("place_of_supply", sa.Text(), nullable=False),
        sa.Column("against_id", Id(), nullable=True),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("bill_discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("rules_v", Whole, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "taxable_paise + cgst_paise + sgst_paise + igst_paise + cess_paise + round_off_paise = total_paise",
            name=op.f("ck_invoice_adds_up"),
        ),
        sa.CheckConstraint("total_paise >= 0 and taxable_paise >= 0", name=op.f("ck_invoice_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "against_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_company_id_against_id")
        ),
        sa.ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_invoice_company_id_party_id")),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_invoice_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_invoice")),
    )
    op.create_index("ix_invoice_against", "invoice", ["company_id", "against_id"], unique=False)
    op.create_index("ix_invoice_date", "invoice", ["company_id", "invoice_date", "id"], unique=False)
    op.create_index("ix_invoice_party", "invoice", ["company_id", "party_id", "invoice_date"], unique=False)
    op.create_index("ix_invoice_shift", "invoice", ["company_id", "shift_id"], unique=False)
    op.create_index("uq_invoice_number", "invoice", ["company_id", "series", "seq"], unique=True)


def item() -> None:
    op.create_table(
        "item",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("tax_class_id", Id(), nullable=False),
        sa.Column("price_millipaise", Whole, nullable=False),
        sa.Column("price_includes_tax", sa.Boolean(), nullable=False),
        sa.Column("mrp_paise", Whole, nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("is_stocked", sa.Boolean(), nullable=False),
        sa.Column("sold_by_weight", sa.Boolean(), nullable=False),
        sa.Column("reorder_level_qty", Whole, nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("rev", Whole, nullable=False),
        sa.Column("import_id", Id(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.CheckConstraint("kind in ('goods', 'service')", name=op.f("ck_item_kind_known")),
        sa.CheckConstraint("price_millipaise >= 0 and (mrp_paise is null or mrp_paise >= 0)", name=op.f("ck_item_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"], name=op.f("fk_item_company_id_tax_class_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_item")),
    )
    op.create_index("ix_item_category", "item", ["company_id", "category"], unique=False)
    op.create_index("ix_item_import", "item", ["company_id", "import_id"], unique=False)
    op.create_index("ix_item_name", "item", ["company_id", "name"], unique=False)
    op.create_index("ix_item_rev", "item", ["company_id", "rev", "archived_at"], unique=False)
    op.create_index("uq_item_sku", "item", ["company_id", "sku"], unique=True)


def item_import_change() -> None:
    op.create_table(
        "item_import_change",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("row_no", Whole, nullable=False),
        sa.Column("is_created", sa.Boolean(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"],
            ["item_import.company_id", "item_import.id"],
            name=op.f("fk_item_import_change_company_id_import_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_import_change_company"),
        sa.PrimaryKeyConstraint("company_id", "import_id", "item_id", name=op.f("pk_item_import_change")),
    )


def item_import_error() -> None:
    op.create_table(
        "item_import_error",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("row_no", Whole, nullable=False),
        sa.Column("errors", Json, nullable=False),
        sa.Column("cells", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"],
            ["item_import.company_id", "item_import.id"],
            name=op.f("fk_item_import_error_company_id_import_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_import_error_company"),
        sa.PrimaryKeyConstraint("company_id", "import_id", "row_no", name=op.f("pk_item_import_error")),
    )


def receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("till_id", Id(), nullable=True),
        sa.Column("shift_id", Id(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("mode in ('cash', 'upi', 'card', 'bank')", name=op.f("ck_receipt_mode_known")),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_receipt_positive")),
        sa.ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_receipt_company_id_party_id")),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_receipt_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_receipt_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_date", "receipt", ["company_id", "received_on", "id"], unique=False)
    op.create_index("ix_receipt_party", "receipt", ["company_id", "party_id", "received_on"], unique=False)
    op.create_index("ix_receipt_shift", "receipt", ["company_id", "shift_id"], unique=False)
    op.create_index("uq_receipt_number", "receipt", ["company_id", "number"], unique=True)


def stock_adjustment() -> None:
    op.create_table(
        "stock_adjustment",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("adjusted_on", sa.Date(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('opening', 'adjustment', 'revaluation')", name=op.f("ck_stock_adjustment_kind_known")),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_stock_adjustment_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_stock_adjustment_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_stock_adjustment")),
    )
    op.create_index("ix_stock_adjustment_date", "stock_adjustment", ["company_id", "adjusted_on", "id"], unique=False)
    op.create_index("uq_stock_adjustment_number", "stock_adjustment", ["company_id", "number"], unique=True)


def tax_rate() -> None:
    op.create_table(
        "tax_rate",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("tax_class_id", Id(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("price_over_millipaise", Whole, nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("cess_bp", Whole, nullable=False),
        sa.CheckConstraint("rate_bp >= 0 and cess_bp >= 0 and price_over_millipaise >= 0", name=op.f("ck_tax_rate_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"], name=op.f("fk_tax_rate_company_id_tax_class_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tax_rate_company"),
        sa.PrimaryKeyConstraint("company_id", "tax_class_id", "effective_from", "price_over_millipaise", name=op.f("pk_tax_rate")),
    )


def till() -> None:
    op.create_table(
        "till",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("is_shared_device", sa.Boolean(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("previous_lease", sa.Text(), nullable=False),
        sa.Column("lease_used_by", Json, nullable=False),
        sa.Column("replaces_id", Id(), nullable=True),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.Column("enrolled_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("last_seen_at", Instant(), nullable=True),
        sa.Column("last_report", Json, nullable=False),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_till_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_till_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_till")),
    )
    op.create_index("uq_till_code", "till", ["company_id", "code"], unique=True)


def voucher() -> None:
    op.create_table(
        "voucher",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("narration", sa.Text(), nullable=False),
        sa.Column("reverses_id", Id(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "reverses_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_voucher_company_id_reverses_id")
        ),
        sa.ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_voucher_company_id_store_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_voucher_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_voucher")),
    )
    op.create_index("ix_voucher_date", "voucher", ["company_id", "voucher_date", "id"], unique=False)
    op.create_index("ix_voucher_document", "voucher", ["company_id", "document_id"], unique=False)
    op.create_index("uq_voucher_reverses", "voucher", ["company_id", "reverses_id"], unique=True)


def account_balance() -> None:
    op.create_table(
        "account_balance",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("debit_paise", Whole, nullable=False),
        sa.Column("credit_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_account_balance_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_account_balance_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_account_balance_company"),
        sa.PrimaryKeyConstraint("company_id", "account_id", "month", "store_id", name=op.f("pk_account_balance")),
        sqlite_with_rowid=False,
    )


def invoice_cancellation() -> None:
    op.create_table(
        "invoice_cancellation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("voucher_id", Id(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=False),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_cancellation_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_invoice_cancellation_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_cancellation_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", name=op.f("pk_invoice_cancellation")),
    )


def invoice_flag() -> None:
    op.create_table(
        "invoice_flag",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_flag_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_flag_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "kind", name=op.f("pk_invoice_flag")),
    )
    op.create_index("ix_invoice_flag_open", "invoice_flag", ["company_id", "settled_at"], unique=False)


def invoice_line() -> None:
    op.create_table(
        "invoice_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("unit_price_millipaise", Whole, nullable=False),
        sa.Column("price_includes_tax", sa.Boolean(), nullable=False),
        sa.Column("mrp_paise", Whole, nullable=True),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("rate_bp", Whole, nullable=False),
        sa.Column("cess_bp", Whole, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("bill_discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("cess_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("moves_stock", sa.Boolean(), nullable=False),
        sa.Column("against_line_no", Whole, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_line_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_invoice_line_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_line_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "line_no", name=op.f("pk_invoice_line")),
    )
    op.create_index("ix_invoice_line_item", "invoice_line", ["company_id", "item_id", "invoice_id"], unique=False)


def invoice_tender() -> None:
    op.create_table(
        "invoice_tender",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("tender_no", Whole, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("given_paise", Whole, nullable=True),
        sa.CheckConstraint("mode in ('cash', 'upi', 'card', 'credit')", name=op.f("ck_invoice_tender_mode_known")),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_invoice_tender_positive")),
        sa.ForeignKeyConstraint(
            ["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"], name=op.f("fk_invoice_tender_company_id_invoice_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_invoice_tender_company"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "tender_no", name=op.f("pk_invoice_tender")),
    )


def item_code() -> None:
    op.create_table(
        "item_code",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_item_code_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_code_company"),
        sa.PrimaryKeyConstraint("company_id", "code", name=op.f("pk_item_code")),
    )
    op.create_index("ix_item_code_item", "item_code", ["company_id", "item_id"], unique=False)


def item_source() -> None:
    op.create_table(
        "item_source",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("row_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_item_source_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_source_company"),
        sa.PrimaryKeyConstraint("company_id", "key", "variant", name=op.f("pk_item_source")),
    )
    op.create_index("ix_item_source_item", "item_source", ["company_id", "item_id"], unique=False)


def item_unit() -> None:
    op.create_table(
        "item_unit",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("factor_thousandths", Whole, nullable=False),
        sa.Column("price_millipaise", Whole, nullable=True),
        sa.CheckConstraint("factor_thousandths > 0", name=op.f("ck_item_unit_factor_positive")),
        sa.ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_item_unit_company_id_item_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_item_unit_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "unit", name=op.f("pk_item_unit")),
    )


def journal_line() -> None:
    op.create_table(
        "journal_line",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("party_id", Id(), nullable=True),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("voucher_date", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_journal_line_not_zero")),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_journal_line_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_journal_line_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_journal_line_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_journal_line_company"),
        sa.PrimaryKeyConstraint("company_id", "voucher_id", "line_no", name=op.f("pk_journal_line")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_journal_line_account",
        "journal_line",
        ["company_id", "account_id", "voucher_date", "voucher_id", "line_no", "amount_paise"],
        unique=False,
    )
    op.create_index(
        "ix_journal_line_party",
        "journal_line",
        ["company_id", "party_id", "voucher_date", "voucher_id", "line_no", "amount_paise"],
        unique=False,
    )


def missing_bill() -> None:
    op.create_table(
        "missing_bill",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("noticed_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"], name=op.f("fk_missing_bill_company_id_till_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_missing_bill_company"),
        sa.PrimaryKeyConstraint("company_id", "series", "seq", name=op.f("pk_missing_bill")),
    )


def party_balance() -> None:
    op.create_table(
        "party_balance",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("month", Whole, nullable=False),
        sa.Column("debit_paise", Whole, nullable=False),
        sa.Column("credit_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"], ["account.company_id", "account.id"], name=op.f("fk_party_balance_company_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "party_id"], ["party.company_id", "party.id"], name=op.f("fk_party_balance_company_id_party_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_party_balance_company"),
        sa.PrimaryKeyConstraint("company_id", "party_id", "account_id", "month", name=op.f("pk_party_balance")),
        sqlite_with_rowid=False,
    )


def receipt_cancellation() -> None:
    op.create_table(
        "receipt_cancellation",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("voucher_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=False),
        sa.Column("cancelled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "receipt_id"], ["receipt.company_id", "receipt.id"], name=op.f("fk_receipt_cancellation_company_id_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"], name=op.f("fk_receipt_cancellation_company_id_voucher_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_receipt_cancellation_company"),
        sa.PrimaryKeyConstraint("company_id", "receipt_id", name=op.f("pk_receipt_cancellation")),
    )


def shift() -> None:
    op.create_table(
        "shift",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("float_paise", Whole, nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closing_received_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("denominations", Json, nullable=True),
        sa.Column("counted_paise", Whole, nullable=True),
        sa.Column("expected_paise", Whole, nullable=True),
        sa.Column("z_report", Json, nullable=True),
        sa.ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"], name=op.f("fk_shift_company_id_till_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_shift_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_till", "shift", ["company_id", "till_id", "opened_at"], unique=False)


def stock_balance() -> None:
    op.create_table(
        "stock_balance",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.Column("last_cost_millipaise", Whole, nullable=False),
        sa.Column("last_moved_on", sa.Date(), nullable=False),
        sa.Column("last_seq", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_stock_balance_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_stock_balance_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_stock_balance_company"),
        sa.PrimaryKeyConstraint("company_id", "item_id", "store_id", "batch", name=op.f("pk_stock_balance")),
        sqlite_with_rowid=False,
    )


def stock_movement() -> None:
    op.create_table(
        "stock_movement",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line_no", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("store_id", Id(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("qty", Whole, nullable=False),
        sa.Column("value_paise", Whole, nullable=False),
        sa.Column("is_value_given", sa.Boolean(), nullable=False),
        sa.Column("is_below_zero_allowed", sa.Boolean(), nullable=False),
        sa.Column("about_id", Id(), nullable=True),
        sa.Column("about_line_no", Whole, nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'revaluation' or (qty = 0 and about_id is not null)", name=op.f("ck_stock_movement_revaluation_moves_value")
        ),
        sa.CheckConstraint("qty <> 0 or kind = 'revaluation'", name=op.f("ck_stock_movement_moves_something")),
        sa.ForeignKeyConstraint(
            ["company_id", "item_id"], ["item.company_id", "item.id"], name=op.f("fk_stock_movement_company_id_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "store_id"], ["store.company_id", "store.id"], name=op.f("fk_stock_movement_company_id_store_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_stock_movement_company"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "line_no", name=op.f("pk_stock_movement")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_stock_movement_about",
        "stock_movement",
        ["company_id", "about_id", "about_line_no"],
        unique=False,
        sqlite_where=sa.text("about_id is not null"),
        postgresql_where=sa.text("about_id is not null"),
    )
    op.create_index(
        "ix_stock_movement_item", "stock_movement", ["company_id", "item_id", "store_id", "batch", "moved_on", "seq"], unique=False
    )


def sync_command() -> None:
    op.create_table(
        "sync_command",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("ref", Id(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("seq", Whole, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.CheckConstraint("status in ('ok', 'quarantined')", name=op.f("ck_sync_command_status_known")),
        sa.ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"], name=op.f("fk_sync_command_company_id_till_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_sync_command_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_sync_command")),
    )
    op.create_index("ix_sync_command_number", "sync_command", ["company_id", "series", "seq"], unique=False)
    op.create_index("ix_sync_command_open", "sync_command", ["company_id", "status", "settled_at"], unique=False)


def till_series() -> None:
    op.create_table(
        "till_series",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("fy_start_year", Whole, nullable=False),
        sa.Column("last_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "prefix"], ["number_series.company_id", "number_series.prefix"], name=op.f("fk_till_series_company_id_prefix")
        ),
        sa.ForeignKeyConstraint(["company_id", "till_id"], ["till.company_id", "till.id"], name=op.f("fk_till_series_company_id_till_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_till_series_company"),
        sa.PrimaryKeyConstraint("company_id", "prefix", name=op.f("pk_till_series")),
    )


def cash_move() -> None:
    op.create_table(
        "cash_move",
        sa.Column("company_id", Whole, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("shift_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_paise <> 0", name=op.f("ck_cash_move_not_zero")),
        sa.ForeignKeyConstraint(
            ["company_id", "shift_id"], ["shift.company_id", "shift.id"], name=op.f("fk_cash_move_company_id_shift_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_cash_move_company"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_cash_move")),
    )


# In the order of their foreign keys.
TABLES = (
    company,
    failed_sign_in,
    hsn_code,
    till_token,
    user_account,
    account_group,
    column_mapping,
    company_profile,
    edit_log,
    item_gone,
    item_import,
    job_effect,
    job_failure,
    membership,
    number_series,
    outbox_event,
    paper,
    party,
    period_lock,
    shared_link,
    sign_in,
    store,
    tax_class,
    account,
    invoice,
    item,
    item_import_change,
    item_import_error,
    receipt,
    stock_adjustment,
    tax_rate,
    till,
    voucher,
    account_balance,
    invoice_cancellation,
    invoice_flag,
    invoice_line,
    invoice_tender,
    item_code,
    item_source,
    item_unit,
    journal_line,
    missing_bill,
    party_balance,
    receipt_cancellation,
    shift,
    stock_balance,
    stock_movement,
    sync_command,
    till_series,
    cash_move,
)
