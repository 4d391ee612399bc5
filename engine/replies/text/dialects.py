"""Removes what a model writes but does not say: thoughts, tool calls, chat template marks.

Servers remove these if they know the model (vLLM's and SGLang's reasoning parsers, llama.cpp's
--jinja, Ollama's "thinking"); otherwise all of it is in the text. Add the marks of new models to
the tables here.
"""

import re
from typing import Final, NamedTuple


class Block(NamedTuple):
    """A block between two marks that is not said; patterns ignore letter case."""

    opening: str
    closing: str


_NAMES: Final = (
    *("think", "thinking", "thought", "thoughts", "reason", "reasoning", "reflection", "analysis"),
    *("scratchpad", "inner_monologue", "monologue", "ant_thinking", "longcat_think", "reflect"),
    *("cot_budget_reflect", "begin_of_thought", "cot", "chain_of_thought"),
)
_TAG: Final = rf"(?:[a-z]+:)?(?:{'|'.join(_NAMES)})"

THOUGHTS: Final[tuple[Block, ...]] = (
    # DeepSeek, Qwen, QwQ, GLM, Kimi, MiniMax, Granite 3.3, ERNIE, Hunyuan, Phi, Nemotron: think.
    # Gemini, EXAONE Deep, Marco: thought. Seed: seed:think. Many tuned by others: the rest.
    Block(rf"<\s*{_TAG}(?:\s[^<>]{{0,80}})?>", rf"<\s*/\s*{_TAG}\s*>"),
    Block(rf"&lt;\s*{_TAG}\s*&gt;", rf"&lt;\s*/\s*{_TAG}\s*&gt;"),  # behind what escapes HTML
    Block(rf"```(?:{'|'.join(_NAMES)})\s*\n", r"```"),
    Block(r"\[THINK\]", r"\[/THINK\]"),  # Magistral, Ministral
    Block(r"◁think▷", r"◁/think▷"),  # Kimi's older ones
    Block(r"<\|channel>", r"<channel\|>"),  # Gemma 4
    Block(r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),  # Command A
    Block(r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),  # Apertus
    Block(r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),  # Sky-T1, OpenThinker
    Block(rf"<\|{_TAG}\|>", rf"<\|/{_TAG}\|>|<\|begin\|>assistant<\|content\|>"),  # … Solar
    Block(r"\[unused16\]", r"\[unused17\]"),  # Pangu
    Block(  # Open WebUI and others
        r"<details type=\"reasoning\"[^<>]{0,80}>"
        r"|<details[^<>]{0,80}>\s*<summary>[^<>]{0,20}(?:think|thought|reason)[^<>]{0,80}</summary>",
        r"</details>",
    ),
    Block(
        r"\A\s*here(?:'s| is) my thought process:", r"here(?:'s| is) my response:"
    ),  # Granite 3.2
    Block(r"\A\s*here are my reasoning steps:", r"\[BEGIN FINAL RESPONSE\]"),  # Apriel
)

CALLS: Final[tuple[Block, ...]] = (
    Block(r"<\|?(?:[a-z]+:)?tool_calls?\|?>", r"<\|?/(?:[a-z]+:)?tool_calls?\|?>"),  # Qwen, GLM
    Block(r"<function_calls?>", r"</function_calls?>"),
    Block(r"<function=[\w.-]{1,80}>", r"</function>"),  # Llama 3.1, Qwen coders without parser
    Block(r"<\|tool_calls_section_begin\|>", r"<\|tool_calls_section_end\|>"),  # Kimi K2
    Block(r"<｜tool▁calls▁begin｜>", r"<｜tool▁calls▁end｜>"),  # DeepSeek
    Block(r"<｜DSML｜\w{1,30}>", r"</｜DSML｜(?:function_calls|tool_calls)>"),  # DeepSeek V3.2
    Block(r"<\|START_ACTION\|>", r"<\|END_ACTION\|>"),  # Command A
    Block(r"\[TOOL_CALLS\]|<\|python_tag\|>", r"<\|eom_id\|>"),  # Mistral, Llama
)

_AROUND: Final = re.compile(  # the answer, which is all that is said
    r"<(answer|response|output|final|final_answer)>(.*?)(?:</\1>|\Z)"
    r"|<\|(?:START_RESPONSE|begin_of_solution)\|>(.*?)(?:<\|END_RESPONSE\|>|<\|end_of_solution\|>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_NOTHING: Final = re.compile(
    r"\A(?:\s*</?s>)+|<pad>|<unk>|\[UNK\]|<unused\d+>|\[unused\d+\]|<extra_id_\d+>"
    r"|\A\s*(?:ASSISTANT|Assistant):|<SPECIAL_\d+>|<reserved_\d+>|\[UNUSED_TOKEN_\d+\]"
    r"|<\|(?:begin|end)_of_box\|>"  # GLM-4.5V, around a word
)
_TURN: Final = re.compile(  # where a turn begins or ends
    r"<\|[^<>|\s]{1,40}\|>"  # most of them
    r"|<｜[^<>｜\s]{1,40}｜>|\[\|[^\[\]|\s]{1,40}\|\]"  # DeepSeek's, EXAONE's
    r"|</s>(?=\s*(?:[<\[]|USER:|\Z))|<(?:bos|eos|eod|eot|eoa|sop|eop)>"
    r"|(?:^|\n)[ \t]*(?:human|user):(?=[ \t\n])"  # what models without marks were trained on
    r"|(?:^|\n)[ \t]*#{2,3} ?(?:instruction|response|human|user|assistant|input):"
    r"|\]~!?b[\[\]]|\[e~\[|\[END FINAL RESPONSE\]"  # MiniMax's, Apriel's
    r"|\[(?:/?INST|EOS|BOS|gMASK|/?SYSTEM_PROMPT)\]|<</?SYS>>"
    r"|<(?:start|end)_of_turn>|<\|?turn\|?>|</?role>|<\|/?(?:assistant|user|system)\|?>",
    re.IGNORECASE,
)
_THOUGHT_TURN: Final = re.compile(  # s1 and those tuned like it
    r"<\|im_start\|>\s*think\b.*?(?:<\|im_start\|>\s*(?:answer|assistant)\b|\Z)", re.DOTALL
)
_ROLE: Final = re.compile(
    r"\s*(?:assistant|model|bot|ai)(?::|(?=[^\S\n]*(?:\n|\Z)))", re.IGNORECASE
)
_HALF_A_MARK: Final = re.compile(r"<(?:[|｜][^<>\n]{0,30}|/[a-z_:]{0,24})\Z", re.IGNORECASE)

# OpenAI's harmony: channels, of which one is said; and their remains without marks.
_CHANNEL: Final = re.compile(
    r"<\|channel\|>\s*(\w+)[^<]{0,80}(?:<\|constrain\|>[^<]{0,80})?<\|message\|>"
    r"(.*?)(?=<\|(?:end|return|call|start|channel)\|>|\Z)",
    re.DOTALL,
)
_NO_CHANNEL: Final = re.compile(
    r"\A\s*(?:<\|start\|>)?assistant<\|message\|>(.*?)(?=<\|(?:end|return|start)\|>|\Z)", re.DOTALL
)
_BARE_CHANNELS: Final = re.compile(r"\A.*assistantfinal(?:json(?=\W))?", re.DOTALL)
_BARE_ANALYSIS: Final = re.compile(r"\A\s*(?:analysis|commentary)(?=[A-Z])")


def said(output: str) -> str:
    """Return the part of a model's `output` that is said; empty if it only thought."""
    output = _THOUGHT_TURN.sub("", output)
    if plain := _NO_CHANNEL.match(output):
        output = plain[1]
    elif "<|message|>" in output:
        output = "".join(m[2] for m in _CHANNEL.finditer(output) if m[1] == "final")
    elif "assistantfinal" in output and (bare := _BARE_CHANNELS.match(output)):
        output = output[bare.end() :]
    elif _BARE_ANALYSIS.match(output):
        return ""
    for blocks, closes_alone in ((THOUGHTS, True), (CALLS, False)):
        output = _without(output, blocks, closes_alone=closes_alone)
    if around := _AROUND.search(output):
        output = around[2] or around[3] or ""
    return _HALF_A_MARK.sub("", _first_turn(_NOTHING.sub("", output))).strip()


_MARKS: Final = {
    blocks: re.compile(
        "|".join(
            f"(?P<o{n}>{one.opening})|(?P<c{n}>{one.closing})" for n, one in enumerate(blocks)
        ),
        re.IGNORECASE,
    )
    for blocks in (THOUGHTS, CALLS)
}


def _without(text: str, blocks: tuple[Block, ...], *, closes_alone: bool) -> str:
    """Remove the blocks, including one that never closes.

    With `closes_alone`, also remove the text before a closing mark without an opening one:
    templates put the opening mark into the prompt.
    """
    kept: list[str] = []
    inside = ""  # number of the open block
    start = 0
    for mark in _MARKS[blocks].finditer(text):
        kind, number = (mark.lastgroup or "")[:1], (mark.lastgroup or "")[1:]
        if inside:
            if kind == "c" and number == inside:
                inside = ""
        elif kind == "o":
            kept.append(text[start : mark.start()])
            inside = number
        elif mark[0] == "```":  # a fence of something else
            continue
        elif closes_alone and mark[0] != "</details>":
            kept.clear()
        else:
            kept.append(text[start : mark.start()])
        start = mark.end()
    if not inside:
        kept.append(text[start:])
    return "".join(kept)


def _first_turn(text: str) -> str:
    """Return the first turn that says something; models go on and invent the other's turn."""
    start = 0
    for end in (*_TURN.finditer(text), None):
        turn = text[start : end.start() if end else None]
        if start and (role := _ROLE.match(turn)):
            turn = turn[role.end() :]
        if turn.strip() or end is None:
            return turn
        start = end.end()
    return ""
