"""What Stripe tells and we do not pass on, each with its reason."""

_OURS = "how we asked for it"
_ELSEWHERE = "read on its own, when it matters, by the intent's id or our reference"
_WORDS = "for developers, in Stripe's words: the kind says it in ours"
_NOBODY = "a payment of ours has no such thing"

DROPPED = {
    "amount_capturable": "the amount, while it is authorised",
    "cancellation_reason": _OURS,
    "canceled_at": "the status says that it is over",
    "capture_method": _OURS,
    "charge": "the money's way inside Stripe",
    "client_secret": "for a browser that confirms; we confirm ourselves, and it is a secret",
    "confirmation_method": _OURS,
    "created": "our own journal says when",
    "customer": _NOBODY,
    "data/amount_received": "what a list has we read again by its id",
    "data/currency": "a refund has the currency of its payment",
    "description": _NOBODY,
    "error/code": "the type of the error, and where the card is refused its status, decide",
    "error/decline_code": "told to nobody: it helps those who try out stolen cards",
    "error/payment_intent/*": _ELSEWHERE,
    "last_payment_error": _WORDS,
    "last_payment_error/*": _WORDS,
    "data/last_payment_error/*": _WORDS,
    "latest_charge": "the money's way inside Stripe",
    "livemode": "follows from the key",
    "message": _WORDS,
    "next_action": "nobody is there to act: such an intent is a declined card",
    "next_page": "one page of search results is more than a reference has intents",
    "object": "follows from the address asked",
    "payment_intent": "the intent we asked about",
    "payment_method": _OURS,
    "payment_method_types": _OURS,
    "placeholder": "read only where a placeholder can be: an intent that is cancelled",
    "reason": _OURS,
    "receipt_email": _NOBODY,
    "url": "the address asked",
}
