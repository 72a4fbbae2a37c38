"""ZIP archives of strangers: nothing is unpacked that was not looked at first."""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from relay.adapters.picture_header import MAX_BYTES, find_kind
from relay.domain.errors import FieldError, Invalid
from relay.domain.import_rows import FILE_BYTES, MOST_ROWS, refuse_file

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC = b"PK\x03\x04"
# Deflate can do 1,032; pictures are hardly packed at all, tables 20 times.
RATIO_MAX = 100
# Below this nothing can be a bomb, whatever its ratio.
SMALL_BYTES = 1024 * 1024
DEPTH_MAX = 8
MOST_MEMBERS = MOST_ROWS + 1_000
# Of the list of members: their names are not longer than paths are.
_LIST_BYTES = MOST_MEMBERS * 600

_END, _END_BYTES, _COMMENT_MAX = b"PK\x05\x06", 22, 65_535
_LARGE_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_LOCAL_BYTES = 30
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ARCHIVES = re.compile(
    r"\.(zip|zipx|7z|rar|tar|tgz|gz|bz2|xz|zst|lz|cab|jar|iso|arj|ace)$", re.IGNORECASE
)
# What operating systems put there by themselves.
_LITTER = re.compile(
    r"(^|/)(__MACOSX/|\.[^/]+$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_TABLE = re.compile(r"\.(csv|tsv|xlsx)$", re.IGNORECASE)

UNREADABLE = (
    *(BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(struct.error, UnicodeDecodeError, ValueError, OSError),
)


@dataclass(frozen=True)
class Bounds:
    """How much an archive may hold: members, and bytes of one and of all, unpacked."""

    members: int = MOST_MEMBERS
    member_bytes: int = MAX_BYTES
    total_bytes: int = 2 * FILE_BYTES
    ratio: int = RATIO_MAX


def open_zip(file: IO[bytes], bounds: Bounds) -> ZipFile:
    """Open an archive of which every member has been looked at; raises Invalid.

    Nothing is unpacked yet. Codes: `broken`, `too_many_members`, `bomb`, `bad_path`,
    `link`, `locked`, `packed_oddly`, `archive_inside`.
    """
    require_short_list(file)
    try:
        opened = ZipFile(file)
    except UNREADABLE as error:
        code = "broken"
        raise refuse_file(code) from error
    try:
        _check(opened.infolist(), bounds)
    except BaseException:
        opened.close()
        raise
    return opened


def read_member(archive: ZipFile, member: ZipInfo, *, most: int) -> bytes:
    """Return a member unpacked, if it is no longer than it may be; raises Invalid."""
    try:
        with archive.open(member) as stream:
            data = stream.read(most + 1)
    except UNREADABLE as error:
        code = "broken"
        raise refuse_file(code) from error
    if len(data) > most:
        code = "bomb"
        raise refuse_file(code)
    return data


class PictureArchive:
    """An archive that holds one table, and pictures that its rows name."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = open_zip(file, Bounds())
        self._members = {
            _name_of(each): each
            for each in self._zip.infolist()
            if not each.is_dir() and not _LITTER.search(_name_of(each))
        }

    def read_table(self) -> tuple[str, bytes]:
        """Return the table's name and bytes; raises Invalid (no_table, two_tables)."""
        found = [name for name in self._members if _TABLE.search(name)]
        if len(found) != 1:
            code = "two_tables" if found else "no_table"
            raise refuse_file(code)
        return found[0], read_member(self._zip, self._members[found[0]], most=MAX_BYTES)

    def find(self, name: str) -> bytes:
        """Return a picture by its path or by its name alone.

        Raises Invalid (field `picture`: not_in_file, two_of_the_name, too_large,
        unknown_format, empty, broken).
        """
        found = self._by_path.get(_key(name)) or self._by_name.get(_key(name), [])
        if len(found) != 1:
            code = "two_of_the_name" if found else "not_in_file"
            raise Invalid([FieldError("picture", code)])
        try:
            data = read_member(self._zip, found[0], most=MAX_BYTES)
        except Invalid as error:
            raise Invalid([FieldError("picture", "broken")]) from error
        if find_kind(data) is None:
            code = "unknown_format" if data else "empty"
            raise Invalid([FieldError("picture", code)])
        return data

    def close(self) -> None:
        """Let go of the archive; the file stays open."""
        self._zip.close()

    @cached_property
    def _by_path(self) -> dict[str, list[ZipInfo]]:
        return _grouped((_key(name), each) for name, each in self._members.items())

    @cached_property
    def _by_name(self) -> dict[str, list[ZipInfo]]:
        return _grouped(
            (_key(name.rpartition("/")[2]), each)
            for name, each in self._members.items()
        )


def require_short_list(file: IO[bytes]) -> None:
    """Refuse a list of members that would fill the memory before it can be counted.

    zipfile makes an object of each, and a file of 200 MB has room for four million.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _COMMENT_MAX - _LOCATOR_BYTES))
    tail = file.read()
    file.seek(0)
    # zipfile looks in the same order.
    at = len(tail) - _END_BYTES
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\x00\x00":
        at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        code = "broken"
        raise refuse_file(code)
    (length,) = struct.unpack_from("<L", tail, at + 12)
    before = max(0, at - _LOCATOR_BYTES)
    if length > _LIST_BYTES or tail[before : before + 4] == _LARGE_LOCATOR:
        code = "too_many_members"
        raise refuse_file(code)


def _check(members: list[ZipInfo], bounds: Bounds) -> None:
    if len(members) > bounds.members:
        code = "too_many_members"
        raise refuse_file(code)
    for each in members:
        code = _fault_of(each, bounds)
        if code:
            raise refuse_file(code)
    total = sum(each.file_size for each in members)
    names = {_key(_name_of(each)) for each in members}
    if total > bounds.total_bytes or _overlap(members):
        code = "bomb"
        raise refuse_file(code)
    if len(names) < len(members):
        # Which of two is meant differs from program to program.
        code = "bad_path"
        raise refuse_file(code)


def _fault_of(member: ZipInfo, bounds: Bounds) -> str:
    name = _name_of(member)
    if _leads_astray(name) or _leads_astray(member.orig_filename):
        return "bad_path"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "link"
    if member.flag_bits & _ENCRYPTED:
        return "locked"
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "packed_oddly"
    if _ARCHIVES.search(name):
        return "archive_inside"
    packed = max(member.compress_size, 1)
    swells = member.file_size > SMALL_BYTES and (
        member.file_size > packed * bounds.ratio
    )
    return "bomb" if swells or member.file_size > bounds.member_bytes else ""


def _leads_astray(name: str) -> bool:
    """Tell whether a path could lead anywhere but further down, on any system."""
    parts = name.split("/")
    return (
        name.startswith("/")
        or "\\" in name
        or "\x00" in name
        or ":" in parts[0]
        or any(each in {".", ".."} for each in parts)
        or len(parts) > DEPTH_MAX
    )


def _overlap(members: list[ZipInfo]) -> bool:
    """Tell whether two members share their bytes, as in bombs without recursion."""
    end = 0
    for each in sorted(members, key=lambda member: member.header_offset):
        if each.header_offset < end:
            return True
        end = each.header_offset + _LOCAL_BYTES + each.compress_size
    return False


def _name_of(member: ZipInfo) -> str:
    """Return a member's name; without the flag of UTF-8 it may be that all the same.

    Chinese Windows writes names in GBK, and says nothing of it.
    """
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _key(name: str) -> str:
    """Return a name as it is compared: systems differ in case, and in how é is made."""
    path = name.strip().replace("\\", "/").removeprefix("./")
    return unicodedata.normalize("NFC", path).casefold()


def _grouped(
    members: Iterable[tuple[str, ZipInfo]],
) -> dict[str, list[ZipInfo]]:
    found: dict[str, list[ZipInfo]] = {}
    for key, each in members:
        found.setdefault(key, []).append(each)
    return found
