"""What comes before a bill: quotations, sales orders, delivery challans and what came back on them, proformas, advances, and bills
that come again. They decide; what moves goods or money is recorded by the two registers.

Promises: never more is made of a document than is left of it; ordered = delivered + pending + closed; goods on a challan are
stock delivered, at what they cost, until they are billed or come back; a document's figures never change.
"""

from webapp.orders.advance_reads import AdvanceRow, advance, advances_of, numbers_by_reference
from webapp.orders.advances import NewAdvance, adjust_advance, refund_advance, take_advance
from webapp.orders.answering import Answer, AnswerRow, answer, answers_of, waits_for_answer, why_not
from webapp.orders.asked import asked_before_bill
from webapp.orders.chain import Chain, chain_of, chain_of_invoice
from webapp.orders.converting import convert, invoice_from, issue, release_invoice, sheet_of
from webapp.orders.delivered import goods_before, named
from webapp.orders.one_supply import taxed_as
from webapp.orders.promised import offers_promised
from webapp.orders.queries import DocumentView, HeadRow, LineRow, document
from webapp.orders.recurring import TemplateCommand, create_template, make_due
from webapp.orders.rules import NotLeft, WrongState, approval_due
from webapp.orders.service import NewDocument, cancel, close_short, create, decide, take_back
from webapp.orders.standing import (
    OutRow,
    all_standing,
    overdue_challans,
    standing,
    standing_cost,
    standing_of_items,
)
from webapp.orders.standing import Wanted as WantedStanding
from webapp.orders.travelling import challans_worth_more_than

__all__ = [
    "AdvanceRow",
    "Answer",
    "AnswerRow",
    "Chain",
    "DocumentView",
    "HeadRow",
    "LineRow",
    "NewAdvance",
    "NewDocument",
    "NotLeft",
    "OutRow",
    "TemplateCommand",
    "WantedStanding",
    "WrongState",
    "adjust_advance",
    "advance",
    "advances_of",
    "all_standing",
    "answer",
    "answers_of",
    "approval_due",
    "asked_before_bill",
    "cancel",
    "chain_of",
    "chain_of_invoice",
    "challans_worth_more_than",
    "close_short",
    "convert",
    "create",
    "create_template",
    "decide",
    "document",
    "goods_before",
    "invoice_from",
    "issue",
    "make_due",
    "named",
    "numbers_by_reference",
    "offers_promised",
    "overdue_challans",
    "refund_advance",
    "release_invoice",
    "sheet_of",
    "standing",
    "standing_cost",
    "standing_of_items",
    "take_advance",
    "take_back",
    "taxed_as",
    "waits_for_answer",
    "why_not",
]
