"""MediaWiki's api.php (formatversion 2) over one article and a few users, for faults that a real wiki will not make.

Shapes as MediaWiki 1.39 answered them; the real one is tests/servers/mediawiki.py.
"""

import json
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from imitations.scripted_site import Reply, Request, Site

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "mediawiki"
Body = dict[str, Any]


class Wiki(Site):
    """`faults` are sent first, one for each request; `asked` are the questions that came."""

    def __init__(self) -> None:
        super().__init__()
        self._server.RequestHandlerClass.disable_nagle_algorithm = True  # 40 ms for each answer otherwise
        self.page, self.revisions, self.users, self.contributions = (
            json.loads((FIXTURES / f"{name}.json").read_text())
            for name in ("page", "revisions", "users", "usercontribs")
        )
        self.redirects = {"Hazelbrook School": self.page["title"]}
        self.faults: deque[Body | Reply | None] = deque()
        self.asked: list[dict[str, str]] = []
        self.at_once = 500
        self.api_url = f"{self.url}/w/api.php"

    def reply(self, request: Request) -> Reply:
        """Answer one question."""
        question = dict(parse_qsl(urlsplit(request.path).query))
        self.asked.append(question)
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, Reply):
            return fault
        body = json.dumps(self._answer(question) if fault is None else fault)
        return Reply(body, headers={"Content-Type": "application/json; charset=utf-8"})

    def _answer(self, question: dict[str, str]) -> Body:
        if question.get("list") == "users":
            return {"batchcomplete": True, "query": {"users": [self._user(question)]}}
        if question.get("list") == "usercontribs":
            wanted = [one for one in self.contributions if one["timestamp"] >= question.get("ucend", "")]
            shown, onwards = self._part(wanted, question, "uccontinue")
            return {"query": {"usercontribs": shown}} | onwards
        if "revids" in question:
            ids = [int(number) for number in question["revids"].split("|")]
            found = [one for one in self.revisions if one["revid"] in ids]
            missing = set(ids) - {one["revid"] for one in found}
            query: Body = {"pages": [self._head() | {"revisions": found}]} if found else {}
            if missing:
                query["badrevids"] = {str(number): {"revid": number, "missing": True} for number in missing}
            return {"batchcomplete": True, "query": query}
        if "revisions" in question["prop"]:
            wanted = [one for one in self.revisions if one["timestamp"] >= question.get("rvend", "")]
            shown, onwards = self._part(wanted, question, "rvcontinue")
            return {"query": {"pages": [self._head() | {"revisions": shown}]}} | onwards
        return {"batchcomplete": True, "query": self._info(question)}

    def _head(self) -> Body:
        return {name: self.page[name] for name in ("pageid", "ns", "title")}

    def _info(self, question: dict[str, str]) -> Body:
        if "pageids" in question:
            known = question["pageids"] == str(self.page["pageid"])
            return {"pages": [self.page if known else {"pageid": int(question["pageids"]), "missing": True}]}
        title = question["titles"]
        if ":" in title and title.partition(":")[0] == "de":
            return {"interwiki": [{"title": title, "iw": "de"}]}
        if "[" in title:
            return {"pages": [{"title": title, "invalidreason": "...", "invalid": True}]}
        target = self.redirects.get(title, title)
        redirects = {"redirects": [{"from": title, "to": target}]} if target != title else {}
        page = self.page if target == self.page["title"] else {"ns": 0, "title": title, "missing": True}
        return {"pages": [page]} | redirects

    def _user(self, question: dict[str, str]) -> Body:
        for user in self.users:
            if str(user["userid"]) == question.get("ususerids") or user["name"] == question.get("ususers"):
                return dict(user)
        if "ususerids" in question:
            return {"userid": int(question["ususerids"]), "missing": True}
        name = question["ususers"]
        return {"name": name, "invalid" if name[0].isdigit() else "missing": True}

    def _part(self, items: list[Body], question: dict[str, str], name: str) -> tuple[list[Body], Body]:
        start = int(question.get(name, "0").rpartition("|")[2])
        end = start + self.at_once
        if end >= len(items):
            return items[start:end], {"batchcomplete": True}
        return items[start:end], {"continue": {name: f"20260101000000|{end}", "continue": "||"}}
