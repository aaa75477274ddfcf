package wiring

import (
	"context"

	"assay/engine/audio"
	"assay/engine/route"
)

// Speak has text spoken, under the cap of a run.
func (s *System) Speak(ctx context.Context, r audio.SpeechRequest) (audio.Speech, error) {
	s.restore()
	r.Cap = s.RunCap()
	return audio.Speak(ctx, s.Engine, r)
}

// Transcribe has a recording written down, under the cap of a run.
func (s *System) Transcribe(ctx context.Context, r audio.TranscriptionRequest) (audio.Transcript, error) {
	s.restore()
	r.Cap = s.RunCap()
	return audio.Transcribe(ctx, s.Engine, r)
}

// Voices tells what a speech model can sound like.
func (s *System) Voices(ctx context.Context, model string) (audio.Voices, error) {
	s.restore()
	return audio.ListVoices(ctx, s.Engine, model, route.Preferences{})
}
