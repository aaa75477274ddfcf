package wiring_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/refresh"
	"assay/engine/chat"
	"assay/internal/config"
	"assay/internal/store"
	"assay/internal/wiring"
)

func TestRefreshRenewsTheCatalog(t *testing.T) {
	var down atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, `{"data":[{"id":"acme/one","name":"Acme: One","created":1750000000,"context_length":8000,
			"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"0.000001","completion":"0.000002"}}]}`)
	}))
	defer srv.Close()
	sys, b, _ := demo(t, &config.Config{})
	if _, err := b.Refresh(t.Context()); err == nil {
		t.Error("a refresh without anybody to ask succeeds")
	}
	b.Supply(wiring.Supply{Refresher: refresh.New(refresh.Options{}), Sources: []refresh.Source{{Name: "openrouter", URL: srv.URL}}})
	before := b.Models(t.Context()).Index.Len()
	news, err := b.Refresh(t.Context())
	if err != nil || news.New != 1 || news.Gone != 0 {
		t.Fatalf("%+v, %v", news, err)
	}
	if n := b.Models(t.Context()).Index.Len(); n != before+1 {
		t.Errorf("%d models, %d before", n, before)
	}
	if sys.Catalog().Lookup("acme/one") == nil || sys.Catalog().Lookup("demo/alder") == nil {
		t.Error("the new model, or the demo's, is not in the catalog")
	}
	if day := b.Origin().Date; day != time.Now().UTC().Format(time.DateOnly) {
		t.Errorf("the catalog is of %s", day)
	}
	down.Store(true)
	if _, err := b.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("a failed refresh: %v", err)
	}
	if sys.Catalog().Lookup("acme/one") == nil {
		t.Error("a failed refresh lost a model")
	}
}

func TestKeptModels(t *testing.T) {
	_, b, st := demo(t, &config.Config{})
	if err := b.SetFavourite(t.Context(), "acme/one", true); err != nil {
		t.Fatal(err)
	}
	ask(t, b, panel(false), "why?")
	kept, err := b.Kept(t.Context())
	if err != nil || !slices.Equal(kept.Favourites, []string{"acme/one"}) {
		t.Fatalf("%+v, %v", kept, err)
	}
	b.Close() // recent models are kept in the background
	recent, err := st.RecentModels(10)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(recent)
	if !slices.Equal(recent, []string{"demo/alder", "demo/birch", "demo/elm"}) {
		t.Errorf("recent: %v", recent)
	}
	if seen := b.Seen("demo/alder", "demo"); seen.Requests != 1 || seen.Uptime != 1 {
		t.Errorf("seen %+v", seen)
	}
	if seen := b.Seen("acme/one", "x"); seen.Requests != 0 {
		t.Errorf("seen %+v", seen)
	}
}

func TestQuotasAndUsage(t *testing.T) {
	st := store.NewMemory()
	sys := wiring.New(wiring.Options{
		Config:  &config.Config{},
		Env:     func(name string) string { return map[string]string{"OPENROUTER_API_KEY": "k"}[name] },
		Catalog: func() (*catalog.Catalog, error) { return catalog.New(nil, catalog.Source{}), nil },
		Store:   func() *store.Store { return st },
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nobody looks for local servers
	b := wiring.NewBackend(ctx, sys)
	defer b.Close()
	now := time.Now().UTC()
	for range 3 {
		if _, _, err := st.Take("openrouter:free", now.Truncate(24*time.Hour), 24*time.Hour, 50); err != nil {
			t.Fatal(err)
		}
	}
	quotas, err := b.Quotas(t.Context())
	if err != nil || len(quotas) != 1 || quotas[0].Provider != "openrouter" || quotas[0].DayUsed != 3 || quotas[0].PerDay != 50 || quotas[0].PerMinute != 20 {
		t.Errorf("%+v, %v", quotas, err)
	}
	for _, e := range []store.Entry{
		{At: now, Run: "r", Model: "a/small", Provider: "p", Tokens: chat.Usage{PromptTokens: 10, CompletionTokens: 5}},
		{At: now, Run: "r", Model: "a/large", Provider: "p", Tokens: chat.Usage{PromptTokens: 100, CompletionTokens: 50}},
		{At: now, Run: "r", Model: "demo/x", Provider: "demo", Tokens: chat.Usage{PromptTokens: 1000}, Demo: true},
		{At: now.AddDate(0, -2, 0), Run: "r", Model: "a/old", Provider: "p", Tokens: chat.Usage{PromptTokens: 9}},
	} {
		if err := st.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	used, err := b.Usage(t.Context(), 30)
	if err != nil || len(used) != 2 || used[0].Model != "a/large" || used[0].Tokens != 150 || used[1].Requests != 1 {
		t.Errorf("%+v, %v", used, err)
	}
}
