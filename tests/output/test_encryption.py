"""Workbooks under a password."""

from io import BytesIO

import msoffcrypto
import pytest
from openpyxl import load_workbook

from output import encryption
from output.encryption import NotLocked, locked

PASSWORD = "seven otters, één reed"


def test_a_locked_workbook_opens_with_its_password(finished):
    """What comes out is no zip file, and with the password it is the file that went in."""
    content = finished("bad", "safeguarding").read_bytes()
    inside = locked(content, PASSWORD)
    assert inside[:2] != b"PK"
    assert b"xl/workbook.xml" not in inside
    file, out = msoffcrypto.OfficeFile(BytesIO(inside)), BytesIO()
    file.load_key(password=PASSWORD, verify_password=True)
    file.decrypt(out, verify_integrity=True)
    assert out.getvalue() == content
    assert load_workbook(out).sheetnames


def test_another_password_opens_nothing(finished):
    """The wrong password is refused."""
    file = msoffcrypto.OfficeFile(BytesIO(locked(finished("good", "it").read_bytes(), PASSWORD)))
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        file.load_key(password="seven otters, no reed", verify_password=True)


def test_what_cannot_be_opened_again_is_not_kept(monkeypatch, finished):
    """A library that writes something else than it was given is found out, and so is what is no workbook."""
    content = finished("good", "it").read_bytes()
    real = encryption.OOXMLFile.encrypt
    monkeypatch.setattr(
        encryption.OOXMLFile, "encrypt", lambda _, password, out: real(encryption.OOXMLFile(other()), password, out)
    )

    def other():
        return BytesIO(finished("bad", "it").read_bytes())

    with pytest.raises(NotLocked):
        locked(content, PASSWORD)
    with pytest.raises(NotLocked):
        locked(b"no workbook", PASSWORD)
