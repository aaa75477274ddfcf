package responses_test

import (
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/responses"
)

const (
	created   = `{"type":"response.created","response":{"id":"resp_1","model":"m","status":"in_progress","output":[]}}` + "\n"
	completed = `{"type":"response.completed","response":{"id":"resp_1","model":"m-2026","status":"completed","output":[],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"output_tokens_details":{"reasoning_tokens":3},"cost":0.001}}}` + "\n"
)

func text(s string) string {
	return `{"type":"response.output_text.delta","output_index":0,"item_id":"msg_1","delta":"` + s + `"}` + "\n"
}

func TestStream(t *testing.T) {
	tests := []struct {
		name, lines    string
		text, thought  string
		finish, native string
		err            chat.ErrorType
	}{
		{"usual", created + text("Hel") + text("lo") + completed + "[DONE]", "Hello", "", "stop", "completed", ""},
		{"item ids that change", created + text("a") + strings.ReplaceAll(text("b"), "msg_1", "msg_9") + completed, "ab", "", "stop", "completed", ""},
		{"cut", created + text("a"), "a", "", "", "", chat.ErrUnavailable},
		{"nothing", ``, "", "", "", "", chat.ErrUnavailable},
		{"only [DONE]", created + text("a") + "[DONE]", "a", "", "", "", ""},
		{"length", created + text("a") + `{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}`, "a", "", "length", "max_output_tokens", ""},
		{"filtered", created + text("a") + `{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}}`, "a", "", "content_filter", "content_filter", ""},
		{"incomplete for no reason", created + `{"type":"response.incomplete","response":{"status":"incomplete"}}`, "", "", "length", "incomplete", ""},
		{"refusal", created + `{"type":"response.refusal.delta","output_index":0,"delta":"No."}` + "\n" + completed, "No.", "", "content_filter", "completed", ""},
		{"summary in paragraphs", created + `{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0}
			{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"one"}
			{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":1}
			{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"two"}` + "\n" + completed, "", "one\n\ntwo", "stop", "completed", ""},
		{"raw reasoning", created + `{"type":"response.reasoning_text.delta","output_index":0,"delta":"hm"}` + "\n" + completed, "", "hm", "stop", "completed", ""},
		{"failed", created + text("a") + `{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}}`, "a", "", "", "failed", chat.ErrRateLimit},
		{"failed for no reason", created + `{"type":"response.failed","response":{"status":"failed"}}`, "", "", "", "failed", chat.ErrUnavailable},
		{"cancelled", created + `{"type":"response.cancelled","response":{"status":"cancelled"}}`, "", "", "", "cancelled", chat.ErrUnavailable},
		{"error", created + `{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"no money"}}`, "", "", "", "", chat.ErrPayment},
		{"error with its fields at the top", created + `{"type":"error","code":"server_error","message":"boom","param":null,"sequence_number":3}`, "", "", "", "", chat.ErrServer},
		{"error without a type", `{"error":{"message":"slow","code":429}}`, "", "", "", "", chat.ErrRateLimit},
		{"a whole item instead of deltas", created + `{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[{"text":"h"},{"text":"m"}]}}
			{"type":"response.output_item.done","output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"whole"}]}}` + "\n" + completed, "whole", "h\n\nm", "stop", "completed", ""},
		{"the rest of an item", created + text("who") + `{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"whole"}]}}` + "\n" + completed, "whole", "", "stop", "completed", ""},
		{"an item that says something else", created + text("x") + `{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"whole"}]}}` + "\n" + completed, "x", "", "stop", "completed", ""},
		{"nothing but the end", created + `{"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"all"}]}]}}`, "all", "", "stop", "completed", ""},
		{"a refusal in a whole item", created + `{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"refusal","refusal":"No."}]}}` + "\n" + completed, "No.", "", "content_filter", "completed", ""},
		{"unknown events", created + `{"type":"response.fusion_call.panel.delta","item_id":"f","output_index":0,"model":"x","delta":"not ours"}
			{"type":"response.fusion_call.analysis.completed","analysis":{}}
			{"type":"keepalive"}` + "\n" + text("a") + completed, "a", "", "stop", "completed", ""},
		{"broken events", created + "{\"type\":\n" + text("a") + "garbage\n" + completed, "a", "", "stop", "completed", ""},
		{"nothing after the end", created + text("a") + completed + text("b"), "a", "", "stop", "completed", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, responses.New(), tt.lines)
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

func TestNamedEvents(t *testing.T) {
	stream := "event: response.created\ndata: " + created + "\n" +
		"event: response.output_text.delta\ndata: " + text("a") + "\n" +
		"event: response.image_generation_call.partial_image\ndata: not even JSON\n\n" +
		"event: keepalive\ndata: {}\n\n" +
		"event: response.completed\ndata: " + completed + "\n"
	got := formattest.Play(t, responses.New(), []byte(stream), 4096)
	if got.Err != nil || got.Text != "a" || got.Result.Skipped != 0 {
		t.Errorf("text %q, skipped %d, %v", got.Text, got.Result.Skipped, got.Err)
	}
	if r := got.Result; r.ID != "resp_1" || r.Model != "m-2026" {
		t.Errorf("id %q, model %q", r.ID, r.Model)
	}
}

func TestStreamTools(t *testing.T) {
	got := formattest.PlayLines(t, responses.New(), created+`
		{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"a","name":"f","arguments":""}}
		{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_1","delta":"{\"x\":"}
		{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_x","delta":"1}"}
		{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"x\":1}"}
		{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}"}}
		{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"b","name":"g","arguments":""}}
		{"type":"response.function_call_arguments.done","output_index":1,"arguments":"{\"y\":2}"}
		{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","call_id":"c","name":"h","arguments":"{\"z\":3}"}}
		{"type":"response.output_item.added","output_index":3,"item":{"type":"web_search_call","id":"ws"}}
		{"type":"response.function_call_arguments.delta","output_index":3,"delta":"not a function's"}
		`+completed)
	want := []chat.ToolRequest{
		{ID: "a", Name: "f", Arguments: `{"x":1}`}, {ID: "b", Name: "g", Arguments: `{"y":2}`}, {ID: "c", Name: "h", Arguments: `{"z":3}`},
	}
	if got.Err != nil || !reflect.DeepEqual(got.Tools, want) || got.Result.FinishReason != "tool_calls" {
		t.Errorf("tools %+v, finish %q, %v", got.Tools, got.Result.FinishReason, got.Err)
	}
}

func TestItemsWithoutAnIndex(t *testing.T) {
	got := formattest.PlayLines(t, responses.New(), created+`
		{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"a"}]}}
		{"type":"response.output_item.done","item":{"type":"function_call","call_id":"b","name":"g","arguments":"{}"}}
		{"type":"response.output_item.done","item":{"type":"function_call","call_id":"c","name":"h","arguments":"{}"}}
		`+completed)
	if got.Text != "a" || len(got.Tools) != 2 || got.Tools[1].Name != "h" {
		t.Errorf("text %q, tools %+v", got.Text, got.Tools)
	}
}

func TestUsageCostAndCitations(t *testing.T) {
	got := formattest.PlayLines(t, responses.New(), created+`
		{"type":"response.output_text.annotation.added","annotation":{"type":"url_citation","url":"https://a","title":"A"}}
		{"type":"response.output_text.annotation.added","annotation":{"type":"container_file_citation","file_id":"x"}}
		{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"t","annotations":[{"url":"https://a"},{"url":"https://b"}]}]}}
		`+strings.Replace(completed, `"output":[]`, `"output":[],"tool_usage":{"web_search":{"num_requests":2}}`, 1))
	want := &chat.Usage{PromptTokens: 10, CompletionTokens: 5, ReasoningTokens: 3, CachedTokens: 4, CacheWriteTokens: 2, WebSearches: 2}
	if !reflect.DeepEqual(got.Result.Usage, want) {
		t.Errorf("usage %+v, want %+v", got.Result.Usage, want)
	}
	if got.Result.Cost == nil || got.Result.Cost.USD.String() != "0.001" {
		t.Errorf("cost %+v", got.Result.Cost)
	}
	if sources := []format.Citation{{URL: "https://a", Title: "A"}, {URL: "https://b"}}; !reflect.DeepEqual(got.Result.Citations, sources) {
		t.Errorf("citations %+v", got.Result.Citations)
	}
}

func TestStreamThinking(t *testing.T) {
	done := func(index, item string) string {
		return `{"type":"response.output_item.done","output_index":` + index + `,"item":` + item + "}\n"
	}
	const (
		reasoning = `{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"E="}`
		raw       = `{"type":"reasoning","id":"rs_2","summary":[],"content":[{"type":"reasoning_text","text":"hm"}],"encrypted_content":null}`
		reference = `{"type":"reasoning","id":"rs_3","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":null}`
		message   = `{"type":"message","content":[{"type":"output_text","text":"a"}]}`
		call      = `{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}`
		search    = `{"type":"web_search_call","id":"ws_1"}`
	)
	tests := []struct{ name, lines, want string }{
		{"none", done("0", message) + done("1", call), ""},
		{"encrypted", done("0", reasoning) + done("1", message) + done("2", call), "[" + reasoning + "]"},
		{"raw", done("0", raw) + done("1", call), "[" + raw + "]"},
		{"a reference to nothing", done("0", reference) + done("1", message), ""},
		{"the upstream's own tools: the whole turn", done("0", reasoning) + done("1", search) + done("2", reference) + done("3", message), "[" + reasoning + "," + search + "," + message + "]"},
		{"interleaved: the whole turn", done("0", reasoning) + done("1", message) + done("2", raw) + done("3", call), "[" + reasoning + "," + message + "," + raw + "," + call + "]"},
		{"what is not complete is not kept", `{"type":"response.output_item.added","output_index":0,"item":` + reasoning + "}\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayLines(t, responses.New(), created+tt.lines+completed)
			if string(got.Result.Thinking) != tt.want {
				t.Errorf("got  %s\nwant %s", got.Result.Thinking, tt.want)
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
		{"usual", `{"id":"r","status":"completed","error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"a"}]}],"usage":{"input_tokens":1}}`, "a", "stop", ""},
		{"padded", "\n\n  {\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"text\":\"a\"}]}]}", "a", "stop", ""},
		{"incomplete", `{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}`, "", "length", ""},
		{"failed", `{"status":"failed","error":{"code":"server_error","message":"boom"},"output":[]}`, "", "", chat.ErrServer},
		{"still working", `{"status":"in_progress","output":[]}`, "", "", chat.ErrUnavailable},
		{"error under 200", `{"error":{"message":"no money","code":"insufficient_quota"}}`, "", "", chat.ErrPayment},
		{"error without an envelope", `{"code":"invalid-argument","error":"Incorrect API key provided."}`, "", "", chat.ErrAuthentication},
		{"something else", `{"choices":[]}`, "", "", chat.ErrUnavailable},
		{"a web page", `<html>`, "", "", chat.ErrUnavailable},
		{"nothing", ``, "", "", chat.ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := formattest.PlayBody(t, responses.New(), []byte(tt.body))
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
	formattest.Fuzz(f, responses.New(),
		"event: response.created\ndata: "+created+"\nevent: response.output_text.delta\ndata: "+text("a")+"\ndata: "+completed+"\ndata: [DONE]\n\n",
		"data: "+`{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"a","name":"f"}}`+"\n\ndata: "+`{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{}"}`+"\n\n",
		"data: "+`{"type":"response.output_item.done","output_index":1,"item":{"type":"reasoning","summary":[{"text":"x"}],"encrypted_content":"E"}}`+"\n\n",
		"data: "+`{"type":"response.reasoning_summary_part.added","summary_index":1}`+"\n\ndata: "+`{"type":"response.refusal.delta","delta":"n"}`+"\n\n",
		"data: "+`{"type":"response.failed","response":{"status":"failed","error":{"code":"x"}}}`+"\n\n",
		"data: "+`{"type":"error","code":"x","message":"y"}`+"\n\n",
		`{"status":"completed","output":[{"type":"message","content":[{"text":"a","annotations":[{"url":"u"}]}]},{"type":"function_call","arguments":"{}"}],"usage":{"input_tokens":1,"cost_in_usd_ticks":5}}`,
	)
}

func BenchmarkStream(b *testing.B) {
	const tokens = 1000
	var s strings.Builder
	event := func(name, data string) {
		s.WriteString("event: " + name + "\ndata: " + strings.TrimSpace(data) + "\n\n")
	}
	event("response.created", created)
	for range tokens {
		event("response.output_text.delta", `{"type":"response.output_text.delta","sequence_number":77,"item_id":"msg_05500b38c2cd9bfc00691c7c9d222481a3b595421266dab424","output_index":1,"content_index":0,"delta":" token","logprobs":[],"obfuscation":"D3WbtIxo1Q"}`)
	}
	event("response.completed", completed)
	formattest.Bench(b, responses.New(), []byte(s.String()), tokens)
}
