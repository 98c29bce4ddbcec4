"""Takes the pictures of docs/web-consumer.md: `python -m tests.consumers.web --screenshots FOLDER`."""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from tests.consumers.web import visit
from tests.consumers.web.browser import shop


async def take(chromium: str, pictures: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with shop(chromium, Path(folder)) as there:

            async def shoot(name: str) -> None:
                await there.page.screenshot(path=pictures / f"{name}.png")

            await visit.look_around_while_the_warehouse_is_down(there, shoot)
            await visit.sign_up(there, shoot)
            await visit.fill_the_cart(there, shoot)
            await visit.order(there, shoot)
            await visit.give_back(there, shoot)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.consumers.web", description=__doc__)
    parser.add_argument("--screenshots", type=Path, required=True, metavar="FOLDER")
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.exit(2, "chromium is not on this machine\n")
    asyncio.run(take(chromium, parser.parse_args().screenshots))


if __name__ == "__main__":
    main()
