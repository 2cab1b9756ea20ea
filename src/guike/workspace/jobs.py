"""What the day's turn does here: after obligations were brought in line (the order of the applications), people hear of theirs."""

from guike.platform import jobs
from guike.workspace.today import notices

jobs.daily(notices.tell_due)
