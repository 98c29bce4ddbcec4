"""Result codes, after ISO 8583, and the cards that give them."""

OK, UNKNOWN_MERCHANT, BAD_TIME, NO_CARD, REVERSED = "00", "03", "12", "14", "21"
NO_ORIGINAL, EXCEEDS, LATE, CAPTURED, DUPLICATE, SYSTEM = "25", "61", "68", "79", "94", "96"

TEXTS = {
    OK: "APPROVED",
    UNKNOWN_MERCHANT: "INVALID MERCHANT",
    "05": "DO NOT HONOUR",
    BAD_TIME: "INVALID TRANSMISSION TIME",
    NO_CARD: "INVALID CARD",
    REVERSED: "REVERSED BEFORE",
    NO_ORIGINAL: "UNABLE TO LOCATE ORIGINAL",
    "43": "STOLEN CARD",
    "51": "INSUFFICIENT FUNDS",
    "54": "EXPIRED CARD",
    EXCEEDS: "EXCEEDS RESERVED AMOUNT",
    LATE: "RESPONSE RECEIVED TOO LATE",
    CAPTURED: "CAPTURED BEFORE",
    "91": "ISSUER INOPERATIVE",
    DUPLICATE: "DUPLICATE TRANSMISSION",
    SYSTEM: "SYSTEM MALFUNCTION",
}

CARDS = {
    "tok_good": OK,
    "tok_declined": "05",
    "tok_stolen": "43",
    "tok_no_funds": "51",
    "tok_expired": "54",
    "tok_issuer_down": "91",
}
"""Any other token is that of no card."""
