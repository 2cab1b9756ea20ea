"""The roles a right can be granted to: code → name on screen. A post (title) is what a company calls it; a role says what may be done."""

ROLES: dict[str, str] = {
    "salesperson": "业务员",
    "sales_manager": "销售经理",
    "marketing": "市场部",
    "service": "客服",
    "technician": "技术支持",
    "finance": "财务",
    "warehouse": "仓储",
    "executive": "总经理",
    "clerk": "内勤",
    "administrator": "管理员",
}
