package anthropic_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format/anthropic"
	"assay/engine/format/internal/formattest"
)

// final is what the oracle assembled from a stream.
type final struct {
	ID      string `json:"id"`
	Model   string `json:"model"`
	Stop    string `json:"stop_reason"`
	Content []struct {
		Type      string `json:"type"`
		Text      string `json:"text"`
		Thinking  string `json:"thinking"`
		Signature string `json:"signature"`
		Data      string `json:"data"`
		ID        string `json:"id"`
		Name      string `json:"name"`
		Input     any    `json:"input"`
	} `json:"content"`
	Usage struct {
		Input       int `json:"input_tokens"`
		Output      int `json:"output_tokens"`
		CacheRead   int `json:"cache_read_input_tokens"`
		CacheCreate int `json:"cache_creation_input_tokens"`
		Details     struct {
			Thinking int `json:"thinking_tokens"`
		} `json:"output_tokens_details"`
		ServerTools struct {
			Searches int `json:"web_search_requests"`
		} `json:"server_tool_use"`
		Iterations []iteration `json:"iterations"`
	} `json:"usage"`
}

type iteration struct {
	Type      string `json:"type"`
	Input     int    `json:"input_tokens"`
	Output    int    `json:"output_tokens"`
	CacheRead int    `json:"cache_read_input_tokens"`
}

// compactions are passes these streams report and the oracle drops. They are billed,
// but not part of the sums: a deliberate exception.
var compactions = map[string][]iteration{
	"anthropic/pa-anthropic-compaction-usage-with-cache-streaming.sse": {{"compaction", 100, 83, 55096}},
	"anthropic/va-anthropic-compaction.1.chunks.txt":                   {{"compaction", 60385, 522, 0}},
}

// refusedByOracle are streams the oracle could not assemble, and what they are.
var refusedByOracle = map[string]string{
	// Two steps of an agent's run in one file: the first ends at its message_stop.
	"anthropic/va-anthropic-programmatic-tool-calling.1.chunks.txt": "tool_calls",
	"anthropic/va-anthropic-tool-search-regex.1.chunks.txt":         "tool_calls",
	"anthropic/va-duplicate-message-start.chunks.txt":               "stop",
	// A second answer pasted into the middle of a tool call: not one answer at all.
	"anthropic/va-spliced-message-start.chunks.txt": "error",
}

func TestRecordedStreams(t *testing.T) {
	finals := formattest.Finals(t)
	list := formattest.All(t, "messages", "stream", "chunks")
	if len(list) < 35 {
		t.Fatalf("only %d recordings", len(list))
	}
	compared := 0
	for _, rec := range list {
		t.Run(rec.File, func(t *testing.T) {
			stream := rec.Stream(t)
			got := formattest.Play(t, anthropic.New(), stream, 4096)
			for _, n := range []int{1, 7} {
				if again := formattest.Play(t, anthropic.New(), stream, n); !reflect.DeepEqual(got, again) {
					t.Errorf("slices of %d bytes give another answer:\n%+v\n%+v", n, again, got)
				}
			}
			raw := finals[rec.File]
			if raw == nil {
				want, ok := refusedByOracle[rec.File]
				if e := got.Error(t); !ok || (e != nil) != (want == "error") || e == nil && got.Result.FinishReason != want {
					t.Errorf("finish %q, error %v, want %q", got.Result.FinishReason, got.Err, want)
				}
				return
			}
			compared++
			var want final
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			want.Usage.Iterations = append(want.Usage.Iterations, compactions[rec.File]...)
			compare(t, &got, &want)
		})
	}
	t.Logf("%d streams, %d compared with the oracle", len(list), compared)
}

func compare(t *testing.T, got *formattest.Outcome, want *final) {
	t.Helper()
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	var text, thought string
	var tools []chat.ToolRequest
	for _, b := range want.Content {
		switch b.Type {
		case "text":
			text += b.Text
		case "thinking":
			thought += b.Thinking
			if !strings.Contains(string(got.Result.Thinking), b.Signature) {
				t.Errorf("the signature %.20s… is not kept", b.Signature)
			}
		case "redacted_thinking":
			if !strings.Contains(string(got.Result.Thinking), b.Data) {
				t.Errorf("the redacted thinking %.20s… is not kept", b.Data)
			}
		case "tool_use":
			args, _ := json.Marshal(b.Input)
			tools = append(tools, chat.ToolRequest{ID: b.ID, Name: b.Name, Arguments: string(args)})
		}
	}
	if got.Text != text {
		t.Errorf("text %q, want %q", got.Text, text)
	}
	if got.Thought != thought {
		t.Errorf("thought %q, want %q", got.Thought, thought)
	}
	if !sameTools(got.Tools, tools) {
		t.Errorf("tool calls %+v, want %+v", got.Tools, tools)
	}
	if got.Result.NativeFinishReason != want.Stop {
		t.Errorf("stop reason %q, want %q", got.Result.NativeFinishReason, want.Stop)
	}
	if got.Result.ID != want.ID || got.Result.Model != want.Model {
		t.Errorf("id %q model %q, want %q %q", got.Result.ID, got.Result.Model, want.ID, want.Model)
	}
	compareUsage(t, got.Result.Usage, want)
}

// sameTools compares arguments as JSON, since the oracle has parsed them.
func sameTools(got, want []chat.ToolRequest) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		var a, b any
		if json.Unmarshal([]byte(got[i].Arguments), &a) != nil || json.Unmarshal([]byte(want[i].Arguments), &b) != nil {
			return false
		}
		if got[i].ID != want[i].ID || got[i].Name != want[i].Name || !reflect.DeepEqual(a, b) {
			return false
		}
	}
	return true
}

func compareUsage(t *testing.T, got *chat.Usage, want *final) {
	t.Helper()
	u := want.Usage
	if got == nil {
		t.Fatal("no usage")
	}
	input, output, cached := u.Input, u.Output, u.CacheRead
	for _, it := range u.Iterations {
		if it.Type == "compaction" {
			input, output, cached = input+it.Input, output+it.Output, cached+it.CacheRead
		}
	}
	prompt := input + cached + u.CacheCreate
	if got.PromptTokens != prompt || got.CompletionTokens != output || got.CachedTokens != cached ||
		got.CacheWriteTokens != u.CacheCreate || got.ReasoningTokens != u.Details.Thinking || got.WebSearches != u.ServerTools.Searches {
		t.Errorf("usage %+v, want %+v", *got, u)
	}
}

func TestRecordedBodies(t *testing.T) {
	list := formattest.All(t, "messages", "json")
	if len(list) < 20 {
		t.Fatalf("only %d recordings", len(list))
	}
	for _, rec := range list {
		t.Run(rec.File, func(t *testing.T) {
			body := rec.Body(t)
			got := formattest.PlayBody(t, anthropic.New(), body)
			if got.Err != nil {
				t.Fatal(got.Err)
			}
			var want final
			if err := json.Unmarshal(body, &want); err != nil {
				t.Fatal(err)
			}
			compare(t, &got, &want)
		})
	}
}
