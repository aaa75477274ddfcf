package openai_test

import (
	"testing"

	"assay/engine/format/internal/formattest"
	"assay/engine/format/openai"
)

func FuzzStream(f *testing.F) {
	formattest.Fuzz(f, openai.New(),
		`data: {"id":"1","model":"m","provider":"p","choices":[{"index":0,"delta":{"content":"a\ud83d"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"cost":0.1}}`+"\n\ndata: [DONE]\n\n",
		`data: {"choices":[{"delta":{"tool_calls":[{"index":-1,"id":"a","function":{"name":"f","arguments":{"x":1}},"extra_content":{"a":1}}]}}]}`+"\n\n",
		`data: {"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":"a","index":0},{"type":"reasoning.text","signature":"b","index":0}]}}]}`+"\n\n",
		`data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"x"}]}]}}],"x_groq":{"usage":{"prompt_tokens":1}}}`+"\n\n",
		"event: error\ndata: {\"error\":{\"message\":\"x\",\"code\":400}}\n\n",
		`{"choices":[{"message":{"content":"a","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"citations":["u"],"search_results":[{"url":"u"}]}`,
		`{"error":"x"}`,
	)
}
