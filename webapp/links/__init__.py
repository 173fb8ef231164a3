"""Links that anybody may open: one document of one company, until a day, as long as nobody ends them.

Promises: a link opens the document it was made for and no other; it cannot be guessed; once ended or past its day it opens
nothing; who made, opened and ended links can be seen. A room that shares a document names its kind (`use_kind`), makes links
(`make`), and asks what a token opens (`resolve`).
"""

from webapp.links.kinds import Kind, use_kind
from webapp.links.queries import LinkRow, links_of, open_link
from webapp.links.service import make, revoke
from webapp.links.tokens import Opened, address, count_view, resolve

__all__ = [
    "Kind",
    "LinkRow",
    "Opened",
    "address",
    "count_view",
    "links_of",
    "make",
    "open_link",
    "resolve",
    "revoke",
    "use_kind",
]
