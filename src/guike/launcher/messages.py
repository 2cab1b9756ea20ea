"""What the launcher says when it cannot go on. Chinese first, English below where nobody may read Chinese yet (set-up)."""


class Stop(Exception):
    """Ends the command with this message on standard error and `status` as exit code. Says what, where, what to do."""

    def __init__(self, message: str, status: int = 1):
        super().__init__(message)
        self.status = status
