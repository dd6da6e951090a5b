"""The words of a PDF file's first pages; a program of its own, which connectors/documents.py starts and may stop.

pypdf can be kept busy for hours by a small file, and quotes what it cannot make sense of in its warnings. In a process
of its own it can be ended, has a limit on its memory, and nobody hears its warnings.
"""

import io
import sys
from contextlib import suppress

MOST_MEMORY = 1_000_000_000
"""Bytes of memory that the process may take, where the system can be told."""


def write_words(most_pages: int, most_words: int) -> None:
    """Read a PDF from standard input and write its words to standard output in UTF-8, each page once it is read."""
    _limit_memory()
    from pypdf import PdfReader  # noqa: PLC0415 - after the limit

    written = 0
    for page in PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages[:most_pages]:
        words = f"{page.extract_text()}\n"[: most_words - written]
        sys.stdout.buffer.write(words.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        written += len(words)
        if written >= most_words:
            break


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    write_words(int(sys.argv[1]), int(sys.argv[2]))
