import pytest

from guike.organisation import services
from guike.organisation.models import Account, LoginGuard, PasswordRecord
from guike.organisation.selectors import viewer_for
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import history
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_made_once_with_a_password_to_change():
    login, password = services.create_first_admin()
    account = Account.objects.get()
    assert (account.login, account.roles, account.must_change_password) == (login, ["administrator"], True)
    assert account.check_password(password)
    assert "administrator" in viewer_for(account).roles
    assert services.create_first_admin() is None


def test_an_account_gets_a_one_time_password_that_keeps_the_policy(company, admin):
    account, password = services.add_account(company.seller.pk, "ChenSY", actor=admin)
    assert account.login == "chensy"
    assert account.must_change_password
    assert account.check_password(password)
    assert len(password) == 19


@pytest.mark.parametrize(("login", "message"), [("ADMIN", "已有人用"), ("a b", "不留空格"), ("", "不留空格")])
def test_a_login_is_unique_whatever_its_case(company, admin, login, message):
    with pytest.raises(Refused, match=message):
        services.add_account(company.seller.pk, login, actor=admin)
    assert Account.objects.count() == 1


def test_one_person_one_account(company, admin):
    services.add_account(company.seller.pk, "chensy", actor=admin)
    with pytest.raises(Refused, match="已有账号"):
        services.add_account(company.seller.pk, "chensy2", actor=admin)


def test_only_the_administrator_makes_accounts(company):
    manager = viewer_for(company.account(company.manager, "linhai"))
    for attempt in (
        lambda: services.add_account(company.seller.pk, "chensy", actor=manager),
        lambda: services.reset_password(manager.account_id, actor=manager),
        lambda: services.deactivate_account(manager.account_id, actor=manager),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert Account.objects.get().check_password(PASSWORD)


def test_the_last_five_passwords_do_not_come_back(company):
    viewer = viewer_for(company.account(company.seller, "chensy"))
    words = [f"Ou-Tai-{n}-Fa-Men" for n in range(5)]
    old = PASSWORD
    for word in words:
        services.change_own_password(old, word, actor=viewer)
        old = word
    for used in words:
        with pytest.raises(Refused, match="最近 5 次"):
            services.change_own_password(old, used, actor=viewer)
    services.change_own_password(old, PASSWORD, actor=viewer)  # six ago may
    assert PasswordRecord.objects.filter(account_id=viewer.account_id).count() == 5


def test_ones_own_password_needs_the_old_one(company):
    viewer = viewer_for(company.account(company.seller, "chensy"))
    with pytest.raises(Refused, match="原密码不对") as refused:
        services.change_own_password("wrong", "Ou-Tai-1-Fa-Men", actor=viewer)
    assert refused.value.field == "old_password"
    assert Account.objects.get(login="chensy").check_password(PASSWORD)


def test_a_weak_password_names_everything_that_is_wrong(company):
    viewer = viewer_for(company.account(company.seller, "chensy"))
    with pytest.raises(Refused, match=r"至少 10 个字符；.*其中 3 种；.*登录名"):
        services.change_own_password(PASSWORD, "chensy1", actor=viewer)


def test_the_last_administrator_stays(company, admin):
    other = company.account(company.boss, "zhou", ("administrator",))
    with pytest.raises(Refused, match="不能停用自己的账号"):
        services.deactivate_account(admin.account_id, actor=admin)
    services.deactivate_account(other.pk, actor=admin)
    with pytest.raises(Refused, match="至少要留一位"):
        services.change_account(admin.account_id, "admin", [], actor=admin)
    assert Account.objects.get(pk=admin.account_id).roles == ["administrator"]


def test_a_shut_account_opens_again_but_not_for_who_left(company, admin):
    account = company.account(company.seller, "chensy")
    services.deactivate_account(account.pk, actor=admin)
    services.reactivate_account(account.pk, actor=admin)
    assert Account.objects.get(pk=account.pk).is_active
    from guike.platform import clock

    services.person_leaves(company.seller.pk, clock.today(), actor=admin)
    with pytest.raises(Refused, match="已离职"):
        services.reactivate_account(account.pk, actor=admin)
    assert not Account.objects.get(pk=account.pk).is_active


def test_resetting_a_password_opens_a_shut_door(company, admin):
    account = company.account(company.seller, "chensy")
    LoginGuard.objects.create(kind="login", key="chensy", failures=5)
    password = services.reset_password(account.pk, actor=admin)
    account.refresh_from_db()
    assert account.check_password(password)
    assert account.must_change_password
    assert not LoginGuard.objects.exists()


def test_an_accounts_history_tells_who_and_hides_the_password(company, admin):
    account = company.account(company.seller, "chensy")
    services.deactivate_account(account.pk, actor=admin, reason="调岗")
    entries = history.of(Account.objects.get(pk=account.pk))
    assert (entries[0].who, entries[0].verb, entries[0].why) == ("赵管理", "organisation.deactivate_account", "调岗")
    assert not any("scrypt" in change.after for entry in entries for change in entry.changes)


def test_the_system_acts_without_an_account(company):
    account = company.account(company.seller, "chensy")
    services.set_password(account.pk, "Ou-Tai-1-Fa-Men", actor=SYSTEM)
    assert not Account.objects.get(pk=account.pk).must_change_password
