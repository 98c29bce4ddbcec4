"""Takes the pictures of docs/web-consumer.md: `python -m tests.consumers.web --screenshots FOLDER`."""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from tests.consumers.running import Running, running
from tests.consumers.web import visit
from tests.consumers.web.browser import shop


async def take(chromium: str, there: Running, pictures: Path) -> None:
    async with shop(chromium, there) as visited:

        async def shoot(name: str) -> None:
            await visited.page.screenshot(path=pictures / f"{name}.png")

        await visit.look_around_while_the_warehouse_is_down(visited, shoot)
        await visit.sign_up(visited, shoot)
        await visit.fill_the_cart(visited, shoot)
        await visit.order(visited, shoot)
        await visit.give_back(visited, shoot)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.consumers.web", description=__doc__)
    parser.add_argument("--screenshots", type=Path, required=True, metavar="FOLDER")
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.exit(2, "chromium is not on this machine\n")
    pictures = parser.parse_args().screenshots
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as there:
        asyncio.run(take(chromium, there, pictures))


if __name__ == "__main__":
    main()
