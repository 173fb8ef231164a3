"""What a hosted business may use: plans with limits of people, stores and bills, a trial, and a larger or a smaller plan asked for.

Only where who hosts names a file of plans (PLANS_FILE); elsewhere nothing of this room is loaded, and nothing is limited.

Promises: the counter is never stopped, and nothing that was sold is refused; what a business has is never taken away, only more of it is
refused; all can be read and taken away, whatever has ended; what was granted stands as it was granted. `docs/plans.md` says why.
"""

from webapp.plans.doors import check_at_start, connect, plan_verbs, plans_verbs, watch

__all__ = ["check_at_start", "connect", "plan_verbs", "plans_verbs", "watch"]
