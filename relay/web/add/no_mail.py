"""`/mail/…`: no more mail; a mail program may press the button for its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from relay.services.stop_mail import require_stop_key, stop_mail
from relay.web.add import pages
from relay.web.context import the_relay
from relay.web.limits import limited
from relay.web.security import csrf

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/mail/<ref>/<key>")
@limited("token")
def ask_no_mail(ref: str, key: str) -> ResponseReturnValue:
    """Ask once: links in mails are also opened by programs that look for viruses."""
    require_stop_key(the_relay().dice, ref, key)
    return render_template("add/no_mail.html", ref=ref, key=key, is_done=False)


@pages.post("/mail/<ref>/<key>")
@limited("token")
def no_mail(ref: str, key: str) -> ResponseReturnValue:
    """Forget the address; mail programs do it in one step, as RFC 8058 says."""
    relay = the_relay()
    stop_mail(relay.engine, ref, key, dice=relay.dice)
    return render_template("add/no_mail.html", ref=ref, key=key, is_done=True)


# A mail program has no form of ours. The key in the address is what proves who asks.
csrf.exempt(no_mail)
