"""Lists as people like to see them: a filter under a name, one's own or shared in the business, one of them the first to be shown.

Promises: a view changes nothing but what a list shows, and shows nobody what the list itself would not; a person's views are
that person's, and a shared one is ended by whoever made it, or by the owner.
"""

from webapp.saved_views.queries import ViewRow, views_of
from webapp.saved_views.service import save_view

__all__ = ["ViewRow", "save_view", "views_of"]
