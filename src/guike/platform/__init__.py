"""The ground floor: clock, money, access, history, jobs, numbering, files, conditions. It knows no business words."""
