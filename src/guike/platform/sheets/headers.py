"""Where the header of a sheet is, which sheet is meant, and which header belongs to which known column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guike.platform.sheets.labels import normalise
from guike.platform.sheets.problems import SheetError, gettext_noop
from guike.platform.sheets.reader import Book, Sheet, SheetRow

#: How far down a header may stand: titles, logos and instructions come first.
LOOK = 30


@dataclass(frozen=True)
class Header:
    """The header row of a sheet: its row number, one label per column ("" where it has none), and how many labels are known."""

    row: int
    labels: tuple[str, ...]
    known: int

    @property
    def signature(self) -> str:
        """Equal for files with the same headers in the same order."""
        return "\x1f".join(normalise(label) for label in self.labels)


def find_header(head: Sequence[SheetRow], known: Iterable[str]) -> Header | None:
    """The row with the most known labels; where none is known, the first row that looks like labels. None when there is no such row."""
    wanted = set(known)
    best: tuple[int, int] | None = None
    for place, row in enumerate(head):
        matches = len({normalise(cell) for cell in row.cells if isinstance(cell, str)} & wanted)
        if matches and _looks_like_labels(row, head, least=1) and (best is None or matches > best[0]):
            best = (matches, place)
    if best is not None:
        return _header(head, best[1], best[0])
    for place, row in enumerate(head):
        if _looks_like_labels(row, head, least=2):
            return _header(head, place, 0)
    return None


def _looks_like_labels(row: SheetRow, head: Sequence[SheetRow], least: int) -> bool:
    """Short different texts, in at least half as many columns as the sheet is wide."""
    filled = [cell for cell in row.cells if cell is not None]
    texts = [cell for cell in filled if isinstance(cell, str) and len(cell) <= 60 and not cell.replace(".", "").isdigit()]
    width = max(sum(cell is not None for cell in other.cells) for other in head)
    return (
        len(texts) >= least and len(texts) >= 0.8 * len(filled) and len(filled) * 2 >= min(width, 40) and len(set(texts)) * 2 > len(texts)
    )


def _header(head: Sequence[SheetRow], place: int, known: int) -> Header:
    row = head[place]
    width = max(len(other.cells) for other in head)
    cells = [*row.cells, *([None] * (width - len(row.cells)))]
    above = head[place - 1].cells if place and head[place - 1].number == row.number - 1 else []
    if sum(cell is not None for cell in above) >= 2:
        cells = [above[i] if cell is None and i < len(above) else cell for i, cell in enumerate(cells)]
    while cells and cells[-1] is None:
        cells.pop()
    return Header(row.number, tuple("" if cell is None else " ".join(str(cell).split()) for cell in cells), known)


def choose_sheet(book: Book, known: Iterable[str], words: Sequence[str] = (), name: str | None = None) -> tuple[Sheet, Header]:
    """The named sheet, or the visible one that fits best: known headers, a name that says so, then the order in the workbook."""
    known = set(known)
    if name is not None:
        sheet = book.sheet(name)
        header = find_header(list(book.rows(sheet, LOOK)), known)
        if header is None:
            raise no_header(sheet)
        return sheet, header
    best: tuple[float, Sheet, Header] | None = None
    for sheet in book.sheets:
        header = find_header(list(book.rows(sheet, LOOK)), known) if sheet.rows and not sheet.hidden else None
        if header is None:
            continue
        score = _fitness(sheet, header, words)
        if best is None or score > best[0]:
            best = (score, sheet, header)
    if best is None:
        raise no_header(book.sheets[0])
    return best[1], best[2]


def _fitness(sheet: Sheet, header: Header, words: Sequence[str]) -> float:
    labels = sum(1 for label in header.labels if label)
    spoken = any(word and word in sheet.name for word in words)
    has_rows = sheet.rows > 1
    return header.known - 0.3 * (labels - header.known) + (4 if spoken else 0) + (0.5 if has_rows else 0)


def no_header(sheet: Sheet) -> SheetError:
    return SheetError(
        gettext_noop("工作表「%(name)s」里没有找到表头。第 1 行写列名（如「名称」「电话」），再导入"), name=sheet.name or "CSV"
    )


def match(labels: Sequence[str], columns: Mapping[str, Sequence[str]], fill: Sequence[int] | None = None) -> list[str]:
    """Column code per header, "" where none fits; each code once.

    `columns` gives the labels of each code, the best first. Of two headers for one code the better label wins, then the fuller
    column; the other takes the next code that knows it. `fill` counts the filled cells per column in the first rows.
    """
    order = list(columns)
    ranks: dict[str, list[tuple[int, str]]] = {}
    for code, names in columns.items():
        for rank, name in enumerate(names):
            ranks.setdefault(normalise(name), []).append((rank, code))
    filled = list(fill or []) + [0] * len(labels)
    bids = [
        (rank > 0, filled[place] == 0, rank, -filled[place], place, order.index(code), code)
        for place, label in enumerate(labels)
        if label
        for rank, code in ranks.get(normalise(label), ())
    ]
    taken: dict[int, str] = {}
    for *_, place, _order, code in sorted(bids):
        if place not in taken and code not in taken.values():
            taken[place] = code
    return [taken.get(place, "") for place in range(len(labels))]


def filled_cells(rows: Iterable[SheetRow], width: int) -> list[int]:
    """How many of the rows have something in each column."""
    counts = [0] * width
    for row in rows:
        for place, cell in enumerate(row.cells[:width]):
            if cell is not None:
                counts[place] += 1
    return counts


def fill_down(merges: Iterable[tuple[int, int, int, int]], header_row: int) -> dict[int, dict[int, int]]:
    """For cells merged downwards below the header: row → {column: row that holds the value}, counted from 1 and 0."""
    sources: dict[int, dict[int, int]] = {}
    for top, left, bottom, right in merges:
        if top + 1 > header_row and bottom > top and left == right and bottom - top < 5000:
            for row in range(top + 1, bottom + 1):
                sources.setdefault(row + 1, {})[left] = top + 1
    return sources
