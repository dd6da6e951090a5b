"""The register, and every way in which a person can get it wrong."""

import csv
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from audit.register import COLUMNS, read_register, tidy_address, write_form
from checks.policy import load_policy

POLICY = load_policy()


def write(path, rows, headings=("Platform", "Handle", "Address", "Purpose", "Kind")):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def problems(path):
    return [str(problem) for problem in read_register(path, POLICY)[1]]


def test_a_row_becomes_an_account(tmp_path):
    """Every column of a full row arrives in its field, with its type."""
    path = tmp_path / "register.csv"
    values = {
        "platform": "Bluesky", "handle": "@hazelbrook.example", "purpose": "News for parents", "audience": "parents",
        "owner": "Office manager", "administrators": "Headteacher; Office manager", "administrator_leaves_on": "31/08/2027",
        "moderators": "Headteacher", "shared_login": "n", "recovery_at_school": "yes", "mfa_attested_on": "2026-09-01",
        "approved_by": "Headteacher", "approved_on": "1/9/2026", "older_than_policy": "n", "next_review": "01/09/2027",
        "exit_plan": "Close when unused", "success_measure": "Parents say so", "status": "Live", "consented_service": "n",
    }  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerow([values.get(column.field, "") for column in COLUMNS])
    (account,), wrong = read_register(path, POLICY)
    assert wrong == []
    assert account.key == "bluesky:hazelbrook.example"
    assert account.handle == "hazelbrook.example"
    assert account.address == "https://bsky.app/profile/hazelbrook.example"
    assert account.administrators == ("Headteacher", "Office manager")
    assert account.administrator_leaves_on == date(2027, 8, 31)
    assert account.shared_login is False
    assert account.recovery_at_school is True
    assert account.mfa_attested_on == date(2026, 9, 1)
    assert account.status == "live"


def test_the_empty_form_is_read_as_an_empty_register(tmp_path):
    """The form that init makes has no accounts and no problems."""
    write_form(tmp_path / "register.xlsx", POLICY)
    assert read_register(tmp_path / "register.xlsx", POLICY) == ((), [])


def test_excel_dates_and_numbers_are_understood(tmp_path):
    """A date cell is a date, and a numeric id keeps its digits."""
    write_form(tmp_path / "register.xlsx", POLICY)
    book = load_workbook(tmp_path / "register.xlsx")
    sheet = book["Register"]
    fields = [column.field for column in COLUMNS]
    for field, value in {
        "platform": "x",
        "handle": "hazelbrook",
        "platform_id": 12345.0,
        "next_review": datetime(2027, 1, 5),
    }.items():
        sheet.cell(2, fields.index(field) + 1, value)
    book.save(tmp_path / "register.xlsx")
    (account,), wrong = read_register(tmp_path / "register.xlsx", POLICY)
    assert wrong == []
    assert (account.platform_id, account.next_review) == ("12345", date(2027, 1, 5))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["friendface", "a", "", "", ""], "row 2, column 'Platform': is 'friendface'"),
        (["", "a", "", "", ""], "row 2, column 'Platform': is empty"),
        (["bluesky", "", "", "", ""], "row 2, column 'Handle': there is neither a handle nor an address"),
        (["website", "", "hazelbrook", "", ""], "row 2, column 'Address': is 'hazelbrook'"),
        (["website", "", "https://u:p@hazelbrook.example", "", ""], "row 2, column 'Address'"),
        (["bluesky", "a", "", "x" * 2001, ""], "row 2, column 'Purpose': holds 2001 characters"),
        (["x", "head", "", "", "the head's own account"], "row 2, column 'Kind': a person's own account"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, row, sentence):
    """A wrong cell gets one sentence with file, row and column."""
    said = problems(write(tmp_path / "register.csv", [row]))
    assert len(said) == 1
    assert said[0].startswith("register.csv, " + sentence)


def test_every_problem_is_reported_at_once(tmp_path):
    """Three wrong rows are three sentences, each with its row."""
    rows = [["friendface", "a", "", "", ""], ["bluesky", "ok.example", "", "", ""], ["x", "", "", "", ""]]
    said = problems(write(tmp_path / "register.csv", rows))
    assert [sentence.partition(":")[0] for sentence in said] == [
        "register.csv, row 2, column 'Platform'",
        "register.csv, row 4, column 'Handle'",
    ]


def test_an_unknown_heading_and_a_double_one_are_named(tmp_path):
    """A heading that nobody knows is not passed over in silence."""
    path = write(tmp_path / "register.csv", [["x", "a", "b", "c"]], ("Platform", "Handle", "Colour", "Handle"))
    said = problems(path)
    assert "row 1, column C: the heading 'Colour' is not known" in said[0]
    assert "row 1, column D: the heading 'Handle' stands twice" in said[1]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04half a file", b"<html>no</html>", b"\xff\xfe\x00"])
def test_a_file_that_is_no_register_is_one_sentence(tmp_path, content):
    """A broken, half-copied or foreign file is a problem, never a crash."""
    for name in ("register.xlsx", "register.csv"):
        (tmp_path / name).write_bytes(content)
        said = problems(tmp_path / name)
        assert len(said) == 1
        assert said[0].startswith(name)


def test_the_same_account_twice_is_named(tmp_path):
    """Two rows for one account are refused, whatever their case or @."""
    said = problems(write(tmp_path / "register.csv", [["x", "Hazel", "", "", ""], ["X", "@hazel", "", "", ""]]))
    assert said == ["register.csv, row 3: the same account as row 2. Expected: each account once."]


def test_a_handle_is_taken_from_a_profile_address(tmp_path):
    """A row with a profile's address alone knows its handle."""
    (account,), _ = read_register(
        write(tmp_path / "register.csv", [["bluesky", "", "https://bsky.app/profile/Hazel.example", "", ""]]), POLICY
    )
    assert account.key == "bluesky:hazel.example"


def test_semicolons_and_a_byte_order_mark_are_understood(tmp_path):
    """What Excel saves as CSV in some countries is read."""
    path = tmp_path / "register.csv"
    path.write_bytes("\ufeffPlatform;Handle\r\nbluesky;hazel.example\r\n".encode())
    assert [account.key for account in read_register(path, POLICY)[0]] == ["bluesky:hazel.example"]


@given(st.text())
def test_any_text_in_any_cell_is_an_account_or_a_problem(tmp_path_factory, text):
    """Whatever people type, reading answers with accounts and sentences and never raises."""
    path = tmp_path_factory.mktemp("register") / "register.csv"
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerow([text] * len(COLUMNS))
    accounts, wrong = read_register(path, POLICY)
    assert len(accounts) <= 1
    assert all(problem.file == "register.csv" for problem in wrong)


def test_formulas_are_read_by_their_value(tmp_path):
    """A cell with a formula gives the value that was saved, or nothing; the formula is never taken as text."""
    book = Workbook()
    book.active.append(["Platform", "Handle"])
    book.active.append(["bluesky", '=CONCAT("a",".example")'])
    book.save(tmp_path / "register.xlsx")
    assert "neither a handle" in problems(tmp_path / "register.xlsx")[0]


def test_addresses_are_tidied_for_comparison():
    """Scheme, www, case of the host and a last slash do not make two places of one."""
    assert tidy_address("https://WWW.Hazelbrook.example/News/") == tidy_address("http://hazelbrook.example/News")
    assert tidy_address("https://hazelbrook.example:8443/a?b=1") == "hazelbrook.example:8443/a?b=1"


@pytest.mark.parametrize(
    "address",
    [
        "https://feeds.example/podcast?token=planted-key",
        "https://feeds.example/podcast?page=1&api_key=planted-key",
        "https://head:planted-key@hazelbrook.example/",
    ],
)
def test_an_address_with_a_key_in_it_is_refused_and_not_repeated(tmp_path, address):
    """Addresses reach the governors' workbook, which is mailed on: none may carry a key."""
    accounts, wrong = read_register(write(tmp_path / "register.csv", [["website", "", address, "", ""]]), POLICY)
    assert accounts == ()
    assert len(wrong) == 1
    assert "planted-key" not in str(wrong[0])


def test_several_accounts_of_one_forum_are_several(tmp_path):
    """Where the address is the forum's, the handle tells the rows apart; feeds are known by address alone."""
    path = tmp_path / "register.csv"
    path.write_text(
        "Platform,Handle,Address\nforum,office,https://forum.example\nforum,pta,https://www.forum.example/\n"
        "podcast,,https://pod.example/feed\nbookmarks,https://links.example/,\n"
    )
    accounts, wrong = read_register(path, POLICY)
    assert not wrong
    assert [one.key for one in accounts] == [
        "forum:forum.example office",
        "forum:forum.example pta",
        "podcast:pod.example/feed",
        "bookmarks:links.example",
    ]


def test_a_chatroom_may_have_an_address_of_its_own_kind(tmp_path):
    """Addresses of irc and ircs count; a file transfer's is none."""
    path = tmp_path / "register.csv"
    path.write_text("Platform,Address\nirc,ircs://irc.example/#hazelbrook\nirc,ircs://irc.example/%23pta\n")
    accounts, wrong = read_register(path, POLICY)
    assert not wrong
    assert [(one.address, one.handle, one.key) for one in accounts] == [
        ("ircs://irc.example/%23hazelbrook", "#hazelbrook", "irc:irc.example/%23hazelbrook"),
        ("ircs://irc.example/%23pta", "#pta", "irc:irc.example/%23pta"),
    ]
    path.write_text("Platform,Address\nchat,ftp://irc.example/x\n")
    assert read_register(path, POLICY)[1]
