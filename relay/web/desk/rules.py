"""The rules of trust: added, tried on past entries, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user

from relay.domain.errors import FieldError, Invalid, NotFound
from relay.domain.trust import RuleKind
from relay.queries.trust import RULES_PAGE, count_rules, find_rule, list_rules
from relay.services.trust_rules import (
    MOST_AT_ONCE,
    Wanted,
    add_rule,
    add_words,
    note_rule,
    read_lines,
    read_wanted,
    switch_off,
    switch_on,
)
from relay.services.try_rules import try_rules
from relay.web.context import reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask.typing import ResponseReturnValue

    from relay.services.try_rules import Trial

KINDS: dict[RuleKind, object] = {
    RuleKind.BLOCK_WORD: _l("Words that hold"),
    RuleKind.BLOCK_LINK: _l("Links that hold"),
    RuleKind.BLOCK_DOMAIN: _l("Sites that hold"),
    RuleKind.ALLOW_DOMAIN: _l("Sites that are trusted"),
    RuleKind.ALLOW_ACCOUNT: _l("Accounts that are trusted"),
}

PLACES: dict[str, object] = {
    "title": _l("the title"),
    "alt": _l("the description of the picture"),
    "description": _l("the story"),
    "name": _l("the maker’s name"),
    "post_title": _l("the title of the post"),
    "post_author": _l("the author of the post"),
    "post_description": _l("the text of the post"),
    "post_alt": _l("the description in the post"),
    "link": _l("the link"),
}

FAULTS: dict[str, object] = {
    "missing": _l("Type what the rule is about."),
    "too_long": _l("This is too long."),
    "no_letters": _l("There is no letter or number in it to be looked for."),
    "not_a_domain": _l("This is no site’s name, such as museum.example.org."),
    "not_a_link": _l("We cannot read this as a link."),
    "no_account": _l(
        "This is a whole site, and no account. Add it as a site if that is meant."
    ),
    "known": _l("This rule is there already."),
    "too_many": _l("There are as many rules as can be kept."),
    "kind": _l("Choose what kind of rule it is."),
}


@pages.get("/rules")
@may(*ORGANISERS)
def rules() -> ResponseReturnValue:
    """List the rules of one kind, and offer to add some."""
    return _list()


@pages.post("/rules")
@may(*ORGANISERS)
def add_new_rule() -> ResponseReturnValue:
    """Add a rule, switched off, and show what it would have done; or only that."""
    relay, typed = the_relay(), request.form.get("pattern", "")[:2000]
    note = request.form.get("note", "")[:1000]
    try:
        kind = _read_kind(request.form.get("kind", ""))
        if "try" in request.form:
            return _list(kind=kind, trial=_try([read_wanted(kind, typed, note=note)]))
        rule_id = add_rule(
            relay.engine,
            kind,
            typed,
            note=note,
            moderator_id=current_user.id,
            clock=relay.clock,
        )
    except Invalid as error:
        return _list(errors=_say(error.fields)), 422
    flash(_("The rule is added. It is switched off: see what it would have done."))
    return redirect(url_for("desk.rule", rule=rule_id, tried=1), code=303)


@pages.post("/rules/words")
@may(*ORGANISERS)
def add_many_words() -> ResponseReturnValue:
    """Add a list of words, all or none; or only show what they would have held."""
    relay, typed = the_relay(), request.form.get("lines", "")
    kind = RuleKind.BLOCK_WORD
    try:
        if "try" in request.form:
            return _list(kind=kind, trial=_try(read_lines(typed)))
        added = add_words(
            relay.engine, typed, moderator_id=current_user.id, clock=relay.clock
        )
        if request.form.get("active") == "yes":
            switch_on(
                relay.engine, added, moderator_id=current_user.id, clock=relay.clock
            )
    except Invalid as error:
        return _list(kind=kind, errors=_say_lines(error.fields)), 422
    flash(ngettext("%(num)d word is added.", "%(num)d words are added.", len(added)))
    return redirect(url_for("desk.rules", kind=kind.value), code=303)


@pages.get("/rules/<int:rule>")
@may(*ORGANISERS)
def rule(rule: int) -> ResponseReturnValue:
    """Show one rule; with `?tried=1` also what it would have done to past entries."""
    return _show(rule)


@pages.post("/rules/<int:rule>")
@may(*ORGANISERS)
def change_rule(rule: int) -> ResponseReturnValue:
    """Switch a rule on or off, or say why it is there."""
    relay, act = the_relay(), request.form.get("act", "")
    by, clock = current_user.id, relay.clock
    try:
        if act == "on":
            switch_on(relay.engine, [rule], moderator_id=by, clock=clock)
        elif act == "off":
            switch_off(relay.engine, [rule], moderator_id=by, clock=clock)
        else:
            note = request.form.get("note", "")[:1000]
            note_rule(relay.engine, rule, note, moderator_id=by, clock=clock)
    except NotFound:
        abort(404)
    except Invalid as error:
        return _show(rule, errors=_say(error.fields)), 422
    said = {
        "on": _("The rule counts from now on."),
        "off": _("The rule does not count any more."),
    }
    flash(said.get(act, _("The note is kept.")), "message")
    return redirect(url_for("desk.rule", rule=rule), code=303)


def _read_kind(value: str) -> RuleKind:
    if value not in set(RuleKind):
        raise Invalid([FieldError("kind", "kind")])
    return RuleKind(value)


def _try(wanted: Sequence[Wanted]) -> Trial:
    relay = the_relay()
    return try_rules(relay.engine, wanted, clock=relay.clock)


def _list(
    *,
    kind: RuleKind | None = None,
    trial: Trial | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    asked = request.args.get("kind", "")
    chosen = kind or (RuleKind(asked) if asked in set(RuleKind) else None)
    page = max(0, request.args.get("page", 0, type=int))
    shown = chosen or RuleKind.BLOCK_WORD
    with reading() as connection:
        found = list_rules(
            connection, shown, after=min(page, 1000) * RULES_PAGE, limit=RULES_PAGE + 1
        )
        counts = count_rules(connection)
    return render_template(
        "desk/rules.html",
        items=found[:RULES_PAGE],
        kind=shown,
        kinds=KINDS,
        kind_options=[(each.value, name) for each, name in KINDS.items()],
        places=PLACES,
        counts=counts,
        page=page,
        next_page=page + 1 if len(found) > RULES_PAGE else None,
        most=MOST_AT_ONCE,
        trial=trial,
        errors=errors or {},
    )


def _show(rule_id: int, *, errors: dict[str, str] | None = None) -> str:
    with reading() as connection:
        found = find_rule(connection, rule_id) if rule_id < 2**31 else None
    if found is None:
        abort(404)
    wanted = [Wanted(found.kind, found.pattern)]
    return render_template(
        "desk/rule.html",
        rule=found,
        kinds=KINDS,
        places=PLACES,
        trial=_try(wanted) if request.args.get("tried") else None,
        errors=errors or {},
    )


def _say(faults: Iterable[FieldError]) -> dict[str, str]:
    other = _("This cannot be kept as it is.")
    return {each.field: str(FAULTS.get(each.code, other)) for each in faults}


def _say_lines(faults: Iterable[FieldError]) -> dict[str, str]:
    """Return one sentence for the list: which lines are at fault, and why."""
    said = []
    for each in faults:
        line = each.field.removeprefix("line-")
        words = str(FAULTS.get(each.code, ""))
        said.append(
            _("Line %(line)s: %(fault)s", line=line, fault=words)
            if line != each.field
            else words
        )
    return {"lines": " ".join(said[:10])}
