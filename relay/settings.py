"""Every setting of the software, read once from the environment."""

from __future__ import annotations

import json
import os
import re
from functools import cached_property
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from relay.domain.language import LANGUAGES
from relay.domain.looks import LOOK_AGAIN_DAYS
from relay.domain.mail import read_mail_server

DEFAULT_PORT = 8000

# These are also read without RELAY_ before them, because so many platforms set them.
WELL_KNOWN = ("database_url", "redis_url", "port")

PORT_MAX = 65535
PlaceNames = dict[str, dict[str, str]]
_COUNTRY = re.compile("[A-Z]{2}")
_SENDER = re.compile(r"[^<>@\s]+@[^<>@\s]+|[^<>@\r\n]* <[^<>@\s]+@[^<>@\s]+>")
_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.(?!-)[A-Za-z0-9_-]{1,63})*\.?")


class WrongSettingError(ValueError):
    """A setting has a value that cannot work; the sentence names the variable."""


class Settings(BaseSettings):
    """Typed settings; a secret `RELAY_X` may also come from a file `RELAY_X_FILE`."""

    model_config = SettingsConfigDict(
        env_prefix="RELAY_", extra="ignore", frozen=True, populate_by_name=True
    )

    data: Path = Field(
        default=Path("data"),
        description="Folder that holds everything when nothing else is set.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web binds.")
    port: int = Field(
        default=DEFAULT_PORT,
        ge=1,
        le=PORT_MAX,
        validation_alias=AliasChoices("port", "RELAY_PORT", "PORT"),
        description="Port of the web server. `PORT` is read too.",
    )
    public_url: str = Field(
        default="",
        description="Address that readers use, such as https://relay.example.org, "
        "without a path. Empty: the address the server binds.",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further host names that may be asked for, comma-separated. "
        "The host of the public address and loopback are always allowed.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description="Signs sessions and forms; at least 32 characters. "
        "Empty: made once and kept in the data folder.",
    )
    database_url: str = Field(
        default="",
        repr=False,
        validation_alias=AliasChoices(
            "database_url", "RELAY_DATABASE_URL", "DATABASE_URL"
        ),
        description="SQLAlchemy or postgresql:// URL. Empty: SQLite in the data "
        "folder. `DATABASE_URL` is read too.",
    )
    redis_url: str = Field(
        default="",
        repr=False,
        validation_alias=AliasChoices("redis_url", "RELAY_REDIS_URL", "REDIS_URL"),
        description="Queue server. Empty: a Valkey server of our own on a socket in "
        "the data folder. `REDIS_URL` is read too.",
    )
    media_url: str = Field(
        default="",
        repr=False,
        description="Where pictures are kept: file:///folder or s3://bucket/prefix. "
        "Empty: a folder in the data folder.",
    )
    s3_endpoint: str = Field(
        default="",
        description="Address of an S3 server that is not Amazon's, such as "
        "https://s3.example.org. Used with an s3:// media URL.",
    )
    s3_region: str = Field(
        default="", description="Region of the S3 bucket. Empty: us-east-1."
    )
    s3_access_key_id: str = Field(
        default="",
        description="Key that may read, write and delete in the S3 bucket. "
        "Empty: the role of the machine, by Amazon's own ways.",
    )
    s3_secret_access_key: str = Field(
        default="",
        repr=False,
        description="Secret that belongs to the S3 key.",
    )
    smtp_url: str = Field(
        default="",
        repr=False,
        description="Mail server: smtp://user:password@host:587?starttls or "
        "smtps://user:password@host:465. Empty: no mail is sent, and none is offered.",
    )
    mail_from: str = Field(
        default="",
        description="Address that mails come from, such as relay@example.org or "
        "The relay <relay@example.org>. Needed with a mail server.",
    )
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Exact host:port addresses that the fetcher may reach beside the "
        "public internet, comma-separated. For the demo and tests only.",
    )
    fetch_contact: str = Field(
        default="",
        description="Page named in the fetcher's user agent. "
        "Empty: the public address.",
    )
    fetch_pause: float = Field(
        default=1.0,
        ge=0,
        le=3,
        description="Seconds between two requests of all workers to one host. "
        "0: no pause. The addresses of RELAY_FETCH_ALLOW have none.",
    )
    look_again_days: int = Field(
        default=LOOK_AGAIN_DAYS,
        ge=1,
        le=365,
        description="Days after which the link of a published entry is looked at "
        "again.",
    )
    personal_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days after which these are blanked: internet addresses in the "
        "log, who reported what, and the mail addresses of entries that were ended.",
    )
    place_names: Annotated[PlaceNames, NoDecode] = Field(
        default={},
        description="Names of countries and regions to show instead of CLDR's, as "
        'JSON: {"en": {"TR": "Türkiye"}}, by the language of the page and the ISO '
        "3166 code. `RELAY_PLACE_NAMES_FILE` may name a file that holds them.",
    )
    workers: int = Field(
        default=2, ge=1, le=64, description="RQ workers that `relay up` starts."
    )
    web_threads: int = Field(
        default=4, ge=1, le=64, description="Threads of the web server that render."
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=4,
        description="Trusted reverse proxies in front of the web server.",
    )
    proof: Literal["on", "off"] = Field(
        default="on",
        description="Whether the browser of who sends an entry in solves a small proof "
        "of work meanwhile: on or off. Nobody sees it, and nobody needs it.",
    )
    limit_submit: str = Field(
        default="60 per hour",
        description="Entries that one address may send in, as Flask-Limiter writes it.",
    )
    limit_no_proof: str = Field(
        default="40 per hour",
        description="Of those, entries from forms without a proof of work, such as "
        "those of browsers without scripts. A class of 30 should find room.",
    )
    limit_baton: str = Field(
        default="60 per hour",
        description="Entries with the same valid baton that do not count for their "
        "address, so that a school behind one address is no crowd. More of them do.",
    )
    limit_draft: str = Field(
        default="600 per hour",
        description="Drafts begun, pictures and further looks of one address. A school "
        "behind one address should find room.",
    )
    limit_token: str = Field(
        default="120 per minute",
        description="Pages behind a private link or a baton, for one address.",
    )
    limit_code: str = Field(
        default="60 per hour",
        description="Baton codes of one address, typed with a slip or sent in with an "
        "entry or its form, that lead nowhere.",
    )
    limit_share: str = Field(
        default="240 per hour",
        description="Cards, posters and certificates drawn anew for one address.",
    )
    limit_sign_in: str = Field(
        default="10 per minute", description="Sign-in tries of one address."
    )
    limit_api: str = Field(
        default="600 per minute", description="Other API calls of one address."
    )
    demo: bool = Field(default=False, description="Says on every page: invented data.")
    log: Literal["text", "json"] = Field(
        default="text", description="How log lines are written: text or json."
    )

    @field_validator("fetch_allow", "hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(each.strip() for each in value.split(",") if each.strip())
        return value

    @field_validator("place_names", mode="before")
    @classmethod
    def _read_names(cls, value: object) -> object:
        try:
            return json.loads(value or "{}") if isinstance(value, str) else value
        except ValueError:
            message = 'must be JSON such as {"en": {"TR": "Türkiye"}}'
            raise ValueError(message) from None

    @field_validator("place_names")
    @classmethod
    def _are_names(cls, value: PlaceNames) -> PlaceNames:
        for lang, names in value.items():
            wrong = [each for each in names if not _COUNTRY.fullmatch(each)]
            if lang not in LANGUAGES:
                message = f"{lang} is none of our languages: {', '.join(LANGUAGES)}"
                raise ValueError(message)
            if wrong:
                message = f"{wrong[0]} is no ISO 3166 code in capitals, such as TR"
                raise ValueError(message)
        return value

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not _is_host(each):
                message = (
                    f"{each} is no host name such as relay.example.org; "
                    "write each name in full, without *, http:// and port"
                )
                raise ValueError(message)
        return value

    @field_validator("fetch_allow")
    @classmethod
    def _are_places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            host, _, port = each.rpartition(":")
            if not (_is_host(host) and _is_port(port)):
                message = f"{each} is no host:port such as 127.0.0.1:8080"
                raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, value: str) -> str:
        if not value or _is_origin(value):
            return value
        # May hold a password, so the message must not repeat it.
        message = "must be http(s)://host or http(s)://host:port, nothing more"
        raise ValueError(message)

    @field_validator(
        "limit_submit",
        "limit_no_proof",
        "limit_baton",
        "limit_draft",
        "limit_token",
        "limit_code",
        "limit_share",
        "limit_sign_in",
        "limit_api",
    )
    @classmethod
    def _is_limit(cls, value: str) -> str:
        from limits import parse_many  # noqa: PLC0415 - few commands need to load it

        try:
            parse_many(value)
        except ValueError:
            message = "must be a limit such as 30 per hour, or several joined by ;"
            raise ValueError(message) from None
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:  # noqa: PLR2004 - the number is in the message
            message = "must have at least 32 characters"
            raise ValueError(message)
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        scheme = value.partition(":")[0].partition("+")[0]
        return _checked(value, scheme, "postgresql", "postgres", "sqlite")

    @field_validator("redis_url")
    @classmethod
    def _is_queue(cls, value: str) -> str:
        return _checked(value, value.partition(":")[0], "redis", "rediss", "unix")

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if value:
            read_mail_server(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if value and not _SENDER.fullmatch(value):
            message = "must be an address such as relay@example.org"
            raise ValueError(message)
        return value

    @field_validator("media_url")
    @classmethod
    def _is_media(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if value and not rest.strip("/"):
            message = "must be file:///folder or s3://bucket/prefix"
            raise ValueError(message)
        return _checked(value, scheme, "file", "s3")

    @cached_property
    def base_url(self) -> str:
        """The address that readers use, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @cached_property
    def is_https(self) -> bool:
        """Whether readers come over TLS."""
        return self.base_url.startswith("https://")

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        file = quote(f"{self.data.absolute()}/relay.sqlite3")
        url = self.database_url or f"sqlite:///{file}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @cached_property
    def redis(self) -> str:
        """The URL of the queue server."""
        return self.redis_url or f"unix://{self.data.absolute()}/valkey.sock"

    @cached_property
    def media(self) -> str:
        """The URL of the media store."""
        return self.media_url or (self.data.absolute() / "media").as_uri()


def read_settings(**given: Any) -> Settings:  # noqa: ANN401 - any field may be given
    """Read the environment once; raises WrongSettingError naming the variable."""
    try:
        return Settings(**{**_read_files(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{_variable(str(first['loc'][0]))}: {_sentence(first['msg'])}"
        # Not "from error": that one repeats the value, which may be a secret.
        raise WrongSettingError(message) from None


def environment_with(**changed: object) -> dict[str, str]:
    """Return the environment for a child process, with some settings changed."""
    named = {f"RELAY_{name.upper()}": str(value) for name, value in changed.items()}
    # A file that names the setting would win over the changed value.
    stale = {f"{each}_FILE" for each in named}
    stale |= {each.removeprefix("RELAY_") for each in stale}
    kept = {name: value for name, value in os.environ.items() if name not in stale}
    return {**kept, **named}


def _read_files() -> dict[str, str]:
    """Return the settings whose variables name a file (`RELAY_…_FILE`)."""
    found = {}
    for name in Settings.model_fields:
        variables = [f"RELAY_{name.upper()}_FILE"]
        if name in WELL_KNOWN:
            variables.append(f"{name.upper()}_FILE")
        for variable in variables:
            path = os.environ.get(variable)
            if path:
                found[name] = _read_file(variable, Path(path))
                break
    return found


def _read_file(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        message = f"{variable}: {path} cannot be read: {reason}"
        raise WrongSettingError(message) from error


def _variable(name: str) -> str:
    """Return the variable that set a field, as its owner wrote it."""
    field = name.upper().removeprefix("RELAY_")
    spellings = [f"RELAY_{field}"]
    if field.lower() in WELL_KNOWN:
        spellings.append(field)
    for spelling in spellings:
        for variable in (spelling, f"{spelling}_FILE"):
            if os.environ.get(variable):
                return variable
    return spellings[0]


def _sentence(words: str) -> str:
    """Return what a check of ours has said without pydantic's word before it."""
    return words.removeprefix("Value error, ")


def _is_host(text: str) -> bool:
    """Whether this is a host name or address; IPv6 stands in brackets."""
    if text.startswith("[") and text.endswith("]"):
        try:
            IPv6Address(text[1:-1])
        except ValueError:
            return False
        return True
    return bool(_HOST_NAME.fullmatch(text))


def _is_port(text: str) -> bool:
    """Whether this is the number of a port."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(PORT_MAX))
    return is_number and 1 <= int(text) <= PORT_MAX


def _is_origin(url: str) -> bool:
    """Whether this is scheme, host and port alone; a slash at its end may stand."""
    scheme, _, place = url.partition("://")
    place = place.removesuffix("/")
    host, colon, port = place.rpartition(":")
    named = _is_host(place) or bool(colon and _is_host(host) and _is_port(port))
    return scheme.lower() in {"http", "https"} and named


def _checked(value: str, scheme: str, *schemes: str) -> str:
    """Return an address that can work; the message must not repeat it."""
    if not value:
        return value
    if scheme not in schemes:
        # Without "://" the first part of it may be anything, also a password.
        found = f", not {scheme}://" if "://" in value and scheme.isalnum() else ""
        message = f"must begin with {'://, '.join(schemes)}://{found}"
        raise ValueError(message)
    try:
        _ = urlsplit(value).port
    except ValueError:
        message = "its port is no number; write / # ? @ : in a password as %2F %23 …"
        raise ValueError(message) from None
    return value
