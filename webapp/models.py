"""Every table, imported once so that the schema is whole (migrations and their check read it from here)."""

from webapp.api_access import models as api_access
from webapp.assembly import models as assembly
from webapp.attachments import models as attachments
from webapp.budgets import models as budgets
from webapp.catalogue import master_models as catalogue_masters
from webapp.catalogue import models as catalogue
from webapp.cheques import models as cheques
from webapp.closing import models as closing
from webapp.company import models as company
from webapp.composition import models as composition
from webapp.counter import models as counter
from webapp.custom_reports import models as custom_reports
from webapp.due_dates import models as due_dates
from webapp.dunning import models as dunning
from webapp.einvoice import models as einvoice
from webapp.ewaybills import models as ewaybills
from webapp.final_accounts import models as final_accounts
from webapp.gateway import models as gateway
from webapp.gst_inward import models as gst_inward
from webapp.gst_returns import models as gst_returns
from webapp.gstr3b import models as gstr3b
from webapp.identity import models as identity
from webapp.input_tax import models as input_tax
from webapp.interest import models as interest
from webapp.ledger import models as ledger
from webapp.links import models as links
from webapp.messaging import models as messaging
from webapp.notifications import models as notifications
from webapp.operator_supplies import models as operator_supplies
from webapp.orders import models as orders
from webapp.outstandings import models as outstandings
from webapp.parties import models as parties
from webapp.payments import models as payments
from webapp.plans import models as plans
from webapp.platform import audit, chore_runs, numbering, outbox, people_mail
from webapp.platform.db import Base
from webapp.printing import models as printing
from webapp.purchases import models as purchases
from webapp.reminders import models as reminders
from webapp.sales import models as sales
from webapp.saved_views import models as saved_views
from webapp.schemes import models as schemes
from webapp.security_events import models as security_events
from webapp.share_capital import models as share_capital
from webapp.stock import models as stock
from webapp.stocktaking import models as stocktaking
from webapp.tds import models as tds
from webapp.transfers import models as transfers
from webapp.vouchers import models as vouchers
from webapp.writing_off import models as writing_off

metadata = Base.metadata

__all__ = [
    "api_access",
    "assembly",
    "attachments",
    "audit",
    "budgets",
    "catalogue",
    "catalogue_masters",
    "cheques",
    "chore_runs",
    "closing",
    "company",
    "composition",
    "counter",
    "custom_reports",
    "due_dates",
    "dunning",
    "einvoice",
    "ewaybills",
    "final_accounts",
    "gateway",
    "gst_inward",
    "gst_returns",
    "gstr3b",
    "identity",
    "input_tax",
    "interest",
    "ledger",
    "links",
    "messaging",
    "metadata",
    "notifications",
    "numbering",
    "operator_supplies",
    "orders",
    "outbox",
    "outstandings",
    "parties",
    "payments",
    "people_mail",
    "plans",
    "printing",
    "purchases",
    "reminders",
    "sales",
    "saved_views",
    "schemes",
    "security_events",
    "share_capital",
    "stock",
    "stocktaking",
    "tds",
    "transfers",
    "vouchers",
    "writing_off",
]
