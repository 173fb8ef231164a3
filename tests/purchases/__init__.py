"""Purchases: from the order to the supplier's paid bill, and everything that may not be."""
