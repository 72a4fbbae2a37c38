"""Trust: which entries are let through at once, and which are held for people.

Rules let through or hold; they never reject. What is held wins over what is let
through: the words on an institution's own page may still be a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import FetchFailed, FieldError, Invalid
from relay.domain.links import check_link
from relay.domain.urls import parse_url
from relay.domain.word_finder import WordFinder, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PATTERN_MAX = 500  # characters
LINK = "link"  # the place of what is found in the link itself


class RuleKind(StrEnum):
    """What a rule looks at. Values are stored: never rename one."""

    ALLOW_DOMAIN = "allow_domain"
    ALLOW_ACCOUNT = "allow_account"
    BLOCK_WORD = "block_word"
    BLOCK_LINK = "block_link"
    BLOCK_DOMAIN = "block_domain"


_DOMAINS = frozenset({RuleKind.ALLOW_DOMAIN, RuleKind.BLOCK_DOMAIN})
ALLOWS = frozenset({RuleKind.ALLOW_DOMAIN, RuleKind.ALLOW_ACCOUNT})


@dataclass(frozen=True)
class Rule:
    """One rule; `pattern` is as `read_pattern` returned it."""

    id: int
    kind: RuleKind
    pattern: str


@dataclass(frozen=True)
class Hit:
    """A rule that holds an entry: where it met what, as it is written there."""

    rule: Rule
    place: str
    found: str


@dataclass(frozen=True)
class Verdict:
    """What the rules say: what holds the entry, and what would let it through."""

    hits: tuple[Hit, ...]
    allowed_by: Rule | None

    @property
    def lets_through(self) -> bool:
        """Whether it may be published at once."""
        return self.allowed_by is not None and not self.hits


class RuleBook:
    """All rules that count, ready to look at entries."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take the rules that are active, in the order in which they are asked."""
        self._rules = tuple(rules)
        self._words = [each for each in self._rules if each.kind is RuleKind.BLOCK_WORD]
        self._finder = WordFinder([each.pattern for each in self._words])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self._rules

    @property
    def allows(self) -> bool:
        """Whether any rule could let an entry through."""
        return any(each.kind in ALLOWS for each in self._rules)

    def judge(
        self, words: Mapping[str, str], *, canonical: str, arrived: str = ""
    ) -> Verdict:
        """Return what the rules say of an entry's words, by place, and of its link.

        `canonical` is the comparable form of its link, or empty; `arrived` that of the
        page that it led to, where that is known. A rule holds once for each place. Who
        is trusted must stand at both ends: a page of theirs may lead anywhere.
        """
        verdict = self._judge(words, canonical)
        if not arrived or arrived == canonical:
            return verdict
        there = self._judge({}, arrived)
        return Verdict(
            hits=(*verdict.hits, *(e for e in there.hits if e not in verdict.hits)),
            allowed_by=verdict.allowed_by if there.allowed_by else None,
        )

    def _judge(self, words: Mapping[str, str], canonical: str) -> Verdict:
        hits = {
            (self._words[found.at], place): Hit(
                self._words[found.at], place, found.written
            )
            for place, text in words.items()
            for found in reversed(self._finder.find(text))
        }
        on_link = [each for each in self._rules if _meets_link(each, canonical)]
        holding = [
            Hit(each, LINK, canonical) for each in on_link if each.kind not in ALLOWS
        ]
        allowing = [each for each in on_link if each.kind in ALLOWS]
        return Verdict(
            hits=(*hits.values(), *holding),
            allowed_by=allowing[0] if allowing else None,
        )


def read_pattern(kind: RuleKind, typed: str) -> str:
    """Return the pattern that a person means; raises Invalid (field `pattern`).

    A domain may be typed as a link to it, an account as the address of its page; links
    are kept in their comparable form.
    """
    typed = " ".join(typed.split())
    if not typed:
        raise _wrong("missing")
    if len(typed) > PATTERN_MAX:
        raise _wrong("too_long")
    if kind is RuleKind.BLOCK_WORD:
        if not fold_word(typed):
            raise _wrong("no_letters")
        return typed
    link = typed if "://" in typed else f"https://{typed}"
    if kind in _DOMAINS:
        return _read_host(link)
    verdict = check_link(link)
    if verdict.work is None:
        raise _wrong("not_a_link")
    if kind is RuleKind.ALLOW_ACCOUNT and _place(verdict.work).partition("/")[2] == "":
        # Everybody's page would be below it: that is what a domain is for.
        raise _wrong("no_account")
    return verdict.work


def _read_host(link: str) -> str:
    try:
        host = parse_url(link).host.strip(".").removeprefix("www.")
    except FetchFailed as error:
        raise _wrong("not_a_domain") from error
    if "." not in host or ":" in host or host.replace(".", "").isdecimal():
        raise _wrong("not_a_domain")
    return host


def _meets_link(rule: Rule, link: str) -> bool:
    """Tell whether a rule is about this link, of which `http` and `https` are one."""
    if rule.kind is RuleKind.BLOCK_WORD or not link:
        return False
    place = _place(link)
    if rule.kind in _DOMAINS:
        host = place.partition("/")[0].rpartition("@")[2].partition(":")[0]
        return f".{host}".endswith(f".{rule.pattern}")
    wanted = _place(rule.pattern).rstrip("/")
    if rule.kind is RuleKind.BLOCK_LINK:
        return place.rstrip("/") == wanted
    return place.rstrip("/") == wanted or place.startswith(f"{wanted}/")


def _place(link: str) -> str:
    """Return a comparable link without its scheme: host, port, path and query."""
    return link.partition("://")[2]


def _wrong(code: str) -> Invalid:
    return Invalid([FieldError("pattern", code)])
