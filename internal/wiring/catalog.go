package wiring

import (
	"net/netip"
	"net/url"
	"strings"

	"assay/catalog"
	"assay/engine/provider"
	"assay/internal/config"
	"assay/internal/demo"
	"assay/internal/usd"
)

// catalogProviders are the catalog's upstreams that need no more than a key: far more
// providers than the program knows by heart.
func (s *System) catalogProviders() []provider.Provider {
	base, err := s.base()
	if err != nil {
		return nil
	}
	var out []provider.Provider
	for _, row := range base.Providers() {
		if row.BaseURL == "" || strings.Contains(row.BaseURL, "${") || row.Format == "" || row.Subscription || row.Local() {
			continue
		}
		if generic(row.Env) {
			continue
		}
		out = append(out, provider.Provider{
			Name: row.Slug, Display: row.Name, Format: row.Format, BaseURL: row.BaseURL, Env: row.Env, Policy: catalog.PolicyUnknown,
		})
	}
	return out
}

// generic reports variables that people set for other reasons than talking to models.
func generic(env []string) bool {
	for _, name := range env {
		switch name {
		case "GITHUB_TOKEN", "GITLAB_TOKEN", "AWS_ACCESS_KEY_ID", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDFLARE_API_TOKEN":
			return true
		}
	}
	return len(env) == 0
}

func (s *System) demoProvider() *provider.Provider {
	p := &provider.Provider{
		Name: "demo", Display: "Demo", Format: demo.FormatChat, Keyless: true, Demo: true, Local: true,
		Policy: catalog.PolicyZDR, KeyFrom: "needs none",
	}
	srv, err := s.demo()
	if err != nil {
		s.opt.Warn("demo provider: " + err.Error())
		p.Disabled = true
		return p
	}
	p.BaseURL = srv.URL() + "/v1"
	return p
}

// demoCatalog is the demo provider's models.
func demoCatalog() *catalog.Catalog {
	src := catalog.Source{Name: "demo"}
	var models []*catalog.Model
	for _, d := range demo.Models() {
		m := &catalog.Model{
			ID: d.ID, Name: d.Name, Author: "demo", Context: d.Context, MaxOutput: d.MaxOutput, Demo: true,
			Input: catalog.Text, Output: catalog.Text, Source: src, Reasoning: catalog.Reasoning{Supported: d.Reasoning},
		}
		if d.Vision {
			m.Input |= catalog.Image
		}
		if d.Role == demo.RoleSpeech {
			m.Output = catalog.Speech
			if d.ID == "demo/owl" {
				m.Input, m.Output = catalog.Audio, catalog.Transcription
			}
		}
		params := []string{"temperature", "top_p", "max_tokens", "seed", "stop", "response_format", "structured_outputs"}
		if d.Tools {
			params = append(params, "tools", "tool_choice")
		}
		if d.Reasoning {
			params = append(params, "reasoning")
		}
		m.Params = catalog.ParamsOf(params...)
		for _, e := range d.Endpoints {
			m.Endpoints = append(m.Endpoints, catalog.Endpoint{
				Model: d.ID, Provider: "demo", Tag: e.Tag, Upstream: e.Upstream, Format: d.Format,
				Context: d.Context, MaxOutput: d.MaxOutput, Params: m.Params, Input: m.Input, Policy: catalog.PolicyZDR, Source: src,
				Prices: catalog.Prices{Prompt: demoPrice(e.Prompt), Completion: demoPrice(e.Completion), CacheRead: demoPrice(e.CacheRead)},
			})
		}
		models = append(models, m)
	}
	return catalog.New(models, src)
}

func demoPrice(perMillion string) usd.Price {
	p, err := usd.ParsePricePerMillion(perMillion)
	if err != nil {
		return usd.Unknown
	}
	return p
}

// ownCatalog is the models only the configuration file knows.
func (s *System) ownCatalog() *catalog.Catalog {
	src := catalog.Source{Name: "config"}
	var models []*catalog.Model
	for name, p := range s.opt.Config.Providers {
		for i := range p.Models {
			models = append(models, ownModel(name, &p.Models[i], src))
		}
	}
	return catalog.New(models, src)
}

func ownModel(providerName string, c *config.Model, src catalog.Source) *catalog.Model {
	author, name, ok := strings.Cut(c.ID, "/")
	if !ok {
		author, name = providerName, c.ID
	}
	var input catalog.Modality
	for _, in := range c.Input {
		input |= catalog.ParseModality(in)
	}
	params := catalog.ParamsOf(c.Parameters...) | catalog.ParamsOf("temperature", "top_p", "max_tokens", "stop")
	upstream := c.Upstream
	if upstream == "" {
		upstream = c.ID
	}
	return &catalog.Model{
		ID: c.ID, Name: name, Author: author, Context: c.Context, MaxOutput: c.MaxOutput,
		Input: input, Output: catalog.Text, Params: params, Source: src,
		Endpoints: []catalog.Endpoint{{
			Model: c.ID, Provider: providerName, Tag: providerName, Upstream: upstream, Context: c.Context, MaxOutput: c.MaxOutput,
			Quantization: c.Quantization, Params: params, Input: input, Private: true, Source: src,
			Prices: catalog.Prices{
				Prompt: c.Prompt, Completion: c.Completion, CacheRead: c.CacheRead, CacheWrite: c.CacheWrite, Request: c.Request,
			},
		}},
	}
}

func trimSlash(u string) string { return strings.TrimRight(u, "/") }

func isLoopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}
