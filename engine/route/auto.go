package route

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"assay/catalog"
)

// Choice is what a router decided.
type Choice struct {
	Targets []Target // the model picked and its stand-ins
	Task    Task
	Why     string
}

// autoStandIns is how many further models a router names as fallbacks.
const autoStandIns = 2

// Auto picks models for a task among those usable, with everything the request needs.
// It keeps a price band that fits the task, prefers a published benchmark of that
// kind where one is known, and otherwise the newest model of the band. The same
// input gives the same choice. ok is false when no model fits.
func Auto(models []*catalog.Model, usable func(*catalog.Endpoint) bool, need Need, task Task) (c Choice, ok bool) {
	fits := fitting(models, usable, need, task)
	if len(fits) == 0 {
		return Choice{Task: task}, false
	}
	slices.SortFunc(fits, func(a, b fit) int {
		return cmp.Or(cmp.Compare(a.price, b.price), strings.Compare(a.model.ID, b.model.ID))
	})
	low, high := band(task)
	in := fits[int(low*float64(len(fits))):max(int(math.Ceil(high*float64(len(fits)))), 1)]
	measured := 0
	for _, f := range in {
		if f.score > 0 {
			measured++
		}
	}
	slices.SortStableFunc(in, func(a, b fit) int {
		if measured > 0 {
			if d := cmp.Compare(b.score, a.score); d != 0 {
				return d
			}
		}
		return cmp.Or(cmp.Compare(b.model.Created, a.model.Created), cmp.Compare(a.price, b.price))
	})
	c = Choice{Task: task}
	for _, f := range in[:min(len(in), 1+autoStandIns)] {
		c.Targets = append(c.Targets, Target{Model: f.model})
	}
	basis := "newest of its price band"
	if in[0].score > 0 {
		basis = fmt.Sprintf("best %s score of its price band (%.1f)", in[0].scoreName, in[0].score)
	}
	c.Why = fmt.Sprintf("%s prompt: %s of %d models that fit, %s", task, in[0].model.ID, len(fits), basis)
	return c, true
}

// Free picks models with a free usable endpoint, in an order drawn from the seed so
// that no single one is worn out.
func Free(models []*catalog.Model, usable func(*catalog.Endpoint) bool, need Need, seed int64) (c Choice, ok bool) {
	free := func(e *catalog.Endpoint) bool { return e.Free() && usable(e) }
	fits := fitting(models, free, need, TaskChat)
	slices.SortFunc(fits, func(a, b fit) int {
		return cmp.Compare(mix(uint64(seed)^hash(a.model.ID)), mix(uint64(seed)^hash(b.model.ID)))
	})
	for _, f := range fits[:min(len(fits), 5)] {
		c.Targets = append(c.Targets, Target{Model: f.model, Sort: SortPrice})
	}
	c.Why = fmt.Sprintf("one of %d free models that fit", len(fits))
	return c, len(fits) > 0
}

type fit struct {
	model     *catalog.Model
	price     float64
	score     float64
	scoreName string
}

// fitting are the models a task can go to, with the price of their cheapest endpoint.
func fitting(models []*catalog.Model, usable func(*catalog.Endpoint) bool, need Need, task Task) []fit {
	var fits []fit
	for _, m := range models {
		if m.Router || m.Gone || m.AliasOf != "" || m.Output != 0 && !m.Output.Has(catalog.Text) ||
			m.Input != 0 && !m.Input.Has(need.Input) || !m.Params.Has(need.Params&(catalog.ParamTools|catalog.ParamResponseFormat)) ||
			m.Context > 0 && m.Context < need.Prompt+need.MaxTokens {
			continue
		}
		best := math.Inf(1)
		for i := range m.Endpoints {
			if e := &m.Endpoints[i]; usable(e) {
				if p := blended(&e.Prices, need.Prompt); p < best {
					best = p
				}
			}
		}
		if math.IsInf(best, 1) {
			continue
		}
		f := fit{model: m, price: best}
		f.score, f.scoreName = benchmark(m, task)
		fits = append(fits, f)
	}
	return fits
}

// band is the share of fitting models, from cheap to dear, that a task is given.
func band(task Task) (low, high float64) {
	switch task {
	case TaskCode, TaskMaths, TaskTools:
		return .45, .80
	case TaskVision, TaskLongContext:
		return .30, .65
	}
	return .20, .50
}

// benchmark is the published score that says most about a task, 0 when none is known.
func benchmark(m *catalog.Model, task Task) (float64, string) {
	want := []string{"intelligence"}
	switch task {
	case TaskCode:
		want = []string{"coding", "intelligence"}
	case TaskTools:
		want = []string{"agentic", "intelligence"}
	}
	for _, w := range want {
		for _, s := range m.Scores {
			if strings.Contains(s.Name, w) {
				return s.Value, w
			}
		}
	}
	return 0, ""
}
