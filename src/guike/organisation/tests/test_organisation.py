"""Departments, people, posts, deputies, the chain."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from guike.organisation import events as facts
from guike.organisation import selectors, services
from guike.organisation.models import Account, Department, Deputy, Person, Post
from guike.organisation.selectors import viewer_for
from guike.platform import clock, history
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused, Stale

pytestmark = pytest.mark.django_db


def paths() -> dict[str, str]:
    return {d.name: d.path for d in Department.objects.all()}


def test_a_department_knows_its_path(company):
    assert company.south.ancestor_ids == [company.head_office.pk, company.sales.pk, company.south.pk]
    assert selectors.department_path(company.south) == "总公司/销售部/浙南片区"
    assert company.south.function == "sales"


def test_moving_a_department_moves_all_below_it(company, admin):
    group = services.add_department("温州组", actor=admin, parent_id=company.south.pk)
    services.move_department(company.south.pk, company.finance.pk, actor=admin)
    f = company.finance
    assert paths()["温州组"] == f"/{company.head_office.pk}/{f.pk}/{company.south.pk}/{group.pk}/"
    services.move_department(company.south.pk, None, actor=admin)
    assert paths()["温州组"] == f"/{company.south.pk}/{group.pk}/"


def test_a_department_is_never_below_itself(company, admin):
    before = paths()
    with pytest.raises(Refused, match="不能移到自己的下级"):
        services.move_department(company.sales.pk, company.south.pk, actor=admin)
    with pytest.raises(Refused, match="不能移到自己的下级"):
        services.move_department(company.sales.pk, company.sales.pk, actor=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(pk=company.sales.pk).update(parent=company.south)  # the database guards it too
    assert paths() == before


def test_a_name_stands_once_under_one_parent(company, admin):
    with pytest.raises(Refused, match="已有部门「浙南片区」"):
        services.add_department("浙南片区", actor=admin, parent_id=company.sales.pk)
    assert services.add_department("浙南片区", actor=admin, parent_id=company.finance.pk).pk


def test_a_department_with_people_or_departments_is_not_closed(company, admin):
    with pytest.raises(Refused, match="1 人、0 个下级部门"):
        services.retire_department(company.south.pk, actor=admin)
    with pytest.raises(Refused, match="1 人、2 个下级部门"):
        services.retire_department(company.sales.pk, actor=admin)
    services.end_post(company.seller.posts.get().pk, actor=admin, on=clock.today() - timedelta(1))
    assert not services.retire_department(company.south.pk, actor=admin).active


def test_a_path_of_names_is_found_or_made(company, admin):
    assert services.department_for_path(["总公司", "销售部", "浙南片区"], actor=admin) == company.south
    made = services.department_for_path(["总公司", "市场部", "活动组"], actor=admin)
    assert selectors.department_path(made) == "总公司/市场部/活动组"
    assert made.function == "marketing"


def test_the_chain_goes_by_supervisor_then_by_heads(company):
    c = company
    assert selectors.chain_of(c.seller.pk) == [c.manager.pk, c.boss.pk]
    assert list(selectors.person_names([c.manager.pk, c.boss.pk])) == [c.manager.pk, c.boss.pk]
    assert list(selectors.person_names([c.boss.pk, c.manager.pk])) == [c.boss.pk, c.manager.pk]
    assert selectors.supervisor_of(c.boss.pk) is None
    services.change_post(c.seller.posts.get().pk, actor=SYSTEM, supervisor_id=c.accountant.pk)
    assert selectors.chain_of(c.seller.pk) == [c.accountant.pk, c.boss.pk]


def test_a_chain_that_runs_in_a_circle_stops(company):
    c = company
    Post.objects.filter(person=c.manager).update(supervisor=c.seller)
    Post.objects.filter(person=c.seller).update(supervisor=c.manager)
    assert selectors.chain_of(c.seller.pk) == [c.manager.pk]


def test_nobody_is_made_supervisor_of_a_superior(company, admin):
    with pytest.raises(Refused, match="不能互为上下级"):
        services.change_post(company.manager.posts.get().pk, actor=admin, supervisor_id=company.seller.pk)
    with pytest.raises(Refused, match="不能互为上下级"):
        services.change_post(company.manager.posts.get().pk, actor=admin, supervisor_id=company.manager.pk)


def test_a_new_primary_post_makes_the_old_one_a_side_post(company, admin):
    post = services.give_post(company.seller.pk, company.north.pk, "sales_manager", actor=admin, is_primary=True)
    assert list(company.seller.posts.filter(is_primary=True)) == [post]
    services.end_post(post.pk, actor=admin)
    assert company.seller.posts.get(ends_on=None).is_primary


def test_the_same_post_is_not_given_twice(company, admin):
    with pytest.raises(Refused, match="已有这个岗位"):
        services.give_post(company.seller.pk, company.south.pk, "salesperson", actor=admin)
    assert company.seller.posts.count() == 1


def test_somebody_who_leaves_loses_posts_login_and_headship(company, admin, monkeypatch):
    from guike.organisation.services import people

    told = []
    monkeypatch.setattr(people.events, "emit", told.append)
    account = company.account(company.manager, "linhai")
    services.person_leaves(company.manager.pk, clock.today(), actor=admin, reason="合同到期")
    company.sales.refresh_from_db()
    assert company.sales.head is None
    assert not Account.objects.get(pk=account.pk).is_active
    assert company.manager.posts.get().ends_on == clock.today()
    assert selectors.chain_of(company.seller.pk) == [company.boss.pk]
    assert told == [facts.PersonLeft(company.manager.pk, clock.today())]
    assert history.of(Person.objects.get(pk=company.manager.pk))[0].why == "合同到期"


def test_a_later_last_day_takes_effect_by_the_nightly_run(company, admin):
    import time_machine

    last = clock.today() + timedelta(10)
    services.person_leaves(company.seller.pk, last, actor=admin)
    assert Person.objects.get(pk=company.seller.pk).active
    with time_machine.travel(clock.now() + timedelta(10)):
        assert services.end_due_employments(actor=SYSTEM) == 0
    with time_machine.travel(clock.now() + timedelta(11)):
        assert services.end_due_employments(actor=SYSTEM) == 1
        assert services.end_due_employments(actor=SYSTEM) == 0
    assert company.seller.posts.get().ends_on == last


def test_the_last_administrator_cannot_leave(company, admin):
    services.add_account(company.boss.pk, "zhou", actor=admin)
    boss = viewer_for(Account.objects.select_related("person").get(login="zhou"))
    with pytest.raises(Forbidden):
        services.person_leaves(admin.person_id, clock.today(), actor=boss)
    with pytest.raises(Refused, match="至少要留一位"):
        services.person_leaves(admin.person_id, clock.today(), actor=SYSTEM)
    assert Person.objects.get(pk=admin.person_id).active


def test_a_deputy_gets_roles_and_departments_for_the_days_of_absence(company):
    seller = company.account(company.seller, "chensy")
    today = clock.today()
    manager = viewer_for(company.account(company.manager, "linhai"))
    services.name_deputy(company.manager.pk, company.seller.pk, today, today + timedelta(2), actor=manager, reason="出差")
    now, later = viewer_for(seller), viewer_for(seller, today + timedelta(3))
    assert now.roles == {"salesperson", "sales_manager"}
    assert company.north.pk in now.department_tree_ids
    assert later.roles == {"salesperson"}
    assert later.department_tree_ids == {company.south.pk}
    assert selectors.standing_in(company.manager.pk) == company.seller.pk
    assert selectors.standing_in(company.manager.pk, today + timedelta(3)) == company.manager.pk


def test_one_names_only_ones_own_deputy(company):
    seller = viewer_for(company.account(company.seller, "chensy"))
    with pytest.raises(Forbidden):
        services.name_deputy(company.manager.pk, company.seller.pk, clock.today(), clock.today(), actor=seller)
    assert not Deputy.objects.exists()


@pytest.mark.parametrize(("start", "end", "message"), [(3, 1, "早于开始"), (-9, -3, "已经过去"), (0, 5, "已有代理人")])
def test_a_deputys_days_make_sense(company, start, end, message):
    today = clock.today()
    services.name_deputy(company.manager.pk, company.seller.pk, today + timedelta(4), today + timedelta(6), actor=SYSTEM)
    with pytest.raises(Refused, match=message):
        services.name_deputy(company.manager.pk, company.colleague.pk, today + timedelta(start), today + timedelta(end), actor=SYSTEM)
    assert Deputy.objects.count() == 1


def test_a_deputyship_that_runs_ends_yesterday_and_one_to_come_disappears(company):
    today = clock.today()
    running = Deputy.objects.create(person=company.manager, deputy=company.seller, starts_on=today - timedelta(3), ends_on=today + timedelta(3))
    coming = services.name_deputy(company.boss.pk, company.manager.pk, today + timedelta(1), today + timedelta(3), actor=SYSTEM)
    services.withdraw_deputy(running.pk, actor=SYSTEM)
    services.withdraw_deputy(coming.pk, actor=SYSTEM)
    running.refresh_from_db()
    assert running.ends_on == today - timedelta(1)
    assert not Deputy.objects.filter(pk=coming.pk).exists()


def test_a_viewer_has_all_posts_of_the_day(company):
    account = company.account(company.seller, "chensy")
    services.give_post(company.seller.pk, company.sales.pk, "marketing", actor=SYSTEM, starts_on=clock.today() + timedelta(1))
    today, tomorrow = viewer_for(account), viewer_for(account, clock.today() + timedelta(1))
    assert today.roles == {"salesperson"}
    assert tomorrow.roles == {"salesperson", "marketing"}
    assert tomorrow.department_tree_ids == {company.sales.pk, company.south.pk, company.north.pk}
    assert today.preferences["line"] == "浙南片区 · 业务员"


def test_a_head_without_a_post_there_stands_in_the_department(company):
    services.change_department(company.finance.pk, actor=SYSTEM, head_id=company.seller.pk)
    assert company.finance.pk in viewer_for(company.account(company.seller, "chensy")).department_ids


def test_people_with_a_role_are_found_by_post_department_and_account(company, admin):
    assert set(selectors.people_with_role("salesperson")) == {company.seller, company.colleague}
    assert set(selectors.people_with_role("salesperson", department_id=company.south.pk)) == {company.seller}
    assert [p.pk for p in selectors.people_with_role("administrator")] == [admin.person_id]


def test_a_form_drawn_before_another_change_is_refused(company, admin):
    version = company.seller.version
    services.change_person(company.seller.pk, actor=admin, version=version, phone="13800138000")
    with pytest.raises(Stale):
        services.change_person(company.seller.pk, actor=admin, version=version, phone="13900139000")
    assert Person.objects.get(pk=company.seller.pk).phone == "13800138000"


def test_a_colleague_comes_whole_or_not_at_all(company, admin):
    with pytest.raises(Refused, match="已有人用"):
        services.add_colleague(actor=admin, name="吴新", department=company.south.pk, role="salesperson", login="admin")
    assert not Person.objects.filter(name="吴新").exists()
    made, password = services.add_colleague(actor=admin, name="吴新", department=company.south.pk, role="salesperson", login="wuxin")
    assert made.account.check_password(password)
    assert made.posts.get().department == company.south


def test_only_the_administrator_changes_people_and_departments(company):
    manager = viewer_for(company.account(company.manager, "linhai"))
    post = company.seller.posts.get()
    for attempt in (
        lambda: services.add_person("吴新", actor=manager),
        lambda: services.change_person(company.seller.pk, actor=manager, name="吴新"),
        lambda: services.person_leaves(company.seller.pk, date(2026, 1, 1), actor=manager),
        lambda: services.give_post(company.seller.pk, company.north.pk, "salesperson", actor=manager),
        lambda: services.change_post(post.pk, actor=manager, role="administrator"),
        lambda: services.end_post(post.pk, actor=manager),
        lambda: services.add_department("新部门", actor=manager),
        lambda: services.move_department(company.south.pk, None, actor=manager),
        lambda: services.save_company(actor=manager, name="新公司"),
    ):
        with pytest.raises(Forbidden):
            attempt()
    post.refresh_from_db()
    assert (post.role, post.ends_on) == ("salesperson", None)
    assert Person.objects.count() == 5
    assert Department.objects.count() == 5


def test_admitting_people_from_another_file_makes_each_once(company, admin):
    newcomers = [
        services.Newcomer("李某某", "P004548", ("南区", "广州办事处"), "综合代表", supervisor="P000115"),
        services.Newcomer("杜某", "P000115", ("南区",), "大区经理"),
        services.Newcomer("李某某", "P004548"),
        services.Newcomer("陈思远"),
    ]
    first = services.admit_people(newcomers, actor=admin)
    again = services.admit_people(newcomers, actor=admin)
    assert first.people == again.people
    assert again.made == ()
    assert first.people["陈思远"] == company.seller
    li = Person.objects.get(number="P004548")
    assert li.posts.get().role == "salesperson"
    assert selectors.chain_of(li.pk) == [Person.objects.get(number="P000115").pk]
    assert Department.objects.filter(name="广州办事处", parent__name="南区").count() == 1
