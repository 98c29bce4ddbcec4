"""Who wants to become a customer: checked, named, and in the words of each System API."""

from pydantic import BaseModel

from contracts.models.canonical import CustomerProfile
from contracts.models.process.onboarding.v1 import NewOnboarding
from contracts.models.system.compliance.v1 import Document, Subject
from contracts.models.system.crm.v1 import AccountProfile
from process_apis.onboarding.email_addresses import NotAnAddress, normalised
from runtime.problems import Rejected, at

PREFIX = "onb_"
ADDRESS = ("street", "city", "postalCode", "country")


class Applicant(BaseModel):
    """The argument of every step."""

    id: str
    """The run's, which is also that of the screening and of the welcome."""
    details: NewOnboarding

    @property
    def customer_id(self) -> str:
        """Follows from the run, so that ERP and CRM can be told again under the same id."""
        return f"C-{self.id.removeprefix(PREFIX)}"


def check(new: NewOnboarding) -> None:
    """Rejected for what the contract cannot say, before anything is begun."""
    errors = []
    try:
        normalised(new.email)
    except NotAnAddress as error:
        errors.append(at("/email", str(error)))
    if new.kind == "organisation" and new.birth_date is not None:
        errors.append(at("/birthDate", "an organisation has none"))
    if errors:
        raise Rejected(
            kind="invalid", title="The request does not match the contract", errors=errors
        )


def subject(new: NewOnboarding) -> Subject:
    """What a screening needs, and no way to reach anybody."""
    return Subject(
        kind=new.kind,
        name=new.name,
        country=new.address.country,
        birth_date=new.birth_date,
        address=new.address,
        document=_document(new),
    )


def _document(new: NewOnboarding) -> Document | None:
    shown = new.document
    if shown is None:
        return None
    return Document(kind=shown.kind, number=shown.number, expires_on=shown.expires_on)


def profile(new: NewOnboarding) -> CustomerProfile:
    return CustomerProfile(name=new.name, email=new.email, phone=new.phone)


def account(new: NewOnboarding) -> AccountProfile:
    segment = "business" if new.kind == "organisation" else None
    return AccountProfile.model_validate({"name": new.name, "email": new.email, "segment": segment})


def readdressed(problem: Rejected) -> Rejected:
    """The same for a body that has the parts of an address under `/address`."""
    for part in ADDRESS:
        problem.repointed(f"/{part}", f"/address/{part}")
    return problem
