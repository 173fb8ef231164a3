"""What who hosts is written when a business asks for another plan. In English: it is his own mailbox."""

from __future__ import annotations

from webapp.kernel.text import clean_text
from webapp.platform.people_mail import PersonMail

ASKED = "plan_asked"


def of_request(mail: PersonMail) -> tuple[str, str]:
    """Subject and text. What the business typed stands on one line each, so that it can pass for nothing else."""
    said = {name: clean_text(str(value)) for name, value in mail.detail.items()}
    lines = [
        f"{said.get('business', '')} ({said.get('code', '')}) asks for the plan {said.get('plan_key', '')}.",
        "",
        f"Now on: {said.get('now', '') or 'none'}",
        f"Paid by: {said.get('paid_by', '') or 'not said'}",
        f"Asked by: {said.get('asked_by', '')}",
        f"Their note: {said.get('note', '') or '-'}",
        "",
        f"Once it is paid: python -m webapp plan set {said.get('code', '')} {said.get('plan_key', '')}",
        f"Otherwise: python -m webapp plan decline {said.get('code', '')}",
        "",
    ]
    return f"{said.get('business', '')} asks for the plan {said.get('plan_key', '')}", "\n".join(lines)
