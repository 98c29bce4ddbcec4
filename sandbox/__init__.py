"""Third parties for the demo and the tests: an ERP, a CRM, a warehouse, a payment provider.

Real HTTP servers with state and faults on demand. They know nothing of Strata: what a
connector learns here it has to learn from a vendor's words, codes and bad days.
"""
