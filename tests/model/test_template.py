from __future__ import annotations

import time

import pytest
from vocabularies import byte_level, sentencepiece, write_gguf

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile
from galiot.model.template import ChatTemplate

TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi <there> & 'you'\n"},
    {"role": "assistant", "content": "Hé"},
]
LLAMA3 = """{% set loop_messages = messages %}{% for message in loop_messages %}
    {% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim %}
    {%- if loop.first %}
        {%- set content = bos_token + content %}
    {%- endif %}
{{ content + '<|eot_id|>' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"""
GEMMA = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first = messages[0].content + '\n\n' -%}{%- set rest = messages[1:] -%}
{%- else -%}
    {%- set first = '' -%}{%- set rest = messages -%}
{%- endif -%}
{%- for message in rest -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Conversation roles must alternate\nuser/assistant') }}
    {%- endif -%}
    {%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' ~ role ~ '\n' ~ (first if loop.first else '') ~ message.content | trim ~ '<end_of_turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}"""
TOOLS = [{"type": "function", "function": {"name": "ping", "description": "Fragt <an> & 'wartet', é"}}]
QWEN = """{%- if tools %}
    {{- '<tools>' }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\n</tools>\n" }}
{%- endif %}
{%- set ns = namespace(last=-1) %}
{%- for message in messages[::-1] %}
    {%- if message.role == "user" and ns.last < 0 %}
        {%- set ns.last = (messages | length - 1) - loop.index0 %}
    {%- endif %}
{%- endfor %}
{{- ns.last }}
{%- if enable_thinking is defined and enable_thinking is false %}{{ ' /no_think' }}{% endif %}"""


def render(source, messages=TALK, **options):
    return ChatTemplate(source, "<s>", "</s>").render(messages, **options)


def test_a_template_like_llama_3s_trims_and_closes_every_turn():
    assert render(LLAMA3) == (
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi <there> & 'you'<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nHé<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_a_template_like_gemmas_puts_the_system_prompt_into_the_first_turn():
    assert render(GEMMA, add_generation_prompt=False) == (
        "<s><start_of_turn>user\nBe brief.\n\nHi <there> & 'you'<end_of_turn>\n<start_of_turn>model\nHé<end_of_turn>\n"
    )


def test_a_template_that_refuses_the_messages_is_quoted_in_one_line():
    with pytest.raises(
        FormatError, match=r"^chat template: line 11: Conversation roles must alternate user/assistant$"
    ):
        render(GEMMA, TALK[:1] + TALK[2:])


def test_a_template_like_qwens_writes_tools_as_json_with_nothing_escaped_for_html():
    tool = '{"type": "function", "function": {"name": "ping", "description": "Fragt <an> & \'wartet\', é"}}'
    assert render(QWEN, tools=TOOLS) == f"<tools>\n{tool}\n</tools>\n1"
    assert render(QWEN, enable_thinking=False) == "1 /no_think"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% if true %}\n  a\n  {% endif %}\nb", "  a\nb"),
        ("{% for m in messages %}{% if loop.index == 2 %}{% break %}{% endif %}{{ m.role }}{% endfor %}", "system"),
        ("{% generation %}{{ messages[2].content }}{% endgeneration %}", "Hé"),
        ("{{ tools }}|{{ documents }}|{{ nothing }}|{{ eos_token }}", "None|None||</s>"),
        ("{% macro f(x) %}[{{ x }}]{% endmacro %}{{ f(1) ~ f('a') }}", "[1][a]"),
        ("{% set t %}a{{ 1 }}{% endset %}{{ t * 2 }}", "a1a1"),
        ("{{ '%' ~ 7 % 4 ~ 2 ** 5 ~ 7 // 2 }}", "%3323"),
        ("{{ ['a', 'b'] | join(', ') }} {{ ', '.join(['c', 'd']) }}", "a, b c, d"),
        (
            "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | first | trim }}",
            "Hi <there> & 'you'",
        ),
        ("{{ {'a': [1, none, true]} | tojson(indent=2) }}", '{\n  "a": [\n    1,\n    null,\n    true\n  ]\n}'),
        (
            "{{ 'a\nb' | indent(2) }} {{ 'aXbX' | replace('X', '-') }} {{ 'aXbX'.replace('X', '-', 1) }}",
            "a\n  b a-b- a-bX",
        ),
        ("{{ 'x={} y={name}'.format(1, name='b') }}", "x=1 y=b"),
        ("{{ strftime_now('%Y') | length }}", "4"),
    ],
)
def test_templates_do_what_jinja_does(source, text):
    assert render(source) == text


def file_with(folder, metadata):
    write_gguf(folder / "m.gguf", metadata, [])
    return GgufFile.open(folder / "m.gguf")


def test_a_file_without_a_template_gets_chatml_where_its_vocabulary_has_the_marks(tmp_path):
    template = ChatTemplate.from_gguf(file_with(tmp_path, byte_level("gpt-2")))
    assert template.render(TALK[:1]) == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>assistant\n"


def test_a_file_without_template_and_marks_gets_plain_turns(tmp_path):
    metadata = sentencepiece(**{"tokenizer.ggml.bos_token_id": 1})
    metadata["tokenizer.ggml.tokens"] = [text.replace("|im_", "|x_") for text in metadata["tokenizer.ggml.tokens"]]
    template = ChatTemplate.from_gguf(file_with(tmp_path, metadata))
    assert template.render(TALK[1:]) == "<s>User: Hi <there> & 'you'\n\nAssistant: Hé\nAssistant:"


def test_an_error_names_file_key_and_line(tmp_path):
    file = file_with(tmp_path, byte_level("gpt-2", **{"tokenizer.chat_template": "a\n{{ a.b.c }}"}))
    with pytest.raises(FormatError, match=r"m\.gguf: tokenizer\.chat_template: line 2: 'a' is undefined$"):
        ChatTemplate.from_gguf(file).render(TALK)


DOUBLING = (
    "{{% set ns = namespace(x={first}) %}}{{% for i in range(99) %}}{{% set ns.x = {step} %}}{{% endfor %}}"
    "{{{{ ns.x }}}}"
)
HOSTILE = {
    "a product": "{{ 'a' * 10**9 }}",
    "a product of lists": "{{ [1] * 10**9 }}",
    "a power": "{{ 9**9**9**9 }}",
    "squares": DOUBLING.format(first="3", step="ns.x * ns.x"),
    "loops without a body": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops that write": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "doubled with +": DOUBLING.format(first="'a'", step="ns.x + ns.x"),
    "doubled with ~": DOUBLING.format(first="'a'", step="ns.x ~ ns.x"),
    "doubled in a list": DOUBLING.format(first="1", step="[ns.x, ns.x]"),
    "doubled in a dictionary": DOUBLING.format(first="1", step="{'a': ns.x, 'b': ns.x}"),
    "doubled in a call": DOUBLING.format(first="1", step="dict(a=ns.x, b=ns.x)"),
    "compared": "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(17) %}{% set ns.x = [ns.x, ns.x] %}"
    "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{% for i in range(99999) %}{% if ns.x == ns.y %}{% endif %}{% endfor %}",
    "one macro without end": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "two macros each": "{% macro f(n) %}{% if n %}{% set a = f(n - 1) %}{% set b = f(n - 1) %}{% endif %}{% endmacro %}"
    "{{ f(60) }}",
    "a wide field": "{{ '%1000000000d' % 1 }}",
    "a wide format": "{{ '{:1000000000}'.format(1) }}",
    "a wide filter": "{{ 'a' | center(1000000000) }}",
    "a wide method": "{{ 'a'.center(1000000000) }}",
    "a wide indent": "{{ 'a\nb' | indent(1000000000) }}",
    "many bytes": "{{ (1).to_bytes(1000000000, 'big') }}",
    "replaced by more": "{{ ('a' * 1000000).replace('a', 'b' * 1000) }}",
    "joined by more": "{{ ('b' * 1000).join('a' * 1000000) }}",
    "a slow search": "{{ ('a' * 1000000).rfind('b' + 'a' * 500000) }}",
    "captured": "{% set b = 'a' * 100000 %}{% set x %}{% for i in range(99999) %}{{ b }}{% endfor %}{% endset %}",
    "kept lists": "{% for i in range(99999) %}{% set t = range(99999) | list %}{% endfor %}",
    "a long range": "{{ range(10**9) | list }}",
    "long words": "{{ lipsum(n=10**8) }}",
    "the interpreter": "{{ ''.__class__.__mro__ }}",
    "another file": "{% include 'x' %}",
    "changed messages": "{{ messages.append(1) }}",
    "parentheses": "{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}",
    "attributes": "{{ a" + ".b" * 20000 + " }}",
    "deep loops": "{% for a in b %}" * 1500 + "{% endfor %}" * 1500,
    "a megabyte": "{% for a in b %}" * 70000,
    "no end": "{% if a %}",
    "a long number": "{{ " + "9" * 50000 + " }}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_ends_soon_with_one_line(name):
    start = time.monotonic()
    with pytest.raises(FormatError) as caught:
        ChatTemplate(HOSTILE[name], seconds=0.5).render(TALK)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert time.monotonic() - start < 10


def test_a_long_conversation_is_no_hostile_one():
    talk = [{"role": ("user", "assistant")[turn % 2], "content": f"{turn} " * 100} for turn in range(1000)]
    assert len(render(GEMMA, talk)) > 400_000
