package refresh_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"assay/catalog"
	"assay/catalog/refresh"
	"assay/catalog/source"
)

func TestCacheAndConditionalRequests(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	base := catalogOf(t, list("a/b 0.000001"))
	body := atomic.Value{}
	body.Store(list("a/b 0.000002", "a/c 0.000001"))
	src, asked := server(t, func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"%d"`, len(body.Load().(string)))
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", tag)
		io.WriteString(w, body.Load().(string))
	})

	first := refresher(dir)
	if c, err := first.Load(base); err != nil || c != base {
		t.Fatalf("an empty cache: %v", err)
	}
	if prev, err := first.Previous(); prev != nil || err != nil {
		t.Errorf("before any refresh: %v, %v", prev, err)
	}
	do(t, first, base, src)

	second := refresher(dir) // another run of the program
	loaded, err := second.Load(base)
	if err != nil {
		t.Fatal(err)
	}
	m := loaded.Lookup("a/b")
	if m.Endpoints[0].Prices.Prompt.String() != "0.000002" || loaded.Lookup("a/c") == nil || len(m.Scores) != 1 {
		t.Errorf("the cache lost something: %+v", m)
	}
	res := do(t, second, loaded, src)
	if !res.Sources[0].Same || res.Catalog != loaded || len(res.Changes) != 0 || asked.Load() != 2 {
		t.Errorf("304: %+v after %d requests", res.Sources[0], asked.Load())
	}
	prev, err := second.Previous()
	if err != nil || len(catalog.Diff(prev, loaded)) != 2 {
		t.Errorf("what has changed: %v, %v", prev, err)
	}
	body.Store(list("a/b 0.000002"))
	if res := do(t, second, loaded, src); len(res.Changes) != 1 || res.Changes[0].Kind != catalog.ModelGone {
		t.Errorf("%+v", res.Changes)
	}
	if again, err := refresher(dir).Load(base); err != nil || !again.Lookup("a/c").Gone {
		t.Errorf("gone models are forgotten: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".catalog-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLastModified(t *testing.T) {
	stamp := "Sat, 22 Aug 2026 09:00:00 GMT"
	src, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-Modified-Since") == stamp {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", stamp)
		io.WriteString(w, list("a/b 0.1"))
	})
	r := refresher("")
	res := do(t, r, catalogOf(t, list("a/b 0.1")), src)
	if res = do(t, r, res.Catalog, src); !res.Sources[0].Same {
		t.Errorf("%+v", res.Sources[0])
	}
}

func TestDamagedCacheIsNoDisaster(t *testing.T) {
	base := catalogOf(t, list("a/b 0.000001"))
	for name, content := range map[string]string{
		"empty": "", "half": `{"base":"x"}` + "\nassay catalog 1\t1\t1\nM\ta/b\tt=x", "other": "hello\nworld", "no catalog": "{}\n",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "catalog.cache"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		r := refresher(dir)
		c, err := r.Load(base)
		if !errors.Is(err, refresh.ErrCache) || c != base {
			t.Errorf("%s: %v, %v", name, c, err)
		}
		src, _ := server(t, says(list("a/b 0.5")))
		do(t, r, c, src)
		if c, err := refresher(dir).Load(base); err != nil || c.Lookup("a/b").Endpoints[0].Prices.Prompt.String() != "0.5" {
			t.Errorf("%s is not mended by a refresh: %v", name, err)
		}
	}
}

func TestNewerSnapshotAndCache(t *testing.T) {
	dir := t.TempDir()
	old := catalogOf(t, list("a/b 0.000001"))
	r := refresher(dir)
	src, _ := server(t, says(list("a/b 0.000002", "a/refreshed 0.1")))
	do(t, r, old, src)

	older := catalogOf(t, list("a/b 0.000003", "a/snapshot 0.1")) // 2026-08-01, before the refresh
	c, err := refresher(dir).Load(older)
	if err != nil || c.Lookup("a/b").Endpoints[0].Prices.Prompt.String() != "0.000002" || c.Lookup("a/snapshot") == nil || c.Lookup("a/refreshed") == nil {
		t.Errorf("cache newer than the snapshot: %v, %+v", err, c.Lookup("a/b"))
	}
	l, err := source.Read("later@2027-01-01", strings.NewReader(list("a/b 0.000004", "a/snapshot 0.1")))
	if err != nil {
		t.Fatal(err)
	}
	c, err = refresher(dir).Load(catalog.Join(nil, l))
	if err != nil || c.Lookup("a/b").Endpoints[0].Prices.Prompt.String() != "0.000004" || c.Lookup("a/snapshot") == nil {
		t.Errorf("snapshot newer than the cache: %v, %+v", err, c.Lookup("a/b"))
	}
}
