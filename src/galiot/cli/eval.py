"""galiot eval"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output, read_text

if TYPE_CHECKING:
    from galiot.bench.evaluate import Evaluation


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EvalOptions(Output):
    """Settings of `galiot eval`."""

    text: Path
    """The text to predict, UTF-8."""
    against: str | None = None
    """A reference model with the same vocabulary, such as the F32 form of the same file."""
    adapter: tuple[str, ...] = ()
    """A file that changes the model, not the reference; FILE:0.5 lets it count half. Several are added up."""
    context: int = 512
    """Tokens of one window; what comes after its middle is scored."""
    windows: int | None = None
    """Score the first so many windows only."""
    threads: int | None = None
    """Processors to use; else all that this process may."""


def main(model: str, /, *, options: EvalOptions) -> None:
    """Measure perplexity, and divergence from a reference model.

    Parameters
    ----------
    model
        A name in the local library, or the path of a GGUF file.
    """
    from galiot.bench.evaluate import evaluate
    from galiot.cli.adapters import read_adapters
    from galiot.model.model import open_model

    text = read_text(options.text)
    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    adapters = read_adapters(options.adapter, opened)
    reference = open_model(options.against) if options.against else None
    with terminal.progress("scoring", unit="tokens") as progress:
        found = evaluate(
            opened,
            text,
            adapters=adapters,
            against=reference,
            context=options.context,
            windows=options.windows,
            threads=options.threads,
            progress=progress,
        )
    if options.json:
        terminal.print_json({"model": opened.name, "against": reference and reference.name, **found.to_json()})
    else:
        _show(found)


def _show(found: Evaluation) -> None:
    windows = f"{found.windows} window{'' if found.windows == 1 else 's'}"
    pairs = {
        "perplexity": f"{found.perplexity:.4f} ± {found.perplexity_error:.4f}",
        "scored": f"{found.scored_tokens} of {found.tokens} tokens, in {windows} of {found.context}",
    }
    if apart := found.divergence:
        pairs |= {
            "reference": f"perplexity {apart.reference_perplexity:.4f}",
            "divergence": f"{apart.mean:.6f} ± {apart.error:.6f} nats, at most {apart.largest:.4f}",
            "same top token": f"{100 * apart.agreement:.2f} ± {100 * apart.agreement_error:.2f} %",
        }
    terminal.print_pairs(pairs)
