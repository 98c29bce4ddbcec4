"""Where a webhook may point, and the ways to point it into our own network (SSRF)."""

from ipaddress import ip_address, ip_network

import pytest

from process_apis.events.addresses import Addresses, UrlNotAllowed

PUBLIC = [
    "https://partner.example/hooks",
    "https://partner.example:8443/hooks?tenant=7&x=%20",
    "https://xn--mnchen-3ya.example/",
    "https://93.184.216.34/hooks",
    "https://[2606:4700::6810:84e5]/hooks",
]
NEVER = {
    "not encrypted": "http://partner.example/hooks",
    "another scheme": "ftp://partner.example/hooks",
    "no scheme": "partner.example/hooks",
    "no host": "https:///hooks",
    "a user": "https://user@partner.example/hooks",
    "a password": "https://user:secret@partner.example/hooks",
    "a host after a user": "https://partner.example@169.254.169.254/",
    "a fragment": "https://partner.example/hooks#part",
    "a backslash": "https://partner.example\\@10.0.0.1/",
    "a line break": "https://partner.example/\r\nx: y",
    "a blank": "https://partner.example/ hooks",
    "letters of another script": "https://partner.exaмple/",
    "a full-width dot": "https://127。0。0。1/",
    "port 0": "https://partner.example:0/",
    "a port too high": "https://partner.example:65536/",
    "a bracket": "https://[::1/",
    "a zone": "https://[fe80::1%25eth0]/",
    "a number": "https://2130706433/",
    "hexadecimal": "https://0x7f000001/",
    "hexadecimal at its end": "https://127.0.0.0x1/",
    "octal": "https://0177.0.0.1/",
    "short": "https://127.1/",
    "a dot more": "https://127.0.0.1./",
    "one label": "https://intranet/",
    "a dot at its end": "https://partner.example./",
}
PRIVATE = {
    "loopback": "https://127.0.0.1/",
    "loopback by another number": "https://127.8.9.10/",
    "loopback v6": "https://[::1]/",
    "localhost": "https://localhost/",
    "a host of localhost": "https://api.localhost/",
    "unspecified": "https://0.0.0.0/",
    "unspecified v6": "https://[::]/",
    "10/8": "https://10.1.2.3/",
    "172.16/12": "https://172.31.255.255/",
    "192.168/16": "https://192.168.0.1/",
    "the cloud's metadata": "https://169.254.169.254/latest/meta-data/",
    "the cloud's metadata v6": "https://[fd00:ec2::254]/",
    "a provider's shared space": "https://100.64.0.1/",
    "benchmarks": "https://198.18.0.1/",
    "multicast": "https://224.0.0.1/",
    "broadcast": "https://255.255.255.255/",
    "link-local v6": "https://[fe80::1]/",
    "unique local v6": "https://[fd12::1]/",
    "mapped": "https://[::ffff:10.0.0.1]/",
    "mapped, in hexadecimal": "https://[::ffff:a00:1]/",
    "translated": "https://[64:ff9b::a00:1]/",
    "6to4": "https://[2002:a00:1::]/",
    "multicast v6": "https://[ff02::1]/",
    "mDNS": "https://printer.local/",
    "an inner name": "https://vault.internal/",
}
ANYWHERE = Addresses()
OWN = Addresses(embedded=True)


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_host_may_be_told(url: str) -> None:
    ANYWHERE.check(url)


@pytest.mark.parametrize("url", NEVER.values(), ids=NEVER)
def test_what_is_read_in_two_ways_or_shows_secrets_is_refused_everywhere(url: str) -> None:
    for addresses in (ANYWHERE, OWN):
        with pytest.raises(UrlNotAllowed) as caught:
            addresses.check(url)
        assert caught.value.document["errors"][0]["pointer"] == "#/url"
        assert "secret" not in str(caught.value.document)


@pytest.mark.parametrize("url", PRIVATE.values(), ids=PRIVATE)
def test_nothing_inside_of_our_network_can_be_told(url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        ANYWHERE.check(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9999/", "http://[::1]/", "http://localhost:9/", "https://10.0.0.5/"]
)
def test_a_developers_machine_may_tell_itself(url: str) -> None:
    OWN.check(url)


def test_even_there_another_host_is_told_with_tls_only() -> None:
    with pytest.raises(UrlNotAllowed):
        OWN.check("http://10.0.0.5/")


def test_networks_of_ours_are_named_and_nothing_beside_them() -> None:
    addresses = Addresses(networks=[ip_network("10.20.0.0/16")])

    addresses.check("https://10.20.3.4/")
    for url in ("https://10.21.0.1/", "http://10.20.3.4/"):
        with pytest.raises(UrlNotAllowed):
            addresses.check(url)


def test_what_a_name_stands_for_is_judged_by_the_same_rule() -> None:
    assert ANYWHERE.allows(ip_address("93.184.216.34"))
    assert not ANYWHERE.allows(ip_address("10.0.0.1"))
    assert not ANYWHERE.allows(ip_address("::ffff:127.0.0.1"))
