"""The form of a season: what stands in it, what was typed, and what that means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from relay.domain.errors import FieldError, Invalid
from relay.domain.language import LANGUAGES
from relay.domain.local_time import read_local, write_local
from relay.domain.season import SymbolKind
from relay.domain.season_plan import (
    NUMBER_MAX,
    PARTNERS_MAX,
    WORDS,
    Partner,
    SeasonPlan,
    check_plan,
    clean_plan,
)
from relay.services.choose_city import choose_city

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.domain.geo import City
    from relay.ports import Gazetteer

# The words that the form asks for; what is seen on the picture is told beside it.
FORM_WORDS = tuple(name for name in WORDS if name != "symbol_alts")
EMPTY_PARTNERS = 3

# Stands in a plan whose opening cannot be read, and is kept nowhere.
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Typed:
    """The whole form as it stands: each field's text, partners, and cities to offer.

    `plan` is what it means, and None as long as anything is wrong.
    """

    values: Mapping[str, str]
    partners: tuple[tuple[str, str], ...]
    plan: SeasonPlan | None = None
    faults: tuple[FieldError, ...] = ()
    city: City | None = None
    offered: tuple[City, ...] = ()

    def value(self, name: str) -> str:
        """Return what stands in a field; nothing where there is none."""
        return self.values.get(name, "")

    @property
    def shown_partners(self) -> tuple[tuple[str, str], ...]:
        """The partners, and some empty lines for more."""
        room = min(EMPTY_PARTNERS, PARTNERS_MAX - len(self.partners))
        return (*self.partners, *((("", ""),) * max(room, 0)))

    @property
    def twice(self) -> frozenset[str]:
        """The times of which one must say which of two is meant."""
        asked = {each.field for each in self.faults if each.code == "twice"}
        told = {name for name in ("opens", "closes") if self.value(f"{name}_later")}
        return frozenset(asked | told)

    def lacks(self, tag: str) -> int:
        """Return how many of the texts are missing in a language."""
        return sum(not self.value(f"{name}-{tag}").strip() for name in FORM_WORDS)


def form_of(plan: SeasonPlan, gazetteer: Gazetteer, lang: str) -> Typed:
    """Return the form of a season as it is planned."""
    zone = ZoneInfo(plan.time_zone)
    values = {
        "slug": plan.slug,
        "number": str(plan.number),
        "symbol_kind": plan.symbol_kind.value,
        "city": gazetteer.name(plan.origin_city, lang),
        "city_known": str(plan.origin_city),
        "hashtags": " ".join(plan.hashtags),
        "time_zone": plan.time_zone,
        "opens": write_local(plan.opens_at, zone),
        "closes": write_local(plan.closes_at, zone) if plan.closes_at else "",
    }
    for name in FORM_WORDS:
        for tag, text in getattr(plan, name).items():
            values[f"{name}-{tag}"] = text
    return Typed(
        values,
        tuple((each.name, each.link) for each in plan.partners),
        plan=plan,
        city=gazetteer.find(plan.origin_city),
    )


def read_typed(
    form: Mapping[str, str], gazetteer: Gazetteer, *, kept: SeasonPlan | None, lang: str
) -> Typed:
    """Read the form; nothing that was typed is lost, however wrong.

    `kept` is the season that is changed: what the form does not ask for stays.
    """
    reading = _Reading(form, gazetteer, kept, lang)
    plan = reading.read()
    faults = list(reading.faults)
    try:
        check_plan(plan)
    except Invalid as error:
        known = {each.field for each in faults}
        faults += [each for each in error.fields if each.field not in known]
    values = {name: form[name] for name in form if not name.startswith("partner-")}
    return Typed(
        values,
        tuple((each.name, each.link) for each in plan.partners),
        plan=None if faults else plan,
        faults=tuple(faults),
        city=reading.city,
        offered=reading.offered,
    )


@dataclass
class _Reading:
    """Reads one form, and notes what cannot be read."""

    form: Mapping[str, str]
    gazetteer: Gazetteer
    kept: SeasonPlan | None
    lang: str
    faults: list[FieldError] = field(default_factory=list)
    city: City | None = None
    offered: tuple[City, ...] = ()

    def read(self) -> SeasonPlan:
        """Return the plan; what cannot be read has some value that can be checked."""
        zone = self._read_zone()
        opens = self._read_time("opens", zone)
        closes = self._read_time("closes", zone) if self._text("closes") else None
        kept = self.kept
        return clean_plan(
            SeasonPlan(
                slug=self._text("slug"),
                number=self._read_number(),
                symbol_kind=self._read_kind(),
                origin_city=self._read_city(),
                # Without an opening nothing can be said of the order of the two.
                opens_at=opens or closes or _SOME_TIME,
                closes_at=closes if opens else None,
                time_zone=zone.key,
                hashtags=tuple(self._text("hashtags").replace(",", " ").split()),
                partners=self._read_partners(),
                symbol_alts=kept.symbol_alts if kept else {},
                symbol_files=kept.symbol_files if kept else (),
                **{name: self._read_words(name) for name in FORM_WORDS},
            )
        )

    def _text(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def _read_words(self, name: str) -> dict[str, str]:
        """Return texts by language; those in languages that we do not ask for stay."""
        kept = getattr(self.kept, name) if self.kept else {}
        others = {tag: text for tag, text in kept.items() if tag not in LANGUAGES}
        return {**{tag: self._text(f"{name}-{tag}") for tag in LANGUAGES}, **others}

    def _read_number(self) -> int:
        text = self._text("number")
        is_number = (
            text.isascii() and text.isdecimal() and len(text) <= len(str(NUMBER_MAX))
        )
        return int(text) if is_number else 0

    def _read_kind(self) -> SymbolKind:
        kind = self._text("symbol_kind")
        return SymbolKind(kind) if kind in set(SymbolKind) else SymbolKind.ANTIQUE

    def _read_zone(self) -> ZoneInfo:
        name = self._text("time_zone")
        if name in available_timezones():
            return ZoneInfo(name)
        self.faults.append(FieldError("time_zone", "unknown"))
        return ZoneInfo("UTC")

    def _read_time(self, name: str, zone: ZoneInfo) -> datetime | None:
        text = self._text(name)
        kept = getattr(self.kept, f"{name}_at") if self.kept else None
        later = self._text(f"{name}_later")
        if kept and not later and write_local(kept, zone) == text:
            return kept  # type: ignore[no-any-return]  # a time of the plan, seconds and all
        try:
            is_later = {"yes": True, "no": False}.get(later)
            return read_local(text, zone, field=name, is_later=is_later)
        except Invalid as error:
            self.faults += error.fields
            return None

    def _read_city(self) -> int:
        text, picked = self._text("city"), self._text("city_pick")
        known = self._text("city_known")
        if not picked and known.isdecimal():
            city = self.gazetteer.find(int(known[:18]))
            if city and self.gazetteer.name(city.id, self.lang) == text:
                self.city = city
                return city.id
        choice = choose_city(self.gazetteer, picked or text)
        self.city, self.offered = choice.city, choice.offered
        if choice.city:
            return choice.city.id
        code = "which_one" if choice.offered else "unknown" if text else "missing"
        self.faults.append(FieldError("city", code))
        return 0

    def _read_partners(self) -> tuple[Partner, ...]:
        places = range(1, PARTNERS_MAX + 2)
        return tuple(
            Partner(self._text(f"partner-name-{n}"), self._text(f"partner-link-{n}"))
            for n in places
        )
