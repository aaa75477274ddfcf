package compare

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/layout"
	"assay/ui/overlay"
	"assay/ui/status"
	"assay/ui/theme"
)

// none is a backend of nothing.
type none struct{ backend.Backend }

func (none) Panels() []backend.Panel   { return nil }
func (none) Presets() []backend.Preset { return nil }
func (none) Status() backend.Status    { return backend.Status{} }

func empty(t *testing.T) *Screen {
	styles := theme.New(theme.Options{})
	return New(Options{
		Context: t.Context(), Backend: none{}, Styles: styles, Keys: keys.Default(), Bar: status.New(styles),
		Open: func(overlay.Overlay) {}, Say: func(status.Level, string) tea.Cmd { return nil }, Leave: func(string) tea.Cmd { return nil },
		Copy: func(string, string) tea.Cmd { return nil }, Edit: func(string, func(string)) tea.Cmd { return nil },
		Root: func(keys.Action) tea.Cmd { return nil },
	})
}

// The program itself does these, whatever screen is shown.
func program(a keys.Action) bool {
	switch a {
	case keys.Help, keys.Palette, keys.Mouse, keys.Redraw, keys.Suspend, keys.Quit, keys.Jump:
		return true
	}
	return false
}

func TestEveryBindingOfTheWorkbenchDoesSomething(t *testing.T) {
	s := empty(t)
	for _, b := range keys.Default().Rows() {
		if b.In&(keys.Composer|keys.Reading) == 0 || program(b.Action) || b.Group == "Catalog" {
			continue
		}
		if s.does[b.Action] == nil {
			t.Errorf("%s is bound and does nothing", b.Action)
		}
	}
}

// An empty workbench on any screen: nothing may depend on there being a lane.
func TestEveryActionOnNothing(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {20, 6}, {1, 1}} {
		s := empty(t)
		s.SetSize(size[0], size[1])
		for a := range s.does {
			for _, spot := range []spot{onComposer, onLane, onFusion} {
				s.focus.spot = spot
				s.Do(a, "")
				s.Redraw()
				frame, _ := s.Frame()
				if n := strings.Count(frame, "\n") + 1; n != size[1] {
					t.Fatalf("%s: %d rows instead of %d", a, n, size[1])
				}
			}
		}
		s.Close()
	}
}

func TestFocusRing(t *testing.T) {
	var f focus
	var got []string
	for range 5 {
		f.next(1, 2, true)
		got = append(got, [...]string{"composer", "lane", "fusion"}[f.spot]+string(rune('0'+f.lane)))
	}
	if s := strings.Join(got, " "); s != "lane0 lane1 fusion1 composer1 lane0" {
		t.Errorf("forward: %s", s)
	}
	f = focus{}
	f.next(-1, 2, false)
	if f.spot != onLane || f.lane != 1 {
		t.Errorf("backward: %+v", f)
	}
	f.toggleZoom()
	f.next(-1, 2, false)
	if f.zoom != layout.ZoomLane || f.lane != 0 {
		t.Errorf("zoom does not follow: %+v", f)
	}
	f = focus{spot: onFusion, lane: 7, zoom: layout.ZoomFusion}
	f.clamp(2, false)
	if f.spot != onComposer || f.lane != 1 || f.zoom != layout.NoZoom {
		t.Errorf("clamped to %+v", f)
	}
}

func TestParameters(t *testing.T) {
	r, err := typed(chat.Request{}, "temperature=0.2  max_tokens=500 seed=-7 effort=low verbosity=high top_p=1")
	if err != nil {
		t.Fatal(err)
	}
	if *r.Temperature != 0.2 || r.MaxTokens != 500 || *r.Seed != -7 || r.Reasoning.Effort != "low" || r.Verbosity != "high" {
		t.Errorf("%+v", r)
	}
	const want = "temperature=0.2 top_p=1 max_tokens=500 seed=-7 effort=low verbosity=high"
	if got := written(&r); got != want {
		t.Errorf("written as %q", got)
	}
	r, err = typed(r, "temperature= max_tokens= seed= effort= verbosity= top_p=")
	if err != nil || written(&r) != "" {
		t.Errorf("unset to %q (%v)", written(&r), err)
	}
	for in, want := range map[string]string{
		"temperature":     "NAME=VALUE",
		"temprature=1":    `no parameter "temprature"; they are temperature,`,
		"temperature=hot": "from 0 to 2",
		"temperature=NaN": "from 0 to 2",
		"max_tokens=-1":   "above zero",
		"seed=1.5":        "whole number",
		"effort=huge":     "one of none",
		"verbosity=loud":  "one of low",
	} {
		if _, err := typed(chat.Request{}, in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func FuzzParameters(f *testing.F) {
	f.Add("temperature=0.2 seed=7")
	f.Add("effort= max_tokens=1e9")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := typed(chat.Request{}, s)
		if err != nil {
			return
		}
		again, err := typed(chat.Request{}, written(&r))
		if err != nil || written(&again) != written(&r) {
			t.Errorf("%q is written %q, which reads as %q (%v)", s, written(&r), written(&again), err)
		}
	})
}

func TestPack(t *testing.T) {
	got := pack([]string{"answers up to 64k", "knows until 2025-03", "tools", "sees images"}, ", ", 24)
	if s := strings.Join(got, "|"); s != "answers up to 64k|knows until 2025-03|tools, sees images" {
		t.Errorf("%s", s)
	}
}

func TestCommonBeginning(t *testing.T) {
	if c := common([]string{"models", "model"}); c != "model" {
		t.Errorf("%q", c)
	}
	if c := common([]string{"a", "b"}); c != "" {
		t.Errorf("%q", c)
	}
}

func TestTraceNamesTheAttemptThatAnswered(t *testing.T) {
	try := func(n int, provider string, o chat.Outcome) chat.Attempt {
		return chat.Attempt{N: n, Provider: provider, Endpoint: provider, Outcome: o}
	}
	by := &chat.Finish{Provider: "alfa", Endpoint: "alfa"}
	for name, c := range map[string]struct {
		lane chat.Lane
		want int
	}{
		"under way":              {chat.Lane{Attempts: []chat.Attempt{try(1, "alfa", chat.AttemptStarted)}}, -1},
		"the only one":           {chat.Lane{Finish: by, Attempts: []chat.Attempt{try(1, "alfa", chat.AttemptStarted)}}, 0},
		"after a failure":        {chat.Lane{Finish: by, Attempts: []chat.Attempt{try(1, "kilo", chat.AttemptFailed), try(2, "alfa", chat.AttemptStarted)}}, 1},
		"before one that lost":   {chat.Lane{Finish: by, Attempts: []chat.Attempt{try(1, "alfa", chat.AttemptStarted), try(2, "kilo", chat.AttemptAbandoned)}}, 0},
		"beside one left open":   {chat.Lane{Finish: by, Attempts: []chat.Attempt{try(1, "alfa", chat.AttemptStarted), try(2, "kilo", chat.AttemptStarted)}}, 0},
		"under a different name": {chat.Lane{Finish: &chat.Finish{Provider: "Alfa"}, Attempts: []chat.Attempt{try(1, "alfa", chat.AttemptStarted)}}, 0},
	} {
		if got := answering(&c.lane); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
