"""Which section of the handbook helps with which page: the longest beginning of the address that fits."""

#: Beginning of the address → (page of the handbook, heading in it; "" = from its top).
SECTIONS: dict[str, tuple[str, str]] = {
    "/audit/": ("管理员", "审计"),
    "/calendar/": ("业务员", "日程"),
    "/contact/": ("业务员", "记跟进"),
    "/customers/": ("业务员", "客户一页"),
    "/customers/add/": ("业务员", "新客户"),
    "/customers/fields/": ("管理员", "自定义字段"),
    "/customers/requirements/": ("管理员", "资料要求"),
    "/imports/": ("内勤", "四步"),
    "/imports/export/": ("内勤", "导出"),
    "/jobs/": ("管理员", "后台任务"),
    "/marketing/": ("市场部", "市场线索"),
    "/me/": ("业务员", "自己的事"),
    "/numbers/": ("管理员", "编号规则"),
    "/obligations/": ("业务员", "今日"),
    "/personal/inventory/": ("个人信息", "清单"),
    "/personal/due/": ("个人信息", "到期的个人信息"),
    "/personal/requests/": ("个人信息", "答复"),
    "/personal/requests/add/": ("个人信息", "登记请求"),
    "/policies/": ("市场部", "看一份制度"),
    "/policies/decisions/": ("市场部", "判定记录"),
    "/policies/documents/": ("制度文件", ""),
    "/policies/metrics/": ("市场部", "指标目录"),
    "/policies/packs/": ("市场部", "挑制度包"),
    "/policies/proposals/": ("市场部", "先建议后确认"),
    "/settings/accounts/": ("管理员", "账号"),
    "/settings/backups/": ("管理员", "备份"),
    "/settings/calendar/": ("管理员", "工作日历"),
    "/settings/company/": ("管理员", "公司信息"),
    "/settings/departments/": ("管理员", "人员、部门、岗位"),
    "/settings/dictionaries/": ("管理员", "字典"),
    "/settings/people/": ("管理员", "人员、部门、岗位"),
    "/settings/roles/": ("管理员", "角色"),
    "/sales/orders/": ("客服", "看往来"),
    "/sales/returns/": ("客服", "退货"),
    "/today/": ("业务员", "今日"),
    "/tour/": ("第一次启动", "十分钟导览"),
    "/welcome/": ("第一次启动", "五步初始设置"),
}


def for_path(path: str) -> tuple[str, str] | None:
    """The page and heading for an address; None where the contents have to do."""
    fits = [begin for begin in SECTIONS if path.startswith(begin)]
    return SECTIONS[max(fits, key=len)] if fits else None
