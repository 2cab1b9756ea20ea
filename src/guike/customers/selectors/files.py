"""Files kept with a customer; the bytes are served by the platform's own page."""

from guike.platform import files
from guike.platform.access import Viewer, row
from guike.platform.models import Attachment


def attachments(viewer: Viewer, customer_id: int) -> list[Attachment]:
    """A customer's files, newest first; 404 out of sight."""
    row(viewer, "customer", customer_id)
    return files.of("customer", customer_id)
