"""A description of a backend as the model of system.py: wsdl/ for SOAP, openapi/ for REST."""
