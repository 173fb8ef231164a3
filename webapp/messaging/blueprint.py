"""The room's blueprint, on which its route files hang."""

from flask import Blueprint

bp = Blueprint("messaging", __name__)
