"""Goods that lie with others and are ours, and goods that lie with us and are others'."""
