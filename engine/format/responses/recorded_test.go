package responses_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/responses"
)

// final is what the oracle assembled from a stream, and what a whole answer is.
type final struct {
	ID     string `json:"id"`
	Model  string `json:"model"`
	Status string `json:"status"`
	Output []struct {
		Type    string `json:"type"`
		Content []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"content"`
		CallID    string          `json:"call_id"`
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
		Encrypted string          `json:"encrypted_content"`
	} `json:"output"`
	Usage *struct {
		Input   int `json:"input_tokens"`
		Output  int `json:"output_tokens"`
		Details struct {
			Cached int `json:"cached_tokens"`
		} `json:"input_tokens_details"`
		OutputDetails struct {
			Reasoning int `json:"reasoning_tokens"`
		} `json:"output_tokens_details"`
	} `json:"usage"`
}

// severalSteps are files that hold several steps of one agent's run. The oracle read
// on to the last; an answer ends at its first response.completed: a deliberate
// exception. The value is how the first step finished.
var severalSteps = map[string]string{
	"openai/va-openai-reasoning-encrypted-content.1.chunks.txt": "tool_calls",
}

func TestRecordedStreams(t *testing.T) {
	finals := formattest.Finals(t)
	list := formattest.All(t, "responses", "stream", "chunks")
	if len(list) < 45 {
		t.Fatalf("only %d recordings", len(list))
	}
	compared := 0
	for _, rec := range list {
		t.Run(rec.File, func(t *testing.T) {
			stream := rec.Stream(t)
			got := formattest.Play(t, responses.New(), stream, 4096)
			for _, n := range []int{1, 7} {
				if again := formattest.Play(t, responses.New(), stream, n); !reflect.DeepEqual(got, again) {
					t.Errorf("slices of %d bytes give another answer:\n%+v\n%+v", n, again, got)
				}
			}
			raw := finals[rec.File]
			if raw == nil {
				// The only stream the oracle refused is one that reports an error.
				if e := got.Error(t); e == nil || e.Type != chat.ErrPayment {
					t.Errorf("error %v, want %s", got.Err, chat.ErrPayment)
				}
				return
			}
			if finish, ok := severalSteps[rec.File]; ok {
				if got.Err != nil || got.Result.FinishReason != finish {
					t.Errorf("finish %q, error %v, want %q", got.Result.FinishReason, got.Err, finish)
				}
				return
			}
			compared++
			var want final
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
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
	var text string
	var tools []chat.ToolRequest
	encrypted := 0
	for _, o := range want.Output {
		switch o.Type {
		case "message":
			for _, c := range o.Content {
				text += c.Text
			}
		case "function_call":
			var args string
			_ = json.Unmarshal(o.Arguments, &args)
			tools = append(tools, chat.ToolRequest{ID: o.CallID, Name: o.Name, Arguments: args})
		case "reasoning":
			if o.Encrypted != "" { // anew in every event, so only their number can be compared
				encrypted++
			}
		}
	}
	if n := strings.Count(string(got.Result.Thinking), `"encrypted_content":"`); n != encrypted {
		t.Errorf("%d encrypted reasoning items kept, want %d", n, encrypted)
	}
	if got.Text != text {
		t.Errorf("text %q, want %q", got.Text, text)
	}
	if !reflect.DeepEqual(got.Tools, tools) {
		t.Errorf("tool calls %+v, want %+v", got.Tools, tools)
	}
	finish := "stop"
	if len(tools) > 0 {
		finish = "tool_calls"
	}
	if got.Result.FinishReason != finish || got.Result.NativeFinishReason != want.Status {
		t.Errorf("finish reason %q (%q), want %q (%q)", got.Result.FinishReason, got.Result.NativeFinishReason, finish, want.Status)
	}
	if got.Result.ID != want.ID || got.Result.Model != want.Model {
		t.Errorf("id %q model %q, want %q %q", got.Result.ID, got.Result.Model, want.ID, want.Model)
	}
	if want.Usage == nil {
		return
	}
	u, w := got.Result.Usage, want.Usage
	if u == nil {
		t.Fatal("no usage")
	}
	if u.PromptTokens != w.Input || u.CompletionTokens != w.Output || u.CachedTokens != w.Details.Cached || u.ReasoningTokens != w.OutputDetails.Reasoning {
		t.Errorf("usage %+v, want %+v", *u, *w)
	}
}

func TestRecordedBodies(t *testing.T) {
	list := formattest.All(t, "responses", "json")
	if len(list) < 35 {
		t.Fatalf("only %d recordings", len(list))
	}
	for _, rec := range list {
		t.Run(rec.File, func(t *testing.T) {
			body := rec.Body(t)
			got := formattest.PlayBody(t, responses.New(), body)
			var want final
			if err := json.Unmarshal(body, &want); err != nil {
				t.Fatal(err)
			}
			if want.Status == "queued" { // an answer that has not begun
				if e := got.Error(t); e == nil || e.Type != chat.ErrUnavailable {
					t.Errorf("error %v, want %s", got.Err, chat.ErrUnavailable)
				}
				return
			}
			compare(t, &got, &want)
		})
	}
}
