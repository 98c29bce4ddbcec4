"""A customer's profile as its callers see it: what the ERP keeps, with a version."""

import hashlib

import orjson

from contracts.models.canonical import Customer
from contracts.models.process.customers.v1 import Profile


def profile_of(customer: Customer) -> Profile:
    return Profile(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        blocked=customer.blocked,
        version=version_of(customer),
    )


def version_of(customer: Customer) -> str:
    """Of what a caller may change, and of whose it is; the same again once it is changed back."""
    content = orjson.dumps([customer.id, customer.name, customer.email, customer.phone])
    return hashlib.blake2b(content, digest_size=12).hexdigest()
