"""The mobile app: one call per screen."""

from contracts.clients.process.customers.v1 import CustomersClient
from contracts.models.experience.mobile.v1 import Home
from experience_apis.mobile.views import SHOWN, home
from runtime.apis.binding import Api
from runtime.context import current

api = Api("experience/mobile/v1")
customers = CustomersClient()


@api.operation("getHome")
async def get_home() -> Home:
    return home(await customers.get_customer_view(current().identity.subject, part=SHOWN))
