from pathlib import Path

import pytest

from rollbook.ledger import place

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//server/school /mnt/school cifs rw 0 0
server:/export /srv/our\\040files nfs4 rw 0 0
/dev/sdb1 /mnt/school/local ext4 rw 0 0
tmpfs /mnt/old tmpfs rw 0 0
server:/new /mnt/old nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/clerk/office", "ext4"),
        ("/mnt/school/office", "cifs"),
        ("/mnt/school/local/office", "ext4"),
        ("/mnt/schooling", "ext4"),
        ("/srv/our files/office", "nfs4"),
        ("/mnt/old", "nfs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str) -> None:
    assert place.mount_kind(Path(folder), place.parse_linux_mounts(MOUNTS)) == kind


def test_mac_mounts_are_read() -> None:
    text = "/dev/disk1 on / (apfs, local)\n//a@server/s on /Volumes/School S (smbfs, nodev)\n"
    assert place.parse_bsd_mounts(text) == [("/", "apfs"), ("/Volumes/School S", "smbfs")]


def test_a_folder_on_this_disk_is_local(tmp_path: Path) -> None:
    assert place.network_file_system(tmp_path / "not" / "there" / "yet") == ""


def test_a_folder_on_a_share_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "mounts", lambda: [("/", "ext4"), (str(tmp_path), "cifs")])
    assert place.network_file_system(tmp_path / "office") == "cifs"
