package export_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/internal/export"
	"assay/internal/usd"
)

// hostile are texts that try to leave the place they are shown in.
var hostile = []string{
	"<script>alert(1)</script>",
	"a <img src=x onerror=alert(1)> b",
	"<iframe src=\"https://evil.example\"></iframe>\n\nafter",
	"[click](javascript:alert(1))", "[click](JaVaScRiPt:alert(1))", "[click](java&#x0A;script:alert(1))",
	"<javascript:alert(1)>", "<vbscript:x>", "<data:text/html,hi>", "[x](data:text/html;base64,AAAA)",
	"![pixel](https://evil.example/p.png)", "![x](data:image/svg+xml;base64,AAAA)", "![a](javascript:alert(1))",
	"</article></section><style>*{display:none}</style>",
	"[a](https://ok.example/\" onmouseover=\"alert(1))",
	"[r]\n\n[r]: javascript:alert(1)",
	"<!-- x --><a href='javascript:1'>y</a>",
	"<?php x ?>", "<![CDATA[ <b> ]]>",
	"\x1b]0;title\x07\x1b[31mred\x1b[0m\x9b31m",
	"```html\n<script>alert(1)</script>\n```",
	"---\nmodel: forged\n---\n",
	"```\n## Fused answer\n```",
}

// run is the events of a run whose every text is s.
func run(s string) []chat.Event {
	cost := chat.Cost{USD: usd.MustParse("0.0012"), Source: chat.CostCatalog}
	return []chat.Event{
		{Lane: chat.NoLane, Body: &chat.Run{V: 1, ID: "abc", StartedAt: "2026-01-02T03:04:05Z", Prompt: s, Lanes: []chat.LaneSpec{
			{Lane: 0, Role: chat.RoleAnswer, Model: "acme/" + s}, {Lane: 1, Role: chat.RoleAnswer, Model: "acme/two"},
			{Lane: 2, Role: chat.RoleWriter, Model: "acme/three"},
		}}},
		{TMs: 5, Lane: 0, Body: chat.Text{Text: s}},
		{TMs: 6, Lane: 0, Body: chat.ToolCall{Name: s, Arguments: s}},
		{TMs: 9, Lane: 0, Body: &chat.Finish{Model: s, Provider: s, FinishReason: s, Usage: chat.Usage{PromptTokens: 3, CompletionTokens: 4}, Cost: cost, DurationMs: 9}},
		{TMs: 9, Lane: 1, Body: &chat.Failure{ErrorType: chat.ErrServer, Provider: s, Message: s}},
		{TMs: 10, Lane: chat.NoLane, Body: &chat.Analysis{
			Consensus: []chat.Consensus{{ID: "c1", Claim: s, Quotes: []chat.Quote{{Lane: 0, End: len(s), Text: s, Grounded: true}}}},
			Warnings:  []string{s}, Final: true,
		}},
		{TMs: 11, Lane: 2, Body: chat.Text{Text: s}},
		{TMs: 12, Lane: 2, Body: &chat.Finish{Model: "acme/three", Provider: "acme", FinishReason: "stop", Cost: cost}},
		{TMs: 12, Lane: chat.NoLane, Body: &chat.Summary{}},
	}
}

var (
	tag     = regexp.MustCompile(`<[a-zA-Z/!?][^>]*>`)
	allowed = regexp.MustCompile(`^</?(!DOCTYPE|html|head|body|meta|title|style|section|header|h[1-6]|p|div|article|pre|code|table|thead|tbody|tr|th|td|span|a|ul|ol|li|em|strong|del|hr|br|blockquote)( |>|$)`)
	href    = regexp.MustCompile(`href="([^"]*)"`)
)

func checkPage(t *testing.T, page, text string) {
	t.Helper()
	for _, m := range tag.FindAllString(page, -1) {
		if !allowed.MatchString(m) || regexp.MustCompile(`(?i)\son[a-z]+=`).MatchString(m) {
			t.Errorf("%q: the page has the tag %s", text, m)
		}
	}
	for _, m := range href.FindAllStringSubmatch(page, -1) {
		if !regexp.MustCompile(`^(https?:|mailto:)`).MatchString(m[1]) {
			t.Errorf("%q: the page links to %s", text, m[1])
		}
	}
	if n := strings.Count(page, "<style>"); n != 1 {
		t.Errorf("%q: %d style sheets", text, n)
	}
	noControls(t, page, text)
}

func noControls(t *testing.T, doc, text string) {
	t.Helper()
	for _, r := range doc {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			t.Errorf("%q: control character %U in the document", text, r)
			return
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range hostile {
		runs := []*chat.State{export.Fold(run(s))}
		var page, md, text bytes.Buffer
		if err := export.HTML(&page, runs); err != nil {
			t.Fatal(err)
		}
		checkPage(t, page.String(), s)
		if err := export.Markdown(&md, runs); err != nil {
			t.Fatal(err)
		}
		noControls(t, md.String(), s)
		checkFrontMatter(t, md.String())
		if err := export.Text(&text, runs); err != nil {
			t.Fatal(err)
		}
		noControls(t, text.String(), s)
	}
}

// checkFrontMatter reads the block as YAML's subset in which it is written: a key, a
// colon, and nothing, a number, a word or a JSON string.
func checkFrontMatter(t *testing.T, doc string) {
	t.Helper()
	block, ok := strings.CutPrefix(doc, "---\n")
	block, _, found := strings.Cut(block, "\n---\n")
	if !ok || !found {
		t.Fatalf("no front matter:\n%s", doc)
	}
	lanes := 0
	for line := range strings.Lines(block) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.ContainsAny(key, "\"<>") {
			t.Errorf("not a key: %q", line)
		}
		value = strings.TrimSpace(value)
		if key == "model" {
			lanes++
		}
		if strings.HasPrefix(value, `"`) && !json.Valid([]byte(value)) || strings.HasPrefix(value, "'") {
			t.Errorf("not a value: %q", line)
		}
	}
	if lanes != 3 {
		t.Errorf("%d lanes in the front matter, want 3", lanes)
	}
}

func TestMarkupIsShownAndNotLost(t *testing.T) {
	var page bytes.Buffer
	if err := export.HTML(&page, []*chat.State{export.Fold(run("Use <b>bold</b> and\n\n<div>\nblock\n</div>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[ok](https://ok.example/?a=1&b=2)"))}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Use &lt;b&gt;bold&lt;/b&gt;", "&lt;div&gt;\nblock\n&lt;/div&gt;", "<td>1</td>", `href="https://ok.example/?a=1&amp;b=2"`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %s\n%s", want, page.String())
		}
	}
}

func TestFoldEndsACutRecording(t *testing.T) {
	s := export.Fold(run("x")[:3])
	for i := range s.Lanes {
		if s.Lanes[i].Phase != chat.PhaseCancelled {
			t.Errorf("lane %d is %s", i, s.Lanes[i].Phase)
		}
	}
	if got := string(s.Lanes[0].Text); got != "x" {
		t.Errorf("partial text %q is lost", got)
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var page bytes.Buffer
		if err := export.HTML(&page, []*chat.State{export.Fold(run(s))}); err != nil {
			t.Fatal(err)
		}
		checkPage(t, page.String(), s)
	})
}
