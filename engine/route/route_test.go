package route_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"assay/catalog"
	"assay/engine/route"
	"assay/internal/usd"
)

// ep makes an endpoint: tag (its provider is the part before "/") and prices in
// dollars per million tokens; "?" is unknown.
func ep(tag, prompt, completion string, opts ...func(*catalog.Endpoint)) catalog.Endpoint {
	provider, _, _ := strings.Cut(tag, "/")
	e := catalog.Endpoint{
		Model: "m/one", Provider: provider, Tag: tag, Upstream: tag, Context: 100_000,
		Params: catalog.ParamsOf("temperature", "max_tokens", "tools", "tool_choice", "response_format"), Input: catalog.Text,
	}
	e.Prices.Prompt, e.Prices.Completion = price(prompt), price(completion)
	for _, o := range opts {
		o(&e)
	}
	return e
}

func price(s string) usd.Price {
	if s == "?" {
		return usd.Unknown
	}
	p, err := usd.ParsePricePerMillion(s)
	if err != nil {
		panic(err)
	}
	return p
}

func model(eps ...catalog.Endpoint) *catalog.Model {
	return &catalog.Model{ID: "m/one", Author: "m", Endpoints: eps}
}

// world is an input in which every provider is usable unless said otherwise.
type world struct {
	up     map[string]route.Upstream
	health map[string]route.Health
}

func (w world) plan(m *catalog.Model, change func(*route.Input)) route.Plan {
	in := route.Input{
		Targets: []route.Target{{Model: m}}, Need: route.Need{Prompt: 100, Input: catalog.Text}, Seed: 1,
		Upstream: func(p string) route.Upstream { return w.up[p] },
		Health:   func(e *catalog.Endpoint) route.Health { return w.health[e.Tag] },
	}
	if change != nil {
		change(&in)
	}
	return route.Make(in)
}

func tags(p route.Plan) []string {
	var out []string
	for i := range p.Candidates {
		out = append(out, p.Candidates[i].Endpoint.Tag)
	}
	return out
}

func excluded(p route.Plan) map[string]route.By {
	out := map[string]route.By{}
	for _, x := range p.Excluded {
		out[x.Endpoint.Tag] = x.By
	}
	return out
}

func TestHardFilters(t *testing.T) {
	for _, tc := range []struct {
		name string
		eps  []catalog.Endpoint
		up   map[string]route.Upstream
		set  func(*route.Input)
		want map[string]route.By // excluded; "a" must survive
	}{
		{"no key", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1")},
			map[string]route.Upstream{"b": {Unusable: "no_key"}}, nil, map[string]route.By{"b": route.ByNoKey}},
		{"only", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Prefs.Only = []string{"a"} }, map[string]route.By{"b": route.ByOnly}},
		{"only, gateway obeys by itself", []catalog.Endpoint{ep("a", "1", "1"), ep("gate", "1", "1")},
			map[string]route.Upstream{"gate": {Gateway: true}},
			func(in *route.Input) { in.Prefs.Only = []string{"a"} }, map[string]route.By{}},
		{"ignore base slug hits every variant", []catalog.Endpoint{ep("a", "1", "1"), ep("b/turbo", "1", "1"), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Prefs.Ignore = []string{"b"} }, map[string]route.By{"b": route.ByIgnore, "b/turbo": route.ByIgnore}},
		{"ignore tag hits one", []catalog.Endpoint{ep("a", "1", "1"), ep("b/turbo", "1", "1"), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Prefs.Ignore = []string{"b/turbo"} }, map[string]route.By{"b/turbo": route.ByIgnore}},
		{"zdr", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1"), ep("c", "1", "1")},
			map[string]route.Upstream{"a": {Policy: catalog.PolicyZDR}, "b": {Policy: catalog.PolicyTransient}, "c": {Policy: catalog.PolicyUnknown}},
			func(in *route.Input) { in.Prefs.ZDR = true }, map[string]route.By{"b": route.ByZDR, "c": route.ByZDR}},
		{"deny", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1"), ep("c", "1", "1"), ep("d", "1", "1")},
			map[string]route.Upstream{"a": {Policy: catalog.PolicyTransient}, "b": {Policy: catalog.PolicyStores}, "c": {Policy: catalog.PolicyTrains}, "d": {}},
			func(in *route.Input) { in.Prefs.DenyCollection = true },
			map[string]route.By{"b": route.ByTraining, "c": route.ByTraining, "d": route.ByTraining}},
		{"own machine passes every policy", []catalog.Endpoint{ep("a", "0", "0")}, map[string]route.Upstream{"a": {Local: true}},
			func(in *route.Input) { in.Prefs.ZDR, in.Prefs.DenyCollection = true, true }, map[string]route.By{}},
		{"endpoint policy beats provider's", []catalog.Endpoint{ep("a", "1", "1", func(e *catalog.Endpoint) { e.Policy = catalog.PolicyZDR })},
			map[string]route.Upstream{"a": {Policy: catalog.PolicyTrains}},
			func(in *route.Input) { in.Prefs.ZDR = true }, map[string]route.By{}},
		{"max price is inclusive, unknown never passes", []catalog.Endpoint{ep("a", "1", "2"), ep("b", "1.01", "2"), ep("c", "?", "2")}, nil,
			func(in *route.Input) { in.Prefs.MaxPrice.Prompt = price("1") },
			map[string]route.By{"b": route.ByMaxPrice, "c": route.ByMaxPrice}},
		{"max price looks at the tier of this prompt", []catalog.Endpoint{ep("a", "1", "2"), ep("b", "1", "2", func(e *catalog.Endpoint) {
			e.Prices.Tiers = []catalog.Tier{{MinPromptTokens: 50, Prices: catalog.Prices{Prompt: price("9")}}}
		})}, nil,
			func(in *route.Input) { in.Prefs.MaxPrice.Prompt = price("1") }, map[string]route.By{"b": route.ByMaxPrice}},
		{"context", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1", func(e *catalog.Endpoint) { e.Context = 99 })}, nil, nil,
			map[string]route.By{"b": route.ByContext}},
		{"max tokens", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1", func(e *catalog.Endpoint) { e.MaxOutput = 10 })}, nil,
			func(in *route.Input) { in.Need.MaxTokens = 11 }, map[string]route.By{"b": route.ByMaxOutput}},
		{"quantization, fp4 includes mxfp4", []catalog.Endpoint{
			ep("a", "1", "1", func(e *catalog.Endpoint) { e.Quantization = "mxfp4" }),
			ep("b", "1", "1", func(e *catalog.Endpoint) { e.Quantization = "int4" }), ep("c", "1", "1")}, nil,
			func(in *route.Input) { in.Prefs.Quantizations = []string{"fp4"} },
			map[string]route.By{"b": route.ByQuantization, "c": route.ByQuantization}},
		{"require parameters", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1", func(e *catalog.Endpoint) { e.Params = 0 })}, nil,
			func(in *route.Input) { in.Prefs.RequireParameters, in.Need.Params = true, catalog.Param("temperature") },
			map[string]route.By{"b": route.ByParameters}},
		{"tools narrow even unasked", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1", func(e *catalog.Endpoint) { e.Params = 0 })}, nil,
			func(in *route.Input) { in.Need.Params = catalog.ParamTools }, map[string]route.By{"b": route.ByParameters}},
		{"service tiers need their tag", []catalog.Endpoint{ep("a", "1", "1"), ep("a/priority", "2", "2")}, nil,
			func(in *route.Input) { in.Prefs.Order = []string{"a"} }, map[string]route.By{"a/priority": route.ByServiceTier}},
		{"image input", []catalog.Endpoint{ep("a", "1", "1", func(e *catalog.Endpoint) { e.Input |= catalog.Image }), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Need.Input |= catalog.Image }, map[string]route.By{"b": route.ByModality}},
		{"pin", []catalog.Endpoint{ep("a", "9", "9"), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Pin = "a" }, map[string]route.By{"b": route.ByPin}},
		{"no fallbacks", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "2", "2")}, nil,
			func(in *route.Input) { in.Prefs.NoFallbacks, in.Prefs.Sort = true, route.SortPrice }, map[string]route.By{"b": route.ByNoFallbacks}},
		{"no fallbacks keeps the whole order", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "2", "2"), ep("c", "3", "3")}, nil,
			func(in *route.Input) { in.Prefs.NoFallbacks, in.Prefs.Order = true, []string{"b", "a"} }, map[string]route.By{"c": route.ByNoFallbacks}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := world{up: tc.up}.plan(model(tc.eps...), tc.set)
			if got := excluded(p); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("excluded %v, want %v", got, tc.want)
			}
			if len(p.Candidates)+len(p.Excluded) != len(tc.eps) {
				t.Errorf("an endpoint is neither candidate nor excluded: %v %v", tags(p), p.Excluded)
			}
			if len(p.Candidates) == 0 {
				t.Error("nothing survived")
			}
		})
	}
}

func TestOrdering(t *testing.T) {
	sick := route.Health{Requests: 10, Uptime: 0.5}
	shaky := route.Health{Requests: 20, Uptime: 0.9}
	for _, tc := range []struct {
		name   string
		eps    []catalog.Endpoint
		health map[string]route.Health
		set    func(*route.Input)
		want   string
	}{
		{"price", []catalog.Endpoint{ep("a", "3", "3"), ep("b", "1", "1"), ep("c", "2", "2")}, nil,
			func(in *route.Input) { in.Prefs.Sort = route.SortPrice }, "b c a"},
		{"price, unknown last", []catalog.Endpoint{ep("a", "?", "?"), ep("b", "1", "1")}, nil,
			func(in *route.Input) { in.Prefs.Sort = route.SortPrice }, "b a"},
		{"latency, unknown last", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1"), ep("c", "1", "1")},
			map[string]route.Health{"b": {TTFT: route.Percentiles{P50: 2}}, "c": {TTFT: route.Percentiles{P50: 1}}},
			func(in *route.Input) { in.Prefs.Sort = route.SortLatency }, "c b a"},
		{"throughput", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "1", "1"), ep("c", "1", "1")},
			map[string]route.Health{"b": {Throughput: route.Percentiles{P50: 20}}, "c": {Throughput: route.Percentiles{P50: 90}}},
			func(in *route.Input) { in.Prefs.Sort = route.SortThroughput }, "c b a"},
		{"nitro beats the configured sort", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "9", "9")},
			map[string]route.Health{"b": {Throughput: route.Percentiles{P50: 20}}},
			func(in *route.Input) { in.Prefs.Sort, in.Targets[0].Sort = route.SortPrice, route.SortThroughput }, "b a"},
		{"explicit sort beats exacto", []catalog.Endpoint{ep("a", "2", "2"), ep("b", "1", "1")},
			map[string]route.Health{"a": {Requests: 9, Uptime: 1}},
			func(in *route.Input) { in.Prefs.Sort, in.Targets[0].Sort = route.SortPrice, route.SortExacto }, "b a"},
		{"order first, then the rest by price draw", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5"), ep("c", "9", "9")}, nil,
			func(in *route.Input) { in.Prefs.Order = []string{"c", "b"} }, "c b a"},
		{"down is last, shaky before it", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5"), ep("c", "9", "9")},
			map[string]route.Health{"a": sick, "b": shaky}, nil, "c b a"},
		{"open breaker is last", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {Breaker: route.Open}}, nil, "b a"},
		{"even in an order, an open breaker is last", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {Breaker: route.Open}}, func(in *route.Input) { in.Prefs.Order = []string{"a", "b"} }, "b a"},
		{"few requests do not condemn", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {Requests: 1, Uptime: 0}}, nil, "a b"},
		{"one failure is no ground for doubt", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {Requests: 6, Uptime: 5. / 6}}, nil, "a b"},
		{"one half-open endpoint stands among the healthy", []catalog.Endpoint{ep("a", "1", "1"), ep("b", "2", "2"), ep("c", "9", "9"), ep("d", "3", "3")},
			map[string]route.Health{"a": {Breaker: route.HalfOpen}, "b": {Breaker: route.HalfOpen}, "d": {Breaker: route.HalfOpen}},
			func(in *route.Input) { in.Prefs.Sort = route.SortPrice }, "a c b d"},
		{"threshold demotes", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {Throughput: route.Percentiles{P50: 10, P90: 5}}},
			func(in *route.Input) { in.Prefs.MinThroughput.P90 = 8 }, "b a"},
		{"latency threshold demotes", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"a": {TTFT: route.Percentiles{P50: 3}}},
			func(in *route.Input) { in.Prefs.MaxLatency.P50 = 2 }, "b a"},
		{"warm cache first", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")}, nil,
			func(in *route.Input) { in.Sticky = "b" }, "b a"},
		{"warm cache is no reason to ask the dead", []catalog.Endpoint{ep("a", "0", "0"), ep("b", "5", "5")},
			map[string]route.Health{"b": sick}, func(in *route.Input) { in.Sticky = "b" }, "a b"},
		{"floor admits flex", []catalog.Endpoint{ep("a", "2", "2"), ep("a/flex", "1", "1")}, nil,
			func(in *route.Input) { in.Targets[0].Sort, in.Targets[0].Tier = route.SortPrice, "flex" }, "a/flex a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := world{health: tc.health}.plan(model(tc.eps...), tc.set)
			if got := strings.Join(tags(p), " "); got != tc.want {
				t.Errorf("order %q, want %q", got, tc.want)
			}
		})
	}
}

func TestFallbackModels(t *testing.T) {
	one, two := model(ep("a", "5", "5"), ep("b", "6", "6")), &catalog.Model{ID: "m/two", Endpoints: []catalog.Endpoint{ep("c", "1", "1")}}
	both := func(in *route.Input) {
		in.Targets = []route.Target{{Model: one}, {Model: two}}
		in.Prefs.Sort = route.SortPrice
	}
	if got := tags(world{}.plan(one, both)); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Errorf("model by model: %v", got)
	}
	across := func(in *route.Input) { both(in); in.Prefs.AcrossModels = true }
	if got := tags(world{}.plan(one, across)); !reflect.DeepEqual(got, []string{"c", "a", "b"}) {
		t.Errorf("across models: %v", got)
	}
}

// The first place is drawn with weight 1/price²: at $1 and $3 that is 9 to 1.
func TestDrawFollowsTheRule(t *testing.T) {
	m := model(ep("a", "1", "1"), ep("b", "3", "3"))
	const n = 20_000
	first := map[string]int{}
	for seed := range int64(n) {
		p := world{}.plan(m, func(in *route.Input) { in.Seed = seed })
		first[p.Candidates[0].Endpoint.Tag]++
	}
	if got := float64(first["a"]) / n; math.Abs(got-0.9) > 0.01 {
		t.Errorf("the cheaper came first in %.3f of draws, want 0.9", got)
	}
	p := world{}.plan(m, nil)
	for i := range p.Candidates {
		if c := &p.Candidates[i]; c.Endpoint.Tag == "a" && math.Abs(c.Share-0.9) > 1e-9 {
			t.Errorf("share is told as %v", c.Share)
		}
	}
}

func TestPoliciesMergeStrictest(t *testing.T) {
	on := route.Preferences{ZDR: true, DenyCollection: true, Only: []string{"a", "b/turbo"}, Ignore: []string{"x"}, MaxPrice: route.MaxPrice{Prompt: price("1")}, Sort: route.SortPrice, Order: []string{"a"}}
	over := route.Preferences{Only: []string{"b", "c"}, Ignore: []string{"y"}, MaxPrice: route.MaxPrice{Prompt: price("2"), Completion: price("3")}, Sort: route.SortLatency}
	m := on.Merge(over)
	if !m.ZDR || !m.DenyCollection {
		t.Error("a request relaxed a policy")
	}
	if !reflect.DeepEqual(m.Only, []string{"b/turbo"}) || !reflect.DeepEqual(m.Ignore, []string{"x", "y"}) {
		t.Errorf("only %v, ignore %v", m.Only, m.Ignore)
	}
	if m.MaxPrice.Prompt != price("1") || m.MaxPrice.Completion != price("3") {
		t.Errorf("max price %+v", m.MaxPrice)
	}
	if m.Sort != route.SortLatency || !reflect.DeepEqual(m.Order, []string{"a"}) {
		t.Errorf("taste: %v %v", m.Sort, m.Order)
	}
	disjoint := route.Preferences{Only: []string{"a"}}.Merge(route.Preferences{Only: []string{"z"}})
	if p := (world{up: map[string]route.Upstream{"gate": {Gateway: true}}}).plan(model(ep("a", "1", "1"), ep("z", "1", "1"), ep("gate", "1", "1")), func(in *route.Input) { in.Prefs = disjoint }); len(p.Candidates) != 0 {
		t.Errorf("disjoint allowlists leave %v", tags(p))
	}
}

func TestEmptyPlanSaysWhy(t *testing.T) {
	m := model(ep("a", "9", "9"), ep("b", "1", "1"))
	p := world{up: map[string]route.Upstream{"b": {Unusable: "no_key"}}}.plan(m, func(in *route.Input) { in.Prefs.MaxPrice.Prompt = price("1") })
	msg := p.Empty("m/one").Message
	for _, want := range []string{"m/one", "max_price (a)", "no_key (b)"} {
		if !strings.Contains(msg, want) {
			t.Errorf("%q lacks %q", msg, want)
		}
	}
	if got := p.Remedy(); got != "raise max_price" {
		t.Errorf("remedy %q", got)
	}
}

// randomInput makes any input at all, from a seed.
func randomInput(seed uint64) route.Input {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(names ...string) []string {
		var out []string
		for _, n := range names {
			if r.IntN(4) == 0 {
				out = append(out, n)
			}
		}
		return out
	}
	var eps []catalog.Endpoint
	up, health := map[string]route.Upstream{}, map[string]route.Health{}
	for i := range r.IntN(12) {
		tag := fmt.Sprintf("p%d", i)
		if r.IntN(4) == 0 {
			tag += "/turbo"
		}
		prices := []string{"0", "0.1", "1", "2.5", "?", ""}
		e := ep(tag, prices[r.IntN(len(prices))], prices[r.IntN(len(prices))])
		e.Context, e.MaxOutput = r.IntN(3)*60, r.IntN(3)*50
		e.Quantization = []string{"", "fp8", "int4"}[r.IntN(3)]
		e.Params = catalog.Params(r.Uint64())
		eps = append(eps, e)
		up[e.Provider] = route.Upstream{Unusable: []string{"", "", "no_key"}[r.IntN(3)], Policy: []catalog.Policy{"", catalog.PolicyZDR, catalog.PolicyTrains}[r.IntN(3)], Gateway: r.IntN(6) == 0}
		health[tag] = route.Health{Breaker: route.Breaker(r.IntN(3)), Requests: r.IntN(20), Uptime: r.Float64(), TTFT: route.Percentiles{P50: r.Float64()}}
	}
	in := route.Input{
		Targets: []route.Target{{Model: model(eps...)}}, Seed: int64(seed),
		Need:     route.Need{Prompt: r.IntN(120), MaxTokens: r.IntN(3) * 40, Input: catalog.Text, Params: catalog.Params(r.Uint64() & r.Uint64())},
		Upstream: func(p string) route.Upstream { return up[p] },
		Health:   func(e *catalog.Endpoint) route.Health { return health[e.Tag] },
	}
	in.Prefs = route.Preferences{
		Order: pick("p1", "p2", "p3/turbo"), Only: pick("p0", "p1", "p2", "p3", "p4", "p5"), Ignore: pick("p1", "p2"),
		ZDR: r.IntN(4) == 0, DenyCollection: r.IntN(4) == 0, NoFallbacks: r.IntN(6) == 0, RequireParameters: r.IntN(4) == 0,
		Sort: []route.Sort{"", route.SortPrice, route.SortLatency, route.SortThroughput, route.SortUptime, route.SortExacto}[r.IntN(6)],
	}
	if r.IntN(3) == 0 {
		in.Prefs.MaxPrice.Prompt = price("1")
	}
	return in
}

func checkPlan(t *testing.T, in route.Input) {
	t.Helper()
	p := route.Make(in)
	seen := map[string]int{}
	for i := range p.Candidates {
		e := p.Candidates[i].Endpoint
		seen[e.Tag]++
		up := in.Upstream(e.Provider)
		switch {
		case up.Unusable != "":
			t.Fatalf("%s is %s and would be tried", e.Tag, up.Unusable)
		case in.Prefs.ZDR && !up.Gateway && up.Policy != catalog.PolicyZDR && e.Policy != catalog.PolicyZDR:
			t.Fatalf("%s passed zdr", e.Tag)
		case in.Prefs.RequireParameters && !e.Params.Has(in.Need.Params):
			t.Fatalf("%s lacks a required parameter", e.Tag)
		}
		if limit, ok := in.Prefs.MaxPrice.Prompt.Amount(); ok {
			if a, known := e.Prices.Prompt.Amount(); !known || limit.Less(a) {
				t.Fatalf("%s passed max_price", e.Tag)
			}
		}
	}
	for _, x := range p.Excluded {
		seen[x.Endpoint.Tag]++
		if x.By == "" {
			t.Fatalf("%s is excluded by nothing", x.Endpoint.Tag)
		}
	}
	if len(seen) != len(in.Targets[0].Model.Endpoints) {
		t.Fatalf("%d of %d endpoints accounted for", len(seen), len(in.Targets[0].Model.Endpoints))
	}
	for tag, n := range seen {
		if n != 1 {
			t.Fatalf("%s appears %d times", tag, n)
		}
	}
	if again := route.Make(in); !reflect.DeepEqual(tags(p), tags(again)) || !reflect.DeepEqual(p.Event("x"), again.Event("x")) {
		t.Fatal("same input, another plan")
	}
}

func TestProperties(t *testing.T) {
	for seed := range uint64(5000) {
		checkPlan(t, randomInput(seed))
	}
}

func FuzzMake(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkPlan(t, randomInput(seed)) })
}

// BenchmarkMake plans over a model with 30 endpoints; the figure to look at is
// plans/s.
func BenchmarkMake(b *testing.B) {
	var eps []catalog.Endpoint
	well := route.Health{Requests: 100, Uptime: 1, TTFT: route.Percentiles{P50: .5}, Throughput: route.Percentiles{P50: 60}}
	for i := range 30 {
		tag := fmt.Sprintf("provider%02d", i)
		eps = append(eps, ep(tag, fmt.Sprintf("%d.%d", 1+i%4, i), "3"))
	}
	m := model(eps...)
	in := route.Input{
		Targets: []route.Target{{Model: m}}, Need: route.Need{Prompt: 1000, Input: catalog.Text},
		Upstream: func(string) route.Upstream { return route.Upstream{Policy: catalog.PolicyTransient} },
		Health:   func(*catalog.Endpoint) route.Health { return well },
	}
	b.ReportAllocs()
	for b.Loop() {
		in.Seed++
		if p := route.Make(in); len(p.Candidates) != 30 {
			b.Fatal("lost endpoints")
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "plans/s")
}
