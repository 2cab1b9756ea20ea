from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "guike.platform"
    label = "platform"
