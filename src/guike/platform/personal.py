"""What the platform keeps about people: files, logs, messages, imports, what other programs are told (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import DEALINGS, LOGS, PASSING, Erase, Ground, Whose, personal, plain, texts

FILES = _("随客户、联系人、单据保存的文件")
TRAIL = _("谁看过、改过、带走过什么")
WORKING = _("任务、消息和导入导出的过程记录")

texts("platform.Attachment", "name note", purpose=FILES, term=DEALINGS)
texts("platform.AccessLog", "detail", purpose=TRAIL, ground=Ground.LAW, term=LOGS)
personal(
    "platform.AccessLog",
    {"who": Erase.KEPT, "address": Erase.KEPT},
    whose=Whose.COLLEAGUE,
    purpose=TRAIL,
    ground=Ground.LAW,
    term=LOGS,
    why=_("法定日志"),
)
texts("imports.ExportRecord", "filter", purpose=TRAIL, ground=Ground.LAW, term=LOGS)
personal("imports.ExportRecord", {"who": Erase.KEPT}, whose=Whose.COLLEAGUE, purpose=TRAIL, ground=Ground.LAW, term=LOGS, why=_("法定日志"))
texts("platform.JobRun", "title arguments result error", purpose=WORKING, term=PASSING)
texts("imports.ImportRun", "file_name totals notes errors refusal undo_report", purpose=WORKING, term=PASSING)
texts("imports.ImportChange", "before", purpose=WORKING, term=PASSING)
texts("notifications.Notice", "title text", purpose=WORKING, term=PASSING)
texts("notifications.Delivery", "title text error", purpose=WORKING, term=PASSING)
texts("webhooks.Fact", "told", purpose=WORKING, term=PASSING)
texts("webhooks.Push", "answer error", purpose=WORKING, term=PASSING)
texts("api.IdempotentAnswer", "body", purpose=WORKING, term=PASSING)
texts("ui.SavedView", "name kept", purpose=WORKING, term=PASSING)
personal(
    "api.KeyUse",
    {"last_address": Erase.KEPT},
    whose=Whose.COLLEAGUE,
    purpose=TRAIL,
    ground=Ground.LAW,
    term=LOGS,
    why=_("接口密钥最后一次从哪里来"),
)

plain("platform.NumberSeries", "code label prefix")
plain("platform.NumberCounter", "period")
plain("platform.Attachment", "subject_kind sha256 media_type")
plain("platform.JobRun", "kind")
plain("platform.Mark", "name")
plain("platform.AccessLog", "action object field")
plain("ui.SavedView", "list_code saved_by teams base")
plain("ui.OpeningView", "list_code view")
plain("dictionaries.Dictionary", "code label description")
plain("dictionaries.DictionaryEntry", "code label match_key synonyms")
plain("imports.ImportRun", "kind sha256 sheet mapping options rejected_file")
plain("imports.ImportPart", "model fields")
plain("imports.ImportChange", "kept")
plain("imports.ImportMapping", "kind signature columns")
plain("imports.ExportRecord", "kind title columns form approved")
plain("notifications.Notice", "kind href subject_kind key")
plain("notifications.Choice", "kind")
plain("notifications.MailServer", "host login password sender site")
plain("notifications.Robot", "name address secret host kinds people")
plain("notifications.Delivery", "kind href key")
plain("notifications.Attempt", "error")
plain("api.ApiKey", "name prefix digest scopes addresses")
plain("api.IdempotentAnswer", "token fingerprint headers")
plain("operations.BackupPlan", "folder passphrase")
plain("operations.Backup", "host path key error problems")
plain("webhooks.Webhook", "name address kinds secret old_secret stopped_why")
plain("webhooks.Fact", "kind object")
plain("webhooks.Push", "object")
