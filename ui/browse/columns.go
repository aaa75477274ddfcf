package browse

import (
	"strconv"
	"strings"
	"time"

	"assay/catalog"
	"assay/engine/chat"
	"assay/internal/usd"
	"assay/ui/backend"
	"assay/ui/figure"
)

// tone says how a cell is meant; what it looks like is the row's.
type tone uint8

const (
	normal tone = iota
	quiet
	good
	warned
)

// column is one column of the list, set flush right.
type column struct {
	head string
	w    int
	rank int // the higher, the sooner it goes when room is short
	cell func(*cells) (string, tone)
}

// cells is what the columns of one row are made of.
type cells struct {
	model    *catalog.Model
	endpoint *catalog.Endpoint // the cheapest that meets the filter
	call     catalog.Estimate  // of the prompt in the composer
	now      time.Time
	seen     func(*catalog.Model) backend.Seen
	approx   string
	none     string // stands where a capability is missing
	there    bool   // endpoint can be asked from here
}

// answerTokens is how long an answer the price of a prompt is told for.
const answerTokens = 500

// minID is the least room an id gets before columns are left out.
const minID = 34

// columns are those that fit into w cells, in the order they stand.
func (s *Screen) columns(w int) []column {
	all := []column{
		{"in $/M", 7, 0, func(c *cells) (string, tone) { return price(c, func(p *catalog.Prices) usd.Price { return p.Prompt }) }},
		{"out $/M", 7, 0, func(c *cells) (string, tone) {
			return price(c, func(p *catalog.Prices) usd.Price { return p.Completion })
		}},
		{"context", 7, 1, func(c *cells) (string, tone) { return known(figure.Tokens(c.model.Context)) }},
		{"longest", 7, 5, func(c *cells) (string, tone) { return known(figure.Tokens(c.model.MaxOutput)) }},
		{"can", 6, 2, abilities},
		{"by", 3, 4, func(c *cells) (string, tone) { return strconv.Itoa(providers(c.model)), quiet }},
		{"age", 4, 3, func(c *cells) (string, tone) { return known(age(c.model.Created, c.now)) }},
	}
	if s.draft != "" {
		all = append(all[:2:2], append([]column{{"prompt", 10, 1, cost}}, all[2:]...)...)
	}
	if s.shop.scored {
		all = append(all, column{"score", 5, 2, func(c *cells) (string, tone) {
			if v, ok := score(c.model); ok {
				return strconv.FormatFloat(v, 'f', 0, 64), normal
			}
			return known("")
		}})
	}
	if s.measured() {
		all = append(all, column{"first", 6, 6, func(c *cells) (string, tone) {
			if t := c.seen(c.model).TTFT; t > 0 {
				return figure.Seconds(t.Milliseconds()), normal
			}
			return "", normal
		}}, column{"speed", 6, 6, func(c *cells) (string, tone) {
			if v := c.seen(c.model).TPS; v > 0 {
				return figure.Rate(v), normal
			}
			return "", normal
		}})
	}
	return fit(all, w-lead-minID)
}

// fit leaves out columns until the rest needs no more than w cells.
func fit(all []column, w int) []column {
	need := 0
	for _, c := range all {
		need += c.w + 1
	}
	for need > w && len(all) > 0 {
		worst := 0
		for i := range all {
			if all[i].rank >= all[worst].rank {
				worst = i
			}
		}
		need -= all[worst].w + 1
		all = append(all[:worst:worst], all[worst+1:]...)
	}
	return all
}

// cells is what all rows of a frame have in common.
func (s *Screen) cells() cells {
	return cells{call: s.call(), now: s.today(), seen: s.bestSeen, approx: s.o.Styles.Glyph.Approx, none: s.o.Styles.Glyph.Empty}
}

// tone takes the emphasis from a price that cannot be had from here.
func (c *cells) tone(t tone) tone {
	if !c.there {
		return quiet
	}
	return t
}

// known shows what is not told as a question mark.
func known(text string) (string, tone) {
	if text == "" {
		return "?", quiet
	}
	return text, normal
}

func price(c *cells, of func(*catalog.Prices) usd.Price) (string, tone) {
	switch {
	case c.model.Router:
		return "varies", quiet
	case c.endpoint == nil:
		return "?", quiet
	case c.endpoint.Subscription && c.endpoint.Prices.Free():
		return "plan", quiet
	}
	p := of(&c.endpoint.Prices)
	text := strings.TrimPrefix(figure.PerMillion(p), "$")
	if text == "free" {
		return text, c.tone(good)
	}
	text, t := known(strings.TrimPrefix(text, "?"))
	return text, c.tone(t)
}

// cost is what the prompt in the composer would cost.
func cost(c *cells) (string, tone) {
	if c.endpoint == nil || c.endpoint.Subscription {
		return "?", quiet
	}
	r, ok := c.endpoint.CostRange(c.call)
	switch {
	case !ok:
		return "?", quiet
	case r.Max.IsZero():
		return "free", c.tone(good)
	}
	return c.approx + figure.Money(r.Max), c.tone(normal)
}

// abilities are a letter each, always in the same place.
func abilities(c *cells) (string, tone) {
	m := c.model
	var b strings.Builder
	for _, a := range []struct {
		letter string
		has    bool
	}{
		{"t", m.Params.Has(catalog.ParamTools)},
		{"r", m.Reasoning.Supported},
		{"v", m.Input.Has(catalog.Image)},
		{"a", m.Input.Has(catalog.Audio) || m.Output&(catalog.Audio|catalog.Speech|catalog.Transcription) != 0},
		{"j", m.Params.Has(catalog.ParamResponseFormat) || m.Params.Has(catalog.ParamStructuredOutputs)},
		{"o", m.Open},
	} {
		if a.has {
			b.WriteString(a.letter)
		} else {
			b.WriteString(c.none)
		}
	}
	return b.String(), normal
}

// age is how long ago something came out, in the largest unit that says enough.
func age(created int64, now time.Time) string {
	if created <= 0 {
		return ""
	}
	switch days := int(now.Sub(time.Unix(created, 0)).Hours() / 24); {
	case days < 0:
		return "soon"
	case days < 60:
		return strconv.Itoa(days) + "d"
	case days < 730:
		return strconv.Itoa(days/30) + "mo"
	default:
		return strconv.Itoa(days/365) + "y"
	}
}

func providers(m *catalog.Model) int {
	seen := map[string]bool{}
	for i := range m.Endpoints {
		seen[m.Endpoints[i].Provider] = true
	}
	return len(seen)
}

// call is the prompt in the composer with an answer of answerTokens.
func (s *Screen) call() catalog.Estimate {
	return catalog.Estimate{PromptTokens: int(chat.ApproxTokens(s.draft)), MinOutput: answerTokens, MaxOutput: answerTokens, At: s.today()}
}

// bestSeen is the quickest endpoint of a model that has been asked here.
func (s *Screen) bestSeen(m *catalog.Model) backend.Seen {
	var best backend.Seen
	for i := range m.Endpoints {
		seen := s.o.Backend.Seen(m.ID, m.Endpoints[i].Tag)
		if seen.TTFT > 0 && (best.TTFT == 0 || seen.TTFT < best.TTFT) {
			best = seen
		}
	}
	return best
}

// measured reports whether a model in sight, or near it, has been asked here.
func (s *Screen) measured() bool {
	end := min(s.list.top+max(s.list.height, 1), len(s.list.hits))
	for i := min(s.list.top, end); i < end; i++ {
		if s.bestSeen(s.list.hits[i].Model).TTFT > 0 {
			return true
		}
	}
	return false
}
