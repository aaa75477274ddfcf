package browse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/catalog/rankings"
	"assay/internal/usd"
	"assay/ui"
	"assay/ui/backend"
	"assay/ui/theme"
	"assay/ui/uitest"
)

// Time in a test begins at the start of 2000.
var begin = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func per(million string) usd.Price {
	if million == "" {
		return usd.Unknown
	}
	p, err := usd.ParsePricePerMillion(million)
	if err != nil {
		panic(err)
	}
	return p
}

func endpoint(model, provider, in, out string, ctx int) catalog.Endpoint {
	return catalog.Endpoint{
		Model: model, Provider: provider, Tag: provider, Context: ctx, MaxOutput: 8192,
		Prices: catalog.Prices{Prompt: per(in), Completion: per(out)},
	}
}

// models are eight models with everything there is to show among them.
func models() []backend.Choice {
	alpha := &catalog.Model{
		ID: "acme/alpha", Name: "Alpha", Author: "acme", Created: begin.AddDate(0, 0, -20).Unix(), Context: 200_000, MaxOutput: 64_000,
		Input: catalog.Text | catalog.Image, Output: catalog.Text, Params: catalog.ParamsOf("tools", "temperature", "response_format"),
		Reasoning: catalog.Reasoning{Supported: true, Efforts: []string{"high", "low"}}, Knowledge: "1999-06",
		Scores: []catalog.Score{{Name: "aa/intelligence", Value: 71}}, Source: catalog.Source{Name: "openrouter", Date: "1999-12-30"},
	}
	first, second := endpoint(alpha.ID, "acme", "3", "15", 200_000), endpoint(alpha.ID, "bravo", "2.5", "12.5", 128_000)
	first.Policy, first.Prices.CacheRead = catalog.PolicyZDR, per("0.30")
	first.Prices.Tiers = []catalog.Tier{
		{MinPromptTokens: 128_000, Prices: catalog.Prices{Prompt: per("6"), Completion: per("22.5")}},
		{Windowed: true, UTCStart: 30, UTCEnd: 830, Prices: catalog.Prices{Prompt: per("1.5")}},
	}
	second.Quantization, second.Policy = "fp8", catalog.PolicyTrains
	alpha.Endpoints = []catalog.Endpoint{first, second}
	model := func(id string, days int, score float64, es ...catalog.Endpoint) *catalog.Model {
		m := &catalog.Model{ID: id, Created: begin.AddDate(0, 0, -days).Unix(), Input: catalog.Text, Output: catalog.Text, Endpoints: es, Params: catalog.ParamsOf("tools")}
		m.Author, m.Name, _ = strings.Cut(id, "/")
		for i := range es {
			m.Context = max(m.Context, es[i].Context)
		}
		if score > 0 {
			m.Scores = []catalog.Score{{Name: "aa/intelligence", Value: score}}
		}
		return m
	}
	beta := model("beta/beta", 100, 55, endpoint("beta/beta", "bravo", "0.25", "1", 128_000))
	beta.Expires = "2000-03-01"
	gamma := model("gam/gamma:free", 300, 30, endpoint("gam/gamma:free", "golf", "0", "0", 32_768))
	delta := model("delta/delta", 900, 0, endpoint("delta/delta", "delta", "", "", 8192))
	suffix := model("eps/epsilon:free", 5, 0, endpoint("eps/epsilon:free", "golf", "", "", 0))
	plan := model("zeta/zeta", 40, 44, endpoint("zeta/zeta", "club", "0", "0", 64_000))
	plan.Endpoints[0].Subscription = true
	router := model("assay/any", 10, 0)
	router.Router = true
	gone := model("old/gone", 2000, 0, endpoint("old/gone", "bravo", "1", "2", 4096))
	gone.Gone = true
	return []backend.Choice{
		{Model: alpha, Providers: []string{"acme", "bravo"}}, {Model: beta, Providers: []string{"bravo"}}, {Model: gamma, Providers: []string{"golf"}},
		{Model: delta, Note: "needs DELTA_API_KEY"}, {Model: suffix, Providers: []string{"golf"}}, {Model: plan, Note: "no provider configured"},
		{Model: router, Note: "no provider configured"}, {Model: gone},
	}
}

func table() *rankings.Table {
	t := &rankings.Table{AsOf: "2000-01-01", Start: "1999-12-02", End: "1999-12-31"}
	one, two, rest := make([]int64, 30), make([]int64, 30), make([]int64, 30)
	for i := range 30 {
		t.Days = append(t.Days, begin.AddDate(0, 0, i-30).Format(time.DateOnly))
		one[i], two[i], rest[i] = int64(4+i)*1e9, int64(60-i)*1e9, 50e9
	}
	for _, m := range []rankings.Model{{Slug: "beta/beta", Daily: two}, {Slug: "acme/alpha", Daily: one}, {Slug: rankings.Other, Daily: rest}} {
		for _, n := range m.Daily {
			m.Tokens += n
		}
		t.Models = append(t.Models, m)
	}
	return t
}

func fake() *uitest.Fake {
	answer := []uitest.Answer{{Provider: "golf", Text: "Because.", First: 100 * time.Millisecond, Every: 10 * time.Millisecond, Cost: "0"}}
	return &uitest.Fake{
		Choices: models(),
		Answers: map[string][]uitest.Answer{"acme/alpha": answer, "beta/beta": answer, "gam/gamma:free": answer},
		Market: uitest.Market{
			From:    catalog.Source{Name: "openrouter", Date: "1999-12-30"},
			Brought: backend.News{New: 2, Gone: 1, Changed: 7}, RefreshIn: 2 * time.Second,
			Health: map[string]backend.Seen{"acme/alpha bravo": {Requests: 40, Uptime: 0.95, TTFT: 420 * time.Millisecond, TPS: 85, Error: "overloaded", ErrorAt: begin.Add(-time.Minute)}},
			Left:   []backend.Quota{{Provider: "golf", PerMinute: 20, PerDay: 50, MinuteUsed: 3, DayUsed: 42, MinuteResets: 25 * time.Second, DayResetsIn: 150 * time.Minute}},
			Marked: backend.Kept{Favourites: []string{"beta/beta"}, Recent: []string{"gam/gamma:free", "acme/alpha"}},
			Ranked: table(), Own: []backend.Used{{Model: "acme/alpha", Requests: 12, Tokens: 34_000}},
		},
	}
}

// open starts the workbench and goes to the catalog.
func open(t *testing.T, w, h int, f *uitest.Fake, draft string) *uitest.Driver {
	return uitest.Start(t, w, h, ui.Options{Backend: f, Draft: draft, Theme: theme.Options{Dark: true, Profile: theme.TrueColor}}).Press("ctrl+x", "c")
}

// flow is a test in virtual time.
func flow(t *testing.T, do func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, do)
}

func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}, {40, 10}} {
		for _, v := range []struct {
			name string
			keys []string
		}{
			{"list", nil}, {"filter", []string{"/", "a", "l", "p"}}, {"mistake", []string{"/", "c", "t", "x", ">", "x"}}, {"detail", []string{"/", "a", "l", "p", "enter", "d", "d"}},
			{"compare", []string{"s", "space", "j", "space", "j", "space", "c"}}, {"plot", []string{"space", "p"}}, {"plot-context", []string{"p", "x", "j", "j"}},
			{"free", []string{"F"}}, {"rankings", []string{"R"}},
		} {
			t.Run(fmt.Sprintf("%dx%d/%s", size[0], size[1], v.name), func(t *testing.T) {
				flow(t, func(t *testing.T) {
					d := open(t, size[0], size[1], fake(), "why is the sky blue?").Press(v.keys...)
					if v.name == "detail" && size[0] < 116 {
						d.Press("d")
					}
					d.Golden().Quit()
				})
			})
		}
	}
}

func TestFilter(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := open(t, 100, 24, fake(), "")
		d.Sees("acme/alpha", "delta/delta", "7 of 8", "newest first").Lacks("old/gone")
		d.Press("/").Type("be").Sees("beta/beta", "best match first").Lacks("delta/delta")
		d.Press("esc").Sees("be").Press("esc").Sees("delta/delta")
		d.Press("4").Sees("gam/gamma:free", "1 of 8").Lacks("eps/epsilon", "zeta/zeta")
		d.Press("4", "7").Sees("beta/beta").Lacks("gam/gamma").Press("8").Sees("acme/alpha").Lacks("beta/beta")
		d.Press("9").Sees("beta/beta").Lacks("delta/delta").Press("9").Sees("delta/delta")
		d.Press("/").Type("ct").Sees("tab", "ctx>").Press("tab").Type("100k").Sees("acme/alpha", "beta/beta").Lacks("gam/gamma")
		d.Type(" in<x").Sees("^", "acme/alpha")
		d.Quit()
	})
}

func TestSortsUnknownLast(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := open(t, 100, 24, fake(), "")
		last := func(when string) {
			t.Helper()
			screen := d.Screen()
			known, unknown := strings.Index(screen, "acme/alpha"), strings.Index(screen, "delta/delta")
			if known < 0 || unknown < known {
				t.Errorf("%s: the unknown price does not come last:\n%s", when, screen)
			}
		}
		d.Press("s").Sees("cheapest first")
		last("cheapest first")
		d.Press("S").Sees("dearest first")
		last("dearest first")
		d.Quit()
	})
}

func TestTickedBecomeLanes(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := open(t, 100, 24, f, "why?")
		d.Press("/").Type("alpha").Press("enter", "space").Sees("1 ticked").Press("esc", "/").Type("beta").Press("enter", "space").Sees("2 ticked", "Compare 2")
		d.Press("enter").Sees("alpha", "beta", "to 2 lanes").Lacks("Rankings")
		d.Press("enter").Advance(3 * time.Second)
		if asks := f.Asks(); len(asks) != 1 || len(asks[0].Lanes) != 2 || asks[0].Prompt != "why?" {
			t.Errorf("asked %+v", asks)
		}
		d.Quit()
	})
}

func TestWhatCannotBeAskedIsNoLane(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := open(t, 100, 24, fake(), "")
		d.Press("/").Type("delta").Press("enter", "enter").Sees("cannot be asked", "needs DELTA_API_KEY", "Rankings").Quit()
	})
}

func TestFreeModelsAreAskedWhereTheyAreFree(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		both := &f.Choices[2] // free at one provider, for money at another
		both.Model.Endpoints = append(both.Model.Endpoints, endpoint(both.Model.ID, "bravo", "1", "2", 32_768))
		both.Providers = append(both.Providers, "bravo")
		d := open(t, 100, 24, f, "why?").Press("F")
		d.Sees("42 of 50 used today", "8 left", "anew in 2h30m", "3 of 20 this minute", "gam/gamma:free", "asks the first 3").Lacks("eps/epsilon", "zeta/zeta")
		d.Press("2").Sees("asks the first 2").Press("a").Advance(3 * time.Second)
		asks := f.Asks()
		if len(asks) != 1 || len(asks[0].Lanes) != 1 || asks[0].Lanes[0].Request.Model != "gam/gamma:free" || asks[0].Lanes[0].Provider != "golf" {
			t.Errorf("asked %+v", asks)
		}
		d.Quit()
	})
}

func TestFreeNeedsAPrompt(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := open(t, 100, 24, f, "").Press("F", "a").Sees("type a prompt first")
		if len(f.Asks()) != 0 {
			t.Error("something was sent")
		}
		d.Quit()
	})
}

func TestRefresh(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := open(t, 100, 24, f, "").Sees("as of 1999-12-30, 2 days old")
		d.Press("r").Sees("asking for news", "acme/alpha").Advance(3*time.Second).Sees("2 new, 1 gone, 7 other changes", "2 days old")
		f.Failing = errors.New("network down\x1b[31m")
		d.Press("r").Advance(3*time.Second).Sees("what was known stays: network down", "acme/alpha").Lacks("asking for news")
		d.Quit()
	})
}

func TestFavouritesAreKept(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := open(t, 100, 24, f, "").Press("/").Type("alpha").Press("enter", "f")
		if kept, _ := f.Kept(t.Context()); len(kept.Favourites) != 2 {
			t.Errorf("kept %v", kept.Favourites)
		}
		d.Press("f")
		if kept, _ := f.Kept(t.Context()); len(kept.Favourites) != 1 {
			t.Errorf("kept %v", kept.Favourites)
		}
		d.Quit()
	})
}

func TestDetailTellsEverything(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := open(t, 160, 50, fake(), "why?").Press("/").Type("alpha").Press("enter")
		d.Sees("ready at acme, bravo", "2 endpoints, cheapest first", "$2.50 / $12.50", "fp8", "trains on prompts", "keeps nothing",
			"prompts over 128,000 tokens: $6 / $22.50", "00:30 to 08:30 UTC: $1.50", "95% of 40 requests", "last error", "overloaded", "1999-06", "high, low", "quantization unknown")
		d.Press("esc", "/").Type("epsilon").Press("enter").Sees("not known to be: the name says so, no price does", "? / ?")
		d.Press("esc", "/").Type("beta").Press("enter").Sees("goes away on 2000-03-01")
		d.Press("esc", "/").Type("zeta").Press("enter").Sees("by a paid plan")
		d.Press("esc", "/").Type("gone").Press("enter").Sees("gone: the last refresh")
		d.Quit()
	})
}

func TestPagesAndIDs(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		f.Choices[1].Model.Endpoints[0].Provider = "openrouter"
		d := open(t, 100, 24, f, "").Press("/").Type("beta").Press("enter", "o").Sees("https://openrouter.ai/beta/beta")
		d.Forget().Press("y").Sees("copied the id, 9 characters")
		if !strings.Contains(d.Written(), "\x1b]52;c;YmV0YS9iZXRh") {
			t.Error("the id is not on the clipboard")
		}
		d.Quit()
	})
}

func TestRankings(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := open(t, 120, 30, f, "").Press("R").Sees("beta/beta", "all others together", "no. 1, 34k", "Source: OpenRouter (openrouter.ai/rankings), as of 2000-01-01.", "CC BY 4.0")
		d.Press("esc").Sees("newest first").Quit()
	})
	flow(t, func(t *testing.T) {
		f := fake()
		f.Ranked, f.Failing = nil, rankings.ErrNoKey
		open(t, 120, 30, f, "").Press("R").Sees("need an OpenRouter key", "your own usage", "acme/alpha", "34k").Quit()
	})
}

func TestWayInAndOut(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		d := uitest.Start(t, 100, 24, ui.Options{Backend: f}).Type("/catalog").Press("enter").Sees("Rankings", "acme/alpha")
		d.Press("esc").Lacks("Rankings").Type("/free").Press("enter").Sees("42 of 50 used today")
		d.Press("esc", "esc").Lacks("used today").Press("ctrl+p").Type("browse every").Press("enter").Sees("newest first")
		d.Press("ctrl+x", "c").Lacks("newest first").Quit()
	})
}

func TestHostileNamesAreCleaned(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fake()
		f.Choices[1].Model.Name = "evil\x1b]0;title\a\u202e"
		f.Choices[1].Model.ID = "evil/\x1b[2Jx\u202e"
		d := open(t, 140, 30, f, "").Forget()
		d.Press("j", "space", "c", "p", "F", "tab", "tab", "d")
		if w := d.Written(); strings.Contains(w, "\x1b]0;title") || strings.Contains(w, "\u202e") {
			t.Error("an escape sequence of a name reached the terminal")
		}
		d.Quit()
	})
}

func TestAnySizeIsDrawn(t *testing.T) {
	flow(t, func(t *testing.T) {
		d := open(t, 80, 24, fake(), "why?").Press("space", "j", "space")
		for _, key := range []string{"esc", "c", "p", "F", "R", "esc", "d"} {
			d.Press(key)
			for _, size := range [][2]int{{1, 1}, {5, 3}, {20, 6}, {33, 12}, {116, 20}, {117, 4}} {
				d.Resize(size[0], size[1])
			}
		}
		d.Quit()
	})
}
