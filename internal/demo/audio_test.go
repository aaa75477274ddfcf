package demo_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"assay/internal/demo"
	"assay/internal/demo/demotest"
)

func speak(t testing.TB, c *http.Client, body map[string]any) (int, string, []byte) {
	t.Helper()
	raw, _ := json.Marshal(body)
	resp, err := c.Post(demotest.BaseURL+"/audio/speech", "application/json", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	audio, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), audio
}

const speech = "Every answer is a question in disguise."

func TestSpeechFormats(t *testing.T) {
	_, c := start(t, demo.Options{})
	_, kind, pcm := speak(t, c, map[string]any{"model": "demo/lark", "input": speech, "response_format": "pcm"})
	if kind != "audio/pcm" || len(pcm) < 24_000 {
		t.Fatalf("pcm: %s of %d bytes", kind, len(pcm))
	}
	loudest := 0.0
	for i := 0; i+1 < len(pcm); i += 2 {
		loudest = max(loudest, math.Abs(float64(int16(binary.LittleEndian.Uint16(pcm[i:])))))
	}
	if loudest < 5000 || loudest > 20000 {
		t.Errorf("the loudest sample is %.0f", loudest)
	}
	_, kind, wav := speak(t, c, map[string]any{"model": "demo/lark", "input": speech, "response_format": "wav"})
	if kind != "audio/wav" || !bytes.Equal(wav[44:], pcm) || string(wav[:4]) != "RIFF" ||
		int(binary.LittleEndian.Uint32(wav[4:])) != len(wav)-8 || int(binary.LittleEndian.Uint32(wav[40:])) != len(pcm) {
		t.Errorf("wav: %s, header % x", kind, wav[:44])
	}
	_, kind, mp3 := speak(t, c, map[string]any{"model": "demo/lark", "input": speech})
	if kind != "audio/mpeg" || len(mp3) == 0 || len(mp3)%192 != 0 {
		t.Fatalf("mp3: %s of %d bytes", kind, len(mp3))
	}
	for at := 0; at < len(mp3); at += 192 {
		if !bytes.Equal(mp3[at:at+4], []byte{0xFF, 0xFB, 0x54, 0xC0}) {
			t.Fatalf("no frame at byte %d", at)
		}
	}
	// Both last as long: 24 ms a frame, 48,000 bytes a second.
	if a, b := float64(len(mp3)/192)*0.024, float64(len(pcm))/48_000; math.Abs(a-b) > 0.1 {
		t.Errorf("mp3 lasts %.2f s, pcm %.2f s", a, b)
	}
	_, _, fast := speak(t, c, map[string]any{"model": "demo/lark", "input": speech, "response_format": "pcm", "speed": 2})
	if ratio := float64(len(pcm)) / float64(len(fast)); ratio < 1.9 || ratio > 2.1 {
		t.Errorf("twice the speed is %.2f times shorter", ratio)
	}
}

func TestSpeechRejects(t *testing.T) {
	_, c := start(t, demo.Options{})
	for name, tc := range map[string]struct {
		body   map[string]any
		status int
	}{
		"no model":     {map[string]any{"input": "x"}, 400},
		"other model":  {map[string]any{"model": "demo/alder", "input": "x"}, 404},
		"no text":      {map[string]any{"model": "demo/lark"}, 400},
		"long text":    {map[string]any{"model": "demo/lark", "input": strings.Repeat("x", 4097)}, 400},
		"other format": {map[string]any{"model": "demo/lark", "input": "x", "response_format": "opus"}, 400},
		"speed":        {map[string]any{"model": "demo/lark", "input": "x", "speed": 9}, 400},
		"rate limit":   {map[string]any{"model": "demo/ratelimited", "input": "x"}, 429},
	} {
		if status, _, body := speak(t, c, tc.body); status != tc.status || !strings.Contains(string(body), `"error"`) {
			t.Errorf("%s: status %d, body %s", name, status, body)
		}
	}
}

// dictate sends a recording as a form.
func dictate(t testing.TB, c *http.Client, fields map[string]string, audio []byte) (int, []byte) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := form.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if audio != nil {
		part, err := form.CreateFormFile("file", "speech.wav")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(audio); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return transcribe(t, c, form.FormDataContentType(), b.Bytes())
}

func transcribe(t testing.TB, c *http.Client, kind string, body []byte) (int, []byte) {
	t.Helper()
	resp, err := c.Post(demotest.BaseURL+"/audio/transcriptions", kind, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, out
}

func TestTranscription(t *testing.T) {
	_, c := start(t, demo.Options{})
	_, _, wav := speak(t, c, map[string]any{"model": "demo/lark", "input": speech, "response_format": "wav"})
	seconds := float64(len(wav)-44) / 48_000

	status, plain := dictate(t, c, map[string]string{"model": "demo/owl", "response_format": "text"}, wav)
	if status != http.StatusOK || !strings.Contains(string(plain), "did not listen") {
		t.Errorf("text: %d %s", status, plain)
	}
	_, raw := dictate(t, c, map[string]string{"model": "demo/owl"}, wav)
	var short struct {
		Text  string
		Usage struct{ Seconds float64 }
	}
	if err := json.Unmarshal(raw, &short); err != nil || short.Text != strings.TrimSpace(string(plain)) || short.Usage.Seconds != math.Ceil(seconds) {
		t.Errorf("json: %+v for %.2f s", short, seconds)
	}
	_, raw = dictate(t, c, map[string]string{"model": "demo/owl", "response_format": "verbose_json"}, wav)
	var long struct {
		Text     string
		Duration float64
		Segments []struct {
			Start, End float64
			Text       string
		}
	}
	if err := json.Unmarshal(raw, &long); err != nil || long.Text != short.Text || math.Abs(long.Duration-seconds) > 0.001 {
		t.Errorf("verbose_json: %s", raw)
	}
	var all string
	for i, s := range long.Segments {
		all += s.Text
		if s.End <= s.Start || i > 0 && s.Start < long.Segments[i-1].End {
			t.Errorf("segment %+v", s)
		}
	}
	if strings.TrimSpace(all) != long.Text {
		t.Errorf("segments say %q", all)
	}
	body, _ := json.Marshal(map[string]any{"model": "demo/owl", "input_audio": map[string]any{"data": base64.StdEncoding.EncodeToString(wav), "format": "wav"}})
	if status, raw := transcribe(t, c, "application/json", body); status != http.StatusOK || !strings.Contains(string(raw), short.Text) {
		t.Errorf("JSON request: %d %s", status, raw)
	}
}

func TestTranscriptionRejects(t *testing.T) {
	_, c := start(t, demo.Options{})
	sound := []byte("some sound")
	for name, tc := range map[string]struct {
		fields map[string]string
		audio  []byte
		status int
	}{
		"no file":      {map[string]string{"model": "demo/owl"}, nil, 400},
		"empty file":   {map[string]string{"model": "demo/owl"}, []byte{}, 400},
		"no model":     {nil, sound, 400},
		"other model":  {map[string]string{"model": "demo/lark"}, sound, 404},
		"other format": {map[string]string{"model": "demo/owl", "response_format": "srt"}, sound, 400},
		"key refused":  {map[string]string{"model": "demo/auth"}, sound, 401},
	} {
		if status, body := dictate(t, c, tc.fields, tc.audio); status != tc.status || !strings.Contains(string(body), `"error"`) {
			t.Errorf("%s: status %d, body %s", name, status, body)
		}
	}
	for kind, body := range map[string]string{
		"multipart/form-data; boundary=x": "--x\r\nnonsense",
		"application/json":                `{"model":"demo/owl","input_audio":{"data":"?"}}`,
		"text/plain":                      "hello",
	} {
		if status, _ := transcribe(t, c, kind, []byte(body)); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", kind, status)
		}
	}
}
