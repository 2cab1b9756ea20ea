from guike.organisation.calendar.models import CalendarDay, CalendarException, CalendarYear, StatutoryDay
from guike.organisation.models.accounts import Account, LoginGuard, LoginRecord, PasswordRecord
from guike.organisation.models.company import CompanyProfile
from guike.organisation.models.departments import Department
from guike.organisation.models.people import Deputy, Person, Post
from guike.organisation.models.rights import OwnRole, RightsChange, RightsState, RoleRight

__all__ = [
    "Account",
    "CalendarDay",
    "CalendarException",
    "CalendarYear",
    "CompanyProfile",
    "Department",
    "Deputy",
    "LoginGuard",
    "LoginRecord",
    "OwnRole",
    "PasswordRecord",
    "Person",
    "Post",
    "RightsChange",
    "RightsState",
    "RoleRight",
    "StatutoryDay",
]
