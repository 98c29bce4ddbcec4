"""Documents are durable, changed one after the other, and shared by whoever opens them."""

import asyncio
from pathlib import Path

import pytest

from runtime.documents.opening import open_documents
from runtime.problems import Rejected
from runtime.settings import FlowSettings, Settings, SettingsError
from tests.runtime.documents.conftest import Opening


def one_more(text: str | None) -> tuple[str, int]:
    number = int(text or 0) + 1
    return str(number), number


async def test_what_is_changed_is_there_for_the_next_process(opening: Opening) -> None:
    async with opening() as documents:
        assert await documents.get("k") is None
        assert await documents.change("k", lambda _: ('{"a": "\\u0000"}', "told")) == "told"
        await documents.change("ß", lambda _: ("another", None))

    async with opening() as documents:
        assert await documents.get("k") == '{"a": "\\u0000"}'
        assert await documents.get("ß") == "another"


async def test_no_change_is_lost_between_two_processes(opening: Opening) -> None:
    async with opening() as one, opening() as two:
        told = await asyncio.gather(
            *(d.change("k", one_more) for _ in range(40) for d in (one, two))
        )

        assert sorted(told) == list(range(1, 81))
        assert await one.get("k") == await two.get("k") == "80"


async def test_a_change_that_is_refused_changes_nothing(opening: Opening) -> None:
    def refuse(_text: str | None) -> tuple[str, None]:
        raise Rejected("not this")

    async with opening() as documents:
        await documents.change("k", one_more)
        outcomes = await asyncio.gather(
            documents.change("k", refuse), documents.change("k", one_more), return_exceptions=True
        )

        assert isinstance(outcomes[0], Rejected)
        assert (outcomes[1], await documents.get("k")) == (2, "2")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "127.0.0.1:port", "[::1"])
async def test_a_store_that_cannot_be_used_is_named_by_its_setting(
    tmp_path: Path, settings: Settings, host: str
) -> None:
    flows = FlowSettings(engine="dbos", database_url=f"postgresql://u:hush@{host}/none")
    away = settings.model_copy(update={"data_dir": tmp_path, "flows": flows})

    with pytest.raises(SettingsError) as caught:
        await open_documents("c", away).__aenter__()

    assert caught.value.faults[0].startswith("flows.database_url: ")
    assert "hush" not in str(caught.value)
    assert host not in str(caught.value) or host == "127.0.0.1:1"
