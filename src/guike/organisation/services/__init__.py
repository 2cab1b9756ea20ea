"""Verbs of this domain: each one transaction, each written into the history."""

from guike.organisation.services.accounts import (
    add_account,
    change_account,
    create_first_admin,
    deactivate_account,
    end_sessions,
    reactivate_account,
    reset_password,
    set_password,
    set_preferences,
    unlock_account,
)
from guike.organisation.services.admission import Admission, Newcomer, admit_people
from guike.organisation.services.company import finish_wizard, note_wizard_step, save_company
from guike.organisation.services.departments import (
    add_department,
    change_department,
    department_for_path,
    move_department,
    rearrange_department,
    retire_department,
)
from guike.organisation.services.deputies import name_deputy, withdraw_deputy
from guike.organisation.services.logo import remove_logo, set_logo
from guike.organisation.services.people import add_colleague, add_person, change_person, end_due_employments, person_leaves, person_returns
from guike.organisation.services.posts import change_post, end_post, give_post
from guike.organisation.services.rights import (
    change_rights,
    close_role,
    confirm_change,
    copy_role,
    decline_change,
    rename_role,
    reopen_role,
    reset_rights,
    set_two_person,
    withdraw_change,
)
from guike.organisation.services.signing_in import SignIn, change_own_password, note_sign_out, sign_in

__all__ = [
    "Admission",
    "Newcomer",
    "SignIn",
    "add_account",
    "add_colleague",
    "add_department",
    "add_person",
    "admit_people",
    "change_account",
    "change_department",
    "change_own_password",
    "change_person",
    "change_post",
    "change_rights",
    "close_role",
    "confirm_change",
    "copy_role",
    "create_first_admin",
    "deactivate_account",
    "decline_change",
    "department_for_path",
    "end_due_employments",
    "end_post",
    "end_sessions",
    "finish_wizard",
    "give_post",
    "move_department",
    "name_deputy",
    "note_sign_out",
    "note_wizard_step",
    "person_leaves",
    "person_returns",
    "reactivate_account",
    "rearrange_department",
    "remove_logo",
    "rename_role",
    "reopen_role",
    "reset_password",
    "reset_rights",
    "retire_department",
    "save_company",
    "set_logo",
    "set_password",
    "set_preferences",
    "set_two_person",
    "sign_in",
    "unlock_account",
    "withdraw_change",
    "withdraw_deputy",
]
