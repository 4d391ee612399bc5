"""What models write around an answer, model by model, none of which reaches a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.guards.leak_guard import LeakGuard
from engine.replies.text.dialects import said
from tests.support.servers.response_reading import chunk, events, read

ANSWER = "Merhaba! It's 3 < 5, and I <3 tea."

DIALECTS = {
    "deepseek": "<think>\nOkay, the user says hi.\n</think>\n\n{}",
    "deepseek, opened in the prompt": "Okay, the user says hi.\n</think>\n\n{}",
    "qwen, not thinking": "<think>\n\n</think>\n\n{}",
    "qwen": "<think>Hm. <think> is a tag.</think>{}<|im_end|>",
    "minimax, between the sentences": "<think>One.</think><think>Two.</think>{}",
    "gemini": "<thought>\n**Greeting**\nThey greet me.\n</thought>{}",
    "exaone": "<thought>\nHm.\n</thought>\n\n{}[|endofturn|]",
    "tuned by others": "<Thinking>Hm.</Thinking>\n<reflection>Fine.</reflection>{}",
    "anthropic, older": "<ant_thinking>Hm.</ant_thinking>{}",
    "with attributes": '<think type="deep">Hm.</think >{}',
    "open webui": '<details type="reasoning" done="true"><summary>So</summary>Hm.</details>{}',
    "magistral": "[THINK]Hm.[/THINK]{}</s>",
    "seed": "<seed:think>Hm.<seed:cot_budget_reflect>3</seed:cot_budget_reflect></seed:think>{}",
    "kimi": "◁think▷Hm.◁/think▷{}",
    "kimi, calling": "{}<|tool_calls_section_begin|><|tool_call_begin|>f<|tool_calls_section_end|>",
    "gemma 3": "{}<end_of_turn>\n<start_of_turn>user\nAnd you?",
    "gemma 4": "<|channel>thought\nHm.<channel|>{}<turn|>",
    "command a": "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>{}<|END_RESPONSE|>",
    "apertus": "<|inner_prefix|>Hm.<|inner_suffix|>{}<|assistant_end|>",
    "openthinker": "<|begin_of_thought|>Hm.<|end_of_thought|>\n"
    "<|begin_of_solution|>{}<|end_of_solution|>",
    "pangu": "[unused16]Hm.[unused17]{}[unused10]",
    "granite 3.2": "Here is my thought process:\n\nHm.\n\nHere is my response:\n\n{}",
    "granite 3.3": "<think>Hm.</think><response>{}</response>",
    "hunyuan": "<think>\nHm.\n</think>\n<answer>\n{}\n</answer>",
    "ernie": "<think>\nHm.\n</think>\n\n\n<response>\n{}\n</response>\n",
    "marco": "<Thought>Hm.</Thought>\n<Output>{}</Output>",
    "glm": "<think>Hm.</think>\n{}<|user|>",
    "ling": "<role>ASSISTANT</role>{}<|role_end|>",
    "gpt-oss": "<|channel|>analysis<|message|>They say hi.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>{}<|return|>",
    "gpt-oss, begun in the prompt": "They say hi.<|end|><|start|>assistant"
    "<|channel|>commentary to=functions.f <|constrain|>json<|message|>x<|call|>"
    "<|start|>assistant<|channel|>final<|message|>{}",
    "gpt-oss, without marks": "analysisThe user says hi. We greet.assistantfinal{}",
    "mistral": "[/INST] {}</s>",
    "mistral, going on": "{}</s>[INST] And you? [/INST] Fine.",
    "llama 2": "<s>[INST] <<SYS>>\n<</SYS>>[/INST]{}</s>",
    "llama 3": "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
    "chatml": "<|im_start|>assistant\n{}<|im_end|>\n<|im_start|>user\nAnd you?<|im_end|>",
    "phi": "<|assistant|>\n{}<|end|><|endoftext|>",
    "deepseek, its marks": "<｜Assistant｜>{}<｜end▁of▁sentence｜>",
    "hermes, calling": '{}\n<tool_call>\n{{"name": "f"}}\n</tool_call>',
    "deepseek v3.2, calling": "{}<｜DSML｜function_calls>f</｜DSML｜function_calls>",
    "llama 3.1, calling": "{}<function=look_up>{{}}</function>",
    "minimax": "]~b]ai\n<think>Hm.</think>{}[e~[\n",
    "apriel": "Here are my reasoning steps:\nHm.\n[BEGIN FINAL RESPONSE]\n{}\n[END FINAL RESPONSE]",
    "solar": "<|think|>Hm.<|end|><|begin|>assistant<|content|>{}<|end|>",
    "s1": "<|im_start|>think\nHm.\n<|im_start|>answer\n{}",
    "gpt-oss, without channels": "<|start|>assistant<|message|>{}<|end|>",
    "reasoning in marks": "<|reasoning|>Hm.<|/reasoning|>{}",
    "a fence of thoughts": "```thinking\nHm.\n```\n{}",
    "a chat's export": "<details>\n<summary>Thinking</summary>\nHm.\n</details>\n{}",
    "behind what escapes html": "&lt;think&gt;Hm.&lt;/think&gt;{}",
    "nemotron": "<SPECIAL_12>{}<SPECIAL_11>",
    "internlm": "{}[UNUSED_TOKEN_145]",
    "vicuna": "ASSISTANT: {}</s>USER: And you?",
    "alpaca": "### Response:\n{}\n\n### Instruction:\nAnd you?",
    "without a template, going on": "{}\n\nHuman: And you?\n\nAssistant: Fine.",
    "cut in a mark": "{}<|im_e",
    "cut in a closing tag": "{}</s",
    "nothing around": "{}",
}


@pytest.mark.parametrize("written", DIALECTS.values(), ids=DIALECTS)
def test_of_what_a_model_writes_the_answer_alone_is_said(written: str) -> None:
    assert said(written.format(ANSWER)) == ANSWER
    assert LeakGuard().leaks(said(written.format("Hello.")), 1, (), "") is None


@pytest.mark.parametrize(
    "written",
    [
        "<think>Hm, they say hi, so",
        "<thought>Hm",
        "[THINK]Hm",
        "<|channel|>analysis<|message|>They say hi.",
        "analysisThe user says hi.",
        "<|channel|>commentary<|message|>x",
        "</s>",
        "<|im_end|><|im_start|>assistant\n",
        '<tool_call>{"name": "f"}',
        "Here is my thought process: they say hi",
    ],
)
def test_who_only_thought_said_nothing(written: str) -> None:
    assert said(written) == ""


@pytest.mark.parametrize(
    "text",
    [
        "I think <3 is a heart, and a < b > c.",
        "Use <b>bold</b> and <s>this</s> rarely; 5 [1] or [INSTEAD].",
        "The assistant, final as ever: analysis paralysis.",
        "Model trains are great | so are <code>",
        "Try this:\n```\nthink()\n```\n### Notes\nThe user: you. User friendly, as they say.",
        "Bence {düşün} ve [cevap] ver → tamam…",
    ],
)
def test_what_only_looks_alike_is_said(text: str) -> None:
    assert said(text) == text


@given(st.sampled_from(sorted(DIALECTS)), st.lists(st.integers(1, 12), min_size=1))
async def test_it_makes_no_difference_where_a_stream_is_split(
    name: str, lengths: list[int]
) -> None:
    written = DIALECTS[name].format(ANSWER)
    pieces, start = [], 0
    for length in lengths * len(written):
        if start >= len(written):
            break
        pieces.append(written[start : start + length])
        start += length
    streamed = events(*(chunk(piece) for piece in pieces), chunk("", "stop"), "[DONE]")
    assert await read(streamed, tokens=400) == ANSWER
