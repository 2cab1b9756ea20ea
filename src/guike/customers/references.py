"""What hangs on a customer, or on one of its people, when it is merged into another (CUS-07)."""

from guike.platform import references

references.declare("customers.Contact", "customer_id", on_collision=lambda row, merged: {"is_primary": False}, why="首要联系人只有一位")
references.declare("customers.CustomerFigures", "customer_id", stays=True, why="数字重新计算")
references.declare("customers.LifecycleMove", "customer_id", stays=True, why="阶段经历属于那份档案")
references.declare("customers.Customer", "merged_into_id", stays=True, why="先前并入的仍指向当时留下的一方，由它再指向现在的")
references.declare("customers.CustomerMerge", "survivor_id", stays=True, why="合并记录")
references.declare("customers.CustomerMerge", "merged_id", stays=True, why="合并记录")
references.declare("customers.DuplicateCluster", "lead_id", stays=True, why="扫描结果，下次扫描重算")
references.declare("customers.DuplicateMember", "customer_id", stays=True, why="扫描结果，下次扫描重算")
references.declare("customers.NotDuplicate", "low_id", stays=True, why="判断是对那两份档案下的")
references.declare("customers.NotDuplicate", "high_id", stays=True, why="判断是对那两份档案下的")
references.declare_no_reference("customers.MergeChange", "object_id", "合并日志")
references.declare_no_reference("customers.LifecycleMove", "fact_id", "引起变动的单据")
references.declare("customers.PoolException", "customer_id", stays=True, why="那份档案获准的例外")
for column in ("customer_id", "contact_id"):
    references.declare("customers.KeyDate", column, stays=True, why="按档案重新算出")
references.declare("customers.PoolStay", "customer_id", stays=True, why="那份档案在公海的经历")
references.declare_no_reference("customers.HandoverItem", "row_id", "交接单写的是当时交出的那一行")
references.declare("customers.Customer", "parent_id", stays=True, why="跟着上下级关系走，由数据库更新")
references.declare("customers.Customer", "group_id", stays=True, why="跟着上下级关系走，由数据库更新")
