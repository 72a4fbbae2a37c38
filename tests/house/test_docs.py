"""The docs say what the code says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from relay.cli.season import season
from relay.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Load = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def write_docs(script: Load) -> ModuleType:
    return script("write_docs")


def documents(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *root.glob("docs/**/*.md")]


@pytest.mark.parametrize(
    "name", ["ARCHITECTURE.md", "docs/settings.md", "docs/commands.md"]
)
def test_made_part_is_what_the_code_says(
    root: Path, write_docs: ModuleType, name: str
) -> None:
    text = (root / name).read_text(encoding="utf-8")
    made = write_docs.PARTS[name]()
    assert write_docs.made_part(text) == made.strip("\n") + "\n", "run `make docs`"


def test_a_commands_help_is_asked_of_a_process_that_did_nothing_else(
    write_docs: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(season, "help", "Changed meanwhile.")
    assert "Changed meanwhile." in season.get_help(click.Context(season))
    assert "Changed meanwhile." not in write_docs.command_help()


def test_writing_a_made_part_twice_changes_nothing(write_docs: ModuleType) -> None:
    page = f"Before\n\n{write_docs.START}{write_docs.END}\nAfter\n"
    once = write_docs.replaced(page, "- made\n")
    assert "- made" in once
    assert once.startswith("Before\n")
    assert once.endswith("After\n")
    assert write_docs.replaced(once, "- made\n") == once


def test_codemap_refuses_a_module_that_does_not_say_what_it_is(
    tmp_path: Path, write_docs: ModuleType
) -> None:
    silent = tmp_path / "silent.py"
    silent.write_text("x = 1\n")
    with pytest.raises(ValueError, match=r"silent\.py does not begin with a sentence"):
        write_docs.first_sentence(silent)


def test_codemap_leaves_no_module_out(root: Path, write_docs: ModuleType) -> None:
    code = [*root.glob("relay/**/*.py"), *root.glob("workers/**/*.py")]
    assert len(code) > 100
    assert write_docs.codemap(root).count("\n") == len(code)


def test_every_setting_is_described(write_docs: ModuleType) -> None:
    bare = [
        name for name, field in Settings.model_fields.items() if not field.description
    ]
    assert bare == []
    assert write_docs.settings_table().count("\n| `") == len(Settings.model_fields)


def test_no_document_names_a_setting_that_is_not_there(
    root: Path, write_docs: ModuleType
) -> None:
    known = {
        write_docs.variable(name, field)
        for name, field in Settings.model_fields.items()
    }
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        named = set(re.findall(r"\bRELAY_[A-Z0-9_]*[A-Z0-9]\b", text))
        unknown = {name for name in named if name.removesuffix("_FILE") not in known}
        assert not unknown, document


def test_every_target_that_a_document_names_is_in_the_makefile(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"help", "run", "test", "check", "fix", "bench", "docs"} <= targets
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
        assert named <= targets, document


def test_every_link_between_documents_leads_somewhere(root: Path) -> None:
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document}: {target}"
