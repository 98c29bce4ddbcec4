"""What the provider says that is read by nobody here, and why."""

_LOOKED_UP = "of a check just made or resolved: what counts is looked up afterwards (quirks 1, 6)"

DROPPED = {
    **dict.fromkeys(
        (
            "/alerts/code",
            "/checkId",
            "/clientData",
            "/completedAt",
            "/externalReference",
            "/resolution",
            "/resolution/*",
            "/result",
            "/state",
        ),
        _LOOKED_UP,
    ),
    "createdAt": "the moment it was done is what an auditor asks for",
    "reason": "the status says it: 422 is about the applicant, 409 that somebody was first",
    "status": "the same for every refusal",
    "text": "for developers, in the provider's words",
    "why": "the field is pointed at; why it is wrong is said in the provider's words",
}
