"""Links that anybody may open: one document of one company, until a day, as long as nobody ends them.

Promises: a link opens the document it was made for and no other; it cannot be guessed; once ended or past its day it opens
nothing; who made, opened and ended links can be seen; who holds one may state a payment, which posts nothing. A room that shares a
document names its kind (`use_kind`), makes links (`make`), and asks what a token opens (`resolve`).
"""

from webapp.links.door import address_hash, knock
from webapp.links.events import PaymentStated
from webapp.links.kinds import Kind, Payable, payable_of, use_kind
from webapp.links.notices import (
    NoticeRow,
    enter_notice,
    free_notice,
    notice,
    notices_of,
    put_aside,
    state_payment,
    stated_by,
    use_known_utrs,
    waiting_count,
    waiting_of,
    where_else,
)
from webapp.links.pages import asks_for_page, form_proof, public_page, require_proof
from webapp.links.paying import PAID, Due, due, use_online
from webapp.links.queries import LinkRow, links_of, links_of_many, open_link
from webapp.links.rules import Payer, Stated
from webapp.links.service import make, revoke, revoke_all
from webapp.links.tokens import Opened, address, address_of_path, count_view, kind_address, resolve

__all__ = [
    "PAID",
    "Due",
    "Kind",
    "LinkRow",
    "NoticeRow",
    "Opened",
    "Payable",
    "Payer",
    "PaymentStated",
    "Stated",
    "address",
    "address_hash",
    "address_of_path",
    "asks_for_page",
    "count_view",
    "due",
    "enter_notice",
    "form_proof",
    "free_notice",
    "kind_address",
    "knock",
    "links_of",
    "links_of_many",
    "make",
    "notice",
    "notices_of",
    "open_link",
    "payable_of",
    "public_page",
    "put_aside",
    "require_proof",
    "resolve",
    "revoke",
    "revoke_all",
    "state_payment",
    "stated_by",
    "use_kind",
    "use_known_utrs",
    "use_online",
    "waiting_count",
    "waiting_of",
    "where_else",
]
