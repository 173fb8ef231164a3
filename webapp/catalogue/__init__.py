"""Items and all that a price needs: codes, units, tax classes with dated rates, HSN, and imports.

Promises: a barcode or SKU names one item; an item is archived, never deleted (only the undo of an import removes what
nothing has used); a rate is never overwritten; every change takes a catalogue revision, so tills copy only what moved.
"""

from webapp.catalogue.barcodes import check_barcode
from webapp.catalogue.bulk import run_bulk_change
from webapp.catalogue.collected import collected_items, mark_collected
from webapp.catalogue.counted import CountedItem, counted_items, item_categories, item_of_code
from webapp.catalogue.families import create_family, family, make_variants
from webapp.catalogue.family_rules import Attribute, Cell, FamilyDraft
from webapp.catalogue.hooks import Opening, take_openings, use_before_tracking, use_before_valuation
from webapp.catalogue.hooks import use as use_openings
from webapp.catalogue.hsn import HsnRow, open_hsn, search_hsn
from webapp.catalogue.import_run import run_import
from webapp.catalogue.import_undo import undo_import
from webapp.catalogue.lists import Filters, ListedItem, choices, list_items, listed_item
from webapp.catalogue.masters import official_words
from webapp.catalogue.price_feed import TillList, list_names, lists_for_till, lists_of
from webapp.catalogue.price_lists import (
    ListDraft,
    PriceDraft,
    change_price_list,
    create_price_list,
    give_list,
    put_list_away,
    remove_price,
    set_prices,
)
from webapp.catalogue.price_reads import items_named
from webapp.catalogue.prices import Price, price_for, prices_for
from webapp.catalogue.queries import BillItem, items_first_in_first_out, items_for_bill
from webapp.catalogue.rules import ItemDraft, Pack
from webapp.catalogue.scale_labels import ScaleLabel, item_of_label, read_scale_label
from webapp.catalogue.selling import SoldItem, SoldPack, find_sold_items, sold_items, sold_like
from webapp.catalogue.service import (
    archive_item,
    archive_items,
    change_item,
    create_item,
    quick_item,
    restore_item,
    restore_items,
)
from webapp.catalogue.shop_kinds import SHOP_KINDS, ShopKind, shop_kind
from webapp.catalogue.taxes import TaxClassRow, add_rate, add_tax_class, open_tax_classes, tax_class_ids, tax_classes
from webapp.catalogue.tills import FIELDS as SNAPSHOT_FIELDS
from webapp.catalogue.tills import Snapshot, snapshot, tax_class_for_till
from webapp.catalogue.units import UNITS, Unit, unit_code

__all__ = [
    "SHOP_KINDS",
    "SNAPSHOT_FIELDS",
    "UNITS",
    "Attribute",
    "BillItem",
    "Cell",
    "CountedItem",
    "FamilyDraft",
    "Filters",
    "HsnRow",
    "ItemDraft",
    "ListDraft",
    "ListedItem",
    "Opening",
    "Pack",
    "Price",
    "PriceDraft",
    "ScaleLabel",
    "ShopKind",
    "Snapshot",
    "SoldItem",
    "SoldPack",
    "TaxClassRow",
    "TillList",
    "Unit",
    "add_rate",
    "add_tax_class",
    "archive_item",
    "archive_items",
    "change_item",
    "change_price_list",
    "check_barcode",
    "choices",
    "collected_items",
    "counted_items",
    "create_family",
    "create_item",
    "create_price_list",
    "family",
    "find_sold_items",
    "give_list",
    "item_categories",
    "item_of_code",
    "item_of_label",
    "items_first_in_first_out",
    "items_for_bill",
    "items_named",
    "list_items",
    "list_names",
    "listed_item",
    "lists_for_till",
    "lists_of",
    "make_variants",
    "mark_collected",
    "official_words",
    "open_hsn",
    "open_tax_classes",
    "price_for",
    "prices_for",
    "put_list_away",
    "quick_item",
    "read_scale_label",
    "remove_price",
    "restore_item",
    "restore_items",
    "run_bulk_change",
    "run_import",
    "search_hsn",
    "set_prices",
    "shop_kind",
    "snapshot",
    "sold_items",
    "sold_like",
    "take_openings",
    "tax_class_for_till",
    "tax_class_ids",
    "tax_classes",
    "undo_import",
    "unit_code",
    "use_before_tracking",
    "use_before_valuation",
    "use_openings",
]
