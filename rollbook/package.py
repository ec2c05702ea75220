"""Office packages (.xlsx, .docx): read once, change a few parts, keep the rest byte for byte.

Word and Excel files are ZIP archives of *parts* (ECMA-376 part 2, Open Packaging Conventions).
A part that is not changed is copied as it lies, still compressed, so writing costs only what
changed, and a receipt can prove that nothing else did.
"""

import hashlib
import io
import os
import secrets
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from isal import igzip_lib, isal_zlib

from rollbook.problems import NotAllowed, Place, RefusedFile, refuse

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8_NAME = 0x800
_FIXED_TIME = (0, 0x21)  # 1 January 1980, 00:00: the same part always gives the same bytes
_LARGEST_PACKAGE = 0xFFFFFFFF
_MOST_ENTRIES = 0xFFFF
_NAME_LENGTH = 10  # the place of the length of the name among the fields of a directory entry
_CHUNK = 1 << 20
_BAD_DEFLATE = cast(type[Exception], isal_zlib.IsalError)  # its types say it is an instance

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds the real file
_LARGEST_SEARCHED = 64 << 20

MOST_PARTS = 10_000
LARGEST_PART = 1 << 30
LARGEST_WHOLE = 2 << 30
LARGEST_RATIO = 1_000  # deflate itself cannot do much better than 1,032 : 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it lies in the archive: its name, and its bytes still compressed."""

    name: str
    packed: bytes
    method: int
    crc: int
    size: int

    @classmethod
    def of(cls, name: str, content: bytes, level: int = 6) -> "Part":
        """Compress ``content`` into a part."""
        squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
        packed = squeeze.compress(content) + squeeze.flush()
        return cls(name, packed, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content))

    @classmethod
    def quickly(cls, name: str, content: bytes) -> "Part":
        """Compress ``content`` in a fifth of the time, and better than zlib's level 1 does.

        For large parts that are made once, such as sheets. Other versions of the library may pack
        the same content otherwise, so letters, whose bytes must stay for ever, use ``of``.
        """
        packed = igzip_lib.compress(content, 2, igzip_lib.COMP_DEFLATE)
        return cls(name, packed, zipfile.ZIP_DEFLATED, isal_zlib.crc32(content), len(content))

    @property
    def content(self) -> bytes:
        """The part's bytes, unpacked."""
        if self.method == zipfile.ZIP_STORED:
            return self.packed
        try:
            content = isal_zlib.decompressobj(-15).decompress(self.packed, self.size + 1)
        except _BAD_DEFLATE:
            content = b""
        if len(content) != self.size or isal_zlib.crc32(content) != self.crc:
            raise RefusedFile(
                [
                    refuse(
                        "damaged",
                        f"The part “{self.name}” is damaged. Export or copy the file again.",
                        place=Place(file=self.name),
                    )
                ]
            )
        return content

    @property
    def packed_hash(self) -> str:
        """The SHA-256 of the bytes as they lie in the archive; needs no unpacking."""
        return hashlib.sha256(self.packed).hexdigest()


class Package:
    """The parts of one Word or Excel file, in their order. Changes are made on a copy in memory."""

    def __init__(self, parts: dict[str, Part]) -> None:
        self._parts = parts

    @classmethod
    def read(cls, path: Path, content: bytes | None = None) -> "Package":
        """Read all parts of ``path`` without unpacking them.

        With ``content`` the file's bytes are already at hand and ``path`` only names them.
        Raises ``RefusedFile`` when it is no sound package: truncated, encrypted by a password, or
        of a size no office document has (a "zip bomb").
        """
        with open(path, "rb") if content is None else io.BytesIO(content) as stream:
            if stream.read(8).startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
                raise _old_or_encrypted(path, stream.read(_LARGEST_SEARCHED))
            try:
                with zipfile.ZipFile(stream) as archive:
                    infos = archive.infolist()
                    _check_sizes(path, infos)
                    damaged = any(info.flag_bits & 1 for info in infos)
                    parts = {info.filename: _raw(stream, info) for info in infos}
            except (zipfile.BadZipFile, struct.error, EOFError, ValueError, OSError) as error:
                raise _refused(
                    path,
                    "damaged",
                    "is damaged or was not copied completely. Export or copy it again.",
                ) from error
        if damaged:
            raise _refused(path, "password", "is encrypted. Save it without a password.")
        return cls(parts)

    @property
    def names(self) -> list[str]:
        """The names of all parts, in archive order."""
        return list(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __getitem__(self, name: str) -> bytes:
        return self._parts[name].content

    def part(self, name: str) -> Part:
        """Return the part ``name`` as it lies."""
        return self._parts[name]

    def put(self, name: str, content: bytes, level: int = 6) -> None:
        """Replace or add a part; an added one goes to the end."""
        self._parts[name] = Part.of(name, content, level)

    def put_part(self, part: Part) -> None:
        """Replace or add a part that is already compressed."""
        self._parts[part.name] = part

    def remove(self, name: str) -> None:
        """Take a part out."""
        del self._parts[name]

    def copy(self) -> "Package":
        """Return a package that can be changed without changing this one."""
        return Package(dict(self._parts))

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every part's unpacked bytes."""
        return {
            name: hashlib.sha256(part.content).hexdigest() for name, part in self._parts.items()
        }

    def to_bytes(self) -> bytes:
        """Return the archive. The same parts always give the same bytes."""
        stream = io.BytesIO()
        with PackageWriter(stream) as writer:
            for part in self._parts.values():
                writer.put(part)
        return stream.getvalue()

    def write(self, path: Path) -> None:
        """Write the archive so that ``path`` is the old file or the new one, never half of it."""
        write_whole(path, self.to_bytes())


class PackageWriter:
    """Writes an archive part by part, as they come; only its directory is kept in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._directory = bytearray()
        self._offset = 0
        self._count = 0

    def __enter__(self) -> "PackageWriter":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._finish()

    def put(self, part: Part) -> None:
        """Write a part."""
        self.put_packed(
            part.name, [part.packed], len(part.packed), part.method, part.crc, part.size
        )

    def put_packed(
        self, name: str, chunks: Iterable[bytes], length: int, method: int, crc: int, size: int
    ) -> None:
        """Write a part whose compressed bytes, ``length`` in all, come in chunks."""
        written = name.encode("utf-8")
        about = (_UTF8_NAME, method, *_FIXED_TIME, crc, length, size)
        local = _LOCAL.pack(b"PK\x03\x04", 20, *about, len(written), 0)
        self._directory += _CENTRAL.pack(
            b"PK\x01\x02", 20, 20, *about, len(written), 0, 0, 0, 0, 0, self._offset
        )
        self._directory += written
        self._stream.write(local)
        self._stream.write(written)
        for chunk in chunks:
            self._stream.write(chunk)
        self._count += 1
        self._advance(len(local) + len(written) + length)

    def put_spool(self, spool: "PartSpool") -> None:
        """Write the parts that were spooled."""
        begins = self._offset
        self._directory += spool.directory(begins)
        self._count += spool.count
        for chunk in spool.chunks():
            self._stream.write(chunk)
            self._advance(len(chunk))

    def _advance(self, length: int) -> None:
        self._offset += length
        if self._offset > _LARGEST_PACKAGE or self._count > _MOST_ENTRIES:
            raise NotAllowed(
                "The file would become larger than an Office file can be (4 GB, 65,535 parts). "
                "Make it in several parts."
            )

    def _finish(self) -> None:
        self._stream.write(self._directory)
        count, length = self._count, len(self._directory)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, length, self._offset, 0)
        self._stream.write(end)


class PartSpool:
    """Parts put aside on the disk, to be written into an archive later, after others."""

    def __init__(self) -> None:
        self.count = 0
        self._file = tempfile.TemporaryFile(prefix="rollbook-parts-")
        self._writer = PackageWriter(self._file)

    def put(self, part: Part) -> None:
        """Put a part aside."""
        self._writer.put(part)
        self.count += 1

    def directory(self, begins: int) -> bytes:
        """Return the parts' entries in the directory of an archive in which they begin there."""
        entries = bytearray(self._writer._directory)
        place = 0
        while place < len(entries):
            fields = list(_CENTRAL.unpack_from(entries, place))
            fields[-1] += begins
            _CENTRAL.pack_into(entries, place, *fields)
            place += _CENTRAL.size + fields[_NAME_LENGTH]
        return bytes(entries)

    def chunks(self) -> Iterator[bytes]:
        """Give the parts as they are to lie in the archive."""
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        """Let go of the disk space."""
        self._file.close()


def need_folder(path: Path) -> None:
    """Raise ``NotAllowed`` when the folder a file is to be written into is not there."""
    if not path.parent.is_dir():
        raise NotAllowed(
            f"There is no folder “{path.parent}”. Make it first, or name another place for "
            f"“{path.name}”."
        )


def write_whole(path: Path, content: bytes, just_before: Callable[[], None] | None = None) -> None:
    """Write ``content`` to ``path`` by a temporary file, fsync and rename.

    ``just_before`` is called when everything is on the disk and only the rename is left; if it
    raises, ``path`` stays as it was.
    """
    with writing_whole(path, just_before) as stream:
        stream.write(content)


@contextmanager
def writing_whole(path: Path, just_before: Callable[[], None] | None = None) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become ``path`` at the end, whole; nothing of it if one raises."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o777)
        if just_before:
            just_before()
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _raw(stream: object, info: zipfile.ZipInfo) -> Part:
    read, seek = stream.read, stream.seek  # type: ignore[attr-defined]
    seek(info.header_offset)
    header = _LOCAL.unpack(read(_LOCAL.size))
    if header[0] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    seek(info.header_offset + _LOCAL.size + header[9] + header[10])
    packed = read(info.compress_size)
    if len(packed) != info.compress_size:
        raise EOFError
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("unknown compression")
    return Part(info.filename, packed, info.compress_type, info.CRC, info.file_size)


def _check_sizes(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    whole = sum(info.file_size for info in infos)
    if (
        len(infos) > MOST_PARTS
        or whole > LARGEST_WHOLE
        or any(info.file_size > LARGEST_PART for info in infos)
        or any(info.file_size > LARGEST_RATIO * max(info.compress_size, 1_000) for info in infos)
    ):
        raise _refused(
            path,
            "too-large",
            f"would unpack to {whole:,} bytes, which no register "
            "does. It was not opened. Ask where it came from.",
        )


def _old_or_encrypted(path: Path, content: bytes) -> RefusedFile:
    """Refuse a compound file: Excel's own formats before 2007, and the wrapping of encryption."""
    if _ENCRYPTED in content:
        return _refused(
            path,
            "password",
            "is protected by a password. Open it in Excel, take the password off (File, Info, "
            "Protect Workbook, Encrypt with Password, leave it blank), save it, and use that "
            "file.",
        )
    return _refused(
        path,
        "old-format",
        "is in an old format of Excel or Word (.xls, .doc). Open it in Excel, save it as .xlsx, "
        "and use that file.",
    )


def _refused(path: Path, slug: str, what: str) -> RefusedFile:
    return RefusedFile([refuse(slug, f"“{path.name}” {what}", place=Place(file=path.name))])
