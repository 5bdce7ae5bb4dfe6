"""The simulated home on a terminal."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from galiot.agent.demo.devices import Device, Quality
from galiot.agent.demo.run import DemoHome, run_demo
from galiot.errors import MissingExtraError, RequestError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_USUAL_PORT = 1883


def show(home: DemoHome) -> Table:
    """Return a table of the devices and rooms as they are now."""
    from rich.table import Table

    days, second = divmod(int(home.world.seconds), 86_400)
    clock = f"day {days + 1}, {second // 3600:02}:{second // 60 % 60:02}, outside {home.world.outside_c:.1f} °C"
    table = Table(title=f"{home.address} - {clock} - {home.messages} commands", title_justify="left")
    for column in ("area", "device", "state"):
        table.add_column(column, no_wrap=column != "state")
    area = ""
    for device in sorted(home.devices, key=lambda each: each.area):
        table.add_row("" if device.area == area else _area(home, device.area), device.name, _state(device))
        area = device.area
    return table


async def show_forever(port: int = 0, *, speed: float = 60.0, seed: int = 0, console: Console | None = None) -> None:
    """Run the home and show it until SIGINT or SIGTERM; then everything is shut, and this returns.

    raises: as `run_demo` does
    """
    from rich.console import Console
    from rich.live import Live

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    async with run_demo(port, speed=speed, seed=seed) as home:
        for number in numbers:
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, stopped.set)
        console = console or Console()
        console.print(f"a home of {len(home.devices)} devices at {home.address}; stop it with Ctrl-C")
        try:
            with Live(show(home), console=console, auto_refresh=False) as live:
                while not stopped.is_set():
                    live.update(show(home), refresh=True)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.5):
                            await stopped.wait()
        finally:
            for number in numbers:
                with suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.remove_signal_handler(number)


def _area(home: DemoHome, area: str) -> str:
    room = home.world.rooms.get(area)
    if room is None:
        return area
    return f"{area} {room.temperature_c:.1f} °C" + (", window open" if room.window_open else "")


def _state(device: Device) -> str:
    told = [f"{each.name} {_value(each, device.state[each.name])}" for each in device.qualities if each.told]
    return ("" if device.online else "OFFLINE ") + ", ".join(told)


def _value(quality: Quality, value: Any) -> str:
    if quality.kind == "binary":
        word = str(quality.on if value else quality.off).lower()
        return {"true": "yes", "false": "no"}.get(word, word)
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def main(port: int | None = None, *, speed: float = 60.0, seed: int = 0, console: Console | None = None) -> int:
    """Run the home in the foreground until Ctrl-C; return the exit status.

    port: None takes 1883, where everybody looks for a broker, or a free one where that is taken
    raises: RequestError when the port that was named is taken; MissingExtraError
    """
    try:
        asyncio.run(show_forever(_USUAL_PORT if port is None else port, speed=speed, seed=seed, console=console))
    except KeyboardInterrupt:
        return 0
    except MissingExtraError:
        raise
    except RequestError:
        if port is not None:
            raise
        return main(0, speed=speed, seed=seed, console=console)
    return 0
