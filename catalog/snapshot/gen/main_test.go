package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/catalog"
	"assay/internal/shareddata"
)

// The embedded file is what the generator makes of the catalogs it names, so that it
// can be made again.
func TestSnapshotCanBeMadeAgain(t *testing.T) {
	dir := filepath.Join(shareddata.Dir(t), "catalog")
	out := filepath.Join(t.TempDir(), "catalog.tsv")
	var log strings.Builder
	err := run(out, []string{
		"audio:" + dir + "/litellm.model_prices.2026-08-06.json",
		dir + "/catwalk@2026-08-21",
		dir + "/models.dev.providers.json@2026-07-02",
		dir + "/openrouter.models.2026-08-01.json",
	}, &log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "openrouter of 2026-08-01, 336 rows, 0 left out") {
		t.Errorf("log: %s", log.String())
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../catalog.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("catalog/snapshot/catalog.tsv is not what the generator writes: run it again")
	}
}

func TestSnapshotHoldsFactsOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "openrouter.2026-08-01.json")
	if err := os.WriteFile(file, []byte(`{"data":[
	 {"id":"a/b","name":"Ay: Bee","description":"A lengthy praise.","architecture":{"input_modalities":["text"],"output_modalities":["text"]},
	  "pricing":{"prompt":"0.000001","completion":"0"},"benchmarks":{"artificial_analysis":{"intelligence_index":51.2}}},
	 {"id":"a/paint","architecture":{"input_modalities":["text"],"output_modalities":["image"]},"pricing":{"prompt":"1","completion":"0"}}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.tsv")
	if err := run(out, []string{file}, io.Discard); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Decode(string(data))
	if err != nil || len(c.Models()) != 1 || strings.Contains(string(data), "praise") || strings.Contains(string(data), "51.2") {
		t.Errorf("%v: %s", err, data)
	}
}

func TestRunRefuses(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"/does/not/exist.json"}, {bad}} {
		if err := run(filepath.Join(t.TempDir(), "out"), args, io.Discard); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}
