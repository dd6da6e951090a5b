"""A finished workbook under a password, in the way in which Excel and LibreOffice ask for one (AES with 256 bits)."""

from io import BytesIO

from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError
from msoffcrypto.format.ooxml import OOXMLFile

_ERRORS = (EncryptionError, DecryptionError, FileFormatError, OSError, ValueError)


class NotLocked(Exception):
    """A workbook could not be put under its password."""


def locked(content: bytes, password: str) -> bytes:
    """The bytes of an .xlsx file under a password: other bytes each time. All in memory.

    What comes out is opened again and compared, since a file that nobody can open is lost.

    Raises:
        NotLocked: it could not be encrypted, or not be opened again.
    """
    out, again = BytesIO(), BytesIO()
    try:
        OOXMLFile(BytesIO(content)).encrypt(password, out)
        file = OOXMLFile(out)
        file.load_key(password=password, verify_password=True)
        file.decrypt(again, verify_integrity=True)
    except _ERRORS as error:
        raise NotLocked(type(error).__name__) from None
    if again.getvalue() != content:
        raise NotLocked("what was opened again differs")
    return out.getvalue()
