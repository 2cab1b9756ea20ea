from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guike.organisation import registry
from guike.platform.ui import navigation, shell
from guike.workspace.tour import cast
from guike.workspace.tour.card import card

navigation.register("tour", group="settings", label=_("十分钟导览"), icon="route", url_name="workspace:tour", order=200)
shell.provide_card(card)


def _at_the_door() -> tuple[str, str] | None:
    """The demo is shown before one logs in."""
    return (gettext("十分钟导览"), reverse("workspace:tour")) if cast.parts() else None


registry.offer_at_door(_at_the_door)
