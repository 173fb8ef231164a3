"""From nothing to ready to bill: a person, a company, its store, chart and tax classes, in one transaction."""

from webapp.onboarding.service import SignUp, sign_up, when_founded

__all__ = ["SignUp", "sign_up", "when_founded"]
