"""A season as organisers plan it: all that they may change, checked, and compared."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from relay.domain.errors import FieldError, Invalid
from relay.domain.language import FALLBACK
from relay.domain.season import SymbolKind
from relay.domain.text import clean_lines, clean_text, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

# Lengths in characters, after cleaning.
SLUG_MAX = 64
TITLE_MAX = 120
STATEMENT_MAX = 1_000
RULES_MAX = 8_000
STORY_MAX = 4_000
ALT_MAX = 1_000
PARTNER_MAX = 120
LINK_MAX = 500
HASHTAG_MAX = 50

NUMBER_MAX = 9_999
HASHTAGS_MAX = 12
PARTNERS_MAX = 40

# The words in each language: their name here, their most, and whether lines may end.
WORDS: dict[str, tuple[int, bool]] = {
    "titles": (TITLE_MAX, False),
    "statements": (STATEMENT_MAX, True),
    "rules": (RULES_MAX, True),
    "symbol_names": (TITLE_MAX, False),
    "symbol_stories": (STORY_MAX, True),
    "symbol_alts": (ALT_MAX, True),
}

# The desk asks for a new season there, beside those that are.
_RESERVED_SLUG = "new"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HASHTAG = re.compile(r"#\w+")
_HOST = re.compile(r"[^\s@\[\]\\%<>\"'^`{|}]+")


@dataclass(frozen=True)
class Partner:
    """Who helps; the link to them may be empty."""

    name: str
    link: str = ""


@dataclass(frozen=True)
class SymbolFile:
    """One size of a symbol's picture, in pixels, and its key in the media store."""

    key: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class SeasonPlan:
    """One season; its words are `{language tag: text}`, its times aware, in UTC.

    `symbol_files` are the sizes of the symbol's picture, the largest first, and none
    where there is no picture.
    """

    slug: str
    number: int
    titles: Mapping[str, str]
    symbol_kind: SymbolKind
    origin_city: int
    opens_at: datetime
    time_zone: str
    closes_at: datetime | None = None
    statements: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    symbol_names: Mapping[str, str] = field(default_factory=dict)
    symbol_stories: Mapping[str, str] = field(default_factory=dict)
    symbol_alts: Mapping[str, str] = field(default_factory=dict)
    symbol_files: tuple[SymbolFile, ...] = ()
    hashtags: tuple[str, ...] = ()
    partners: tuple[Partner, ...] = ()


def clean_plan(plan: SeasonPlan) -> SeasonPlan:
    """Return the same plan without stray spaces, empty words and empty partners."""
    words: dict[str, Any] = {
        name: _clean_words(getattr(plan, name), has_lines=has_lines)
        for name, (_, has_lines) in WORDS.items()
    }
    partners = (Partner(clean_text(p.name), p.link.strip()) for p in plan.partners)
    tags = (clean_text(tag).replace(" ", "").lstrip("#＃") for tag in plan.hashtags)
    return replace(
        plan,
        slug=plan.slug.strip(),
        hashtags=tuple(dict.fromkeys(f"#{tag}" for tag in tags if tag)),
        partners=tuple(each for each in partners if each.name or each.link),
        **words,
    )


def check_plan(plan: SeasonPlan) -> None:
    """Raise Invalid that names every field of a clean plan which cannot be kept.

    Words are named with their language, as `titles-en`, partners with their place.
    """
    faults = [
        *_check_heading(plan),
        *_check_words(plan),
        *_check_hashtags(plan.hashtags),
        *_check_partners(plan.partners),
    ]
    if plan.closes_at is not None and plan.closes_at <= plan.opens_at:
        faults.append(FieldError("closes", "before_opening"))
    if faults:
        raise Invalid(faults)


def _clean_words(words: Mapping[str, str], *, has_lines: bool) -> dict[str, str]:
    clean = clean_lines if has_lines else clean_text
    cleaned = {tag: clean(text) for tag, text in words.items()}
    return {tag: text for tag, text in cleaned.items() if is_visible(text)}


def _check_heading(plan: SeasonPlan) -> Iterator[FieldError]:
    if not plan.slug:
        yield FieldError("slug", "missing")
    elif len(plan.slug) > SLUG_MAX or not _SLUG.fullmatch(plan.slug):
        yield FieldError("slug", "not_a_slug")
    elif plan.slug == _RESERVED_SLUG:
        yield FieldError("slug", "reserved")
    if not 1 <= plan.number <= NUMBER_MAX:
        yield FieldError("number", "out_of_bounds")
    if not plan.titles:
        yield FieldError(f"titles-{FALLBACK}", "missing")


def _check_words(plan: SeasonPlan) -> Iterator[FieldError]:
    for name, (most, _) in WORDS.items():
        for tag, text in getattr(plan, name).items():
            if len(text) > most:
                yield FieldError(f"{name}-{tag}", "too_long")
    if plan.symbol_files and not plan.symbol_alts:
        yield FieldError(f"symbol_alts-{FALLBACK}", "missing")


def _check_hashtags(hashtags: tuple[str, ...]) -> Iterator[FieldError]:
    if len(hashtags) > HASHTAGS_MAX:
        yield FieldError("hashtags", "too_many")
    elif any(len(tag) > HASHTAG_MAX or not _HASHTAG.fullmatch(tag) for tag in hashtags):
        yield FieldError("hashtags", "not_a_hashtag")


def _check_partners(partners: tuple[Partner, ...]) -> Iterator[FieldError]:
    if len(partners) > PARTNERS_MAX:
        yield FieldError("partner-name-1", "too_many")
    for place, partner in enumerate(partners, start=1):
        if not is_visible(partner.name):
            yield FieldError(f"partner-name-{place}", "missing")
        elif len(partner.name) > PARTNER_MAX:
            yield FieldError(f"partner-name-{place}", "too_long")
        if partner.link and not is_web_link(partner.link):
            yield FieldError(f"partner-link-{place}", "not_a_link")


def is_web_link(link: str) -> bool:
    """Tell whether a page may link there: http or https, a host, and no sign-in."""
    if len(link) > LINK_MAX or not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in {"http", "https"}
        and "@" not in parts.netloc
        and "\\" not in link
        and port_fits
        and bool(_HOST.fullmatch(host))
    )


def to_plain(plan: SeasonPlan) -> dict[str, Any]:
    """Return a plan as JSON can hold it."""
    plain = asdict(plan)
    plain["symbol_kind"] = plan.symbol_kind.value
    for name in ("opens_at", "closes_at"):
        at = plain[name]
        plain[name] = at.astimezone(UTC).isoformat() if at else None
    for name in (*WORDS, "symbol_files", "hashtags", "partners"):
        given = getattr(plan, name)
        plain[name] = dict(given) if name in WORDS else list(plain[name])
    return plain


def from_plain(plain: Mapping[str, Any]) -> SeasonPlan:
    """Return the plan that `to_plain` wrote down; raises ValueError for another."""
    names = {each.name for each in fields(SeasonPlan)}
    if set(plain) != names:
        message = (
            f"not the parts of a season: {sorted(names.symmetric_difference(plain))}"
        )
        raise ValueError(message)
    if not all(_are_words(plain[name]) for name in WORDS):
        message = "words are text by language"
        raise ValueError(message)
    closes = plain["closes_at"]
    return SeasonPlan(
        **{
            **{name: plain[name] for name in names},
            "symbol_kind": SymbolKind(plain["symbol_kind"]),
            "opens_at": _moment(plain["opens_at"]),
            "closes_at": _moment(closes) if closes else None,
            "hashtags": tuple(plain["hashtags"]),
            "symbol_files": tuple(SymbolFile(**each) for each in plain["symbol_files"]),
            "partners": tuple(Partner(**each) for each in plain["partners"]),
        }
    )


def _are_words(words: object) -> bool:
    return isinstance(words, dict) and all(
        isinstance(each, str) for pair in words.items() for each in pair
    )


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        message = "a time needs its offset from UTC"
        raise ValueError(message)
    return at.astimezone(UTC)


def stamp(plan: SeasonPlan) -> str:
    """Return what tells this plan from every other: what an organiser has seen."""
    plain = json.dumps(to_plain(plan), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def differences(one: SeasonPlan, other: SeasonPlan) -> tuple[str, ...]:
    """Return the names of what two plans have different."""
    first, second = to_plain(one), to_plain(other)
    return tuple(name for name in first if first[name] != second[name])


# Where the desk keeps what seasons have beside their columns.
SEASON_KEYS = "season/"


def symbol_key(season_id: int) -> str:
    """Return under which key the desk keeps what a symbol has beside its columns."""
    return f"{SEASON_KEYS}{season_id}/symbol"


def change_key(season_id: int) -> str:
    """Return under which key the desk keeps the last change of a season."""
    return f"{SEASON_KEYS}{season_id}/change"


def write_symbol(plan: SeasonPlan) -> dict[str, Any]:
    """Return what is kept of a symbol beside its columns."""
    plain = to_plain(plan)
    return {name: plain[name] for name in ("symbol_alts", "symbol_files")}


def read_symbol(kept: Any) -> dict[str, Any]:  # noqa: ANN401 - what JSON holds
    """Return the parts of a plan that `write_symbol` wrote; none where it did not."""
    found = kept if isinstance(kept, dict) else {}
    return {
        "symbol_alts": dict(found.get("symbol_alts", {})),
        "symbol_files": tuple(
            SymbolFile(**each) for each in found.get("symbol_files", ())
        ),
    }


def plan_of(row: Any, kept: Any) -> SeasonPlan:  # noqa: ANN401 - a row of any kind
    """Return the plan that a season's row holds, and what is kept of its symbol."""
    return SeasonPlan(
        slug=row.slug,
        number=row.number,
        titles=row.titles,
        statements=row.statements,
        rules=row.rules or {},
        symbol_kind=row.symbol_kind,
        symbol_names=row.symbol_names,
        symbol_stories=row.symbol_stories,
        origin_city=row.origin_city,
        hashtags=tuple(row.hashtags),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        time_zone=row.time_zone,
        partners=tuple(Partner(**each) for each in row.partners or ()),
        **read_symbol(kept),
    )
