package audio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/route"
	"assay/internal/usd"
)

// MaxRecording is the largest recording that is sent, in bytes. Source: the upload
// limit of OpenAI's audio API, which the others share.
const MaxRecording = 25 << 20

// slowTranscription is how much longer than a first token a transcript may take: an
// upstream hears the whole recording first.
const slowTranscription = 5 * time.Minute

// TranscriptionRequest is a recording to be written down.
type TranscriptionRequest struct {
	Model    string
	Name     string // file name: its ending says the format; "" or without one: told from the sound
	Audio    []byte
	Language string // ISO 639-1 as a hint, "": the model finds out
	Prefs    route.Preferences
	Cap      usd.Price          // most it may cost; absent: no cap
	Tell     func(chat.Attempt) // told of tries; may be nil
}

// Transcript is a recording in words. Language, Seconds and Segments are there as far
// as the model tells them.
type Transcript struct {
	engine.CallResult
	Text     string
	Language string
	Seconds  float64
	Segments []Segment
}

// Segment is a stretch of a recording, in seconds from its beginning.
type Segment struct {
	Start   float64 `json:"start"`
	End     float64 `json:"end"`
	Text    string  `json:"text"`
	Speaker string  `json:"speaker,omitempty"`
}

// Check says what is wrong with the request, nil when it can be sent.
func (r *TranscriptionRequest) Check() error {
	if err := CheckRecording(r.Name, r.Audio); err != nil {
		return err
	}
	if r.Language != "" && !languageTag().MatchString(r.Language) {
		return invalid(fmt.Sprintf("%q is no language; give its code, such as en or de", r.Language))
	}
	return nil
}

func languageTag() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`) }

// CheckRecording says what is wrong with a recording: its size, its name's ending, or
// sound that is not what the ending says.
func CheckRecording(name string, sound []byte) error {
	switch {
	case len(sound) == 0:
		return invalid("the recording is empty")
	case len(sound) > MaxRecording:
		return invalid(fmt.Sprintf("the recording has %.1f MB and at most 25 MB can be sent; cut it, or compress it to mp3", float64(len(sound))/(1<<20)))
	}
	end := ending(name)
	if end == "" {
		if kindOf(sound) == "" {
			return invalid("this is no recording of a known format; it can be " + strings.Join(RecordingFormats(), ", "))
		}
		return nil
	}
	for _, k := range kinds() {
		if !k.heard || !slices.Contains(k.endings, end) {
			continue
		}
		if !k.begins(sound) && !(k.name == "mp3" && kindOf(sound) != "") {
			return invalid("the name ends in ." + end + ", but this is no " + k.name + " file")
		}
		return nil
	}
	return invalid("." + end + " files cannot be transcribed; a recording can be " + strings.Join(RecordingFormats(), ", "))
}

// kindOf tells a recording's format by how it begins, "" when it is none.
func kindOf(sound []byte) string {
	for _, k := range kinds() {
		if k.heard && k.begins(sound) {
			return k.name
		}
	}
	return ""
}

// Transcribe has a recording written down. The error is a *engine.CallError.
func Transcribe(ctx context.Context, e *engine.Engine, r TranscriptionRequest) (Transcript, error) {
	if err := r.Check(); err != nil {
		return Transcript{}, err
	}
	var out Transcript
	res, err := e.Call(ctx, engine.Call{
		Model: r.Model, Output: catalog.Transcription, Prefs: r.Prefs, Cap: r.Cap, Slow: slowTranscription, Tell: r.Tell,
		Price: func(ep *catalog.Endpoint) (usd.Amount, bool) { return usd.Amount{}, ep.Prices.Free() },
		Send: func(ctx context.Context, up *engine.Upstream) (rec engine.Receipt, err error) {
			out, rec, err = hearAt(ctx, up, &r)
			return rec, err
		},
	})
	out.CallResult = res
	return out, err
}

// hearAt asks one endpoint: for times and language first, and where the model refuses
// those, for the text alone.
func hearAt(ctx context.Context, up *engine.Upstream, r *TranscriptionRequest) (Transcript, engine.Receipt, error) {
	req := openai.AudioRequest{
		Model: up.Endpoint.Upstream, FilePath: fileName(r), Reader: bytes.NewReader(r.Audio),
		Language: r.Language, Format: openai.AudioResponseFormatVerboseJSON,
	}
	if !timesWords(up.Endpoint.Upstream) {
		req.Format = openai.AudioResponseFormatJSON
	}
	t, rec, err := transcribeAt(ctx, up, req)
	var refused *chat.Error
	if req.Format == openai.AudioResponseFormatVerboseJSON && errors.As(err, &refused) && aboutFormat(refused) {
		req.Format, req.Reader = openai.AudioResponseFormatJSON, bytes.NewReader(r.Audio)
		return transcribeAt(ctx, up, req)
	}
	return t, rec, err
}

// timesWords reports models that tell segments; OpenAI's newer ones only tell text.
func timesWords(upstream string) bool {
	return !(strings.Contains(upstream, "gpt-") && strings.Contains(upstream, "transcribe"))
}

func aboutFormat(e *chat.Error) bool {
	return e.Fault == chat.FaultCaller && (strings.Contains(e.Message, "response_format") || strings.Contains(e.Message, "verbose_json"))
}

// fileName is what the upstream is told: only the ending, since a name may say more
// than its owner wants to.
func fileName(r *TranscriptionRequest) string {
	end := ending(r.Name)
	if end == "" {
		end = kindOf(r.Audio)
	}
	return "recording." + end
}

// told is what answers hold beside what the library's type has.
type told struct {
	Text  *string `json:"text"`
	Usage *struct {
		format.Costs
		Type    string       `json:"type"`
		Seconds float64      `json:"seconds"`
		Input   format.Count `json:"input_tokens"`
		Output  format.Count `json:"output_tokens"`
		Details struct {
			Audio format.Count `json:"audio_tokens"`
		} `json:"input_token_details"`
	} `json:"usage"`
	Segments []struct {
		Speaker json.RawMessage `json:"speaker"`
	} `json:"segments"`
}

func transcribeAt(ctx context.Context, up *engine.Upstream, req openai.AudioRequest) (Transcript, engine.Receipt, error) {
	c := &capture{up: up}
	answer, err := clientOf(c, up.BaseURL).CreateTranscription(ctx, req)
	if err != nil {
		if c.body != nil && ctx.Err() == nil {
			err = format.NotAnAnswer(c.body)
		}
		return Transcript{}, engine.Receipt{}, err
	}
	var more told
	if err := json.Unmarshal(c.body, &more); err != nil || more.Text == nil {
		return Transcript{}, engine.Receipt{}, format.NotAnAnswer(c.body)
	}
	t := Transcript{Text: answer.Text, Language: answer.Language, Seconds: answer.Duration}
	for i, s := range answer.Segments {
		seg := Segment{Start: s.Start, End: s.End, Text: strings.TrimSpace(s.Text)}
		_ = json.Unmarshal(more.Segments[i].Speaker, &seg.Speaker) // a speaker that is no name is none
		t.Segments = append(t.Segments, seg)
	}
	rec := engine.Receipt{ID: c.header.Get("X-Generation-Id")}
	if u := more.Usage; u != nil {
		rec.Cost = u.Cost()
		if u.Input > 0 || u.Output > 0 {
			rec.Usage = &chat.Usage{PromptTokens: int(u.Input), AudioPromptTokens: int(u.Details.Audio), CompletionTokens: int(u.Output)}
		}
		if t.Seconds == 0 {
			t.Seconds = u.Seconds
		}
	}
	return t, rec, nil
}
