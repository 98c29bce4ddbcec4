"""Salesforce's REST API, v62.0: login by JWT bearer, queries, upserts by external id, composites.

Accounts and Tasks have the custom fields that Strata asks for (sobjects.py). It behaves like
Salesforce in what a connector relies on: no `expires_in`, sessions that end, the limit header,
errors as arrays, texts trimmed, moments to the second, one external id in several records (300),
archived tasks, paths that end like a file.

Left out: other objects and fields, describe, GET by id, Bulk API, XML, sharing,
triggers and flows, SOQL beyond soql.py, upserts that race (calls are served one by one; use
`lockedCalls`), collated subrequests, refresh tokens, expiry of query locators, letter case of
field names.
"""

import sqlite3
from pathlib import Path

from sandbox.salesforce import sobjects
from sandbox.salesforce.service import Salesforce
from sandbox.seed import Seed

__all__ = ["SCHEMA", "Salesforce", "fill"]

SCHEMA = Path(__file__).with_name("schema.sql")


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    for customer in seed.customers:
        fields = {"Name": customer["name"], "StrataId__c": customer["id"]}
        fields |= {"StrataEmail__c": customer["email"]}
        sobjects.insert(
            db, "Account", fields | {"StrataSegment__c": customer["segment"].capitalize()}
        )
