"""Follow-ups go along; only one of them is the first contact."""

from guike.platform import references

references.declare("contact.FollowUp", "customer_id", on_collision=lambda row, merged: {"first_contact": False}, why="首次接触只有一次")
