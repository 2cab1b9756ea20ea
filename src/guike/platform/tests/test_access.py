"""One declaration decides: actions, reach, fields; nothing is granted that was not declared (PLT-01, CUS-12).

The platform knows no business object, so attachments stand in for one: their uploader is the owner, `subject_id` the department.
"""

import pytest
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from guike.platform import access, clock, masks
from guike.platform.access import ANONYMOUS, SYSTEM, FieldRule, Grant, Reach, Right, Scope, Viewer
from guike.platform.errors import Forbidden
from guike.platform.imports.models import ImportChange, ImportPart, ImportRun
from guike.platform.models import Attachment, JobRun
from guike.platform.rights import OwnRole, Rights

OWNER = Viewer(
    account_id=1,
    person_id=11,
    name="陈思远",
    roles=frozenset({"salesperson"}),
    department_ids=frozenset({1}),
    department_tree_ids=frozenset({1}),
)
MANAGER = Viewer(
    account_id=2, person_id=12, roles=frozenset({"sales_manager"}), department_ids=frozenset({9}), department_tree_ids=frozenset({9, 1})
)
MARKETING = Viewer(account_id=3, person_id=13, roles=frozenset({"marketing"}))
WAREHOUSE = Viewer(account_id=4, person_id=14, roles=frozenset({"warehouse"}))


@pytest.fixture(autouse=True)
def paper():
    before = dict(access._declared)
    access.declare(
        "paper",
        model="platform.Attachment",
        label="文书",
        scope=Scope(owner="size", department="subject_id"),
        grants={
            "salesperson": Grant(view=Reach.DEPARTMENT, change=Reach.OWN, add=Reach.ALL),
            "sales_manager": Grant(view=Reach.BELOW, change=Reach.BELOW),
            "marketing": Grant(view=Reach.ALL),
        },
        fields={
            "note": FieldRule("备注", default=Right.HIDDEN, rights={"salesperson": Right.MASKED, "marketing": Right.READ}, mask="phone")
        },
    )
    access.declare(
        "page_of_paper", model="platform.JobRun", label="页", scope=Scope(everyone=True), grants={"marketing": Grant(view=Reach.ALL)}
    )
    yield
    access._declared.clear()
    access._declared.update(before)


@pytest.fixture
def papers(db):
    def make(owner, department):
        return Attachment.objects.create(
            subject_kind="x", subject_id=department, name="x", size=owner, sha256="0", media_type="text/plain", uploaded_at=clock.now()
        )

    return {"own": make(11, 1), "team": make(12, 1), "other": make(99, 5)}


SEEN = [
    (OWNER, {"own", "team"}),
    (MANAGER, {"own", "team"}),
    (MARKETING, {"own", "team", "other"}),
    (WAREHOUSE, set()),
    (ANONYMOUS, set()),
    (SYSTEM, {"own", "team", "other"}),
]


@pytest.mark.parametrize(("viewer", "seen"), SEEN)
def test_rows_within_reach(viewer, seen, papers):
    found = set(access.rows(viewer, "paper").values_list("pk", flat=True))
    assert {name for name, paper in papers.items() if paper.pk in found} == seen


@pytest.mark.parametrize(
    ("viewer", "name", "answer"),
    [
        (OWNER, "own", None),
        (OWNER, "team", Forbidden),
        (OWNER, "other", Http404),
        (MANAGER, "team", None),
        (MANAGER, "other", Http404),
        (MARKETING, "own", Forbidden),
        (WAREHOUSE, "own", Forbidden),
        (SYSTEM, "other", None),
    ],
)
def test_one_row_to_change(viewer, name, answer, papers):
    if answer is None:
        assert access.row(viewer, "paper", papers[name].pk, "change") == papers[name]
    else:
        with pytest.raises(answer):
            access.row(viewer, "paper", papers[name].pk, "change")


def test_several_roles_add_up():
    both = Viewer(account_id=5, person_id=15, roles=frozenset({"salesperson", "marketing"}))
    assert access.reach(both, "paper", "view") is Reach.ALL
    assert access.reach(both, "paper", "add") is Reach.ALL


@pytest.mark.parametrize(
    ("viewer", "right"), [(OWNER, Right.MASKED), (MARKETING, Right.READ), (MANAGER, Right.HIDDEN), (SYSTEM, Right.WRITE)]
)
def test_fields_by_policy(viewer, right):
    assert access.field_right(viewer, "paper", "note") is right


@pytest.mark.parametrize(("viewer", "shown"), [(OWNER, "138****8000"), (MARKETING, "13800138000"), (MANAGER, None)])
def test_a_value_is_shown_as_the_right_says(viewer, shown):
    assert masks.shown(viewer, "paper", "note", "13800138000") == shown


def test_a_refusal_names_action_and_object():
    with pytest.raises(Forbidden, match="没有新建文书的权限"):
        access.require(MARKETING, "paper", "add")


def test_a_typing_error_in_a_declaration_cannot_open_a_door():
    with pytest.raises(ValueError, match="unknown role"):
        access.declare("x", model="platform.JobRun", label="x", scope=Scope(), grants={"sellsperson": Grant(view=Reach.ALL)})
    with pytest.raises(ValueError, match="unknown action"):
        access.declare("x", model="platform.JobRun", label="x", scope=Scope(), grants={"clerk": Grant(veiw=Reach.ALL)})


def _get(view, viewer):
    request = RequestFactory().get("/x")
    request.viewer = viewer
    return view(request)


def test_a_page_asks_before_it_runs(db):
    page = access.page("page_of_paper", "view")(lambda request: HttpResponse("in"))
    assert _get(page, MARKETING).status_code == 200
    assert _get(page, ANONYMOUS).status_code == 302
    with pytest.raises(Forbidden):
        _get(page, OWNER)
    assert JobRun.objects.count() == 0


# --- who stands as what --------------------------------------------------------------------------------------------------


def test_a_role_is_held_or_it_is_not():
    assert OWNER.has_role("salesperson")
    assert OWNER.has_role("marketing", "salesperson")
    assert not OWNER.has_role("marketing")
    assert not ANONYMOUS.has_role("salesperson")


def test_a_role_of_the_companys_own_stands_as_the_one_it_was_made_from():
    rights = Rights(own={"own_1": OwnRole("own_1", "片区专员", "salesperson")})
    mine = Viewer(account_id=6, roles=frozenset({"own_1"}), rights=rights)
    assert mine.stands_as("salesperson")
    assert mine.stands_as("own_1")
    assert not mine.stands_as("marketing")
    assert not mine.has_role("salesperson")


# --- fields --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("writable", "right"), [(True, Right.WRITE), (False, Right.READ)])
def test_an_open_field_is_written_unless_it_is_worked_out(writable, right):
    rule = access.open_field("金额", writable=writable)
    assert (rule.default, rule.mask, rule.writable) == (right, "", writable)


@pytest.mark.parametrize(
    ("viewer", "reads", "hidden"),
    [(MARKETING, True, frozenset()), (OWNER, False, frozenset()), (MANAGER, False, frozenset({"note"})), (SYSTEM, True, frozenset())],
)
def test_what_is_read_in_clear_and_what_is_never_met(viewer, reads, hidden):
    assert access.reads(viewer, "paper", "note") is reads
    assert access.reads(viewer, "paper", "name", "note") is reads
    assert access.reads(viewer, "paper", "name")
    assert access.hidden_fields(viewer, "paper") == hidden
    assert access.visible(viewer, "paper", ["name", "note"]) == [name for name in ("name", "note") if name not in hidden]


def test_who_holds_no_role_gets_a_field_as_it_is_by_default():
    assert access.field_right(ANONYMOUS, "paper", "note") is Right.HIDDEN
    assert access.field_right(ANONYMOUS, "paper", "name") is Right.WRITE


# --- reach ---------------------------------------------------------------------------------------------------------------


def test_an_action_that_was_not_declared_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="paper has no action sign"):
        access.reach(OWNER, "paper", "sign")
    with pytest.raises(ValueError, match="paper has no action sign"):
        access.reach(SYSTEM, "paper", "sign")


@pytest.mark.parametrize(
    ("viewer", "action", "may"), [(OWNER, "view", True), (OWNER, "delete", False), (WAREHOUSE, "view", False), (SYSTEM, "delete", True)]
)
def test_allowed_and_required_agree(viewer, action, may):
    assert access.allowed(viewer, "paper", action) is may
    if may:
        access.require(viewer, "paper", action)
    else:
        with pytest.raises(Forbidden):
            access.require(viewer, "paper", action)


GROUNDS = [
    # own, shared, department, below → NONE, OWN, DEPARTMENT, BELOW, ALL
    ((False, False, False, False), (False, False, False, False, True)),
    ((True, False, False, False), (False, True, True, True, True)),
    ((False, True, False, False), (False, True, True, True, True)),
    ((False, False, True, False), (False, False, True, True, True)),
    ((False, False, False, True), (False, False, False, True, True)),
    ((True, True, True, True), (False, True, True, True, True)),
]


@pytest.mark.parametrize(("grounds", "reached"), GROUNDS)
def test_which_grounds_a_reach_gets_by(grounds, reached):
    extents = (Reach.NONE, Reach.OWN, Reach.DEPARTMENT, Reach.BELOW, Reach.ALL)
    assert tuple(access.Grounds(*grounds).reached_by(extent) for extent in extents) == reached


@pytest.mark.parametrize(
    ("viewer", "name", "grounds"),
    [
        (OWNER, "own", (True, False, True, True)),
        (OWNER, "team", (False, False, True, True)),
        (OWNER, "other", (False, False, False, False)),
        (MANAGER, "own", (False, False, False, True)),
        (MANAGER, "team", (True, False, False, True)),
        (ANONYMOUS, "own", (False, False, False, False)),
    ],
)
def test_on_which_grounds_a_row_is_near(viewer, name, grounds, papers):
    assert access.grounds(viewer, "paper", papers[name].pk) == access.Grounds(*grounds)


@pytest.fixture
def files(db):
    """Import files stand in for records that are shared with persons and that others hang on: an attachment says with whom (`size`)
    which file (`subject_id`) is shared."""
    access.declare(
        "file",
        model="imports.ImportRun",
        label="来件",
        scope=Scope(owner="size", department="header_row", shared="platform.Attachment:subject_id:size"),
        grants={
            "salesperson": Grant(view=Reach.OWN, change=Reach.OWN),
            "sales_manager": Grant(view=Reach.BELOW),
            "marketing": Grant(view=Reach.ALL),
        },
    )
    access.declare(
        "piece",
        model="imports.ImportPart",
        label="分件",
        scope=Scope(through=("file", "run")),
        grants={
            "salesperson": Grant(view=Reach.BELOW, change=Reach.OWN),
            "sales_manager": Grant(view=Reach.OWN),
            "marketing": Grant(view=Reach.BELOW, change=Reach.ALL),
            "warehouse": Grant(view=Reach.ALL),
        },
    )

    def make(owner, department):
        run = ImportRun.objects.create(kind="x", file_name="x", sha256="0", size=owner, header_row=department, uploaded_at=clock.now())
        return ImportPart.objects.create(run=run, model="x", action="create", fields=[])

    pieces = {"own": make(11, 5), "team": make(98, 1), "shared": make(97, 5), "other": make(99, 5)}
    Attachment.objects.create(
        subject_kind="x",
        subject_id=pieces["shared"].run_id,
        name="x",
        size=11,
        sha256="0",
        media_type="text/plain",
        uploaded_at=clock.now(),
    )
    return pieces


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (OWNER, {"own", "shared"}),
        (MANAGER, {"team"}),
        (MARKETING, {"own", "team", "shared", "other"}),
        (Viewer(account_id=7, roles=frozenset({"salesperson"})), set()),
        (WAREHOUSE, set()),
    ],
)
def test_what_is_shared_with_somebody_is_within_his_reach(viewer, seen, files):
    found = set(access.rows(viewer, "file").values_list("pk", flat=True))
    assert {name for name, piece in files.items() if piece.run_id in found} == seen


@pytest.mark.parametrize(
    ("viewer", "action", "seen", "why"),
    [
        (OWNER, "view", {"own", "shared"}, "those of the department too, but only of files in sight"),
        (OWNER, "change", {"own", "shared"}, "of the files in sight those of one's own and those shared"),
        (MANAGER, "view", set(), "own ones only, and none of the files in sight is his"),
        (MARKETING, "view", set(), "every file is in sight, none is in his departments"),
        (MARKETING, "change", {"own", "team", "shared", "other"}, "a right to all of them"),
        (WAREHOUSE, "view", {"own", "team", "shared", "other"}, "a right to all of them asks for no file"),
        (ANONYMOUS, "view", set(), "no right at all"),
    ],
)
def test_what_hangs_on_a_record_goes_no_further_than_the_record(viewer, action, seen, why, files):
    found = set(access.rows(viewer, "piece", action).values_list("pk", flat=True))
    assert {name for name, piece in files.items() if piece.pk in found} == seen, why


@pytest.mark.parametrize(
    ("name", "grounds"),
    [("own", (True, False, False, False)), ("shared", (False, True, False, False)), ("team", (False, False, True, True))],
)
def test_grounds_of_what_hangs_on_a_record_are_the_records(name, grounds, files):
    assert access.grounds(OWNER, "piece", files[name].pk) == access.Grounds(*grounds)
    assert access.grounds(OWNER, "file", files[name].run_id) == access.Grounds(*grounds)


def test_what_hangs_on_what_hangs_on_a_record(files):
    access.declare(
        "cell",
        model="imports.ImportChange",
        label="格",
        scope=Scope(through=("piece", "part")),
        grants={"salesperson": Grant(view=Reach.BELOW, change=Reach.OWN)},
    )
    cells = {name: ImportChange.objects.create(part=piece, row=1, object_id=1) for name, piece in files.items()}
    found = set(access.rows(OWNER, "cell").values_list("pk", flat=True))
    assert {name for name, cell in cells.items() if cell.pk in found} == {"own", "shared"}
    assert access.grounds(OWNER, "cell", cells["shared"].pk) == access.Grounds(shared=True)


def test_what_has_no_owner_is_nobodys_own(files):
    access.declare(
        "box", model="imports.ImportRun", label="箱", scope=Scope(department="header_row"), grants={"salesperson": Grant(view=Reach.OWN)}
    )
    assert access.grounds(OWNER, "box", files["team"].run_id) == access.Grounds(department=True, below=True)
    assert not access.rows(OWNER, "box").exists()


def test_a_row_without_the_action_is_told_from_one_out_of_sight(files):
    with pytest.raises(Forbidden, match="没有查看分件的权限"):
        access.row(ANONYMOUS, "piece", files["own"].pk)
    with pytest.raises(Http404, match="没有找到这条来件"):
        access.row(OWNER, "file", files["other"].run_id)
    with pytest.raises(Forbidden, match="没有修改来件的权限"):
        access.row(MANAGER, "file", files["team"].run_id, "change")


def test_a_row_is_taken_for_oneself_when_it_is_to_be_changed(files):
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        access.row(OWNER, "file", files["own"].run_id)
        access.row(OWNER, "file", files["own"].run_id, "change", lock=True)
    assert [query["sql"].count("FOR UPDATE") for query in asked if query["sql"].startswith("SELECT")] == [0, 1, 0]
