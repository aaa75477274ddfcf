package markdown

import (
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "a b\nc", "a b\nc"},
		{"csi", "a\x1b[31mb", "a␛[31mb"},
		{"osc 52", "\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"},
		{"dcs", "\x1bPq\x1b\\", "␛Pq␛\\"},
		{"c1 csi", "\u009b31m", "\uFFFD31m"},
		{"raw c1 byte", "\x9b31m", "\uFFFD31m"},
		{"backspace, bell, del", "a\b\a\x7f\x00", "a␈␇␡␀"},
		{"crlf", "a\r\nb\rc\r", "a\nb\nc\n"},
		{"form feed", "a\f\vb", "a␌␋b"},
		{"separators", "a\u2028b\u2029c", "a\nb\nc"},
		{"tabs", "\ta\tbc\tdefg\te", "    a   bc  defg    e"},
		{"tab after a line", "xyz\n\ta", "xyz\n    a"},
		{"invalid utf-8", "a\xffb\xe2\x82", "a\uFFFDb\uFFFD\uFFFD"},
		{"surrogate", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
		{"bidi override", "a\u202eb\u2066c\u2069", "a\uFFFDb\uFFFDc\uFFFD"},
		{"direction marks", "a\u200eb\u200fc\u061cd", "abcd"},
		{"zero width", "pass\u200bword\u2060\ufeff\u00ad", "password"},
		{"tags", "hi\U000e0068\U000e0069", "hi"},
		{"selectors", "x\ufe01\U000e0100", "x"},
		{"hangul filler", "a\u3164b", "ab"},
		{"noncharacters", "a\ufdd0b\uffffc\U0010fffe", "a\uFFFDb\uFFFDc\uFFFD"},
		{"heart", "\u2764\ufe0f", "\u2764"},
		{"family", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\U0001f469\U0001f467"},
		{"skin tone", "\U0001f44d\U0001f3fd", "\U0001f44d"},
		{"flag", "\U0001f1e9\U0001f1ea", "\U0001f1e9\U0001f1ea"},
		{"combining", "e\u0301", "e\u0301"},
		{"cjk", "日本語", "日本語"}, {"replacement", "\uFFFD", "\uFFFD"},
	} {
		if got := CleanText(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"  a\tb\r\nc  ": "a b c", "x\x1b]0;t\x07": "x␛]0;t␇", "": "", "one": "one", "a\u2028b": "a b",
	} {
		if got := CleanLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCleanCopy(t *testing.T) {
	for in, want := range map[string]string{
		"\tx := 1\r\n": "\tx := 1\n", "a\x1b[31mb\a": "a[31mb", "\u009b31m": "31m", "a\u202eb": "ab",
		"\U0001f468\u200d\U0001f469 \u2764\ufe0f": "\U0001f468\u200d\U0001f469 \u2764\ufe0f", "\xff": "\uFFFD", "plain": "plain",
	} {
		if got := CleanCopy(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// unsafeIn names what of s must not reach a terminal.
func unsafeIn(s string) string {
	for i, r := range s {
		switch {
		case r == utf8.RuneError && s[i] != 0xef:
			return "invalid UTF-8"
		case r < 0x20 && r != '\n', r >= 0x7f && r <= 0x9f:
			return "a control character"
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return "a bidirectional control"
		case r >= 0x200b && r <= 0x200f, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f, r == 0xad:
			return "an invisible character"
		}
	}
	return ""
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"\x1b[31m", "\xe2\x80\xae", "a\r\n\tb", "\x1b]8;;x\x1b\\", "\u200d\ufe0f", "\xf0\x9f\x91", "&#27;"} {
		f.Add([]byte(s), uint8(1))
	}
	f.Fuzz(func(t *testing.T, raw []byte, step uint8) {
		want := Clean(nil, string(raw))
		if bad := unsafeIn(string(want)); bad != "" {
			t.Fatalf("%s is left in %q of %q", bad, want, raw)
		}
		if again := Clean(nil, string(want)); string(again) != string(want) {
			t.Fatalf("%q becomes %q, then %q", raw, want, again)
		}
		// In pieces it comes out the same.
		c := cleaner{keep: true}
		var got []byte
		for rest := raw; len(rest) > 0; {
			n := min(int(step%7)+1, len(rest))
			got = c.write(got, rest[:n])
			rest = rest[n:]
		}
		got = c.flush(got)
		if string(got) != string(want) {
			t.Fatalf("%q in pieces: %q, want %q", raw, got, want)
		}
		if c.raw != len(raw) || c.clean != len(want) {
			t.Fatalf("counted %d of %d raw, %d of %d clean bytes", c.raw, len(raw), c.clean, len(want))
		}
		// Offsets rise, and those of plain stretches are exact.
		last := 0
		for at := range raw {
			clean := c.toClean(at)
			if clean < last || clean > len(want) {
				t.Fatalf("%q: offset %d maps to %d after %d", raw, at, clean, last)
			}
			last = clean
			if raw[at] > 0x20 && raw[at] < 0x7f && (want[clean] != raw[at] || c.toRaw(clean) != at) {
				t.Fatalf("%q: offset %d maps to %d of %q and back to %d", raw, at, clean, want, c.toRaw(clean))
			}
		}
		CleanCopy(string(raw))
	})
}

// Whatever comes in, the rows hold no control but colours, which are ours.
func TestRowsHoldNothingUnsafe(t *testing.T) {
	hostile := []string{
		"\x1b]52;c;aGk=\x07", "\x1b[2J", "\u009b31m", "\x1bP1$r\x1b\\", "\u202e", "\u200b", "&#27;]0;x&#7;", "&#x1b;[31m", "&#155;31m",
		"&#x202e;", "&ZeroWidthSpace;", "&zwj;", "&shy;", "&#0;", "&#x1b", "&amp;#27;", "&#27;[5z", "\x1b[1z", "\ufdd0", "&#xfdd0;", "\r", "\b",
	}
	frames := []string{"%", "**%**", "`%`", "[%](%)", "![%](%)", "<%>", "<a%b>", "# %", "- %", "> %", "| % | a |\n|---|---|\n| % | b |",
		"```%\n%\n```", "    %", "<div>\n%\n</div>", "~~%~~", "[x]: % \"%\"\n[x]", "https://x.y/%", "<https://x.y/%>", "<x@y.z%>",
		"- a\n\n  ```%\n  %\n  ```", "<think>%</think>%", "| a | b | c | d | e |\n|--|--|--|--|--|\n| % | % | % | % | % |"}
	for _, style := range []*Style{darkStyle(), styleOf(0, true)} {
		for _, frame := range frames {
			for _, h := range hostile {
				src := strings.ReplaceAll(frame, "%", h)
				s := NewStream(style, 30)
				s.ShowThoughts(true)
				s.Append([]byte(src))
				for _, row := range finish(s) {
					checkRow(t, src, row)
				}
			}
		}
	}
	r, n := rand.New(rand.NewSource(4)), 2000
	if testing.Short() || slow {
		n = 200
	}
	for range n {
		var b strings.Builder
		for range 1 + r.Intn(6) {
			b.WriteString(strings.ReplaceAll(frames[r.Intn(len(frames))], "%", hostile[r.Intn(len(hostile))]))
			b.WriteString([]string{"", " ", "\n", "\n\n"}[r.Intn(4)])
		}
		for _, row := range whole(darkStyle(), 30, b.String()) {
			checkRow(t, b.String(), row)
		}
	}
}

// checkRow fails for a row with something else than text and SGR sequences that are
// closed at its end.
func checkRow(t *testing.T, src, row string) {
	t.Helper()
	if bad := unsafeIn(ansi.Strip(row)); bad != "" {
		t.Fatalf("%q: %s in row %q", src, bad, row)
	}
	open := false
	for rest := row; ; {
		_, after, found := strings.Cut(rest, "\x1b")
		if !found {
			break
		}
		params, tail, ok := strings.Cut(after, "m")
		if !ok || !strings.HasPrefix(params, "[") || strings.Trim(params[1:], "0123456789;") != "" {
			t.Fatalf("%q: not a colour in row %q", src, row)
		}
		open = params != "[0"
		rest = tail
	}
	if open {
		t.Fatalf("%q: a colour is left open in %q", src, row)
	}
}

func BenchmarkClean(b *testing.B) {
	for name, src := range map[string]string{"ascii": strings.Repeat("plain text of a model, ", 1<<12), "mixed": newWriter(1).doc(64 << 10), "cjk": strings.Repeat("日本語の文章。", 1<<12)} {
		b.Run(name, func(b *testing.B) {
			var buf []byte
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				buf = Clean(buf[:0], src)
			}
		})
	}
}
