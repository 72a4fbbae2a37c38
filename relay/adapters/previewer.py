"""From one link to its preview: ask the provider, read the page, take the picture."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from relay.adapters.oembed import PROVIDERS, ask_oembed, find_endpoint
from relay.adapters.page_origin import find_origins
from relay.adapters.page_reader import read_page
from relay.adapters.safe_deadline import Deadline
from relay.adapters.safe_http import DEADLINE, PAGE, PICTURE, Door, Fetched, fetch
from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.platforms import (
    Ask,
    Platform,
    platform_of,
    refusal_of,
    work_id_of,
)
from relay.domain.preview import LinkPreview, PageFacts, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHOLE_DEADLINE = 18.0
"""Seconds for everything that one link needs: provider, page and picture."""

_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/xml", ""})
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"})

Answer = TypeVar("Answer")


class SafePreviewer:
    """Reads strangers' links through one door."""

    def __init__(
        self,
        door: Door,
        *,
        deadline: float = WHOLE_DEADLINE,
        providers: Path = PROVIDERS,
    ) -> None:
        self._door = door
        self._deadline = deadline
        self._providers = providers

    def preview(self, link: str) -> LinkPreview:
        """Return the link's preview; raises FetchFailed, its notes say every step.

        A picture that does not come never fails the preview.
        """
        return self._do(self._begin(link))

    def explain(self, link: str) -> tuple[LinkPreview, dict[str, str]]:
        """Return the preview, and where each of its facts stands; raises FetchFailed.

        Looking for the places costs as much as reading the page did.
        """
        work = self._begin(link)
        return self._do(work), work.find_origins()

    def _begin(self, link: str) -> _Work:
        return _Work(link, self._door, Deadline(self._deadline), self._providers)

    def _do(self, work: _Work) -> LinkPreview:
        try:
            return work.do()
        except FetchFailed as error:
            # What the failing request noted of itself came after all of these.
            error.__notes__ = [
                *(
                    f"{each.name}: {each.detail} ({each.ms:g} ms)"
                    for each in work.steps
                ),
                *getattr(error, "__notes__", ()),
            ]
            raise


@dataclass
class _Work:
    """One link on its way to a preview."""

    link: str
    door: Door
    clock: Deadline
    providers: Path
    steps: list[Step] = field(default_factory=list)
    said: dict[str, PageFacts] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    page: Fetched | None = None

    def do(self) -> LinkPreview:
        platform = platform_of(self.link)
        self._note("platform", f"{platform.key}, asked by {platform.ask.value}")
        if platform.ask is Ask.NOT_AT_ALL:
            raise FetchFailed(FetchReason.NOT_ASKED, platform.key)
        self._ask_provider(self.link)
        if self._is_enough():
            return self._finish(self.link, platform)
        page = self._read_page(platform)
        if page is None:
            return self._finish(self.link, platform)
        found = platform_of(page.final_url)
        platform = platform if found.key in {"web", "picture"} else found
        if _is_picture(page.body):
            return self._finish_picture(page, platform)
        return self._finish(page.final_url, platform)

    def find_origins(self) -> dict[str, str]:
        """Return where each fact stands: in the provider's answer, or on the page."""
        places = {}
        if self.page is not None:
            header = self.page.headers.get("content-type")
            places = find_origins(
                self.said["page"],
                self.page.body,
                self.page.final_url,
                content_type=header,
            )
        return {
            name: places[name] if source == "page" else source
            for name, source in _sources(self.said).items()
        }

    def _read_page(self, platform: Platform) -> Fetched | None:
        """Return the page, None when it refused but the provider had told enough."""
        try:
            page = self._fetch_page()
            if not _is_picture(page.body):
                self._read(page, platform)
        except FetchFailed as error:
            if not self.said:
                raise
            self._note("page", f"refused, the provider's word stands: {error}")
            return None
        return page

    def _fetch_page(self) -> Fetched:
        page = fetch(self.link, door=self.door, accept=PAGE, deadline=self._left())
        self.steps.extend(page.steps)
        for passed in (page.final_url, *reversed(page.redirects)):
            if work_id_of(passed):
                self._ask_provider(passed)
                break
        page.require_ok()
        return page

    def _read(self, page: Fetched, platform: Platform) -> None:
        if page.content_type not in _PAGES or not page.body.strip():
            detail = page.content_type or "an empty answer"
            raise FetchFailed(FetchReason.NOT_A_PAGE, detail)
        began = self.clock.ms
        header = page.headers.get("content-type")
        facts = read_page(page.body, page.final_url, content_type=header)
        self._note("parsed", f"{len(page.body)} bytes", began)
        found = platform_of(page.final_url)
        for judge in {platform.key: platform, found.key: found}.values():
            reason = refusal_of(judge, page.final_url, facts.title, tells=facts.author)
            if reason is not None:
                raise FetchFailed(reason, f"{facts.title or page.final_url}")
        if facts.title or facts.description or facts.image:
            self.said["page"] = facts
            self.page = page
        if facts.oembed and not (facts.title and facts.image):
            self._ask_at(facts.oembed)
        if not self.said:
            raise FetchFailed(FetchReason.NOT_A_PAGE, "it says nothing of itself")

    def _ask_provider(self, url: str) -> None:
        endpoint = find_endpoint(url, providers=self.providers)
        if endpoint:
            self._ask_at(endpoint)

    def _ask_at(self, endpoint: str) -> None:
        """Ask once; a provider that refuses leaves it to the page."""
        if self.asked:
            return
        self.asked.add(endpoint)
        answer = self._try("oembed", lambda: self._ask(endpoint))
        if isinstance(answer, PageFacts):
            self.said["oembed"] = answer

    def _ask(self, endpoint: str) -> PageFacts:
        facts, answer = ask_oembed(endpoint, door=self.door, deadline=self._left())
        self.steps.extend(answer.steps)
        return facts

    def _is_enough(self) -> bool:
        facts = self.said.get("oembed")
        return facts is not None and bool(facts.title and facts.image)

    def _finish(self, final_url: str, platform: Platform) -> LinkPreview:
        facts, sources = _merge(self.said)
        self._note("facts", sources)
        image, reason = self._take_image(facts.image, final_url)
        return LinkPreview(
            asked=self.link,
            final_url=final_url,
            platform=platform.key,
            facts=facts,
            image=image,
            image_reason=reason,
            steps=tuple(self.steps),
        )

    def _finish_picture(self, page: Fetched, platform: Platform) -> LinkPreview:
        self._note("picture", f"the link is one, {len(page.body)} bytes")
        key = "picture" if platform.key == "web" else platform.key
        image: bytes | None = page.body
        reason = None
        if page.truncated:  # it did not call itself a picture, so it was cut as a page
            image, reason = self._take_image(page.final_url, page.final_url)
        return LinkPreview(
            asked=self.link,
            final_url=page.final_url,
            platform=key,
            facts=PageFacts(image=page.final_url, url=page.final_url),
            image=image,
            image_reason=reason,
            steps=tuple(self.steps),
        )

    def _take_image(
        self, address: str | None, page_url: str
    ) -> tuple[bytes | None, str | None]:
        """Return the picture's bytes, or why there are none."""
        if address is None:
            return None, None
        answer = self._try("image", lambda: self._fetch_image(address, page_url))
        if isinstance(answer, FetchFailed):
            return None, answer.reason.value
        return answer, None

    def _fetch_image(self, address: str, page_url: str) -> bytes:
        picture = fetch(
            address.strip().replace(" ", "%20"),
            door=self.door,
            accept=PICTURE,
            deadline=self._left(),
            referer=page_url,
        )
        self.steps.extend(picture.steps)
        picture.require_ok()
        if not picture.body:
            raise FetchFailed(FetchReason.BAD_RESPONSE, "an empty picture")
        return picture.body

    def _try(self, name: str, do: Callable[[], Answer]) -> Answer | FetchFailed:
        """Do something that the preview can do without."""
        began = self.clock.ms
        try:
            answer = do()
        except FetchFailed as error:
            self._note(name, f"failed, {error}", began)
            return error
        self._note(name, "came", began)
        return answer

    def _left(self) -> float:
        return min(DEADLINE, self.clock.left("previewing"))

    def _note(self, name: str, detail: str, began: float | None = None) -> None:
        ms = 0.0 if began is None else round(self.clock.ms - began, 1)
        self.steps.append(Step(name, detail, ms))


def _merge(said: dict[str, PageFacts]) -> tuple[PageFacts, str]:
    """Take each field from the first source that knows it, and say from which."""
    sources = _sources(said)
    chosen = {name: getattr(said[source], name) for name, source in sources.items()}
    told = [f"{name} from {source}" for name, source in sources.items()]
    return PageFacts(**chosen), ", ".join(told) or "none"


def _sources(said: dict[str, PageFacts]) -> dict[str, str]:
    """Return the source of each field: the first that knows it."""
    return {
        each.name: source
        for each in fields(PageFacts)
        for source in reversed(said)
        if getattr(said[source], each.name) is not None
    }


def _is_picture(body: bytes) -> bool:
    """Whether the bytes begin like a picture, whatever the headers say."""
    webp = body[:4] == b"RIFF" and body[8:12] == b"WEBP"
    boxed = body[4:8] == b"ftyp" and body[8:12] in _BRANDS
    return body.startswith(_MAGIC) or webp or boxed
