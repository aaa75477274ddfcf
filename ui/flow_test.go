package ui_test

import (
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
	"assay/ui"
	"assay/ui/talk"
	"assay/ui/theme"
	"assay/ui/uitest"
)

// lanes are setups for models.
func lanes(models ...string) []talk.Setup {
	var out []talk.Setup
	for _, m := range models {
		out = append(out, talk.Setup{Request: chat.Request{Model: m}})
	}
	return out
}

// answers are scripts that say one text each, slowly.
func answers(pairs ...string) map[string][]uitest.Answer {
	out := map[string][]uitest.Answer{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = append(out[pairs[i]], uitest.Answer{
			Provider: "acme", First: 300 * time.Millisecond, Every: 50 * time.Millisecond, Text: pairs[i+1], Cost: "0.0021",
		})
	}
	return out
}

func options(f *uitest.Fake, models ...string) ui.Options {
	return ui.Options{Backend: f, Lanes: lanes(models...), Theme: theme.Options{Dark: true, Profile: theme.TrueColor}}
}

func flow(t *testing.T, name string, do func(t *testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, do) })
}

func TestFirstFlow(t *testing.T) {
	flow(t, "ask two models", func(t *testing.T) {
		f := &uitest.Fake{Answers: answers("a/alpha", "The sky is blue because of Rayleigh scattering.", "b/beta", "Short waves scatter more.")}
		d := uitest.Start(t, 80, 24, options(f, "a/alpha", "b/beta"))
		d.Sees("alpha", "beta", "Ask 2 models at once")
		d.Type("why is the sky blue?").Press("enter").Advance(400 * time.Millisecond)
		t.Log(d.Screen())
		d.Advance(3*time.Second).Sees("Rayleigh", "Short waves", "done")
		t.Log(d.Screen())
		d.Quit()
	})
}
