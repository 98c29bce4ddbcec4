"""What a folder promises, here and behind SFTP: whole files or none, and never one over another."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.folder import TooLarge
from runtime.problems import Misconfigured, Missing, Rejected
from tests.connectors.protocols.files.material import files_at


@pytest.fixture
async def files(options: dict[str, Any], tmp_path: Path) -> Any:
    files = files_at(options, tmp_path)
    yield files
    await files.aclose()


async def test_a_file_appears_whole_and_nothing_beside_it(files: FileBackend, home: Path) -> None:
    await files.publish("a.txt", b"all of it")

    assert names(home) == ["a.txt"]
    assert (home / "a.txt").read_bytes() == b"all of it"


async def test_a_marker_and_a_checksum_come_with_it(files: FileBackend, home: Path) -> None:
    await files.publish("a.txt", b"all of it", marker=".done", checksum=True)

    assert names(home) == ["a.txt", "a.txt.done", "a.txt.sha256"]
    check = await asyncio.create_subprocess_exec(
        "sha256sum", "-c", "--status", "a.txt.sha256", cwd=home
    )
    assert await check.wait() == 0


async def test_the_same_again_changes_nothing_and_other_content_is_refused(
    files: FileBackend, home: Path
) -> None:
    await files.publish("a.txt", b"all of it")
    before = (home / "a.txt").stat()

    await files.publish("a.txt", b"all of it")
    with pytest.raises(Rejected) as caught:
        await files.publish("a.txt", b"something else")

    assert (caught.value.code, caught.value.slug) == (409, "exists")
    assert (home / "a.txt").stat().st_ino == before.st_ino
    assert names(home) == ["a.txt"]


async def test_of_many_who_publish_one_name_at_once_one_wins(
    files: FileBackend, home: Path
) -> None:
    contents = [b"%d" % number for number in range(8)]

    results = await asyncio.gather(
        *(files.publish("a.txt", content) for content in contents), return_exceptions=True
    )

    (winner,) = [c for c, r in zip(contents, results, strict=True) if r is None]
    assert (home / "a.txt").read_bytes() == winner
    assert names(home) == ["a.txt"]


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "/etc/passwd", "a/../../b", "..", "a\nb", "a\0b", ".hidden", "a//b", "x" * 300],
)
async def test_a_name_that_leads_elsewhere_is_refused(
    files: FileBackend, tmp_path: Path, name: str
) -> None:
    for call in (
        files.publish(name, b""),
        files.fetch(name, tmp_path / "into", 10),
        files.move("a", name),
        files.remove(name),
        files.make(name),
        files.entries(name),
    ):
        with pytest.raises(Rejected) as caught:
            await call
        assert caught.value.slug == "unsafe-name"


async def test_what_is_not_there_is_missing(files: FileBackend, tmp_path: Path) -> None:
    for call in (
        files.fetch("none", tmp_path / "into", 10),
        files.move("none", "other"),
        files.entries("none"),
    ):
        with pytest.raises(Missing):
            await call
    await files.remove("none")


async def test_no_more_than_the_cap_is_fetched(
    files: FileBackend, home: Path, tmp_path: Path
) -> None:
    (home / "large").write_bytes(bytes(5_000_000))

    with pytest.raises(TooLarge):
        await files.fetch("large", tmp_path / "into", 1_000_000)

    assert (tmp_path / "into").stat().st_size <= 1_000_000
    fetched = await files.fetch("large", tmp_path / "into", 5_000_000)
    assert (fetched.size, (tmp_path / "into").read_bytes()) == (5_000_000, bytes(5_000_000))


async def test_a_name_that_is_no_text_hides_no_other(files: FileBackend, home: Path) -> None:
    (home / os.fsdecode(b"\xff\xfe.csv")).write_bytes(b"")
    (home / "a.csv").write_bytes(b"12")

    assert ("a.csv", 2) in [(entry.name, entry.size) for entry in await files.entries("")]


@pytest.fixture
def sealed(home: Path) -> Iterator[Path]:
    home.chmod(0o500)
    yield home
    home.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
@pytest.mark.usefixtures("sealed")
async def test_what_we_may_not_do_is_for_an_operator(files: FileBackend) -> None:
    with pytest.raises(Misconfigured):
        await files.publish("a.txt", b"")


async def test_a_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    (home / "a.csv").symlink_to("/etc/hostname")

    with pytest.raises(Misconfigured):
        await files_at({"url": f"file://{home}"}, tmp_path).fetch("a.csv", tmp_path / "into", 100)


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())
