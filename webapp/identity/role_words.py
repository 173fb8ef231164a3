"""What roles are called on pages, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.platform.permissions import Role


def built_in_words() -> dict[Role, str]:
    """The roles that every business has, from the one that may do most."""
    return {
        Role.OWNER: _("Owner"),
        Role.ADMIN: _("Admin"),
        Role.ACCOUNTANT: _("Accountant"),
        Role.ANALYST: _("Analyst"),
        Role.CASHIER: _("Cashier"),
        Role.VIEWER: _("Viewer"),
    }


def role_word(role: Role, own_name: str = "") -> str:
    """What a role is called: the business's own by the name it was given."""
    return own_name or built_in_words().get(role, "")
