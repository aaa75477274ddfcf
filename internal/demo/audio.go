package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// longestSpeech is how many characters one speech request may have.
const longestSpeech = 4096

// speech is POST /v1/audio/speech. The voice is a tune: one tone for every
// syllable, as mp3 (the default), wav, or pcm (16 bit, mono, 24 kHz).
func (s *Server) speech(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Model  string   `json:"model"`
		Input  string   `json:"input"`
		Format string   `json:"response_format"`
		Speed  *float64 `json:"speed"`
	}
	if json.Unmarshal(bodyOf(r), &in) != nil {
		fail(w, chatFormat{}, invalid("", "We could not parse the JSON body of your request."))
		return
	}
	if f := s.admitSpeech(r, in.Model, "demo/lark"); f != nil {
		fail(w, chatFormat{}, f)
		return
	}
	speed := 1.0
	if in.Speed != nil {
		speed = *in.Speed
	}
	switch n := utf8.RuneCountInString(in.Input); {
	case n == 0:
		fail(w, chatFormat{}, invalid("input", "Invalid 'input': empty string."))
		return
	case n > longestSpeech:
		fail(w, chatFormat{}, invalid("input", fmt.Sprintf("Invalid 'input': string too long. Expected at most %d characters, but got %d.", longestSpeech, n)))
		return
	case speed < 0.25 || speed > 4:
		fail(w, chatFormat{}, invalid("speed", "Invalid 'speed': must be between 0.25 and 4."))
		return
	}
	tune := tuneOf(in.Input, speed)
	var kind string
	var audio []byte
	switch in.Format {
	case "", "mp3":
		kind, audio = "audio/mpeg", mp3(tune)
	case "wav":
		kind, audio = "audio/wav", wav(samples(tune))
	case "pcm":
		kind, audio = "audio/pcm", samples(tune)
	default:
		fail(w, chatFormat{}, invalid("response_format", fmt.Sprintf("Invalid value: '%s'. Supported values are: 'mp3', 'wav', and 'pcm'.", in.Format)))
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(audio) // a client that went away is no concern of ours
}

// admitSpeech checks the model of an audio request and waits as long as a model of
// its kind takes.
func (s *Server) admitSpeech(r *http.Request, model, want string) *failure {
	if model == "" {
		return invalid("model", "you must provide a model parameter")
	}
	f, faulty := s.faultFor(model)
	if f.refuse != nil {
		return f.refuse
	}
	if model != want && !faulty {
		return unknownModel(model)
	}
	p := &player{ctx: r.Context(), speed: s.opt.Speed}
	if err := p.hold(f.silence); err != nil {
		return invalid("", "The client closed the request.")
	}
	_ = p.wait(300 * time.Millisecond) // the client may go away here as anywhere else
	return nil
}

// transcript is what every recording is heard as, with the seconds each sentence
// begins and ends at.
var transcript = []struct {
	start, end float64
	text       string
}{
	{0, 2.6, "This is the demo provider speaking."},
	{2.6, 6.1, "It did not listen to your recording: every recording gets this text."},
	{6.1, 9.4, "Three plus four makes seven, and the meeting is on Thursday."},
}

// dictation is a transcription request, whichever way it came.
type dictation struct {
	model, format string
	audio         []byte
}

// transcription is POST /v1/audio/transcriptions, as multipart form or as JSON.
func (s *Server) transcription(w http.ResponseWriter, r *http.Request) {
	in, bad := readDictation(r)
	if bad == nil {
		bad = s.admitSpeech(r, in.model, "demo/owl")
	}
	if bad == nil && len(in.audio) == 0 {
		bad = invalid("file", "The audio file is empty or missing.")
	}
	if bad != nil {
		fail(w, chatFormat{}, bad)
		return
	}
	var all []string
	for _, t := range transcript {
		all = append(all, t.text)
	}
	text := strings.Join(all, " ")
	seconds := audioSeconds(in.audio)
	switch in.format {
	case "", "json":
		writeJSON(w, http.StatusOK, object{"text": text, "usage": object{"type": "duration", "seconds": int(seconds + 0.999)}})
	case "verbose_json":
		writeJSON(w, http.StatusOK, verbose(text, seconds))
	case "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, text+"\n")
	default:
		fail(w, chatFormat{}, invalid("response_format", fmt.Sprintf("Invalid value: '%s'. Supported values are: 'json', 'verbose_json', and 'text'.", in.format)))
	}
}

func verbose(text string, seconds float64) object {
	segments := []object{}
	for i, t := range transcript {
		segments = append(segments, object{"id": i, "seek": 0, "start": t.start, "end": t.end, "text": " " + t.text,
			"temperature": 0, "avg_logprob": -0.1, "compression_ratio": 1, "no_speech_prob": 0})
	}
	return object{"task": "transcribe", "language": "english", "duration": seconds, "text": text, "segments": segments}
}

func readDictation(r *http.Request) (dictation, *failure) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // nonsense is neither of the two
	switch kind {
	case "multipart/form-data":
		return readForm(bodyOf(r), params["boundary"])
	case "application/json":
		var in struct {
			Model  string `json:"model"`
			Format string `json:"response_format"`
			Audio  struct {
				Data string `json:"data"`
			} `json:"input_audio"`
		}
		if json.Unmarshal(bodyOf(r), &in) != nil {
			return dictation{}, invalid("", "We could not parse the JSON body of your request.")
		}
		audio, err := base64.StdEncoding.DecodeString(in.Audio.Data)
		if err != nil {
			return dictation{}, invalid("input_audio.data", "The audio is not valid base64.")
		}
		return dictation{model: in.Model, format: in.Format, audio: audio}, nil
	default:
		return dictation{}, invalid("", "Expected a multipart form or JSON.")
	}
}

func readForm(body []byte, boundary string) (dictation, *failure) {
	var in dictation
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return in, invalid("", "The multipart form is damaged.")
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return in, invalid("", "The multipart form is damaged.")
		}
		switch part.FormName() {
		case "model":
			in.model = string(value)
		case "response_format":
			in.format = string(value)
		case "file":
			in.audio = value
		}
	}
}

// audioSeconds is how long a recording lasts: exact for a plain WAV file, else as
// if it had 64 kbit a second.
func audioSeconds(audio []byte) float64 {
	const header = 44
	if len(audio) > header && string(audio[:4]) == "RIFF" && string(audio[8:12]) == "WAVE" {
		if rate := binary.LittleEndian.Uint32(audio[28:32]); rate > 0 {
			return float64(len(audio)-header) / float64(rate)
		}
	}
	return float64(len(audio)) / 8000
}
