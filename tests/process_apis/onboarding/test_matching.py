"""The table of who is who: the same, likely the same, and near misses that are somebody else."""

from typing import Any

import pytest

from contracts.models.canonical import Address
from contracts.models.process.onboarding.v1 import NewOnboarding
from process_apis.onboarding import addresses, names
from process_apis.onboarding.candidates import postal_codes
from process_apis.onboarding.matching import SAME, SIMILAR, Known, duplicate, refuse_exact
from runtime.problems import Rejected


def verdict(score: float) -> str:
    return "same" if score >= SAME else "similar" if score >= SIMILAR else "other"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # how it is written makes no difference
        ("Ada Lindqvist", "LINDQVIST, Ada", "same"),
        ("Élodie Garnier", "Elodie  Garnier", "same"),
        ("Grażyna Nowak", "Grazyna Nowak", "same"),
        ("Dorothea Weiß", "Dorothea Weiss", "same"),
        ("Jürgen Müller", "Juergen Mueller", "same"),
        ("Jürgen Müller", "Jurgen Muller", "same"),
        ("Søren Ågård", "Soeren Aagaard", "same"),
        ("Fionn O'Sullivan", "Fionn O\u2019Sullivan", "same"),
        ("Anna-Maria Berg", "Annamaria Berg", "same"),
        ("Dr. Ada Lindqvist", "Ada Lindqvist", "same"),
        ("Hiroshi Tanaka & Sons B.V.", "Hiroshi Tanaka and Sons", "same"),
        ("ACME S.A.R.L.", "Acme SARL", "same"),
        ("Acme Ltd.", "ACME Limited", "same"),
        ("李小龍", "李小龍", "same"),
        # a slip, or something left out
        ("Kathrin Berg", "Katrin Berg", "similar"),
        ("Jon Smyth", "John Smith", "similar"),
        ("Ada Maria Lindqvist", "Ada Lindqvist", "similar"),
        ("A. Lindqvist", "Ada Lindqvist", "similar"),
        ("Hans Müller jun.", "Hans Müller", "similar"),
        ("Maria Schmidt", "Marta Schmidt", "similar"),
        ("Müller GmbH & Co. KG", "Müller AG", "similar"),
        ("Meyer & Sohn", "Meier & Sohn", "similar"),
        # near misses
        ("Ada Lindqvist", "Bo Lindqvist", "other"),
        ("Ada Lindqvist", "Ida Lindqvist", "other"),
        ("Jane Doe", "John Doe", "other"),
        ("Lu Wang", "Li Wang", "other"),
        ("B. Lindqvist", "Ada Lindqvist", "other"),
        ("Acme Nord GmbH", "Acme Süd GmbH", "other"),
        ("Ada Lindqvist", "Ada Lindholm", "other"),
        ("Samuel Boe", "Samuel Bo", "similar"),
        ("Christopher Wolfeschlegelsteinhausen", "Bo Wolfeschlegelsteinhausen", "other"),
        ("李小龍", "王小明", "other"),
        ("...", "Ada Lindqvist", "other"),
        ("", "", "other"),
    ],
)
def test_names(one: str, other: str, expected: str) -> None:
    assert verdict(names.alike(one, other)) == expected
    assert names.alike(one, other) == names.alike(other, one)


def place(street: str, postal_code: str = "10435", country: str = "DE") -> Address:
    return Address(street=street, city="Berlin", postal_code=postal_code, country=country)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (place("Hauptstraße 5"), place("Hauptstr. 5"), "same"),
        (place("Kastanienallee 77"), place("77, KASTANIENALLEE"), "same"),
        (place("9 Lamb Street", "E1 6EA", "GB"), place("9 Lamb St.", "e16ea", "GB"), "same"),
        (place("Götgatan 14", "118 46", "SE"), place("Gotgatan 14", "11846", "SE"), "same"),
        (place("Am Ring 14 b"), place("Am Ring 14B"), "same"),
        (place("ul. Mokotowska 40"), place("Mokotowska 40"), "similar"),
        (place("Kastanienalee 77"), place("Kastanienallee 77"), "same"),
        (place("Kastaniallee 77"), place("Kastanienallee 77"), "similar"),
        (place("Götgatan 14 lgh 1102"), place("Götgatan 14"), "similar"),
        # near misses: the neighbours
        (place("Kastanienallee 77"), place("Kastanienallee 7"), "other"),
        (place("Kastanienallee 77"), place("Kastanienallee 77a"), "other"),
        (place("Kastanienallee 77"), place("Kastanienallee"), "other"),
        (place("Kastanienallee 77"), place("Kastanienallee 77", "10437"), "other"),
        (place("Kastanienallee 77"), place("Kastanienallee 77", country="AT"), "other"),
        (place("Lindenallee 77"), place("Kastanienallee 77"), "other"),
        (place("Am Ring 14/2"), place("Am Ring 14/3"), "other"),
    ],
)
def test_addresses(one: Address, other: Address, expected: str) -> None:
    assert verdict(addresses.alike(one, other)) == expected
    assert addresses.alike(one, other) == addresses.alike(other, one)


GATA = Address(street="Götgatan 14", city="Stockholm", postal_code="118 46", country="SE")
ADA = Known(
    "C-1",
    names={"Ada Lindqvist"},
    emails={"ada@example.com"},
    phone="+46 8 555 01 17",
    addresses=[GATA],
)
ELSEWHERE = GATA.model_copy(update={"street": "Storgatan 2", "postal_code": "211 20"})


def new(**changes: Any) -> NewOnboarding:
    told = {"kind": "person", "name": "Nobody Else", "email": "else@example.com"}
    return NewOnboarding.model_validate({**told, "address": ELSEWHERE, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": "ADA@example.com"}, ("exact", ["same-email"])),
        ({"email": "ada+x@example.com"}, ("likely", ["similar-email"])),
        (
            {"name": "Lindqvist Ada", "address": GATA},
            ("exact", ["same-name-and-address"]),
        ),
        ({"name": "Ada M. Lindqvist", "address": GATA}, ("likely", ["similar-name-and-address"])),
        (
            {"name": "Ada Lindqvist", "phone": "08-555 01 17"},
            ("likely", ["same-name-and-phone"]),
        ),
        (
            {"name": "Ada Lindqvist", "phone": "0046 8 5550117"},
            ("likely", ["same-name-and-phone"]),
        ),
        (
            {"name": "Ada M. Lindqvist", "address": GATA, "email": "ada@example.com"},
            ("exact", ["same-email", "similar-name-and-address"]),
        ),
        # near misses
        ({"name": "Ada Lindqvist"}, None),  # of the same name, elsewhere
        ({"address": GATA}, None),  # in the same house
        ({"name": "Bo Lindqvist", "address": GATA}, None),  # of the same family
        ({"phone": "+46 8 555 01 17"}, None),  # with the same telephone
        ({"name": "Ada Lindqvist", "phone": "117"}, None),
        ({"email": "bda@example.com"}, None),
    ],
)
def test_who_is_who(changes: dict[str, Any], expected: tuple[str, list[str]] | None) -> None:
    found = duplicate(new(**changes), ADA)

    assert (found and (found.certainty, found.reasons)) == expected


def test_what_people_typed_into_a_backend_is_no_error() -> None:
    odd = Known("C-2", names={"", "?"}, emails={"", "none", "a@..", "ada@example.com"}, phone="-")

    found = duplicate(new(email="ada@example.com", phone="-/-"), odd)

    assert found is not None
    assert found.reasons == ["same-email"]


def test_the_refusal_points_at_what_is_the_same_and_tells_nothing_of_whose() -> None:
    found = duplicate(new(name="Ada Lindqvist", address=GATA, email="ada@example.com"), ADA)
    assert found is not None

    with pytest.raises(Rejected) as caught:
        refuse_exact([found])

    assert (caught.value.code, caught.value.slug) == (409, "duplicate-customer")
    assert [(e["pointer"], e["detail"]) for e in caught.value.document["errors"]] == [
        ("#/email", "same-email"),
        ("#/name", "same-name-and-address"),
        ("#/address", "same-name-and-address"),
    ]
    assert "C-1" not in str(caught.value.document)


def test_what_is_only_likely_is_not_refused() -> None:
    found = duplicate(new(email="ada+x@example.com"), ADA)
    assert found is not None

    refuse_exact([found])


@pytest.mark.parametrize(
    ("code", "country", "expected"),
    [
        ("11846", "SE", {"11846", "118 46"}),
        ("118 46", "SE", {"11846", "118 46"}),
        ("e1 6ea", "GB", {"E1 6EA", "E16EA"}),
        ("E16EA", "GB", {"E1 6EA", "E16EA"}),
        ("1013JG", "NL", {"1013JG", "1013 JG"}),
        ("10435", "DE", {"10435"}),
    ],
)
def test_a_postal_code_is_looked_for_however_it_is_written(
    code: str, country: str, expected: set[str]
) -> None:
    assert postal_codes(place("Gata 1", code, country)) == expected
