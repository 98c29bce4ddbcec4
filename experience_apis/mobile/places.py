"""Where the app finds what problems of the layer below point at."""

from runtime.apis.places import Places

PLACES = Places(
    "/experience/mobile/v1",
    {
        "/process/orders/v1/orders/{order}": "/orders/{order}",
        "/process/onboarding/v1/onboardings/{id}": "/sign-ups/{id}",
    },
)
