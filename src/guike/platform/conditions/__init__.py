"""One small language for filters, segments, decision tables and alerts: field, operator, value; and/or/not.

A tree is `{"all": […]}`, `{"any": […]}`, `{"not": {…}}` or a leaf `{"field": "grade", "op": "in", "value": ["A", "B"]}`.
The same leaf compiles to a Django `Q` (lists) and to SQL (policies), describes itself in Chinese, and tells what is wrong with it.
"""

from guike.platform.conditions.fields import Choices, Field, FieldSet, Kind
from guike.platform.conditions.operators import OPERATORS, Operator
from guike.platform.conditions.tree import Problem, describe, fields_in, problems, to_q, to_sql

__all__ = ["OPERATORS", "Choices", "Field", "FieldSet", "Kind", "Operator", "Problem", "describe", "fields_in", "problems", "to_q", "to_sql"]
