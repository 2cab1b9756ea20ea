"""今日: what each person owes today, the team's view of it, the calendar (ACT-12)."""
