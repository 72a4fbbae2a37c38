"""Translation catalogues: read as compiled, or compiled here when they are newer."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parents[1] / "translations"


@cache
def load_catalog(locale: str) -> Translations | NullTranslations:
    """Return the sentences of a locale such as `zh_Hans_CN`; English needs none.

    The build compiles catalogues once. In a working copy the words may be newer
    than what was built, and then they are compiled in memory.
    """
    words = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    built = words.with_suffix(".mo")
    if not words.exists() and not built.exists():
        return NullTranslations()
    if built.exists() and not _is_newer(words, built):
        return Translations(BytesIO(built.read_bytes()))
    compiled = BytesIO()
    with words.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def _is_newer(words: Path, built: Path) -> bool:
    return words.exists() and words.stat().st_mtime > built.stat().st_mtime
