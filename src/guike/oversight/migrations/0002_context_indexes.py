"""The notes beside the histories (who, which verb, why) are a table of pghistory; the list of changes reads them by time and by person."""

from django.db import migrations

INDEXES = (
    ("pghistory_context_at", "(created_at, id)"),
    ("pghistory_context_person", "((metadata -> 'person'), created_at, id)"),
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_seals"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(f"CREATE INDEX {name} ON pghistory_context {columns}", f"DROP INDEX {name}") for name, columns in INDEXES
    ]
