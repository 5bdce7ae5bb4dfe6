"""The command `galiot`: one verb, one file; this one calls the verb and turns what goes wrong into one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from galiot.errors import GaliotError

INTERRUPTED, PIPE_CLOSED = 130, 141  # 128 and the signal's number, as a shell says it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 the work failed, 2 the request was wrong.

    argv: the arguments after the program's name; None: those of this process
    """
    # Not list(...): the verb of that name is a module of this package and takes the name once it is loaded.
    arguments = [*(sys.argv[1:] if argv is None else argv)]
    if arguments == ["--version"]:
        from galiot import __version__

        print(__version__)
        return 0
    try:
        from galiot.cli.app import call

        status = call(arguments)
        sys.stdout.flush()
        return status
    except GaliotError as error:
        return _complain(str(error), error.exit_status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else the interpreter complains when it flushes at exit
        return PIPE_CLOSED
    except Exception as error:
        if "--verbose" in arguments:
            import traceback

            traceback.print_exc()
        kind = type(error).__name__
        return _complain(f"internal error, {kind}: {error}; run with --verbose for the traceback", status=1)


def _complain(message: str, status: int) -> int:
    print("galiot: " + " ".join(message.split()), file=sys.stderr, flush=True)
    return status
