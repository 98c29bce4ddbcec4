"""The namespaces and identifiers of WS-Security 1.1.1 and its token profiles (OASIS, 2012)."""

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"

SECURITY = f"{{{WSSE}}}Security"
ID = f"{{{WSU}}}Id"
TIMESTAMP = f"{{{WSU}}}Timestamp"
CREATED = f"{{{WSU}}}Created"
EXPIRES = f"{{{WSU}}}Expires"
BINARY_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
TOKEN_REFERENCE = f"{{{WSSE}}}SecurityTokenReference"
REFERENCE = f"{{{WSSE}}}Reference"
KEY_IDENTIFIER = f"{{{WSSE}}}KeyIdentifier"
CONFIRMATION = f"{{{WSSE11}}}SignatureConfirmation"
SIGNATURE = f"{{{DS}}}Signature"
ENCRYPTED = (f"{{{XENC}}}EncryptedData", f"{{{XENC}}}EncryptedKey")

BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
PASSWORD_TEXT = f"{_OASIS}username-token-profile-1.0#PasswordText"
PASSWORD_DIGEST = f"{_OASIS}username-token-profile-1.0#PasswordDigest"
X509_TOKEN = f"{_OASIS}x509-token-profile-1.0#X509v3"
SUBJECT_KEY_IDENTIFIER = f"{_OASIS}x509-token-profile-1.0#X509SubjectKeyIdentifier"

PREFIXES = {"wsse": WSSE, "wsu": WSU}
