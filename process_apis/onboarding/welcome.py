"""What a new customer is told, in a language of theirs. Nothing here calls."""

from contracts.models.process.onboarding.v1 import NewOnboarding
from contracts.models.system.notifications.v1 import NewMessage

TEXTS = {
    "de": ("Willkommen", "Guten Tag {name},\n\nIhr Kundenkonto ist eingerichtet.\n"),
    "en": ("Welcome", "Hello {name},\n\nyour customer account is ready.\n"),
    "fr": ("Bienvenue", "Bonjour {name},\n\nvotre compte client est prêt.\n"),
    "sv": ("Välkommen", "Hej {name},\n\nditt kundkonto är klart.\n"),
}
OTHERWISE = "en"


def welcome(new: NewOnboarding) -> NewMessage:
    """The same for the same customer: the id of a message belongs to its content."""
    wanted = (new.language or OTHERWISE).split("-")[0].lower()
    language = wanted if wanted in TEXTS else OTHERWISE
    subject, text = TEXTS[language]
    return NewMessage(
        to=new.email,
        to_name=new.name,
        language=language,
        subject=subject,
        text=text.replace("{name}", new.name),
    )
