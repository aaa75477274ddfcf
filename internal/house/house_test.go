// Package house holds the rules of the house that no compiler checks: which room may
// import which, and which library lives where.
package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath string
	Imports    []string
	Doc        string
	GoFiles    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Doc,GoFiles", "assay/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// in reports whether path is the room or lies in it.
func in(path string, rooms ...string) bool {
	for _, r := range rooms {
		if path == r || strings.HasPrefix(path, r+"/") {
			return true
		}
	}
	return false
}

// arrows lists, for each room, the rooms of the house its packages may import.
// Nothing else of the house may be imported from there.
var arrows = []struct {
	room string
	may  []string
}{
	{"assay/internal/early", nil},
	{"assay/internal/usd", nil},
	{"assay/internal/secret", nil},
	{"assay/internal/shareddata", nil},
	{"assay/engine/chat", []string{"assay/internal/usd"}},
	{"assay/catalog", []string{"assay/catalog", "assay/internal/usd"}},
	{"assay/engine", []string{"assay/engine", "assay/catalog", "assay/internal/usd", "assay/internal/secret", "assay/internal/shareddata"}},
	{"assay/fusion/claims", nil},
	{"assay/fusion", []string{"assay/fusion", "assay/engine/chat", "assay/internal/usd"}},
	{"assay/internal/demo", []string{"assay/internal/demo"}},
	{"assay/internal/config", []string{"assay/internal/secret", "assay/internal/usd"}},
	{"assay/internal/store", []string{"assay/internal/store", "assay/internal/usd", "assay/engine/chat"}},
	{"assay/ui/theme", nil},
	{"assay/ui/markdown", []string{"assay/ui/theme", "assay/ui/markdown"}},
	{"assay/ui", []string{"assay/ui", "assay/engine", "assay/fusion", "assay/catalog", "assay/internal/config", "assay/internal/store", "assay/internal/usd"}},
	{"assay/internal/export", []string{"assay/engine/chat", "assay/fusion", "assay/internal/usd", "assay/ui/markdown", "assay/ui/figure"}},
	{"assay/internal/wiring", []string{"assay/engine", "assay/fusion", "assay/catalog", "assay/ui/backend", "assay/internal"}},
	{"assay/internal/cli", []string{"assay"}},
	{"assay/internal/house", []string{"assay/ui/keys"}},
	{"assay/internal/smoke", nil},
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		for _, a := range arrows {
			if !in(p.ImportPath, a.room) {
				continue
			}
			for _, imp := range p.Imports {
				if in(imp, "assay") && !in(imp, append(a.may, a.room)...) {
					t.Errorf("%s imports %s: the arrows of %s do not point there", p.ImportPath, imp, a.room)
				}
			}
			break // the first room that holds the package decides
		}
	}
}

// fences lists libraries and the rooms that may import them.
var fences = []struct {
	library string
	rooms   []string
}{
	{"github.com/charmbracelet/bubbletea", []string{"assay/ui"}},
	{"github.com/charmbracelet/bubbles", []string{"assay/ui"}},
	{"github.com/charmbracelet/lipgloss", []string{"assay/ui"}},
	{"github.com/charmbracelet/glamour", []string{"assay/ui"}},
	{"github.com/sashabaranov/go-openai", []string{"assay/engine/format", "assay/engine/audio"}},
	{"github.com/BurntSushi/toml", []string{"assay/internal/config"}},
	{"modernc.org/sqlite", []string{"assay/internal/store"}},
	{"database/sql", []string{"assay/internal/store"}},
	{"github.com/spf13/cobra", []string{"assay/internal/cli"}},
	{"github.com/zalando/go-keyring", []string{"assay/internal/config"}},
	{"github.com/kaptinlin/jsonrepair", []string{"assay/fusion/judgetext"}},
}

func TestFences(t *testing.T) {
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			for _, f := range fences {
				if in(imp, f.library) && !in(p.ImportPath, f.rooms...) {
					t.Errorf("%s imports %s, which belongs in %s", p.ImportPath, imp, strings.Join(f.rooms, ", "))
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func TestArrowsCoverTheHouse(t *testing.T) {
	for _, p := range packages(t) {
		covered := p.ImportPath == "assay" || in(p.ImportPath, "assay/docs") || strings.HasPrefix(p.ImportPath, "assay/internal/house")
		for _, a := range arrows {
			covered = covered || in(p.ImportPath, a.room)
		}
		if !covered {
			t.Errorf("%s belongs to no room: add it to the arrows", p.ImportPath)
		}
	}
}
