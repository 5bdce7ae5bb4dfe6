"""What of a reading could not be used, counted while it is read and said in short sentences."""

from __future__ import annotations

from collections.abc import Callable

from galiot.signals.reading import printable


class Notes:
    """Counts of troubles with the line where each was met first.

    Sentences appear in `limits`, a list that the reading shares, whenever `publish` is called.
    """

    def __init__(self) -> None:
        self.limits: list[str] = []
        self._fixed: list[str] = []
        self._counted: dict[str, tuple[Callable[[int], str], int, int]] = {}

    def say(self, sentence: str) -> None:
        """Add a sentence that holds for the whole reading; the same one is said once."""
        if sentence not in self._fixed:
            self._fixed.append(sentence)

    def count(self, key: str, sentence: Callable[[int], str], line: int, times: int = 1) -> None:
        """Count a trouble; `sentence` gets the count, and the first line is added in brackets."""
        if times > 0:
            old = self._counted.get(key)
            self._counted[key] = (sentence, times + (old[1] if old else 0), old[2] if old else line)

    def counted(self, key: str) -> int:
        """How often a trouble was met so far."""
        return self._counted[key][1] if key in self._counted else 0

    def restart(self) -> None:
        """Forget the counts: the reading is gone through again."""
        self._counted.clear()

    def publish(self) -> None:
        """Write the sentences into `limits`, in place."""
        counted = [
            sentence(times) + (f" ({'first at ' if times > 1 else ''}line {line})" if line > 0 else "")
            for sentence, times, line in self._counted.values()
        ]
        self.limits[:] = map(printable, self._fixed + counted)


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: 1 row, 2 rows."""
    return f"{count} {one if count == 1 else many or one + 's'}"
