"""Order numbers are found by how they end (PLT-09)."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0017_changed_at"),
        ("organisation", "0005_login_record_at"),
        ("sales", "0006_changed_at"),
    ]

    operations = [
        migrations.AddIndex("returnorder", models.Index(OpClass("number", "text_pattern_ops"), name="returnorder_number")),
        migrations.AddIndex(
            "returnorder", models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="returnorder_number_backwards")
        ),
        migrations.AddIndex("salesorder", models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="salesorder_number_backwards")),
        # Without samples of the turned number the planner reads the books along another index.
        migrations.RunSQL("ANALYZE sales_salesorder, sales_returnorder", migrations.RunSQL.noop, elidable=True),
    ]
