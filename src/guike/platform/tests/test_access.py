"""One declaration decides: actions, reach, fields; nothing is granted that was not declared (PLT-01, CUS-12).

The platform knows no business object, so attachments stand in for one: their uploader is the owner, `subject_id` the department.
"""

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from guike.platform import access, clock, masks
from guike.platform.access import ANONYMOUS, SYSTEM, FieldRule, Grant, Reach, Right, Scope, Viewer
from guike.platform.errors import Forbidden
from guike.platform.models import Attachment, JobRun

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
