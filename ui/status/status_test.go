package status_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/keys"
	"assay/ui/status"
	"assay/ui/theme"
)

var (
	hints = []status.Hint{{Key: "enter", Text: "send"}, {Key: "tab", Text: "next pane"}, {Key: "f1", Text: "help"}}
	facts = []status.Fact{{Text: "today $0.42 of $2"}, {Text: "free 47 of 50"}, {Text: "$0.0073", Strong: true}}
)

func bar() *status.Bar {
	return status.New(theme.New(theme.Options{Dark: true, Profile: theme.None}))
}

func view(b *status.Bar, w int) string { return ansi.Strip(b.View(w, hints, facts)) }

func TestRoomIsSharedByImportance(t *testing.T) {
	b := bar()
	for _, tc := range []struct {
		w    int
		want string
	}{
		{90, " enter send  tab next pane  f1 help" + strings.Repeat(" ", 10) + "today $0.42 of $2 · free 47 of 50 · $0.0073 "},
		{60, " enter send       today $0.42 of $2 · free 47 of 50 · $0.0073 "},
		{40, " enter send  f1 help free 47 of 50 · $0.0073 "},
		{12, "    $0.0073 "},
	} {
		got := view(b, tc.w)
		if ansi.StringWidth(got) != tc.w {
			t.Errorf("%d: %d cells", tc.w, ansi.StringWidth(got))
		}
		if !strings.HasSuffix(got, "$0.0073 ") {
			t.Errorf("%d: the bill is missing: %q", tc.w, got)
		}
	}
	if got := view(b, 90); got != " enter send  tab next pane  f1 help           today $0.42 of $2 · free 47 of 50 · $0.0073 " {
		t.Errorf("%q", got)
	}
}

func TestNoticeReplacesHintsAndExpires(t *testing.T) {
	b := bar()
	first := b.Notice(status.Error, "no key for groq")
	if got := view(b, 90); !strings.Contains(got, "✗ no key for groq") || strings.Contains(got, "enter send") || !strings.Contains(got, "$0.0073") {
		t.Errorf("%q", got)
	}
	if got := view(b, 30); !strings.Contains(got, "✗ no key for groq") {
		t.Errorf("a narrow screen hides the notice: %q", got)
	}
	second := b.Notice(status.Good, "copied")
	b.Expire(first)
	if b.Text() != "copied" {
		t.Error("an older notice's timer took the newer one away")
	}
	if b.Expire(second); b.Text() != "" {
		t.Error("the notice stayed")
	}
}

func TestPendingKeysShowWhatFollows(t *testing.T) {
	b := bar()
	b.Pending("ctrl+x", keys.Default().Next(keys.Composer, "ctrl+x"))
	if got := view(b, 80); !strings.HasPrefix(got, " ctrl+x then  ctrl+e editor  m models") {
		t.Errorf("%q", got)
	}
	b.Pending("", nil)
	if got := view(b, 90); !strings.Contains(got, "enter send") {
		t.Errorf("%q", got)
	}
}

func TestEveryWidth(t *testing.T) {
	for w := 1; w < 120; w++ {
		for _, notice := range []string{"", "a notice that is rather long for a small screen 世界"} {
			b := bar()
			b.Notice(status.Warning, notice)
			if got := ansi.StringWidth(b.View(w, hints, facts)); got != w {
				t.Fatalf("%d cells instead of %d", got, w)
			}
		}
	}
}
