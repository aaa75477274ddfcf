package markdown

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// span is a stretch of cells in a row and the bytes of the source it shows.
type span struct {
	row, col, width int
	from, to        int
}

// source is a stretch of source bytes that a mark in the text stands for.
type source struct{ from, to int }

// A mark is "ESC [ n z": from here on the cells show sources[n-1], with n = 0
// nothing. It passes glamour like a colour does, and cannot come from a model: the
// gate lets no ESC through.
func appendMark(dst []byte, n int) []byte {
	dst = append(dst, "\x1b["...)
	dst = strconv.AppendInt(dst, int64(n), 10)
	return append(dst, 'z')
}

// rowWriter turns styled text into rows that stand alone: exactly width cells, no
// style left open at the end of one or missing at the start of the next. Text too
// long for a row goes on in the next.
type rowWriter struct {
	width   int
	cont    string // in front of the rest of a row that was too long, with its style
	contW   int    // its width
	bar     string // what a quote token becomes
	sources []source

	passMarks bool   // copy marks instead of reading them
	spans     []span // where marks put the sources

	buf   []byte // all rows, one after the other
	ends  []int  // where each row ends in buf
	col   int
	ink   int    // length of buf behind the last cell that is not blank
	inkW  int    // the column behind it
	inkOn bool   // a style is open there
	style string // SGR sequences in force in the text
	drawn string // SGR sequences in force at the end of buf
	mark  int    // source whose cells these are, plus one
	pair  bool   // the next quote token is the second of a pair
}

// write takes in text with SGR sequences, marks and line feeds.
func (w *rowWriter) write(s string) {
	for len(s) > 0 {
		switch c := s[0]; {
		case c == '\n':
			w.newline()
			s = s[1:]
		case c == 0x1b:
			s = w.escape(s)
		default:
			n := 0
			for n < len(s) && s[n] != 0x1b && s[n] != '\n' {
				n++
			}
			w.text(s[:n])
			s = s[n:]
		}
	}
}

// escape takes in a sequence that glamour, the highlighter or the typesetter wrote;
// anything that is neither SGR nor a mark is dropped.
func (w *rowWriter) escape(s string) (rest string) {
	if len(s) < 2 || s[1] != '[' {
		return s[1:]
	}
	i := 2
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ';' || s[i] == ':') {
		i++
	}
	if i == len(s) {
		return ""
	}
	switch seq := s[:i+1]; s[i] {
	case 'm':
		if seq == "\x1b[0m" || seq == "\x1b[m" {
			w.style = ""
		} else {
			w.style += seq
		}
	case 'z':
		if w.passMarks {
			w.buf = append(w.buf, seq...)
			w.ink = len(w.buf)
			break
		}
		w.mark, _ = strconv.Atoi(seq[2:i])
	default:
		return s[1:]
	}
	return s[i+1:]
}

// text takes in text without line feeds and escapes. Blanks where a row is full are
// dropped, as at the end of any line.
func (w *rowWriter) text(s string) {
	for len(s) > 0 {
		if w.col >= w.width {
			if s = strings.TrimLeft(s, " "); s == "" {
				return
			}
		}
		n := 0
		for n < len(s) && s[n] >= 0x20 && s[n] < 0x7f {
			n++
		}
		if n > 0 && n < len(s) && s[n] >= 0x80 {
			n-- // it may be the base of a combining mark
		}
		if n > 0 {
			if w.col >= w.width {
				w.overflow()
			}
			n = min(n, max(w.width-w.col, 1))
			w.cells(s[:n], n)
			s = s[n:]
			continue
		}
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		switch {
		case strings.HasPrefix(cluster, quoteToken):
			w.quote()
		case cluster[0] < 0x20 || cluster[0] == 0x7f || cluster >= "\u0080" && cluster < "\u00a0":
			// No such thing passes the gate or is written by glamour.
		default:
			if w.col+width > w.width && width > 0 {
				w.overflow()
			}
			if width > w.width {
				cluster, width = replacement, 1
			}
			w.cells(cluster, width)
		}
	}
}

// quote draws half of the two cells in front of a quoted line.
func (w *rowWriter) quote() {
	cell := w.bar
	if w.pair {
		cell = " "
	}
	w.pair = !w.pair
	if w.col < w.width {
		mark := w.mark // glamour puts the bar behind the mark of the first word
		w.mark = 0
		w.cells(cell, 1)
		w.mark = mark
	}
}

// cells draws text of a known width that fits.
func (w *rowWriter) cells(s string, width int) {
	if w.drawn != w.style {
		if w.drawn != "" {
			w.buf = append(w.buf, "\x1b[0m"...)
		}
		w.buf = append(w.buf, w.style...)
		w.drawn = w.style
	}
	w.buf = append(w.buf, s...)
	if w.mark > 0 && w.mark <= len(w.sources) {
		w.see(s, width)
	}
	w.col += width
	if solid := strings.TrimRight(s, " "); solid != "" {
		blanks := len(s) - len(solid)
		w.ink, w.inkW, w.inkOn = len(w.buf)-blanks, w.col-blanks, w.style != ""
	}
}

// see records that the next cells show the marked source. Words have no blanks: those
// around them were put there by glamour.
func (w *rowWriter) see(s string, width int) {
	ink := strings.TrimLeft(s, " ")
	col := w.col + len(s) - len(ink)
	width -= len(s) - len(strings.Trim(s, " "))
	if ink == "" || width <= 0 {
		return
	}
	src := w.sources[w.mark-1]
	if n := len(w.spans); n > 0 {
		last := &w.spans[n-1]
		if last.row == len(w.ends) && last.col+last.width == col && last.from == src.from && last.to == src.to {
			last.width += width
			return
		}
	}
	w.spans = append(w.spans, span{row: len(w.ends), col: col, width: width, from: src.from, to: src.to})
}

// overflow starts the next row of a line that is too long for one.
func (w *rowWriter) overflow() {
	w.endRow()
	if w.contW > 0 && w.contW < w.width {
		w.buf = append(w.buf, w.cont...)
		w.col, w.ink, w.inkW = w.contW, len(w.buf), w.contW
	}
}

func (w *rowWriter) newline() {
	w.endRow()
	w.pair = false
}

// code draws the lines of a code block, codeIndent from the left, the rest of long
// ones behind the sign wrap.
func (w *rowWriter) code(styled, wrap string) {
	indent := ""
	if w.width > 4*codeIndent {
		indent = strings.Repeat(" ", codeIndent)
		w.cont, w.contW = indent+wrap, codeIndent+2
	}
	for line := range strings.Lines(styled) {
		w.write(indent)
		w.write(line)
		if line[len(line)-1] != '\n' {
			w.newline()
		}
	}
	w.cont, w.contW = "", 0
}

// endRow cuts trailing blanks, closes what is open and fills the row up.
func (w *rowWriter) endRow() {
	w.buf, w.col = w.buf[:w.ink], w.inkW
	if w.inkOn {
		w.buf = append(w.buf, "\x1b[0m"...)
	}
	for ; w.col < w.width; w.col++ {
		w.buf = append(w.buf, ' ')
	}
	w.ends = append(w.ends, len(w.buf))
	w.col, w.ink, w.inkW, w.inkOn, w.drawn = 0, len(w.buf), 0, false, ""
}

// open reports whether something was drawn since the last row ended.
func (w *rowWriter) open() bool { return w.ink > w.start() }

// start is where the current row begins in buf.
func (w *rowWriter) start() int {
	if n := len(w.ends); n > 0 {
		return w.ends[n-1]
	}
	return 0
}

// rows appends the rows written so far to dst and empties the writer. They share one
// string.
func (w *rowWriter) rows(dst []string) []string {
	if w.open() {
		w.endRow()
	}
	all := string(w.buf[:w.start()])
	at := 0
	for _, end := range w.ends {
		dst = append(dst, all[at:end])
		at = end
	}
	w.buf, w.ends = w.buf[:0], w.ends[:0]
	w.col, w.ink, w.inkW, w.inkOn = 0, 0, 0, false
	w.style, w.drawn, w.mark, w.pair = "", "", 0, false
	return dst
}
