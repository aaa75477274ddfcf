package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/figure"
	"assay/ui/markdown"
)

// Text writes runs as text for a terminal or a screen reader: prompt, answers,
// analysis, fused answer, what it cost. A conversation is one run after the other.
func Text(w io.Writer, runs []*chat.State) error {
	var b bytes.Buffer
	for i, s := range runs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		heading(&b, s, i, len(runs))
		if err := body(&b, s, plainAnalysis); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Markdown writes runs as one Markdown document. Its front matter is YAML: models,
// providers, tokens, costs and times by lane.
func Markdown(w io.Writer, runs []*chat.State) error {
	var b bytes.Buffer
	frontMatter(&b, runs)
	for i, s := range runs {
		b.WriteByte('\n')
		if len(runs) > 1 {
			fmt.Fprintf(&b, "# Turn %d\n\n", i+1)
		}
		if err := body(&b, s, fencedAnalysis); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func heading(b *bytes.Buffer, s *chat.State, i, n int) {
	if n > 1 {
		fmt.Fprintf(b, "Turn %d of %d: ", i+1, n)
	}
	fmt.Fprintf(b, "Run %s, %s, took %s", markdown.CleanLine(s.Run.ID), markdown.CleanLine(s.Run.StartedAt), figure.Seconds(s.NowMs))
	if s.Run.Demo {
		b.WriteString(", demo")
	}
	b.WriteString("\n\n")
}

// body is one run: the sections every form has.
func body(b *bytes.Buffer, s *chat.State, analysis func(*bytes.Buffer, *chat.State) error) error {
	section(b, "Prompt", Prompt(&s.Run))
	for _, l := range lanes(s) {
		if l.Spec.Role != chat.RoleAnswer {
			continue
		}
		fmt.Fprintf(b, "\n## %s\n\n", title(l))
		if text := strings.TrimRight(markdown.CleanText(string(l.Text)), "\n"); text != "" {
			b.WriteString(text + "\n\n")
		}
		for _, t := range l.Tools {
			fmt.Fprintf(b, "Tool call %s: %s\n\n", markdown.CleanLine(t.Name), markdown.CleanLine(t.Arguments))
		}
		fmt.Fprintf(b, "(%s)\n", caption(l))
	}
	if s.Analysis != nil {
		b.WriteString("\n## Analysis\n\n")
		if err := analysis(b, s); err != nil {
			return err
		}
	}
	if answer := Fused(s); answer != "" {
		b.WriteByte('\n')
		section(b, "Fused answer", answer)
	}
	costs(b, s)
	return nil
}

func section(b *bytes.Buffer, title, text string) {
	fmt.Fprintf(b, "## %s\n\n%s\n", title, strings.TrimRight(markdown.CleanText(text), "\n"))
}

func plainAnalysis(b *bytes.Buffer, s *chat.State) error {
	return fusion.WriteText(b, s.Analysis, names(s))
}

// fencedAnalysis keeps the layout of the text, and keeps what it quotes from being
// read as Markdown.
func fencedAnalysis(b *bytes.Buffer, s *chat.State) error {
	var text bytes.Buffer
	if err := plainAnalysis(&text, s); err != nil {
		return err
	}
	fence := "```"
	for strings.Contains(text.String(), fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "%stext\n%s%s\n", fence, text.String(), fence)
	return nil
}

func costs(b *bytes.Buffer, s *chat.State) {
	total, _ := s.Bill()
	b.WriteString("\n## Costs\n\n")
	for _, l := range lanes(s) {
		fmt.Fprintf(b, "- %s: %s\n", title(l), cost(l.Bill()))
	}
	fmt.Fprintf(b, "- all: %s\n", cost(total))
}

// frontMatter is YAML: its texts are written as JSON strings, which YAML reads, so
// that no text can end the block or become a key.
func frontMatter(b *bytes.Buffer, runs []*chat.State) {
	var total chat.Cost
	for _, s := range runs {
		sum, _ := s.Bill()
		total = total.Add(sum)
	}
	b.WriteString("---\n")
	if len(runs) > 0 {
		r := &runs[0].Run
		fmt.Fprintf(b, "title: %s\nrun: %s\ndate: %s\n", quoted(Headline(r)), quoted(runs[len(runs)-1].Run.ID), quoted(r.StartedAt))
		fmt.Fprintf(b, "demo: %t\n", r.Demo)
	}
	fmt.Fprintf(b, "cost_usd: %s\ncost_source: %s\n", amount(total), quoted(string(total.Source)))
	b.WriteString("lanes:\n")
	for turn, s := range runs {
		for _, l := range lanes(s) {
			fmt.Fprintf(b, "  - turn: %d\n    lane: %d\n    role: %s\n    model: %s\n", turn+1, l.Spec.Lane+1, quoted(string(l.Spec.Role)), quoted(l.Spec.Model))
			if l.Spec.Preset != "" {
				fmt.Fprintf(b, "    preset: %s\n", quoted(l.Spec.Preset))
			}
			ending(b, l)
			fmt.Fprintf(b, "    cost_usd: %s\n    cost_source: %s\n", amount(l.Bill()), quoted(string(l.Bill().Source)))
		}
	}
	b.WriteString("---\n")
}

func ending(b *bytes.Buffer, l *chat.Lane) {
	switch f := l.Finish; {
	case f != nil:
		fmt.Fprintf(b, "    answered_by: %s\n    provider: %s\n    finish_reason: %s\n", quoted(f.Model), quoted(f.Provider), quoted(f.FinishReason))
		fmt.Fprintf(b, "    prompt_tokens: %d\n    completion_tokens: %d\n    reasoning_tokens: %d\n    cached_tokens: %d\n",
			f.Usage.PromptTokens, f.Usage.CompletionTokens, f.Usage.ReasoningTokens, f.Usage.CachedTokens)
		fmt.Fprintf(b, "    ttft_ms: %d\n    duration_ms: %d\n", f.TTFTMs, f.DurationMs)
	case l.Failure != nil:
		fmt.Fprintf(b, "    provider: %s\n    error_type: %s\n    error: %s\n", quoted(l.Failure.Provider), quoted(string(l.Failure.ErrorType)), quoted(l.Failure.Message))
	}
}

// amount is a known amount as an exact decimal, null otherwise.
func amount(c chat.Cost) string {
	if !c.Known() {
		return "null"
	}
	return quoted(c.USD.String())
}

func quoted(s string) string {
	out, err := json.Marshal(markdown.CleanLine(s))
	if err != nil {
		return `""`
	}
	return string(out)
}

// Headline is the beginning of a prompt on one line.
func Headline(r *chat.Run) string {
	const most = 80
	line := []rune(strings.Join(strings.Fields(markdown.CleanText(Prompt(r))), " "))
	if len(line) > most {
		return string(line[:most]) + "…"
	}
	return string(line)
}
