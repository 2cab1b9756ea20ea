"""Pages that compose other domains' panels: today, the customer page, the dashboard, the first-run wizard."""

#: The parts; each brings its own `urls.py`, `navigation.py` and `access.py` where it needs them.
PARTS = ("today", "customer_page", "dashboard", "wizard", "help", "tour")
