package audio_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"assay/engine"
	"assay/engine/audio"
)

func TestTranscribeRequest(t *testing.T) {
	const said = `{"task":"transcribe","language":"english","duration":2.5,"text":" Hi there.","segments":[{"id":0,"start":0,"end":2.5,"text":" Hi there.","speaker":"A"}]}`
	refusal := answer{status: 400, body: `{"error":{"message":"response_format 'verbose_json' is not compatible with model","type":"invalid_request_error"}}`}
	b := newBench(t, engine.Options{}, map[string][]answer{"a": {refusal, {status: 200, body: said}}}, ep("a"))
	got, err := audio.Transcribe(t.Context(), b.Engine, audio.TranscriptionRequest{Model: "x/ear", Name: "/home/me/private thoughts.MP3", Audio: []byte(sound), Language: "en"})
	if err != nil || got.Text != " Hi there." || got.Language != "english" || got.Seconds != 2.5 || got.Tries != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(got.Segments) != 1 || got.Segments[0] != (audio.Segment{Start: 0, End: 2.5, Text: "Hi there.", Speaker: "A"}) {
		t.Errorf("segments %+v", got.Segments)
	}
	var formats []string
	for i := range b.bodies {
		form := formOf(t, b.types[i], b.bodies[i])
		formats = append(formats, form["response_format"])
		if form["file"] != sound || form["language"] != "en" || form["model"] != "up-" {
			t.Errorf("form %v", form)
		}
		if bytes.Contains(b.bodies[i], []byte("private")) {
			t.Error("the file's name was sent")
		}
	}
	if strings.Join(formats, " ") != "verbose_json json" {
		t.Errorf("formats %v", formats)
	}
}

func formOf(t *testing.T, contentType string, body []byte) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		p, err := r.NextPart()
		if err != nil {
			return out
		}
		v, _ := io.ReadAll(p)
		out[p.FormName()] = string(v)
	}
}

// A body that is no transcript is the upstream's fault: the next one is asked.
func TestTranscribeFailsOver(t *testing.T) {
	for name, body := range map[string]string{
		"page": "<html>", "no text": `{"task":"x"}`, "cut JSON": `{"text":"hal`, "wrong type": `{"text":3}`, "error": `{"error":{"message":"busy","code":503}}`, "nothing": "",
	} {
		b := newBench(t, engine.Options{}, map[string][]answer{"a": {{status: 200, body: body}}, "b": {{status: 200, body: `{"text":""}`}}}, ep("a"), ep("b"))
		got, err := audio.Transcribe(t.Context(), b.Engine, audio.TranscriptionRequest{Model: "x/ear", Audio: []byte(sound), Prefs: inOrder("a", "b")})
		if err != nil || got.Provider != "b" || strings.Join(b.asked, " ") != "a b" {
			t.Errorf("%s: %+v, %v, asked %v", name, got.CallResult, err, b.asked)
		}
	}
}
