"""A small home in memory for tests of the agent."""

from galiot.agent.command import UNKNOWN
from galiot.agent.home import Home
from galiot.agent.thing import Affordance, Schema, Thing

BOOL = Schema(type="boolean")
PERCENT = Schema(type="integer", minimum=0, maximum=100, unit="percent")
SETPOINT = Schema(type="number", minimum=5, maximum=30, unit="celsius")


def thing(title, area=None, *, floor=None, types=(), writable=None, readable=None, actions=(), events=(), aliases=()):
    """Build a thing: property name -> schema; actions and events by name, or as affordances."""

    def made(one, kind):
        return one if isinstance(one, Affordance) else Affordance(name=one, kind=kind)

    written = {n: Affordance(name=n, kind="property", schema=s, writable=True) for n, s in (writable or {}).items()}
    told = {n: Affordance(name=n, kind="property", schema=s) for n, s in (readable or {}).items()}
    return Thing(
        id=title.lower().replace(" ", "-") + (f"-{area.lower()}" if area else ""),
        title=title,
        area=area,
        floor=floor,
        types=types,
        aliases=aliases,
        properties=written | told,
        actions={a.name: a for a in (made(one, "action") for one in actions)},
        events={e.name: e for e in (made(one, "event") for one in events)},
    )


def home():
    """Lights, blinds, a lock, a thermostat, a sensor, a washer with events, an alarm, an oven."""
    lamp = {"on": BOOL, "brightness": PERCENT}
    measured = {"temperature": Schema(type="number", unit="celsius")}
    cycle = {"state": Schema(type="string", enum=("idle", "running", "done"))}
    return Home(
        [
            thing("Kitchen light", "Kitchen", writable=lamp),
            thing("Counter light", "Kitchen", writable=lamp),
            thing("Bedroom lamp", "Bedroom", writable=lamp),
            thing("Left blind", "Bedroom", writable={"position": PERCENT}),
            thing("Right blind", "Bedroom", writable={"position": PERCENT}),
            thing("Front door", "Hall", types=("Lock",), writable={"locked": BOOL}),
            thing("Thermostat", "Hall", writable={"targetTemperature": SETPOINT}, readable=measured),
            thing("Office sensor", "Office", types=("Sensor",), readable=measured),
            thing("Washer", "Bath", readable=cycle, actions=("start", "stop"), events=("finished",)),
            thing("Alarm", actions=("arm", "disarm")),
            thing("Oven", "Kitchen", writable={"on": BOOL}),
            thing("TV", "Lounge", writable={"on": BOOL, "volume": PERCENT}),
        ]
    )  # fmt: skip


class Known:
    """A state of what a test says: Known(kitchen_light_kitchen={"on": True}) or Known({id: {name: value}})."""

    def __init__(self, values=None, **named):
        self.values = {**(values or {}), **{id.replace("_", "-"): told for id, told in named.items()}}

    def get(self, thing_id, name):
        return self.values.get(thing_id, {}).get(name, UNKNOWN)
