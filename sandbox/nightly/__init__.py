"""A warehouse of the old school: its only interface is a folder on its SFTP server.

Each night it reads what lies in `orders/`, and writes `stock/STOCK<YYYYMMDD>.DAT`: records of 80 bytes
in EBCDIC without line ends. Quantities are zoned decimals with three places that nobody writes down.

 H date(8) time(6) sequence(6)                                 one, first
 S article(20) quantity(12) unit(3) status(1: A, B) text(30)   what lies there and is free
 C order(16) action(1: A, X) outcome(1: T, S, R)               what became of an order file
 T S-records(9) C-records(9) sum of quantities(15)             one, last

An order file `A<order>.DAT` allocates goods, `X<order>.DAT` takes that back: `H order(16) action(1)
date(8) time(6)`, `L article(20) quantity(12)` each, `T L-records(9) sum(15)`. What was read goes to
`orders/taken/`. An order number counts once. Outcomes: taken, shipped, refused; told for seven nights.
"""

from sandbox.nightly.service import NightlyService

__all__ = ["NightlyService"]
