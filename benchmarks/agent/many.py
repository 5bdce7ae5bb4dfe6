"""What a large home costs before its first sentence: 1,000 devices found over real MQTT.

`python benchmarks/agent/many.py [--devices 1000] [--out DIR]`

A broker in a process of its own holds half of the devices as one list of Zigbee2MQTT, half as topics of Home
Assistant's discovery, all retained. Measured are the time until the agent knows all of them, what they add to its
memory, and what the first sentence takes to its plan, by rules.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiomqtt

from galiot.agent import Agent, AgentConfig
from galiot.agent.demo import Broker
from galiot.files import atomic_write
from galiot.record import Record

_ROOM = 4  # devices of a room


def zigbee(number: int) -> dict[str, Any]:
    """Return a dimmable lamp as Zigbee2MQTT lists it."""
    features = [
        {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"},
        {"type": "numeric", "name": "brightness", "property": "brightness", "access": 7, "value_min": 0,
         "value_max": 254},
    ]  # fmt: skip
    definition = {
        "model": "L1",
        "vendor": "Made",
        "description": "Lamp",
        "exposes": [{"type": "light", "features": features}],
    }
    name = f"room {number // _ROOM} lamp {number % _ROOM}"
    return {"ieee_address": f"0x{number:016x}", "type": "Router", "supported": True, "disabled": False,
            "interview_completed": True, "friendly_name": name, "definition": definition}  # fmt: skip


def plug(number: int) -> dict[str, Any]:
    """Return a plug as Home Assistant's discovery has it."""
    base = f"made/{number}"
    return {"name": "Plug", "unique_id": f"plug{number}", "command_topic": f"{base}/set", "state_topic": base,
            "device": {"identifiers": [base], "name": f"Room {number // _ROOM} plug {number % _ROOM}"}}  # fmt: skip


async def serve(devices: int) -> None:
    """Hold the devices until the input ends; print the address."""
    async with Broker() as broker:
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            lamps = json.dumps([zigbee(number) for number in range(devices // 2)])
            await client.publish("zigbee2mqtt/bridge/devices", lamps, retain=True, qos=1)
            for number in range(devices // 2, devices):
                topic = f"homeassistant/switch/plug{number}/config"
                await client.publish(topic, json.dumps(plug(number)), retain=True, qos=1)
        print(broker.address, flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def measure(address: str) -> dict[str, Any]:
    """Return seconds, MiB and what was found."""
    before = resident_mib()
    began = time.perf_counter()
    agent = await Agent.open(address, AgentConfig(simulate=True, model=None))
    known_s = time.perf_counter() - began
    after = resident_mib()
    answer = await agent.ask("turn on room 7 lamp 2", plan_only=True)
    again = await agent.ask("turn off room 100 lamp 1", plan_only=True)
    await agent.close()
    return {
        "things": len(agent.home),
        "known_s": round(known_s, 3),
        "added_mib": round(after - before, 1),
        "first_plan_s": round(answer.spent["plan_seconds"], 4),
        "next_plan_s": round(again.spent["plan_seconds"], 4),
        "plan": answer.plan_text,
    }


def resident_mib() -> float:
    """Return the memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def main() -> None:
    """Measure and write a record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--serve", action="store_true", help="hold the devices: what this program starts beside itself")
    parser.add_argument("--out", type=Path, default=Path("build/records"))
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.devices))
        return
    command = [sys.executable, __file__, "--serve", "--devices", str(options.devices)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as broker:
        assert broker.stdout is not None
        figures = asyncio.run(measure(broker.stdout.readline().strip()))
        broker.communicate()
    settings = {"devices": options.devices}
    record = Record(
        task="agent-many", model="rules alone", model_sha256="", settings=settings, figures=figures, seed=None
    )
    options.out.mkdir(parents=True, exist_ok=True)
    with atomic_write(options.out / "agent-many.json") as file:
        file.write(json.dumps(record.to_json(), indent=1).encode())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
