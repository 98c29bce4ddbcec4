"""Where a page finds what problems of the layer below point at."""

from experience_apis.web.links import PREFIX
from runtime.apis.places import Places

PLACES = Places(
    PREFIX,
    {
        "/process/orders/v1/orders/{order}": "/orders/{order}",
        "/process/orders/v1/orders/{order}/returns/{back}": "/orders/{order}/returns/{back}",
        "/process/onboarding/v1/onboardings/{id}": "/sign-ups/{id}",
        "/process/customers/v1/customers/{id}/profile-updates/{update}": "/account/updates/{update}",
    },
)
