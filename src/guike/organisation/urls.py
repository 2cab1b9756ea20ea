from django.urls import path

from guike.organisation.calendar import views as calendar
from guike.organisation.views import accounts, company, departments, logo, mine, people, posts, roles, signing_in

app_name = "organisation"
urlpatterns = [
    path("login/", signing_in.login, name="login"),
    path("logout/", signing_in.logout, name="logout"),
    path("me/", mine.me, name="me"),
    path("me/password/", signing_in.password, name="password"),
    path("me/sessions/end/", mine.end_sessions, name="end_sessions"),
    path("settings/people/", people.index, name="people"),
    path("settings/people/add/", people.add, name="person_add"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/change/", people.change, name="person_change"),
    path("settings/people/<int:pk>/leave/", people.leave, name="person_leave"),
    path("settings/people/<int:pk>/return/", people.come_back, name="person_return"),
    path("settings/people/<int:pk>/posts/add/", posts.give, name="post_give"),
    path("settings/people/<int:pk>/deputy/", people.deputy, name="deputy"),
    path("settings/people/<int:pk>/account/", accounts.add, name="account_add"),
    path("settings/posts/<int:pk>/", posts.change, name="post_change"),
    path("settings/posts/<int:pk>/end/", posts.end, name="post_end"),
    path("settings/deputies/<int:pk>/withdraw/", people.withdraw_deputy, name="deputy_withdraw"),
    path("settings/departments/", departments.tree, name="departments"),
    path("settings/departments/add/", departments.add, name="department_add"),
    path("settings/departments/<int:pk>/", departments.change, name="department_change"),
    path("settings/departments/<int:pk>/retire/", departments.retire, name="department_retire"),
    path("settings/accounts/", accounts.index, name="accounts"),
    path("settings/accounts/<int:pk>/", accounts.change, name="account_change"),
    path("settings/accounts/<int:pk>/reset/", accounts.reset, name="account_reset"),
    path("settings/accounts/<int:pk>/unlock/", accounts.unlock, name="account_unlock"),
    path("settings/accounts/<int:pk>/deactivate/", accounts.deactivate, name="account_deactivate"),
    path("settings/accounts/<int:pk>/reactivate/", accounts.reactivate, name="account_reactivate"),
    path("settings/roles/", roles.roles, name="roles"),
    path("settings/company/", company.company, name="company"),
    path("settings/company/logo/", logo.logo, name="logo"),
    path("company/logo/", logo.logo_file, name="logo_file"),
    path("settings/calendar/", calendar.year, name="calendar"),
    path("settings/calendar/<int:number>/", calendar.year, name="calendar_year"),
    path("settings/calendar/<int:number>/notice/", calendar.notice, name="calendar_notice"),
    path("settings/calendar/<str:iso>/", calendar.day, name="calendar_day"),
]
