"""Gathers every visible sentence for the translators, and says which are missing.

`gather` writes new sentences into each relay/translations/LOCALE, `check` prints what
is missing or wrong and fails. English is the source and needs no catalogue.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog, TranslationError
from babel.messages.checkers import checkers
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "relay" / "translations"
METHODS = [
    ("web/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
    ("templates/**.xml", "jinja2"),
]
OPTIONS: dict[str, dict[str, Any]] = {
    each: {"silent": "false"} for each, method in METHODS if method == "jinja2"
}
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
NOTE = "Note:"  # begins a comment in the source that translators should read
WIDTH = 88
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def gather() -> None:
    """Bring every catalogue up to date with the sentences of today."""
    template = extract()
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        # What is gone from the source is gone here: git remembers it.
        catalogue.obsolete.clear()
        with path.open("wb") as target:
            write_po(
                target,
                catalogue,
                width=WIDTH,
                include_lineno=False,
                sort_by_file=True,
                ignore_obsolete=True,
            )
        missing = sum(1 for each in catalogue if each.id and not is_whole(each))
        print(f"{path.parent.parent.name}: {len(catalogue)} sentences, {missing} to do")


def extract() -> Catalog:
    """Return every sentence of the source as an untranslated catalogue."""
    template = Catalog(project="culture-relay", fuzzy=False)
    found = extract_from_dir(
        ROOT / "relay",
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        comment_tags=(NOTE,),
        strip_comment_tags=True,
    )
    for name, line, sentence, comments, context in found:
        template.add(
            sentence,
            locations=[(f"relay/{name}", line)],
            auto_comments=comments,
            context=context,
        )
    return template


def catalogues() -> list[Path]:
    """Return every catalogue that there is."""
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """Return the catalogue of one language."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name)


def is_whole(message: Message) -> bool:
    """Say whether a sentence is translated, in every plural form, by a sure hand."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def faults(catalogue: Catalog, template: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue, a line each."""
    for wanted in template:
        if not wanted.id:
            continue
        held = catalogue.get(wanted.id, wanted.context)
        if held is None:
            yield f"not gathered: {wanted.id!r}"
        elif not is_whole(held):
            yield f"not translated: {wanted.id!r}"
        else:
            for error in errors_in(held, catalogue):
                yield f"{error}: {wanted.id!r}"


def errors_in(message: Message, catalogue: Catalog) -> Iterator[TranslationError | str]:
    """Yield broken and forgotten placeholders, and missing plural forms."""
    for check in checkers:
        try:
            check(catalogue, message)
        except TranslationError as error:
            yield error
    # Babel lets one be left out. A plural form may: “one” says its number.
    if isinstance(message.id, str) and isinstance(message.string, str):
        wanted, held = (
            set(PLACEHOLDER.findall(text)) for text in (message.id, message.string)
        )
        if wanted - held:
            yield f"placeholder forgotten, {', '.join(sorted(wanted - held))}"


def check() -> int:
    """Print every fault of every catalogue and return how many there are."""
    template = extract()
    count = 0
    for path in catalogues():
        for fault in faults(read(path), template):
            print(f"{path.relative_to(ROOT)}: {fault}")
            count += 1
    print(f"{len(template)} sentences, {len(catalogues())} languages, {count} faults")
    return count


def main() -> None:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["gather"]:
            gather()
        case ["check"]:
            sys.exit(1 if check() else 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
