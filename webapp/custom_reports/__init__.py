"""Custom reports: a shop's own lists over declared sources, kept, shared within the business, sent out, prepared by the clock.

Promises: no SQL is made of what a person typed, each column and comparison comes from a declared list; nobody sees more than
his role may; a schedule prepares its report exactly once for each time it is due; what is prepared is mailed by
`webapp.notifications`, which says how it went.
"""

from webapp.custom_reports.files import make_file
from webapp.custom_reports.queries import PreparedRun, prepared
from webapp.custom_reports.rules import Definition
from webapp.custom_reports.schedules import ScheduleDraft, create_schedule, prepare_due
from webapp.custom_reports.service import ask_file, save_report

__all__ = [
    "Definition",
    "PreparedRun",
    "ScheduleDraft",
    "ask_file",
    "create_schedule",
    "make_file",
    "prepare_due",
    "prepared",
    "save_report",
]
