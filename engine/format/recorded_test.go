package format_test

import (
	"reflect"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/openai"
	"assay/engine/format/responses"
)

// recordedErrors is what every recorded error body must become: the class, words of
// the upstream's own reason, and its code.
var recordedErrors = map[string]struct {
	typ  chat.ErrorType
	says string
	code string
}{
	"anthropic/pa-anthropic-count-tokens-error.json":                                            {chat.ErrNotFound, "model: claude-does-not-exist", ""},
	"anthropic/pa-anthropic-explicit-effort-xhigh-unsupported-model-errors.json":                {chat.ErrInvalidRequest, "does not support effort level 'xhigh'", ""},
	"anthropic/va-anthropic-web-fetch-tool.error.json":                                          {chat.ErrInvalidRequest, "HTTP 400 Bad Request", ""}, // an answer, not an error
	"deepseek/pa-deepseek-responses-rejects-interleaved-function-calls.json":                    {chat.ErrInvalidRequest, "No tool output found", "invalid_request_error"},
	"deepseek/rl-error-handling-with-deepseek-deepseek-chat-raises-appropriate-auth-error.json": {chat.ErrAuthentication, "Authentication Fails", "invalid_request_error"},
	"groq/pa-model-name-suggestion-groq.json":                                                   {chat.ErrNotFound, "`llama-3.3-70b-versatlie` does not exist", "model_not_found"},
	"groq/pa-tool-regular-error.json":                                                           {chat.ErrNotFound, "`non-existent` does not exist", "model_not_found"},
	"groq/pa-tool-use-failed-error-with-text-0.json":                                            {chat.ErrUnavailable, "model did not call a tool", "tool_use_failed"},
	"ollama/rl-error-handling-with-ollama-cloud-gpt-oss-120b-raises-appropria-4427a7.json":      {chat.ErrAuthentication, "Unauthorized", ""},
	"openai/pa-multimodal-tool-return-matrix-direct-url-audio-openai-chat-2.json":               {chat.ErrInvalidRequest, "Invalid 'messages[3]'", "invalid_value"},
	"openai/pa-multimodal-tool-return-matrix-direct-url-force-download-audio--54be4b-2.json":    {chat.ErrInvalidRequest, "unsupported MIME type", "invalid_value"},
	"openai/pa-multimodal-tool-return-matrix-tool-return-content-url-audio-op-36adbd-1.json":    {chat.ErrInvalidRequest, "file type you uploaded", "unsupported_file"},
	"openai/pa-multimodal-tool-return-matrix-tool-return-content-url-force-do-0196cc-2.json":    {chat.ErrInvalidRequest, "unsupported MIME type", "invalid_value"},
	"openai/pa-openai-o1-mini-system-role-system.json":                                          {chat.ErrInvalidRequest, "does not support 'system'", "unsupported_value"},
	"openai/pa-openai-responses-thinking-with-modified-history-1.json":                          {chat.ErrInvalidRequest, "without its required following item", ""},
	"openai/pa-openai-test-embed-error.json":                                                    {chat.ErrNotFound, "`nonexistent` does not exist", "model_not_found"},
	"openai/pa-openai-web-search-tool-model-not-supported.json":                                 {chat.ErrInvalidRequest, "Web search options not supported", ""},
	"openai/rl-context-context-chat-operations-uses-context-specific-api-keys.json":             {chat.ErrAuthentication, "Incorrect API key", "invalid_api_key"},
	"openai/rl-error-handles-invalid-api-keys-gracefully.json":                                  {chat.ErrAuthentication, "Incorrect API key", "invalid_api_key"},
	"openai/rl-image-edit-functionality-with-remote-urls-rejects-edits-with-a-3ac672.json":      {chat.ErrInvalidImage, "Invalid image data", "invalid_image_file"},
	"openai/rl-image-edit-functionality-with-remote-urls-rejects-edits-with-a-bf426f.json":      {chat.ErrImageDownload, "Error while downloading", "invalid_value"},
	"openai/rl-real-error-scenarios-openai-gpt-5-nano-handles-context-length--107b9c.json":      {chat.ErrContextLength, "exceeds the context window", "context_length_exceeded"},
	"openai/va-reasoning-model-legacy-parameter-error.json":                                     {chat.ErrInvalidRequest, "'max_tokens' is not supported", "unsupported_parameter"},
	"openai/va-reasoning-model-temperature-error.json":                                          {chat.ErrInvalidRequest, "'temperature' is not supported", ""},
	"openrouter/pa-openrouter-errors-raised-0.json":                                             {chat.ErrRateLimit, "Google: google/gemini-2.0-flash-exp:free is temporarily rate-limited upstream", ""},
	"openrouter/rl-error-handling-with-openrouter-claude-haiku-4-5-raises-appropr-bace70.json":  {chat.ErrAuthentication, "Missing Authentication header", ""},
	"openrouter/rl-real-error-scenarios-openrouter-claude-haiku-4-5-handles-conte-64195f.json":  {chat.ErrContextLength, "maximum context length is 200000", ""},
	"perplexity/rl-error-handling-with-perplexity-sonar-raises-appropriate-auth-error.json":     {chat.ErrAuthentication, "Invalid API key provided", ""},
	"xai/rl-error-handling-with-xai-grok-4-1-fast-non-reasoning-raises-app-d6dd4f.json":         {chat.ErrAuthentication, "Incorrect API key", "invalid-argument"},
}

func TestRecordedErrors(t *testing.T) {
	list := formattest.All(t, "", "error")
	if len(list) != len(recordedErrors) {
		t.Errorf("%d recordings, %d expectations", len(list), len(recordedErrors))
	}
	for _, rec := range list {
		t.Run(rec.File, func(t *testing.T) {
			want, ok := recordedErrors[rec.File]
			if !ok {
				t.Fatal("no expectation")
			}
			body := rec.Body(t)
			got := format.DecodeError(rec.Status, rec.Header(), body)
			if got.Type != want.typ || got.Code != want.code || got.Status != rec.Status || !strings.Contains(got.Message, want.says) {
				t.Errorf("got %s (%d) code %q: %q\nwant %s code %q: …%s…", got.Type, got.Status, got.Code, got.Message, want.typ, want.code, want.says)
			}
			if strings.Contains(got.Message+got.Raw, "****-key") || strings.Contains(got.Message+got.Raw, "invalid-key") {
				t.Errorf("the key is repeated: %q", got.Message)
			}
			for _, c := range []format.Codec{openai.New(), anthropic.New(), responses.New()} {
				if again := c.DecodeError(rec.Status, rec.Header(), body); !reflect.DeepEqual(again, got) {
					t.Errorf("%s: %+v, want %+v", c.Name(), again, got)
				}
			}
		})
	}
}

func TestRecordedPreviousErrors(t *testing.T) {
	for _, rec := range formattest.All(t, "", "error") {
		if !strings.Contains(rec.File, "handles-conte-64195f") {
			continue
		}
		got := format.DecodeError(rec.Status, rec.Header(), rec.Body(t))
		if len(got.Previous) != 2 || got.Previous[0].Status != 400 || !strings.Contains(got.Previous[1].Message, "maximum context length") {
			t.Errorf("previous errors %+v", got.Previous)
		}
		return
	}
	t.Error("the recording is missing")
}

// The beginning of every recording, whatever it is, goes through every codec: what is
// cut or not in its format must end as a classified error or an answer, never in a
// panic or a lie.
func TestRecordingsThroughEveryCodec(t *testing.T) {
	list := recordings(t)
	if len(list) < 400 {
		t.Fatalf("only %d recordings", len(list))
	}
	for _, c := range []format.Codec{openai.New(), anthropic.New(), responses.New()} {
		t.Run(c.Name(), func(t *testing.T) {
			for _, rec := range list {
				body := rec.Stream(t)
				body = body[:min(len(body), 2<<10)]
				played := formattest.Play(t, c, body, 4096)
				whole := formattest.PlayBody(t, c, body)
				for _, o := range []formattest.Outcome{played, whole} {
					if e := o.Error(t); e != nil && (e.Type == "" || e.Message == "") {
						t.Errorf("%s: unclassified %+v", rec.File, e)
					}
				}
				if foreign(rec, c) && played.Err == nil && played.Text+played.Thought != "" {
					t.Errorf("%s: %q read from another format", rec.File, played.Text)
				}
			}
		})
	}
}

func recordings(t *testing.T) []formattest.Recording {
	return formattest.All(t, "", "stream", "chunks", "json", "error", "endpoint")
}

// foreign reports a recording in one of the two other formats.
func foreign(rec formattest.Recording, c format.Codec) bool {
	own := map[string]string{"chat": "openai", "messages": "anthropic", "responses": "responses"}[rec.Format]
	return own != "" && own != c.Name()
}
