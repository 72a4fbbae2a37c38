"""Writes those parts of the docs that are made from the code itself.

ARCHITECTURE.md gets the first sentence of every module, docs/settings.md a row for
every setting, docs/commands.md the help of every command. Tests hold them true.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import AliasChoices

from relay.cli import COMMANDS
from relay.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parent.parent
START = "<!-- made by `make docs`, from here -->\n"
END = "<!-- to here -->\n"
# In the order in which a newcomer should read them.
ROOMS = (
    "relay/domain",
    "relay/ports.py",
    "relay/settings.py",
    "relay/models",
    "relay/services",
    "relay/queries",
    "relay/adapters",
    "relay/bootstrap.py",
    "relay/demo",
    "relay/web",
    "relay/cli",
    "relay/__init__.py",
    "workers",
)
HELP_WIDTH = 80
ONLY_HELP = "help"


def codemap(root: Path = ROOT) -> str:
    """Return a list of every module with its first sentence, room by room."""
    lines = []
    for room in ROOMS:
        path = root / room
        if path.is_file():
            lines.append(f"- **`{room}`**: {first_sentence(path)}")
            continue
        opening = path / "__init__.py"
        lines.append(f"- **`{room}/`**: {first_sentence(opening)}")
        lines.extend(
            f"  - `{module.relative_to(path).as_posix()}`: {first_sentence(module)}"
            for module in sorted(path.rglob("*.py"))
            if module != opening
        )
    return "\n".join(lines) + "\n"


def first_sentence(module: Path) -> str:
    """Return a module's first sentence; a module without one is a mistake."""
    words = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(words.split("\n\n")[0].split())
    if not paragraph:
        message = f"{module} does not begin with a sentence"
        raise ValueError(message)
    sentence, dot, _ = paragraph.partition(". ")
    return sentence + (dot.strip() if dot else "")


def settings_table() -> str:
    """Return a row for every setting: its variable, its default, what it does."""
    rows = [
        f"| `{variable(name, field)}` | {default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows, ""])


def variable(name: str, field: FieldInfo) -> str:
    """Return the first environment variable that a setting is read from."""
    alias = field.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else []
    upper = [each for each in choices if isinstance(each, str) and each.isupper()]
    return upper[0] if upper else f"RELAY_{name.upper()}"


def default(field: FieldInfo) -> str:
    """Return a default as one would type it."""
    value = field.default
    if value in ("", (), None):
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def command_help() -> str:
    """Return the help of every command and of those below it.

    Asked in a process of its own: a command keeps the help option of whoever asked
    first, and others in this process may have asked with other names.
    """
    asked = [sys.executable, __file__, ONLY_HELP]
    done = subprocess.run(  # noqa: S603 - this very file
        asked, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout


def help_here() -> str:
    """Return that help, as a process gives it that was never asked before."""
    parts = []
    for name, target in COMMANDS.items():
        module, attribute = target.split(":")
        command = getattr(import_module(module), attribute)
        for path, each in walk(f"relay {name}", command):
            context = click.Context(
                each,
                info_name=path,
                terminal_width=HELP_WIDTH,
                max_content_width=HELP_WIDTH,
                help_option_names=["-h", "--help"],
            )
            parts.append(f"## {path}\n\n```text\n{each.get_help(context)}\n```\n")
    return "\n".join(parts)


def walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and every command below it, with what to type."""
    yield path, command
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from walk(f"{path} {name}", child)


PARTS: dict[str, Callable[[], str]] = {
    "ARCHITECTURE.md": partial(codemap, ROOT),
    "docs/settings.md": settings_table,
    "docs/commands.md": command_help,
}


def made_part(text: str) -> str:
    """Return what stands between the two marks of a document."""
    return text.split(START, 1)[1].split(END, 1)[0].strip("\n") + "\n"


def replaced(text: str, made: str) -> str:
    """Return a document with something new between its two marks."""
    before, rest = text.split(START, 1)
    _, after = rest.split(END, 1)
    return f"{before}{START}\n{made}\n{END}{after}"


def main() -> None:
    """Write every part, or print the commands' help and write nothing."""
    if sys.argv[1:] == [ONLY_HELP]:
        sys.stdout.buffer.write(help_here().encode("utf-8"))
        return
    for name, make in PARTS.items():
        document = ROOT / name
        text = document.read_text(encoding="utf-8")
        document.write_text(replaced(text, make()), encoding="utf-8")


if __name__ == "__main__":
    main()
