"""Entries: send one in, list them, read one."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import abort, request, url_for
from pydantic import ValidationError

from relay.domain.entry import AltBy, EntryWords
from relay.domain.errors import FieldError, Invalid, NotFound
from relay.queries.entry import EntryPicture, EntryView, Stone, find_entry
from relay.queries.entry_list import EntryInList, list_entries
from relay.queries.wall import Wanted
from relay.services.choose_city import require_city
from relay.services.submit_entry import Once, PassedBy, Sending, submit_entry
from relay.web.add.start import read_picture
from relay.web.api import api
from relay.web.api.schemas import (
    MOST_NO,
    EntriesOut,
    EntriesQuery,
    EntryIn,
    EntryOut,
    PictureOut,
    Receipt,
    WholeEntryOut,
)
from relay.web.api.season import season_id_of
from relay.web.context import reading, the_relay
from relay.web.limits import (
    counts_for_address,
    counts_for_baton,
    limited,
    loses_baton,
    names_baton,
    note_misses,
)
from relay.web.words import known_language

if TYPE_CHECKING:
    from relay.domain.geo import City

KEY_MAX = 255


@api.post("/entries")
@api.output(Receipt, status_code=201)
@limited("submit", when=counts_for_address)
@limited("baton", when=counts_for_baton)
@limited("draft", when=names_baton)
@limited("token", when=names_baton)
@limited("code", when=loses_baton)
def send_entry() -> Receipt:
    """Send an entry in.

    JSON, or multipart with a `picture`. With an `Idempotency-Key` header the same
    request is done once, however often it is sent.
    """
    fields, picture = _read_request()
    relay = the_relay()
    sending = Sending(
        words=_words(fields),
        city=require_city(relay.gazetteer, str(fields.city)),
        passed_by=PassedBy(code=fields.baton, claimed_no=fields.saw),
        link=fields.link.strip(),
        picture=picture,
        season=fields.season,
        once=_once(picture),
    )
    try:
        receipt = submit_entry(relay.intake, sending)
    except Invalid as error:
        note_misses(error)
        raise
    base = relay.settings.base_url
    return Receipt(
        ref=receipt.ref,
        token=receipt.token,
        status_url=base + url_for("api.read_status", token=receipt.token),
        mine_url=base + url_for("add.mine", token=receipt.token),
        baton_url=base + url_for("baton.take", code=receipt.baton),
        duplicate_of=receipt.duplicate_of,
    )


@api.get("/entries")
@api.input(EntriesQuery, location="query", arg_name="query")
@api.output(EntriesOut)
@limited("api")
def read_entries(query: EntriesQuery) -> EntriesOut:
    """List published entries, the newest first."""
    wanted = Wanted(
        city_id=query.city,
        country=query.country,
        kind=query.kind.value if query.kind else "",
        platform=query.platform,
        lang=query.lang,
        words=query.q,
    )
    season_id = season_id_of(query.season)
    with reading() as connection:
        found = list_entries(
            connection,
            season_id,
            wanted=wanted,
            before=query.cursor,
            limit=query.limit + 1,
        )
    shown = found[: query.limit]
    more = str(shown[-1].no) if len(found) > len(shown) else None
    return EntriesOut(entries=[_entry(each) for each in shown], next=more)


@api.get("/entries/<int:no>")
@api.output(WholeEntryOut)
@limited("api")
def read_entry(no: int) -> WholeEntryOut:
    """Read one published entry; 410 when it was taken away."""
    with reading() as connection:
        entry = find_entry(connection, _require_no(no))
    if isinstance(entry, Stone):
        abort(410)
    if entry is None:
        message = f"There is no published entry number {no}."
        raise NotFound(message)
    return _whole(entry)


def validate(model: type[EntryIn], fields: Any) -> EntryIn:  # noqa: ANN401 - a stranger's JSON
    """Return checked fields; raises Invalid that names every wrong one."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Invalid(
            FieldError(
                str(each["loc"][0]) if each["loc"] else "body", _code(each["type"])
            )
            for each in error.errors()
        ) from error


def _code(kind: str) -> str:
    return {
        "missing": "missing",
        "string_too_short": "missing",
        "string_too_long": "too_long",
        "extra_forbidden": "unknown_field",
        "literal_error": "must_be_true",
    }.get(kind, "invalid")


def _read_request() -> tuple[EntryIn, bytes | None]:
    if request.mimetype == "multipart/form-data":
        fields: dict[str, object] = dict(request.form.items())
        for name in ("consent", "guardian_consent", "remind"):
            if name in fields:
                fields[name] = str(fields[name]).lower() in {"true", "1", "yes", "on"}
        unknown = set(request.files) - {"picture"}
        if unknown:
            raise Invalid(FieldError(name, "unknown_field") for name in unknown)
        return validate(EntryIn, fields), read_picture(request.files.get("picture"))
    if not request.is_json:
        abort(415)
    return validate(EntryIn, request.get_json()), None


def _words(fields: EntryIn) -> EntryWords:
    return EntryWords(
        title=fields.title,
        alt=fields.alt,
        alt_by=AltBy.MAKER if fields.alt.strip() else AltBy.VOLUNTEER,
        description=fields.description,
        name=fields.name,
        kind=fields.kind,
        email=fields.email,
        lang=known_language(fields.lang),
        consent=fields.consent,
        by_child=fields.guardian_consent,
        guardian_consent=fields.guardian_consent,
        activity=fields.activity,
        remind=fields.remind,
        checkpoint=fields.checkpoint,
    )


def _once(picture: bytes | None) -> Once | None:
    """Return the idempotency key, with a hash of everything that was sent."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None
    if len(key) > KEY_MAX:
        raise Invalid([FieldError("Idempotency-Key", "too_long")])
    # A multipart body has a boundary that differs each time: hash what it means.
    if request.mimetype == "multipart/form-data":
        said = repr(sorted(request.form.items())).encode()
    else:
        said = request.get_data()
    return Once(key, sha256(said + b"\0" + (picture or b"")).hexdigest())


def _require_no(no: int) -> int:
    if no > MOST_NO:
        message = f"There is no published entry number {no}."
        raise NotFound(message)
    return no


def _entry(entry: EntryInList) -> EntryOut:
    relay = the_relay()
    city: City | None = relay.gazetteer.find(entry.city_id)
    fields = asdict(entry)
    fields["city"] = fields.pop("city_id")
    return EntryOut(
        **fields,
        city_name=relay.gazetteer.name(entry.city_id, "en"),
        lat=city.lat if city else None,
        lon=city.lon if city else None,
        url=_url(entry.no),
    )


def _whole(entry: EntryView) -> WholeEntryOut:
    relay = the_relay()
    city = relay.gazetteer.find(entry.city_id)
    base = relay.settings.base_url
    return WholeEntryOut(
        no=entry.no,
        title=entry.title,
        alt=entry.alt,
        alt_lang=entry.alt_lang,
        description=entry.description,
        name=entry.name,
        kind=entry.kind,
        lang=entry.lang,
        city=entry.city_id,
        city_name=relay.gazetteer.name(entry.city_id, "en"),
        country=entry.country,
        lat=city.lat if city else None,
        lon=city.lon if city else None,
        link=entry.link,
        platform=entry.platform,
        from_no=entry.came_from.no if entry.came_from else None,
        submitted_at=entry.submitted_at,
        published_at=entry.published_at,
        url=_url(entry.no),
        passed_on=[each.no for each in entry.passed_on],
        pictures=_files(entry.picture, base),
        veiled_pictures=_files(entry.veiled, base),
    )


def _files(picture: EntryPicture | None, base: str) -> list[PictureOut]:
    return [
        PictureOut(
            name=each.name,
            url=base + each.url,
            format=each.format,
            width=each.width,
            height=each.height,
        )
        for each in (picture.files if picture else ())
    ]


def _url(no: int) -> str:
    return the_relay().settings.base_url + url_for("public.entry", no=no, lang="en")
