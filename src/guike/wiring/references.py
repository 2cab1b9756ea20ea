"""Columns of the platform that hold ids and need not follow when customers are merged."""

from guike.platform.references import declare_no_reference

declare_no_reference("platform.AccessLog", "subject_id", "谁在何时看了哪份档案，只增不改")
declare_no_reference("imports.ImportChange", "object_id", "导入写过的行，撤销导入时按当时的编号找")
declare_no_reference("ui.SavedView", "account_id", "帐号")
declare_no_reference("ui.OpeningView", "account_id", "帐号")
declare_no_reference("webhooks.Fact", "subject_id", "推送出去的事实，按当时的编号")
declare_no_reference("webhooks.Push", "subject_id", "推送记录，按当时的编号")
declare_no_reference("organisation.Factor", "credential_id", "通行密钥自己的编号")
declare_no_reference("organisation.IdentityProvider", "client_id", "在身份提供方登记的名字")
