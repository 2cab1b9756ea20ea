"""Files kept with a customer."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from guike.customers.services.doors import changeable
from guike.platform import clock, files
from guike.platform.access import Viewer
from guike.platform.models import Attachment
from guike.platform.verbs import verb


@verb("customers.attach_file")
def attach_file(customer_id: int, upload: UploadedFile, *, actor: Viewer, note: str = "", reason: str = "") -> Attachment:
    """Keep a file with a customer; programs, empty files and files over 20 MB are refused."""
    customer = changeable(actor, customer_id)
    return files.attach(upload, "customer", customer.pk, actor=actor, note=note)


@verb("customers.remove_file")
def remove_file(customer_id: int, attachment_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Take a file off a customer; the bytes stay where another record has the same file."""
    customer = changeable(actor, customer_id)
    changed = Attachment.objects.filter(pk=attachment_id, subject_kind="customer", subject_id=customer.pk, removed_at=None).update(
        removed_at=clock.now()
    )
    if not changed:
        raise Http404
