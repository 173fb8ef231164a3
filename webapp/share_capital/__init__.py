"""The register of shares of a company, for the note on share capital (Companies Act 2013, Schedule III, note 6A).

Promises: what was entered stays and is taken back by another entry; on no day are more shares taken back than there were, or more
issued than are authorised. It posts nothing: the money of an issue is a voucher.
"""

from webapp.share_capital.queries import ClassNote, notes_of, weighted_equity
from webapp.share_capital.words import kind_words

__all__ = ["ClassNote", "kind_words", "notes_of", "weighted_equity"]
