"""A process that asks a PostgreSQL server which says nothing but zeros; prints the kind of problem."""

import asyncio

from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.options import SqlOptions
from connectors.reach import Reach
from runtime.problems import Unavailable
from tests.connectors.protocols.sql.material import ONE, nobody


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(2000))
    await reader.read()
    writer.close()


async def main() -> None:
    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        where = {"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1]}
        who = {"driver": "postgresql", "database": "wms", "user": "strata", "password": ""}
        backend = SqlBackend(
            "the stock", SqlOptions.model_validate(where | who | {"tls": False}), Reach(nobody)
        )
        try:
            await backend.fetch("read", ONE, id="X")
        except Unavailable as problem:
            print(problem.slug)  # noqa: T201 - its answer
        await backend.aclose()


if __name__ == "__main__":
    asyncio.run(main())
