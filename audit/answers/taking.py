"""Takes over, at the beginning of a night and once more right before its end, what people typed into the workbooks."""

from datetime import date, datetime
from pathlib import Path

from audit.answers.absorb import Absorbed, absorb
from audit.answers.rows import known_rows
from audit.config import Configuration
from audit.copies import dated_folders
from audit.keys import BOOKS
from audit.ledger import Ledger
from audit.mirror import LONDON

INBOX = "inbox"


def unnamed(words: str, path: Path, inbox: Path) -> str:
    """A sentence about a file, for logs and for what cron mails: where it lies and since when, and not its name.

    Somebody may have named it, or a folder in the `inbox`, after a child.
    """
    try:
        saved = f", saved on {datetime.fromtimestamp(path.stat().st_mtime, LONDON):%d/%m/%Y at %H:%M},"
    except OSError:
        saved = ""
    place = "the inbox" if path.is_relative_to(inbox) else path.parent.name
    return words.replace(path.name, f"a file in {place}{saved}")


def take_over(configuration: Configuration, ledger: Ledger, heard: date) -> Absorbed:
    """Read and keep what people typed since the last night, wherever their workbooks lie.

    Dated copies are meant to be read only; who typed into one is heard all the same.
    """
    reports = configuration.folder / "reports"
    folders: dict[str, Path] = {book: configuration.report_folder(book) for book in BOOKS}
    folders |= {"reports": reports} | {str(path): path for path in dated_folders(reports)}
    known = known_rows(
        ledger.known().values(),
        ledger.people(),
        ledger.people_key,
        configuration.accounts,
        configuration.policy,
        ledger.answers.former(),
    )
    return absorb(folders, configuration.folder / INBOX, ledger, known, heard, configuration.passwords)
