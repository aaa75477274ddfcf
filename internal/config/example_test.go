package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"assay/internal/config"
)

var update = flag.Bool("update", false, "write config.toml.example anew")

func examplePath() string { return filepath.Join("..", "..", "config.toml.example") }

func TestExampleFileIsCurrent(t *testing.T) {
	if *update {
		if err := os.WriteFile(examplePath(), []byte(config.Example()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(examplePath())
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != config.Example() {
		t.Error("config.toml.example is not what config.Example writes: run go test ./internal/config -update")
	}
}

// The example says nothing that the defaults do not say, and neither does the
// starter file, in which everything is commented out.
func TestExampleDecodesToTheDefaults(t *testing.T) {
	for name, doc := range map[string]string{"example": config.Example(), "starter": config.Starter(), "empty": ""} {
		got, problems := config.Parse([]byte(doc), config.Options{File: name})
		for _, p := range problems {
			t.Error(p)
		}
		want := config.Default()
		// An empty list in the file is the same as none.
		for _, list := range []*[]string{&got.Routing.Order, &got.Routing.Only, &got.Routing.Ignore, &got.Routing.Quantizations} {
			if len(*list) == 0 {
				*list = nil
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s decodes to\n%+v, want\n%+v", name, got, want)
		}
	}
}

// Every key of the example has a comment, every commented sample is good on its
// own, and uncommented it is known to the decoder.
func TestEverySampleIsGood(t *testing.T) {
	sample := regexp.MustCompile(`^# ([a-z_]+(?:\.[a-z]+)?) = (.*?)  +# (.+)$`)
	setting := regexp.MustCompile(`^[a-z_0-9]+ = .*  # .+$`)
	header := regexp.MustCompile(`^(?:# )?(\[+[a-z.]+\]+)$`)
	needs := map[string]string{
		"[providers.acme]":          "base_url = \"http://127.0.0.1:9000/v1\"\n",
		"[[providers.acme.models]]": "id = \"acme/tuned\"\n",
		"[[presets.terse.tools]]":   "name = \"weather\"\n",
		"[panels.mine]":             "members = [\"a/b\", \"c/d\"]\n",
	}
	section, seen := "", 0
	for i, line := range strings.Split(config.Example(), "\n") {
		if m := header.FindStringSubmatch(line); m != nil {
			section = m[1]
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil {
			if line != "" && !strings.HasPrefix(line, "#") && !setting.MatchString(line) {
				t.Errorf("line %d has no comment: %s", i+1, line)
			}
			continue
		}
		seen++
		doc := section + "\n" + m[1] + " = " + m[2] + "\n"
		if need := needs[section]; !strings.HasPrefix(need, m[1]+" =") {
			doc += need
		}
		if section == "[[providers.acme.models]]" {
			doc = "[providers.acme]\n" + needs["[providers.acme]"] + doc
		}
		if _, problems := config.Parse([]byte(doc), config.Options{Mode: 0o600, Providers: []string{}}); len(problems) > 0 {
			t.Errorf("line %d: %v\n%s", i+1, problems, doc)
		}
	}
	if seen < 40 {
		t.Errorf("only %d samples were found", seen)
	}
}

// Every key of every type stands in the example.
func TestExampleHasEveryKey(t *testing.T) {
	doc := config.Example()
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name := f.Tag.Get("toml")
			if name == "" {
				t.Errorf("%s.%s has no toml tag", typ.Name(), f.Name)
			}
			word := regexp.MustCompile(`\b` + regexp.QuoteMeta(strings.TrimPrefix(name, ",squash")) + `\b`)
			if !word.MatchString(doc) {
				t.Errorf("%s.%s (%s) is not in the example", typ.Name(), f.Name, name)
			}
			inner := f.Type
			if inner.Kind() == reflect.Map || inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && inner.PkgPath() == "assay/internal/config" && inner.Name() != "Percentiles" && inner.Name() != "Reasoning" {
				walk(inner)
			}
		}
	}
	walk(reflect.TypeFor[config.Config]())
}
