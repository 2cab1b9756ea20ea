"""The company's mark: in the shell and on printed forms (PLT-12, PLT-04)."""

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from guike.organisation.selectors.company import LOGO_KEY, LOGO_SUBJECT
from guike.platform import clock, files, pictures
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.models import Attachment
from guike.platform.verbs import verb

ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


@verb("organisation.set_logo")
def set_logo(upload: UploadedFile, *, actor: Viewer) -> Attachment:
    """Take a picture as the company's mark, cleaned of all that is not the picture; the one before is put aside, not deleted.

    Refused: not PNG or JPEG, broken, over 512 KB or 2,000 pixels.
    """
    require(actor, "company", "change")
    if (upload.size or 0) > pictures.LIMIT:
        raise Refused(_("图片超过 %(most)d KB，缩小后再传") % {"most": pictures.LIMIT // 1024}, field="file")
    picture = pictures.clean(upload.read())
    _put_aside()
    clean = SimpleUploadedFile(f"logo.{ENDINGS[picture.media_type]}", picture.data, picture.media_type)
    kept = files.attach(clean, *LOGO_SUBJECT, actor=actor)
    cache.delete(LOGO_KEY)
    return kept


@verb("organisation.remove_logo")
def remove_logo(*, actor: Viewer) -> None:
    """Go back to the program's own mark."""
    require(actor, "company", "change")
    _put_aside()
    cache.delete(LOGO_KEY)


def _put_aside() -> None:
    Attachment.objects.filter(subject_kind=LOGO_SUBJECT[0], subject_id=LOGO_SUBJECT[1], removed_at=None).update(removed_at=clock.now())
