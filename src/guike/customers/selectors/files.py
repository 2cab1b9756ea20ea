"""Files kept with a customer."""

from pathlib import Path

from django.http import Http404

from guike.platform import files
from guike.platform.access import Viewer, row
from guike.platform.models import Attachment


def attachments(viewer: Viewer, customer_id: int) -> list[Attachment]:
    """A customer's files, newest first; 404 out of sight."""
    row(viewer, "customer", customer_id)
    return files.of("customer", customer_id)


def open_attachment(viewer: Viewer, customer_id: int, attachment_id: int) -> tuple[Attachment, Path]:
    """One file and where its bytes lie; 404 when the customer is out of sight or the file is not this customer's."""
    row(viewer, "customer", customer_id)
    found = Attachment.objects.filter(pk=attachment_id, subject_kind="customer", subject_id=customer_id, removed_at=None).first()
    if found is None or not files.path_of(found.sha256).exists():
        raise Http404
    return found, files.path_of(found.sha256)
