package audio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/route"
	"assay/internal/usd"
)

// longestText bounds what is sent to be spoken, in characters; most models take less
// and say so themselves.
const longestText = 100_000

// slowSpeech is how much longer than a first token the first sound may take.
const slowSpeech = time.Minute

// SpeechRequest is text to be spoken.
type SpeechRequest struct {
	Model  string
	Text   string
	Voice  string  // "": the model's first
	Format string  // one of SpeechFormats; "": mp3
	Speed  float64 // 0.25 to 4; 0: the model's usual
	Prefs  route.Preferences
	Cap    usd.Price          // most it may cost; absent: no cap
	Tell   func(chat.Attempt) // told of tries; may be nil
}

// Speech is spoken text.
type Speech struct {
	engine.CallResult
	Audio  []byte
	Format string
	Voice  string
}

// Check says what is wrong with the request, nil when it can be sent.
func (r *SpeechRequest) Check() error {
	switch n := utf8.RuneCountInString(r.Text); {
	case strings.TrimSpace(r.Text) == "":
		return invalid("there is no text to speak")
	case n > longestText:
		return invalid(fmt.Sprintf("the text has %d characters; at most %d can be spoken at once", n, longestText))
	case r.Speed != 0 && (r.Speed < 0.25 || r.Speed > 4):
		return invalid(fmt.Sprintf("speed %g is not between 0.25 and 4", r.Speed))
	case r.Format != "" && !slices.Contains(SpeechFormats(), r.Format):
		return invalid(fmt.Sprintf("speech cannot be %q; it can be %s", r.Format, strings.Join(SpeechFormats(), ", ")))
	}
	return nil
}

// Speak has text spoken. The error is a *engine.CallError.
func Speak(ctx context.Context, e *engine.Engine, r SpeechRequest) (Speech, error) {
	if err := r.Check(); err != nil {
		return Speech{}, err
	}
	if r.Format == "" {
		r.Format = "mp3"
	}
	out := Speech{Format: r.Format}
	var err error
	out.CallResult, err = e.Call(ctx, engine.Call{
		Model: r.Model, Output: catalog.Speech, Prefs: r.Prefs, Cap: r.Cap, Slow: slowSpeech, Tell: r.Tell,
		Price: func(ep *catalog.Endpoint) (usd.Amount, bool) { return speechPrice(ep, r.Text) },
		Send: func(ctx context.Context, up *engine.Upstream) (engine.Receipt, error) {
			out.Voice = r.Voice
			if out.Voice == "" {
				out.Voice = defaultVoice(up.Endpoint)
			}
			sound, rec, err := speakAt(ctx, up, &r, out.Voice)
			out.Audio = sound
			return rec, err
		},
	})
	return out, err
}

func speakAt(ctx context.Context, up *engine.Upstream, r *SpeechRequest, voice string) ([]byte, engine.Receipt, error) {
	answer, err := clientOf(up, up.BaseURL).CreateSpeech(ctx, openai.CreateSpeechRequest{
		Model: openai.SpeechModel(up.Endpoint.Upstream), Input: r.Text, Voice: openai.SpeechVoice(voice),
		ResponseFormat: openai.SpeechResponseFormat(r.Format), Speed: r.Speed,
	})
	if err != nil {
		return nil, engine.Receipt{}, err
	}
	defer answer.Close()
	sound, err := io.ReadAll(answer)
	if err != nil {
		return nil, engine.Receipt{}, err
	}
	return sound, engine.Receipt{ID: answer.Header().Get("X-Generation-Id")}, verify(sound, r.Format)
}

// verify refuses an answer that is not the sound that was asked for: a page, an error
// with a good status, or another format, which a file's name would then belie.
func verify(sound []byte, want string) error {
	switch text := bytes.TrimSpace(sound[:min(len(sound), 512)]); {
	case len(sound) == 0:
		return format.Cut("the answer was empty")
	case bytes.HasPrefix(text, []byte("{")) && utf8.Valid(text), bytes.HasPrefix(text, []byte("<")) && utf8.Valid(text):
		return format.NotAnAnswer(sound)
	}
	for _, k := range kinds() {
		if k.name == want && k.begins != nil && !k.begins(sound) {
			return &chat.Error{
				Type: chat.ErrUnavailable, Fault: chat.FaultUpstream,
				Message: "sent something that is not " + want + ", which was asked for",
			}
		}
	}
	return nil
}

// speechPrice is what speaking a text costs where that is known from its length. Only
// OpenRouter prices speech by the character, in the place of prompt tokens; a model
// with a price for what it says is billed by tokens nobody reports.
func speechPrice(ep *catalog.Endpoint, text string) (usd.Amount, bool) {
	if ep.Prices.Free() {
		return usd.Amount{}, true
	}
	byCharacter := ep.Provider == "openrouter" || ep.Provider == "demo"
	per, known := ep.Prices.Prompt.Amount()
	if !byCharacter || !known || !ep.Prices.Completion.IsAbsent() && !ep.Prices.Completion.IsFree() {
		return usd.Amount{}, false
	}
	fee, _ := ep.Prices.Request.Amount()
	return per.Mul(int64(utf8.RuneCountInString(text))).Add(fee), !ep.Prices.Request.IsUnknown()
}
