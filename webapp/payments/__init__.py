"""Money taken from, or given back to, a customer apart from a bill."""

from webapp.payments.till_totals import receipts_of_shift

__all__ = ["receipts_of_shift"]
