"""One mailbox, perhaps one mailbox, two mailboxes: only what a provider has published makes one of two."""

import pytest

from process_apis.onboarding.email_addresses import NotAnAddress, normalised, untagged


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.com", "Ada@EXAMPLE.com"),
        ("ada@example.com", " ada@example.com. "),
        ("ada.l@gmail.com", "adal@gmail.com"),
        ("ada.l+shop@gmail.com", "a.d.a.l@googlemail.com"),
        ("ada@bücher.example", "ADA@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@bücher.example"),
        (
            "\uff41\uff44\uff41@example.com",
            "ada@example.com",
        ),  # full width, as some keyboards write
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("o\u0308l@example.com", "\u00f6l@example.com"),
    ],
)
def test_two_spellings_of_one_mailbox(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada+shop@example.com", "ada@example.com"),
        ("ada+shop@example.com", "Ada+news@example.com"),
    ],
)
def test_a_tag_makes_it_likely_and_no_more(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)
    assert untagged(one) == untagged(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada.l@example.com", "adal@example.com"),  # dots mean nothing at Gmail alone
        ("ada@example.com", "ada@example.org"),
        ("ada@gmail.com", "ada@gmail.com.example"),
        ("+shop@example.com", "+news@example.com"),
        ("ada-shop@example.com", "ada@example.com"),
        ("ada@strasse.example", "ada@straße.example"),  # two names to the DNS since 2010
    ],
)
def test_two_mailboxes(one: str, other: str) -> None:
    assert untagged(one) != untagged(other)


@pytest.mark.parametrize("text", ["ada", "@example.com", "ada@", "ada@-x-.example", "ada@a..b"])
def test_what_is_no_address_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(NotAnAddress) as caught:
        normalised(text)

    assert text not in str(caught.value)
