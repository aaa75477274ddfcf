// Package shareddata finds the recordings and labelled data that tests measure
// against. They live beside the project, not in it, and tests that need them skip
// where they are absent.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Env names the variable that overrides where the data is.
const Env = "ASSAY_SHARED"

// Dir returns the folder that holds the data: $ASSAY_SHARED, or a folder "shared"
// beside the project's root. Without either the test is skipped.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(Env); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		shared := filepath.Join(filepath.Dir(dir), "shared")
		if info, err := os.Stat(shared); err == nil && info.IsDir() {
			return shared
		}
		break
	}
	t.Skipf("shared data is absent: set $%s to its folder to run this test", Env)
	return ""
}
