"""The demo company itself: departments, people with posts and supervisors, one login for every role (ORG-01)."""

from dataclasses import dataclass
from datetime import date, timedelta

from guike.organisation import services as organisation
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
    ("外省片区", "销售部", "sales"),
    ("市场部", "", "marketing"),
    ("客服部", "", "service"),
    ("技术支持部", "", "technical"),
    ("财务部", "", "finance"),
    ("仓储部", "", "warehouse"),
]
#: name, department, role, title, supervisor, login, mobile
PEOPLE = [
    ("沈国衡", "总经办", "executive", "总经理", "", "shenguoheng", "13806600001"),
    ("顾明远", "总经办", "executive", "分管副总", "沈国衡", "", "13806600002"),
    ("王立群", "销售部", "sales_manager", "销售部经理", "顾明远", "wangliqun", "13806600003"),
    ("林晓燕", "浙南片区", "sales_manager", "片区经理", "王立群", "linxiaoyan", "13806600004"),
    ("陈思远", "浙南片区", "salesperson", "业务员", "林晓燕", "chensiyuan", "13806600005"),
    ("黄可", "浙南片区", "salesperson", "业务员", "林晓燕", "huangke", "13806600006"),
    ("吴佳怡", "浙北片区", "salesperson", "业务员", "王立群", "", "13806600007"),
    ("赵雨桐", "浙北片区", "salesperson", "业务员", "王立群", "", "13806600008"),
    ("郑浩然", "外省片区", "salesperson", "业务员", "王立群", "", "13806600009"),
    ("何俊杰", "外省片区", "salesperson", "业务员", "王立群", "", "13806600010"),
    ("孙敏", "市场部", "marketing", "市场专员", "顾明远", "sunmin", "13806600011"),
    ("徐静", "客服部", "service", "客服主管", "顾明远", "xujing", "13806600012"),
    ("马建国", "技术支持部", "technician", "技术支持工程师", "顾明远", "majianguo", "13806600013"),
    ("高慧", "财务部", "finance", "主管会计", "沈国衡", "gaohui", "13806600014"),
    ("罗勇", "仓储部", "warehouse", "仓库主管", "顾明远", "luoyong", "13806600015"),
    ("何静", "销售部", "clerk", "销售内勤", "王立群", "hejing", "13806600016"),
    ("方正", "总经办", "administrator", "系统管理员", "沈国衡", "fangzheng", "13806600017"),
]
HEADS = {"总经办": "沈国衡", "销售部": "王立群", "浙南片区": "林晓燕", "市场部": "孙敏", "客服部": "徐静", "财务部": "高慧"}
#: Whose customers lie where, by region of `words.PLACES`; 陈思远 has most to do.
TERRITORIES = {"浙南": ("陈思远", "黄可"), "浙北": ("吴佳怡", "赵雨桐"), "苏沪": ("赵雨桐", "吴佳怡"), "北方": ("郑浩然",), "华南": ("何俊杰",), "西部": ("郑浩然", "何俊杰")}  # fmt: skip


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
    for place, (name, department, role, title, supervisor, login, phone) in enumerate(PEOPLE):
        person = organisation.add_person(name, actor=SYSTEM, phone=phone, joined_on=today - timedelta(days=400 + 150 * place))
        people[name] = person.pk
        organisation.give_post(person.pk, departments[department], role, actor=SYSTEM, title=title, supervisor_id=people.get(supervisor))
        if login:
            organisation.add_account(person.pk, login, actor=SYSTEM, password=PASSWORD, must_change=False)
            logins.append({"role": f"{title}（{name}）", "login": login, "password": PASSWORD})
    for department, name in HEADS.items():
        organisation.change_department(departments[department], actor=SYSTEM, head_id=people[name])
    organisation.finish_wizard(actor=SYSTEM)
    return Staff(people, departments, {name: departments[department] for name, department, *_ in PEOPLE}, logins)
