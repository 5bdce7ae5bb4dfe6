"""The security schemes of a Thing Description (TD 1.1, section 5.3.3) on HTTP requests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from galiot.agent.bindings.base import Call
from galiot.agent.bindings.credentials import Credential, Credentials


def sign(request: Any, call: Call, credentials: Credentials) -> Any:
    """Put our credentials on an httpx request, in the way that the description asks for; return it.

    Credentials belong to a host, so a description cannot have them sent elsewhere. Without any the request goes out as
    it is, and the device says no.
    """
    credential = credentials.find(call.form.href)
    if credential is not None:
        for scheme in _schemes(call):
            _put(request, scheme, credential)
    return request


def _schemes(call: Call) -> list[Mapping[str, Any]]:
    source = call.thing.source
    named = call.form.terms.get("security", source.get("security"))
    names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    definitions = source.get("securityDefinitions")
    if not names or not isinstance(definitions, Mapping):
        return [{"scheme": "auto"}]
    return [each for name in names if isinstance(each := definitions.get(str(name)), Mapping)]


def _put(request: Any, scheme: Mapping[str, Any], credential: Credential) -> None:
    kind = scheme.get("scheme")
    if kind == "auto":  # a description that says nothing about security
        kind = "bearer" if credential.token else "basic"
    if kind == "basic" and credential.user is not None:
        pair = f"{credential.user}:{credential.password or ''}".encode()
        request.headers["authorization"] = "Basic " + base64.b64encode(pair).decode()
    elif kind in ("bearer", "oauth2") and credential.token:
        request.headers[str(scheme.get("name") or "authorization")] = f"Bearer {credential.token}"
    elif kind == "apikey" and credential.token:
        _put_key(request, scheme, credential.token)


def _put_key(request: Any, scheme: Mapping[str, Any], token: str) -> None:
    name, place = str(scheme.get("name") or "x-api-key"), scheme.get("in", "query")
    if place == "header":
        request.headers[name] = token
    elif place == "cookie":
        request.headers["cookie"] = f"{name}={token}"
    else:
        request.url = request.url.copy_merge_params({name: token})
