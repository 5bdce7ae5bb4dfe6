"""Recipes: how a sense is made, as TOML - which files, which columns, who is kept apart, what is learned, from what.

A folder of your own is a new TOML and no new code; the shipped recipes show each layout.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from galiot.errors import ConfigError, FileError, RequestError

SHIPPED = Path(__file__).parent / "recipes"
Layout = Literal["table", "folder", "arrays", "rows", "matrices", "synthetic"]


class DataRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where records, persons and labels are.

    layout: "table": an index with a row for each file; "folder": one file a recording, person and label in its path;
        "arrays": one NPZ with all recordings one after another; "rows": long tables with the label in a column;
        "matrices": one text file a channel with a window in each line (as UCI HAR has it); "synthetic": `records`
        series that are made from `seed`, each of one channel, of which everything is known
    files: name of the index, pattern of paths, or name of the archive
    path: for "folder" and "rows": regular expression of the path with the groups person, label, record
    file_column, suffix: of an index: the column with the path, and what is to be added to it
    person, fold, site, label: columns, or names of arrays; numbers count from 0 where files have no header
    label_style: "word": one label; "list": several with separators; "dictionary": labels are the keys
    values: columns of the channels, in their order; empty: all of the file
    names: table of meanings beside an index; array of labels in an archive; for "rows" the channels, blanks between
    classes: what the labels mean, where they are numbers or have longer names
    offsets, rate_hz, separator, header: of archives and tables without times
    ignore: labels that mean nothing; questions: JSON lines with questions, answers and the numbers of recordings
    """

    layout: Layout
    files: str = ""
    path: str = ""
    file_column: str = ""
    suffix: str = ""
    person: str = ""
    fold: str = ""
    site: str = ""
    label: str = ""
    label_style: Literal["word", "list", "dictionary"] = "word"
    values: tuple[str | int, ...] = ()
    offsets: str = ""
    rate_hz: float = 0.0
    separator: str = ","
    header: bool = True
    names: str = ""
    classes: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    questions: str = ""
    records: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.layout == "synthetic" and self.records < 1:
            raise ValueError("data.records says how many series are made: give 1 or more")
        if self.layout != "synthetic" and not self.files:
            raise ValueError("data.files is missing: name the index, the pattern of paths or the archive")


class LabelRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sense is to say.

    kind: statements are true or not one by one; of classes one is
    at_least: records that a code needs to become a label of its own
    groups: wider labels that are always there, code -> name; `group_column` of the table `names` says what belongs
    synonyms: what else people call a label
    """

    kind: Literal["statement", "class"] = "class"
    at_least: int = 1
    groups: dict[str, str] = {}
    group_column: str = ""
    name_column: str = ""
    rename: dict[str, str] = {}
    synonyms: dict[str, tuple[str, ...]] = {}


class SplitRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is kept apart.

    test: values of the fold (or persons) that are never trained on
    folds: parts into which persons are divided for scores out of fold; 0: those of the fold column, or each person
    """

    test: tuple[str, ...] = ()
    folds: int = 0


class AugmentRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How training records are varied; 0 or nothing leaves a thing out.

    copies: varied copies of each record that trees see beside the record itself
    gain: factors (low, high); snr_db: range of noise; hum: (low, high) height in mV at 45 to 50 Hz; wander: likewise
    lost: at most so many channels are taken away
    mirror: channels whose sign turns on the other side of the body
    turn_deg: standard deviation of a turn of all vectors, in degrees
    stretch: standard deviation of a change of speed, as a part of it
    """

    copies: int = 0
    gain: tuple[float, float] = (1.0, 1.0)
    snr_db: tuple[float, float] | None = None
    hum: tuple[float, float] = (0.0, 0.0)
    wander: tuple[float, float] = (0.0, 0.0)
    lost: int = 0
    mirror: tuple[str, ...] = ()
    turn_deg: float = 0.0
    stretch: float = 0.0


class ForestRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Extremely randomized trees over measured features.

    trees: of the forest of a group, or of the one forest for all classes
    code_trees: of the forest of each single code; 0: they are left to one forest for all labels together
    views: sets of features by name, each a list of regular expressions that have to fit whole names; "all" is there
    about: label -> views that its trees are shared out among, as an expert looks at some places only; "a + b" is what
        either holds; without: "all"
    """

    trees: int = 200
    code_trees: int = 0
    code_share: float = 0.3
    leaf: int = 2
    share: float = 0.1
    """Of the features that a node tries."""
    view_share: float = 0.5
    """The same where a tree sees a view only."""
    views: dict[str, tuple[str, ...]] = {}
    about: dict[str, tuple[str, ...]] = {}

    def __post_init__(self) -> None:
        """Refuse views that nobody described, and patterns that are none."""
        for pattern in (pattern for patterns in self.views.values() for pattern in patterns):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"forest.views: {pattern!r} is no pattern: {error}") from None
        named = {part.strip() for views in self.about.values() for view in views for part in view.split("+")}
        unknown = named - {"all", *self.views}
        if unknown:
            raise ValueError(f"forest.about names {', '.join(sorted(unknown))}, which forest.views does not have")


class LinearRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Linear discriminant analysis of measured features, for classes.

    shrinkage: of their covariance, 0 to 1
    """

    shrinkage: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0 <= self.shrinkage <= 1:
            raise ValueError(f"linear.shrinkage is {self.shrinkage:g}, expected 0 to 1")


class ConvolutionRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A residual network; `seeds` of them are trained."""

    seeds: int = 1
    folds: int = 4
    """Parts out of fold that are put together for networks, which take longer than trees."""
    passes: int = 30
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    dropout: float = 0.3
    mix: float = 0.2
    features: float = 0.3
    """Weight of learning the measured features beside the labels, whose knowledge it takes over."""
    widths: tuple[int, ...] = (32, 32, 64, 96)
    strides: tuple[int, ...] = (2, 2, 2, 2)
    kernel: int = 7
    stem_kernel: int = 9
    stem_stride: int = 2


class PatchesRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A transformer over patches of any channels.

    base: the language model whose embeddings tell it what channels are called
    samples: of a window, where recipes give no window_s: then the whole reading is one
    """

    base: str = "smollm2-135m"
    samples: int = 256
    patch: int = 16
    width: int = 64
    heads: int = 4
    layers: int = 3
    inner: int = 128
    folds: int = 4
    passes: int = 30
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02


class HeadRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How members are joined.

    judges: kinds of members whose judgement counts; none: all. A network that ranks worse than trees can still be what
        a language model attends to
    even: all judges of classes count alike, instead of as much as ranking gains by them
    prior: expected share of a label where the sense is used, where that is not its share in the data
    wrong: most records without the label of which it may be said all the same, as a share; raises its threshold
    kin: a group is judged by its codes as well, and one without codes by the other groups, which it excludes
    """

    judges: tuple[str, ...] = ()
    even: bool = False
    prior: dict[str, float] = {}
    wrong: dict[str, float] = {}
    kin: bool = False


class TextRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sense tells a language model: prompts, and the facts that a report never leaves out."""

    prompts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class LanguageRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language model learns to hear the sense, and to write about it.

    base: the model, by its name in the library or its path
    way: how the signal gets in
    rows: embeddings, or cells, of a reading
    rank, alpha, targets: of the adapter
    text, align, joint: updates of each stage; batch: texts of an update
    """

    base: str = "smollm2-135m"
    way: Literal["soft-tokens", "keys-values"] = "soft-tokens"
    rows: int = 8
    rank: int = 4
    alpha: float = 8.0
    targets: tuple[str, ...] = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    text: int = 150
    align: int = 150
    joint: int = 150
    batch: int = 8
    rate: float = 2e-3


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a sense is made."""

    name: str
    kind: str
    data: DataRecipe
    rate_hz: float = 0.0
    window_s: float = 0.0
    labels: LabelRecipe = LabelRecipe()
    split: SplitRecipe = SplitRecipe()
    augment: AugmentRecipe = AugmentRecipe()
    forest: ForestRecipe | None = None
    linear: LinearRecipe | None = None
    convolution: ConvolutionRecipe | None = None
    patches: PatchesRecipe | None = None
    head: HeadRecipe = HeadRecipe()
    text: TextRecipe = TextRecipe()
    language: LanguageRecipe | None = None
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    scaling: Literal["none", "level", "standard"] = "level"
    step_s: float = 0.0
    """From window to window in training; 0: windows do not overlap."""
    licence: str = ""
    attribution: str = ""
    notice: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.patches is None and not (self.rate_hz > 0 and self.window_s > 0):
            raise ValueError("rate_hz and window_s must be more than 0; without them only [patches] can be trained")
        if self.units and len(self.units) != len(self.channels):
            raise ValueError(f"{len(self.units)} units for {len(self.channels)} channels")
        if not any((self.forest, self.linear, self.convolution, self.patches)):
            raise ValueError("there is nothing to train: give [forest], [linear], [convolution] or [patches]")
        if self.head.even and self.labels.kind != "class":
            raise ValueError('head.even is for classes; the labels are statements: give labels.kind = "class"')
        if self.linear is not None and self.labels.kind != "class":
            raise ValueError('[linear] tells classes apart; the labels are statements: give labels.kind = "class"')


_PARTS = (
    Recipe,
    DataRecipe,
    LabelRecipe,
    SplitRecipe,
    AugmentRecipe,
    ForestRecipe,
    LinearRecipe,
    ConvolutionRecipe,
    PatchesRecipe,
    HeadRecipe,
    TextRecipe,
    LanguageRecipe,
)


def read_recipe(name_or_path: str | os.PathLike[str]) -> tuple[Recipe, str]:
    """Return a recipe and its text; a shipped one by its name.

    raises: RequestError for a name that nobody knows, FileError, ConfigError saying what is wrong in it
    """
    path = Path(name_or_path)
    if not path.suffix and (SHIPPED / f"{path}.toml").is_file():
        path = SHIPPED / f"{path}.toml"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        known = ", ".join(shipped())
        raise RequestError(f"{path}: there is no such recipe; shipped ones are {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path, f"cannot be read: {error}") from error
    return parse_recipe(text, str(path)), text


def parse_recipe(text: str, source: str = "recipe") -> Recipe:
    """Return the recipe that a TOML text describes.

    raises: ConfigError saying what is wrong in it
    """
    try:
        return msgspec.convert(tomllib.loads(text), Recipe)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: no TOML: {error}") from error
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"{source}: {_explained(str(error))}") from error


def shipped() -> list[str]:
    """Names of the recipes that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _explained(message: str) -> str:
    """Name the nearest key that is known for one that is not."""
    found = re.search(r"unknown field `(.*?)`", message)
    if not found:
        return message
    known = {name for part in _PARTS for name in part.__struct_fields__}
    near = difflib.get_close_matches(found[1], known, 1)
    return message + (f"; did you mean {near[0]}?" if near else "")
