"""What every test would make anew and the same: made once in a process of tests."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from passlib.hash import argon2  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from typing_extensions import override
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    import pytest
    from jinja2.bccache import Bucket
    from sqlalchemy.engine import Connection, Dialect

# Hashing a password takes 0.1 s and 64 MiB on purpose, and checking it as much again.
_ROUNDS, _KIBIBYTES = 1, 64
HASHER = PasswordHasher(time_cost=_ROUNDS, memory_cost=_KIBIBYTES, parallelism=1)
_MOST_STATEMENTS = 4_000


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


@contextmanager
def compiling_statements_once() -> Iterator[None]:
    """Let all engines of this process share the statements that they compile.

    Each test has a database of its own, and so an engine that knows no statement yet:
    compiling them was a quarter of what the desk's tests took.
    """
    compiled = LRUCache[object, object](_MOST_STATEMENTS)
    dialects: dict[type, Dialect] = {}

    def share(connection: Connection) -> None:
        # A statement is found again by the dialect, among others, that compiled it.
        own = connection.dialect
        connection.dialect = dialects.setdefault(type(own), own)
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


def hash_quickly(patch: pytest.MonkeyPatch) -> None:
    """Let the passwords of invented people be hashed as HASHER does."""
    patch.setattr(argon2, "default_rounds", _ROUNDS)
    patch.setattr(argon2, "memory_cost", _KIBIBYTES)
    patch.setattr(argon2, "parallelism", 1)
