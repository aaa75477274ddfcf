package wiring

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"assay/catalog"
	"assay/engine/provider"
	"assay/internal/usd"
)

// probeTimeout bounds the look for local servers: one that runs answers in
// milliseconds.
const probeTimeout = 700 * time.Millisecond

// maxListing bounds a local server's list of models.
const maxListing = 4 << 20

// found is a local server and what it serves.
type found struct {
	provider *provider.Provider
	models   *catalog.Catalog
}

// Discover looks for model servers on this machine's usual ports and adds what it
// finds. It takes under a second and is meant to run after the first frame.
func (s *System) Discover(ctx context.Context) {
	if s.opt.DemoOnly {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	results := make([]*found, len(provider.Locals()))
	for i, p := range provider.Locals() {
		if set, inFile := s.opt.Config.Providers[p.Name]; inFile && !set.Enabled {
			continue
		}
		wg.Go(func() { results[i] = probe(ctx, client, p) })
	}
	wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.found)
	for _, f := range results {
		if f != nil {
			s.found = append(s.found, *f)
		}
	}
	if len(s.found) > n {
		s.set, s.merged = nil, nil
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
}

// probe asks a server for its models: in OpenAI's way, which all of them speak.
func probe(ctx context.Context, client *http.Client, p provider.Provider) *found {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.BaseURL+"/models", nil)
	if err != nil {
		return nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxListing))
	if err != nil {
		return nil
	}
	models := localModels(body, p.Name)
	if len(models) == 0 {
		return nil // some other server lives at this port
	}
	return &found{&p, catalog.New(models, catalog.Source{Name: p.Name, Date: time.Now().UTC().Format(time.DateOnly)})}
}

func localModels(body []byte, providerName string) []*catalog.Model {
	var list struct {
		Object string `json:"object"`
		Data   []struct {
			ID            string `json:"id"`
			MaxModelLen   int    `json:"max_model_len"`      // vLLM
			ContextLength int    `json:"max_context_length"` // LM Studio
			Meta          struct {
				Train int `json:"n_ctx_train"` // llama.cpp
			} `json:"meta"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &list) != nil || list.Object != "list" {
		return nil
	}
	free := usd.Known(usd.Amount{})
	var out []*catalog.Model
	for _, row := range list.Data {
		if row.ID == "" || strings.ContainsAny(row.ID, "\x1b\n\r\t ") {
			continue
		}
		context := max(row.MaxModelLen, row.ContextLength, row.Meta.Train)
		params := catalog.ParamsOf("temperature", "top_p", "top_k", "max_tokens", "seed", "stop", "tools", "response_format", "structured_outputs")
		id := providerName + "/" + row.ID
		src := catalog.Source{Name: providerName}
		out = append(out, &catalog.Model{
			ID: id, Name: row.ID, Author: providerName, Context: context, Input: catalog.Text, Output: catalog.Text,
			Params: params, Open: true, Source: src,
			Endpoints: []catalog.Endpoint{{
				Model: id, Provider: providerName, Tag: providerName, Upstream: row.ID, Context: context, Params: params,
				Policy: catalog.PolicyZDR, Private: true, Source: src, Prices: catalog.Prices{Prompt: free, Completion: free},
			}},
		})
	}
	return out
}
