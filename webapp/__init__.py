"""Munim: billing, GST, stock and double-entry books for the Indian shop."""

VERSION = "0.1.0"
