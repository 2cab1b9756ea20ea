"""Reads of this domain."""

from guike.organisation.selectors.chain import absent_on, chain_of, standing_in, supervisor_of, supervisors
from guike.organisation.selectors.company import company, company_logo, company_name, logo_bytes, logo_url
from guike.organisation.selectors.departments import (
    department,
    department_path,
    department_paths,
    department_tree,
    department_with_function,
    departments_for,
)
from guike.organisation.selectors.directory import Directory
from guike.organisation.selectors.people import (
    account_of_person,
    home_of,
    login_holders,
    people_for,
    people_in,
    people_with_role,
    person,
    person_names,
    posts_of,
    works_here,
)
from guike.organisation.selectors.viewers import viewer_for, viewer_of_login, viewer_of_person

__all__ = [
    "Directory",
    "absent_on",
    "account_of_person",
    "chain_of",
    "company",
    "company_logo",
    "company_name",
    "department",
    "department_path",
    "department_paths",
    "department_tree",
    "department_with_function",
    "departments_for",
    "home_of",
    "login_holders",
    "logo_bytes",
    "logo_url",
    "people_for",
    "people_in",
    "people_with_role",
    "person",
    "person_names",
    "posts_of",
    "standing_in",
    "supervisor_of",
    "supervisors",
    "viewer_for",
    "viewer_of_login",
    "viewer_of_person",
    "works_here",
]
