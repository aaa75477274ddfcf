package fusion

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"assay/internal/usd"
)

func candidate(model string, score float64, in, out string, ttft float64) Candidate {
	c := Candidate{Model: model, Score: score, TTFTMs: ttft, Context: 128_000, Provider: "p"}
	c.Vendor, _, _ = strings.Cut(model, "/")
	if in != "" {
		c.PromptPrice = usd.Known(usd.MustParse(in))
		c.CompletionPrice = usd.Known(usd.MustParse(out))
	}
	c.Free = in == "0"
	return c
}

// shelf is a small catalog: five makers, strong and cheap models of each, free ones,
// one that is too small, one without a price.
func shelf() []Candidate {
	return []Candidate{
		candidate("a/big", 90, "0.00001", "0.00005", 900), candidate("a/small", 60, "0.000001", "0.000004", 300),
		candidate("b/big", 88, "0.000008", "0.00004", 800), candidate("b/small", 62, "0.0000005", "0.000002", 250),
		candidate("c/big", 85, "0.000005", "0.00002", 1500), candidate("c/small", 55, "0.0000002", "0.000001", 280),
		candidate("d/big", 80, "0.000004", "0.00002", 700), candidate("d/tiny", 20, "0.00000001", "0.00000002", 100),
		candidate("e/free", 50, "0", "0", 2000), candidate("c/free", 45, "0", "0", 1800), candidate("d/free", 40, "0", "0", 1900),
		candidate("e/secret", 70, "", "", 0),
		{Model: "f/toy", Vendor: "f", Score: 99, Context: 2048},
		{Model: "demo/fir", Vendor: "demo", Demo: true, Context: 32_000}, {Model: "demo/oak", Vendor: "demo", Demo: true, Context: 32_000},
	}
}

func TestComposePanel(t *testing.T) {
	for name, tc := range map[string]struct {
		members, judge string
		warns          string
	}{
		"quality": {"a/big b/big c/big", "d/big", ""},
		"budget":  {"c/small b/small a/small", "d/big", ""},
		"fast":    {"b/small c/small a/small", "d/big", ""},
		"free":    {"e/free c/free d/free", "e/free", "same family"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ComposePanel(name, shelf())
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s judged by %s: %q", models(p.Members), p.Judge.Model, p.Warnings)
			vendors := map[string]bool{}
			for _, m := range p.Members {
				if vendors[m.Vendor] || m.Demo || m.Model == "f/toy" {
					t.Errorf("members %s", models(p.Members))
				}
				vendors[m.Vendor] = true
			}
			if models(p.Members) != tc.members || p.Judge.Model != tc.judge {
				t.Errorf("members %s judge %s", models(p.Members), p.Judge.Model)
			}
			if name == "free" && !strings.HasSuffix(p.Judge.Model, "/free") {
				t.Errorf("a free panel with the judge %s", p.Judge.Model)
			}
			if tc.warns != "" && !strings.Contains(strings.Join(p.Warnings, "; "), tc.warns) {
				t.Errorf("warnings %q, want %q", p.Warnings, tc.warns)
			}
			if vendors[p.Judge.Vendor] && name != "free" {
				t.Errorf("the judge %s is of a family on the panel %s", p.Judge.Model, models(p.Members))
			}
			shuffled := shelf()
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			q, err := ComposePanel(name, shuffled)
			if err != nil || models(q.Members) != models(p.Members) || q.Judge.Model != p.Judge.Model {
				t.Errorf("another order gives %s judged by %s", models(q.Members), q.Judge.Model)
			}
		})
	}
}

func models(seats []Seat) string {
	var out []string
	for _, s := range seats {
		out = append(out, s.Model)
	}
	return strings.Join(out, " ")
}

func TestComposePanelFromLittle(t *testing.T) {
	demo := slices.DeleteFunc(shelf(), func(c Candidate) bool { return !c.Demo })
	p, err := ComposePanel("quality", demo)
	if err != nil || len(p.Members) != 2 || !strings.Contains(strings.Join(p.Warnings, "; "), "demo models only") {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := ComposePanel("free", []Candidate{candidate("a/big", 1, "1", "1", 0)}); err == nil {
		t.Error("a free panel of a paid model")
	}
	if _, err := ComposePanel("posh", shelf()); err == nil || !strings.Contains(err.Error(), "quality, budget, fast, free") {
		t.Errorf("%v", err)
	}
	one := []Candidate{candidate("a/x", 2, "1", "1", 0), candidate("a/y", 1, "1", "1", 0)}
	p, err = ComposePanel("quality", one)
	if err != nil || !strings.Contains(strings.Join(p.Warnings, "; "), "share a vendor") {
		t.Errorf("%+v, %v", p.Warnings, err)
	}
}

func TestPlanCheck(t *testing.T) {
	good, _ := panelABC()
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Plan){
		"nobody":   func(p *Plan) { p.Members = nil },
		"too many": func(p *Plan) { p.Members = make([]Seat, 9) },
		"nothing":  func(p *Plan) { p.Request = nil },
		"quorum":   func(p *Plan) { p.Quorum = 4 },
		"mode":     func(p *Plan) { p.Mode = "mash" },
		"rubric":   func(p *Plan) { p.Rubric = "taste" },
	} {
		p, _ := panelABC()
		change(p)
		if p.Check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	lanes := good.Lanes()
	if len(lanes) != 5 || lanes[3].Lane != 3 || lanes[4].Lane != 4 {
		t.Errorf("lanes %+v", lanes)
	}
}
