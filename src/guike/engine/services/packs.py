"""Installing policy packs (制度包): ready policies that a company then edits (POL-07)."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from django.utils.translation import gettext as _

from guike.engine.metrics.registry import REGISTRY, Registry
from guike.engine.models.policy import BEGINNING, Policy, PolicyVersion
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.parse import Parsed, face_of, needs, parse, parse_document
from guike.engine.policies.yaml_text import Document, read
from guike.engine.regulations import services as regulations
from guike.engine.rulebook import faces_known
from guike.engine.services.versions import checked, publish, save_draft
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.verbs import verb

DEFAULT_PACKS = ("channel", "service")
#: The pack's 制度 as a document (regulations/, POL-09); every other YAML of the folder is a policy.
DOCUMENT = "document.yaml"


@dataclass(frozen=True)
class Pack:
    """One pack as shipped: its words, the texts of its policies in the order in which they can be installed, its document if it has one."""

    code: str
    title: str
    story: str
    texts: tuple[str, ...]
    document: str = ""

    @property
    def documents(self) -> list[Document]:
        return [read(text) for text in self.texts]


@lru_cache(maxsize=1)
def packs() -> dict[str, Pack]:
    """All packs shipped, defaults first."""
    folder = files("guike.engine").joinpath("packs")
    codes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.joinpath("pack.yaml").is_file())
    ordered = [*(code for code in DEFAULT_PACKS if code in codes), *(code for code in codes if code not in DEFAULT_PACKS)]
    return {code: _load(code) for code in ordered}


def _load(code: str) -> Pack:
    folder = files("guike.engine").joinpath("packs", code)
    about = read(folder.joinpath("pack.yaml").read_text(encoding="utf-8")).content
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml") and entry.name not in ("pack.yaml", DOCUMENT))
    texts = [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
    document = folder.joinpath(DOCUMENT).read_text(encoding="utf-8") if folder.joinpath(DOCUMENT).is_file() else ""
    return Pack(code, str(about["title"]), str(about["story"]).strip(), tuple(_in_order(texts)), document)


def _in_order(texts: list[str]) -> list[str]:
    """Policies after those that they follow or whose outcomes they use."""
    contents = {text: parse(read(text).content, Catalogue()).content for text in texts}
    by_code = {content.code: text for text, content in contents.items()}
    done: list[str] = []

    def visit(text: str) -> None:
        if text in done:
            return
        for needed in (*needs(contents[text]), contents[text].follows, contents[text].from_table):
            if needed in by_code and by_code[needed] != text:
                visit(by_code[needed])
        done.append(text)

    for text in texts:
        visit(text)
    return done


def check_pack(code: str, registry: Registry = REGISTRY) -> list[Parsed]:
    """Every policy of a pack, parsed against the pack's own policies; used by tests and by the first-run wizard."""
    faces: dict[str, Face] = {}
    found = []
    for document in packs()[code].documents:
        parsed = parse_document(document, Catalogue(registry, faces))
        faces[parsed.content.code] = face_of(parsed.content)
        found.append(parsed)
    return found


@verb("engine.install_pack")
def install_pack(code: str, *, actor: Viewer) -> list[PolicyVersion]:
    """Publish a pack's policies and its document, in force from the beginning so that imported history can be judged.

    What the company has already under the same code is left as it is: installing twice changes nothing. A pack that names
    an unknown metric is refused as a whole.
    """
    require(actor, "policy", "publish")
    pack = packs().get(code)
    if pack is None:
        raise Refused(_("没有制度包 %(code)s，可用：%(known)s") % {"code": code, "known": "、".join(packs())})
    installed = []
    for text in pack.texts:
        content = parse(read(text).content, Catalogue()).content
        if Policy.objects.filter(code=content.code).exists():
            continue
        checked(read(text), faces_known())
        installed.append(_install(code, _without_second_primary(text, content.subject, content.primary), actor))
    if pack.document:
        regulations.install(pack.document, code, actor=actor)
    return installed


def _install(pack: str, text: str, actor: Viewer) -> PolicyVersion:
    draft = save_draft(text, actor=actor)
    Policy.objects.filter(pk=draft.policy_id).update(pack=pack)
    return publish(draft.pk, effective=BEGINNING, actor=actor)


def _without_second_primary(text: str, subject: str, primary: bool) -> str:
    """The first pack's primary grade stays primary; a later pack's grading runs beside it."""
    if primary and Policy.objects.filter(subject_kind=subject, is_primary=True).exists():
        return text.replace("\nprimary: true\n", "\nprimary: false\n")
    return text


@verb("engine.ensure_default_packs")
def ensure_default_packs(*, actor: Viewer) -> list[PolicyVersion]:
    """On an instance without a single policy: the packs that every company starts with. Otherwise nothing."""
    if Policy.objects.exists():
        return []
    return [version for code in DEFAULT_PACKS for version in install_pack(code, actor=actor)]
