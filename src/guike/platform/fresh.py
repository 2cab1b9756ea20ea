"""An empty database is made at once, in the state in which all migrations would leave it (docs/adr/0008).

Step by step costs a minute of processor time and more, nearly all of it Django's account of how a hundred and thirty models with their
histories came about. Nobody needs that account where there is nothing to move: the tables are made from the models as they are, then
what migrations say in SQL or Python of their own is carried out in their order (views, statistics, first rows) unless it is marked
`elidable`, then every migration is noted as applied. Packages from elsewhere migrate as they always do.
`wiring/tests/test_fresh.py` compares both ways object by object.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pgtrigger.registry
from django.apps import AppConfig, apps
from django.contrib.postgres.operations import CreateExtension
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.models import Model


def is_fresh(connection: BaseDatabaseWrapper) -> bool:
    """None of our tables stands in the database."""
    return not {model._meta.db_table for model in _tables()} & set(connection.introspection.table_names())


def make(connection: BaseDatabaseWrapper, verbosity: int = 0) -> None:
    """Make everything; our part whole or not at all. What was interrupted before it begins there again."""
    executor = MigrationExecutor(connection)
    labels = {config.label for config in _apps()}
    nodes = executor.loader.graph.leaf_nodes()
    plan = [migration for migration, _backwards in executor.migration_plan(nodes) if migration.app_label in labels]
    emit_pre_migrate_signal(verbosity, False, connection.alias, apps=apps, plan=[])
    executor.migrate([node for node in nodes if node[0] not in labels])
    with transaction.atomic(using=connection.alias):
        _make_ours(connection, plan)
        recorder = executor.recorder
        recorder.ensure_schema()
        recorder.migration_qs.bulk_create(recorder.Migration(app=one.app_label, name=one.name) for one in plan)
    emit_post_migrate_signal(verbosity, False, connection.alias, apps=apps, plan=[])


def _make_ours(connection: BaseDatabaseWrapper, plan: list[Migration]) -> None:
    own = list(_own_operations(plan))
    with connection.schema_editor() as editor:
        for label, operation in own:
            if isinstance(operation, CreateExtension):
                _carry_out(label, operation, editor)
        for model in _tables():
            editor.create_model(model)
    for owner, trigger in pgtrigger.registry.registered():
        trigger.install(owner, database=connection.alias)
    with connection.schema_editor() as editor:
        for label, operation in own:
            if not isinstance(operation, CreateExtension):
                _carry_out(label, operation, editor)


def _own_operations(plan: list[Migration]) -> Iterator[tuple[str, Operation]]:
    """What migrations do besides describing models, without what only moves rows that exist."""
    for migration in plan:
        for operation in migration.operations:
            if isinstance(operation, RunSQL | RunPython | CreateExtension) and not operation.elidable:
                yield migration.app_label, operation


def _carry_out(label: str, operation: Operation, editor: BaseDatabaseSchemaEditor) -> None:
    """These three kinds ask the state for nothing but its models; those of the program are the last state's."""
    state: Any = SimpleNamespace(apps=apps, clear_delayed_apps_cache=lambda: None)
    operation.database_forwards(label, editor, state, state)


def _apps() -> Iterator[AppConfig]:
    yield from (config for config in apps.get_app_configs() if config.name.startswith("guike."))


def _tables() -> Iterator[type[Model]]:
    for config in _apps():
        yield from (model for model in config.get_models() if model._meta.managed and not model._meta.proxy)
