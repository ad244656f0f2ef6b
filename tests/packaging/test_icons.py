"""The skill's icons: the sizes that Amazon asks for, small files, and the same picture as their source."""

from __future__ import annotations

import subprocess
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.instruments import ROOT, chromium

ICONS = ROOT / "store" / "icons"
SIZES = {"small.png": 108, "large.png": 512}


def pixels(path: Path) -> tuple[int, int, bytes]:
    """Width, height and the bytes of an 8-bit RGB picture, as the PNG standard's five filters give them."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    assert data[24:26] == b"\x08\x02", "8 bits, RGB: a store's icon has no transparency"
    packed, at = b"", 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    raw, row_length = zlib.decompress(packed), width * 3
    above, rows = bytearray(row_length), bytearray()
    for start in range(0, len(raw), row_length + 1):
        filtered, row = raw[start + 1 : start + 1 + row_length], bytearray(row_length)
        for i, byte in enumerate(filtered):
            left, up, corner = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
            nearest = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
            row[i] = (byte + (0, left, up, (left + up) // 2, nearest)[raw[start]]) & 255
        rows += row
        above = row
    return width, height, bytes(rows)


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_an_icon_has_the_size_that_amazon_asks_for(name: str, size: int) -> None:
    assert pixels(ICONS / name)[:2] == (size, size)
    assert (ICONS / name).stat().st_size < 50_000


def test_the_source_is_square_and_has_no_text() -> None:
    drawing = ElementTree.parse(ICONS / "icon.svg").getroot()
    assert drawing.get("viewBox") == "0 0 512 512"
    tags = {element.tag.rpartition("}")[2] for element in drawing.iter()}
    assert tags <= {"svg", "rect", "path"}, "no text, no font, nothing from elsewhere"


def test_the_icons_are_their_source_drawn_by_the_command(tmp_path: Path) -> None:
    command = ["make", "--silent", "icons", f"CHROMIUM={chromium()}", f"ICONS={tmp_path}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    for name in SIZES:
        width, height, fresh = pixels(tmp_path / name)
        kept = pixels(ICONS / name)
        assert kept[:2] == (width, height)
        apart = sum(abs(one - other) for one, other in zip(fresh, kept[2], strict=True)) / len(fresh)
        assert apart < 1, f"{name}: {apart:.2f} levels apart from icon.svg; make icons draws it anew"
