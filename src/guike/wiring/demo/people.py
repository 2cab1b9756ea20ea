"""The demo company itself: departments, people with posts and supervisors, one login for every role (ORG-01)."""

from dataclasses import dataclass
from datetime import date, timedelta

from guike.organisation import services as organisation
from guike.organisation.login.services.keeping import save_sign_in_rules
from guike.platform.access import SYSTEM

COMPANY = {
    "name": "申衡流体控制（浙江）有限公司",
    "short_name": "申衡流控",
    "city": "温州",
    "industry": "工业阀门制造",
    "phone": "0577-86001234",
    "address": "浙江省温州市龙湾区永强大道 1688 号",
}
PASSWORD = "Famen+2026"  # noqa: S105 — printed at every start of the demo, guards nothing
DEPARTMENTS = [
    ("总经办", "", "management"),
    ("销售部", "", "sales"),
    ("浙南片区", "销售部", "sales"),
    ("浙北片区", "销售部", "sales"),
    ("苏沪片区", "销售部", "sales"),
    ("北方片区", "销售部", "sales"),
    ("华南片区", "销售部", "sales"),
    ("西部片区", "销售部", "sales"),
    ("市场部", "", "marketing"),
    ("客服部", "", "service"),
    ("技术支持部", "", "technical"),
    ("财务部", "", "finance"),
    ("仓储部", "", "warehouse"),
]
#: name, department, role, title, supervisor, login
PEOPLE = [
    ("沈国衡", "总经办", "executive", "总经理", "", "shenguoheng"),
    ("顾明远", "总经办", "executive", "分管副总", "沈国衡", "gumingyuan"),
    ("王立群", "销售部", "sales_manager", "销售部经理", "顾明远", "wangliqun"),
    ("林晓燕", "浙南片区", "sales_manager", "片区经理", "王立群", "linxiaoyan"),
    ("陈思远", "浙南片区", "salesperson", "业务员", "林晓燕", "chensiyuan"),
    ("黄可", "浙南片区", "salesperson", "业务员", "林晓燕", "huangke"),
    ("叶海波", "浙南片区", "salesperson", "业务员", "林晓燕", ""),
    ("项丽娟", "浙南片区", "salesperson", "业务员", "林晓燕", ""),
    ("潘志强", "浙南片区", "salesperson", "业务员", "林晓燕", ""),
    ("吴佳怡", "浙北片区", "sales_manager", "片区经理", "王立群", "wujiayi"),
    ("赵雨桐", "浙北片区", "salesperson", "业务员", "吴佳怡", ""),
    ("钱文斌", "浙北片区", "salesperson", "业务员", "吴佳怡", ""),
    ("单春燕", "浙北片区", "salesperson", "业务员", "吴佳怡", ""),
    ("沈俊峰", "浙北片区", "salesperson", "业务员", "吴佳怡", ""),
    ("陆明辉", "苏沪片区", "sales_manager", "片区经理", "王立群", ""),
    ("朱一鸣", "苏沪片区", "salesperson", "业务员", "陆明辉", ""),
    ("仇嘉豪", "苏沪片区", "salesperson", "业务员", "陆明辉", ""),
    ("顾静怡", "苏沪片区", "salesperson", "业务员", "陆明辉", ""),
    ("郑浩然", "北方片区", "sales_manager", "片区经理", "王立群", ""),
    ("曾德福", "北方片区", "salesperson", "业务员", "郑浩然", ""),
    ("刘卫东", "北方片区", "salesperson", "业务员", "郑浩然", ""),
    ("何俊杰", "华南片区", "sales_manager", "片区经理", "王立群", ""),
    ("区少华", "华南片区", "salesperson", "业务员", "何俊杰", ""),
    ("梁婷婷", "华南片区", "salesperson", "业务员", "何俊杰", ""),
    ("马宏伟", "西部片区", "salesperson", "业务员", "王立群", ""),
    ("孙敏", "市场部", "marketing", "市场部经理", "顾明远", "sunmin"),
    ("董若曦", "市场部", "marketing", "市场专员", "孙敏", ""),
    ("蒋启航", "市场部", "marketing", "市场专员", "孙敏", ""),
    ("徐静", "客服部", "service", "客服主管", "顾明远", "xujing"),
    ("邵慧敏", "客服部", "service", "客服专员", "徐静", ""),
    ("丁雪梅", "客服部", "service", "客服专员", "徐静", ""),
    ("马建国", "技术支持部", "technician", "技术支持主管", "顾明远", "majianguo"),
    ("姜国栋", "技术支持部", "technician", "技术支持工程师", "马建国", ""),
    ("尹永康", "技术支持部", "technician", "技术支持工程师", "马建国", ""),
    ("高慧", "财务部", "finance", "主管会计", "沈国衡", "gaohui"),
    ("施玉兰", "财务部", "finance", "往来会计", "高慧", ""),
    ("罗勇", "仓储部", "warehouse", "仓库主管", "顾明远", "luoyong"),
    ("汪小军", "仓储部", "warehouse", "仓管员", "罗勇", ""),
    ("何静", "销售部", "clerk", "销售内勤", "王立群", "hejing"),
    ("方正", "总经办", "administrator", "系统管理员", "沈国衡", "fangzheng"),
]
HEADS = {
    "总经办": "沈国衡", "销售部": "王立群", "浙南片区": "林晓燕", "浙北片区": "吴佳怡", "苏沪片区": "陆明辉", "北方片区": "郑浩然", "华南片区": "何俊杰",
    "市场部": "孙敏", "客服部": "徐静", "技术支持部": "马建国", "财务部": "高慧", "仓储部": "罗勇",
}  # fmt: skip
#: Whose customers lie where, by region of `words.PLACES`; 陈思远 has most to do.
TERRITORIES = {
    "浙南": ("陈思远", "黄可", "叶海波", "项丽娟", "潘志强", "林晓燕"),
    "浙北": ("赵雨桐", "钱文斌", "单春燕", "沈俊峰", "吴佳怡"),
    "苏沪": ("朱一鸣", "仇嘉豪", "顾静怡", "陆明辉"),
    "北方": ("曾德福", "刘卫东", "郑浩然"),
    "华南": ("区少华", "梁婷婷", "何俊杰"),
    "西部": ("马宏伟",),
}


@dataclass(frozen=True)
class Staff:
    """Ids by name."""

    people: dict[str, int]
    departments: dict[str, int]
    department_of: dict[str, int]
    logins: list[dict[str, str]]


def found_company(today: date) -> Staff:
    """The company's profile, departments, people, posts and logins."""
    organisation.save_company(actor=SYSTEM, **COMPANY)  # type: ignore[arg-type]
    departments: dict[str, int] = {}
    for name, parent, function in DEPARTMENTS:
        departments[name] = organisation.add_department(name, actor=SYSTEM, parent_id=departments.get(parent), function=function).pk
    people: dict[str, int] = {}
    logins = []
    for place, (name, department, role, title, supervisor, login) in enumerate(PEOPLE):
        joined = today - timedelta(days=400 + 137 * place % 4_000)
        person = organisation.add_person(name, actor=SYSTEM, phone=f"138066{place + 1:05d}", joined_on=joined)
        people[name] = person.pk
        organisation.give_post(person.pk, departments[department], role, actor=SYSTEM, title=title, supervisor_id=people.get(supervisor))
        if login:
            organisation.add_account(person.pk, login, actor=SYSTEM, password=PASSWORD, must_change=False)
            logins.append({"role": f"{title}（{name}）", "login": login, "password": PASSWORD})
    for department, name in HEADS.items():
        organisation.change_department(departments[department], actor=SYSTEM, head_id=people[name])
    organisation.finish_wizard(actor=SYSTEM)
    save_sign_in_rules(actor=SYSTEM, required_roles=[])  # the demo's logins are printed for everybody; 登录设置 says that it is off
    return Staff(people, departments, {name: departments[department] for name, department, *_ in PEOPLE}, logins)
