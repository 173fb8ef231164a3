"""E-invoices: documents reported to the Invoice Registration Portal, what it signed, and how each stands (CGST Rule 48(4), (5))."""
