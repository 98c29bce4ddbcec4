"""The mobile app: one call per screen."""

from contracts.clients.process.customers.v1 import CustomersClient
from contracts.clients.process.onboarding.v1 import OnboardingClient
from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models.canonical import ContactPreferences
from contracts.models.experience.mobile.v1 import (
    Changes,
    Home,
    NewSignUp,
    OrderPage,
    OrderSummary,
    Profile,
    ProfileChange,
    ProfileUpdate,
    Reorder,
    SignUp,
    TrackedOrder,
)
from contracts.models.process.customers.v1 import ProfileChange as FullChange
from contracts.models.process.onboarding.v1 import NewOnboarding
from contracts.models.process.orders.v1 import RepeatOrder
from experience_apis.mobile.delta import WINDOW, changes
from experience_apis.mobile.places import PLACES
from experience_apis.mobile.sign_ups import NOT_TOLD, SignUpRefused, sign_up
from experience_apis.mobile.tracking import tracked
from experience_apis.mobile.views import (
    SHOWN,
    home,
    order_page,
    profile,
    profile_update,
    summary,
)
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.context import current
from runtime.problems import Rejected

api = Api("experience/mobile/v1", places=PLACES)
customers, onboarding, orders = CustomersClient(), OnboardingClient(), OrdersClient()


@api.operation("getHome")
async def get_home() -> Home:
    return home(await customers.get_customer_view(_caller(), part=SHOWN))


@api.operation("listOrders")
async def list_orders(limit: int, cursor: str | None) -> OrderPage:
    return order_page(await orders.list_orders(customer_id=_caller(), limit=limit, cursor=cursor))


@api.operation("trackOrder")
async def track_order(order_id: str) -> TrackedOrder:
    return tracked(await orders.get_order(order_id))


@api.operation("reorder")
async def reorder(order_id: str, body: Reorder) -> OrderSummary | Answer[OrderSummary]:
    order = await orders.repeat_order(order_id, RepeatOrder.model_construct(**dict(body)))
    shown = summary(order)
    return shown if order.status == "placed" else Answer(shown, 202)


@api.operation("getChanges")
async def get_changes(since: str | None) -> Changes:
    found = await orders.list_orders(customer_id=_caller(), limit=WINDOW)
    return changes([summary(order) for order in found.items], since, _caller())


@api.operation("getProfile")
async def get_profile() -> Profile:
    return profile(await customers.get_profile(_caller()))


@api.operation("putProfile")
async def put_profile(body: ProfileChange) -> ProfileUpdate | Answer[ProfileUpdate]:
    change = FullChange.model_construct(**dict(body))
    update = await customers.update_profile(_caller(), change)
    shown = profile_update(update)
    return shown if update.status == "updated" else Answer(shown, 202)


@api.operation("getNotificationSettings")
async def get_notification_settings() -> ContactPreferences:
    return await customers.get_preferences(_caller())


@api.operation("putNotificationSettings")
async def put_notification_settings(body: ContactPreferences) -> ContactPreferences:
    return await customers.put_preferences(_caller(), body)


@api.operation("signUp")
async def post_sign_up(body: NewSignUp) -> SignUp | Answer[SignUp]:
    applicant = NewOnboarding.model_construct(kind="person", **dict(body))
    try:
        shown = sign_up(await onboarding.start_onboarding(applicant))
    except Rejected as problem:
        if problem.slug in NOT_TOLD:
            raise SignUpRefused from problem
        raise
    return shown if shown.status == "completed" else Answer(shown, 202)


@api.operation("getSignUp")
async def get_sign_up(sign_up_id: str) -> SignUp:
    return sign_up(await onboarding.get_onboarding(sign_up_id))


def _caller() -> str:
    # Not validated here: whether the subject of a token is a customer is the Process API's to say.
    return current().identity.subject
