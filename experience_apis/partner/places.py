"""Where a partner finds what problems of the layer below point at."""

from runtime.apis.places import Places

PLACES = Places(
    "/experience/partner/v1",
    {
        "/process/orders/v1/orders/{order}": "/orders/{order}",
        "/process/orders/v1/orders/{order}/returns/{back}": "/orders/{order}/returns/{back}",
        "/process/orders/v1/bulk-orders/{bulk}": "/bulk-orders/{bulk}",
    },
)
