package judgetext

import (
	"maps"
	"slices"

	"assay/engine/chat"
)

// Tokens estimates the size of the rendered panel.
func (s *Sheet) Tokens() int { return tokens(s.Panel()) }

// WriterTokens estimates the size of the answers as Writer shows them.
func (s *Sheet) WriterTokens() int { return tokens(s.unnumbered()) }

// tokens is a guess on the safe side: span ids and code take more tokens than prose.
func tokens(text string) int { return int(chat.ApproxTokens(text)*1.2) + 1 }

// Collapse shows every group of spans that say the same in the same words on the
// line of its first member. It returns how many lines that saved. Groups must not
// share spans.
func (s *Sheet) Collapse(groups [][]ID) int {
	s.twins, s.under = map[ID][]ID{}, map[ID]bool{}
	for _, g := range groups {
		g = slices.Clone(g)
		slices.SortFunc(g, func(a, b ID) int {
			if a.Entry != b.Entry {
				return a.Entry - b.Entry
			}
			return a.Span - b.Span
		})
		for _, id := range g[min(1, len(g)):] {
			s.twins[g[0]] = append(s.twins[g[0]], id)
			s.under[id] = true
		}
	}
	return len(s.under)
}

// Shorten shows blocks of code and very long spans by their first and last lines.
// It returns the ids that lost something.
func (s *Sheet) Shorten() []ID {
	var out []ID
	for i := range s.Entries {
		e := &s.Entries[i]
		e.shortened = true
		for k, span := range e.Spans {
			if _, cut := s.shown(span.Text(e.Text), true); cut {
				out = append(out, ID{i, k})
			}
		}
	}
	return out
}

// Keep shows only the given spans of an entry and returns how many it hides. Their
// ids stay what they were.
func (s *Sheet) Keep(entry int, spans []int) int {
	e := &s.Entries[entry]
	kept := map[int]bool{}
	for _, k := range spans {
		kept[k] = true
	}
	e.dropped = map[int]bool{}
	for k := range e.Spans {
		if !kept[k] {
			e.dropped[k] = true
		}
	}
	return len(e.dropped)
}

// One is the sheet with only one of its answers on it.
func (s *Sheet) One(entry int) *Sheet {
	out := *s
	out.twins, out.under = nil, nil
	out.Entries = []Entry{s.Entries[entry]}
	return &out
}

// Reversed is the sheet with the answers in the opposite order, their letters and
// ids unchanged. What Collapse, Shorten and Keep did stays done.
func (s *Sheet) Reversed() *Sheet {
	out := *s
	out.Entries = slices.Clone(s.Entries)
	slices.Reverse(out.Entries)
	turn := func(id ID) ID { return ID{len(s.Entries) - 1 - id.Entry, id.Span} }
	out.twins, out.under = map[ID][]ID{}, map[ID]bool{}
	for id, twins := range s.twins {
		for _, twin := range twins {
			out.twins[turn(id)] = append(out.twins[turn(id)], turn(twin))
			out.under[turn(twin)] = true
		}
	}
	return &out
}

// Windows cuts the sheet into sheets of at most limit tokens of panel each, in
// order; a single span above the limit is a window of its own. Ids stay what they
// were; every window lists only the entries it shows something of, and spans that
// shared a line have lines of their own again, since the other may be elsewhere.
func (s *Sheet) Windows(limit int) []*Sheet {
	var out []*Sheet
	cur, used := s.window(), 0
	for i := range s.Entries {
		e := s.Entries[i]
		open := -1 // index of this entry in cur
		for k := range e.Spans {
			if e.dropped[k] {
				continue
			}
			size := s.size(i, k)
			if used > 0 && used+size > limit {
				out, cur, used, open = append(out, cur), s.window(), 0, -1
			}
			if open < 0 {
				part := e
				part.from, part.to = k, k
				part.dropped = maps.Clone(e.dropped)
				cur.Entries = append(cur.Entries, part)
				open = len(cur.Entries) - 1
			}
			cur.Entries[open].to = k + 1
			used += size
		}
	}
	if len(cur.Entries) > 0 {
		out = append(out, cur)
	}
	return out
}

// size is what a span takes on a sheet, the headings above it included.
func (s *Sheet) size(entry, span int) int {
	one := s.window()
	part := s.Entries[entry]
	part.from, part.to, part.Cut = span, span+1, part.Cut && span+1 == len(part.Spans)
	one.Entries = []Entry{part}
	return one.Tokens()
}

// window is an empty sheet of the same question.
func (s *Sheet) window() *Sheet {
	out := *s
	out.Entries, out.twins, out.under = nil, nil, nil
	return &out
}
