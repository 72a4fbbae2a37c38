"""What every test would make anew and the same: made once in a process of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import BytecodeCache
from typing_extensions import override
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from types import CodeType

    import pytest
    from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Templates that one application compiled, for all that come after it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all applications of this process share what they compile.

    Their templates and routes are the same in each of a thousand tests, and compiling
    them takes 0.2 s of processor time in each: more than most tests themselves.
    """
    patch.setattr(Flask, "jinja_options", {"bytecode_cache": CompiledTemplates()})
    compile_builder = Rule._compile_builder  # noqa: SLF001 - where the time goes
    builders: dict[tuple[object, ...], object] = {}

    def find_builder(rule: Rule, append_unknown: bool = True) -> object:  # noqa: FBT001, FBT002 - werkzeug's own
        # Beside these, a builder knows nothing but the rule that it is bound to.
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)  # noqa: SLF001 - as above
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    patch.setattr(Rule, "_compile_builder", find_builder)
