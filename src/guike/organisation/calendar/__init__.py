"""The working calendar (PLT-13): which days count, and deadlines in working days. Story and worked numbers in README.md."""

from guike.organisation.calendar.selectors import add_workdays, is_workday, provisional_years, workdays, workdays_between

__all__ = ["add_workdays", "is_workday", "provisional_years", "workdays", "workdays_between"]
