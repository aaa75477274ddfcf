package wiring

import (
	"fmt"
	"slices"
	"strings"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/fusion"
	"assay/internal/config"
)

// LexicalJudge is the judge that needs no model.
const LexicalJudge = "lexical"

// Fusing is a fusion a user asked for. Empty fields leave the choice to the panel.
type Fusing struct {
	Panel    string // configured or built in; "": the configured "default", else composed around the members
	Judge    string // model, or lexical
	Writer   string
	Mode     fusion.Mode
	Rubric   string
	Criteria string
	Both     *bool
}

// PanelMembers are the models of a panel: a configured one's, or those a built-in
// one is composed of now.
func (s *System) PanelMembers(name string) ([]string, error) {
	if p, ok := s.opt.Config.Panels[name]; ok {
		return p.Members, nil
	}
	p, err := s.compose(name)
	return p.Members, err
}

// Fusion plans a fusion of lanes.
func (s *System) Fusion(f Fusing, req *chat.Request, lanes []engine.Lane) (*fusion.Plan, error) {
	p := &fusion.Plan{Request: req, Mode: f.Mode, Rubric: f.Rubric, Criteria: f.Criteria, BothOrders: f.Both, Control: fusion.NewControl(), Seed: seed()}
	for i := range lanes {
		seat := s.Seat(lanes[i].Request.Model)
		seat.Request, seat.Preset = &lanes[i].Request, lanes[i].Spec.Preset
		p.Members = append(p.Members, seat)
	}
	judge, writer := f.Judge, f.Writer
	if cfg, ok := s.opt.Config.Panels[f.Panel]; ok {
		settle(p, &cfg)
		judge, writer = first(judge, cfg.Judge), first(writer, cfg.Writer)
	} else if f.Panel != "" && !slices.Contains(fusion.PanelNames(), f.Panel) {
		return nil, fmt.Errorf("there is no panel %q; built in are %s", f.Panel, strings.Join(fusion.PanelNames(), ", "))
	}
	if judge == "" {
		judge = s.chooseJudge(f.Panel, lanes)
	}
	if judge != LexicalJudge && judge != "" {
		p.Judge = s.Seat(judge)
	}
	switch {
	case writer != "":
		p.Writer = s.Seat(writer)
	case p.Judge.Demo:
		p.Writer = s.Seat("demo/scribe")
	}
	p.StandIns = s.standIns(p)
	return p, nil
}

// settle takes a configured panel's settings.
func settle(p *fusion.Plan, cfg *config.Panel) {
	if p.Mode == "" {
		p.Mode = fusion.Mode(cfg.Mode)
	}
	p.Criteria = first(p.Criteria, cfg.Criteria)
	p.Quorum, p.Timing.Grace = min(cfg.Quorum, len(p.Members)), cfg.Grace
	if p.BothOrders == nil && cfg.BothOrders {
		p.BothOrders = &cfg.BothOrders
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Seat is a model with what fusion needs to know of it.
func (s *System) Seat(slug string) fusion.Seat {
	seat := fusion.Seat{Model: slug}
	m, _, err := s.Catalog().Resolve(slug)
	if err != nil {
		seat.Vendor, _, _ = strings.Cut(slug, "/")
		return seat
	}
	seat.Vendor, seat.Context, seat.Demo = m.Vendor(), m.Context, m.Demo
	seat.Strict = m.Params.Has(catalog.ParamStructuredOutputs)
	set := s.Providers()
	for i := range m.Endpoints {
		if p := set.Lookup(m.Endpoints[i].Provider); p != nil && p.Usable() == "" {
			seat.Provider = p.Name
			break
		}
	}
	seat.Frontier = m.Demo || frontier(m)
	if m.Demo {
		seat.Vendor = m.ID // its voices stand for models of different makers
	}
	return seat
}

// frontierPrice is what a million completion tokens of a strong model cost at least,
// in dollars. Price is the one measure of strength a catalog of facts has.
const frontierPrice = 8.0

func frontier(m *catalog.Model) bool {
	for i := range m.Endpoints {
		if a, ok := m.Endpoints[i].Prices.Completion.Amount(); ok && a.Float()*1e6 >= frontierPrice {
			return true
		}
	}
	return false
}
