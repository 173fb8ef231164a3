"""Programs that act for a member or for the business: their tokens, what these are exchanged for, and who asks under /api/v1.

Promises: of a token only what cannot be turned back is kept; it never opens more than its member may at that moment, nor another business;
revoked, it opens nothing with the next request; a refresh token is good once, and shown twice it ends what was given with it.
`docs/api-access.md` says how.
"""

from webapp.api_access.door import Shown, admit, shown
from webapp.api_access.events import ApiTokenMade, ApiTokenMisused
from webapp.api_access.granting import Granted, exchange, give_up, program_of, refresh
from webapp.api_access.scopes import SCOPES
from webapp.api_access.service import Draft, Made, end_of_member, make_personal, make_service, revoke, revoke_all

__all__ = [
    "SCOPES",
    "ApiTokenMade",
    "ApiTokenMisused",
    "Draft",
    "Granted",
    "Made",
    "Shown",
    "admit",
    "end_of_member",
    "exchange",
    "give_up",
    "make_personal",
    "make_service",
    "program_of",
    "refresh",
    "revoke",
    "revoke_all",
    "shown",
]
