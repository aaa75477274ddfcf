package openai_test

import (
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/openai"
)

func TestStreamText(t *testing.T) {
	tests := []struct {
		name, lines    string
		text, thought  string
		finish, native string
		err            chat.ErrorType
	}{
		{"usual", `
			{"id":"1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
			{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hel"}}]}
			{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"lo"}}]}
			{"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
			[DONE]`, "Hello", "", "stop", "stop", ""},
		{"without [DONE]", `{"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}`, "a", "", "length", "length", ""},
		{"without a finish reason", `
			{"choices":[{"delta":{"content":"a"}}]}
			[DONE]`, "a", "", "", "", ""},
		{"without both", `{"choices":[{"delta":{"content":"a"}}]}`, "a", "", "", "", chat.ErrUnavailable},
		{"nothing at all", ``, "", "", "", "", chat.ErrUnavailable},
		{"empty, but ended", `
			{"choices":[{"delta":{},"finish_reason":"stop"}]}
			[DONE]`, "", "", "stop", "stop", ""},
		{"finish twice, usage later", `
			{"choices":[{"delta":{"content":"a"},"finish_reason":"stop","native_finish_reason":"STOP"}]}
			{"choices":[{"delta":{"content":""},"finish_reason":"stop","native_finish_reason":"STOP"}],"usage":{"prompt_tokens":1}}
			[DONE]`, "a", "", "stop", "STOP", ""},
		{"finished by an error", `{"choices":[{"delta":{"content":"a"},"finish_reason":"error"}]}`, "a", "", "error", "error", chat.ErrUnavailable},
		{"reasoning", `{"choices":[{"delta":{"reasoning":"hm","content":"a"},"finish_reason":"stop"}]}`, "a", "hm", "stop", "stop", ""},
		{"reasoning_content", `{"choices":[{"delta":{"reasoning_content":"hm","content":null},"finish_reason":"stop"}]}`, "", "hm", "stop", "stop", ""},
		{"both name the same", `{"choices":[{"delta":{"reasoning_content":"hm","reasoning":"hm"},"finish_reason":"stop"}]}`, "", "hm", "stop", "stop", ""},
		{"details beside reasoning", `{"choices":[{"delta":{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]},"finish_reason":"stop"}]}`, "", "hm", "stop", "stop", ""},
		{"details alone", `
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"h"}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":"m"}]},"finish_reason":"stop"}]}`, "", "hm", "stop", "stop", ""},
		{"parts", `{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}]},"finish_reason":"stop"}]}`, "a", "hm", "stop", "stop", ""},
		{"a stop for a tool", `{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]},"finish_reason":"stop"}]}`, "", "", "tool_calls", "stop", ""},
		{"refusal", `{"choices":[{"delta":{"refusal":"I will not."},"finish_reason":"stop"}]}`, "I will not.", "", "content_filter", "stop", ""},
		{"the message at once", `
			{"choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}
			[DONE]`, "whole", "", "stop", "stop", ""},
		{"the message beside deltas", `
			{"choices":[{"delta":{"content":"a"},"message":{"content":"a"}}]}
			{"choices":[{"delta":{"content":"b"},"message":{"content":"ab"}}]}
			{"choices":[{"delta":{"content":""},"message":{"content":"ab"},"finish_reason":"stop"}]}`, "ab", "", "stop", "stop", ""},
		{"other choices", `
			{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"},"finish_reason":"stop"}]}`, "yes", "", "stop", "stop", ""},
		{"nulls", `
			{"id":null,"model":null,"choices":[{"index":0,"delta":{"content":null,"reasoning":null,"tool_calls":null,"reasoning_details":null},"finish_reason":null}],"usage":null,"error":null}
			{"choices":[{"delta":null,"finish_reason":"stop"}]}
			{"choices":null,"usage":{"prompt_tokens":1}}`, "", "", "stop", "stop", ""},
		{"fields of other types", `
			{"id":7,"created":"x","model":["m"],"provider":{},"choices":[{"index":0,"delta":{"content":"a","annotations":"none"},"finish_reason":"stop","logprobs":3}],"usage":7,"citations":"x"}`, "a", "", "stop", "stop", ""},
		{"a lone surrogate", `{"choices":[{"delta":{"content":"a\ud83d"},"finish_reason":"stop"}]}`, "a\uFFFD", "", "stop", "stop", ""},
		{"nothing after [DONE]", `
			{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}
			[DONE]
			{"choices":[{"delta":{"content":"b"}}]}`, "a", "", "stop", "stop", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, openai.New(), tt.lines)
			if got.Text != tt.text || got.Thought != tt.thought {
				t.Errorf("text %q, thought %q; want %q, %q", got.Text, got.Thought, tt.text, tt.thought)
			}
			if got.Result.FinishReason != tt.finish || got.Result.NativeFinishReason != tt.native {
				t.Errorf("finish %q (%q), want %q (%q)", got.Result.FinishReason, got.Result.NativeFinishReason, tt.finish, tt.native)
			}
			checkError(t, &got, tt.err)
		})
	}
}

func checkError(t *testing.T, got *formattest.Outcome, want chat.ErrorType) {
	t.Helper()
	e := got.Error(t)
	switch {
	case e == nil && want != "":
		t.Errorf("no error, want %s", want)
	case e != nil && e.Type != want:
		t.Errorf("error %v, want %q", e, want)
	}
}

func TestStreamTools(t *testing.T) {
	tests := []struct {
		name, lines string
		want        []chat.ToolRequest
	}{
		{"pieces", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: `{"x":1}`}}},
		{"parallel, interleaved", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}},{"index":1,"id":"b","function":{"name":"g","arguments":"2"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"4"}},{"index":0,"function":{"arguments":"3"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "13"}, {ID: "b", Name: "g", Arguments: "24"}}},
		{"index -1", `
			{"choices":[{"delta":{"tool_calls":[{"index":-1,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":-1,"id":"b","function":{"name":"g","arguments":"2"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "1"}, {ID: "b", Name: "g", Arguments: "2"}}},
		{"no index, pieces", `
			{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"1"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"2"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"arguments":"3"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "123"}, {ID: "b", Name: "g"}}},
		{"no index, no id", `
			{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}`,
			[]chat.ToolRequest{{Name: "f", Arguments: "{}"}, {Name: "f", Arguments: "{}"}}},
		{"every call has index 0", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"2"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "1"}, {ID: "b", Name: "f", Arguments: "2"}}},
		{"a fresh id with every piece", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"z","function":{"name":null,"arguments":"2"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "12"}}},
		{"id and name repeated, or empty", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"2"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":"3"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "123"}}},
		{"id later", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f"}}]}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"1"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "1"}}},
		{"arguments as an object, or null", `
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}},{"index":1,"id":"b","function":{"name":"g","arguments":null}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: `{"x":1}`}, {ID: "b", Name: "g"}}},
		{"an object that is not UTF-8", "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":\"\xff\"}}}]}}]}",
			[]chat.ToolRequest{{ID: "a", Name: "f", Arguments: "{\"x\":\"\uFFFD\"}"}}},
		{"indices with gaps", `
			{"choices":[{"delta":{"tool_calls":[{"index":3,"id":"a","function":{"name":"f"}},{"index":900,"id":"b","function":{"name":"g"}}]}}]}`,
			[]chat.ToolRequest{{ID: "a", Name: "f"}, {ID: "b", Name: "g"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, openai.New(), tt.lines)
			if !reflect.DeepEqual(got.Tools, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got.Tools, tt.want)
			}
		})
	}
}

func TestStreamErrors(t *testing.T) {
	const begun = `{"id":"g","provider":"P","model":"m","choices":[{"delta":{"content":"a"}}]}` + "\n"
	tests := []struct {
		name, stream string
		typ          chat.ErrorType
		says         string
	}{
		{"at the top, with an error choice", "data: " + begun + `
data: {"error":{"code":502,"message":"Provider returned error"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}

`, chat.ErrUnavailable, "Provider returned error"},
		{"empty choices", `data: {"choices":[],"error":{"code":"server_error","message":"boom"}}` + "\n\n", chat.ErrServer, "boom"},
		{"after the finish reason", `data: {"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}

data: {"error":{"code":400,"message":"Token limit reached"},"choices":[{"delta":{}}],"usage":{"prompt_tokens":43,"completion_tokens":10}}

data: [DONE]

`, chat.ErrTokenLimit, "Token limit"},
		{"an event of its own", "data: " + begun + `
event: error
data: {"error":{"message":"Tool choice is required","code":"tool_use_failed","status_code":400}}

`, chat.ErrUnavailable, "Tool choice"},
		{"an event that is text", "event: error\ndata: upstream died\n\n", chat.ErrServer, "upstream died"},
		{"inside a choice", `data: {"choices":[{"delta":{"content":"a"},"error":{"code":429,"message":"limited"}}]}` + "\n\n", chat.ErrRateLimit, "limited"},
		{"without an envelope", `data: {"object":"error","message":"context length exceeded","type":"BadRequestError","code":400}` + "\n\n", chat.ErrContextLength, "context length"},
		{"in x_groq", `data: {"choices":[],"x_groq":{"error":"over_capacity: at capacity"}}` + "\n\n", chat.ErrOverloaded, "capacity"},
		{"as a text", `data: {"error":"model runner has crashed"}` + "\n\n", chat.ErrServer, "crashed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.Play(t, openai.New(), []byte(tt.stream), 4096)
			checkError(t, &got, tt.typ)
			if e := got.Error(t); e != nil && !strings.Contains(e.Message, tt.says) {
				t.Errorf("message %q does not say %q", e.Message, tt.says)
			}
			if strings.Contains(tt.stream, `"content":"a"`) && got.Text != "a" {
				t.Errorf("text %q before the error is lost", got.Text)
			}
			if strings.Contains(tt.stream, "usage") && (got.Result.Usage == nil || got.Result.Usage.PromptTokens != 43) {
				t.Errorf("usage %+v: what has been used is billed all the same", got.Result.Usage)
			}
		})
	}
}

func TestNoErrorWhereNoneIs(t *testing.T) {
	for _, e := range []string{"null", `""`, "{}", "false"} {
		got := formattest.PlayLines(t, openai.New(), `{"error":`+e+`,"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}`)
		if got.Err != nil || got.Text != "a" {
			t.Errorf("%s: %v", e, got.Err)
		}
	}
}

func TestBrokenEventsAreSkippedAndCounted(t *testing.T) {
	got := formattest.PlayLines(t, openai.New(), `
		{"choices":[{"delta":{"content":"a"}}]}
		{"choices":[{"delta":{"con
		garbage
		{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}]}
		[DONE]`)
	if got.Err != nil || got.Text != "ab" || got.Result.Skipped != 2 {
		t.Errorf("text %q, skipped %d, error %v", got.Text, got.Result.Skipped, got.Err)
	}
	got = formattest.PlayLines(t, openai.New(), "Internal Server Error")
	if e := got.Error(t); e == nil || !strings.Contains(e.Message, "Internal Server Error") {
		t.Errorf("error %v does not repeat what came instead of an answer", got.Err)
	}
}

func TestStreamUsage(t *testing.T) {
	tests := []struct {
		name, lines string
		want        *chat.Usage
		cost        string
	}{
		{"none", `{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}`, nil, ""},
		{"zeros are no count", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"cost":0}}`, nil, "0"},
		{"no object", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":7}`, nil, ""},
		{"in the end, choices empty", `
			{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"usage":null}
			{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":3,"image_tokens":1,"audio_tokens":1},"cost":0.0012}}
			[DONE]`, &chat.Usage{PromptTokens: 10, CompletionTokens: 5, ReasoningTokens: 3, CachedTokens: 4, CacheWriteTokens: 2, AudioPromptTokens: 1, AudioTokens: 1, ImageTokens: 1}, "0.0012"},
		{"several times: the last counts", `
			{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":10,"completion_tokens":1}}
			{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}}
			{"choices":[],"usage":null}`, &chat.Usage{PromptTokens: 10, CompletionTokens: 2}, ""},
		{"groq's own", `{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":4}}}`, &chat.Usage{PromptTokens: 3, CompletionTokens: 4}, ""},
		{"both of groq's", `{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":9}},"usage":{"prompt_tokens":3,"completion_tokens":4}}`, &chat.Usage{PromptTokens: 3, CompletionTokens: 4}, ""},
		{"deepseek's cache", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1,"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":2}}`, &chat.Usage{PromptTokens: 10, CompletionTokens: 1, CachedTokens: 8}, ""},
		{"reasoning beside the completion, in the total", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":19,"completion_tokens_details":{"reasoning_tokens":7},"cost_in_usd_ticks":1330500}}`, &chat.Usage{PromptTokens: 10, CompletionTokens: 9, ReasoningTokens: 7}, "0.00013305"},
		{"reasoning only in the total", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":19}}`, &chat.Usage{PromptTokens: 10, CompletionTokens: 9, ReasoningTokens: 7}, ""},
		{"more reasoning than completion", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"completion_tokens_details":{"reasoning_tokens":25}}}`, &chat.Usage{PromptTokens: 9, CompletionTokens: 27, ReasoningTokens: 25}, ""},
		{"the same from one who includes it", `{"provider":"P","choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":10,"total_tokens":19,"completion_tokens_details":{"reasoning_tokens":11}}}`, &chat.Usage{PromptTokens: 9, CompletionTokens: 10, ReasoningTokens: 11}, ""},
		{"searches", `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"server_tool_use_details":{"web_search_requests":2}}}`, &chat.Usage{PromptTokens: 1, WebSearches: 2}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, openai.New(), tt.lines)
			if !reflect.DeepEqual(got.Result.Usage, tt.want) {
				t.Errorf("usage %+v, want %+v", got.Result.Usage, tt.want)
			}
			cost := ""
			if got.Result.Cost != nil {
				cost = got.Result.Cost.USD.String()
			}
			if cost != tt.cost {
				t.Errorf("cost %q, want %q", cost, tt.cost)
			}
		})
	}
}

func TestStreamIdentity(t *testing.T) {
	got := formattest.PlayLines(t, openai.New(), `
		{"choices":[],"id":"","model":"","prompt_filter_results":[{}]}
		{"id":"gen-1","provider":"Novita","model":"a/b","choices":[{"delta":{"content":"x"}}],"citations":["https://a"]}
		{"id":"gen-1","model":"a/b-2026","choices":[{"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://b","title":"B"}}]},"finish_reason":"stop"}],"citations":["https://a","https://c"],"search_results":[{"url":"https://a","title":"A"}]}`)
	want := []format.Citation{{URL: "https://a", Title: "A"}, {URL: "https://c"}, {URL: "https://b", Title: "B"}}
	r := got.Result
	if r.ID != "gen-1" || r.Provider != "Novita" || r.Model != "a/b-2026" || !reflect.DeepEqual(r.Citations, want) {
		t.Errorf("got %+v", r)
	}
	got = formattest.PlayLines(t, openai.New(), `{"choices":[{"delta":{"provider_metadata":{"gateway":{"routing":{"finalProvider":"vertex"}}}},"finish_reason":"stop"}]}`)
	if got.Result.Provider != "vertex" {
		t.Errorf("a gateway's provider: %q", got.Result.Provider)
	}
}

func TestStreamThinking(t *testing.T) {
	tests := []struct{ name, lines, want string }{
		{"none", `{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}`, ""},
		{"text of a turn without tools is not kept", `{"choices":[{"delta":{"reasoning_content":"hm"},"finish_reason":"stop"}]}`, ""},
		{"text of a turn with tools", `
			{"choices":[{"delta":{"reasoning_content":"h"}}]}
			{"choices":[{"delta":{"reasoning_content":"m"}}]}
			{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]},"finish_reason":"tool_calls"}]}`,
			`[{"type":"reasoning_content","text":"hm"}]`},
		{"details joined, the signature last", `
			{"choices":[{"delta":{"reasoning":"h","reasoning_details":[{"type":"reasoning.text","text":"h","format":"anthropic-claude-v1","index":0,"x":1.50}]}}]}
			{"choices":[{"delta":{"reasoning":"m","reasoning_details":[{"type":"reasoning.text","text":"m","format":"anthropic-claude-v1","index":0}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","signature":"S=","format":"anthropic-claude-v1","index":0}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.encrypted","data":"E1","id":"r1","index":0},{"type":"reasoning.encrypted","data":"E2","id":"r1","index":0}]},"finish_reason":"stop"}]}`,
			`[{"format":"anthropic-claude-v1","index":0,"signature":"S=","text":"hm","type":"reasoning.text","x":1.50},{"type":"reasoning.encrypted","data":"E1","id":"r1","index":0},{"type":"reasoning.encrypted","data":"E2","id":"r1","index":0}]`},
		{"a new block after the signature", `
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":"a","signature":"S1","index":0}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":"b","index":0}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","signature":"S2","index":0}]},"finish_reason":"stop"}]}`,
			`[{"type":"reasoning.text","text":"a","signature":"S1","index":0},{"index":0,"signature":"S2","text":"b","type":"reasoning.text"}]`},
		{"summaries by their index", `
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"a","index":0},{"type":"reasoning.summary","summary":"b","index":1}]}}]}
			{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"c","index":1}]},"finish_reason":"stop"}]}`,
			`[{"type":"reasoning.summary","summary":"a","index":0},{"index":1,"summary":"bc","type":"reasoning.summary"}]`},
		{"unknown types stay", `{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.server_tool_call","tool_name":"x","result":{"a":1}}]},"finish_reason":"stop"}]}`,
			`[{"type":"reasoning.server_tool_call","tool_name":"x","result":{"a":1}}]`},
		{"google's signature", `{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"S="}}}]},"finish_reason":"tool_calls"}]}`,
			`[{"type":"extra_content","tool_call_id":"a","extra_content":{"google":{"thought_signature":"S="}}}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, openai.New(), tt.lines)
			if string(got.Result.Thinking) != tt.want {
				t.Errorf("got  %s\nwant %s", got.Result.Thinking, tt.want)
			}
		})
	}
}

func TestDecodeBody(t *testing.T) {
	tests := []struct {
		name, body string
		text       string
		finish     string
		err        chat.ErrorType
	}{
		{"usual", `{"id":"1","choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}`, "a", "stop", ""},
		{"padded", "\n  \n\n     {\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", "a", "stop", ""},
		{"no finish reason", `{"choices":[{"message":{"content":"a"}}]}`, "a", "", ""},
		{"error under 200", `{"error":{"message":"no money","code":402}}`, "", "", chat.ErrPayment},
		{"error in the choice", `{"choices":[{"message":{"content":"a"},"finish_reason":"error","error":{"code":502,"message":"died"}}]}`, "a", "error", chat.ErrUnavailable},
		{"error without an envelope", `{"detail":"Not authenticated"}`, "", "", chat.ErrServer},
		{"no choices", `{"id":"1","choices":[]}`, "", "", chat.ErrUnavailable},
		{"a web page", `<html><title>Hello</title>`, "", "", chat.ErrUnavailable},
		{"nothing", ``, "", "", chat.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayBody(t, openai.New(), []byte(tt.body))
			if got.Text != tt.text || got.Result.FinishReason != tt.finish {
				t.Errorf("text %q, finish %q; want %q, %q", got.Text, got.Result.FinishReason, tt.text, tt.finish)
			}
			checkError(t, &got, tt.err)
		})
	}
}
