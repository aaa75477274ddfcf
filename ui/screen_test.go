package ui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/engine/chat"
	"assay/ui"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/theme"
	"assay/ui/uitest"
)

// TestGoldens keeps the look: every size, before a run, while it streams and after.
func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}, {60, 20}, {20, 6}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			for _, moment := range []struct {
				name  string
				after time.Duration
			}{{"before", 0}, {"streaming", 1200 * time.Millisecond}, {"fused", 10 * time.Second}} {
				t.Run(moment.name, func(t *testing.T) {
					flow(t, func(t *testing.T) {
						o := options(fusing(scripted()), "acme/alpha", "beta/beta", "gam/gamma")
						o.Fuse = true
						d := uitest.Start(t, size[0], size[1], o)
						if moment.after > 0 {
							ask(d, "why is the sky blue?").Advance(moment.after)
						}
						d.Golden()
						d.Quit()
					})
				})
			}
		})
	}
}

// TestThemes keeps the colours of one screen.
func TestThemes(t *testing.T) {
	for name, o := range map[string]theme.Options{
		"dark": {Dark: true, Profile: theme.TrueColor}, "light": {Profile: theme.TrueColor},
		"16": {Dark: true, Profile: theme.ANSI16}, "none": {Dark: true}, "ascii": {Dark: true, ASCII: true},
	} {
		t.Run(name, func(t *testing.T) {
			flow(t, func(t *testing.T) {
				opts := two(fusing(scripted()))
				opts.Theme, opts.Fuse = o, true
				d := uitest.Start(t, 100, 30, opts)
				ask(d, "why?").Advance(10*time.Second).Press("tab", "3", "j")
				d.GoldenStyled()
				if o.ASCII {
					for _, r := range d.Screen() {
						if r > 0x7e {
							t.Errorf("%q is not ASCII", r)
						}
					}
				}
				if o.Profile == theme.None && strings.Contains(d.Written(), "\x1b[38;") {
					t.Error("a colour was written")
				}
				d.Quit()
			})
		})
	}
}

func TestHostileTextReachesNothing(t *testing.T) {
	evil := "\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x07\x1b[2J\x1b[?1049l\x9b31m\u202eabc\u200bdef\r\b\x07"
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Answers["acme/alpha"] = []uitest.Answer{{Provider: evil, Thought: evil, Text: "before " + evil + " after\n\n```" + evil + "\n" + evil + "\n```\n", Piece: 3, Every: time.Millisecond}}
		f.Answers["beta/beta"] = []uitest.Answer{{Provider: evil, Attempts: []chat.Attempt{{N: 1, Provider: evil, Outcome: chat.AttemptFailed, Message: evil}}, Failure: &chat.Failure{ErrorType: chat.ErrorType(evil), Message: evil, Provider: evil, Remedy: evil}}}
		f.Says.Line = evil
		o := two(f)
		o.Lanes[0].Preset = evil
		d := uitest.Start(t, 100, 30, o)
		d.Paste("prompt "+evil).Press("enter").Advance(3*time.Second).Sees("before", "after")
		d.Press("tab", "t", "T").Sees("Trace").Press("esc").Forget().Press("y").Advance(time.Second)
		out := d.Written()
		if _, rest, ok := strings.Cut(out, "\x1b]52;c;"); !ok || strings.Contains(rest, "\x1b]0;") {
			t.Errorf("the copy wrote %q", out)
		}
		d.Quit()
		all := d.Written()
		for _, bad := range []string{"\x1b]0;", "ZXZpbA", "\x1b[2J", "\x9b", "\u202e", "\u200b", "\x07\x07"} {
			if i := strings.Index(all, bad); i >= 0 && bad != "\x1b[2J" {
				t.Errorf("%q reached the terminal: %q", bad, all[max(i-40, 0):min(i+40, len(all))])
			}
		}
		for row := range strings.SplitSeq(d.Screen(), "\n") {
			if ansi.StringWidth(row) > 100 {
				t.Errorf("a row of %d cells", ansi.StringWidth(row))
			}
		}
	})
}

func TestResizeStorm(t *testing.T) {
	flow(t, func(t *testing.T) {
		o := options(fusing(scripted()), "acme/alpha", "beta/beta", "gam/gamma")
		o.Fuse = true
		d := uitest.Start(t, 80, 24, o)
		ask(d, "why?")
		for i := range 60 {
			d.Resize(1+(i*37)%210, 1+(i*13)%60)
			if i%7 == 0 {
				d.Press("tab")
			}
		}
		d.Resize(1, 1).Resize(20, 6).Sees("Ask 3")
		d.Resize(160, 45).Advance(10*time.Second).Sees("Rayleigh", "Why is it blue?", "final")
		d.Quit()
	})
}

func TestNarrowScreensHaveTabs(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 50, 20, options(f, "acme/alpha", "beta/beta", "gam/gamma"))
		ask(d, "why?").Advance(4*time.Second).Sees("1 alpha ✓", "2 beta ✓", "3 gamma ✓", "Rayleigh").Lacks("reflects the sky")
		d.Press("tab", "3").Sees("reflects the sky").Lacks("Rayleigh")
		d.Click(1, 1).Sees("Rayleigh")
		d.Resize(20, 6).Sees("1 alpha", "Ask 3")
		d.Quit()
	})
}

func TestZoom(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 100, 24, two(scripted()))
		ask(d, "why?").Advance(4*time.Second).Press("tab", "z").Sees("Rayleigh").Lacks("At night")
		d.Press("tab").Sees("At night").Lacks("Rayleigh")
		d.Press("esc").Sees("Rayleigh", "At night")
		d.Press("enter").Lacks("Rayleigh").Press("f").Sees("Rayleigh", "At night")
		d.Quit()
	})
}

func TestChooseModels(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 100, 24, ui.Options{Backend: f, Theme: theme.Options{Dark: true}})
		d.Sees("Choose models with ctrl+l", "no lanes")
		ask(d, "why?").Sees("choose at least one model first", "Models to ask", "needs DELTA_API_KEY", "$3 / $15", "200k")
		d.Press("space", "down", "space", "enter").Sees("1 alpha", "2 beta", "❯ why?").Lacks("Models to ask")
		d.Type("").Press("ctrl+l").Type("free").Sees("gam/gamma").Lacks("anthropic", "beta/beta   ").Press("enter").Sees("3 gamma", "to 3 lanes")
		d.Press("ctrl+l").Type("ctx>100k").Lacks("32k").Press("esc", "esc")
		d.Press("ctrl+l").Type("ctx>").Sees("ctx").Press("esc", "esc").Lacks("Models to ask")
		d.Press("tab", "3", "m").Sees("Model of lane 3").Type("delta").Press("enter").Sees("3 delta")
		d.Press("-").Sees("to 2 lanes").Press("+").Sees("to 3 lanes")
		d.Quit()
	})
}

func TestLaneSettings(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Preset = []backend.Preset{{Name: "terse", Note: "short answers"}}
		d := uitest.Start(t, 100, 24, two(f))
		d.Press("tab", "e").Sees("Parameters of lane 1").Type("temperature=9").Press("enter").Sees("from 0 to 2")
		for range len("9") {
			d.Press("backspace")
		}
		d.Type("0.3 seed=7").Press("enter").Sees("alpha t=0.3")
		d.Press("2", "s").Sees("Preset of lane 2").Type("terse").Press("enter").Sees("beta +terse")
		d.Press("p").Sees("Provider of lane 2").Type("golf").Press("enter").Sees("pinned to golf")
		d.Press("esc").Type("/system be brief").Press("enter").Sees("system prompt set")
		ask(d, "go").Advance(4 * time.Second)
		a := f.Asks()[0]
		if r := a.Lanes[0].Request; r.Temperature == nil || *r.Temperature != 0.3 || r.Seed == nil || *r.Seed != 7 || r.Messages[0].Text() != "be brief" {
			t.Errorf("lane 1 was asked with %+v", r)
		}
		if l := a.Lanes[1]; l.Preset != "terse" || l.Provider != "golf" {
			t.Errorf("lane 2 was asked with %+v", l)
		}
		d.Quit()
	})
}

func TestPromote(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 100, 24, two(f))
		ask(d, "one").Advance(4*time.Second).Press("tab", "2", "w").Sees("winner", "every lane goes on from lane 2's answer", "all from the winner's answer")
		ask(d.Press("esc"), "two").Advance(4 * time.Second)
		for i, l := range f.Asks()[1].Lanes {
			if l.Request.Messages[1].Text() != betaText {
				t.Errorf("lane %d goes on from %q", i+1, l.Request.Messages[1].Text())
			}
		}
		d.Quit()
	})
}

func TestCommands(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 100, 24, two(f))
		ask(d, "/bogus").Sees("no command /bogus").Press("ctrl+c")
		d.Type("/mod").Sees("/model /models").Press("tab").Sees("❯ /model").Press("enter").Sees("Models to ask").Press("esc")
		ask(d, "/panel").Sees("no panels are configured").Press("esc")
		ask(d, "/set temperature=0.5").Sees("alpha t=0.5")
		ask(d, "/etc/hosts has what?").Advance(3 * time.Second)
		if asks := f.Asks(); len(asks) != 1 || asks[0].Prompt != "/etc/hosts has what?" {
			t.Errorf("asked %+v", asks)
		}
		d.Press("ctrl+p").Sees("Commands").Type("history").Press("enter").Sees("Earlier prompts", "/etc/hosts").Press("enter").Sees("❯ /etc/hosts")
		d.Press("ctrl+c").Press("f1").Sees("Keys", "send the prompt to every lane").Press("pgdown", "esc").Lacks("─ Keys")
		ask(d, "/q")
		d.Ended()
	})
}

func TestLeaderShowsWhatFollows(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 100, 24, two(scripted()))
		d.Press("ctrl+x").Sees("ctrl+x then", "m models").Press("m").Sees("Models to ask").Press("esc")
		d.Press("ctrl+x", "z").Sees("ctrl+x z is not bound").Press("ctrl+x", "esc").Sees("Ask 2 models")
		d.Quit()
	})
}

func TestCopy(t *testing.T) {
	flow(t, func(t *testing.T) {
		o := two(scripted())
		o.Getenv = func(k string) string { return map[string]string{"TMUX": "/tmp/tmux", "TERM": "screen"}[k] }
		d := uitest.Start(t, 100, 24, o)
		ask(d, "why?").Advance(4 * time.Second).Press("tab").Forget().Press("b").Sees("copied the code block, 20 characters")
		out := d.Written()
		if !strings.Contains(out, "\x1b]52;c;Zm10LlByaW50bG4oImJsdWUiKQo=") || !strings.Contains(out, "\x1bPtmux;") {
			t.Errorf("the clipboard got %q", out)
		}
		d.Press("y").Sees("copied the answer of lane 1").Press("Y").Sees("copied the turn")
		d.Press("2", "b").Sees("there is no code")
		d.Quit()
	})
}

func TestSave(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 100, 24, two(f))
		d.Press("ctrl+s").Sees("nothing to save")
		ask(d, "why?").Advance(4 * time.Second).Press("ctrl+s").Sees("saved to /data/runs/r1.jsonl")
		d.Press("ctrl+n").Sees("new conversation", "Ask 2 models").Lacks("Rayleigh")
		d.Quit()
	})
}

func TestMouse(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		a := f.Answers["beta/beta"][0]
		a.Text, a.Piece = strings.Repeat("row of text\n\n", 60), 400
		f.Answers["beta/beta"] = []uitest.Answer{a}
		d := uitest.Start(t, 100, 24, two(f))
		ask(d, "why?").Advance(6*time.Second).Click(70, 8).Sees("━ 2 beta")
		d.Wheel(70, 8, false).Wheel(70, 8, false).Sees("↓ 6 more")
		d.Press("G").Lacks("↓").Press("g").Sees("↓")
		d.Click(10, 22).Type("x").Sees("❯ x")
		d.Press("ctrl+x", "o").Sees("belongs to the terminal").Click(70, 8).Type("y").Sees("❯ xy")
		d.Quit()
	})
}

func TestReboundKeys(t *testing.T) {
	flow(t, func(t *testing.T) {
		o := two(scripted())
		o.Keys = map[string][]string{"models": {"f5"}, "help": {"none"}}
		d := uitest.Start(t, 100, 24, o)
		d.Sees("f5 models").Lacks("f1 help").Press("ctrl+l").Lacks("Models to ask").Press("f5").Sees("Models to ask")
		d.Quit()
	})
	_, err := ui.New(t.Context(), ui.Options{Backend: scripted(), Keys: map[string][]string{"nonsense": {"x"}}})
	if !errors.Is(err, keys.ErrKeys) {
		t.Errorf("a wrong key table gives %v", err)
	}
}

func TestShiftEnterOfTerminalsThatReportIt(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 80, 24, two(scripted()))
		d.Type("one").Send(uitest.CSI("13;2u")).Type("two").Send(uitest.CSI("27;2;13~")).Type("three").Sees("❯ one", "   two", "   three")
		d.Quit()
	})
}

// TestIdleIsIdle: nothing moves and nothing is written while nothing happens.
func TestIdleIsIdle(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 100, 24, two(scripted()))
		ask(d, "why?").Advance(10 * time.Second).Forget()
		before := d.Messages()
		d.Advance(time.Hour)
		if n := d.Messages() - before; n != 0 {
			t.Errorf("%d messages in an idle hour", n)
		}
		if w := d.Written(); w != "" {
			t.Errorf("idle, and yet %q was written", w)
		}
		d.Quit()
	})
}

func TestTerminalIsRestored(t *testing.T) {
	restored := func(t *testing.T, d *uitest.Driver) {
		t.Helper()
		for _, want := range []string{"\x1b[?1049l", "\x1b[?25h", "\x1b[?1002l", "\x1b[?2004l"} {
			if !strings.Contains(d.Written(), want) {
				t.Errorf("%q was not written", want)
			}
		}
	}
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 80, 24, two(scripted()))
		ask(d, "why?").Advance(700 * time.Millisecond).Forget().Quit() // while it streams
		restored(t, d)
	})
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 80, 24, two(scripted()))
		ask(d, "why?").Advance(700 * time.Millisecond).Forget().Cancel()
		if err := d.Failed(); err == nil {
			t.Error("a cancelled context is no error")
		}
		restored(t, d)
	})
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 80, 24, two(scripted()))
		d.Forget().Send(explode{})
		if err := d.Failed(); !errors.Is(err, tea.ErrProgramPanic) {
			t.Errorf("after a panic the program ended with %v", err)
		}
		restored(t, d)
	})
}

// explode is a message that makes the program panic.
type explode struct{}

func (explode) String() string { panic("boom") }

func TestFirstScreenSaysWhichKeyToSet(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Says = backend.Status{Demo: true, Line: "demo: set OPENROUTER_API_KEY to talk to real models"}
		f.Choices[0].Model.Demo = true
		d := uitest.Start(t, 80, 24, two(f))
		d.Sees("set OPENROUTER_API_KEY to talk to real models", "1 alpha  demo", "demo ")
		ask(d, "why?").Advance(4 * time.Second).Sees("1 alpha  demo")
		d.Quit()
	})
}

func TestNewsReachTheScreen(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.News = make(chan struct{}, 1)
		d := uitest.Start(t, 80, 24, options(f, "delta/delta"))
		d.Sees("needs DELTA_API_KEY")
		f.Choices = append([]backend.Choice(nil), f.Choices...)
		f.Choices[3] = choice("delta/delta", "0", "0", 8192, "local")
		f.News <- struct{}{}
		d.Advance(time.Second).Sees("served by local").Lacks("needs DELTA")
		d.Quit()
	})
}

func TestPaletteOffersWhatCanBeDoneHere(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := uitest.Start(t, 100, 40, two(scripted()))
		d.Press("ctrl+p").Sees("choose the models to ask", "ctrl+l", "/models").Type("editor").Sees("› write the prompt").Lacks("choose the models")
		d.Press("esc", "esc", "tab", ":").Type("fuse the answers of").Press("enter").Sees("the next answers are fused", "then fused")
		d.Quit()
	})
}
