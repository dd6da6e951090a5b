"""What is wrong in the files that people write, said so that they can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: which file, the line or row, what is wrong, and what is expected."""

    file: str
    place: str
    wrong: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.wrong}. Expected: {self.expected}."


class ConfigurationError(Exception):
    """The school's folder is not ready for a run. Holds every problem, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
