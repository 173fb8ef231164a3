"""Vouchers typed by an accountant: posted once, amended exactly, refused clearly."""
