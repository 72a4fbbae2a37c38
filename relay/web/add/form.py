"""What a participant typed: read from the form, kept, and said back when wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from flask_babel import lazy_gettext as _l

from relay.domain.entry import AltBy, EntryWords, Kind
from relay.domain.entry_address import read_no
from relay.services.choose_city import choose_city
from relay.services.submit_entry import PassedBy
from relay.web.words import known_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from relay.domain.errors import FieldError
    from relay.domain.geo import City
    from relay.models import Entry
    from relay.ports import Gazetteer

_Choice = TypeVar("_Choice", bound=StrEnum)

# In the order of the form: the summary of errors leads down the page.
SENTENCES: dict[tuple[str, str], object] = {
    ("link", "missing"): _l("Paste the link to your post, or choose a picture."),
    ("link", "no_link"): _l(
        "There is no link in this text. Copy it from the app again."
    ),
    ("link", "too_long"): _l(
        "This link is too long. Copy the short link from the app."
    ),
    ("link", ""): _l("We cannot open this link. Copy it from the app again."),
    ("picture", "empty"): _l("This file is empty. Choose the picture again."),
    ("picture", "unknown_format"): _l(
        "We do not know this kind of file. Choose a JPEG, PNG, WebP, AVIF, HEIC or GIF."
    ),
    ("picture", "busy"): _l(
        "Your last picture is still being made. Try again in a minute."
    ),
    ("picture", ""): _l("This picture is too large. Choose one of at most 10 MB."),
    ("title", "missing"): _l("Give your artwork a title."),
    ("title", "too_long"): _l("Make the title shorter: at most 200 characters."),
    ("city", "missing"): _l("Tell us your city."),
    ("city", "unknown"): _l("We do not know this city. Try the nearest larger one."),
    ("city", "which_one"): _l("Choose which city you mean."),
    ("alt", "missing"): _l(
        "Tell us what can be seen, or choose one of the other ways."
    ),
    ("alt", "too_long"): _l("Make the description shorter: at most 1,000 characters."),
    ("description", "too_long"): _l(
        "Make the story shorter: at most 5,000 characters."
    ),
    ("name", "missing"): _l("Tell us the name to show. It can be a made-up one."),
    ("name", "too_long"): _l("Make the name shorter: at most 120 characters."),
    ("email", "missing"): _l("Give your e-mail address, so that we can remind you."),
    ("email", ""): _l("Check the e-mail address, like name@example.org."),
    ("baton", "revoked"): _l(
        "This baton was taken back by its giver. Ask for a new one, or choose another"
        " way."
    ),
    ("baton", ""): _l(
        "We do not know this baton code. Check it, or choose another way."
    ),
    ("passed", ""): _l(
        "The baton in your post does not work any more. Choose another answer."
    ),
    ("saw", "which_one"): _l("Choose which artwork you mean."),
    ("saw", ""): _l("There is no such artwork on the wall."),
    ("guardian_consent", ""): _l("A parent or guardian must agree for a child."),
    ("consent", ""): _l(
        "Tick the box if you agree. Without it we cannot show your work."
    ),
}


@dataclass(frozen=True)
class Typed:
    """The whole form as it was typed, and the city and the artwork that it means.

    `found` is the answer about the baton in the post: its code for yes, "no", or
    nothing. `saw_no` is the number of the artwork that was seen, where one is given.
    """

    words: EntryWords
    city_text: str
    city: City | None
    offered: tuple[City, ...]
    passed: str
    baton: str
    found: str
    saw: str
    saw_no: int | None

    @property
    def way(self) -> str:
        """How the relay came: as it was chosen, else as the filled-in field says."""
        if self.passed:
            return self.passed
        return "baton" if self.baton else "saw" if self.saw else ""

    @property
    def passed_by(self) -> PassedBy:
        """Who passed it on; a baton that was given comes before one that was found."""
        if self.way == "baton":
            return PassedBy(code=self.baton or "?")
        if self.found not in {"", "no"}:
            return PassedBy(found=self.found)
        if self.way == "saw" and self.saw:
            return PassedBy(claimed_no=self.saw_no or 0)
        return PassedBy()

    @property
    def city_code(self) -> str:
        """What is wrong with the city: missing, which_one, unknown, or nothing."""
        if self.city:
            return ""
        if not self.city_text:
            return "missing"
        return "which_one" if self.offered else "unknown"


def read_form(
    form: Mapping[str, str], gazetteer: Gazetteer, *, base_url: str = ""
) -> Typed:
    """Read the form; nothing that was typed is lost, however wrong.

    At `base_url` are the pages of artworks, whose address may be given for a number.
    """
    saw = form.get("saw_pick") or form.get("saw", "")
    text = form.get("city", "").strip()
    picked = form.get("city_pick", "")
    choice = choose_city(gazetteer, picked or text)
    return Typed(
        words=EntryWords(
            title=form.get("title", ""),
            alt=form.get("alt", ""),
            alt_by=_pick(AltBy, form.get("alt_by"), AltBy.MAKER),
            description=form.get("description", ""),
            name=form.get("name", ""),
            kind=_pick(Kind, form.get("kind"), Kind.INDIVIDUAL),
            email=form.get("email", ""),
            lang=known_language(form.get("words_lang", "")[:35]),
            consent=form.get("consent") == "yes",
            by_child=form.get("by_child") == "yes",
            guardian_consent=form.get("guardian_consent") == "yes",
            remind=form.get("remind") == "yes",
        ),
        city_text=text,
        city=choice.city,
        offered=choice.offered,
        passed=form.get("passed", ""),
        baton=form.get("baton", "").strip(),
        found=form.get("found", "").strip(),
        saw=saw.strip(),
        saw_no=read_no(saw, base_url=base_url),
    )


def form_of(
    entry: Entry,
    gazetteer: Gazetteer,
    lang: str,
    *,
    baton: str = "",
    saw_no: int | None = None,
) -> Typed:
    """Return the form of an entry as it is kept; consent is ticked for nobody."""
    city = gazetteer.find(entry.city_id) if entry.city_id else None
    return Typed(
        words=EntryWords(
            title=entry.title,
            alt=entry.alt,
            alt_by=entry.alt_by,
            description=entry.description,
            name=entry.name,
            kind=entry.kind,
            email=entry.email or "",
            lang=entry.lang or lang,
            by_child=entry.by_child,
            guardian_consent=entry.guardian_consent_at is not None,
            remind=entry.remind,
        ),
        city_text=gazetteer.name(city.id, lang) if city else "",
        city=city,
        offered=(),
        passed="baton" if baton else "saw" if saw_no else "",
        baton=baton,
        found="",
        saw=str(saw_no or ""),
        saw_no=saw_no,
    )


def say_errors(
    faults: Iterable[FieldError], *, city_code: str = "", saw_code: str = ""
) -> dict[str, object]:
    """Return `{field: sentence}` in the order of the form.

    The page may know better what is wrong with a city or with what was seen.
    """
    known = {"city": city_code, "saw": saw_code}
    said: dict[str, object] = {}
    for fault in faults:
        code = known.get(fault.field) or fault.code
        any_code = SENTENCES.get((fault.field, ""))
        said[fault.field] = SENTENCES.get((fault.field, code), any_code) or _l(
            "Check this answer."
        )
    order = [field for field, _ in SENTENCES]
    return dict(sorted(said.items(), key=lambda each: _place(order, each[0])))


def _place(order: list[str], field: str) -> int:
    return order.index(field) if field in order else len(order)


def _pick(choices: type[_Choice], value: str | None, default: _Choice) -> _Choice:
    return choices(value) if value in set(choices) else default
