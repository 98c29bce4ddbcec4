"""Whether a reply is as declared: by libxml2 where it can, by ourselves where it cannot, refuses, or
meets what a backend added since its WSDL was vendored.

An addition is the commonest change of a backend, and the one it does not announce.
"""

from collections import Counter
from collections.abc import Iterable

import structlog
from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.judging.additions import KnownAdditions, remove
from connectors.protocols.soap.codec.judging.judge import Additions, Judge
from connectors.protocols.soap.codec.shapes import Element
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.schema import Schema


class Inspector:
    """Of the replies to one operation."""

    def __init__(
        self, operation: str, judge: Judge, schema: Schema | None, *, ignore_additions: bool
    ) -> None:
        self._operation = operation
        self._judge = judge
        self._schema = schema
        self._ignore = ignore_additions
        self._counts: Counter[str] = Counter()
        """Of additions that were taken out, by local name."""
        self._known = KnownAdditions()

    def inspect(self, element: etree._Element, declared: Element, size: int | None = None) -> None:
        """Take out what is additional. Raises ReplyError for anything else that is not declared.
        `size`: bytes of the message, where that is known.

        Where libxml2 refuses and our judge does not, the judge is right: libxml2 takes no blanks
        around a date. So xs:key and xs:unique are not held against a reply.
        """
        found = self._known.take_out(element)
        if self._schema is None or not self._schema.accepts(element, size):
            try:
                additions = self._judge.judge(element, declared)
            except Wrong as wrong:
                raise ReplyError(str(wrong)) from None
            found += [names.local(name or gone.tag) for gone, name in additions]
            if found and not self._ignore:
                raise ReplyError(f"{min(found)} is not declared")
            self._take_out(element, additions)
        if found:
            self._count(found)

    def _take_out(self, root: etree._Element, additions: Additions) -> None:
        for element, attribute in additions:
            if attribute:
                element.attrib.pop(attribute)
            else:
                self._known.learn(root, element)
                remove(element)

    def _count(self, found: Iterable[str]) -> None:
        """Told the first time, and when there are ten, a hundred, a thousand of them."""
        before = self._counts.copy()
        self._counts.update(found)
        news = [n for n in sorted(set(found)) if _digits(self._counts[n]) > _digits(before[n])]
        if news:
            times = [self._counts[name] for name in news]
            structlog.get_logger().warning(
                "soap_reply_additions", operation=self._operation, names=news, times=times
            )


def _digits(count: int) -> int:
    return len(str(count)) if count else 0
