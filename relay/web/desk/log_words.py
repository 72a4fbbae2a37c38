"""What the log says was done, in words; a name that has none is shown as it is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from relay.domain.looks import LinkChoice
from relay.domain.moderation import Actor
from relay.queries.audit_log import PARENT
from relay.web.desk.links import LINK_CHOICES
from relay.web.words import ACTORS, CHOICES

# By what names begin with: what may be asked for as one.
GROUPS: dict[str, object] = {
    "decision.": _l("Decisions on entries"),
    "link.": _l("Decisions on links"),
    PARENT: _l("Where entries come from"),
    "description.": _l("Describing"),
    "entry.": _l("Entries withdrawn"),
    "report.": _l("Reports"),
    "revision.": _l("Changed words"),
    "person.": _l("People"),
    "session.": _l("Signing in and out"),
    "second_factor.": _l("Second factors"),
    "passkey.": _l("Passkeys"),
    "token.": _l("Programs"),
    "rule.": _l("Rules"),
    "reason.": _l("Reasons"),
    "season.": _l("Seasons"),
    "settings.": _l("Desk settings"),
    "import.": _l("Imports"),
    "lease.": _l("Entries taken over"),
    "log.": _l("The log itself"),
}

DONE: dict[str, object] = {
    PARENT: _l("Where it comes from was changed"),
    "description.declined": _l("A picture was left to others to describe"),
    "description.written": _l("Alt text written"),
    "entry.withdrawn": _l("Withdrawn"),
    "import.begun": _l("Import begun"),
    "import.cancelled": _l("Import called off"),
    "import.checked": _l("File of an import checked"),
    "import.done": _l("Import ended"),
    "import.undone": _l("Import taken back"),
    "lease.taken_over": _l("Taken over from somebody else"),
    "links.retried": _l("Links are read again"),
    "outbox.retried": _l("What had failed is tried again"),
    "log.exported": _l("The log was downloaded"),
    "passkey.added": _l("Passkey added"),
    "passkey.removed": _l("Passkey removed"),
    "passkey.renamed": _l("Passkey renamed"),
    "person.added": _l("Account made at the command line"),
    "person.deactivated": _l("The desk was shut to a person"),
    "person.erased": _l("A person was erased"),
    "person.invited": _l("Invited"),
    "person.joined": _l("Came in by invitation"),
    "person.let_in": _l("Let in again"),
    "person.password_changed": _l("Password changed"),
    "person.renamed": _l("Name changed"),
    "person.reset": _l("New password chosen by a link"),
    "person.reset_asked": _l("A link for a new password was asked for"),
    "person.role_changed": _l("Role changed"),
    "person.scope_changed": _l("Limits changed"),
    "reason.added": _l("Reason added"),
    "reason.brought_back": _l("Reason brought back"),
    "reason.moved": _l("Reason moved"),
    "reason.put_away": _l("Reason put away"),
    "reason.reworded": _l("Reason reworded"),
    "report.reopened": _l("Report taken up again"),
    "report.resolved": _l("Report answered"),
    "revision.refused": _l("Changed words not taken"),
    "rule.added": _l("Rule added"),
    "rule.noted": _l("Note of a rule changed"),
    "rule.switched_off": _l("Rule switched off"),
    "rule.switched_on": _l("Rule switched on"),
    "sample.seen": _l("Looked at what a rule let through"),
    "season.made": _l("Season made"),
    "season.undone": _l("Change of a season taken back"),
    "season.changed": _l("Season changed"),
    "second_factor.code_used": _l("Recovery code used"),
    "second_factor.codes_renewed": _l("New recovery codes"),
    "second_factor.removed": _l("Second factor removed"),
    "second_factor.set_up": _l("Second factor set up"),
    "session.begun": _l("Signed in"),
    "session.ended": _l("Signed out"),
    "session.refused": _l("Signing in refused"),
    "settings.changed": _l("Settings changed"),
    "settings.undone": _l("Change of the settings taken back"),
    "token.made": _l("Token of a program made"),
    "token.revoked": _l("Token of a program ended"),
    **{f"decision.{each.value}": name for each, name in CHOICES.items()},
    **{f"link.{each.value}": LINK_CHOICES[each] for each in LinkChoice},
}

# Who or what decided; a row without its person tells of one who is erased or unknown.
DONE_BY: dict[Actor, object] = {
    **ACTORS,
    Actor.MODERATOR: _l("Not known, or erased"),
}
