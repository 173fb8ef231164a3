"""Customers and suppliers: who they are, how to reach them, how much credit they have.

Promises: a GSTIN names one party, and its state is the GSTIN's; a phone is one that exists; a party is archived, never
deleted; every change takes a catalogue revision. What a party owes is the ledger's to say.
"""

from webapp.parties.forms import parse_filters
from webapp.parties.lists import Filters, matching_ids
from webapp.parties.models import Party
from webapp.parties.queries import (
    PartyRow,
    TillParties,
    composition_gstins,
    hold_party,
    parties_by_id,
    parties_for_till,
    party_or_none,
    party_row,
    search_parties,
    small_enterprises,
)
from webapp.parties.rules import PartyDraft, check_phone
from webapp.parties.service import (
    archive_parties,
    archive_party,
    change_party,
    create_party,
    quick_party,
    restore_parties,
    restore_party,
)

__all__ = [
    "Filters",
    "Party",
    "PartyDraft",
    "PartyRow",
    "TillParties",
    "archive_parties",
    "archive_party",
    "change_party",
    "check_phone",
    "composition_gstins",
    "create_party",
    "hold_party",
    "matching_ids",
    "parse_filters",
    "parties_by_id",
    "parties_for_till",
    "party_or_none",
    "party_row",
    "quick_party",
    "restore_parties",
    "restore_party",
    "search_parties",
    "small_enterprises",
]
