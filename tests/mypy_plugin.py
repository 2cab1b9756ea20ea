"""What mypy has to be told of how we use Django: lazy texts are texts; a request carries its viewer."""

from collections.abc import Callable

from mypy.plugin import ClassDefContext, FunctionContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, Type, TypeOfAny

LAZY = {f"django.utils.translation.{name}" for name in ("gettext_lazy", "ngettext_lazy", "pgettext_lazy")}
REQUEST = "django.http.request.HttpRequest"
PUT_ON_REQUESTS = ("viewer", "htmx")  # by platform.access.page and django-htmx


class GuikePlugin(Plugin):
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return _text if fullname in LAZY else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return _with_viewer if fullname == REQUEST else None


def _text(context: FunctionContext) -> Type:
    return context.api.named_generic_type("builtins.str", [])


def _with_viewer(context: ClassDefContext) -> None:
    for name in PUT_ON_REQUESTS:
        add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))


def plugin(version: str) -> type[Plugin]:
    return GuikePlugin
