"""What people fill in: the answers that may be chosen, and the columns in which they are typed.

The sheets lay these columns out, and audit/answers reads them back. A column is found again by its key, which stands
in the hidden row above the headings, and else by one of the headings that people know it by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a person says of a finding."""

    TO_REVIEW = "To review"
    IN_PROGRESS = "In progress"
    DONE = "Done - please re-check"
    ATTESTED = "Done - cannot be re-checked"
    ACCEPTED = "Accepted risk"
    NOT_AN_ISSUE = "Not an issue"


class Decided(StrEnum):
    """What the governors resolved about a decision that was asked of them."""

    AGREED = "Agreed"
    NOT_AGREED = "Not agreed"
    DEFERRED = "Deferred"


class Looked(StrEnum):
    """What a person found who looked by hand."""

    RIGHT = "All right"
    NOT_RIGHT = "Not right"


APPROVERS = ("Headteacher", "Chair of governors", "Governing body", "Safeguarding lead", "Data protection officer")
"""Roles that may approve; a role is no free text, so it may be shown in every workbook."""


class Sort(StrEnum):
    """What is typed into a column."""

    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One column that people fill in.

    `shared` ones have one value for all workbooks; of the others, free text above all, each workbook has its own.
    `known_as` are other headings, in small letters, under which the column is recognised when its key is gone. `prompt`
    is what Excel shows when the cell is chosen (at most 255 characters).
    """

    key: str
    title: str
    sort: Sort
    width: float
    choices: tuple[str, ...] = ()
    shared: bool = False
    known_as: tuple[str, ...] = ()
    prompt: str = ""


STATUS = AnswerField(
    "answer_status", "Status", Sort.CHOICE, 19, tuple(Status), shared=True, known_as=("state", "your status"),
    prompt="Done - please re-check: the next night looks again. Accepted risk needs a comment with the reason, who"
    " approved it, and a date. Not an issue is remembered.",
)  # fmt: skip
OWNER = AnswerField("answer_owner", "Owner", Sort.TEXT, 16, known_as=("assigned to", "who"))
AGREED = AnswerField(
    "answer_due", "Due date agreed", Sort.DATE, 12, shared=True, known_as=("due date", "by when", "agreed date"),
    prompt="A date, such as 31/01/2027. The clock of the severity goes on beside it.",
)  # fmt: skip
COMMENT = AnswerField(
    "answer_comment", "Comment", Sort.TEXT, 34, known_as=("comments", "note", "notes", "your comment", "reason"),
    prompt="Stays in this workbook. No child's name, please.",
)  # fmt: skip
APPROVER = AnswerField(
    "answer_approver", "Approved by", Sort.CHOICE, 16, APPROVERS, shared=True, known_as=("approver", "who approved"),
    prompt="Needed for Accepted risk, and for Not an issue where it is critical or high.",
)  # fmt: skip
UNTIL = AnswerField(
    "answer_until", "Accepted until", Sort.DATE, 12, shared=True, known_as=("until", "expires", "expiry"),
    prompt="At most twelve months ahead, such as 31/08/2027. Then the finding opens again.",
)  # fmt: skip
DECIDED = AnswerField(
    "answer_decided", "Decision", Sort.CHOICE, 14, tuple(Decided), known_as=("decided", "resolution", "outcome")
)
DECIDED_ON = AnswerField("answer_decided_on", "Decided on", Sort.DATE, 12, known_as=("meeting", "date of meeting"))
MINUTE = AnswerField("answer_minute", "Minute reference", Sort.TEXT, 16, known_as=("minute", "minutes"))
LOOKED = AnswerField("answer_looked", "What you saw", Sort.CHOICE, 13, tuple(Looked), known_as=("result", "seen"))
LOOKED_ON = AnswerField("answer_looked_on", "Looked on", Sort.DATE, 12, known_as=("date looked", "looked at on"))

FINDING_FIELDS = (STATUS, OWNER, AGREED, COMMENT, APPROVER, UNTIL)
"""Filled in for each finding, in the governors' workbook."""
ACTION_FIELDS = (STATUS, COMMENT, APPROVER, UNTIL)
"""Filled in for each row of IT's and of the safeguarding lead's workbook."""
DECISION_FIELDS = (DECIDED, DECIDED_ON, MINUTE, COMMENT)
BY_HAND_FIELDS = (LOOKED, LOOKED_ON, COMMENT)

FIELDS: Mapping[str, AnswerField] = {
    field.key: field
    for field in (
        STATUS, OWNER, AGREED, COMMENT, APPROVER, UNTIL, DECIDED, DECIDED_ON, MINUTE, LOOKED, LOOKED_ON,
    )
}  # fmt: skip
"""Every column that people fill in, by its key."""

WITH_LEAD = "with the safeguarding lead"
"""Stands in the shared columns of a row that is answered in the safeguarding workbook alone; never an answer."""

ROW_ID, ROW_MARK = "id", "mark"
"""Keys of the two columns by which a row is known: the short id that people read, and the whole mark behind it."""

Answer = str | date | None
"""A value as a cell of these columns shows it."""


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One line of the sheet "Your answers": what was typed in this workbook, and what became of it.

    `became` is a sentence: taken over, joined, not taken over because ..., not understood, no such row.
    """

    heard: date
    row: str
    field: str
    typed: str
    became: str
    source: str
    attention: bool = False
