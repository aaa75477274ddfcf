package markdown

import "sort"

// Cells is a stretch of cells in a row of a Stream, counted over the closed rows and
// then those of the tail.
type Cells struct{ Row, Col, Width int }

// maxMaps bounds how many blocks the source map remembers.
const maxMaps = 256

// Locate appends the cells that show the raw bytes [from, to) of the text to dst, in
// rising order of rows. A word counts as a whole. Cells of neighbouring words are joined over the
// blank between them. Nothing is located in blocks that are not drawn at the moment,
// and in thoughts.
func (s *Stream) Locate(dst []Cells, from, to int) []Cells {
	from, to = s.gate.toClean(from), s.gate.toClean(to)
	if from >= to || s.flow != nil {
		return dst
	}
	for i := s.blockAt(from); i <= len(s.blocks); i++ {
		start, end, row := s.extent(i)
		if start >= to {
			break
		}
		first := len(dst)
		for _, sp := range s.spansOf(i) {
			if start+sp.from < to && start+sp.to > from {
				dst = append(dst, Cells{Row: row + sp.row, Col: sp.col, Width: sp.width})
			}
		}
		dst = join(dst, first)
		if end >= to {
			break
		}
	}
	return dst
}

// join sorts dst[first:] and joins stretches that are next to each other or have one
// cell between them.
func join(dst []Cells, first int) []Cells {
	part := dst[first:]
	sort.Slice(part, func(i, j int) bool {
		if part[i].Row != part[j].Row {
			return part[i].Row < part[j].Row
		}
		return part[i].Col < part[j].Col
	})
	n := first
	for _, c := range part {
		if n > first {
			last := &dst[n-1]
			if gap := c.Col - last.Col - last.Width; last.Row == c.Row && gap <= 1 {
				last.Width = max(last.Width, c.Col+c.Width-last.Col)
				continue
			}
		}
		dst[n] = c
		n++
	}
	return dst[:n]
}

// RowOf is the row that shows the raw byte at an offset: exactly where the byte is
// shown, else the nearest shown byte behind it in the same block, else the first row
// of the block.
func (s *Stream) RowOf(offset int) int {
	at := s.gate.toClean(offset)
	if s.flow != nil {
		return 0
	}
	i := s.blockAt(at)
	start, _, row := s.extent(i)
	var best *span
	spans := s.spansOf(i)
	for k := range spans {
		if sp := &spans[k]; start+sp.to > at && (best == nil || sp.from < best.from) {
			best = sp
		}
	}
	if best != nil {
		row += best.row
	}
	return row
}

// blockAt is the block that holds a clean offset; len(blocks) is the tail.
func (s *Stream) blockAt(at int) int {
	return sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].to > at })
}

// extent is where a block, or the tail, stands in the text and in the rows.
func (s *Stream) extent(i int) (start, end, row int) {
	if i == len(s.blocks) {
		return s.cut.cut, len(s.src), len(s.rows)
	}
	b := s.blocks[i]
	return b.from, b.to, b.row
}

// spansOf is the source map of a block or the tail: where each word of it is shown.
// It is made when it is asked for, by drawing the block once more with marks.
func (s *Stream) spansOf(i int) []span {
	if spans, ok := s.maps[i]; ok {
		return spans
	}
	start, end, _ := s.extent(i)
	drawn := len(s.tail)
	if i < len(s.blocks) {
		drawn = s.blocks[i].rows
		if s.blocks[i].thought {
			return nil
		}
	} else if start == end || drawn == 0 {
		return nil
	} else if _, _, _, _, thinks := thought(s.src[start:end]); thinks {
		return nil
	}
	d := s.paint.draw(chunk{src: s.src[start:end], first: i == 0, refs: s.refs, mapped: true})
	if len(d.rows) != drawn {
		d.spans = nil // drawn with other references: better no map than a wrong one
	}
	if s.maps == nil || len(s.maps) >= maxMaps {
		s.maps = map[int][]span{}
	}
	s.maps[i] = d.spans
	return d.spans
}
