package browse

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/ui/figure"
	"assay/ui/line"
	"assay/ui/markdown"
)

// maxCompared is how many models stand side by side.
const maxCompared = 4

// compared are the ticked models, as many as are compared.
func (s *Screen) compared() []*catalog.Model {
	var out []*catalog.Model
	for _, id := range s.ticked {
		if m := s.shop.models[id]; m != nil && len(out) < maxCompared {
			out = append(out, m)
		}
	}
	return out
}

// comparison sets the ticked models side by side, the best of each row marked.
func (s *Screen) comparison(w, h int) []string {
	st := s.o.Styles
	models := s.compared()
	if len(models) == 0 {
		return []string{"", line.New(w, st.Glyph.More).Space(2).Add(st.Text.Dim, "tick two to four models in the list to see them side by side").String()}
	}
	t := catalog.Compare(models...)
	s.addOwn(&t, models)
	labelW := min(30, max(w/4, 16))
	colW := max((w-labelW)/len(models), 8)
	head := line.New(w, st.Glyph.More).Space(labelW)
	for i, m := range models {
		cell := line.New(min(colW-2, head.Room()), st.Glyph.More).Add(st.Lane.Color(i), fmt.Sprint(i+1)).Space(1).Add(st.Text.Strong, figure.Short(markdown.CleanLine(m.ID)))
		head.Join(cell).Right(w - labelW - (i+1)*colW)
	}
	rows := []string{head.String(), line.New(w, "").Fill(st.Chrome.Border, st.Glyph.Box.Horizontal, 0).String()}
	var body []string
	for _, r := range t.Rows {
		body = append(body, s.compareRow(r, w, labelW, colW)...)
	}
	note := st.Glyph.Verified + " best of the row"
	if n := len(s.ticked); n > maxCompared {
		note += fmt.Sprintf(" %s %d more are ticked than fit side by side", st.Glyph.Dot, n-maxCompared)
	}
	body = append(body, "", line.New(w, st.Glyph.More).Space(1).Add(st.Text.Dim, note).String())
	return append(rows, s.sheet.cut(body, max(h-len(rows), 0))...)
}

// compareRow is one attribute; a value too long for its column goes on below.
func (s *Screen) compareRow(r catalog.TableRow, w, labelW, colW int) []string {
	st := s.o.Styles
	cells := make([][]string, len(r.Cells))
	n := 1
	for i, c := range r.Cells {
		cells[i] = line.Wrap(orText(markdown.CleanLine(c.Text), "?"), max(colW-4, 1))
		n = max(n, len(cells[i]))
	}
	label := line.Wrap(r.Label, labelW-2)
	n = max(n, len(label))
	var rows []string
	for k := range n {
		l := line.New(w, st.Glyph.More).Space(1)
		if k < len(label) {
			l.Add(st.Text.Dim, label[k])
		}
		l.Right(w - labelW)
		for i, c := range r.Cells {
			if k < len(cells[i]) {
				style, sign := st.Text.Plain, " "
				switch {
				case c.Best:
					style, sign = st.Note.Good, st.Glyph.Verified
				case c.Text == "":
					style = st.Text.Dim
				}
				if k > 0 {
					sign = " "
				}
				l.Add(st.Note.Good, sign).Space(1).Add(style, cells[i][k])
				if note := markdown.CleanLine(c.Note); k == 0 && note != "" && ansi.StringWidth(cells[i][k])+ansi.StringWidth(note)+6 <= colW {
					l.Space(1).Add(st.Text.Dim, note)
				}
			}
			l.Right(w - labelW - (i+1)*colW)
		}
		rows = append(rows, l.String())
	}
	return rows
}

// addOwn adds what only this machine knows: the price of the prompt in the composer
// and how the models did here.
func (s *Screen) addOwn(t *catalog.Table, models []*catalog.Model) {
	row := func(key, label string, less bool, value func(*catalog.Model) (text string, rank float64, ok bool)) {
		r := catalog.TableRow{Key: key, Label: label, Cells: make([]catalog.Cell, len(models))}
		best, known, differ := 0.0, 0, false
		ranks := make([]float64, len(models))
		for i, m := range models {
			text, rank, ok := value(m)
			r.Cells[i].Text = text
			if !ok {
				continue
			}
			differ = differ || known > 0 && rank != best
			if known == 0 || less == (rank < best) && rank != best {
				best = rank
			}
			ranks[i] = rank
			known++
		}
		if known == 0 {
			return
		}
		for i := range r.Cells {
			r.Cells[i].Best = differ && r.Cells[i].Text != "" && ranks[i] == best
		}
		t.Rows = append(t.Rows, r)
	}
	if s.draft != "" {
		call := s.call()
		row("prompt_cost", strings.Join([]string{"this prompt,", fmt.Sprintf("%d tokens back", answerTokens)}, " "), true, func(m *catalog.Model) (string, float64, bool) {
			r, ok := m.CostRange(call)
			if !ok {
				return "", 0, false
			}
			if r.Min.IsZero() {
				return "free", 0, true
			}
			return s.o.Styles.Glyph.Approx + figure.Money(r.Min), r.Min.Float(), true
		})
	}
	row("ttft", "first token, seen here", true, func(m *catalog.Model) (string, float64, bool) {
		t := s.bestSeen(m).TTFT
		return figureIf(t > 0, figure.Seconds(t.Milliseconds())), t.Seconds(), t > 0
	})
	row("tps", "speed, seen here", false, func(m *catalog.Model) (string, float64, bool) {
		v := s.bestSeen(m).TPS
		return figureIf(v > 0, figure.Rate(v)), v, v > 0
	})
}

func figureIf(ok bool, text string) string {
	if ok {
		return text
	}
	return ""
}
