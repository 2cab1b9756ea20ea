"""Any mutated file gives rows or a sentence, never anything else (08-quality: import fuzzing)."""

import random

import pytest

from guike.platform.sheets.headers import choose_sheet
from guike.platform.sheets.labels import normalise
from guike.platform.sheets.problems import SheetError
from guike.platform.sheets.reader import open_book
from guike.platform.sheets.records import Records
from guike.platform.sheets.tests import files

KNOWN = {normalise(name) for name in ("名称", "电话", "日期")}
SEED = 20261122
EACH = 20


def mutated(content: bytes, chance: random.Random) -> bytes:
    """One of several damages: bytes changed, cut out, repeated, swapped, or the end lost."""
    damage = chance.randrange(6)
    place = chance.randrange(len(content))
    length = chance.choice((1, 2, 8, 64, 512))
    if damage == 0:
        changed = bytearray(content)
        for _ in range(chance.choice((1, 4, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    if damage == 1:
        return content[:place] + content[place + length :]
    if damage == 2:
        return content[:place] + content[place : place + length] * 3 + content[place:]
    if damage == 3:
        return content[:place] + chance.randbytes(length) + content[place:]
    if damage == 4:
        return content[:place] or b"\0"
    return content[place:] + content[:place]


def zip_inner_mutation(path, chance: random.Random, target):
    """Damage inside one part of a workbook, the zip itself intact."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        part = chance.choice(archive.namelist())
        content = archive.read(part)
    return files.repacked(path, {part: mutated(content or b" ", chance)}, target)


def rows_or_sentence(path) -> str:
    try:
        with open_book(path) as book:
            sheet, header = choose_sheet(book, KNOWN)
            return f"{sum(1 for _ in Records(sheet, header).of(book.rows(sheet)))} rows"
    except SheetError as error:
        sentence = str(error)
        assert any("\u4e00" <= character <= "\u9fff" for character in sentence)
        assert "Traceback" not in sentence
        assert "%(" not in sentence
        return sentence


@pytest.mark.slow
@pytest.mark.parametrize("make", [files.xlsx, files.xls, files.ods, "csv", "gbk"], ids=["xlsx", "xls", "ods", "csv", "gbk"])
def test_damaged_files_give_rows_or_a_sentence(tmp_path, make):
    original = tmp_path / "original"
    if isinstance(make, str):
        original.write_bytes("\r\n".join(",".join(cells) for cells in files.ROWS * 20).encode("utf-8" if make == "csv" else make))
    else:
        make(original)
    chance = random.Random(SEED)
    whole = original.read_bytes()
    for _ in range(EACH):
        path = tmp_path / "damaged"
        path.write_bytes(mutated(whole, chance))
        rows_or_sentence(path)


@pytest.mark.slow
@pytest.mark.parametrize("make", [files.xlsx, files.ods], ids=["xlsx", "ods"])
def test_damage_inside_the_parts_of_a_workbook(tmp_path, make):
    original = make(tmp_path / "original")
    chance = random.Random(SEED)
    for _ in range(EACH):
        rows_or_sentence(zip_inner_mutation(original, chance, tmp_path / "damaged"))
