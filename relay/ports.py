"""What the services need from outside, as types that adapters fulfil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from relay.domain.card import CardFacts, CardHtml
    from relay.domain.geo import City
    from relay.domain.mail import Mail
    from relay.domain.preview import LinkPreview
    from relay.domain.share import ShareFacts


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class Dice(Protocol):
    """Unguessable names."""

    def token(self) -> str:
        """Return a secret of at least 128 bits, URL-safe."""

    def ref(self) -> str:
        """Return an entry's public, unguessable reference."""

    def baton_code(self) -> str:
        """Return a baton's code with its check character."""

    def derive(self, seed: str) -> str:
        """Return the token that belongs to a seed: the same for the same seed."""

    def one_in(self, many: int) -> bool:
        """Tell whether it falls on this throw, as it does once in `many`."""


class Gazetteer(Protocol):
    """Every city that an entry can come from."""

    def find(self, city_id: int) -> City | None:
        """Return the city with this GeoNames id."""

    def find_many(self, city_ids: Iterable[int]) -> Mapping[int, City]:
        """Return those of the cities that are known, by their ids."""

    def search(
        self, text: str, *, limit: int = 10, country: str | None = None
    ) -> Sequence[City]:
        """Return the cities that a spelling in any script may mean, best first."""

    def similar(self, text: str, *, limit: int = 5) -> Sequence[City]:
        """Return the cities whose names are one or two slips of the pen away."""

    def is_called(self, city_id: int, text: str) -> bool:
        """Tell whether a whole spelling, its country aside, is a name of the city."""

    def list_largest(self, limit: int) -> Sequence[City]:
        """Return the most populous cities, the largest first."""

    def name(self, city_id: int, lang: str) -> str:
        """Return the city's name in a language of the interface."""

    def list_names(self, city_ids: Iterable[int], lang: str) -> Mapping[int, str]:
        """Return the names of those of the cities that are known, by their ids."""


class Previewer(Protocol):
    """Reads a stranger's link through the one safe door."""

    def preview(self, link: str) -> LinkPreview:
        """Return the link's preview; raises FetchFailed."""


class MediaStore(Protocol):
    """Keeps renditions under content-addressed names; writing twice is harmless."""

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Keep `data` under `key`; raises Unavailable."""

    def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`; raises Unavailable."""

    def delete(self, key: str) -> None:
        """Forget `key`, also when it is unknown; raises Unavailable."""

    def list_old(self, folder: str, *, written_before: datetime) -> Sequence[str]:
        """Return the keys right in a folder that were written before a moment.

        Raises Unavailable.
        """


class CardPrinter(Protocol):
    """Prints an entry's card as HTML, escaped once."""

    edition: str

    def print_card(self, facts: CardFacts, lang: str) -> CardHtml:
        """Return the card's fragments in one language."""


class ShareArtist(Protocol):
    """Draws what is shared: cards, posters and certificates."""

    @property
    def edition(self) -> str:
        """What drawings depend on beside their facts."""

    def draw(self, facts: ShareFacts, *, form: str, picture: bytes | None) -> bytes:
        """Return a drawing as `png` or `jpg`; raises Unavailable.

        `picture` is the JPEG that the facts' work names, when it names one.
        """


class Mailer(Protocol):
    """Takes mails to the mail server."""

    def send(self, mail: Mail) -> None:
        """Hand a mail over; raises MailFailed."""

    def check(self) -> None:
        """Reach the server and sign in, as sending would; raises MailFailed."""


class Letter(Protocol):
    """What a mail tells, as facts, in a language of the interface."""

    @property
    def template(self) -> str:
        """The name of the templates that put it into words."""

    @property
    def lang(self) -> str:
        """The language to write it in."""

    @property
    def stop_url(self) -> str:
        """Where to say that there shall be no more mail; empty where none follows."""


class Written(Protocol):
    """The words of a mail."""

    @property
    def subject(self) -> str:
        """One line."""

    @property
    def text(self) -> str:
        """The whole mail as plain text."""

    @property
    def html(self) -> str:
        """The same as HTML."""


class MailWriter(Protocol):
    """Puts into words what a mail tells."""

    def write(self, letter: Letter) -> Written:
        """Return the words of a letter, in the language that it asks for."""


class Doorbell(Protocol):
    """Wakes the dispatcher when the outbox holds something new."""

    def ring(self) -> None:
        """Wake it if it can be reached; never raises, the sweeper comes anyway."""

    def can_ring(self) -> bool:
        """Tell whether the queue server answers now."""


class Visits(Protocol):
    """Counts a visit once a day, and tracks nobody."""

    def is_first(self, visited: str, visitor: str, *, now: datetime) -> bool:
        """Tell whether nobody of this address was here today; never raises."""


@dataclass(frozen=True)
class Intake:
    """What taking in an entry needs from outside.

    `allow` are the host:port addresses that may be linked beside public ones.
    """

    engine: Engine
    clock: Clock
    dice: Dice
    media: MediaStore
    doorbell: Doorbell
    printer: CardPrinter
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Importer:
    """What importing many entries needs; those of the wall are at `base_url`."""

    intake: Intake
    gazetteer: Gazetteer
    base_url: str


@dataclass(frozen=True)
class Mailroom:
    """What writing mails needs from outside; their links begin with `base_url`."""

    engine: Engine
    base_url: str
    clock: Clock
    dice: Dice
    gazetteer: Gazetteer
    writer: MailWriter
