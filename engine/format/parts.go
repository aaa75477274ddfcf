package format

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"assay/engine/chat"
)

// DataURL is the content of a part as a data URL, or the address it is at.
func DataURL(p chat.Part) string {
	if p.URL != "" {
		return p.URL
	}
	return "data:" + MIME(p) + ";base64," + Base64(p)
}

// Base64 is the content of a part.
func Base64(p chat.Part) string { return base64.StdEncoding.EncodeToString(p.Data) }

// MIME is the media type of a part without parameters, application/octet-stream when
// it has none.
func MIME(p chat.Part) string {
	t, _, err := mime.ParseMediaType(p.MIME)
	if err != nil {
		return "application/octet-stream"
	}
	return t
}

// FileText is a file of text as the text of a message: formats take documents, but
// every model takes text. ok is false for files that are not text.
func FileText(p chat.Part) (text string, ok bool) {
	if p.Kind != chat.FilePart || p.URL != "" || !utf8.Valid(p.Data) {
		return "", false
	}
	t := MIME(p)
	switch {
	case strings.HasPrefix(t, "text/"), strings.HasSuffix(t, "+json"), strings.HasSuffix(t, "+xml"),
		t == "application/json", t == "application/xml", t == "application/yaml", t == "application/toml", t == "application/x-sh":
		return fmt.Sprintf("File %s:\n\n%s", p.Name, p.Data), true
	}
	return "", false
}

// PlainText is the text of a message whose role takes nothing but text. Several
// parts become paragraphs.
func PlainText(m chat.Message) (string, error) {
	var texts []string
	for _, p := range m.Parts {
		if p.Kind == chat.TextPart {
			texts = append(texts, p.Text)
			continue
		}
		t, ok := FileText(p)
		if !ok {
			return "", fmt.Errorf("a %s message cannot hold %s content in this format", m.Role, p.Kind)
		}
		texts = append(texts, t)
	}
	return strings.Join(texts, "\n\n"), nil
}

// AudioFormat is the short name of an audio type: "audio/mpeg" is mp3.
func AudioFormat(p chat.Part) string {
	switch t := strings.TrimPrefix(MIME(p), "audio/"); t {
	case "mpeg", "mpeg3", "x-mp3":
		return "mp3"
	case "x-wav", "wave", "vnd.wave":
		return "wav"
	case "mp4", "x-m4a":
		return "m4a"
	default:
		return strings.TrimPrefix(t, "x-")
	}
}

// Effort levels with the share of max_tokens they think for, strongest first.
// Source: OpenRouter's unified reasoning parameter.
var efforts = []struct {
	name    string
	percent int // of the answer's limit
}{
	{"max", 95}, {"xhigh", 95}, {"high", 80}, {"medium", 50}, {"low", 20}, {"minimal", 10},
}

// Budget is how many tokens an effort may think for out of maxTokens, 0 for none and
// for words nobody knows.
func Budget(effort string, maxTokens int) int {
	for _, e := range efforts {
		if e.name == effort {
			return maxTokens * e.percent / 100
		}
	}
	return 0
}

// Effort is the level asked for; a budget becomes the smallest level whose share of
// maxTokens holds it, medium when no limit is known.
func Effort(r *chat.Reasoning, maxTokens int) string {
	if r.Effort != "" {
		return r.Effort
	}
	if r.MaxTokens == 0 || maxTokens == 0 {
		return "medium"
	}
	level := "high"
	for _, e := range efforts[2:] {
		if r.MaxTokens <= maxTokens*e.percent/100 {
			level = e.name
		}
	}
	return level
}

// MaxTokens is the limit of the answer: the request's own, or the endpoint's.
func MaxTokens(req *chat.Request, opt Options) int {
	if req.MaxTokens > 0 {
		return req.MaxTokens
	}
	return opt.MaxTokens
}

// ToolSchema is the parameters of a tool, an object without any when it has none.
func ToolSchema(t chat.ToolSpec) json.RawMessage {
	if len(t.Parameters) == 0 {
		return json.RawMessage(`{"type":"object","properties":{}}`)
	}
	return t.Parameters
}

// ToolArguments is the text of a call's arguments, an empty object when there is none.
func ToolArguments(c chat.ToolRequest) string {
	if strings.TrimSpace(c.Arguments) == "" {
		return "{}"
	}
	return c.Arguments
}

// SchemaName is the name of an answer's schema, which formats demand.
func SchemaName(f *chat.ResponseFormat) string {
	if f.Name == "" {
		return "answer"
	}
	return f.Name
}
