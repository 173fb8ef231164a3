"""Links that anybody may open: one document of one company, until a day, as long as nobody ends them.

Promises: a link opens the document it was made for and no other; it cannot be guessed; once ended or past its day it opens
nothing; who made, opened and ended links can be seen. A room that shares a document names its kind (`use_kind`), makes links
(`make`), and asks what a token opens (`resolve`).
"""

from webapp.links.kinds import Kind, use_kind
from webapp.links.pages import address_hash, asks_for_page, form_proof, public_page, require_proof
from webapp.links.paying import Due, due
from webapp.links.queries import LinkRow, links_of, open_link
from webapp.links.service import make, revoke
from webapp.links.tokens import Opened, address, count_view, resolve

__all__ = [
    "Due",
    "Kind",
    "LinkRow",
    "Opened",
    "address",
    "address_hash",
    "asks_for_page",
    "count_view",
    "due",
    "form_proof",
    "links_of",
    "make",
    "open_link",
    "public_page",
    "require_proof",
    "resolve",
    "revoke",
    "use_kind",
]
