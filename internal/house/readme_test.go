package house

import (
	"os"
	"strings"
	"testing"

	"assay/ui/keys"
)

// The table of keys in docs/keys.md is the program's own; -update writes it anew.
func TestKeysAreDocumented(t *testing.T) {
	const file = "../../docs/keys.md"
	const head = "# Keys\n\nEvery key can be rebound or switched off in `[ui.keys]` of the configuration file.\n\n"
	want := head + keys.Default().Markdown()
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/keys.md differs from the program's table of keys; UPDATE_DOCS=1 go test ./internal/house writes it anew")
	}
}

func TestReadmeNamesOnlyWhatExists(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.FieldsFunc(string(readme), func(r rune) bool { return strings.ContainsRune("()[]` \n", r) }) {
		if !strings.HasPrefix(word, "docs/") && !strings.HasPrefix(word, "./") {
			continue
		}
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(word, "./"), "/..."), ".")
		if name == "" || name == "..." {
			continue
		}
		if _, err := os.Stat("../../" + name); err != nil {
			t.Errorf("the README points to %s, which is not there", word)
		}
	}
}
