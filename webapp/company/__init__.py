"""A company's own facts: profile, stores, locked months, and the revision that tills follow."""

from webapp.company.rules import scale_for_till
from webapp.company.service import (
    LockRow,
    PeriodLocked,
    Profile,
    StoreRow,
    change_profile,
    default_store,
    is_locked,
    lock_month,
    next_catalogue_rev,
    open_profile,
    period_locks,
    profile,
    require_open_period,
    stores,
    unlock_month,
)

__all__ = [
    "LockRow",
    "PeriodLocked",
    "Profile",
    "StoreRow",
    "change_profile",
    "default_store",
    "is_locked",
    "lock_month",
    "next_catalogue_rev",
    "open_profile",
    "period_locks",
    "profile",
    "require_open_period",
    "scale_for_till",
    "stores",
    "unlock_month",
]
