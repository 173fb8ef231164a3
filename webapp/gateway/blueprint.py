"""The blueprint of this room's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("gateway", __name__)
