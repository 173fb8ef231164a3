"""The pages of a business's people: who has a place in it, in which role and in which stores; invitations; roles of its own; ownership.

It keeps nothing itself: places and roles are `webapp.identity`'s, stores the company's.
"""
