"""What every port has in common."""

from abc import ABC


class Port(ABC):  # noqa: B024 - the abstract methods are the capability's
    """A capability in our words; a vendor's connector implements it."""

    async def aclose(self) -> None:  # noqa: B027 - most connectors hold nothing
        """Let go of what was opened: pools, files, connections."""
