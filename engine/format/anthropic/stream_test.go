package anthropic_test

import (
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/internal/formattest"
)

const (
	start = `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-x","usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":50,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":30},"output_tokens":1}}}` + "\n"
	stop  = `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}` + "\n" + `{"type":"message_stop"}` + "\n"
)

func textBlock(text string) string {
	return `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n" +
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"` + text + `"}}` + "\n" +
		`{"type":"content_block_stop","index":0}` + "\n"
}

func TestStream(t *testing.T) {
	tests := []struct {
		name, lines    string
		text, thought  string
		finish, native string
		err            chat.ErrorType
	}{
		{"usual", start + `{"type":"ping"}` + "\n" + textBlock("Hello") + stop, "Hello", "", "stop", "end_turn", ""},
		{"without message_stop", start + textBlock("a") + `{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}`, "a", "", "length", "max_tokens", ""},
		{"with [DONE]", start + textBlock("a") + "[DONE]", "a", "", "", "", ""},
		{"cut", start + textBlock("a"), "a", "", "", "", chat.ErrUnavailable},
		{"nothing", ``, "", "", "", "", chat.ErrUnavailable},
		{"head twice", start + start + textBlock("a") + start + stop, "a", "", "stop", "end_turn", ""},
		{"another answer before anything shows", start + strings.ReplaceAll(start, "msg_1", "msg_2") + textBlock("a") + stop, "a", "", "stop", "end_turn", ""},
		{"another answer in the middle", start + textBlock("a") + strings.ReplaceAll(start, "msg_1", "msg_2") + textBlock("a") + stop, "a", "", "", "", chat.ErrUnavailable},
		{"text in the block's head", start + `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"He"}}
			{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"y"}}` + "\n" + stop, "Hey", "", "stop", "end_turn", ""},
		{"thinking", start + `{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}
			{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}
			{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S="}}` + "\n" + stop, "", "hm", "stop", "end_turn", ""},
		{"stop sequence", start + `{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"}}`, "", "", "stop", "stop_sequence", ""},
		{"pause", start + `{"type":"message_delta","delta":{"stop_reason":"pause_turn"}}`, "", "", "length", "pause_turn", ""},
		{"refusal", start + `{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal"}}}`, "", "", "content_filter", "refusal", ""},
		{"window full", start + `{"type":"message_delta","delta":{"stop_reason":"model_context_window_exceeded"}}`, "", "", "length", "model_context_window_exceeded", ""},
		{"overloaded in the middle", start + textBlock("a") + `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, "a", "", "", "", chat.ErrOverloaded},
		{"an error without a reason", start + `{"type":"error"}`, "", "", "", "", chat.ErrUnavailable},
		{"unknown events and deltas", start + `{"type":"weather","index":0}
			{"type":"content_block_start","index":0,"content_block":{"type":"novelty","x":1}}
			{"type":"content_block_delta","index":0,"delta":{"type":"novel_delta","n":1}}
			{"type":"content_block_delta","index":9,"delta":{"type":"text_delta","text":"lost"}}
			{"type":"content_block_stop","index":9}` + "\n" + textBlock("a") + stop, "a", "", "stop", "end_turn", ""},
		{"broken events", start + "{\"type\":\n" + textBlock("a") + "garbage\n" + stop, "a", "", "stop", "end_turn", ""},
		{"nothing after the end", start + textBlock("a") + stop + textBlock("b"), "a", "", "stop", "end_turn", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, anthropic.New(), tt.lines)
			if got.Text != tt.text || got.Thought != tt.thought {
				t.Errorf("text %q, thought %q; want %q, %q", got.Text, got.Thought, tt.text, tt.thought)
			}
			if got.Result.FinishReason != tt.finish || got.Result.NativeFinishReason != tt.native {
				t.Errorf("finish %q (%q), want %q (%q)", got.Result.FinishReason, got.Result.NativeFinishReason, tt.finish, tt.native)
			}
			if e := got.Error(t); e == nil && tt.err != "" || e != nil && e.Type != tt.err {
				t.Errorf("error %v, want %q", got.Err, tt.err)
			}
		})
	}
}

func TestStreamTools(t *testing.T) {
	got := formattest.PlayLines(t, anthropic.New(), start+`
		{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}
		{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":1}"}}
		{"type":"content_block_stop","index":0}
		{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}
		{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}
		{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}
		{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}
		{"type":"content_block_stop","index":1}
		{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"g","input":{}}}
		{"type":"content_block_stop","index":2}
		{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"c","name":"h","input":{"y":2}}}
		{"type":"content_block_stop","index":3}
		{"type":"message_delta","delta":{"stop_reason":"tool_use"}}`)
	want := []chat.ToolRequest{
		{ID: "a", Name: "f", Arguments: `{"x":1}`}, {ID: "b", Name: "g", Arguments: "{}"}, {ID: "c", Name: "h", Arguments: `{"y":2}`},
	}
	if got.Err != nil || !reflect.DeepEqual(got.Tools, want) || got.Result.FinishReason != "tool_calls" {
		t.Errorf("tools %+v, finish %q, %v", got.Tools, got.Result.FinishReason, got.Err)
	}
}

func TestStreamUsage(t *testing.T) {
	tests := []struct {
		name, lines string
		want        *chat.Usage
		cost        string
	}{
		{"none", `{"type":"message_stop"}`, nil, ""},
		{"the end replaces, absent fields stay", start + stop,
			&chat.Usage{PromptTokens: 160, CompletionTokens: 7, CachedTokens: 100, CacheWriteTokens: 50, CacheWrite1hTokens: 30}, ""},
		{"all again", start + `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":61,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":2,"output_tokens_details":{"thinking_tokens":1},"server_tool_use":{"web_search_requests":3}}}`,
			&chat.Usage{PromptTokens: 61, CompletionTokens: 2, ReasoningTokens: 1, WebSearches: 3}, ""},
		{"compaction is billed, an adviser is not ours", start + `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":20,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":5,"iterations":[
			{"type":"compaction","input_tokens":10,"output_tokens":3,"cache_read_input_tokens":100,"cache_creation_input_tokens":8,"cache_creation":{"ephemeral_1h_input_tokens":8}},{"type":"message","input_tokens":20,"output_tokens":5},{"type":"advisor_message","input_tokens":900,"output_tokens":90}]}}`,
			&chat.Usage{PromptTokens: 138, CompletionTokens: 8, CachedTokens: 100, CacheWriteTokens: 8, CacheWrite1hTokens: 8}, ""},
		{"a gateway's cost", start + `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":1,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":1,"cost":0.0003}}`,
			&chat.Usage{PromptTokens: 1, CompletionTokens: 1}, "0.0003"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, anthropic.New(), strings.ReplaceAll(tt.lines, "[\n", "["))
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

func TestStreamThinking(t *testing.T) {
	block := func(index, head string, deltas ...string) string {
		var b strings.Builder
		b.WriteString(`{"type":"content_block_start","index":` + index + `,"content_block":` + head + "}\n")
		for _, d := range deltas {
			b.WriteString(`{"type":"content_block_delta","index":` + index + `,"delta":` + d + "}\n")
		}
		return b.String() + `{"type":"content_block_stop","index":` + index + "}\n"
	}
	thinking := func(index, sign string) string {
		return block(index, `{"type":"thinking","thinking":"","signature":""}`, `{"type":"thinking_delta","thinking":"h"}`, `{"type":"thinking_delta","thinking":"m"}`, `{"type":"signature_delta","signature":"`+sign+`"}`)
	}
	text := func(index, s string) string {
		return block(index, `{"type":"text","text":""}`, `{"type":"text_delta","text":"`+s+`"}`)
	}
	tool := block("5", `{"type":"tool_use","id":"a","name":"f","input":{}}`, `{"type":"input_json_delta","partial_json":"{\"x\":1}"}`)
	tests := []struct{ name, lines, want string }{
		{"none", text("0", "a"), ""},
		{"tools alone", text("0", "a") + tool, ""},
		{"in the usual order", thinking("0", "S=") + block("1", `{"type":"redacted_thinking","data":"R="}`) + text("2", "a") + tool,
			`[{"signature":"S=","thinking":"hm","type":"thinking"},{"data":"R=","type":"redacted_thinking"}]`},
		{"interleaved: the whole turn", thinking("0", "S=") + text("1", "a") + thinking("2", "T=") + tool,
			`[{"signature":"S=","thinking":"hm","type":"thinking"},{"text":"a","type":"text"},{"signature":"T=","thinking":"hm","type":"thinking"},{"id":"a","input":{"x":1},"name":"f","type":"tool_use"}]`},
		{"the upstream's own tools: the whole turn", block("0", `{"type":"server_tool_use","id":"s","name":"q","input":{}}`, `{"type":"input_json_delta","partial_json":"{}"}`) +
			block("1", `{"type":"web_search_tool_result","tool_use_id":"s","content":[{"encrypted_content":"E"}]}`) +
			block("2", `{"type":"text","text":""}`, `{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://a","title":"A"}}`, `{"type":"text_delta","text":"a"}`) + text("3", ""),
			`[{"id":"s","input":{},"name":"q","type":"server_tool_use"},{"content":[{"encrypted_content":"E"}],"tool_use_id":"s","type":"web_search_tool_result"},{"citations":[{"type":"web_search_result_location","url":"https://a","title":"A"}],"text":"a","type":"text"}]`},
		{"compaction", block("0", `{"type":"compaction","content":null}`, `{"type":"compaction_delta","content":"so far"}`) + text("1", "a"),
			`[{"content":"so far","type":"compaction"},{"text":"a","type":"text"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, anthropic.New(), start+tt.lines+stop)
			if string(got.Result.Thinking) != tt.want {
				t.Errorf("got  %s\nwant %s", got.Result.Thinking, tt.want)
			}
			if strings.Contains(tt.lines, "https://a") && !reflect.DeepEqual(got.Result.Citations, []format.Citation{{URL: "https://a", Title: "A"}}) {
				t.Errorf("citations %+v", got.Result.Citations)
			}
		})
	}
}

func TestDecodeBody(t *testing.T) {
	tests := []struct {
		name, body   string
		text, finish string
		err          chat.ErrorType
	}{
		{"usual", `{"type":"message","id":"m","content":[{"type":"thinking","thinking":"hm","signature":"S"},{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{"input_tokens":1}}`, "a", "stop", ""},
		{"padded", "\n\n  {\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}", "a", "", ""},
		{"error under 200", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, "", "", chat.ErrOverloaded},
		{"something else", `{"id":"1","choices":[]}`, "", "", chat.ErrUnavailable},
		{"a web page", `<html>`, "", "", chat.ErrUnavailable},
		{"nothing", ``, "", "", chat.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayBody(t, anthropic.New(), []byte(tt.body))
			if got.Text != tt.text || got.Result.FinishReason != tt.finish {
				t.Errorf("text %q, finish %q; want %q, %q", got.Text, got.Result.FinishReason, tt.text, tt.finish)
			}
			if e := got.Error(t); e == nil && tt.err != "" || e != nil && e.Type != tt.err {
				t.Errorf("error %v, want %q", got.Err, tt.err)
			}
		})
	}
}

func FuzzStream(f *testing.F) {
	formattest.Fuzz(f, anthropic.New(),
		"event: message_start\ndata: "+start+"\nevent: content_block_start\ndata: "+`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a","citations":[{"url":"u"}]}}`+"\n\n",
		"data: "+`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{"x":1}}}`+"\n\ndata: "+`{"type":"content_block_stop","index":1}`+"\n\n",
		"data: "+`{"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"h","signature":"s"}}`+"\n\ndata: "+`{"type":"content_block_delta","index":1,"delta":{"thinking":"x","signature":"y","partial_json":"{}"}}`+"\n\n",
		"data: "+`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7,"iterations":[{"type":"compaction","input_tokens":1}]}}`+"\n\n",
		"event: error\ndata: "+`{"type":"error","error":{"type":"overloaded_error"}}`+"\n\n",
		`{"type":"message","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"1","name":"f","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":1}}`,
	)
}

func BenchmarkStream(b *testing.B) {
	const tokens = 1000
	var s strings.Builder
	event := func(name, data string) { s.WriteString("event: " + name + "\ndata: " + data + "\n\n") }
	event("message_start", strings.TrimSpace(start))
	event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
	for range tokens {
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" token"}}`)
	}
	event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}`)
	event("message_stop", `{"type":"message_stop"}`)
	formattest.Bench(b, anthropic.New(), []byte(s.String()), tokens)
}
