"""Small wrong changes to functions, one at a time, in modules that are already loaded (08-quality: mutation testing).

A mutant takes the place of a function's code, so everybody who holds the function meets it; a fork keeps it from everybody else.
"""

import ast
import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

COMPARED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """`place` is the how-manieth change of the module; `words` say what was and what is."""

    module: str
    function: str
    line: int
    place: int
    words: str

    def __str__(self) -> str:
        return f"{self.module}.{self.function}: {self.words}"


class _Changing(ast.NodeTransformer):
    """Walks a module; at change number `at` the node is changed, all others stay. Without `at` the changes are only listed."""

    def __init__(self, at: int | None = None):
        self.at, self.count, self.found, self.inside = at, 0, [], []  # type: ignore[var-annotated]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.inside.append(node.name)
        node.body = [self.visit(one) for one in node.body]
        self.inside.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.inside.append(node.name)
        node.body = [self.visit(one) for one in node.body]
        self.inside.pop()
        return node

    def _offer(self, node: ast.AST, other: ast.AST) -> ast.AST:
        if not self.inside:
            return node
        self.found.append((".".join(self.inside), node.lineno, self.count, f"{ast.unparse(node)} → {ast.unparse(other)}"))  # type: ignore[attr-defined]
        chosen = self.count == self.at
        self.count += 1
        return ast.copy_location(other, node) if chosen else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
            other = copy.deepcopy(node)
            other.ops = [COMPARED[type(node.ops[0])]()]
            return self._offer(node, other)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        other = copy.deepcopy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return self._offer(node, other)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return self._offer(node, node.operand) if isinstance(node.op, ast.Not) else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) in COUNTED and not isinstance(node.left, ast.Constant):
            other = copy.deepcopy(node)
            other.op = COUNTED[type(node.op)]()
            return self._offer(node, other)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            return self._offer(node, ast.Constant(not node.value))
        if isinstance(node.value, int):
            return self._offer(node, ast.Constant(node.value + 1))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in NAMES:
            other = copy.deepcopy(node)
            other.func = ast.Name(NAMES[node.func.id], ast.Load())
            return self._offer(node, other)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return self._offer(node, node.orelse)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        if node.value is None or isinstance(node.value, ast.Constant):
            return node
        return self._offer(node, ast.Return(ast.Constant(None)))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return node  # fields of classes are made once, when the module is loaded


def mutants(module: str) -> list[Mutant]:
    """Every change that a module offers."""
    changing = _Changing()
    changing.visit(ast.parse(inspect.getsource(import_module(module))))
    return [Mutant(module, *one) for one in changing.found]


def apply(mutant: Mutant) -> bool:
    """Make the change in this process; False where the function is not to be found any more (a nested one, a property of a class)."""
    module = import_module(mutant.module)
    tree = _Changing(mutant.place).visit(ast.parse(inspect.getsource(module)))
    code = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    outer = mutant.function.split(".")
    found = _function(module, outer)
    if found is None:
        return False
    new = _code(code, found.__code__.co_qualname if hasattr(found.__code__, "co_qualname") else found.__qualname__)
    if new is None or new.co_freevars != found.__code__.co_freevars:
        return False
    found.__code__ = new
    return True


def _function(module: Any, path: list[str]) -> FunctionType | None:
    """The outermost function on the path: what is nested in it comes along with its code."""
    at = module
    for name in path:
        at = inspect.getattr_static(at, name, None)
        at = getattr(at, "func", None) or getattr(at, "fget", None) or getattr(at, "__func__", None) or at
        while hasattr(at, "__wrapped__"):
            at = at.__wrapped__
        if isinstance(at, FunctionType):
            return at
    return None


def _code(code: CodeType, name: str) -> CodeType | None:
    return next((one for one in _codes(code) if getattr(one, "co_qualname", one.co_name) == name), None)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)
