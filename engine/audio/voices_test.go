package audio_test

import (
	"strings"
	"testing"

	"assay/catalog"
	"assay/engine"
	"assay/engine/audio"
	"assay/engine/route"
)

func TestVoices(t *testing.T) {
	for _, tt := range []struct{ body, want, source string }{
		{`{"voices":["b","a","b"]}`, "a b", "a"},
		{`{"voices":[{"id":"x","name":"X"},{"name":"y"}]}`, "x y", "a"},
		{`{"data":[{"id":"other","supported_voices":["no"]},{"id":"up-","supported_voices":["yes"]}]}`, "yes", "a"},
	} {
		b := newBench(t, engine.Options{}, map[string][]answer{"a": {{status: 200, body: tt.body}}}, ep("a"))
		got, err := audio.ListVoices(t.Context(), b.Engine, "x/voice", route.Preferences{})
		if err != nil || strings.Join(got.Names, " ") != tt.want || got.Source != tt.source {
			t.Errorf("%s: %+v, %v", tt.body, got, err)
		}
		if len(b.records) != 0 || len(b.Health().Reports()) > 1 {
			t.Error("asking for voices is no use of the model")
		}
	}
	b := newBench(t, engine.Options{}, nil, catalog.Endpoint{Provider: "openai", Upstream: "tts-1"})
	got, err := audio.ListVoices(t.Context(), b.Engine, "x/voice", route.Preferences{})
	if err != nil || got.Source != "built in" || !strings.Contains(strings.Join(got.Names, " "), "alloy") || len(b.asked) != 0 {
		t.Errorf("%+v, %v, asked %v", got, err, b.asked)
	}
}
