"""What any provider of compliance screenings must be able to do for us."""

from abc import abstractmethod

from connectors.port import Port
from contracts.models.system.compliance.v1 import Decision, Screening, Subject


class Compliance(Port):
    @abstractmethod
    async def put_screening(self, screening_id: str, subject: Subject) -> Screening:
        """Have a subject screened under our id; again changes nothing and tells how it stands now.

        Rejected with 409 (`conflict`) when another subject is under this id.
        """

    @abstractmethod
    async def get_screening(self, screening_id: str) -> Screening:
        """The screening as it stands now; Missing when there is none."""

    @abstractmethod
    async def decide(self, screening_id: str, decision: Decision) -> Screening:
        """Settle one in review; again changes nothing; Missing when there is none.

        Rejected with 409: `not-in-review` (it is not, and no person settled it), `conflict` (somebody
        did, otherwise than this).
        """
