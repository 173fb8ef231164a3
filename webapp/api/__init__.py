"""What programs read of the books, by the doors of the rooms below. It decides nothing and keeps nothing.

Promises: a program sees what its member would see on the pages, by the same statements; every address stands in the OpenAPI document, and
no answer has another shape than it says (`tests/api`). `docs/api-access.md` says how.
"""
