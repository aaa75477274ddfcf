package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/google/jsonschema-go/jsonschema"

	"assay/engine/chat"
)

// readPart reads an attached file: text goes along as text under its name, images,
// audio and documents as what they are.
func readPart(name string) (chat.Part, error) {
	data, err := readBounded(name)
	if err != nil {
		return chat.Part{}, err
	}
	base := filepath.Base(name)
	mime, _, _ := strings.Cut(http.DetectContentType(data), ";")
	switch kind, _, _ := strings.Cut(mime, "/"); {
	case mime == "application/pdf":
		return chat.Part{Kind: chat.FilePart, MIME: mime, Name: base, Data: data}, nil
	case mime == "image/png" || mime == "image/jpeg" || mime == "image/gif" || mime == "image/webp":
		return chat.Part{Kind: chat.ImagePart, MIME: mime, Name: base, Data: data}, nil
	case kind == "audio":
		return chat.Part{Kind: chat.AudioPart, MIME: mime, Name: base, Data: data}, nil
	case utf8.Valid(data):
		return chat.Part{Kind: chat.TextPart, Text: fmt.Sprintf("<file name=%q>\n%s\n</file>\n", base, strings.TrimRight(string(data), "\n"))}, nil
	}
	return chat.Part{}, Usagef("-f %s: models take text, PNG, JPEG, GIF, WebP, audio and PDF files; this one is %s", name, mime)
}

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, Exit(Usage, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	switch {
	case err != nil:
		return nil, Exit(Usage, err)
	case len(data) > maxInput:
		return nil, Usagef("%s is larger than %d MiB", name, maxInput>>20)
	case len(data) == 0:
		return nil, Usagef("%s is empty", name)
	}
	return data, nil
}

// readSchema reads a JSON Schema and makes sure it is one before anything is sent.
func readSchema(name string) (*chat.ResponseFormat, error) {
	data, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	if _, err := compileSchema(data); err != nil {
		return nil, Usagef("--schema %s: %w", name, err)
	}
	title := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return &chat.ResponseFormat{Name: identifier(title), Schema: json.RawMessage(data), Strict: true}, nil
}

func compileSchema(data []byte) (*jsonschema.Resolved, error) {
	var schema jsonschema.Schema
	if err := json.Unmarshal(data, &schema); err != nil {
		return nil, err
	}
	return schema.Resolve(nil)
}

// identifier makes a name upstreams take: letters, digits, _ and -.
func identifier(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
	return s[:min(len(s), 64)]
}

// fitting is the JSON of an answer that was to fit a schema. An answer that is only
// wrapped in prose or a code fence is unwrapped; what does not fit is an error.
func fitting(format *chat.ResponseFormat, answer string) (string, error) {
	schema, err := compileSchema(format.Schema)
	if err != nil {
		return "", err
	}
	var last error
	for _, candidate := range unwrapped(answer) {
		var doc any
		if err := json.Unmarshal([]byte(candidate), &doc); err != nil {
			if last == nil {
				last = fmt.Errorf("the answer is not JSON: %w", err)
			}
			continue
		}
		if err := schema.Validate(doc); err != nil {
			last = fmt.Errorf("the answer does not fit the schema: %w", err)
			continue
		}
		return strings.TrimSpace(candidate), nil
	}
	return "", last
}

// unwrapped is the answer as it is, and what stands between its outermost braces.
func unwrapped(answer string) []string {
	out := []string{answer}
	for _, pair := range [...]string{"{}", "[]"} {
		from, to := strings.IndexByte(answer, pair[0]), strings.LastIndexByte(answer, pair[1])
		if from >= 0 && to > from && (from > 0 || to < len(answer)-1) {
			out = append(out, answer[from:to+1])
		}
	}
	return out
}
