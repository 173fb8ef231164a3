"""Items and all that a price needs: codes, units, tax classes with dated rates, and imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped, Directory


class TaxClass(CompanyScoped, Base):
    """How an item is taxed: a treatment, and dated rates beneath it. `code` names the seeded ones ("gst18")."""

    __tablename__ = "tax_class"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    local_name: Mapped[str] = mapped_column(default="")
    treatment: Mapped[str]  # webapp.tax Treatment
    archived_at: Mapped[datetime | None]

    __table_args__ = (Index("uq_tax_class_code", "company_id", "code", unique=True),)


class TaxRate(CompanyScoped, Base):
    """A rate from a day on, and above a unit price where the law says so. Never overwritten: a new rate is a new row."""

    __tablename__ = "tax_rate"

    tax_class_id: Mapped[UUID] = mapped_column(primary_key=True)
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    price_over_millipaise: Mapped[int] = mapped_column(primary_key=True, default=0)
    rate_bp: Mapped[int]
    cess_bp: Mapped[int] = mapped_column(default=0)
    on_retail_price: Mapped[bool] = mapped_column(
        default=False
    )  # of the retail sale price on the pack (CGST Rule 31D), not of what is paid

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"]),
        CheckConstraint("rate_bp >= 0 and cess_bp >= 0 and price_over_millipaise >= 0", name="not_negative"),
    )


class HsnCode(Directory, Base):
    """HSN and SAC codes with plain descriptions and search words. Shared by all companies: facts, not rows of one."""

    __tablename__ = "hsn_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str]
    search_text: Mapped[str]
    usual_tax_class: Mapped[str] = mapped_column(default="")


class Item(CompanyScoped, Base):
    """A thing sold. Price in thousandths of a paisa per base unit; MRP in paise. Archived, not deleted: only the undo of
    an import removes a row, and only one that nothing has used."""

    __tablename__ = "item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    local_name: Mapped[str] = mapped_column(default="")
    sku: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="goods")  # goods, service
    unit: Mapped[str] = mapped_column(default="NOS")  # a GST unit quantity code
    hsn: Mapped[str] = mapped_column(default="")
    tax_class_id: Mapped[UUID]
    price_millipaise: Mapped[int]
    price_includes_tax: Mapped[bool] = mapped_column(default=True)
    mrp_paise: Mapped[int | None]
    category: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    is_stocked: Mapped[bool] = mapped_column(default=True)
    sold_by_weight: Mapped[bool] = mapped_column(default=False)
    tracking: Mapped[str] = mapped_column(default="none")  # none, batch, serial: how its stock is told apart
    tcs_kind: Mapped[str] = mapped_column(default="")  # the kind of goods tax is collected at source on (webapp.tds), "" for none
    valuation: Mapped[str] = mapped_column(default="average")  # average (weighted), fifo: what its goods cost when they go out
    supply_nature: Mapped[str] = mapped_column(default="")  # of a service: what its place hangs on (webapp.tax.place)
    reorder_level_qty: Mapped[int | None]
    search_text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused
    rev: Mapped[int]  # the catalogue revision of the newest change, for the tills' delta
    import_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"]),
        Index("uq_item_sku", "company_id", "sku", unique=True),
        Index("ix_item_name", "company_id", "name"),
        Index("ix_item_rev", "company_id", "rev", "archived_at"),
        Index("ix_item_category", "company_id", "category"),
        Index("ix_item_import", "company_id", "import_id"),
        CheckConstraint("price_millipaise >= 0 and (mrp_paise is null or mrp_paise >= 0)", name="price_not_negative"),
        CheckConstraint("kind in ('goods', 'service')", name="kind_known"),
        CheckConstraint("tracking in ('none', 'batch', 'serial')", name="tracking_known"),
        CheckConstraint("valuation in ('average', 'fifo')", name="valuation_known"),
    )


class ItemCode(CompanyScoped, Base):
    """A barcode of an item (EAN-13, EAN-8, UPC-A, or the shop's own). One code names one item."""

    __tablename__ = "item_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    unit: Mapped[str] = mapped_column(default="")  # "" is the base unit; else the pack this code is printed on

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_item_code_item", "company_id", "item_id"),
    )


class ItemUnit(CompanyScoped, Base):
    """A pack an item is also sold in: `factor_thousandths` base units make one (a box of 12 is 12000)."""

    __tablename__ = "item_unit"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    factor_thousandths: Mapped[int]
    price_millipaise: Mapped[int | None]  # None: the base price times the factor

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CheckConstraint("factor_thousandths > 0", name="factor_positive"),
    )


class PriceList(CompanyScoped, Base):
    """Prices beside the item's own: for everybody or for named customers, in one store or in all."""

    __tablename__ = "price_list"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_for_all: Mapped[bool]  # else for the customers of `price_list_party`
    store_id: Mapped[UUID | None]  # None: in every store
    version: Mapped[int] = mapped_column(default=1)  # raised by each change of the list or its prices; a stale form is refused
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_price_list_name", "company_id", "name", unique=True),
    )


class PriceListParty(CompanyScoped, Base):
    """The list a customer buys by; one, or none."""

    __tablename__ = "price_list_party"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    price_list_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "price_list_id"], ["price_list.company_id", "price_list.id"]),
        Index("ix_price_list_party_list", "company_id", "price_list_id"),
    )


class ListPrice(CompanyScoped, Base):
    """What one base unit costs on a list from `min_qty` (thousandths) on, from a day on and maybe until a day. With or without
    tax as the item's own price."""

    __tablename__ = "list_price"

    price_list_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    min_qty: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    ends_on: Mapped[date | None]
    price_millipaise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "price_list_id"], ["price_list.company_id", "price_list.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_list_price_item", "company_id", "item_id"),
        CheckConstraint("price_millipaise >= 0 and min_qty >= 0", name="not_negative"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="ends_after_start"),
    )


class PriceChange(CompanyScoped, Base):
    """A price of a list was set, changed (`old` and `new`) or taken away (no `new`): by whom and when. Never changed or deleted."""

    __tablename__ = "price_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    price_list_id: Mapped[UUID]
    item_id: Mapped[UUID]
    min_qty: Mapped[int]
    starts_on: Mapped[date]
    old_millipaise: Mapped[int | None]
    new_millipaise: Mapped[int | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "price_list_id"], ["price_list.company_id", "price_list.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_price_change_item", "company_id", "item_id", "changed_at"),
        Index("ix_price_change_list", "company_id", "price_list_id", "changed_at"),
    )


class ItemFamily(CompanyScoped, Base):
    """What variants have in common: a T-shirt in its sizes and colours. Its facts are what a new variant starts with; a variant
    is an item like any other and has its own. `attributes` is [[name, [values in order]], …], at most three."""

    __tablename__ = "item_family"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    sku_prefix: Mapped[str]
    attributes: Mapped[list[Any]]
    tax_class_id: Mapped[UUID]
    price_millipaise: Mapped[int]
    price_includes_tax: Mapped[bool]
    mrp_paise: Mapped[int | None]
    unit: Mapped[str]
    hsn: Mapped[str]
    category: Mapped[str]
    brand: Mapped[str]
    is_stocked: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "tax_class_id"], ["tax_class.company_id", "tax_class.id"]),
        Index("uq_item_family_name", "company_id", "name", unique=True),
        CheckConstraint("price_millipaise >= 0 and (mrp_paise is null or mrp_paise >= 0)", name="price_not_negative"),
    )


class ItemVariant(CompanyScoped, Base):
    """An item is this one of its family: a value for each attribute, "" where the family has fewer. No two items are the same one."""

    __tablename__ = "item_variant"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID]
    value_1: Mapped[str]
    value_2: Mapped[str] = mapped_column(default="")
    value_3: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "family_id"], ["item_family.company_id", "item_family.id"]),
        Index("uq_item_variant_values", "company_id", "family_id", "value_1", "value_2", "value_3", unique=True),
    )


class ItemBulkRun(CompanyScoped, Base):
    """One change of many items. waiting → done; `done` counts the items up to which everything is committed, so that a worker
    that was killed goes on after it. `role` is the asker's: each row asks again whether it may. `refused` is [[name, words], …]."""

    __tablename__ = "item_bulk_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action: Mapped[str]
    value: Mapped[str]
    round_to: Mapped[str]
    item_ids: Mapped[list[Any]]
    state: Mapped[str]
    done: Mapped[int]
    changed: Mapped[int]
    refused: Mapped[list[Any]]
    user_id: Mapped[UUID | None]
    role: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("state in ('waiting', 'done')", name="state_known"),)


class ItemGone(CompanyScoped, Base):
    """An item whose row was removed, so that tills forget it too."""

    __tablename__ = "item_gone"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    rev: Mapped[int]

    __table_args__ = (Index("ix_item_gone_rev", "company_id", "rev"),)


class ItemSource(CompanyScoped, Base):
    """Which row of a sheet an item came from, so that the same sheet read again changes nothing.

    `key` is how the sheet names it (its SKU, its barcode, or name, brand and category); `variant` tells apart items that
    a sheet calls alike (their price and MRP); `row_sha256` is what the row said when it was last read.
    """

    __tablename__ = "item_source"

    key: Mapped[str] = mapped_column(primary_key=True)
    variant: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    row_sha256: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_item_source_item", "company_id", "item_id"),
    )


class ItemImport(CompanyScoped, Base):
    """One uploaded sheet on its way into the catalogue.

    uploaded → waiting → running → done | failed; done → undoing → undone. `rows_done` is the row of the sheet up to
    which everything is committed: a worker that was killed goes on after it.
    """

    __tablename__ = "item_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_created: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_same: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    rows_removed: Mapped[int] = mapped_column(default=0)  # by the undo
    rows_archived: Mapped[int] = mapped_column(default=0)  # by the undo, because bills or stock stand on them
    error: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ItemImportChange(CompanyScoped, Base):
    """What an import did to one item, so that it can be undone: created (no `before`), or changed from `before`."""

    __tablename__ = "item_import_change"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    row_no: Mapped[int]
    is_created: Mapped[bool]
    before: Mapped[dict[str, Any] | None]

    __table_args__ = (ForeignKeyConstraint(["company_id", "import_id"], ["item_import.company_id", "item_import.id"]),)


class ItemImportError(CompanyScoped, Base):
    """A row an import refused, by column, with what was in it."""

    __tablename__ = "item_import_error"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    errors: Mapped[dict[str, Any]]
    cells: Mapped[dict[str, Any]]

    __table_args__ = (ForeignKeyConstraint(["company_id", "import_id"], ["item_import.company_id", "item_import.id"]),)


class ColumnMapping(CompanyScoped, Base):
    """The mapping last used for a sheet with these headings, so that it is asked once."""

    __tablename__ = "column_mapping"

    headings_hash: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
