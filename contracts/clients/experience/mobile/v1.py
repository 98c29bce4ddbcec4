# generated from contracts/experience/mobile/v1.yaml; do not edit
"""Mobile Experience API 1.0.0, as its callers see it."""

from contracts.models.experience.mobile.v1 import Home
from runtime.calls.client import ApiClient


class MobileClient(ApiClient):
    api = "experience/mobile/v1"

    async def get_home(self) -> Home:
        """The home screen."""
        return await self.call("GET", "/home", Home)
