"""The generated client in XML, by what its models say of themselves and nothing of the server's code."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from xml.etree import ElementTree

import httpx
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from contracts.clients.experience.partner.v1 import PartnerClient
from runtime.problems import Problem
from tests.consumers.account import Account

M = TypeVar("M", bound=BaseModel)
PROBLEM = "{urn:ietf:rfc:7807}"


class XmlPartnerClient(PartnerClient):
    def __init__(self, account: Account) -> None:
        self.account = account

    async def call(self, method: str, path: str, returns: type[M], **parts: Any) -> M:
        body: BaseModel | None = parts.get("body")
        headers = {
            "authorization": f"Bearer {self.account.bearer}",
            "accept": "application/xml",
            **_given(parts.get("headers")),
            **({"content-type": "application/xml"} if body else {}),
        }
        content = ElementTree.tostring(_written(_name(type(body)), body)) if body else None
        async with httpx.AsyncClient(base_url=self.account.base_url(self.api), timeout=30) as http:
            reply = await http.request(
                method, path, params=_given(parts.get("query")), headers=headers, content=content
            )
        root = ElementTree.fromstring(reply.content)  # noqa: S314 - our own platform's
        if reply.status_code >= 300:
            assert reply.headers["content-type"] == "application/problem+xml"
            raise Problem.from_document(_problem(root))
        assert reply.headers["content-type"] == "application/xml"
        assert root.tag == _name(returns)
        return returns.model_validate(_read(root, returns))


def _given(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (values or {}).items() if value is not None}


def _name(model: Any, otherwise: str = "") -> str:
    """The element a model is, which its contract may have named."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return otherwise
    extra: Any = model.model_config.get("json_schema_extra") or {}
    return str(extra.get("xml", {}).get("name", otherwise or model.__name__))


def _written(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, BaseModel):
        for field, info in type(value).model_fields.items():
            inner = getattr(value, field)
            for each in inner if isinstance(inner, list) else [inner]:
                if each is None:
                    continue
                element.append(_written(_name(type(each), info.alias or field), each))
    else:
        element.text = str(value)
    return element


def _read(element: ElementTree.Element, kind: Any) -> Any:
    kind = _plain(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return element.text or ""
    return dict(_members(element, kind))


def _members(element: ElementTree.Element, model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for field, info in model.model_fields.items():
        name, kind = info.alias or field, _plain(info.annotation)
        if get_origin(kind) is list:
            [item] = map(_plain, get_args(kind))
            yield name, [_read(child, item) for child in element.findall(_name(item, name))]
        elif (child := element.find(_name(kind, name))) is not None:
            yield name, _read(child, kind)


def _plain(kind: Any) -> Any:
    """Without aliases, constraints and None."""
    if isinstance(kind, TypeAliasType):
        return _plain(kind.__value__)
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        [kind] = [part for part in get_args(kind) if part is not type(None)]
        return _plain(kind)
    return kind


def _problem(root: ElementTree.Element) -> dict[str, Any]:
    """RFC 9457, appendix B: lists have elements named `i`."""
    document: dict[str, Any] = {}
    for member in root:
        items = [
            {part.tag.removeprefix(PROBLEM): part.text for part in item}
            for item in member.findall(f"{PROBLEM}i")
        ]
        document[member.tag.removeprefix(PROBLEM)] = items or member.text
    return document | {"status": int(document["status"])}
