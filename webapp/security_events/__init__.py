"""What happened to the safety of a business: who came in, whose rights changed, what was refused, sent out and brought back, and alerts.

Most of it stands in the edit log already and is read out of it now and then; refusals and limits that were met are counted by member and
hour. Promises: no ordinary page writes anything for it; one cause is told once a day; a business learns of its own people alone.
"""

from webapp.security_events.counting import note_refusal
from webapp.security_events.watching import watch

__all__ = ["note_refusal", "watch"]
