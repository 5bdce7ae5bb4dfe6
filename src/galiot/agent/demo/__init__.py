"""A simulated home: thirty devices over real MQTT on an embedded broker, with simple physics."""

from __future__ import annotations

from galiot.agent.demo.broker import Broker
from galiot.agent.demo.run import DemoHome, run_demo
from galiot.agent.demo.screen import main, show, show_forever

__all__ = ["Broker", "DemoHome", "main", "run_demo", "show", "show_forever"]
