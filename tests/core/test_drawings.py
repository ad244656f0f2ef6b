"""The drawings: each first action has its own, they can be drawn by any screen, and what is broken is named by file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.core import personalize
from skill.core.personalize import Person
from skill.core.schema import FIELD, STROKES
from skill.core.vocabulary import Form, Step
from skill.loading.content import library
from skill.loading.content_files import CONTENT
from skill.loading.content_tables import load
from skill.loading.path_data import PathError, points
from skill.loading.strict_table import ContentError
from skill.tools.check import check, every_set

CONTENT_OF_ALL = library()


def lines(step: Step, person: Person) -> list[str]:
    return [beat.line for beat in personalize.timeline(CONTENT_OF_ALL, step, person).beats]


def test_each_set_shows_its_own_first_action_to_everybody() -> None:
    for step, person in every_set(CONTENT_OF_ALL):
        first = personalize.first(CONTENT_OF_ALL, step, person)
        assert CONTENT_OF_ALL.drawing(step, [first, *lines(step, person)]) is CONTENT_OF_ALL.drawings[first]


def test_a_set_taken_up_again_shows_the_same_movement() -> None:
    for form in (Form.PLAIN, Form.PART_ONE, Form.PART_TWO):
        for step, person in every_set(CONTENT_OF_ALL):
            if step.form is form and not person.limits:
                first = personalize.first(CONTENT_OF_ALL, step, person)
                assert CONTENT_OF_ALL.drawing(step, lines(step, person)) is CONTENT_OF_ALL.drawings[first]


def test_somebody_who_may_only_rest_is_shown_rest() -> None:
    step, person = Step("inner_thigh", "lying"), Person(("hip_replacement",))
    first = personalize.first(CONTENT_OF_ALL, step, person)
    for said in ([first], lines(step, person)):
        assert CONTENT_OF_ALL.drawing(step, said) is CONTENT_OF_ALL.drawings["rest.any.first"]


def test_each_position_and_each_place_has_a_picture_of_its_own() -> None:
    pictures = [
        drawing
        for name, drawing in CONTENT_OF_ALL.drawings.items()
        if name.split(".")[0] != "bedtime" and name.split(".")[1] in ("lying", "sitting", "standing", "any")
    ]
    assert len(set(pictures)) == len(pictures)


def test_a_stretch_shows_the_person_the_muscle_and_the_movement() -> None:
    for name, drawing in CONTENT_OF_ALL.drawings.items():
        roles = [stroke.role for stroke in drawing.strokes]
        assert set(roles) <= set(STROKES), name
        if CONTENT_OF_ALL.scores[name.split(".")[0]].place:
            assert {"body", "muscle", "arrow"} <= set(roles), name
            assert roles.index("muscle") > roles.index("body"), f"{name}: the muscle lies over the body"


def test_rest_shows_no_movement() -> None:
    assert "arrow" not in {stroke.role for stroke in CONTENT_OF_ALL.drawings["rest.any.first"].strokes}


#: what one file alone gets wrong is refused as it is read: file, what stands there, what replaces it, what must be named
MISREAD = [
    ("calf.toml", 'role = "ground"', 'role = "bed"', "drawings/calf.toml: lying.first[0].role: found 'bed'"),
    ("calf.toml", "width = ", "widht = ", "drawings/calf.toml: lying.first[0].width: found None"),
    ("calf.toml", 'path = "M', 'path = 5, at = "M', "drawings/calf.toml: lying.first[0].path: found 5"),
    ("calf.toml", 'path = "M', 'colour = "red", path = "M', "drawings/calf.toml: lying.first[0].colour: found 'red'"),
    ("calf.toml", "[lying]", "[lying", "drawings/calf.toml: line "),
    ("calf.toml", "[lying]", "lying = 3\n[lie]", "drawings/calf.toml: lying: found 3"),
    ("bedtime.toml", '"calf.lying.first"', '"cow.lying.first"', "bedtime.toml: lying.first: found 'cow.lying.first'"),
]

#: what takes the other files to see, or a reading of the paths, is `check`'s; each of these is in a file of its own
UNFIT = [
    (
        "lower_calf.toml",
        "[standing]\nfirst =",
        "[standing]\nfrist =",
        "lower_calf.toml: standing.first: found None, expec",
    ),
    ("lower_calf.toml", "", "", "lower_calf.toml: standing.frist: found 'a drawing', expected no such drawing"),
    (
        "arm.toml",
        'role = "muscle"',
        'role = "body"',
        "arm.toml: any.first: found None, expected a stroke with the role m",
    ),
    ("front_thigh.toml", 'path = "M', 'path = "N', "front_thigh.toml: lying.first[0].path: found 'N"),
    (
        "inner_thigh.toml",
        'path = "M',
        'path = "M150 50 L',
        "inner_thigh.toml: lying.first[0].path: found (150.0, 50.0)",
    ),
    ("rest.toml", 'path = "M', 'path = "M9-1 L', "rest.toml: any.first[0].path: found (9.0, -1.0)"),
    ("jiggle.toml", "width = 3,", "width = 0.3,", "jiggle.toml: lying.first[0].width: found 0.3, expected from 2"),
    ("walk.toml", "width = 3,", "width = 30,", "walk.toml: standing.first[0].width: found 30.0"),
    ("hand.toml", 'path = "M', f'path = "M{" 9 9" * 500} M', "hand.toml: any.first: found 2"),
]


def broken(folder: Path, breakages: list[tuple[str, str, str, str]]) -> Path:
    root = folder / "content"
    shutil.copytree(CONTENT, root)
    for file, found, instead, _ in breakages:
        path = root / "drawings" / file
        text = path.read_text(encoding="utf-8")
        assert found in text, found
        path.write_text(text.replace(found, instead, 1), encoding="utf-8")
    return root


@pytest.mark.parametrize("breakage", MISREAD)
def test_what_is_misread_is_named_by_file_and_key(tmp_path: Path, breakage: tuple[str, str, str, str]) -> None:
    with pytest.raises(ContentError) as refused:
        load(broken(tmp_path, [breakage]))
    assert breakage[3] in str(refused.value)


def test_what_does_not_fit_is_named_by_file_and_key(tmp_path: Path) -> None:
    root = broken(tmp_path, UNFIT)
    shutil.copy(root / "drawings" / "calf.toml", root / "drawings" / "cow.toml")
    (root / "drawings" / "toes.toml").unlink()
    wanted = [named for *_, named in UNFIT]
    wanted += ["drawings/cow.toml: lying.first: found 'a drawing'", "drawings/toes.toml: sitting.first: found None"]
    problems = [str(problem) for problem in check(root) if "/drawings/" in str(problem)]
    for named in wanted:
        assert any(named in problem for problem in problems), (named, problems)
    assert all(any(named.partition(":")[0] in problem for named in wanted) for problem in problems), problems


def test_paths_are_followed_to_every_point() -> None:
    assert list(points("M10 20 l5,-5 H50 v10 q1 2 3 4 Z m1 1")) == [
        (10, 20), (15, 15), (50, 15), (50, 25), (51, 27), (53, 29), (11, 21),
    ]  # fmt: skip
    assert list(points("M1 2 3 4c1 1 2 2 3-3A5 5 0 0 1 .5 9")) == [(1, 2), (3, 4), (4, 5), (5, 6), (6, 1), (0.5, 9)]


@pytest.mark.parametrize(
    "path",
    ["", " ", "L1 2", "10 20", "M10", "M10 20 30", "M10 20 S1 2 3 4", "M1 2 L3,,4", "M1 2 Z 3 4", "M1 2 L1e2 3",
     "M1 2 A5 5 0 2 1 9 9", "M1 2 A0 5 0 0 1 9 9", "M1 2 A5 5 0 01 9 9", "M1 2 L#3 4", "M,1 2", "M1 2,", "M1 2 L"],
)  # fmt: skip
def test_paths_that_a_screen_would_guess_at_are_refused(path: str) -> None:
    with pytest.raises(PathError):
        list(points(path))


def test_the_field_is_used() -> None:
    """Whoever looks from the pillow has the drawing as large as its field allows."""
    for name, drawing in CONTENT_OF_ALL.drawings.items():
        named = [point for stroke in drawing.strokes for point in points(stroke.path)]
        across, down = ([point[axis] for point in named] for axis in (0, 1))
        assert max(max(across) - min(across), max(down) - min(down)) > 0.8 * FIELD, name
