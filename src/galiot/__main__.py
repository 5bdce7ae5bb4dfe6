"""`python -m galiot` is the command `galiot`."""

from __future__ import annotations

import sys

from galiot.cli import main

sys.exit(main())
