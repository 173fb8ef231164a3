"""Outstandings: which bills of customers and suppliers are open, since when, and what money settled them.

Promises: what is open of a party adds up to its balance in the ledger, on every day; a line is never settled by more than
it is; what is undone is told, not deleted; the past is told as it stood. Nothing here posts to a register.
"""

from webapp.outstandings.ages import Ageing, Narrowed, PartyAge, ageing, all_bills, netted_items, open_items
from webapp.outstandings.forms import LINK_DAYS, STATEMENT, parse_parts, suggested
from webapp.outstandings.history import LateBill, late_bills
from webapp.outstandings.lines import PAYABLE, RECEIVABLE, Asked
from webapp.outstandings.queries import AllocationRow, allocations_of, party_lines_of
from webapp.outstandings.rules import CannotSettle, LineKey, OpenItem, Part, Reference, suggest
from webapp.outstandings.service import allocate, refer, release, release_all_of, require_open, settle_against, settle_what_can_be
from webapp.outstandings.statement_runs import ask_statements, make_statements, statement_run
from webapp.outstandings.statements import Words

__all__ = [
    "LINK_DAYS",
    "PAYABLE",
    "RECEIVABLE",
    "STATEMENT",
    "Ageing",
    "AllocationRow",
    "Asked",
    "CannotSettle",
    "LateBill",
    "LineKey",
    "Narrowed",
    "OpenItem",
    "Part",
    "PartyAge",
    "Reference",
    "Words",
    "ageing",
    "all_bills",
    "allocate",
    "allocations_of",
    "ask_statements",
    "late_bills",
    "make_statements",
    "netted_items",
    "open_items",
    "parse_parts",
    "party_lines_of",
    "refer",
    "release",
    "release_all_of",
    "require_open",
    "settle_against",
    "settle_what_can_be",
    "statement_run",
    "suggest",
    "suggested",
]
