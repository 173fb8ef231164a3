"""The blueprint of the links and of the payments stated through them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("links", __name__)
