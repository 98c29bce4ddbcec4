"""Files are taken when complete, each once, out of a folder here and one behind SFTP."""

import asyncio
import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.protocols.files.inbox import Marker, Stable
from connectors.protocols.files.ledger import Ledger
from runtime.problems import Misconfigured
from runtime.sqlite.lock import FileInUse
from tests.connectors.protocols.files.material import Partner, delivered

Made = Callable[..., Partner]
TWO = "name,price\nlamp,12.50\nchair,459.00\n"
ROWS = [("lamp", "12.50"), ("chair", "459.00")]


async def test_a_file_is_delivered_once_and_archived(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options)
    at.drop("a.csv", TWO)

    taken = await at.take()

    assert [(t.name, t.outcome, t.rows, t.bad) for t in taken] == [("a.csv", "delivered", 2, 0)]
    assert delivered(at.data_dir) == ROWS
    assert (at.lying(""), at.lying("in-process"), at.lying("archive")) == ([], [], ["a.csv"])
    assert await at.take() == []


async def test_the_same_content_under_another_name_is_a_duplicate(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options)
    at.drop("a.csv", TWO)
    await at.take()
    at.drop("b.csv", TWO)

    with capture_logs() as lines:
        taken = await at.take()

    assert [(t.outcome, t.reason) for t in taken] == [("duplicate", "delivered before as a.csv")]
    assert [line["outcome"] for line in lines if line["event"] == "file_taken"] == ["duplicate"]
    assert delivered(at.data_dir) == ROWS
    assert at.lying("archive") == ["a.csv", "b.csv"]


async def test_the_same_name_with_other_content_is_another_file(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options)
    at.drop("a.csv", TWO)
    await at.take()
    at.drop("a.csv", "name,price\ndesk,1.00\n")

    assert [t.outcome for t in await at.take()] == ["delivered"]
    assert delivered(at.data_dir) == [*ROWS, ("desk", "1.00")]
    assert at.lying("archive") == ["a.csv", "a.csv"]


@pytest.mark.parametrize("name", ["a.csv.part", "a.csv.tmp", ".a.csv", "a.csv.filepart", "a.txt"])
async def test_what_is_still_being_written_is_left_alone(
    partner: Made, options: dict[str, Any], name: str
) -> None:
    at = partner(options, pattern="a.csv*")
    at.drop(name, TWO)

    assert await at.take() == []
    assert at.lying("") == [name]


async def test_with_markers_a_file_counts_when_its_marker_is_there(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options, complete=Marker(".done"))
    at.drop("a.csv", TWO)
    assert await at.take() == []

    at.drop("a.csv.done", "")

    assert [t.outcome for t in await at.take()] == ["delivered"]
    assert (at.lying(""), at.lying("in-process"), at.lying("archive")) == ([], [], ["a.csv"])
    at.drop("a.csv", "name,price\ndesk,1.00\n")
    assert await at.take() == [], "the marker of yesterday says nothing of today's file"


async def test_without_any_sign_a_file_counts_when_it_stopped_growing(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options, complete=Stable(0.1))
    at.drop("a.csv", "name,price\n")
    assert await at.take() == []
    await asyncio.sleep(0.12)
    at.drop("a.csv", TWO)
    assert await at.take() == []
    await asyncio.sleep(0.12)

    assert [t.outcome for t in await at.take()] == ["delivered"]


async def test_two_workers_never_take_one_file(partner: Made, options: dict[str, Any]) -> None:
    first, second = partner(options, "one"), partner(options, "two")
    for number in range(12):
        first.drop(f"{number:02}.csv", f"name,price\nthing-{number},1\n")

    taken = await asyncio.gather(first.take(), second.take())

    names = [t.name for worker in taken for t in worker]
    assert sorted(names) == [f"{number:02}.csv" for number in range(12)]
    rows = delivered(first.data_dir) + delivered(second.data_dir)
    assert sorted(rows) == sorted((f"thing-{number}", "1") for number in range(12))


async def test_what_another_worker_claimed_is_left_alone_and_told(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options)
    (at.home / "in-process").mkdir()
    at.drop("in-process/a.csv~0123456789abcdef", TWO)

    with capture_logs() as lines:
        assert await at.take() == []

    assert [line["files"] for line in lines if line["event"] == "files_claimed_by_others"] == [1]


async def test_a_file_over_the_cap_is_failed_and_not_kept(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options, max_bytes=1000)
    at.drop("a.csv", TWO + "lamp,1\n" * 1000)
    at.drop("b.csv", TWO)

    taken = await at.take()

    assert [(t.outcome, t.reason) for t in taken] == [
        ("failed", "larger than 1000 bytes"),
        ("delivered", ""),
    ]
    assert at.lying("failed") == ["a.csv"]


async def test_fifty_megabytes_without_a_line_end_are_not_kept_in_memory(
    partner: Made, home: Path
) -> None:
    at = partner({"url": f"file://{home}"})
    at.drop("a.csv", "")
    os.truncate(at.home / "a.csv", 50_000_000)

    tracemalloc.start()
    (taken,) = await at.take()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (taken.outcome, taken.reason) == ("failed", "line 1 is longer than 65536 bytes")
    assert peak < 2_000_000


async def test_a_folder_that_is_not_there_is_not_made(
    partner: Made, options: dict[str, Any]
) -> None:
    at = partner(options, place="mispelt")

    with pytest.raises(Misconfigured):
        await at.take()
    assert not (at.home / "mispelt").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(TWO.encode()), ""),
        (gzip.compress(TWO.encode())[:-9], "not a whole gzip file"),
        (TWO.encode(), "not a whole gzip file"),
        (gzip.compress(b"name,price\n" + b"lamp,1\n" * 200_000), "unpacked, it is larger"),
    ],
    ids=["whole", "cut", "not packed", "bomb"],
)
async def test_a_packed_file_is_unpacked_as_far_as_it_may_reach(
    partner: Made, home: Path, content: bytes, reason: str
) -> None:
    at = partner(
        {"url": f"file://{home}"}, pattern="*.csv.gz", unpack=True, max_unpacked_bytes=100_000
    )
    at.drop("a.csv.gz", content)

    (taken,) = await at.take()

    assert taken.outcome == ("failed" if reason else "delivered")
    assert taken.reason.startswith(reason)
    assert delivered(at.data_dir) == ([] if reason else ROWS)


async def test_bad_rows_go_apart_with_line_field_and_reason_and_into_no_log(
    partner: Made, home: Path
) -> None:
    at = partner({"url": f"file://{home}"}, max_bad_share=0.5)
    at.drop("a.csv", "name,price\nlamp,12.50\nchair,forty-secret\n,1\nchair,459.00\n")

    with capture_logs() as lines:
        (taken,) = await at.take()

    assert (taken.outcome, taken.rows, taken.bad) == ("delivered", 2, 2)
    assert delivered(at.data_dir) == ROWS
    assert at.quarantined().splitlines() == [
        '{"line":3,"faults":[{"field":"price","reason":"not a number"}],"raw":"chair,forty-secret"}',
        '{"line":4,"faults":[{"field":"name","reason":"it is empty"}],"raw":",1"}',
    ]
    assert "forty-secret" not in str(lines)


async def test_with_too_many_bad_rows_nothing_of_the_file_is_delivered(
    partner: Made, home: Path
) -> None:
    at = partner({"url": f"file://{home}"}, max_bad_share=0.2)
    at.drop("a.csv", "name,price\nlamp,12.50\nchair,forty\n")

    (taken,) = await at.take()

    assert (taken.outcome, taken.reason) == ("failed", "1 of 2 rows are bad")
    assert delivered(at.data_dir) == []
    assert at.lying("failed") == ["a.csv"]
    assert '"line":3' in at.quarantined()


async def test_a_failed_file_may_come_again_once_it_is_mended(partner: Made, home: Path) -> None:
    at = partner({"url": f"file://{home}"})
    for content in ("name\nlamp\n", "name\nlamp\n", TWO):
        at.drop("a.csv", content)
        await at.take()

    assert at.lying("failed") == ["a.csv", "a.csv"]
    assert delivered(at.data_dir) == ROWS


async def test_links_and_folders_are_no_files(partner: Made, options: dict[str, Any]) -> None:
    at = partner(options)
    (at.home / "secret").write_text(TWO)
    (at.home / "a.csv").symlink_to(at.home / "secret")
    (at.home / "b.csv").mkdir()

    assert await at.take() == []


def test_a_second_process_on_one_ledger_is_told_who_has_it(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "files.sqlite")

    with pytest.raises(FileInUse, match="in use by process"):
        Ledger(tmp_path / "files.sqlite")
    first._lock.release()
