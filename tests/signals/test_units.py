from __future__ import annotations

import pytest

from galiot.signals.units import split_header

HEADERS = {
    "Water flow [l/s]": ("Water flow", "l/s"),
    "temp (°C)": ("temp", "°C"),
    "power_w": ("power", "W"),
    "Temperature_C": ("Temperature", "°C"),
    "temp_degC": ("temp", "°C"),
    "T / °C": ("T", "°C"),
    "Humidity, %": ("Humidity", "%"),
    "battery_mv": ("battery", "mV"),
    "flow_l_s": ("flow", "l/s"),
    "Power MW": ("Power", "MW"),
    "sensor_a": ("sensor_a", ""),
    "a, b": ("a, b", ""),
    "acc_x": ("acc_x", ""),
    "relay (left side of the house)": ("relay (left side of the house)", ""),
    "CO2": ("CO2", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_is_taken_apart_only_where_a_unit_is_meant(header):
    assert split_header(header) == HEADERS[header]
