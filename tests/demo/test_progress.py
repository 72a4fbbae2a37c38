from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

from typing_extensions import override

from relay.demo.progress import TerminalProgress


class Terminal(StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_redrawn() -> None:
    terminal = Terminal()
    show = TerminalProgress(terminal)
    for done in range(21):
        show(done, 20, "artworks")
    text = terminal.getvalue()
    assert text.count("\r") == 21
    assert text.count("\n") == 1
    assert text.endswith("20/20 artworks\n")


def test_a_log_gets_a_line_each_tenth() -> None:
    log = StringIO()
    show = TerminalProgress(log)
    for done in range(101):
        show(done, 100, "artworks")
    lines = log.getvalue().splitlines()
    assert len(lines) == 11
    assert "\r" not in log.getvalue()
    assert lines[-1].endswith("100/100 artworks")


def test_an_old_terminal_gets_plain_signs() -> None:
    file = BytesIO()
    with TextIOWrapper(file, encoding="ascii") as old:
        TerminalProgress(old)(1, 2, "artworks")
        assert file.getvalue().decode("ascii").count("#") == 15
