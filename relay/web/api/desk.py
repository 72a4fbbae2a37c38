"""The desk for programs: the queue, and decisions with a moderator's token."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from apiflask import HTTPTokenAuth
from flask import Response  # noqa: TC002 - APIFlask reads the annotations

from relay.domain.errors import FieldError, Invalid
from relay.domain.scope import Scope, read_scope
from relay.models.moderator import Role
from relay.queries.desk import QueueItem, find_token_owner, list_queue
from relay.queries.desk_question import DeskQuestion
from relay.services.decide import Decided, StaleDecisionError, Wish, decide
from relay.services.undo import undo
from relay.web.api import api
from relay.web.api.schemas import (
    DecidedOut,
    DecisionIn,
    QueueItemOut,
    QueueOut,
    QueueQuery,
    UndoIn,
)
from relay.web.context import reading, the_relay
from relay.web.errors import problem
from relay.web.limits import limited

if TYPE_CHECKING:
    from relay.models import Moderator

# As the desk's own pages have it.
DECIDERS = [Role.ORGANISER.value, Role.MODERATOR.value]
LOOKERS = [*DECIDERS, Role.VIEWER.value]

auth = HTTPTokenAuth(scheme="Bearer", description="From `relay moderator token EMAIL`.")


@auth.verify_token  # type: ignore[untyped-decorator]  # Flask-HTTPAuth ships no types
def verify(token: str) -> Moderator | None:
    """Return the moderator of a token."""
    return find_token_owner(the_relay().engine, token) if token else None


@auth.get_user_roles  # type: ignore[untyped-decorator]  # see above
def roles_of(moderator: Moderator) -> str:
    """Return the role of a token's moderator."""
    return moderator.role.value


@auth.error_processor
def refuse(error: object) -> Response:
    """Say that a token is needed, or that this one's role does not do."""
    status = int(getattr(error, "status_code", 401))
    if status == HTTPStatus.FORBIDDEN:
        return problem(status, "forbidden")
    answer = problem(status, "token_needed")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.get("/desk/queue")
@api.auth_required(auth, roles=LOOKERS)
@api.input(QueueQuery, location="query", arg_name="query")
@api.output(QueueOut)
@limited("api")
def read_queue(query: QueueQuery) -> QueueOut:
    """List the entries that wait, the oldest first."""
    moderator = cast("Moderator", auth.current_user)
    is_limited = moderator.role is not Role.ORGANISER
    asked = DeskQuestion(
        scope=read_scope(moderator.scope) if is_limited else Scope(), me=moderator.id
    )
    with reading() as connection:
        found = list_queue(
            connection, asked, after=_read_cursor(query.cursor), limit=query.limit + 1
        )
    shown = found[: query.limit]
    more = _cursor(shown[-1]) if len(found) > len(shown) else None
    return QueueOut(entries=[_item(each) for each in shown], next=more)


@api.post("/desk/entries/<ref>/decisions")
@api.auth_required(auth, roles=DECIDERS)
@api.input(DecisionIn, arg_name="wanted")
@api.output(DecidedOut, status_code=201)
@limited("api")
def add_decision(ref: str, wanted: DecisionIn) -> DecidedOut | Response:
    """Decide on an entry; 409 with both decisions when somebody was faster."""
    relay = the_relay()
    moderator = cast("Moderator", auth.current_user)
    wish = Wish(
        wanted.decision, wanted.version, wanted.reason, wanted.note, wanted.reveal_at
    )
    try:
        decided = decide(
            relay.engine,
            ref,
            wish,
            moderator_id=moderator.id or 0,
            clock=relay.clock,
            printer=relay.printer,
        )
    except StaleDecisionError as error:
        return _stale(error)
    return _decided(decided)


@api.post("/desk/entries/<ref>/undo")
@api.auth_required(auth, roles=DECIDERS)
@api.input(UndoIn, arg_name="wanted")
@api.output(DecidedOut, status_code=201)
@limited("api")
def add_undo(ref: str, wanted: UndoIn) -> DecidedOut | Response:
    """Take a decision back; 409 with what was decided since."""
    relay = the_relay()
    moderator = cast("Moderator", auth.current_user)
    try:
        decided = undo(
            relay.engine,
            ref,
            wanted.decision,
            wanted.version,
            note=wanted.note,
            moderator_id=moderator.id or 0,
            clock=relay.clock,
            printer=relay.printer,
        )
    except StaleDecisionError as error:
        return _stale(error)
    return _decided(decided)


def _decided(decided: Decided) -> DecidedOut:
    return DecidedOut(
        no=decided.no,
        moderation=decided.moderation,
        version=decided.version,
        decision=decided.decision_id,
        reveal_at=decided.reveal_at,
    )


def _stale(error: StaleDecisionError) -> Response:
    newest = error.newest
    return problem(
        409,
        error.code,
        error,
        version=error.version,
        yours={"decision": error.wish.choice.value, "version": error.wish.version},
        theirs=newest
        and {
            "decision": newest.choice.value,
            "reason": newest.reason,
            "note": newest.note,
            "at": newest.at.isoformat(),
            "version": newest.version,
        },
    )


def _cursor(item: QueueItem) -> str:
    return f"{item.submitted_at.astimezone(UTC).isoformat()}~{item.ref}"


def _read_cursor(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    at, _, ref = text.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), ref
    except (ValueError, OverflowError) as error:
        raise Invalid([FieldError("cursor", "invalid")]) from error


def _item(item: QueueItem) -> QueueItemOut:
    fields = asdict(item)
    fields["city"] = fields.pop("city_id")
    for ours in ("id", "no", "moderation", "blurred"):
        del fields[ours]
    return QueueItemOut(**fields)
