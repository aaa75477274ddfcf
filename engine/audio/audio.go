// Package audio turns text into speech and speech into text, through the engine: the
// endpoints of a model are planned, tried and billed as those of a conversation are.
// What is wrong with a request is told before anything is sent.
//
// The wire format is OpenAI's audio API, which every provider of such models speaks.
package audio

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"assay/engine"
	"assay/engine/chat"
	"assay/engine/format"
)

// kind is a format of sound: its name on the wire, the endings of its files, and how
// its files begin.
type kind struct {
	name    string
	endings []string
	begins  func([]byte) bool // nil: it has no beginning to tell it by
	spoken  bool              // can be asked for from a speaker
	heard   bool              // can be handed to a transcriber
}

func kinds() []kind {
	return []kind{
		{"mp3", []string{"mp3", "mpga", "mpeg"}, isMP3, true, true},
		{"wav", []string{"wav"}, isWAV, true, true},
		{"opus", []string{"opus"}, starts("OggS"), true, true},
		{"ogg", []string{"ogg", "oga"}, starts("OggS"), false, true},
		{"flac", []string{"flac"}, starts("fLaC"), true, true},
		{"aac", []string{"aac"}, isADTS, true, false},
		{"pcm", []string{"pcm", "raw"}, nil, true, false},
		{"mp4", []string{"mp4", "m4a"}, isMP4, false, true},
		{"webm", []string{"webm"}, starts("\x1aE\xdf\xa3"), false, true},
	}
}

func starts(with string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(with)) }
}

func isWAV(b []byte) bool {
	return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WAVE"
}

// isMP3 knows files by their tag, or by a frame header of layers I to III.
func isMP3(b []byte) bool {
	return bytes.HasPrefix(b, []byte("ID3")) || len(b) > 2 && b[0] == 0xFF && b[1]&0xE0 == 0xE0 && b[1]&0x06 != 0 && b[1]&0x18 != 0x08
}

func isADTS(b []byte) bool { return len(b) > 2 && b[0] == 0xFF && b[1]&0xF6 == 0xF0 }

func isMP4(b []byte) bool { return len(b) >= 12 && string(b[4:8]) == "ftyp" }

// SpeechFormat is the format a file of that name is meant to have, "" when its ending
// says none.
func SpeechFormat(name string) string {
	end := ending(name)
	for _, k := range kinds() {
		if k.spoken && slices.Contains(k.endings, end) {
			return k.name
		}
	}
	return ""
}

// SpeechFormats lists what can be asked for.
func SpeechFormats() []string {
	var out []string
	for _, k := range kinds() {
		if k.spoken {
			out = append(out, k.name)
		}
	}
	return out
}

// RecordingFormats lists the file name endings that transcription takes.
func RecordingFormats() []string {
	var out []string
	for _, k := range kinds() {
		if k.heard {
			out = append(out, k.endings...)
		}
	}
	return out
}

func ending(name string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
}

// invalid is a mistake in a request, found before anything is sent.
func invalid(what string) error {
	return &engine.CallError{Reason: &chat.Error{Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller, Message: what}}
}

// clientOf is OpenAI's client for one endpoint.
func clientOf(up openai.HTTPDoer, base string) *openai.Client {
	cfg := openai.DefaultConfig("") // the key is added by the endpoint's own HTTP client
	cfg.BaseURL, cfg.HTTPClient = base, up
	return openai.NewClientWithConfig(cfg)
}

// capture keeps the body of a JSON answer: the library's types leave out what it says
// about usage and cost. An answer that is no JSON is an error.
type capture struct {
	up     *engine.Upstream
	body   []byte
	header http.Header
}

// Do implements openai.HTTPDoer.
func (c *capture) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.up.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	c.body, c.header = body, resp.Header
	if !bytes.HasPrefix(bytes.TrimSpace(c.body), []byte("{")) {
		return nil, format.NotAnAnswer(c.body)
	}
	resp.Body = io.NopCloser(bytes.NewReader(c.body))
	return resp, nil
}
