"""The command `galiot`: one verb, one file; this one calls the verb and turns what goes wrong into one line."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence

from galiot.errors import GaliotError

INTERRUPTED, PIPE_CLOSED = 130, 141  # 128 and the signal's number, as a shell says it
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 the work failed, 2 the request was wrong.

    argv: the arguments after the program's name; None: those of this process
    """
    # Not list(...): the verb of that name is a module of this package and takes the name once it is loaded.
    arguments = [*(sys.argv[1:] if argv is None else argv)]
    _prepare_streams()
    # read when numpy is imported: the idle threads of its linear algebra would spin on the processors that ggml needs
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except GaliotError as error:
        return _complain(str(error), error.exit_status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL and not error.filename:
            _drop_output()
            return _complain(f"the output cannot be written: {error.strerror}", status=1)
        if "--verbose" in arguments:
            import traceback

            traceback.print_exc()
        kind = type(error).__name__
        return _complain(f"internal error, {kind}: {error}; run with --verbose for the traceback", status=1)


def _run(arguments: Sequence[str]) -> int:
    if [*arguments] == ["--version"]:
        from galiot import __version__

        print(__version__)
        return 0
    from galiot.cli.app import call

    return call(arguments)


def _prepare_streams() -> None:
    """Put something in the place of streams that are closed, and '?' in that of signs that they cannot take."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (open for good)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Let what is left go nowhere, else the interpreter complains when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _complain(message: str, status: int) -> int:
    print("galiot: " + " ".join(message.split()), file=sys.stderr, flush=True)
    return status
