"""https:// and mqtts:// trust the machine's certificates, and nothing else."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from typing import Any

import aiomqtt
import pytest
from web_device import web_device

from galiot.agent.bindings import Bindings, DeviceError, Limits
from galiot.agent.demo.broker import Broker
from galiot.agent.thing import Affordance, Form, Thing

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    key, chain = str(folder / "key.pem"), str(folder / "chain.pem")
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain]
    subprocess.run(["openssl", *command.split(), *more], check=True, capture_output=True)
    return key, chain


async def value_at(href: str, *, timeout_s: float = 3) -> Any:
    """Read a property; a DeviceError becomes its outcome and reason."""
    one = Affordance(name="on", kind="property", forms=(Form(href=href),))
    async with Bindings(Limits(timeout_s=timeout_s)) as bindings:
        try:
            return await bindings.read(Thing(id="x", title="X"), one)
        except DeviceError as error:
            return error.outcome, error.why


@pytest.mark.parametrize("trusted", [True, False])
def test_a_web_device_is_believed_by_its_certificate(
    certificate: tuple[str, str], trusted: bool, monkeypatch: pytest.MonkeyPatch
):
    key, chain = certificate
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    with web_device(lambda request: (200, 5), tls=context) as device:
        value = asyncio.run(value_at(f"https://127.0.0.1:{device.port}/on"))
    assert value == 5 if trusted else (value[0] == "unreachable" and "CERTIFICATE" in value[1].upper())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_broker_is_believed_by_its_certificate(
    certificate: tuple[str, str], trusted: bool, monkeypatch: pytest.MonkeyPatch
):
    own = ssl.create_default_context(cafile=certificate[1])
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", certificate[1])

    async def main() -> Any:
        async with Broker(tls=certificate) as broker:
            async with aiomqtt.Client("127.0.0.1", broker.port, tls_context=own) as client:
                await client.publish("on", "7", retain=True, qos=1)
            return await value_at(broker.address + "/on", timeout_s=3 if trusted else 1)

    value = asyncio.run(main())
    assert value == 7 if trusted else (value[0] == "unreachable" and "CERTIFICATE" in value[1].upper())
