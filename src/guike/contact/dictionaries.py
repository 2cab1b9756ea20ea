"""Words the company edits itself: the quick phrases of the follow-up sheet (ACT-01)."""

from guike.platform.dictionaries import declare

declare(
    "follow_up_phrase",
    label="跟进短语",
    description="记跟进时一点就填的短语",
    entries=[
        ("price", "价格异议"),
        ("delivery", "催交期"),
        ("sample", "要样品"),
        ("appointment", "约拜访"),
        ("no_answer", "未接通"),
        ("stock_enough", "库存充足，暂不补货"),
        ("reorder", "准备补货"),
        ("quote", "要报价"),
        ("payment", "催货款"),
        ("competitor", "在比竞品"),
    ],
)
