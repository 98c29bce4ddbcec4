"""What is told of the caches of a process."""

from prometheus_client.parser import text_string_to_metric_families

from runtime.problems import Unavailable
from runtime.serving.metrics import exposition
from tests.runtime.caching.kept import NAME, Backend, caller, served


async def test_it_is_told_how_answers_were_found() -> None:
    backend = Backend()
    async with caller(served(backend)) as ada:
        for _ in range(3):
            await ada.get("/things/nut")
        backend.now += 3600
        backend.fails = Unavailable("it is down", retry_after=1)
        await ada.get("/things/nut")

    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(exposition({}, backend.caches).decode())
        for sample in family.samples
    }
    answers = {how: samples["strata_cache_answers_total", NAME, how] for how in ("miss", "hit")}
    assert answers == {"miss": 1, "hit": 2}
    assert samples["strata_cache_bytes", NAME] > 500
