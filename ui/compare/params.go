package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"assay/engine/chat"
)

// parameter is a setting of a lane that can be written as NAME=VALUE.
type parameter struct {
	name string
	get  func(*chat.Request) string // "" when it is not set
	set  func(*chat.Request, string) error
}

// parameters are those a lane has. An empty value unsets one.
func parameters() []parameter {
	return []parameter{
		decimal("temperature", 0, 2, func(r *chat.Request) **float64 { return &r.Temperature }),
		decimal("top_p", 0, 1, func(r *chat.Request) **float64 { return &r.TopP }),
		decimal("min_p", 0, 1, func(r *chat.Request) **float64 { return &r.MinP }),
		decimal("frequency_penalty", -2, 2, func(r *chat.Request) **float64 { return &r.FrequencyPenalty }),
		decimal("presence_penalty", -2, 2, func(r *chat.Request) **float64 { return &r.PresencePenalty }),
		decimal("repetition_penalty", 0, 2, func(r *chat.Request) **float64 { return &r.RepetitionPenalty }),
		maxTokens(), seed(), effort(),
		choice("verbosity", []string{"low", "medium", "high"}, func(r *chat.Request) *string { return &r.Verbosity }),
	}
}

func decimal(name string, lo, hi float64, field func(*chat.Request) **float64) parameter {
	return parameter{
		name: name,
		get: func(r *chat.Request) string {
			if p := *field(r); p != nil {
				return strconv.FormatFloat(*p, 'g', -1, 64)
			}
			return ""
		},
		set: func(r *chat.Request, v string) error {
			if v == "" {
				*field(r) = nil
				return nil
			}
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || !(f >= lo && f <= hi) {
				return fmt.Errorf("%s is a number from %g to %g, not %q", name, lo, hi, v)
			}
			*field(r) = &f
			return nil
		},
	}
}

func maxTokens() parameter {
	return parameter{
		name: "max_tokens",
		get: func(r *chat.Request) string {
			if r.MaxTokens == 0 {
				return ""
			}
			return strconv.Itoa(r.MaxTokens)
		},
		set: func(r *chat.Request, v string) error {
			n := 0
			if v != "" {
				var err error
				if n, err = strconv.Atoi(v); err != nil || n <= 0 {
					return fmt.Errorf("max_tokens is a number above zero, not %q", v)
				}
			}
			r.MaxTokens = n
			return nil
		},
	}
}

func seed() parameter {
	return parameter{
		name: "seed",
		get: func(r *chat.Request) string {
			if r.Seed == nil {
				return ""
			}
			return strconv.FormatInt(*r.Seed, 10)
		},
		set: func(r *chat.Request, v string) error {
			if v == "" {
				r.Seed = nil
				return nil
			}
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return fmt.Errorf("seed is a whole number, not %q", v)
			}
			r.Seed = &n
			return nil
		},
	}
}

func effort() parameter {
	levels := []string{"none", "minimal", "low", "medium", "high", "xhigh", "max"}
	return parameter{
		name: "effort",
		get: func(r *chat.Request) string {
			if r.Reasoning == nil {
				return ""
			}
			return r.Reasoning.Effort
		},
		set: func(r *chat.Request, v string) error {
			if v == "" {
				r.Reasoning = nil
				return nil
			}
			if !slices.Contains(levels, v) {
				return fmt.Errorf("effort is one of %s, not %q", strings.Join(levels, ", "), v)
			}
			r.Reasoning = &chat.Reasoning{Effort: v}
			return nil
		},
	}
}

func choice(name string, values []string, field func(*chat.Request) *string) parameter {
	return parameter{
		name: name,
		get:  func(r *chat.Request) string { return *field(r) },
		set: func(r *chat.Request, v string) error {
			if v != "" && !slices.Contains(values, v) {
				return fmt.Errorf("%s is one of %s, not %q", name, strings.Join(values, ", "), v)
			}
			*field(r) = v
			return nil
		},
	}
}

// written are the parameters of a request that are set, as they can be typed.
func written(r *chat.Request) string {
	var out []string
	for _, p := range parameters() {
		if v := p.get(r); v != "" {
			out = append(out, p.name+"="+v)
		}
	}
	return strings.Join(out, " ")
}

// typed changes a request by what was typed: NAME=VALUE, several with blanks
// between. Nothing is changed when anything is wrong.
func typed(r chat.Request, text string) (chat.Request, error) {
	known := parameters()
	for _, word := range strings.Fields(text) {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return r, fmt.Errorf("%q: write NAME=VALUE", word)
		}
		i := slices.IndexFunc(known, func(p parameter) bool { return p.name == name })
		if i < 0 {
			return r, fmt.Errorf("no parameter %q; they are %s", name, names(known))
		}
		if err := known[i].set(&r, value); err != nil {
			return r, err
		}
	}
	return r, nil
}

func names(list []parameter) string {
	var out []string
	for _, p := range list {
		out = append(out, p.name)
	}
	return strings.Join(out, ", ")
}
