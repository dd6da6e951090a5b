"""Judges requests and answers by a Google API's discovery document.

Every disagreement becomes one sentence, so that a test can fail with the list of them. Nothing here knows an API:
an imitation says which document, which request and which answer.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


class Discovery:
    """One discovery document, loaded from `path`: use `load_discovery`, which does it once a session."""

    def __init__(self, path: Path) -> None:
        self.document: Json = json.loads(path.read_text(encoding="utf-8"))
        self._schemas: Json = self.document["schemas"]
        self._methods = {
            (method["httpMethod"], method["path"]): method
            for resource in self.document["resources"].values()
            for method in resource.get("methods", {}).values()
        }

    def judge_request(self, verb: str, path: str, query: Mapping[str, str]) -> list[str]:
        """What the document says against the request; empty when nothing."""
        method = self._methods.get((verb, path.lstrip("/")))
        if method is None:
            return [f"{verb} {path}: no such method"]
        declared = {**self.document["parameters"], **method["parameters"]}
        missing = [name for name, one in method["parameters"].items() if one.get("required") and name not in query]
        found = [f"needs the parameter {name!r}" for name in missing]
        for name, value in query.items():
            if name not in declared:
                found.append(f"has no parameter {name!r}")
                continue
            values = value.split(",") if declared[name].get("repeated") else [value]
            found += [words for one in values for words in _against(declared[name], name, one)]
        if "part" in query:
            found += [f"has no part {part!r}" for part in query["part"].split(",") if part not in self.parts(path)]
        return [f"{verb} {path}: {words}" for words in found]

    def parts(self, path: str) -> frozenset[str]:
        """The names that `part` may have: the properties of one item of the answer."""
        answer = self._schemas[self._methods["GET", path.lstrip("/")]["response"]["$ref"]]
        item = self._schemas[answer["properties"]["items"]["items"]["$ref"]]
        return frozenset(item["properties"]) - {"kind", "etag"}

    def judge_answer(self, path: str, body: Any) -> list[str]:
        """What the document says against the body of an answer that is no error; empty when nothing."""
        method = self._methods.get(("GET", path.lstrip("/")))
        return [] if method is None else [f"{path}: answer: {words}" for words in self._judge(method["response"], body)]

    def judge_object(self, schema: str, body: Any) -> list[str]:
        """What the document says against one object; empty when nothing."""
        return list(self._judge({"$ref": schema}, body, schema))

    def _judge(self, schema: Json, value: Any, where: str = "the answer") -> Iterator[str]:
        schema = self._schemas[schema["$ref"]] if "$ref" in schema else schema
        kind = schema["type"]
        if kind == "any":
            return
        expected = _TYPES[kind]
        if not isinstance(value, expected) or (isinstance(value, bool) and kind != "boolean"):
            yield f"{where} is a {type(value).__name__} and should be a {kind}"
        elif isinstance(value, list):
            for one in value:
                yield from self._judge(schema["items"], one, f"{where}[]")
        elif isinstance(value, dict):
            known, others = schema.get("properties", {}), schema.get("additionalProperties")
            for name, one in value.items():
                if name in known or others:
                    yield from self._judge(known.get(name) or others, one, f"{where}.{name}")
                else:
                    yield f"{where} has no field {name!r}"
        else:
            yield from _against(schema, where, value)


def _against(schema: Json, where: str, value: Any) -> Iterator[str]:
    """What a schema says against a simple value, given as itself or as a parameter's text."""
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r} and should be one of {schema['enum']}"
    numeric = schema["type"] == "integer" or schema.get("format") in ("uint64", "int64")
    if numeric and not str(value).lstrip("-").isdigit():
        yield f"{where} is {value!r} and should be a whole number"
    elif numeric and not int(schema.get("minimum", value)) <= int(value) <= int(schema.get("maximum", value)):
        yield f"{where} is {value} and should lie in {schema.get('minimum')} to {schema.get('maximum')}"
    if schema.get("format") == "date-time":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            yield f"{where} is {value!r} and should be a moment"


@cache
def load_discovery(path: Path) -> Discovery:
    """The document at `path`, parsed once per test session."""
    return Discovery(path)
