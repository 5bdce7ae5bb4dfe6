"""The same devices as different people describe them, and what plain requests must become.

One row: title, affordances in a short form, requests. `on: bool` is a property that can be read and written, `temp:
number 5..30 C ro` a sensed one, `cmd: A|B|C wo` one that can only be written, `lock()` an action, `fade({level: int
0..100})` an action with an input; `# text` is a description. A request is (verb, role, value, unit) -> commands as
{name: value} for properties and {name(): input} for actions, or the reason why there are none.
"""

from __future__ import annotations

import re
from typing import Any

from galiot.agent.thing import Thing
from galiot.agent.things import read_thing

NOTHING: Any = None
Row = tuple[str, str, dict[tuple[Any, ...], dict[str, Any] | str]]

STYLES: list[Row] = [
    # lights
    ("Lamp", "on: bool; brightness: int 0..100 %",
     {("turn on",): {"on": True}, ("turn off",): {"on": False}, ("set", "brightness", 50, "%"): {"brightness": 50}}),
    ("Lamp", "power: ON|OFF; level: int 0..254",
     {("turn on",): {"power": "ON"}, ("set", "brightness", 50, "%"): {"level": 127},
      ("set", "brightness", 50): {"level": 127}}),
    ("Ceiling light", "state: on|off; bri: int 0..255",
     {("turn off",): {"state": "off"}, ("set", "brightness", 100, "%"): {"bri": 255}}),
    ("Light", "isOn: bool; dimLevel: number 0..1",
     {("turn on",): {"isOn": True}, ("set", "brightness", 50, "%"): {"dimLevel": 0.5},
      ("set", "brightness", 25): {"dimLevel": 0.25}}),
    ("Light", "turnOn(); turnOff(); setBrightness({brightness: int 0..100!})",
     {("turn on",): {"turnOn()": NOTHING}, ("turn off",): {"turnOff()": NOTHING},
      ("set", "brightness", 50): {"setBrightness()": {"brightness": 50}}}),
    ("Light", "status: bool ro; turn_on(); turn_off(); dimmer: int 0..100",
     {("turn on",): {"turn_on()": NOTHING}, ("set", "brightness", 50): {"dimmer": 50}}),
    ("Bulb", "onoff: int 0..1; dim(int 0..100)",
     {("turn on",): {"onoff": 1}, ("turn off",): {"onoff": 0}, ("set", "brightness", 50): {"dim()": 50}}),
    ("Bulb", "switch: bool; colorTemperature: int 153..500 mired; color: string",
     {("set", "color temperature", "warm"): {"colorTemperature": 370}, ("set", "color", "red"): {"color": "#ff0000"}}),
    ("Bulb", "switchState: on|off; ct: int 2000..6500 K; rgb: {r: int 0..255, g: int 0..255, b: int 0..255}",
     {("set", "color temperature", 4000, "K"): {"ct": 4000},
      ("set", "color", "blue"): {"rgb": {"r": 0, "g": 0, "b": 255}}}),
    ("Lamp", "light: {on: bool, brightness: int 0..100}",
     {("turn on",): {"light": {"on": True}}, ("set", "brightness", 50): {"light": {"brightness": 50}}}),
    ("Stehlampe", "ein: bool; helligkeit: int 0..100",
     {("turn on",): {"ein": True}, ("set", "brightness", 50): {"helligkeit": 50}}),
    ("Desk lamp", "lampState: bool; intensity: number 0..100",
     {("turn on",): {"lampState": True}, ("set", "brightness", 50): {"intensity": 50}}),
    ("Strip", "brightness: int 0..100", {("turn on",): {"brightness": 100}, ("turn off",): {"brightness": 0}}),
    ("Light", "power(bool); brightness: int 0..100",
     {("turn on",): {"power()": True}, ("turn off",): {"power()": False}}),
    ("Light", "setPower({on: bool!}); setColor({hue: number 0..360!, saturation: number 0..100!})",
     {("turn on",): {"setPower()": {"on": True}},
      ("set", "color", "green"): {"setColor()": {"hue": 120, "saturation": 100}}}),
    ("Lamp", "enabled: bool; brightness_level: low|medium|high",
     {("turn on",): {"enabled": True}, ("set", "brightness", "high"): {"brightness_level": "high"},
      ("set", "brightness", 50, "%"): {"brightness_level": "medium"}}),
    ("Lamp", "toggle(); on: bool ro", {("toggle",): {"toggle()": NOTHING}}),
    ("Hallway Light", "hallwayLight: bool", {("turn on",): {"hallwayLight": True}}),
    ("Light", "fadeTo({level: int 0..100!, seconds: number}); on: bool",
     {("set", "brightness", 50): {"fadeTo()": {"level": 50}}}),
    ("Light", "on: bool; increaseBrightness(); decreaseBrightness()",
     {("raise", "brightness"): {"increaseBrightness()": NOTHING},
      ("lower", "brightness"): {"decreaseBrightness()": NOTHING}}),
    # plugs and switches
    ("Coffee plug", "relay: bool; power: number ro W", {("turn on",): {"relay": True}}),
    ("Heater plug", "outlet: on|off; energy: number ro kWh", {("turn off",): {"outlet": "off"}}),
    ("Smart plug", "OnOff: bool", {("turn on",): {"OnOff": True}}),
    ("Socket", "power_state: standby|on",
     {("turn on",): {"power_state": "on"}, ("turn off",): {"power_state": "standby"}}),
    ("Double switch", "state_left: ON|OFF; state_right: ON|OFF",
     {("turn on",): {"state_left": "ON", "state_right": "ON"}, ("turn on", "left"): {"state_left": "ON"}}),
    # locks
    ("Front door", "locked: bool", {("lock",): {"locked": True}, ("unlock",): {"locked": False}}),
    ("Front door", "lockState: LOCKED|UNLOCKED ro; lock(); unlock()",
     {("lock",): {"lock()": NOTHING}, ("unlock",): {"unlock()": NOTHING}}),
    ("Back door lock", "state: LOCK|UNLOCK", {("lock",): {"state": "LOCK"}, ("unlock",): {"state": "UNLOCK"}}),
    ("Smart lock", "status: locked|unlocked|jammed ro; lockDoor(); unlockDoor()", {("lock",): {"lockDoor()": NOTHING}}),
    ("Door lock", "setLockState({state: locked|unlocked !})", {("lock",): {"setLockState()": {"state": "locked"}}}),
    ("Gate lock", "unlocked: bool", {("lock",): {"unlocked": False}}),
    ("Deadbolt", "bolt: locked|unlocked", {("unlock",): {"bolt": "unlocked"}}),
    # covers
    ("Blind", "position: int 0..100",
     {("open",): {"position": 100}, ("close",): {"position": 0}, ("set", "position", 30): {"position": 30}}),
    ("Blinds", "openness: number 0..1; stop()",
     {("open",): {"openness": 1}, ("stop",): {"stop()": NOTHING}, ("set", "position", 50, "%"): {"openness": 0.5}}),
    ("Garage door", "doorState: open|closed|opening|closing ro; open(); close()",
     {("open",): {"open()": NOTHING}, ("close",): {"close()": NOTHING}}),
    ("Garage door", "isOpen: bool", {("open",): {"isOpen": True}, ("close",): {"isOpen": False}}),
    ("Shutter", "command: UP|DOWN|STOP wo; state: open|closed ro",
     {("open",): {"command": "UP"}, ("close",): {"command": "DOWN"}, ("stop",): {"command": "STOP"}}),
    ("Shutter", "cmd: OPEN|CLOSE|STOP wo; pos: int 0..100 ro",
     {("open",): {"cmd": "OPEN"}, ("stop",): {"cmd": "STOP"}}),
    ("Curtain", "openCover(); closeCover(); setPosition({position: int 0..100!})",
     {("open",): {"openCover()": NOTHING}, ("set", "position", 40): {"setPosition()": {"position": 40}}}),
    ("Awning", "extend(); retract(); position: int 0..100 # 0 = open, 100 = closed",
     {("close",): {"position": 100}, ("open",): {"position": 0}}),
    ("Roller", "moveUp(); moveDown(); halt()",
     {("open",): {"moveUp()": NOTHING}, ("close",): {"moveDown()": NOTHING}, ("stop",): {"halt()": NOTHING}}),
    ("Gate", "gate: open|closed", {("open",): {"gate": "open"}}),
    ("Window", "window_position: int 0..100", {("open",): {"window_position": 100}}),
    # valves, watering
    ("Water valve", "valvePosition: int 0..100", {("close",): {"valvePosition": 0}}),
    ("Main valve", "valve: open|closed", {("close",): {"valve": "closed"}}),
    ("Garden valve", "open: bool", {("open",): {"open": True}, ("close",): {"open": False}}),
    ("Sprinkler", "start(); stop(); status: string ro",
     {("turn on",): {"start()": NOTHING}, ("turn off",): {"stop()": NOTHING}, ("start",): {"start()": NOTHING}}),
    ("Sprinkler", "on: bool", {("turn on",): {"on": True}, ("start",): {"on": True}, ("stop",): {"on": False}}),
    ("Irrigation", "watering: bool; duration: int 0..60 min",
     {("start",): {"watering": True}, ("turn off",): {"watering": False}}),
    # climate
    ("Thermostat", "temperature: number ro C; targetTemperature: number 5..30 C",
     {("set", "target temperature", 21): {"targetTemperature": 21},
      ("set", "target temperature", 70, "F"): {"targetTemperature": 21.1}}),
    ("Thermostat", "current_temperature: number ro; target_temperature: number 7..35; hvac_mode: off|heat|cool|auto",
     {("set", "target temperature", 20.5): {"target_temperature": 20.5}, ("turn off",): {"hvac_mode": "off"},
      ("set", "mode", "heat"): {"hvac_mode": "heat"}}),
    ("Thermostat", "temperature: number 5..30",
     {("set", "target temperature", 22): {"temperature": 22}, ("set", "temperature", 22): {"temperature": 22}}),
    ("Thermostat", "setpoint: number 10..30; mode: HEATING|COOLING|OFF",
     {("set", "temperature", 22): {"setpoint": 22}, ("set", "mode", "cool"): {"mode": "COOLING"}}),
    ("Thermostat", "setTemperature(number 5..35); temperature: number ro",
     {("set", "target temperature", 22): {"setTemperature()": 22}}),
    ("Thermostat", "set_temperature({temperature: number 45..95 F!, hvac_mode: heat|cool}); temperature: number ro F",
     {("set", "target temperature", 72, "F"): {"set_temperature()": {"temperature": 72}},
      ("set", "target temperature", 20, "C"): {"set_temperature()": {"temperature": 68}}}),
    ("Radiator",
     "occupied_heating_setpoint: number 5..30 step 0.5; local_temperature: number ro; system_mode: off|auto|heat",
     {("set", "temperature", 21.5): {"occupied_heating_setpoint": 21.5}, ("turn off",): {"system_mode": "off"}}),
    ("AC", "power: bool; desiredTemp: number 16..30; fanSpeed: auto|low|high; workMode: cool|heat|dry|fan",
     {("turn on",): {"power": True}, ("set", "temperature", 24): {"desiredTemp": 24},
      ("set", "fan speed", "low"): {"fanSpeed": "low"}, ("set", "mode", "dry"): {"workMode": "dry"}}),
    # fans
    ("Fan", "on: bool; speed: int 0..100", {("turn on",): {"on": True}, ("set", "fan speed", 50, "%"): {"speed": 50}}),
    ("Fan", "fan_mode: off|low|medium|high",
     {("turn off",): {"fan_mode": "off"}, ("set", "fan speed", "high"): {"fan_mode": "high"},
      ("set", "fan speed", 50, "%"): {"fan_mode": "medium"}}),
    ("Ceiling fan", "percentage: int 0..100; oscillate: bool",
     {("set", "fan speed", 50, "%"): {"percentage": 50}, ("turn off",): {"percentage": 0}}),
    ("Fan", "power: on|off; speedLevel: int 1..3",
     {("set", "fan speed", 3): {"speedLevel": 3}, ("set", "fan speed", 100, "%"): {"speedLevel": 3}}),
    # media
    ("TV", "power: bool; volume: int 0..100; mute: bool; source: HDMI1|HDMI2|Netflix",
     {("turn on",): {"power": True}, ("set", "volume", 30, "%"): {"volume": 30}, ("mute",): {"mute": True},
      ("set", "source", "netflix"): {"source": "Netflix"}, ("set", "source", "hdmi 2"): {"source": "HDMI2"}}),
    ("Speaker",
     "playbackState: PLAYING|PAUSED|STOPPED ro; play(); pause(); stop(); next(); previous(); volume: number 0..1",
     {("pause",): {"pause()": NOTHING}, ("resume",): {"play()": NOTHING}, ("next",): {"next()": NOTHING},
      ("set", "volume", 30, "%"): {"volume": 0.3}, ("stop",): {"stop()": NOTHING}}),
    ("Speaker", "playback: play|pause|stop; volumeLevel: int 0..100",
     {("pause",): {"playback": "pause"}, ("resume",): {"playback": "play"}, ("play",): {"playback": "play"}}),
    ("Speaker", "playing: bool; muted: bool; audioVolume: int 0..50",
     {("pause",): {"playing": False}, ("play",): {"playing": True}, ("set", "volume", 50, "%"): {"audioVolume": 25},
      ("unmute",): {"muted": False}}),
    ("Media player",
     "media_play(); media_pause(); media_next_track(); volume_set({volume_level: number 0..1!}); volume_up(); "
     "volume_mute({is_volume_muted: bool!})",
     {("pause",): {"media_pause()": NOTHING}, ("next",): {"media_next_track()": NOTHING},
      ("set", "volume", 40, "%"): {"volume_set()": {"volume_level": 0.4}},
      ("raise", "volume"): {"volume_up()": NOTHING}, ("mute",): {"volume_mute()": {"is_volume_muted": True}}}),
    ("Radio", "state: playing|paused|off", {("pause",): {"state": "paused"}, ("play",): {"state": "playing"}}),
    ("TV", "status: on|off|standby; setVolume({level: int 0..100!}); channelUp(); channel: int 1..999",
     {("turn on",): {"status": "on"}, ("set", "volume", 20): {"setVolume()": {"level": 20}},
      ("set", "channel", 7): {"channel": 7}, ("next",): {"channelUp()": NOTHING}}),
    # robots
    ("Vacuum", "start(); pause(); dock(); state: cleaning|docked|paused|returning ro",
     {("start",): {"start()": NOTHING}, ("dock",): {"dock()": NOTHING}, ("pause",): {"pause()": NOTHING},
      ("turn on",): {"start()": NOTHING}}),
    ("Robot vacuum", "startCleaning(); returnToBase(); stopCleaning()",
     {("start",): {"startCleaning()": NOTHING}, ("dock",): {"returnToBase()": NOTHING},
      ("stop",): {"stopCleaning()": NOTHING}}),
    ("Roomba", "command: start|stop|pause|return_to_base|locate wo",
     {("start",): {"command": "start"}, ("dock",): {"command": "return_to_base"}, ("pause",): {"command": "pause"}}),
    ("Vacuum", "cleaning: bool", {("start",): {"cleaning": True}, ("stop",): {"cleaning": False}}),
    ("Lawn mower", "start_mowing(); dock(); pause()",
     {("start",): {"start_mowing()": NOTHING}, ("dock",): {"dock()": NOTHING}, ("pause",): {"pause()": NOTHING}}),
    # appliances, alarm, others
    ("Washer", "start(); pause(); stop(); program: cotton|wool|rinse; state: idle|running|done ro",
     {("start",): {"start()": NOTHING}, ("stop",): {"stop()": NOTHING},
      ("set", "program", "wool"): {"program": "wool"}}),
    ("Coffee machine", "brew({size: small|large}); on: bool",
     {("turn on",): {"on": True}, ("run", "brew"): {"brew()": {}},
      ("run", "brew", "large"): {"brew()": {"size": "large"}}}),
    ("Oven", "targetTemperature: int 50..250 C; on: bool; temperature: number ro",
     {("set", "temperature", 180): {"targetTemperature": 180}, ("turn off",): {"on": False}}),
    ("Alarm", "armed: bool", {("arm",): {"armed": True}, ("disarm",): {"armed": False}}),
    ("Alarm panel", "state: disarmed|armed_home|armed_away ro; arm_home(); arm_away(); disarm()",
     {("arm",): {"arm_away()": NOTHING}, ("disarm",): {"disarm()": NOTHING},
      ("arm", None, "home"): {"arm_home()": NOTHING}}),
    ("Alarm", "mode: off|home|away",
     {("arm",): {"mode": "away"}, ("disarm",): {"mode": "off"}, ("arm", None, "home"): {"mode": "home"}}),
    ("Humidifier", "on: bool; targetHumidity: int 30..80; humidity: int ro",
     {("set", "target humidity", 50, "%"): {"targetHumidity": 50}, ("set", "humidity", 50): {"targetHumidity": 50}}),
    ("Garage door", "door: OPEN|CLOSE|STOP wo; contact: bool ro", {("open",): {"door": "OPEN"}}),
    ("Pet feeder", "feed()", {("run", "feed"): {"feed()": NOTHING}}),
    ("Doorbell", "ring(); battery: int ro", {("run", "ring"): {"ring()": NOTHING}}),
    # a name that is another's, a range of a few, a part of the way
    ("TV", "status: bool; pause(); resume()",
     {("pause",): {"pause()": NOTHING}, ("resume",): {"resume()": NOTHING}, ("play",): {"resume()": NOTHING},
      ("turn off",): {"status": False}}),
    ("Roof window", "opening: int 0..100 ro; open(); close(); moveTo({percent: int 0..100!})",
     {("set", "position", 30): {"moveTo()": {"percent": 30}}, ("open",): {"open()": NOTHING},
      ("close",): {"close()": NOTHING}, ("set", "position", "half"): {"moveTo()": {"percent": 50}},
      ("set", "position", 130): "out of range"}),
    ("Skylight", "open(); close(); moveTo(int 0..100)", {("set", "position", 30): {"moveTo()": 30}}),
    ("Heated blanket", "on: bool; warmth: int 0..3",
     {("set", "warmth", 3): {"warmth": 3}, ("set", "heat level", 2): {"warmth": 2},
      ("set", "color temperature", 1): {"warmth": 1}, ("set", "warmth", 5): "out of range",
      ("turn off",): {"on": False}, ("set", "temperature", 30): "absent attribute"}),
    ("Infrared heater", "warmth: int 0..3",
     {("turn off",): {"warmth": 0}, ("turn on",): {"warmth": 2}, ("set", "heat level", 50, "%"): {"warmth": 2}}),
    ("Bulb", "on: bool; warmth: int 0..100", {("set", "color temperature", 50, "%"): {"warmth": 50}}),
    ("Ventilation", "stage: int 0..3",
     {("set", "fan speed", 2): {"stage": 2}, ("set", "stage", 3): {"stage": 3}, ("turn off",): {"stage": 0},
      ("set", "fan speed", 4): "out of range"}),
    ("Fan", "fanSpeed: int 0..4",
     {("set", "fan speed", 3): {"fanSpeed": 3}, ("set", "fan speed", 12): "out of range",
      ("set", "fan speed", 50, "%"): {"fanSpeed": 2}}),
    ("Printer", "state: idle|printing|paused ro; pausePrint(); resumePrint(); cancelPrint()",
     {("pause",): {"pausePrint()": NOTHING}, ("resume",): {"resumePrint()": NOTHING},
      ("stop",): {"cancelPrint()": NOTHING}}),
    ("Alarm panel", "armAway(); armStay(); disarm()",
     {("arm",): {"armAway()": NOTHING}, ("arm", None, "away"): {"armAway()": NOTHING},
      ("arm", None, "stay"): {"armStay()": NOTHING}, ("arm", None, "home"): {"armStay()": NOTHING},
      ("set", "alarm", "away"): {"armAway()": NOTHING}, ("arm", None, "night"): "absent attribute"}),
    ("Water valve", "open: bool",
     {("open",): {"open": True}, ("set", "position", 100): {"open": True}, ("set", "position", 30): "absent attribute",
      ("set", "position", "half"): "absent attribute"}),
    ("Sprinkler", "valveOpen: bool",
     {("turn on",): {"valveOpen": True}, ("start",): {"valveOpen": True}, ("stop",): {"valveOpen": False},
      ("set", "position", 30, "%"): "absent attribute"}),
    ("Gate", "door: OPEN|CLOSE|STOP", {("set", "position", 30): "absent attribute", ("open",): {"door": "OPEN"}}),
    ("Thermostat", "thermostatFanMode: auto|on|circulate; thermostatMode: off|heat|cool",
     {("set", "fan mode", "circulate"): {"thermostatFanMode": "circulate"},
      ("set", "mode", "heat"): {"thermostatMode": "heat"}, ("set", "mode", "circulate"): "out of range"}),
    ("Thermostat", "fan_mode: low|medium|high; hvac_mode: off|heat",
     {("set", "fan mode", "low"): {"fan_mode": "low"}, ("set", "fan speed", "high"): {"fan_mode": "high"}}),
]  # fmt: skip


def thing_of(title: str, text: str) -> Thing:
    """Return the thing that the short form describes."""
    text, _, described = text.partition("#")
    title, *types = title.split(" @")
    description: dict[str, Any] = {"title": title, "id": "urn:it", "@type": types, "properties": {}, "actions": {}}
    for part in _split(text, ";"):
        part, *typed = part.split(" @")
        if match := re.fullmatch(r"(\w+)\((.*)\)", part):
            description["actions"][match[1]] = {"input": _schema(match[2])} if match[2] else {}
            description["actions"][match[1]]["@type"] = typed
        else:
            name, _, rest = part.partition(":")
            words = rest.split()
            flags = {
                "readOnly": "ro" in words,
                "writeOnly": "wo" in words,
                "description": described.strip(),
                "@type": typed,
            }
            rest = re.sub(r"\b(ro|wo)\b", "", rest)
            description["properties"][name.strip()] = {**_schema(rest), **flags}
    return read_thing(description)


def _split(text: str, at: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for letter in text:
        depth += (letter in "({") - (letter in ")}")
        if letter == at and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [part.strip() for part in [*parts, current] if part.strip()]


def _schema(text: str) -> dict[str, Any]:
    text = text.strip()
    if text.startswith("{"):
        parts = [part.split(":", 1) for part in _split(text[1:-1], ",")]
        required = [name.strip() for name, rest in parts if rest.endswith("!")]
        return {
            "type": "object",
            "properties": {name.strip(): _schema(rest.rstrip("!")) for name, rest in parts},
            "required": required,
        }
    if "|" in text:
        return {"type": "string", "enum": [choice.strip() for choice in text.split("|")]}
    words = text.split()
    schema: dict[str, Any] = {"type": {"int": "integer", "bool": "boolean"}.get(words[0], words[0])}
    for word in words[1:]:
        if ".." in word:
            low, high = word.split("..")
            schema |= {"minimum": float(low), "maximum": float(high)}
        elif "step" in words and word == words[-1]:
            schema["multipleOf"] = float(word)
        elif word != "step":
            schema["unit"] = word
    return schema
