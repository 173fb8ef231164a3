"""What runs in the background of a business: each job with its state, its tries and how far it is, and the owner's hand on it.

The room reads what the relay and the jobs keep (webapp.platform.outbox) and shows it. Two verbs change it: a job is handed on anew,
or taken away before it begins. What is done is never repeated; what is under way is left alone. Both stand in the edit log.
"""

from webapp.background.machine import is_machine_owners, require_machine_owner

__all__ = ["is_machine_owners", "require_machine_owner"]
