"""galiot probe"""

from __future__ import annotations

from typing import TYPE_CHECKING

from galiot.cli import terminal
from galiot.cli.settings import Output

if TYPE_CHECKING:
    from galiot.bench.probe import Probe


def main(*, options: Output = Output()) -> None:
    """Measure this device: cores, instruction sets, memory, its bandwidth, storage."""
    from galiot.bench.probe import probe

    found = probe()
    if options.json:
        terminal.print_json(found.to_json())
    else:
        _show(found)


def _show(found: Probe) -> None:
    cores, memory, size = found.cores, found.memory, terminal.size
    pairs = {
        "system": f"{found.system}, {found.machine}, Python {found.python}",
        "processor": f"{cores.model or 'not named'}: {cores.logical} cores, {cores.usable:g} of them usable",
        "instructions": " ".join(found.instruction_sets) or "unknown",
        "ggml": f"{found.ggml}, built with {' '.join(found.ggml_built_with)}" if found.ggml else "not usable",
        "memory": f"{size(memory.total_bytes)}, {size(memory.available_bytes)} free"
        + (f", limited to {size(memory.limit_bytes)}" if memory.limit_bytes else ""),
    }
    if speed := found.bandwidth:
        pairs["bandwidth"] = f"{speed.one_thread_bytes_per_s / 1e9:.1f} GB/s with one thread"
        pairs["bandwidth"] += f", {speed.all_threads_bytes_per_s / 1e9:.1f} GB/s with {speed.threads}"
    if disk := found.storage:
        pairs["storage"] = f"{disk.read_bytes_per_s / 1e6:.0f} MB/s, read from {disk.folder}"
    if found.temperatures_c:
        pairs["temperatures"] = ", ".join(f"{name} {value:.0f} °C" for name, value in found.temperatures_c.items())
    terminal.print_pairs(pairs)
    for name, reason in found.unknown.items():
        terminal.say(f"not known, {name}: {reason}")
