"""The lists of words that customers use; companies edit them (PLT-13)."""

from guike.platform import dictionaries

dictionaries.declare(
    "customer_source",
    label="客户来源",
    description="客户资料",
    entries=[
        ("market_research", "市场调研"),
        ("trade_event", "展会活动"),
        ("web", "网络"),
        ("cold_visit", "陌生拜访"),
        ("referral", "转介绍"),
        ("alliance", "设计师或供应商联盟"),
        ("telephone", "电话咨询"),
        ("advertisement", "广告"),
        ("other", "其它"),
    ],
)
dictionaries.declare(
    "industry",
    label="行业",
    description="客户资料，门类按 GB/T 4754",
    entries=[
        ("A", "农、林、牧、渔业"),
        ("B", "采矿业"),
        ("C", "制造业"),
        ("D", "电力、热力、燃气及水生产和供应业"),
        ("E", "建筑业"),
        ("F", "批发和零售业"),
        ("G", "交通运输、仓储和邮政业"),
        ("H", "住宿和餐饮业"),
        ("I", "信息传输、软件和信息技术服务业"),
        ("J", "金融业"),
        ("K", "房地产业"),
        ("L", "租赁和商务服务业"),
        ("M", "科学研究和技术服务业"),
        ("N", "水利、环境和公共设施管理业"),
        ("O", "居民服务、修理和其他服务业"),
        ("P", "教育"),
        ("Q", "卫生和社会工作"),
        ("R", "文化、体育和娱乐业"),
        ("S", "公共管理、社会保障和社会组织"),
        ("T", "国际组织"),
    ],
)
dictionaries.declare(
    "customer_tag",
    label="客户标签",
    description="客户，一家可有几个；颜色在这里定",
    entries=[("key_account", "重点跟进"), ("price_sensitive", "价格敏感"), ("slow_payer", "回款慢"), ("exhibition", "展会认识")],
)
dictionaries.declare(
    "certificate_kind",
    label="证照",
    description="客户证照",
    entries=[
        ("business_licence", "营业执照"),
        ("dealer_authorisation", "经销授权书"),
        ("gsp", "GSP 证书"),
        ("gmp", "GMP 证书"),
        ("drug_trade", "药品经营许可证"),
        ("device_trade", "医疗器械经营许可证"),
        ("hazardous", "危险化学品经营许可证"),
        ("food", "食品经营许可证"),
        ("special_equipment", "特种设备生产许可证"),
        ("quality_system", "质量管理体系证书"),
        ("other", "其它证照"),
    ],
)
dictionaries.declare("channel", label="渠道", description="客户资料")
dictionaries.declare("outlet_type", label="网点类型", description="客户资料")
