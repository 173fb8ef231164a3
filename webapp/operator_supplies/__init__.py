"""Supplies of others on which this business, as an electronic commerce operator, pays the tax (CGST Act s.9(5)).

The seller is another; the operator is treated as the supplier. It keeps each such supply, by whom and to whom it was made, and posts its
tax: Dr the account of settlements with sellers, Cr output tax. Promises: what a return tells of them is what the output tax accounts were
credited; a supply is never changed, a mistake is answered by a reversal of the same day; one number bears one rate once in a year.
"""

from webapp.operator_supplies.queries import OperatorRegistration, SupplyRow, registration_of, standing_supplies, supply
from webapp.operator_supplies.rules import DOCUMENT_TYPES, SupplyDraft
from webapp.operator_supplies.service import enter_supply, reverse_supply, set_up

__all__ = [
    "DOCUMENT_TYPES",
    "OperatorRegistration",
    "SupplyDraft",
    "SupplyRow",
    "enter_supply",
    "registration_of",
    "reverse_supply",
    "set_up",
    "standing_supplies",
    "supply",
]
