import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Sessions get a number of their own, as all tables have; those that were open end."""

    dependencies = [("organisation", "0003_rights")]

    operations = [
        migrations.DeleteModel(name="Session"),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=64, unique=True)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("device", models.CharField(blank=True, default="", max_length=200)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("idle_minutes", models.PositiveIntegerField(default=240)),
                ("longest_hours", models.PositiveIntegerField(default=12)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "登录"},
        ),
    ]
