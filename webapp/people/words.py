"""What each permission is called, in words of the trade, by the part of the program it is of."""

# long: a line for each permission

from __future__ import annotations

from flask_babel import gettext as _

from webapp.platform.permissions import Permission

Group = tuple[str, list[tuple[Permission, str]]]


# long: a line for each permission, in one list that is read as a whole
def groups() -> list[Group]:
    """Every permission once, as the matrix of roles shows them."""
    return [
        (
            _("Bills and orders"),
            [
                (Permission.BILL_READ, _("See bills")),
                (Permission.BILL_ISSUE, _("Make bills")),
                (Permission.BILL_CANCEL, _("Cancel bills, take goods back")),
                (Permission.ORDER_READ, _("See orders, quotations and challans")),
                (Permission.ORDER_WRITE, _("Write orders, quotations and challans")),
                (Permission.CHALLAN_CANCEL, _("Cancel challans")),
                (Permission.EINVOICE_SEND, _("Send e-invoices and e-way bills")),
                (Permission.LINK_SHARE, _("Make public links")),
                (Permission.LINK_MANAGE, _("End public links of others")),
                (Permission.REVIEW_SETTLE, _("Settle bills that need a look")),
            ],
        ),
        (
            _("Counter"),
            [
                (Permission.TILL_READ, _("See counters")),
                (Permission.TILL_ENROL, _("Set up and end counters")),
                (Permission.SHIFT_READ, _("See shifts and cash drawers")),
            ],
        ),
        (
            _("Pass a limit, with a reason"),
            [
                (Permission.CREDIT_OVERRIDE, _("Credit past a customer's limit")),
                (Permission.DISCOUNT_OVERRIDE, _("Discount past the role's limit")),
                (Permission.BACKDATE_OVERRIDE, _("Date back past the role's limit")),
                (Permission.BATCH_OVERRIDE, _("Sell expired batches, choose another batch")),
                (Permission.SCHEME_LIFT, _("Lift a scheme from a bill")),
            ],
        ),
        (
            _("Items and stock"),
            [
                (Permission.ITEM_READ, _("See items and prices")),
                (Permission.ITEM_WRITE, _("Change items and prices")),
                (Permission.ITEM_COST_READ, _("See costs and margins")),
                (Permission.STOCK_READ, _("See stock")),
                (Permission.STOCK_WRITE, _("Move and adjust stock")),
                (Permission.STOCK_COUNT, _("Count stock")),
                (Permission.IMPORT_RUN, _("Import lists")),
            ],
        ),
        (
            _("Customers and suppliers"),
            [
                (Permission.PARTY_READ, _("See customers, suppliers and khata")),
                (Permission.PARTY_WRITE, _("Change customers and suppliers")),
                (Permission.PURCHASE_READ, _("See purchases")),
                (Permission.PURCHASE_WRITE, _("Write purchases")),
                (Permission.MESSAGE_READ, _("See messages that were sent")),
                (Permission.MESSAGE_SEND, _("Send messages")),
            ],
        ),
        (
            _("Money"),
            [
                (Permission.RECEIPT_WRITE, _("Take money, cheques")),
                (Permission.WRITE_OFF, _("Write off what is owed")),
                (Permission.ONLINE_PAYMENT_READ, _("See online payments")),
                (Permission.ONLINE_PAYMENT_WRITE, _("Refund and enter online payments")),
            ],
        ),
        (
            _("Books"),
            [
                (Permission.VOUCHER_READ, _("See vouchers")),
                (Permission.VOUCHER_WRITE, _("Write vouchers")),
                (Permission.VOUCHER_AMEND, _("Amend and cancel vouchers")),
                (Permission.CHART_WRITE, _("Change accounts and openings")),
                (Permission.BUDGET_WRITE, _("Write budgets")),
                (Permission.PERIOD_LOCK, _("Lock and unlock months")),
                (Permission.PERIOD_ENTER_LOCKED, _("Enter into locked days that were opened")),
                (Permission.YEAR_CLOSE, _("Close the year")),
                (Permission.YEAR_REOPEN, _("Re-open a closed year")),
                (Permission.BOOKS_TAKE, _("Take the books away as a file")),
            ],
        ),
        (
            _("Reports and returns"),
            [
                (Permission.REPORT_READ, _("See reports and statements")),
                (Permission.REPORT_EXPORT, _("Take lists away as files")),
                (Permission.RETURN_READ, _("See GST, TDS and TCS returns")),
                (Permission.RETURN_FILE, _("Prepare and file returns")),
                (Permission.RETURN_REOPEN, _("Take a filing back")),
                (Permission.EDIT_LOG_READ, _("See the edit log")),
            ],
        ),
        (
            _("The business"),
            [
                (Permission.COMPANY_READ, _("Work here: own account, lists and notices")),
                (Permission.COMPANY_WRITE, _("Change settings and stores")),
                (Permission.MEMBER_WRITE, _("Invite people, give roles")),
                (Permission.NOTIFICATION_WRITE, _("Decide who is told of what")),
                (Permission.JOB_MANAGE, _("See and repeat background work")),
                (Permission.BACKUP_MANAGE, _("Make backups and company files")),
            ],
        ),
        (
            _("The owner's alone"),
            [
                (Permission.OWNERSHIP_TRANSFER, _("Hand the business over")),
                (Permission.SECOND_STEP_ASK, _("Ask a second step of everybody")),
                (Permission.BACKUP_RESTORE, _("Bring a backup back")),
                (Permission.BUSINESS_LEAVE, _("Take the whole business away, wind it up")),
            ],
        ),
    ]
