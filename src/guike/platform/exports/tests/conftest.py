"""The made-up kind of the import tests is exported here."""

from guike.platform.imports.tests.conftest import _instance_folder, clerk, kind, salesperson, sheet

__all__ = ["_instance_folder", "clerk", "kind", "salesperson", "sheet"]
