"""What differs from one database to another. Only an open backend imports these: see `opened`."""

from connectors.protocols.sql.drivers.driver import Driver
from connectors.protocols.sql.drivers.mysql import MySql
from connectors.protocols.sql.drivers.postgresql import PostgreSql
from connectors.protocols.sql.drivers.sqlite import Sqlite
from connectors.protocols.sql.options import SqlOptions

DRIVERS: dict[str, type[Driver]] = {"mysql": MySql, "postgresql": PostgreSql, "sqlite": Sqlite}


def opened(options: SqlOptions) -> Driver:
    return DRIVERS[options.driver](options)
