"""What the modules with this room's pages hang them on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("api_access", __name__)
