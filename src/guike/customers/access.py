"""Who may do what with customers, their people and the company's own fields (CUS-12)."""

from guike.platform.access import FieldRule, Grant, Reach, Right, Scope, declare, open_field

ALL, BELOW, DEPARTMENT, OWN = Reach.ALL, Reach.BELOW, Reach.DEPARTMENT, Reach.OWN
MASKED, READ, WRITE, HIDDEN = Right.MASKED, Right.READ, Right.WRITE, Right.HIDDEN

#: Everybody sees these veiled, except who keeps the files (clerk); owners see their own customers' in clear (`selectors.shown`).
_VEILED = dict.fromkeys(("salesperson", "sales_manager", "marketing", "service", "technician", "executive", "administrator"), MASKED)
_CONTACT_RIGHTS = {**_VEILED, "finance": MASKED, "warehouse": MASKED, "clerk": WRITE}
_BANK_RIGHTS = {
    "salesperson": MASKED,
    "sales_manager": MASKED,
    "marketing": MASKED,
    "administrator": MASKED,
    "executive": READ,
    "finance": WRITE,
    "clerk": WRITE,
}

declare(
    "customer",
    model="customers.Customer",
    label="客户",
    scope=Scope(owner="owner_id", department="department_id", shared="customers.Collaborator:customer_id:person_id"),
    actions={"merge": "合并", "transfer": "转负责人", "release": "放入公海", "share": "设置协同人", "move": "改变客户阶段", "keep": "申请不进公海"},
    grants={
        "salesperson": Grant(view=OWN, add=OWN, change=OWN, reveal=OWN, export=OWN, share=OWN, move=OWN, release=OWN, keep=OWN, **{"import": OWN}),
        "sales_manager": Grant(
            view=BELOW,
            add=BELOW,
            change=BELOW,
            delete=BELOW,
            reveal=BELOW,
            export=BELOW,
            share=BELOW,
            move=BELOW,
            transfer=BELOW,
            release=BELOW,
            keep=OWN,
            merge=BELOW,
            **{"import": BELOW},
        ),
        "marketing": Grant(
            view=ALL,
            add=ALL,
            change=ALL,
            delete=ALL,
            reveal=ALL,
            export=ALL,
            share=ALL,
            move=ALL,
            transfer=ALL,
            release=ALL,
            merge=ALL,
            **{"import": ALL},
        ),
        "service": Grant(view=ALL, reveal=ALL),
        "technician": Grant(view=ALL, reveal=ALL),
        "finance": Grant(view=ALL, reveal=ALL, export=ALL),
        "warehouse": Grant(view=ALL),
        "executive": Grant(view=ALL, reveal=ALL, export=ALL, transfer=ALL, move=ALL, share=ALL, release=ALL),
        "clerk": Grant(view=ALL, add=ALL, change=ALL, reveal=ALL, export=ALL, merge=ALL, **{"import": ALL}),
        "administrator": Grant(
            view=ALL,
            add=ALL,
            change=ALL,
            delete=ALL,
            reveal=ALL,
            export=ALL,
            share=ALL,
            transfer=ALL,
            move=ALL,
            release=ALL,
            merge=ALL,
            **{"import": ALL},
        ),
    },
    fields={
        "phone": FieldRule("电话", MASKED, _CONTACT_RIGHTS, mask="phone"),
        "phones": FieldRule("其它电话", MASKED, _CONTACT_RIGHTS, mask="phone"),
        "email": FieldRule("邮箱", MASKED, _CONTACT_RIGHTS, mask="email"),
        "bank_account": FieldRule("银行账号", HIDDEN, _BANK_RIGHTS, mask="account"),
        "purchases": open_field("采购额", writable=False),
        "registered_address": open_field("地址"),
        "registered_capital": open_field("注册资本"),
        "tax_number": open_field("税号"),
        "invoice_address": open_field("开票地址、电话"),
        "birthday": open_field("生日"),
        "tags": open_field("标签"),
        "note": open_field("备注"),
        "bank_name": FieldRule("开户行", HIDDEN, {**_BANK_RIGHTS, "salesperson": WRITE, "sales_manager": WRITE}),
    },
)

#: What stands in the pool is seen by those of its department; it shows no contact data, and the record opens only to who took it.
declare(
    "pool_stay",
    model="customers.PoolStay",
    label="公海客户",
    scope=Scope(department="customer__department_id"),
    actions={"claim": "领取", "assign": "分派", "recycle": "回收"},
    grants={
        "salesperson": Grant(view=DEPARTMENT, claim=DEPARTMENT),
        "sales_manager": Grant(view=BELOW, claim=BELOW, assign=BELOW, export=BELOW),
        "marketing": Grant(view=ALL, assign=ALL, export=ALL),
        "executive": Grant(view=ALL, assign=ALL, export=ALL),
        "clerk": Grant(view=ALL),
        "administrator": Grant(view=ALL, assign=ALL, export=ALL, recycle=ALL),
    },
)

declare(
    "handover",
    model="customers.Handover",
    label="交接",
    scope=Scope(department="department_id"),
    actions={"undo": "撤回"},
    grants={
        "sales_manager": Grant(view=BELOW, add=BELOW, undo=BELOW),
        "marketing": Grant(view=ALL, add=ALL, undo=ALL),
        "executive": Grant(view=ALL, add=ALL, undo=ALL),
        "administrator": Grant(view=ALL, add=ALL, undo=ALL),
    },
)

declare(
    "contact",
    model="customers.Contact",
    label="联系人",
    scope=Scope(through=("customer", "customer")),
    grants={
        "salesperson": Grant(view=OWN, add=OWN, change=OWN, delete=OWN, reveal=OWN, export=OWN, **{"import": OWN}),
        "sales_manager": Grant(view=BELOW, add=BELOW, change=BELOW, delete=BELOW, reveal=BELOW, export=BELOW, **{"import": BELOW}),
        "marketing": Grant(view=ALL, add=ALL, change=ALL, delete=ALL, reveal=ALL, export=ALL, **{"import": ALL}),
        "service": Grant(view=ALL, reveal=ALL),
        "technician": Grant(view=ALL, reveal=ALL),
        "finance": Grant(view=ALL, reveal=ALL),
        "warehouse": Grant(view=ALL),
        "executive": Grant(view=ALL, reveal=ALL, export=ALL),
        "clerk": Grant(view=ALL, add=ALL, change=ALL, delete=ALL, reveal=ALL, export=ALL, **{"import": ALL}),
        "administrator": Grant(view=ALL, add=ALL, change=ALL, delete=ALL, reveal=ALL, export=ALL, **{"import": ALL}),
    },
    fields={
        "phone": FieldRule("手机", MASKED, _CONTACT_RIGHTS, mask="phone"),
        "phones": FieldRule("其它电话", MASKED, _CONTACT_RIGHTS, mask="phone"),
        "email": FieldRule("邮箱", MASKED, _CONTACT_RIGHTS, mask="email"),
        "wechat": FieldRule("微信", MASKED, _CONTACT_RIGHTS, mask="all"),
        "birthday": open_field("生日"),
        "preferences": open_field("喜好"),
        "note": open_field("备注"),
        "private_channels": FieldRule("私人联络方式", HIDDEN, dict.fromkeys(("salesperson", "sales_manager", "executive"), MASKED)),
    },
)

declare(
    "certificate",
    model="customers.Certificate",
    label="证照",
    scope=Scope(through=("customer", "customer")),
    grants={
        "salesperson": Grant(view=OWN, export=OWN, **{"import": OWN}),
        "sales_manager": Grant(view=BELOW, export=BELOW, **{"import": BELOW}),
        "marketing": Grant(view=ALL, export=ALL, **{"import": ALL}),
        "service": Grant(view=ALL),
        "technician": Grant(view=ALL),
        "finance": Grant(view=ALL, export=ALL),
        "warehouse": Grant(view=ALL),
        "executive": Grant(view=ALL, export=ALL),
        "clerk": Grant(view=ALL, export=ALL, **{"import": ALL}),
        "administrator": Grant(view=ALL, export=ALL, **{"import": ALL}),
    },
)

declare(
    "key_date",
    model="customers.KeyDate",
    label="重要日期",
    scope=Scope(through=("customer", "customer")),
    grants={
        "salesperson": Grant(view=OWN, export=OWN),
        "sales_manager": Grant(view=BELOW, export=BELOW),
        "marketing": Grant(view=ALL, export=ALL),
        "service": Grant(view=ALL),
        "executive": Grant(view=ALL, export=ALL),
        "clerk": Grant(view=ALL, export=ALL),
        "administrator": Grant(view=ALL, export=ALL),
    },
)

#: A relation is seen by who sees both sides (`selectors.relations_for`); noting one asks for the right to change one of them.
declare(
    "customer_relation",
    model="customers.Relation",
    label="客户关系",
    scope=Scope(through=("customer", "lower")),
    grants={
        "salesperson": Grant(view=OWN, export=OWN, **{"import": OWN}),
        "sales_manager": Grant(view=BELOW, export=BELOW, **{"import": BELOW}),
        "marketing": Grant(view=ALL, export=ALL, **{"import": ALL}),
        "service": Grant(view=ALL),
        "technician": Grant(view=ALL),
        "finance": Grant(view=ALL, export=ALL),
        "warehouse": Grant(view=ALL),
        "executive": Grant(view=ALL, export=ALL),
        "clerk": Grant(view=ALL, export=ALL, **{"import": ALL}),
        "administrator": Grant(view=ALL, export=ALL, **{"import": ALL}),
    },
)

declare(
    "custom_field",
    model="customers.CustomField",
    label="自定义字段",
    scope=Scope(everyone=True),
    grants={**dict.fromkeys(("administrator", "system_admin"), Grant(view=ALL, add=ALL, change=ALL, delete=ALL)), "marketing": Grant(view=ALL)},
)

declare(
    "profile_rule",
    model="customers.ProfileRule",
    label="资料要求",
    scope=Scope(everyone=True),
    grants={
        "administrator": Grant(view=ALL, change=ALL),
        "system_admin": Grant(view=ALL, change=ALL),
        "marketing": Grant(view=ALL, change=ALL),
        "sales_manager": Grant(view=ALL),
        "executive": Grant(view=ALL),
    },
)

declare(
    "file_proposal",
    model="customers.FileProposal",
    label="资料补充",
    scope=Scope(through=("customer", "customer")),
    actions={"decide": "采纳资料补充"},
    grants={
        "salesperson": Grant(view=OWN, add=OWN, decide=OWN),
        "sales_manager": Grant(view=BELOW, add=BELOW, decide=BELOW),
        "marketing": Grant(view=ALL, add=ALL, decide=ALL),
        "service": Grant(view=ALL, add=ALL),
        "technician": Grant(view=ALL, add=ALL),
        "finance": Grant(view=ALL, add=ALL),
        "warehouse": Grant(view=ALL, add=ALL),
        "executive": Grant(view=ALL, add=ALL),
        "clerk": Grant(view=ALL, add=ALL, decide=ALL),
        "administrator": Grant(view=ALL, add=ALL, decide=ALL),
    },
)

_ALL_VIEWERS = ("service", "technician", "finance", "warehouse", "executive")

declare(
    "duplicate",
    model="customers.DuplicateCluster",
    label="疑似重复",
    scope=Scope(through=("customer", "lead")),
    actions={"decide": "处理", "scan": "重新扫描"},
    grants={
        "sales_manager": Grant(view=BELOW, decide=BELOW),
        "marketing": Grant(view=ALL, decide=ALL, scan=ALL, export=ALL),
        "clerk": Grant(view=ALL, decide=ALL, scan=ALL, export=ALL),
        "administrator": Grant(view=ALL, decide=ALL, scan=ALL, export=ALL),
    },
)

declare(
    "customer_merge",
    model="customers.CustomerMerge",
    label="合并记录",
    scope=Scope(through=("customer", "survivor")),
    actions={"undo": "撤销"},
    grants={
        "salesperson": Grant(view=OWN),
        "sales_manager": Grant(view=BELOW, undo=BELOW),
        **{role: Grant(view=ALL) for role in _ALL_VIEWERS},
        "marketing": Grant(view=ALL, undo=ALL),
        "clerk": Grant(view=ALL, undo=ALL),
        "administrator": Grant(view=ALL, undo=ALL),
    },
)
