"""Message catalogues: reading and writing .po, compiling .mo. Standard library only, because set-up machines have no gettext."""

import ast
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

SEPARATOR = "\x04"


@dataclass
class Message:
    """One msgid with its translations: one, or one per plural form. `places` are the files that use it."""

    msgid: str
    context: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.msgid)

    @property
    def translated(self) -> bool:
        return bool(self.translations) and all(self.translations) and not self.fuzzy


Catalogue = dict[tuple[str, str], Message]


def read(path: Path) -> Catalogue:
    """All messages of a .po file, the header left out; an absent file is empty."""
    if not path.exists():
        return {}
    found: Catalogue = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        message = _parse(block)
        if message and message.msgid:
            found[message.key] = message
    return found


def _parse(block: str) -> Message | None:
    message, target = Message(""), ""
    parts: dict[str, str] = {}
    for line in block.splitlines():
        if line.startswith("#:"):
            message.places.update(line[2:].split())
        elif line.startswith("#,"):
            message.fuzzy = "fuzzy" in line
        elif line.startswith("msg"):
            target, _, rest = line.partition(" ")
            parts[target] = ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[target] += ast.literal_eval(line)
    if "msgid" not in parts:
        return None
    message.msgid, message.context, message.plural = parts["msgid"], parts.get("msgctxt", ""), parts.get("msgid_plural", "")
    message.translations = [text for name, text in sorted(parts.items()) if name.startswith("msgstr")]
    return message


def write(path: Path, language: str, plural_forms: str, catalogue: Catalogue) -> None:
    """A .po file in the order of the msgids, with places but without line numbers: small differences only."""
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {plural_forms}\\n"\n'
    )
    blocks = [head, *(_block(catalogue[key]) for key in sorted(catalogue, key=lambda key: (key[1], key[0])))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks), encoding="utf-8")


def _block(message: Message) -> str:
    lines = [f"#: {place}" for place in sorted(message.places)]
    lines += ["#, fuzzy"] if message.fuzzy else []
    lines += [f"msgctxt {quoted(message.context)}"] if message.context else []
    lines.append(f"msgid {quoted(message.msgid)}")
    if message.plural:
        lines.append(f"msgid_plural {quoted(message.plural)}")
        lines += [f"msgstr[{i}] {quoted(text)}" for i, text in enumerate(message.translations or [""])]
    else:
        lines.append(f"msgstr {quoted(message.translations[0] if message.translations else '')}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A .po string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return f'"{escaped}"'


def compile_catalogue(source: Path, target: Path) -> int:
    """Write the binary catalogue that gettext reads; returns the number of messages. Untranslated and fuzzy ones are left out."""
    text = source.read_text(encoding="utf-8")
    header = _parse(text.split("\n\n")[0])
    entries = {"": header.translations[0] if header and header.translations else ""}
    for message in read(source).values():
        if message.translated:
            key = (message.context + SEPARATOR if message.context else "") + message.msgid
            entries[key + ("\0" + message.plural if message.plural else "")] = "\0".join(message.translations)
    building = target.with_suffix(f".{os.getpid()}.new")
    building.write_bytes(_binary(entries))
    building.replace(target)
    return len(entries) - 1


def _binary(entries: dict[str, str]) -> bytes:
    """The layout of GNU .mo files: two tables of (length, offset), then the strings."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(entries.items(), key=lambda pair: pair[0].encode())]
    start = 28 + 16 * len(pairs)
    keys: list[bytes] = []
    values: list[bytes] = []
    strings = b""
    for column, table in ((0, keys), (1, values)):
        for pair in pairs:
            table.append(struct.pack("<II", len(pair[column]), start + len(strings)))
            strings += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(keys) + b"".join(values) + strings
