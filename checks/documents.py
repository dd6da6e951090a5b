"""The check of documents that links lead to: what anybody can open should hold nothing of one child."""

from collections.abc import Mapping, Sequence
from typing import Any

from checks.applicability import closed_unread, has_no
from checks.finding import Answer, Confidence, Evidence, Finding, Outcome, Severity, Subject, check, content_hash
from checks.own_items import moment, own_words, rows
from checks.policy import Policy
from checks.readers.documents import Held
from checks.readers.link_risks import defanged
from checks.wording import counted, listed, sentence
from connectors.snapshot import Resource, partial


@check("LNK-06", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def documents_hold_nothing_private(subject: Subject, policy: Policy) -> Answer:
    """Tests that no document which the account links to, and anybody can open, holds pupils' or private details.

    Documents at Google, Dropbox and SharePoint, and files on the school's own website, are asked for as a stranger
    would, once a week, and every night once something was found: PDF, Word, Excel, CSV and plain text, of each the
    first 20,000 characters and ten pages. Lists of pupils, dates of birth, identity numbers, private contacts, one
    person's circumstances and marks of confidence are looked for as in posts. A document that asks who wants it is in
    order. Scanned pages, folders, films and larger files are not read. Nothing of the words is kept, only their kinds.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    resolved = subject.snapshot.resolved
    leaking = {
        document: resolved[document].holds
        for document in subject.facts.documents
        if document in resolved and resolved[document].holds
    }
    if not leaking:
        return _read(subject)
    items = {row.id: row for row in rows(own_words(subject))}
    found: dict[str, dict[str, Sequence[tuple[str, str]]]] = {}
    for document, holds in leaking.items():
        found.setdefault(subject.facts.documents[document], {})[document] = holds or ()
    return [_finding(policy, subject, items.get(item), documents) for item, documents in found.items()]


def _finding(policy: Policy, subject: Subject, row: Any, documents: Mapping[str, Sequence[tuple[str, str]]]) -> Finding:
    """The documents of one item; of the profile where `row` is None. Links and kinds alone: no word of any document."""
    every = [one for holds in documents.values() for one in holds]
    sure = [one for one in every if one[1] != "possible"]
    kinds = sorted({kind for kind, _ in sure or every})
    grave = set(kinds) - {Held.BUSINESS}
    address = row.address if row else subject.account.address
    return Finding(
        "LNK-06",
        f"A linked document that anybody can open {'holds' if sure else 'may hold'} {listed(kinds)}",
        policy.severity("LNK-06", Severity.CRITICAL if grave else Severity.HIGH),
        sentence(f"{counted(len(documents), 'document')}; nothing of the words is repeated here"),
        min((Confidence(confidence) for _, confidence in every), key=list(Confidence).index),
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=row.id if row else "",
        address=address,
        evidence=tuple(
            Evidence("post" if row else "profile", address, listed(sorted(kind for kind, _ in holds)), defanged(link))
            for link, holds in documents.items()
        ),
        content=content_hash(*sorted(documents), *kinds),
        created=moment(row.created) if row else None,
        seen_in=Resource.POSTS if row else Resource.PROFILE,
    )


def _read(subject: Subject) -> Answer:
    """How far the documents were read, when none of them showed anything."""
    documents, resolved = subject.facts.documents, subject.snapshot.resolved
    read = [one for one in documents if one in resolved and resolved[one].holds is not None]
    if len(read) == len(documents):
        return ()
    return partial(
        f"{len(read)} of {counted(len(documents), 'document')} could be read so far", len(read), planned=True
    )
