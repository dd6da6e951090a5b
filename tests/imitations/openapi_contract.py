"""Judges requests and answers by a platform's own OpenAPI document.

Every disagreement becomes one sentence, so that a test can fail with the list of them. Nothing here knows a
platform: an imitation says which document, which request and which answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.response.exceptions import DataValidationError
from werkzeug.datastructures import Headers, ImmutableMultiDict

Json = dict[str, Any]

_LONGEST_MESSAGE = 240
"""Validators quote the whole offending value; beyond this many characters a quotation tells nobody more."""


@dataclass
class Exchange:
    """One request and its answer, in the shape that openapi-core asks for: request and response in one object.

    `host_url` must be a server that the document names, whatever address the imitation listens on.
    """

    host_url: str
    method: str
    path: str
    query: Mapping[str, str]
    request_headers: Mapping[str, str]
    status_code: int
    content_type: str
    data: bytes
    headers: Headers = field(default_factory=Headers)
    body: bytes | None = None
    parameters: RequestParameters = field(init=False)

    def __post_init__(self) -> None:
        self.method = self.method.lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(dict(self.query)), header=Headers(dict(self.request_headers))
        )


class Contract:
    """One OpenAPI 3.0 document, loaded from `path`: use `load_contract`, which does it once a session.

    `flaws` are places (keys joined by /) that are taken out first, because there the document contradicts itself; a
    place that is no longer there raises KeyError, so that a mended document is noticed.
    """

    def __init__(self, path: Path, flaws: tuple[str, ...] = ()) -> None:
        document: Json = json.loads(path.read_text(encoding="utf-8"))
        for flaw in flaws:
            *parents, last = flaw.split("/")
            del reduce(getitem, parents, document)[last]
        self.name = path.name
        self.document = document
        # The document itself is not ours to judge, and judging 800 kB of it takes many seconds.
        config = Config(
            spec_validator_cls=None, extra_media_type_deserializers={"application/problem+json": json.loads}
        )
        self._openapi = OpenAPI.from_dict(_without_security(_enforcing_discriminators(document)), config)

    def parameter_names(self, template: str, method: str = "get") -> frozenset[str]:
        """Names of the query parameters that the operation defines; openapi-core lets unknown ones pass."""
        declared = self.document["paths"][template][method]["parameters"]
        return frozenset(p["name"] for p in map(self._resolved, declared) if p["in"] == "query")

    def problem_types(self) -> frozenset[str]:
        """The values of `type` by which the document knows its problem bodies."""
        return frozenset(self.document["components"]["schemas"]["Problem"]["discriminator"]["mapping"])

    def judge_request(self, exchange: Exchange) -> list[str]:
        """What the document says against the request; empty when nothing."""
        errors = self._openapi.request_validator.iter_errors(exchange)
        return [f"{self.name}: {_label(exchange)}: request: {_sentence(error)}" for error in errors]

    def judge_answer(self, exchange: Exchange) -> list[str]:
        """What the document says against the answer; empty when nothing."""
        errors = self._openapi.response_validator.iter_errors(exchange, exchange)
        return [f"{self.name}: {_label(exchange)}: answer {exchange.status_code}: {_sentence(e)}" for e in errors]

    def _resolved(self, parameter: Json) -> Json:
        if "$ref" not in parameter:
            return parameter
        found: Json = self.document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        return found


@cache
def load_contract(path: Path, flaws: tuple[str, ...] = ()) -> Contract:
    """The contract at `path`, parsed once per test session."""
    return Contract(path, flaws)


def _label(exchange: Exchange) -> str:
    return f"{exchange.method.upper()} {exchange.path}"


def _sentence(error: BaseException) -> str:
    """openapi-core wraps errors in errors: the outermost names the parameter, the innermost says what and where."""
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    details = [
        f"at {'/'.join(map(str, found.absolute_path)) or 'the top'}: {found.message[:_LONGEST_MESSAGE]}"
        for wrapped in chain
        for found in getattr(wrapped, "schema_errors", ())
    ]
    # Of an error in a body the outermost says nothing but the whole body once more.
    outer = [] if details and isinstance(error, DataValidationError) else [str(error)[:_LONGEST_MESSAGE]]
    return "; ".join(outer + details if details else [str(wrapped) for wrapped in chain])


def _without_security(document: Json) -> Json:
    """The document without its security requirements: whether a token will do is for the imitation to answer."""
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    return document


def _enforcing_discriminators(document: Json) -> Json:
    """The document with every inherited discriminator made to bite.

    A base schema whose `discriminator` maps a value to a child (child = allOf[base, more]) is not followed by
    validators: they honour a discriminator only beside oneOf or anyOf. So each reference to such a base is
    turned to a oneOf over its children. The references inside the children's allOf stay as they are.
    """
    copy: Json = json.loads(json.dumps(document))
    schemas = copy["components"]["schemas"]
    bases = {
        name: schema["discriminator"]
        for name, schema in schemas.items()
        if "mapping" in schema.get("discriminator", {}) and not {"oneOf", "anyOf"} & schema.keys()
    }
    turned = {f"#/components/schemas/{name}": f"#/components/schemas/{name}ByType" for name in bases}

    def turn(node: Any, *, inherited: bool = False) -> None:
        if isinstance(node, list):
            for item in node:
                turn(item, inherited=inherited)
        elif isinstance(node, dict):
            if not inherited and isinstance(node.get("$ref"), str):
                node["$ref"] = turned.get(node["$ref"], node["$ref"])
            for key, value in node.items():
                turn(value, inherited=key == "allOf")

    turn(copy)
    for name, discriminator in bases.items():
        children = [{"$ref": child} for child in discriminator["mapping"].values()]
        schemas[f"{name}ByType"] = {"oneOf": children, "discriminator": discriminator}
    return copy
