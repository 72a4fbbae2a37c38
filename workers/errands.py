"""The errands: for each topic that asks for a mail, which service drafts it.

A further kind of mail needs a letter (a frozen dataclass of facts with `template`,
`lang` and `stop_url`), three templates of that name in `relay/templates/mail`, a
function that drafts it, and a line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.models import Topic
from relay.services.mailing import Errand
from relay.services.remind import draft_reminder, forget_wish
from relay.services.tell_maker import draft_notice
from relay.services.tell_moderator import draft_account_letter
from relay.services.tell_reporter import draft_outcome, forget_reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

ERRANDS: Mapping[Topic, Errand] = {
    Topic.REMIND_MAKER: Errand(draft_reminder, forget_wish),
    Topic.TELL_MAKER: Errand(draft_notice),
    Topic.TELL_MODERATOR: Errand(draft_account_letter),
    Topic.TELL_REPORTER: Errand(draft_outcome, forget_reporter),
}
