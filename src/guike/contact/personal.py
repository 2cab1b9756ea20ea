"""Follow-ups tell what was said with whom (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import plain, texts

texts("contact.FollowUp", "topic said feedback next_step place voided_reason", purpose=_("记录与客户的往来，安排下一步"))

plain("contact.FollowUp", "category grade")
plain("contact.CalendarFeed", "token_hash")
