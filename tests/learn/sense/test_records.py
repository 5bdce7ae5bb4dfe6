from __future__ import annotations

import csv

import numpy as np
import pytest
from learn.sense.sets import WATCH, write_watch

from galiot.errors import FileError, RequestError
from galiot.learn.sense.labels import label_set, truth_of
from galiot.learn.sense.records import divide, hash_of, parts_of, read_records
from galiot.senses.recipe import parse_recipe, read_recipe

HEAD = 'name = "x"\nkind = "motion"\nrate_hz = 20\nwindow_s = 1\n[forest]\n[data]\n'


def write_index(folder, codes):
    """An index as PTB-XL has it; of the last record the file is missing."""
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["patient_id", "fold", "codes", "file"])
        for number, each in enumerate(codes):
            table.writerow([f"{number // 2}.0", 1 + number // 2, repr(each), f"r/{number}"])
    (folder / "codes.csv").write_text(",description,group\nNORM,normal,NORM\nIMI,inferior,MI\nAMI,anterior,MI\n")
    (folder / "r").mkdir()
    for number in range(len(codes) - 1):
        (folder / "r" / f"{number}.csv").write_text("time,I\n0,0\n0.01,1\n")


INDEX = (
    HEAD
    + """
layout = "table"
files = "index.csv"
file_column = "file"
suffix = ".csv"
person = "patient_id"
fold = "fold"
label = "codes"
label_style = "dictionary"
names = "codes.csv"
[labels]
kind = "statement"
group_column = "group"
name_column = "description"
at_least = 2
[labels.groups]
NORM = "normal ECG"
MI = "infarction"
[split]
test = ["2"]
"""
)


def test_an_index_gives_codes_persons_and_groups(tmp_path):
    write_index(tmp_path, [{"NORM": 100.0}, {"IMI": 0.0}, {"AMI": 50.0, "IMI": 50.0}, {"NORM": 1.0}])
    recipe = parse_recipe(INDEX)
    records = read_records(recipe, tmp_path)
    assert [(each.person, each.fold, sorted(each.labels)) for each in records] == [
        ("0", "1", ["NORM"]),
        ("0", "1", ["IMI"]),
        ("1", "2", ["AMI", "IMI"]),
    ]
    labels = label_set(recipe, records, tmp_path)
    assert [(label.code, label.name, label.group) for label in labels] == [
        ("NORM", "normal ECG", "NORM"),
        ("MI", "infarction", "MI"),
        ("IMI", "inferior", "MI"),
    ]
    assert truth_of(labels, records, recipe, tmp_path).astype(int).tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]


def test_what_is_kept_for_testing_shares_no_person(tmp_path):
    write_index(tmp_path, [{"NORM": 1.0}] * 5)
    recipe = parse_recipe(INDEX)
    training, test = divide(recipe, read_records(recipe, tmp_path))
    assert {each.person for each in training} == {"0"}
    assert {each.person for each in test} == {"1"}


def test_an_index_may_not_lead_out_of_its_folder(tmp_path):
    (tmp_path / "index.csv").write_text("patient_id,fold,codes,file\n0,1,{},../../etc/passwd\n")
    with pytest.raises(FileError, match="outside"):
        read_records(parse_recipe(INDEX), tmp_path)


def test_a_folder_of_ones_own_says_person_and_label_in_its_paths(tmp_path):
    write_watch(tmp_path)
    records = read_records(parse_recipe(WATCH), tmp_path)
    assert len(records) == 16
    assert {each.person for each in records} == set("abcd")
    assert {label for each in records for label in each.labels} == {"slow", "fast"}
    assert records[0].load().values.shape == (3, 200)


def test_parts_hold_whole_persons(tmp_path):
    write_watch(tmp_path)
    recipe = parse_recipe(WATCH.replace("[split]", "[split]\nfolds = 2"))
    records = read_records(recipe, tmp_path)
    parts = dict[str, set[int]]()
    for record, part in zip(records, parts_of(recipe, records), strict=True):
        parts.setdefault(record.person, set()).add(part)
    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {0, 1}


def test_long_tables_are_cut_where_person_or_label_change(tmp_path):
    rows = ["1,walk,0,1,2,3;"] * 30 + ["1,sit,0,4,5,6;"] * 20 + ["broken;"] + ["2,sit,0,7,8,9;"] * 10
    (tmp_path / "raw.txt").write_text("\n".join(rows))
    text = HEAD + 'layout = "rows"\nfiles = "raw.txt"\nheader = false\nperson = "0"\nlabel = "1"\n'
    recipe = parse_recipe(text + 'values = [3, 4, 5]\nnames = "ax ay az"\nrate_hz = 20\n')
    found = [(each.person, *each.labels, each.load().values[:, 0].tolist()) for each in read_records(recipe, tmp_path)]
    assert found == [("1", "walk", [1, 2, 3]), ("1", "sit", [4, 5, 6]), ("2", "sit", [7, 8, 9])]


def test_an_archive_holds_recordings_one_after_the_other(tmp_path):
    np.savez(
        tmp_path / "train.npz",
        x=np.arange(60.0).reshape(30, 2),
        offsets=[0, 10, 30],
        y=[1, 0],
        subject=[4, 5],
        y_labels=["A", "B"],
    )
    text = HEAD + 'layout = "arrays"\nfiles = "train.npz"\nperson = "subject"\nlabel = "y"\nvalues = ["x"]\n'
    recipe = parse_recipe(text + 'offsets = "offsets"\nrate_hz = 20\nnames = "y_labels"\n')
    first, second = read_records(recipe, tmp_path)
    assert (first.person, first.labels, second.labels) == ("4", {"B"}, {"A"})
    assert second.load().values[:, 0].tolist() == [20, 21]


def test_matrices_with_a_window_a_line_are_read_as_uci_har_has_them(tmp_path):
    recipe, _ = read_recipe("uci-har")
    inside = tmp_path / "train" / "Inertial Signals"
    inside.mkdir(parents=True)
    for number, name in enumerate(recipe.channels):
        np.savetxt(inside / f"{name}_train.txt", np.full((2, 128), number))
    (tmp_path / "train" / "y_train.txt").write_text("5\n1\n")
    (tmp_path / "train" / "subject_train.txt").write_text("3\n7\n")
    found = read_records(recipe, tmp_path)
    assert [(each.person, *each.labels) for each in found] == [("3", "standing"), ("7", "walking")]
    assert found[0].load().values[:, 5].tolist() == [0, 1, 2, 3, 4, 5]


def test_the_hash_knows_labels_but_no_order(tmp_path):
    write_watch(tmp_path)
    records = read_records(parse_recipe(WATCH), tmp_path)
    assert hash_of(records) == hash_of(records[::-1])
    assert hash_of(records) != hash_of(records[1:])


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(RequestError, match=r"\*/\*\.csv"):
        read_records(parse_recipe(WATCH), tmp_path)
