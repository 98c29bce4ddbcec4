"""The ERP: SOAP 1.1, document/literal wrapped, POST /soap, WSDL at /soap?wsdl.

HTTP Basic `strata` / `sandbox`. Faults come with HTTP 500; business ones carry a BusinessFault.
Quirks: a wrong password and a wrong path get an HTML page; a duplicate ExtRef is a fault that
names the order it belongs to; quantities have three decimals; an absent field stays as it was,
a nil one is emptied; a customer is retired for good, and never one with sales orders.
"""

from sandbox.erp.seeding import SCHEMA, fill
from sandbox.erp.service import Erp

__all__ = ["SCHEMA", "Erp", "fill"]
