// Package config reads the configuration file: TOML in, typed settings out, strict.
//
// A key nobody knows, a value of the wrong type, a number out of range and settings
// that contradict each other are all [Problem]s, each with file, line, column and
// what to do about it; [Load] reports all of them at once and returns no settings
// then. The struct tags on the types below are the one source of names, allowed
// values, ranges and one-line descriptions: the decoder, [Example] and the starter
// file all read them.
//
// Settings are plain data. They are not changed after loading and are safe to share.
package config

import (
	"time"

	"assay/internal/secret"
	"assay/internal/usd"
)

// Config is the whole file. Use [Default] for one that says nothing.
type Config struct {
	UI        UI                  `toml:"ui" doc:"How the workbench looks and feels."`
	Privacy   Privacy             `toml:"privacy" doc:"What is written to disk besides usage numbers, which hold no text."`
	Limits    Limits              `toml:"limits" doc:"Spending caps in US dollars as exact decimals in quotes; \"\" is no cap. A cap stops streams in flight."`
	Routing   Routing             `toml:"routing" doc:"How an endpoint is chosen when several serve a model."`
	Providers map[string]Provider `toml:"providers" name:"acme" doc:"An upstream. One the catalog knows needs no more than its key in the environment."`
	Presets   map[string]Preset   `toml:"presets" name:"terse" doc:"A named way to ask: assay ask -p terse, or @preset/terse as a model."`
	Panels    map[string]Panel    `toml:"panels" name:"mine" doc:"A fusion panel: who answers, who judges, who writes. quality, budget, fast and free are built in."`
}

// UI is the workbench's look.
type UI struct {
	Theme  string            `toml:"theme" enum:"auto|dark|light|mono" doc:"auto (asks the terminal for its background), dark, light or mono"`
	ASCII  bool              `toml:"ascii" doc:"draw with ASCII characters only"`
	Mouse  bool              `toml:"mouse" doc:"wheel and clicks; off leaves selecting text to the terminal"`
	FPS    int               `toml:"fps" min:"1" max:"120" doc:"frames a second while something streams, 1 to 120"`
	Linear bool              `toml:"linear" doc:"ordered text instead of columns, for screen readers"`
	Keys   map[string]Chords `toml:"keys" name:"zoom" sample:"[\"f\", \"ctrl+x z\"]" doc:"action = keys: \"f\", a sequence \"ctrl+x m\", a list, or \"none\" to switch it off"`
}

// Privacy says which texts may be written to disk.
type Privacy struct {
	SavePrompts bool `toml:"save_prompts" doc:"keep a history of prompts"`
	SaveAnswers bool `toml:"save_answers" doc:"record every run, answers included"`
}

// Limits are hard caps. A nil amount is no cap.
type Limits struct {
	RunUSD      *usd.Amount `toml:"run_usd" doc:"most one run may cost, for instance \"0.50\""`
	DayUSD      *usd.Amount `toml:"day_usd" doc:"most a UTC day may cost"`
	MonthUSD    *usd.Amount `toml:"month_usd" doc:"most a UTC month may cost"`
	MaxParallel int         `toml:"max_parallel" min:"1" max:"64" doc:"requests in flight at once, 1 to 64"`
}

// Routing is what the file, and each preset, says about choosing endpoints. In a
// preset the zero value of a field says nothing. Source of names and meanings:
// OpenRouter's provider preferences.
type Routing struct {
	Sort              string      `toml:"sort" enum:"price|latency|throughput|uptime" doc:"price (a draw among stable endpoints, cheap ones more often), latency, throughput or uptime (best first)"`
	Order             []string    `toml:"order" doc:"providers to try first, in this order"`
	Only              []string    `toml:"only" doc:"providers to use and no others; [] is all"`
	Ignore            []string    `toml:"ignore" doc:"providers never to use"`
	AllowFallbacks    bool        `toml:"allow_fallbacks" doc:"try the next endpoint when one fails before its first token"`
	RequireParameters bool        `toml:"require_parameters" doc:"only endpoints that support every parameter of the request"`
	DataCollection    string      `toml:"data_collection" enum:"allow|deny" doc:"allow, or deny: leave out endpoints that may keep prompts or train on them"`
	ZDR               bool        `toml:"zdr" doc:"only endpoints with zero data retention"`
	Quantizations     []string    `toml:"quantizations" enum:"int4|int8|fp4|fp6|fp8|fp16|bf16|fp32|unknown" doc:"only these: int4 int8 fp4 fp6 fp8 fp16 bf16 fp32 unknown; [] is all"`
	MaxPrice          MaxPrice    `toml:"max_price" doc:"leave out dearer endpoints and those of unknown price: dollars per million tokens, per request, per image; \"\" is no bound"`
	MinThroughput     Percentiles `toml:"preferred_min_throughput" doc:"tokens a second; slower endpoints go last. A number, or { p50 = 30, p90 = 10 }; 0 is none"`
	MaxLatency        Percentiles `toml:"preferred_max_latency" doc:"seconds to the first token; slower endpoints go last. A number, \"1.5s\", or { p50 = 1, p90 = 3 }; 0 is none"`
	AfterFirstToken   string      `toml:"after_first_token" enum:"keep|restart" doc:"when a stream breaks: keep the partial answer, or restart from nothing on the next endpoint"`
	Hedge             bool        `toml:"hedge" doc:"ask a second endpoint when the first token is unusually late; the loser's cost is counted"`
	Attempts          int         `toml:"attempts" min:"1" max:"20" doc:"tries per request over all endpoints, 1 to 20"`
	Seed              int64       `toml:"seed" min:"0" doc:"of the weighted draw; 0 draws anew every time"`
	Timeouts          Timeouts    `toml:",squash"`
}

// MaxPrice bounds prices: dollars per unit (per million in the file for tokens).
// An absent price is no bound.
type MaxPrice struct {
	Prompt     usd.Price `toml:"prompt" unit:"million" doc:"dollars per million prompt tokens"`
	Completion usd.Price `toml:"completion" unit:"million" doc:"dollars per million completion tokens"`
	Request    usd.Price `toml:"request" doc:"dollars per request"`
	Image      usd.Price `toml:"image" doc:"dollars per input image"`
}

// Timeouts are the four clocks of a request.
type Timeouts struct {
	Connect    time.Duration `toml:"connect_timeout" min:"100ms" max:"10m" doc:"until the connection stands"`
	FirstToken time.Duration `toml:"first_token_timeout" min:"100ms" max:"1h" doc:"from sending to the first token"`
	Idle       time.Duration `toml:"idle_timeout" min:"100ms" max:"1h" doc:"between two tokens; keep-alive comments do not count"`
	Total      time.Duration `toml:"total_timeout" min:"1s" max:"24h" doc:"for the whole answer"`
}

// Provider is one upstream. At most one of KeyEnv, KeyCommand, KeyKeychain, Key and
// Keyless is set. Empty Format, BaseURL and Policy mean what is known about the
// provider of that name.
type Provider struct {
	Format      string            `toml:"format" enum:"openai|anthropic|responses" sample:"\"openai\"" doc:"openai (chat completions), anthropic (Messages), responses"`
	BaseURL     string            `toml:"base_url" sample:"\"http://127.0.0.1:9000/v1\"" doc:"address up to and including the version"`
	KeyEnv      string            `toml:"key_env" secret:"must be the name of an environment variable in quotes" sample:"\"ACME_KEY\"" doc:"environment variable that holds the key"`
	KeyCommand  []string          `toml:"key_command" secret:"must be a list of texts such as [\"pass\", \"show\", \"acme\"]" sample:"[\"pass\", \"show\", \"acme\"]" doc:"or a command that prints it on its first line"`
	KeyKeychain string            `toml:"key_keychain" secret:"must be the name of an account in quotes" sample:"\"acme\"" doc:"or an account in the system keychain, service \"assay\""`
	Key         secret.Key        `toml:"key" secret:"must be a text in quotes" sample:"\"…\"" doc:"or the key itself; the file must then have mode 0600"`
	Keyless     bool              `toml:"keyless" secret:"must be true or false" sample:"true" doc:"or no key at all, as local servers work"`
	Headers     map[string]string `toml:"headers" sample:"{ \"X-Team\" = \"red\" }" doc:"sent with every request; never put a key here"`
	Policy      string            `toml:"policy" enum:"zdr|transient|stores|trains|unknown" sample:"\"zdr\"" doc:"what it does with prompts: zdr transient stores trains unknown"`
	FreeQuota   Quota             `toml:"free_quota" sample:"{ per_minute = 20, per_day = 50 }" doc:"ration of its free models; a day is a UTC day"`
	PerMinute   int               `toml:"per_minute" min:"0" sample:"60" doc:"requests a minute over all models; 0 is no limit"`
	Parallel    int               `toml:"parallel" min:"0" max:"64" sample:"4" doc:"requests in flight at once; 0 is no limit"`
	Enabled     bool              `toml:"enabled" sample:"true" doc:"false never uses it, whatever keys are set"`
	Models      []Model           `toml:"models" doc:"A model only this provider entry knows: another endpoint of an existing one, or a private one."`
}

// Quota rations requests. Zero fields do not limit.
type Quota struct {
	PerMinute int `toml:"per_minute" min:"0" doc:"requests a minute"`
	PerDay    int `toml:"per_day" min:"0" doc:"requests a UTC day"`
}

// Model is an endpoint only the file knows. Prices are dollars per token and per
// request (per million tokens in the file); absent ones are not known.
type Model struct {
	ID           string    `toml:"id" sample:"\"acme/tuned\"" doc:"the slug users type"`
	Upstream     string    `toml:"upstream" sample:"\"ft:abc\"" doc:"what the upstream calls it; default: id"`
	Prompt       usd.Price `toml:"prompt" unit:"million" sample:"\"0.20\"" doc:"dollars per million prompt tokens"`
	Completion   usd.Price `toml:"completion" unit:"million" sample:"\"0.60\"" doc:"dollars per million completion tokens"`
	CacheRead    usd.Price `toml:"cache_read" unit:"million" sample:"\"0.02\"" doc:"dollars per million tokens read from the prompt cache"`
	CacheWrite   usd.Price `toml:"cache_write" unit:"million" sample:"\"0.25\"" doc:"dollars per million tokens written to it"`
	Request      usd.Price `toml:"request" sample:"\"0\"" doc:"dollars per request"`
	Context      int       `toml:"context" min:"0" sample:"131072" doc:"tokens; 0 is unknown"`
	MaxOutput    int       `toml:"max_output" min:"0" sample:"8192" doc:"tokens; 0 is unknown"`
	Quantization string    `toml:"quantization" enum:"int4|int8|fp4|fp6|fp8|fp16|bf16|fp32|unknown" sample:"\"fp8\"" doc:"int4 int8 fp4 fp6 fp8 fp16 bf16 fp32 unknown"`
	Parameters   []string  `toml:"parameters" sample:"[\"tools\", \"response_format\"]" doc:"request parameters it supports"`
	Input        []string  `toml:"input" enum:"text|image|audio|video|file" sample:"[\"text\", \"image\"]" doc:"text image audio video file"`
}

// Preset is a named way to ask. Fields that are nil or zero say nothing.
type Preset struct {
	Model       string      `toml:"model" sample:"\"anthropic/claude-sonnet-4.5\"" doc:"the model"`
	Models      []string    `toml:"models" sample:"[\"openai/gpt-5-mini\", \"deepseek/deepseek-chat\"]" doc:"or several: the next is asked when one fails"`
	System      string      `toml:"system" sample:"\"Answer in one sentence.\"" doc:"system message"`
	Temperature *float64    `toml:"temperature" min:"0" max:"2" sample:"0.7" doc:"0 to 2"`
	TopP        *float64    `toml:"top_p" min:"0" max:"1" sample:"0.9" doc:"0 to 1"`
	MaxTokens   int         `toml:"max_tokens" min:"0" sample:"1000" doc:"of the answer, reasoning included; 0 is the endpoint's own limit"`
	Seed        *int64      `toml:"seed" sample:"7" doc:"for models that sample reproducibly"`
	Reasoning   Reasoning   `toml:"reasoning" sample:"\"low\"" doc:"none minimal low medium high xhigh max, or { max_tokens = 2000, exclude = true }"`
	Stop        OneOrMore   `toml:"stop" sample:"[\"END\"]" doc:"texts that end the answer"`
	Tools       []Tool      `toml:"tools" doc:"A function the model may call."`
	Routing     Routing     `toml:"routing" sample:"{ sort = \"latency\", zdr = true }" doc:"any key of [routing]"`
	MaxUSD      *usd.Amount `toml:"max_usd" sample:"\"1.00\"" doc:"most this preset may cost altogether"`
}

// Tool describes a function a model may call.
type Tool struct {
	Name        string `toml:"name" sample:"\"weather\"" doc:"letters, digits, _ and -"`
	Description string `toml:"description" sample:"\"The weather at a place.\"" doc:"tells the model when to use it"`
	Parameters  Schema `toml:"parameters" sample:"{ type = \"object\" }" doc:"JSON Schema, as a table or as JSON in quotes"`
}

// Panel is a fusion panel. Empty Judge and Writer are chosen by the program; a zero
// Quorum or Grace is worked out from the panel.
type Panel struct {
	Members    []string      `toml:"members" sample:"[\"anthropic/claude-sonnet-4.5\", \"openai/gpt-5-mini\"]" doc:"1 to 8 models or presets"`
	Judge      string        `toml:"judge" sample:"\"lexical\"" doc:"a model, or lexical: free, instant, offline"`
	Writer     string        `toml:"writer" sample:"\"openai/gpt-5-mini\"" doc:"the model that writes the fused answer; default: the judge"`
	Criteria   string        `toml:"criteria" sample:"\"Prefer primary sources.\"" doc:"what matters to you, told to judge and writer"`
	Mode       string        `toml:"mode" enum:"fuse|compare|guided|pick|vote" sample:"\"fuse\"" doc:"fuse, compare (no synthesis), guided (you tick claims), pick (best verbatim), vote"`
	Quorum     int           `toml:"quorum" min:"0" max:"8" sample:"2" doc:"answers to wait for before grace begins; 0 is half the panel, at least 2"`
	Grace      time.Duration `toml:"grace" min:"0s" max:"10m" sample:"\"4s\"" doc:"how long stragglers are waited for then; \"0s\" is worked out from the others"`
	BothOrders bool          `toml:"both_orders" sample:"true" doc:"judge twice, answers reversed, to catch position bias; costs twice the judge"`
}

// Default is the configuration of an empty file.
func Default() *Config {
	return &Config{
		UI:     UI{Theme: "auto", Mouse: true, FPS: 30},
		Limits: Limits{MaxParallel: 8},
		Routing: Routing{
			Sort: "price", AllowFallbacks: true, DataCollection: "allow",
			AfterFirstToken: "keep", Attempts: 6,
			Timeouts: Timeouts{
				Connect: 10 * time.Second, FirstToken: 60 * time.Second,
				Idle: 60 * time.Second, Total: 15 * time.Minute,
			},
		},
	}
}

func (p *Provider) setDefaults() { p.Enabled = true }
func (p *Preset) setDefaults()   { p.Routing.AllowFallbacks = true }
func (p *Panel) setDefaults()    { p.Mode = "fuse" }
func (m *Model) setDefaults()    { m.Input = []string{"text"} }
