package openai_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	goopenai "github.com/sashabaranov/go-openai"

	"assay/engine/format/internal/formattest"
	"assay/engine/format/openai"
)

// benchTokens is the length of the benchmarks' answers.
const benchTokens = 1000

// benchStream looks like a gateway's: about 250 bytes around every token.
func benchStream() []byte {
	const head = `data: {"id":"gen-1753242299-QZRAt5HJHd1ptY8sdS0s","provider":"Novita","model":"moonshotai/kimi-k2","object":"chat.completion.chunk","created":1753242299,"choices":[{"index":0,"delta":{"role":"assistant","content":`
	const tail = `},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}` + "\n\n"
	var b strings.Builder
	b.WriteString(": OPENROUTER PROCESSING\n\n")
	b.WriteString(strings.Repeat(head+`" token"`+tail, benchTokens))
	b.WriteString(`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":1000,"total_tokens":1009,"cost":0.0012}}` + "\n\ndata: [DONE]\n\n")
	return []byte(b.String())
}

func BenchmarkStream(b *testing.B) {
	formattest.Bench(b, openai.New(), benchStream(), benchTokens)
}

// BenchmarkGoOpenAI reads the same stream with go-openai's reader and structs, which
// drop reasoning, cost and provider.
func BenchmarkGoOpenAI(b *testing.B) {
	stream := benchStream()
	config := goopenai.DefaultConfig("")
	config.HTTPClient = replay(stream)
	client := goopenai.NewClientWithConfig(config)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := client.CreateChatCompletionStream(context.Background(), goopenai.ChatCompletionRequest{Model: "m"})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			chunk, err := s.Recv()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if len(chunk.Choices) > 0 && chunk.Choices[0].Delta.Content != "" {
				n++
			}
		}
		if n != benchTokens {
			b.Fatalf("%d tokens", n)
		}
		s.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchTokens, "ns/token")
}

// replay answers every request with the same stream.
type replay []byte

func (r replay) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body: io.NopCloser(bytes.NewReader(r)),
	}, nil
}
