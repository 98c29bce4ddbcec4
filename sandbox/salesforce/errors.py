"""How Salesforce says no: `[{"errorCode", "message", "fields"}]`."""

from collections.abc import Sequence

from sandbox.messages import Json, Reply, json_reply


class SalesforceError(ValueError):
    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        named = {"fields": list(fields)} if fields else {}
        self.body: Json = [{"message": message, "errorCode": code, **named}]

    def reply(self) -> Reply:
        return json_reply(self.status, self.body)


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    return SalesforceError(404, "NOT_FOUND", message)


def malformed(message: str) -> SalesforceError:
    return SalesforceError(400, "MALFORMED_QUERY", message)
