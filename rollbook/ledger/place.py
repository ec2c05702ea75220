"""On what kind of disk a folder lies. SQLite must not live on a network share.

SQLite's write-ahead log needs all its users on one computer, and its locks cannot be trusted over
SMB or NFS (sqlite.org/wal.html, "Disadvantages"). A drop folder may be a share; the ledger never.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    "afpfs afs beegfs ceph cifs davfs fuse.ceph fuse.davfs fuse.glusterfs fuse.rclone "
    "fuse.smbnetfs fuse.sshfs gfs2 glusterfs lustre ncpfs nfs nfs3 nfs4 ocfs2 smb2 smb3 "
    "smbfs webdav".split()
)
_WINDOWS_REMOTE = 4  # DRIVE_REMOTE of GetDriveTypeW


def network_file_system(folder: Path) -> str:
    """Return the kind of network file system ``folder`` lies on, or ``""`` for a local disk."""
    path = folder.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    path = path.resolve()
    if sys.platform == "win32":
        return _on_windows(path)
    kind = mount_kind(path, mounts())
    return kind if kind in NETWORK_FILE_SYSTEMS else ""


def _on_windows(path: Path) -> str:
    if path.drive.startswith("\\\\"):
        return "network share"
    kind = ctypes.WinDLL("kernel32").GetDriveTypeW(path.anchor)  # type: ignore[attr-defined,unused-ignore]
    return "network drive" if kind == _WINDOWS_REMOTE else ""


def mounts() -> list[tuple[str, str]]:
    """Return (mount point, file system) of this computer."""
    if sys.platform == "darwin":
        return parse_bsd_mounts(
            subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        )
    try:
        return parse_linux_mounts(Path("/proc/mounts").read_text(encoding="utf-8"))
    except OSError:
        return []


def parse_linux_mounts(text: str) -> list[tuple[str, str]]:
    """Read /proc/mounts, where a space in a path is written ``\\040`` (octal)."""
    rows = [line.split() for line in text.splitlines()]
    return [(_octal(row[1]), row[2]) for row in rows if len(row) > 2]


def parse_bsd_mounts(text: str) -> list[tuple[str, str]]:
    """Read ``//server/share on /Volumes/share (smbfs, nodev)`` lines."""
    found = []
    for line in text.splitlines():
        place, _, options = line.partition(" (")
        found.append((place.partition(" on ")[2], options.partition(",")[0].rstrip(")")))
    return found


def _octal(text: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def mount_kind(path: Path, points: list[tuple[str, str]]) -> str:
    """Return the file system of the mount that ``path`` lies on, of (mount point, kind) pairs."""
    holding = [
        (len(point), kind) for point, kind in points if os.path.commonpath([point, path]) == point
    ]
    longest = max((length for length, _ in holding), default=0)
    kinds = [kind for length, kind in holding if length == longest]
    return kinds[-1] if kinds else ""  # a later mount hides an earlier one on the same point
