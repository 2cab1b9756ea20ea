"""Numbers stand apart from names in what a search looks in, and two letters find initials (PLT-09)."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from guike.customers import rules

PIECE = 2000


def derive_again(apps, schema_editor):
    """Bring `search` and `dial` of what is on file into the new form, piece by piece."""
    for name, derived in (("Customer", _of_customer), ("Contact", _of_contact)):
        model = apps.get_model("customers", name)
        rows = []
        for row in model._base_manager.order_by("pk").iterator(chunk_size=PIECE):
            found = derived(row)
            row.search, row.dial = found["search"], found["dial"]
            rows.append(row)
            if len(rows) == PIECE:
                model._base_manager.bulk_update(rows, ["search", "dial"])
                rows = []
        model._base_manager.bulk_update(rows, ["search", "dial"])


def _of_customer(row):
    sought = ("name", "short_name", "former_names", "phone", "phones", "kind", "number")
    return rules.of_customer(**{name: getattr(row, name) for name in sought})


def _of_contact(row):
    return rules.of_contact(name=row.name, phone=row.phone, phones=row.phones)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_remove_contact_insert_insert_and_more")]

    operations = [
        migrations.AddField("contact", "dial", models.TextField(db_default="", default="", editable=False)),
        migrations.AddField("customer", "dial", models.TextField(db_default="", default="", editable=False)),
        migrations.RunPython(derive_again, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "contact", django.contrib.postgres.indexes.GinIndex(fields=["dial"], name="contact_dial", opclasses=["gin_trgm_ops"])
        ),
        migrations.AddIndex(
            "customer", django.contrib.postgres.indexes.GinIndex(fields=["dial"], name="customer_dial", opclasses=["gin_trgm_ops"])
        ),
    ]
