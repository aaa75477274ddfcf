package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/catalog/query"
	"assay/ui/backend"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/overlay"
	"assay/ui/picker"
	"assay/ui/status"
)

// menus opens what there is to choose from.
type menus struct {
	*Screen
	waiting *picker.Model // a list of models that is open and still empty
	items   []picker.Item
	rows    map[*catalog.Model]int // of items
	search  *query.Searcher
}

// fill gives the models to a list that is open already, and to those that will be.
func (m *menus) fill(stock backend.Stock) {
	choices := slices.Clone(stock.Choices)
	slices.SortStableFunc(choices, func(a, b backend.Choice) int {
		return min(len(b.Providers), 1) - min(len(a.Providers), 1)
	})
	m.items, m.rows, m.search = m.modelItems(choices), map[*catalog.Model]int{}, nil
	for i, c := range choices {
		m.rows[c.Model] = i
	}
	if stock.Index != nil {
		m.search = query.NewSearcher(stock.Index)
	}
	if m.waiting != nil {
		m.waiting.SetItems(m.items)
		m.waiting = nil
	}
}

// modelItems are the rows of the model list.
func (m *menus) modelItems(choices []backend.Choice) []picker.Item {
	items := make([]picker.Item, 0, len(choices))
	for _, c := range choices {
		model := c.Model
		var price string
		if len(model.Endpoints) > 0 {
			price = figure.Prices(model.Endpoints[0].Prices.Prompt, model.Endpoints[0].Prices.Completion)
		}
		who, brief, note := strings.Join(c.Providers, ", "), "", ""
		if who == "" {
			who, note = c.Note, markdown.CleanLine(c.Note)
		}
		if strings.HasPrefix(note, "needs ") {
			brief = "no key"
		}
		items = append(items, picker.Item{
			Key: model.ID, Title: markdown.CleanLine(model.ID), Search: markdown.CleanLine(model.Name),
			Cells: []string{price, figure.Tokens(model.Context), m.short(markdown.CleanLine(who), 24)}, Brief: brief, Note: note, Dim: len(c.Providers) == 0,
		})
	}
	return items
}

// narrow finds models in the language of the catalog. Those that can be asked now
// come first.
func (m *menus) narrow(text string) (rows []int, fault string) {
	q, err := query.Compile(text)
	if err != nil {
		return nil, markdown.CleanLine(err.Error())
	}
	for _, h := range m.search.Search(q, query.Sort{}) {
		if i, ok := m.rows[h.Model]; ok {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return dim(m.items[a]) - dim(m.items[b]) })
	return rows, ""
}

func dim(it picker.Item) int {
	if it.Dim {
		return 1
	}
	return 0
}

// short cuts a list of names for a column.
func (m *menus) short(s string, n int) string { return ansi.Truncate(s, n, m.o.Styles.Glyph.More) }

func (m *menus) open(o picker.Options, items []picker.Item) *picker.Model {
	p := picker.New(m.o.Styles, o, items)
	m.o.Open(p)
	return p
}

// openModels opens the list of models, filled now or as soon as they are known.
func (m *menus) openModels(o picker.Options) tea.Cmd {
	o.Hint = "type a name, or free, tools, vision, ctx>200k, in<1, by:anthropic"
	o.Narrow = func(text string) ([]int, string) {
		if m.search == nil || strings.TrimSpace(text) == "" {
			all := make([]int, len(m.items))
			for i := range all {
				all[i] = i
			}
			return all, ""
		}
		return m.narrow(text)
	}
	if m.items == nil {
		o.Empty = "reading the catalog"
		m.waiting = m.open(o, nil)
		return m.loadModels
	}
	m.open(o, m.items)
	return nil
}

// models chooses the lanes.
func (m *menus) models(query string) tea.Cmd {
	var now []string
	for _, c := range m.stage.talk.Lanes() {
		if !slices.Contains(now, c.Setup.Request.Model) {
			now = append(now, c.Setup.Request.Model)
		}
	}
	return m.openModels(picker.Options{
		Title: "Models to ask", Multi: true, Ticked: now, Query: query,
		Chosen: m.Choose,
	})
}

// choose makes the lanes be these models. A model that has several lanes keeps them.
func (m *menus) choose(picked []string) {
	var all []string
	for _, id := range picked {
		n := 0
		for _, c := range m.stage.talk.Lanes() {
			if c.Setup.Request.Model == id {
				n++
			}
		}
		for range max(n, 1) {
			all = append(all, id)
		}
	}
	m.stage.talk.Choose(all)
}

// swap puts another model into a lane.
func (m *menus) swap(c *column) tea.Cmd {
	return m.openModels(picker.Options{
		Title: fmt.Sprintf("Model of lane %d", c.place+1),
		Chosen: func(picked []string) tea.Cmd {
			s := c.setup
			s.Request.Model, s.Provider = picked[0], ""
			m.stage.talk.Configure(c.ID, s)
			return tea.Batch(m.prompt.drafted(), m.settle(), m.asked(c))
		},
	})
}

// asked says what changed settings mean for a lane that has answered already.
func (m *menus) asked(c *column) tea.Cmd {
	m.dirty = true
	if c.lane == nil {
		return nil
	}
	return m.o.Say(status.Info, fmt.Sprintf("lane %d is set for the next prompt; %s asks it now", c.place+1, m.key(keys.Retry)))
}

// panels chooses a fusion panel: its members become the lanes.
func (m *menus) panels() tea.Cmd {
	panels := m.o.Backend.Panels()
	var items []picker.Item
	for _, p := range panels {
		note := p.Note
		if note == "" {
			note = strings.Join(p.Members, ", ")
		}
		items = append(items, picker.Item{Key: p.Name, Title: markdown.CleanLine(p.Name), Search: strings.Join(p.Members, " "), Cells: []string{m.short(markdown.CleanLine(note), 60)}})
	}
	m.open(picker.Options{Title: "Fusion panel", Hint: "type a name", Empty: "no panels are configured", Chosen: func(picked []string) tea.Cmd {
		for _, p := range panels {
			if p.Name == picked[0] {
				m.stage.talk.Panel, m.stage.talk.Fuse = p.Name, true
				m.stage.talk.Choose(p.Members)
			}
		}
		m.dirty = true
		return tea.Batch(m.prompt.drafted(), m.settle())
	}}, items)
	return nil
}

// preset chooses a preset for a lane; choosing the one it has takes it away.
func (m *menus) preset(c *column) tea.Cmd {
	presets := m.o.Backend.Presets()
	items := []picker.Item{{Key: "", Title: "no preset"}}
	for _, p := range presets {
		items = append(items, picker.Item{Key: p.Name, Title: markdown.CleanLine(p.Name), Cells: []string{figure.Short(markdown.CleanLine(p.Model)), m.short(markdown.CleanLine(p.Note), 40)}})
	}
	m.open(picker.Options{Title: fmt.Sprintf("Preset of lane %d", c.place+1), Hint: "type a name", Chosen: func(picked []string) tea.Cmd {
		s := c.setup
		s.Preset = picked[0]
		for _, p := range presets {
			if p.Name == s.Preset && p.Model != "" {
				s.Request.Model = p.Model
			}
		}
		m.stage.talk.Configure(c.ID, s)
		return tea.Batch(m.prompt.drafted(), m.asked(c))
	}}, items)
	return nil
}

// pin chooses the provider of a lane.
func (m *menus) pin(c *column) tea.Cmd {
	choice, known := m.stage.models[c.setup.Request.Model]
	if !known || len(choice.Model.Endpoints) == 0 {
		return m.o.Say(status.Info, "no endpoint of this model is known")
	}
	items := []picker.Item{{Key: "", Title: "whichever the routing picks"}}
	for _, e := range choice.Model.Endpoints {
		items = append(items, picker.Item{
			Key: e.Provider, Title: figure.Endpoint(e.Provider, e.Tag), Dim: !slices.Contains(choice.Providers, e.Provider),
			Cells: []string{figure.Prices(e.Prices.Prompt, e.Prices.Completion), figure.Tokens(e.Context), markdown.CleanLine(e.Quantization)},
		})
	}
	m.open(picker.Options{Title: fmt.Sprintf("Provider of lane %d", c.place+1), Hint: "type a name", Chosen: func(picked []string) tea.Cmd {
		s := c.setup
		s.Provider = picked[0]
		m.stage.talk.Configure(c.ID, s)
		return tea.Batch(m.prompt.drafted(), m.asked(c))
	}}, items)
	return nil
}

// params asks for the parameters of a lane.
func (m *menus) params(c *column) tea.Cmd {
	m.o.Open(overlay.NewInput(m.o.Styles, fmt.Sprintf("Parameters of lane %d", c.place+1), names(parameters()), written(&c.setup.Request), func(text string) (tea.Cmd, error) {
		blank := c.setup.Request
		for _, p := range parameters() {
			if err := p.set(&blank, ""); err != nil {
				return nil, err
			}
		}
		r, err := typed(blank, text)
		if err != nil {
			return nil, err
		}
		s := c.setup
		s.Request = r
		m.stage.talk.Configure(c.ID, s)
		return tea.Batch(m.prompt.drafted(), m.asked(c)), nil
	}))
	return nil
}

// system asks for the instructions that go before the conversation, in every lane.
func (m *menus) system() tea.Cmd {
	now := ""
	if lanes := m.stage.talk.Lanes(); len(lanes) > 0 {
		now = lanes[0].Setup.System
	}
	m.o.Open(overlay.NewInput(m.o.Styles, "System prompt of every lane", "sent before the conversation; empty sends none", now, func(text string) (tea.Cmd, error) {
		return m.setSystem(text), nil
	}))
	return nil
}

func (m *menus) setSystem(text string) tea.Cmd {
	for _, c := range m.stage.talk.Lanes() {
		s := c.Setup
		s.System = strings.TrimSpace(text)
		m.stage.talk.Configure(c.ID, s)
	}
	return m.prompt.drafted()
}

// code copies one code block of a lane's answer.
func (m *menus) code(c *column) tea.Cmd {
	if c.lane == nil {
		return m.o.Say(status.Info, "this lane has no answer yet")
	}
	blocks := markdown.CodeBlocks(c.lane.Text)
	switch len(blocks) {
	case 0:
		return m.o.Say(status.Info, "there is no code in this answer")
	case 1:
		return m.o.Copy(blocks[0].Text, "code block")
	}
	var items []picker.Item
	for i, b := range blocks {
		first, _, _ := strings.Cut(strings.TrimSpace(b.Text), "\n")
		items = append(items, picker.Item{
			Key: strconv.Itoa(i), Title: markdown.CleanLine(first), Search: markdown.CleanLine(b.Lang),
			Cells: []string{markdown.CleanLine(b.Lang), fmt.Sprintf("%d lines", strings.Count(b.Text, "\n"))},
		})
	}
	m.open(picker.Options{Title: "Copy a code block", Hint: "type to search", Chosen: func(picked []string) tea.Cmd {
		if i, err := strconv.Atoi(picked[0]); err == nil && i < len(blocks) {
			return m.o.Copy(blocks[i].Text, "code block")
		}
		return nil
	}}, items)
	return nil
}

// history searches earlier prompts.
func (m *menus) history() tea.Cmd {
	past := m.box.History()
	if len(past) == 0 {
		return m.o.Say(status.Info, "there are no earlier prompts")
	}
	var items []picker.Item
	for i, p := range past {
		items = append(items, picker.Item{Key: strconv.Itoa(i), Title: markdown.CleanLine(p)})
	}
	m.open(picker.Options{Title: "Earlier prompts", Hint: "type to search", Chosen: func(picked []string) tea.Cmd {
		if i, err := strconv.Atoi(picked[0]); err == nil && i < len(past) {
			m.box.SetValue(past[i])
			m.focus.spot = onComposer
			m.dirty = true
		}
		return tea.Batch(m.prompt.drafted(), m.settle())
	}}, items)
	return nil
}
