"""Reports: screens that read every register and decide nothing. They write one thing: that a list left the program.

Promises: a figure here equals a replay of the register behind it, and leads to what it is made of; a page costs what
its own rows cost, never what the history costs; what a role may not see is neither shown nor exported.
"""

from webapp.reports.account_files import make_account_file
from webapp.reports.documents import document_url

__all__ = ["document_url", "make_account_file"]
