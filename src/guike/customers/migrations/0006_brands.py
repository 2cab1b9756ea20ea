"""The brand in a company's name stands apart, so that doubles are found by it; merged customers know their survivor (CUS-07)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from guike.customers import rules

PIECE = 2000
SOUGHT = ("name", "short_name", "former_names", "phone", "phones", "kind", "number")
DERIVED = ("name_key", "search", "brand_key", "brand_sound", "brand_place")


def derive_again(apps, schema_editor):
    """Fill the brand's keys of what is on file, and read traditional script by the longer table, piece by piece."""
    model = apps.get_model("customers", "Customer")
    rows = []
    for row in model._base_manager.order_by("pk").iterator(chunk_size=PIECE):
        found = rules.of_customer(**{name: getattr(row, name) for name in SOUGHT})
        for name in DERIVED:
            setattr(row, name, found[name])
        rows.append(row)
        if len(rows) == PIECE:
            model._base_manager.bulk_update(rows, DERIVED)
            rows = []
    model._base_manager.bulk_update(rows, DERIVED)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_tags'),
        ('organisation', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='customer',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='customer',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='customer',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='customer',
            name='brand_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='customer',
            name='brand_place',
            field=models.CharField(db_default='', default='', editable=False, max_length=2),
        ),
        migrations.AddField(
            model_name='customer',
            name='brand_sound',
            field=models.CharField(db_default='', default='', editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name='customer',
            name='former_numbers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, editable=False, size=None, verbose_name='并入的编号'),
        ),
        migrations.AddField(
            model_name='customer',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='customers.customer', verbose_name='并入'),
        ),
        migrations.AddField(
            model_name='customerevent',
            name='former_numbers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, editable=False, size=None, verbose_name='并入的编号'),
        ),
        migrations.AddField(
            model_name='customerevent',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='customers.customer', verbose_name='并入'),
        ),
        migrations.RunPython(derive_again, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('removed_at__isnull', True), models.Q(('brand_sound', ''), _negated=True)), fields=['brand_sound', 'brand_place', 'id'], name='customer_brand'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customerevent" ("bank_account", "bank_name", "birthday", "birthday_lunar", "business_scope", "channel", "city", "commission_agreement_on", "completeness", "created_at", "custom", "dealer_agreement_on", "decision_makers", "department_id", "district", "division_code", "email", "employees", "expected_deal_on", "former_names", "former_numbers", "founded_on", "gender", "id", "industry", "invoice_address", "invoice_title", "kind", "legal_representative", "merged_into_id", "name", "nature", "need_state", "note", "number", "organisation", "outlet_type", "own_use", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phones", "production_lines", "province", "rapport", "region", "registered_address", "registered_capital", "registered_on", "registration_number", "removed_at", "short_name", "social", "source", "stage", "stage_since", "strategic_agreement_on", "supply_contract_on", "tags", "tax_number", "title", "updated_at", "uscc", "website") SELECT new_values."bank_account", new_values."bank_name", new_values."birthday", new_values."birthday_lunar", new_values."business_scope", new_values."channel", new_values."city", new_values."commission_agreement_on", new_values."completeness", new_values."created_at", new_values."custom", new_values."dealer_agreement_on", new_values."decision_makers", new_values."department_id", new_values."district", new_values."division_code", new_values."email", new_values."employees", new_values."expected_deal_on", new_values."former_names", new_values."former_numbers", new_values."founded_on", new_values."gender", new_values."id", new_values."industry", new_values."invoice_address", new_values."invoice_title", new_values."kind", new_values."legal_representative", new_values."merged_into_id", new_values."name", new_values."nature", new_values."need_state", new_values."note", new_values."number", new_values."organisation", new_values."outlet_type", new_values."own_use", new_values."owner_id", new_values."parent_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone", new_values."phones", new_values."production_lines", new_values."province", new_values."rapport", new_values."region", new_values."registered_address", new_values."registered_capital", new_values."registered_on", new_values."registration_number", new_values."removed_at", new_values."short_name", new_values."social", new_values."source", new_values."stage", new_values."stage_since", new_values."strategic_agreement_on", new_values."supply_contract_on", new_values."tags", new_values."tax_number", new_values."title", new_values."updated_at", new_values."uscc", new_values."website" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1d93593a2eaea06709a555406a737ac81ae98d00', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_a36e0', referencing='REFERENCING NEW TABLE AS new_values ', table='customers_customer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customerevent" ("bank_account", "bank_name", "birthday", "birthday_lunar", "business_scope", "channel", "city", "commission_agreement_on", "completeness", "created_at", "custom", "dealer_agreement_on", "decision_makers", "department_id", "district", "division_code", "email", "employees", "expected_deal_on", "former_names", "former_numbers", "founded_on", "gender", "id", "industry", "invoice_address", "invoice_title", "kind", "legal_representative", "merged_into_id", "name", "nature", "need_state", "note", "number", "organisation", "outlet_type", "own_use", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phones", "production_lines", "province", "rapport", "region", "registered_address", "registered_capital", "registered_on", "registration_number", "removed_at", "short_name", "social", "source", "stage", "stage_since", "strategic_agreement_on", "supply_contract_on", "tags", "tax_number", "title", "updated_at", "uscc", "website") SELECT new_values."bank_account", new_values."bank_name", new_values."birthday", new_values."birthday_lunar", new_values."business_scope", new_values."channel", new_values."city", new_values."commission_agreement_on", new_values."completeness", new_values."created_at", new_values."custom", new_values."dealer_agreement_on", new_values."decision_makers", new_values."department_id", new_values."district", new_values."division_code", new_values."email", new_values."employees", new_values."expected_deal_on", new_values."former_names", new_values."former_numbers", new_values."founded_on", new_values."gender", new_values."id", new_values."industry", new_values."invoice_address", new_values."invoice_title", new_values."kind", new_values."legal_representative", new_values."merged_into_id", new_values."name", new_values."nature", new_values."need_state", new_values."note", new_values."number", new_values."organisation", new_values."outlet_type", new_values."own_use", new_values."owner_id", new_values."parent_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."phones", new_values."production_lines", new_values."province", new_values."rapport", new_values."region", new_values."registered_address", new_values."registered_capital", new_values."registered_on", new_values."registration_number", new_values."removed_at", new_values."short_name", new_values."social", new_values."source", new_values."stage", new_values."stage_since", new_values."strategic_agreement_on", new_values."supply_contract_on", new_values."tags", new_values."tax_number", new_values."title", new_values."updated_at", new_values."uscc", new_values."website" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."bank_account" IS DISTINCT FROM (new_values."bank_account") OR old_values."bank_name" IS DISTINCT FROM (new_values."bank_name") OR old_values."birthday" IS DISTINCT FROM (new_values."birthday") OR old_values."birthday_lunar" IS DISTINCT FROM (new_values."birthday_lunar") OR old_values."business_scope" IS DISTINCT FROM (new_values."business_scope") OR old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."commission_agreement_on" IS DISTINCT FROM (new_values."commission_agreement_on") OR old_values."completeness" IS DISTINCT FROM (new_values."completeness") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."custom" IS DISTINCT FROM (new_values."custom") OR old_values."dealer_agreement_on" IS DISTINCT FROM (new_values."dealer_agreement_on") OR old_values."decision_makers" IS DISTINCT FROM (new_values."decision_makers") OR old_values."department_id" IS DISTINCT FROM (new_values."department_id") OR old_values."district" IS DISTINCT FROM (new_values."district") OR old_values."division_code" IS DISTINCT FROM (new_values."division_code") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."employees" IS DISTINCT FROM (new_values."employees") OR old_values."expected_deal_on" IS DISTINCT FROM (new_values."expected_deal_on") OR old_values."former_names" IS DISTINCT FROM (new_values."former_names") OR old_values."former_numbers" IS DISTINCT FROM (new_values."former_numbers") OR old_values."founded_on" IS DISTINCT FROM (new_values."founded_on") OR old_values."gender" IS DISTINCT FROM (new_values."gender") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."industry" IS DISTINCT FROM (new_values."industry") OR old_values."invoice_address" IS DISTINCT FROM (new_values."invoice_address") OR old_values."invoice_title" IS DISTINCT FROM (new_values."invoice_title") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."legal_representative" IS DISTINCT FROM (new_values."legal_representative") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."nature" IS DISTINCT FROM (new_values."nature") OR old_values."need_state" IS DISTINCT FROM (new_values."need_state") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."organisation" IS DISTINCT FROM (new_values."organisation") OR old_values."outlet_type" IS DISTINCT FROM (new_values."outlet_type") OR old_values."own_use" IS DISTINCT FROM (new_values."own_use") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."phones" IS DISTINCT FROM (new_values."phones") OR old_values."production_lines" IS DISTINCT FROM (new_values."production_lines") OR old_values."province" IS DISTINCT FROM (new_values."province") OR old_values."rapport" IS DISTINCT FROM (new_values."rapport") OR old_values."region" IS DISTINCT FROM (new_values."region") OR old_values."registered_address" IS DISTINCT FROM (new_values."registered_address") OR old_values."registered_capital" IS DISTINCT FROM (new_values."registered_capital") OR old_values."registered_on" IS DISTINCT FROM (new_values."registered_on") OR old_values."registration_number" IS DISTINCT FROM (new_values."registration_number") OR old_values."removed_at" IS DISTINCT FROM (new_values."removed_at") OR old_values."short_name" IS DISTINCT FROM (new_values."short_name") OR old_values."social" IS DISTINCT FROM (new_values."social") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."stage" IS DISTINCT FROM (new_values."stage") OR old_values."stage_since" IS DISTINCT FROM (new_values."stage_since") OR old_values."strategic_agreement_on" IS DISTINCT FROM (new_values."strategic_agreement_on") OR old_values."supply_contract_on" IS DISTINCT FROM (new_values."supply_contract_on") OR old_values."tags" IS DISTINCT FROM (new_values."tags") OR old_values."tax_number" IS DISTINCT FROM (new_values."tax_number") OR old_values."title" IS DISTINCT FROM (new_values."title") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at") OR old_values."uscc" IS DISTINCT FROM (new_values."uscc") OR old_values."website" IS DISTINCT FROM (new_values."website")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ef1cc419095ab994ab5587ff4831d3285e5710df', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ca86d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='customers_customer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customerevent" ("bank_account", "bank_name", "birthday", "birthday_lunar", "business_scope", "channel", "city", "commission_agreement_on", "completeness", "created_at", "custom", "dealer_agreement_on", "decision_makers", "department_id", "district", "division_code", "email", "employees", "expected_deal_on", "former_names", "former_numbers", "founded_on", "gender", "id", "industry", "invoice_address", "invoice_title", "kind", "legal_representative", "merged_into_id", "name", "nature", "need_state", "note", "number", "organisation", "outlet_type", "own_use", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phones", "production_lines", "province", "rapport", "region", "registered_address", "registered_capital", "registered_on", "registration_number", "removed_at", "short_name", "social", "source", "stage", "stage_since", "strategic_agreement_on", "supply_contract_on", "tags", "tax_number", "title", "updated_at", "uscc", "website") SELECT old_values."bank_account", old_values."bank_name", old_values."birthday", old_values."birthday_lunar", old_values."business_scope", old_values."channel", old_values."city", old_values."commission_agreement_on", old_values."completeness", old_values."created_at", old_values."custom", old_values."dealer_agreement_on", old_values."decision_makers", old_values."department_id", old_values."district", old_values."division_code", old_values."email", old_values."employees", old_values."expected_deal_on", old_values."former_names", old_values."former_numbers", old_values."founded_on", old_values."gender", old_values."id", old_values."industry", old_values."invoice_address", old_values."invoice_title", old_values."kind", old_values."legal_representative", old_values."merged_into_id", old_values."name", old_values."nature", old_values."need_state", old_values."note", old_values."number", old_values."organisation", old_values."outlet_type", old_values."own_use", old_values."owner_id", old_values."parent_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone", old_values."phones", old_values."production_lines", old_values."province", old_values."rapport", old_values."region", old_values."registered_address", old_values."registered_capital", old_values."registered_on", old_values."registration_number", old_values."removed_at", old_values."short_name", old_values."social", old_values."source", old_values."stage", old_values."stage_since", old_values."strategic_agreement_on", old_values."supply_contract_on", old_values."tags", old_values."tax_number", old_values."title", old_values."updated_at", old_values."uscc", old_values."website" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4d8545313aad9c2d871f58f5fe276cf1b8b8960d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_939ca', referencing='REFERENCING OLD TABLE AS old_values ', table='customers_customer', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), ('removed_at__isnull', False), _connector='OR'), name='customer_merged_is_removed'),
        ),
    ]
