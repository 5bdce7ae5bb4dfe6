import importlib.util
from pathlib import Path

import pytest

from galiot.agent.command import Problem
from galiot.agent.features import commands_for


def _beside(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


styles, systems = _beside("styles"), _beside("systems")

CASES = [
    pytest.param(title, text, request, wanted, id=f"{number}-{title}-{'-'.join(map(str, request))}")
    for number, (title, text, requests) in enumerate(styles.STYLES + systems.SYSTEMS)
    for request, wanted in requests.items()
]


@pytest.mark.parametrize(("title", "text", "request_", "wanted"), CASES)
def test_a_request_becomes_the_command_that_the_description_asks_for(title, text, request_, wanted):
    found = commands_for(styles.thing_of(title, text), *request_)
    if isinstance(wanted, str):
        assert isinstance(found, Problem), found
        assert found.reason == wanted
        return
    assert not isinstance(found, Problem), found
    sent = {command.name + ("()" if command.kind == "action" else ""): command.input for command in found}
    assert sent == {
        name: pytest.approx(value, abs=0.06) if isinstance(value, float) else value for name, value in wanted.items()
    }
