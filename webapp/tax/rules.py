"""The room's one address: `from webapp.tax.rules import work_out`. The rules stand in the files named below."""

from __future__ import annotations

from webapp.tax.arithmetic import BillLine, Figures, LineFigures, Terms, discount_from_bp, work_out
from webapp.tax.documents import HsnRow, document_kind, hsn_digits_required, hsn_summary
from webapp.tax.identifiers import check_gstin, check_pan, state_of_gstin
from webapp.tax.kinds import DocumentKind, Scheme, Supply, Treatment
from webapp.tax.rates import MOST_CESS_BP, MOST_RATE_BP, DatedRate, TaxClass, rate_on, treatment_on
from webapp.tax.seed_rates import SEED_TAX_CLASSES, SeedTaxClass
from webapp.tax.states import (
    RETIRED_STATES,
    STATES,
    STATES_HINDI,
    is_union_territory_without_legislature,
    place_name,
    state_name,
    state_tax_name,
    supply_between,
)

# The version of the arithmetic, written on every bill. A change of any rounding or order of working raises it, and
# the old working is kept beside the new for bills that were made under it.
RULES_V = 1

__all__ = [
    "MOST_CESS_BP",
    "MOST_RATE_BP",
    "RETIRED_STATES",
    "RULES_V",
    "SEED_TAX_CLASSES",
    "STATES",
    "STATES_HINDI",
    "BillLine",
    "DatedRate",
    "DocumentKind",
    "Figures",
    "HsnRow",
    "LineFigures",
    "Scheme",
    "SeedTaxClass",
    "Supply",
    "TaxClass",
    "Terms",
    "Treatment",
    "check_gstin",
    "check_pan",
    "discount_from_bp",
    "document_kind",
    "hsn_digits_required",
    "hsn_summary",
    "is_union_territory_without_legislature",
    "place_name",
    "rate_on",
    "state_name",
    "state_of_gstin",
    "state_tax_name",
    "supply_between",
    "treatment_on",
    "work_out",
]
