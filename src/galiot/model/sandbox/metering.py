"""Where in a template something is made: the parsed template, with the account put in at those places."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.visitor import NodeTransformer

HIDDEN = " of the template"  # a name with spaces, which no template can write
CHARGES: dict[type[nodes.Node], str] = {
    nodes.For: "rounds",
    nodes.Concat: "joined",
    nodes.List: "composed",
    nodes.Tuple: "composed",
    nodes.Dict: "composed",
    nodes.Compare: "measured",
    nodes.Getitem: "made",
}


class Metering(NodeTransformer):
    """Puts the account into a parsed template: at values it makes, at text it writes, at its loops."""

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        return nodes.Const(node.data, lineno=node.lineno)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _metered(node.iter, nodes.For)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _metered(nodes.List(node.nodes, lineno=node.lineno), nodes.Concat)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _metered(node.expr, nodes.Compare)
        for operand in node.ops:
            operand.expr = _metered(operand.expr, nodes.Compare)
        return node

    def _visit_value(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        return _metered(node, type(node)) if getattr(node, "ctx", "load") == "load" else node

    visit_List = visit_Tuple = visit_Dict = visit_Getitem = _visit_value


def _metered(node: nodes.Node, kind: type[nodes.Node]) -> nodes.Filter:
    return nodes.Filter(node, kind.__name__ + HIDDEN, [], [], None, None, lineno=node.lineno)


class Generation(Extension):
    """The block that marks an assistant's words for training; its content is rendered as it is."""

    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)
