from django.db import migrations

from guike.sales.models.movements import VIEW


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW sales_purchase")]
