from guike.organisation.calendar.models import CalendarDay, CalendarException, CalendarYear, StatutoryDay
from guike.organisation.login.models import Factor, Identity, IdentityProvider, RecoveryCode, ResetLink, Session, SignInRules
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
    "Factor",
    "Identity",
    "IdentityProvider",
    "LoginGuard",
    "LoginRecord",
    "OwnRole",
    "PasswordRecord",
    "Person",
    "Post",
    "RecoveryCode",
    "ResetLink",
    "RightsChange",
    "RightsState",
    "RoleRight",
    "Session",
    "SignInRules",
    "StatutoryDay",
]
