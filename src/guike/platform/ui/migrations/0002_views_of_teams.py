"""A view is for oneself, one's team or everybody; a list may open with another view than the first (PLT-10)."""

import django.contrib.postgres.fields
from django.db import migrations, models

AUDIENCES = [("mine", "只给自己"), ("team", "给本团队"), ("everyone", "给所有人")]


def shared_to_everyone(apps, schema_editor):
    apps.get_model("ui", "SavedView").objects.filter(shared=True).update(audience="everyone")


class Migration(migrations.Migration):
    dependencies = [("ui", "0001_initial")]

    operations = [
        migrations.AddField("savedview", "saved_by", models.CharField("保存人姓名", max_length=60, blank=True, default="")),
        migrations.AddField("savedview", "audience", models.CharField("谁能看", max_length=8, choices=AUDIENCES, default="mine")),
        migrations.AddField(
            "savedview",
            "teams",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name="团队"
            ),
        ),
        migrations.RunPython(shared_to_everyone, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex("savedview", "ui_savedvie_list_co_a86f32_idx"),
        migrations.RemoveField("savedview", "shared"),
        migrations.AddIndex("savedview", models.Index(fields=["list_code", "audience"], name="ui_savedview_audience")),
        migrations.CreateModel(
            name="OpeningView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_code", models.CharField(max_length=60, verbose_name="列表")),
                ("account_id", models.BigIntegerField(verbose_name="账号")),
                ("view", models.CharField(max_length=40, verbose_name="视图")),
            ],
            options={
                "verbose_name": "默认视图",
                "constraints": [models.UniqueConstraint(fields=("account_id", "list_code"), name="ui_openingview_one_a_list")],
            },
        ),
    ]
