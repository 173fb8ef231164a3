"""The stock room's pages, which stand in two files."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("stocktaking", __name__)
