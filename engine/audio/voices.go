package audio

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"assay/catalog"
	"assay/engine"
	"assay/engine/format"
	"assay/engine/route"
	"assay/internal/usd"
)

// Voices is what a model can sound like.
type Voices struct {
	Model  string
	Source string // "built in", or the provider that was asked
	Names  []string
}

// openAIVoices are the voices of OpenAI's speech models, as its API reference lists
// them; the older models lack the later ones.
func openAIVoices(upstream string) []string {
	first := []string{"alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"}
	if strings.HasPrefix(upstream, "tts-1") {
		return first
	}
	all := append(first, "ballad", "verse", "marin", "cedar")
	slices.Sort(all)
	return all
}

// known are voices that need not be asked for, nil when they must be.
func known(ep *catalog.Endpoint) []string {
	switch {
	case ep.Provider == "openai" || ep.Provider == "azure":
		return openAIVoices(ep.Upstream)
	case strings.HasPrefix(ep.Model, "openai/"):
		return openAIVoices(strings.TrimPrefix(ep.Upstream, "openai/"))
	}
	return nil
}

// defaultVoice is the one to use when the user named none. Servers that speak OpenAI's
// API with other models mostly know its first voice too.
func defaultVoice(ep *catalog.Endpoint) string {
	if strings.Contains(ep.Upstream, "playai-tts") {
		return "Fritz-PlayAI"
	}
	return "alloy"
}

// ListVoices tells what a speech model can sound like: from what is known of it, else
// from the first of its providers that answers. The error is a *engine.CallError.
func ListVoices(ctx context.Context, e *engine.Engine, model string, prefs route.Preferences) (Voices, error) {
	out := Voices{Model: model, Source: "built in"}
	call := engine.Call{
		Model: model, Output: catalog.Speech, Prefs: prefs, Asks: true,
		Price: func(*catalog.Endpoint) (usd.Amount, bool) { return usd.Amount{}, true },
		Send: func(ctx context.Context, up *engine.Upstream) (_ engine.Receipt, err error) {
			out.Source = up.Endpoint.Provider
			out.Names, err = askVoices(ctx, up)
			return engine.Receipt{}, err
		},
	}
	plan, err := e.CallPlan(&call)
	if err == nil {
		for i := range plan.Candidates {
			if out.Names = known(plan.Candidates[i].Endpoint); out.Names != nil {
				return out, nil
			}
		}
		for _, x := range plan.Excluded {
			if out.Names = known(x.Endpoint); out.Names != nil {
				return out, nil
			}
		}
	}
	_, err = e.Call(ctx, call)
	return out, err
}

// askVoices asks one provider: OpenRouter tells in its list of models, servers of
// one's own in a list of voices.
func askVoices(ctx context.Context, up *engine.Upstream) ([]string, error) {
	path := "/audio/voices"
	if up.Endpoint.Provider == "openrouter" {
		path = "/models?output_modalities=speech"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, up.BaseURL+path, nil)
	if err != nil {
		return nil, err
	}
	c := &capture{up: up}
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // it is captured already
	if names := readVoices(c.body, up.Endpoint.Upstream); len(names) > 0 {
		return names, nil
	}
	return nil, format.Cut("does not tell which voices it has")
}

// readVoices reads a list of names, of objects with names, or of models with voices.
func readVoices(body []byte, upstream string) []string {
	var doc struct {
		Voices []json.RawMessage `json:"voices"`
		Data   []struct {
			ID     string            `json:"id"`
			Voices []json.RawMessage `json:"supported_voices"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &doc) != nil {
		return nil
	}
	rows := doc.Voices
	for _, m := range doc.Data {
		if m.ID == upstream {
			rows = append(rows, m.Voices...)
		}
	}
	var names []string
	for _, raw := range rows {
		var v struct{ ID, Name string }
		var s string
		if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &v) == nil {
			if s = v.ID; s == "" {
				s = v.Name
			}
		}
		if s != "" {
			names = append(names, s)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
