package demo

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Prefix starts the id of every model of this provider.
const Prefix = "demo/"

// Role is what a demo model is there for.
type Role string

// The roles.
const (
	RoleVoice  Role = "voice"  // answers questions
	RoleJudge  Role = "judge"  // compares answers
	RoleWriter Role = "writer" // writes one answer of many
	RoleFault  Role = "fault"  // shows a fault
	RoleSpeech Role = "speech" // speaks or listens
)

// Names of the wire formats, as configuration spells them.
const (
	FormatChat      = "openai"
	FormatMessages  = "anthropic"
	FormatResponses = "responses"
)

// Model describes one demo model to a catalog.
type Model struct {
	ID          string // "demo/alder"
	Name        string
	Description string // one sentence on its character, or on what goes wrong
	Role        Role
	Format      string // the wire format it is meant to be spoken through; it answers on all three
	Context     int    // tokens
	MaxOutput   int    // tokens
	Reasoning   bool   // thinks first
	Tools       bool
	Vision      bool // takes images, of which it sees nothing
	TTFT        time.Duration
	Rate        float64    // tokens per second at Speed 1, on average
	Endpoints   []Endpoint // at least one; in order of preference at equal price
}

// Endpoint is one way to a demo model. Prices are decimal dollars per million
// tokens, plausible and charged by nobody; "0" is free.
type Endpoint struct {
	Tag        string // unique within the model: "demo", "demo/thrift"
	Upstream   string // the name to send as model
	Prompt     string
	Completion string
	CacheRead  string // "": not told
	Reports    bool   // chat completions: usage carries the cost, as gateways do it
	Note       string // what it is like, "" for nothing special
}

// Models lists everything the server answers as, voices first.
func Models() []Model {
	out := slices.Clone(spoken)
	for i := range out {
		out[i].Endpoints = slices.Clone(out[i].Endpoints)
	}
	for _, f := range faultNotes {
		m := Model{ID: Prefix + f.name, Name: "Fault: " + f.name, Description: f.note, Role: RoleFault,
			Format: FormatChat, Context: 32_768, MaxOutput: 16_384, Tools: true, TTFT: faultPace.ttft, Rate: faultPace.rate,
			Endpoints: []Endpoint{{Tag: "demo", Upstream: Prefix + f.name, Prompt: "0", Completion: "0"}}}
		if f.name == "flaky" {
			m.Endpoints = []Endpoint{
				{Tag: "demo/thrift", Upstream: "demo/flaky", Prompt: "0.05", Completion: "0.20", Note: "always rate limited"},
				{Tag: "demo", Upstream: "demo/flaky@steady", Prompt: "0.50", Completion: "2.00", Note: "works"},
			}
		}
		out = append(out, m)
	}
	return out
}

// one is the single endpoint of most models.
func one(upstream, prompt, completion, cacheRead string) []Endpoint {
	return []Endpoint{{Tag: "demo", Upstream: upstream, Prompt: prompt, Completion: completion, CacheRead: cacheRead}}
}

// spoken are the models that answer, read only.
var spoken = []Model{
	{ID: "demo/alder", Name: "Alder", Description: "Careful and thorough: says what it is unsure of and why.", Role: RoleVoice,
		Format: FormatChat, Context: 131_072, MaxOutput: 16_384, Tools: true, Vision: true,
		TTFT: 600 * time.Millisecond, Rate: 62, Endpoints: one("demo/alder", "0.80", "3.20", "0.08")},
	{ID: "demo/birch", Name: "Birch", Description: "Terse: numbers first, few words after.", Role: RoleVoice,
		Format: FormatMessages, Context: 200_000, MaxOutput: 8_192, Tools: true,
		TTFT: 350 * time.Millisecond, Rate: 95, Endpoints: one("demo/birch", "0.60", "2.40", "0.06")},
	{ID: "demo/cedar", Name: "Cedar", Description: "A teacher: explains with examples and pictures in words.", Role: RoleVoice,
		Format: FormatResponses, Context: 131_072, MaxOutput: 16_384, Tools: true, Vision: true,
		TTFT: 750 * time.Millisecond, Rate: 54, Endpoints: one("demo/cedar", "1.10", "4.40", "0.11")},
	{ID: "demo/elm", Name: "Elm", Description: "Confident, fluent and sometimes wrong: worth a second opinion.", Role: RoleVoice,
		Format: FormatChat, Context: 65_536, MaxOutput: 8_192, Tools: true,
		TTFT: 300 * time.Millisecond, Rate: 105, Endpoints: []Endpoint{
			{Tag: "demo/thrift", Upstream: "demo/elm@thrift", Prompt: "0.10", Completion: "0.40", Reports: true, Note: "cheap, and rate limited for every other question"},
			{Tag: "demo", Upstream: "demo/elm", Prompt: "0.40", Completion: "1.60", CacheRead: "0.04", Note: "steady"},
		}},
	{ID: "demo/fir", Name: "Fir", Description: "Free, fast and short.", Role: RoleVoice,
		Format: FormatChat, Context: 32_768, MaxOutput: 4_096,
		TTFT: 220 * time.Millisecond, Rate: 120, Endpoints: one("demo/fir", "0", "0", "")},
	{ID: "demo/hazel", Name: "Hazel", Description: "A reasoner: thinks aloud before it answers.", Role: RoleVoice,
		Format: FormatMessages, Context: 200_000, MaxOutput: 32_768, Tools: true, Reasoning: true,
		TTFT: 850 * time.Millisecond, Rate: 72, Endpoints: one("demo/hazel", "1.50", "6.00", "0.15")},
	{ID: "demo/judge", Name: "Judge", Description: "Compares answers claim by claim, as fusion asks it to.", Role: RoleJudge,
		Format: FormatResponses, Context: 400_000, MaxOutput: 32_768,
		TTFT: 500 * time.Millisecond, Rate: 240, Endpoints: one("demo/judge", "1.00", "4.00", "0.10")},
	{ID: "demo/scribe", Name: "Scribe", Description: "Writes one answer out of what a panel agreed on.", Role: RoleWriter,
		Format: FormatMessages, Context: 200_000, MaxOutput: 16_384,
		TTFT: 450 * time.Millisecond, Rate: 115, Endpoints: one("demo/scribe", "0.70", "2.80", "0.07")},
	{ID: "demo/lark", Name: "Lark", Description: "Turns text into a tune, one tone a syllable.", Role: RoleSpeech,
		Format: FormatChat, Context: 4_096, TTFT: 300 * time.Millisecond, Rate: 100, Endpoints: one("demo/lark", "0.60", "0", "")},
	{ID: "demo/owl", Name: "Owl", Description: "Writes down what it hears: always the same short speech.", Role: RoleSpeech,
		Format: FormatChat, Context: 4_096, TTFT: 300 * time.Millisecond, Rate: 100, Endpoints: one("demo/owl", "0.60", "0", "")},
}

// faultPace is how fault models speak when they do.
var faultPace = pace{ttft: 250 * time.Millisecond, rate: 100, burst: 2}

// faultNotes say what each fault model does, in the order to show them.
var faultNotes = []struct{ name, note string }{
	{"flaky", "The cheap endpoint answers 429 with Retry-After; the dear one works."},
	{"ratelimited", "429 with Retry-After, always."},
	{"overloaded", "503 with Retry-After, always."},
	{"down", "500, always."},
	{"auth", "401: the key is refused."},
	{"payment", "402: the balance is spent."},
	{"forbidden", "403: no access to this model."},
	{"missing", "404: there is no such model."},
	{"context", "400: the prompt is longer than the context."},
	{"invalid", "400: a parameter is not supported."},
	{"slow", "The first token takes 20 seconds."},
	{"keepalive", "Twelve seconds of keep-alive comments before the first token."},
	{"stall", "Stops talking in the middle of the answer and stays connected."},
	{"cut", "The connection drops in the middle of an event."},
	{"garbled", "An event in the middle of the answer is broken JSON."},
	{"inband", "Status 200, then an error event before any text."},
	{"inband-late", "Status 200, some text, then an error event."},
	{"empty", "A proper answer without a word in it."},
	{"refuses", "Declines to answer."},
	{"long", "About 64 KB of Markdown."},
	{"wide", "Ideographs, emoji, combining marks and right-to-left text."},
	{"hostile", "Escape sequences, bidi overrides, forged delimiters and orders to the judge."},
	{"tools", "Calls the tools it is offered."},
	{"muddled", "As a judge: spoils its JSON with talk, a fence and missing brackets."},
}

// voice is the model that speaks under an upstream name, and the part of the name
// after "@". Fault models speak as Fir does.
func voice(upstream string) (m Model, variant string, ok bool) {
	base, variant, _ := strings.Cut(upstream, "@")
	for _, m := range spoken {
		if m.ID == base {
			return m, variant, true
		}
	}
	name, isDemo := trimPrefix(base)
	if _, known := faults[name]; !known || !isDemo {
		return Model{}, "", false
	}
	return Model{ID: base, Role: RoleFault, Context: 32_768, TTFT: faultPace.ttft, Rate: faultPace.rate}, variant, true
}

// trimPrefix is a model's name without "demo/".
func trimPrefix(model string) (name string, isDemo bool) { return strings.CutPrefix(model, Prefix) }

// listModels is GET /v1/models. Both dialects list "data"; what is in it differs.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request) {
	rows := []object{}
	for _, m := range Models() {
		rows = append(rows, modelRow(r, m))
	}
	out := object{"object": "list", "data": rows}
	if r.Header.Get("Anthropic-Version") != "" {
		out = object{"data": rows, "has_more": false, "first_id": rows[0]["id"], "last_id": rows[len(rows)-1]["id"]}
	}
	writeJSON(w, http.StatusOK, out)
}

// showModel is GET /v1/models/{id}.
func (s *Server) showModel(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	for _, m := range Models() {
		if m.ID == id {
			writeJSON(w, http.StatusOK, modelRow(r, m))
			return
		}
	}
	fail(w, formatOf(r), unknownModel(id))
}

// born is the date of all demo models: 1 January 2025.
var born = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func modelRow(r *http.Request, m Model) object {
	if r.Header.Get("Anthropic-Version") != "" {
		return object{"type": "model", "id": m.ID, "display_name": m.Name, "created_at": born.Format(time.RFC3339)}
	}
	return object{"id": m.ID, "object": "model", "created": born.Unix(), "owned_by": "demo"}
}

func unknownModel(id string) *failure {
	return &failure{status: http.StatusNotFound, kind: kindNotFound, param: "model",
		message: "The model `" + id + "` does not exist or you do not have access to it."}
}
